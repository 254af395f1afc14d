<?php
declare(strict_types=1);
require __DIR__ . '/lib/' . 'Mapper.php';

function say(string $level, string $what): void
{
    fwrite(STDERR, sprintf("[%s] worker.%s: %s\n", date('Y-m-d H:i:s'), $level, $what));
}

$config = parse_ini_file(getenv('WORKER_INI') ?: '/config/worker.ini', true, INI_SCANNER_TYPED);
if ($config === false) {
    say('CRITICAL', 'configuration could not be used');
    exit(78);
}
foreach (['queue.path', 'export.dir'] as $key) {
    [$section, $name] = explode('.', $key);
    if (!isset($config[$section][$name])) throw new DomainException("worker.ini has no $key");
}
if (!in_array($config['export']['format'] ?? 'csv', ['csv', 'xml'], true)) {
    throw new DomainException(sprintf('export.format = %s, but only csv and xml can be written', var_export($config['export']['format'], true)));
}
$db = new PDO('sqlite:' . $config['queue']['path']);
$db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$db->exec('PRAGMA busy_timeout = 500');
if ($config['queue']['create'] ?? true) $db->exec('CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, body TEXT)');
$jobs = $db->query('SELECT id, body FROM jobs')->fetchAll(PDO::FETCH_ASSOC);
say('INFO', count($jobs) . ' jobs are waiting');
if ($lock = $config['export']['lock'] ?? null) {
    $handle = fopen($lock, 'c');
    if (!flock($handle, LOCK_EX | LOCK_NB)) {
        say('ERROR', "another worker already holds $lock");
        exit(11);
    }
}
if ($tool = $config['export']['compressor'] ?? null) {
    exec($tool . ' --version 2>&1', $out, $code);
    if ($code !== 0) {
        say('CRITICAL', "compressor failed: " . implode(' ', $out) . " (exit $code)");
        exit(1);
    }
}
$target = rtrim($config['export']['dir'], '/') . '/export.csv';
$file = fopen($target, 'a') ?: throw new RuntimeException("cannot append to $target");
for ($i = 0; $i < 64; $i++) {
    if (fwrite($file, str_repeat("$i;row\n", 4096)) === false) throw new RuntimeException("cannot write $target");
}
$mapper = new Mapper($config['map'] ?? []);
pcntl_async_signals(true);
$stop = false;
pcntl_signal(SIGTERM, function () use (&$stop) { $stop = true; });
say('INFO', 'polling');
while (!$stop) {
    foreach ($jobs as $job) {
        try {
            $mapper->map(json_decode($job['body'], true));
        } catch (InvalidArgumentException $e) {
            say('ERROR', "job {$job['id']} skipped: {$e->getMessage()}");
        }
    }
    $jobs = [];
    usleep(300000);
}
say('INFO', 'stopped on request');
