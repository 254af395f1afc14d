<?php
// Removes old carts: PHP CLI with a plain error_log.
declare(strict_types=1);
error_reporting(E_ALL); ini_set('display_errors', 'stderr');
fwrite(STDOUT, date('c') . " cleanup-job 3.1 starting\n");
$what = $argv[1] ?? 'ok';
class Cart { public ?string $owner; public int $days = 0; }
function old(int $days): bool { return $days > 30; }
$carts = [['id' => 1, 'days' => 40], ['id' => 2, 'days' => 12], ['id' => 3]];
if ($what === 'deprecated') { $x = new stdClass; $c = new Cart; $c->note = 'x'; echo strlen((string)@$carts[9]['id']), "\n"; echo $carts[2]['days'] ?? 'no age', "\n"; echo $undefined ?? '', $carts[2]['days'], "\n"; }
if ($what === 'memory') { $all = []; while (true) { $all[] = str_repeat('cart', 1 << 18); } }
if ($dsn = getenv('DSN')) {
    $tries = (int)(getenv('TRIES') ?: 3);
    for ($i = 1; $i <= $tries; $i++) {
        try { $db = new PDO($dsn, 'app', 'correct', [PDO::ATTR_TIMEOUT => 1]); fwrite(STDOUT, "connected\n"); break; }
        catch (PDOException $e) { fwrite(STDERR, "try $i: " . $e->getMessage() . "\n"); if ($i === $tries) { throw $e; } sleep(1); }
    }
    if ($what === 'grant') { $db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION); $db->exec('DELETE FROM carts'); }
}
foreach ($carts as $cart) {
    if ($what === 'bug' || isset($cart['days'])) { fwrite(STDOUT, "cart {$cart['id']}: " . (old($cart['days']) ? 'removed' : 'kept') . "\n"); }
}
fwrite(STDOUT, "done\n");
