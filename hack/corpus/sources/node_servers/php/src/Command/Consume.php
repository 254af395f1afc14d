<?php
namespace App\Command;

use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class Consume extends Command
{
    protected static $defaultName = 'app:consume';

    protected function configure(): void
    {
        $this->setDescription('Consumes orders')->addOption('limit', 'l', InputOption::VALUE_REQUIRED, 'messages', 0);
    }

    protected function execute(InputInterface $in, OutputInterface $out): int
    {
        $dsn = getenv('REDIS_HOST') ?: throw new \LogicException('Environment variable not found: "REDIS_HOST".');
        $redis = new \Redis();
        $redis->connect($dsn, (int) (getenv('REDIS_PORT') ?: 6379), 2.0);
        if ($p = getenv('REDIS_PASSWORD')) $redis->auth($p);
        $redis->ping();
        $out->writeln(sprintf('[%s] <info>consuming</info> from %s', date('c'), $dsn));
        $stop = false;
        pcntl_async_signals(true);
        pcntl_signal(SIGTERM, function () use (&$stop) { $stop = true; });
        $n = 0;
        while (!$stop) {
            $raw = $redis->lPop('orders');
            if ($raw === false) { usleep(200000); continue; }
            $order = json_decode($raw, true);
            try {
                if (!isset($order['id'])) throw new \InvalidArgumentException('Required key "id" is missing in the message');
                $out->writeln(sprintf('[%s] order %s booked', date('c'), $order['id']));
            } catch (\InvalidArgumentException $e) {
                if (getenv('STRICT')) throw $e;
                $out->writeln(sprintf('[%s] <error>message dropped: %s</error>', date('c'), $e->getMessage()));
            }
            if (++$n === (int) $in->getOption('limit')) break;
        }
        $out->writeln('stopped');
        return self::SUCCESS;
    }
}
