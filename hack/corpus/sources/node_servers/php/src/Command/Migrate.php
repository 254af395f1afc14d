<?php
namespace App\Command;

use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

class Migrate extends Command
{
    protected static $defaultName = 'app:migrate';

    protected function execute(InputInterface $in, OutputInterface $out): int
    {
        $u = parse_url(getenv('DATABASE_URL') ?: throw new \RuntimeException('The environment variable DATABASE_URL is not configured.'));
        $db = new \PDO("pgsql:host={$u['host']};port=5432;dbname=" . ltrim($u['path'], '/'), $u['user'], $u['pass'] ?? '', [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION]);
        $out->writeln('migrating up to App\Migrations\Version20240611');
        $db->exec('CREATE TABLE orders (id serial primary key)');
        $out->writeln('<info>1 migration executed</info>');
        return self::SUCCESS;
    }
}
