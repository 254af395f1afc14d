"""A PHP import job as shops write it, Jekyll as build and as server, and Patroni without and with a DCS.

PHP, Jekyll and Patroni are Debian 12's; the PostgreSQL that the import meets is a real one.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from ..recorder import Recorder, apt, debian
from .aside_daemons import Program, full, http, record_programs
from .aside_python import PG, PG_HOST, PG_NAME
from .python_programs import host
from .web import hold_port, put


def feed_import() -> Program:
    source = put("/srv/app/import.php", """
<?php
declare(strict_types=1);
require __DIR__ . '/vendor/autoload.php';

use Shop\\Feed\\Reader;

function say(string $level, string $text): void {
    fprintf(STDERR, "[%s] import.%s: %s\\n", gmdate('Y-m-d\\TH:i:sP'), strtoupper($level), $text);
}

$config = json_decode(file_get_contents(getenv('IMPORT_CONFIG') ?: '/config/import.json'), true, 16, JSON_THROW_ON_ERROR);
$dsn = $config['dsn'] ?? throw new RuntimeException('setting "dsn" is missing');
say('info', 'starting, feed ' . $config['feed']);
$db = new PDO($dsn, $config['user'], getenv('DB_PASSWORD') ?: null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 5]);
$statement = $db->prepare('insert into products(sku, price) values (?, ?)');
$errors = 0;
foreach ((new Reader($config['feed']))->rows() as $number => $row) {
    try {
        $statement->execute([$row['sku'], Reader::price($row)]);
    } catch (PDOException $e) {
        if ($e->getCode() !== '23505') {
            throw $e;
        }
        say('warning', "line $number: duplicate {$row['sku']}, skipped");
        $errors++;
    }
}
file_put_contents('/data/state/last.json', json_encode(['errors' => $errors]) . str_repeat(' ', 70000)) ?: throw new RuntimeException('could not write the state');
say('info', "done, $errors errors");
""") + put("/srv/app/vendor/autoload.php", """
<?php
spl_autoload_register(function (string $class): void {
    $file = __DIR__ . '/shop/' . strtr(substr($class, 10), '\\\\', '/') . '.php';
    if (is_file($file)) { require $file; }
});
""") + put("/srv/app/vendor/shop/Reader.php", """
<?php
declare(strict_types=1);
namespace Shop\\Feed;

final class Reader
{
    public function __construct(private string $path) {}

    public function rows(): iterable
    {
        $file = fopen($this->path, 'r');
        $head = fgetcsv($file, null, ';');
        while ($line = fgetcsv($file, null, ';')) {
            yield array_combine($head, $line);
        }
    }

    public static function price(array $row): float
    {
        return intdiv((int) $row['cents'], (int) $row['units']) / 100;
    }
}
""") + put("/data/feed/products.csv", "sku;cents;units\na1;1000;1\nb2;2500;5\na1;1000;1\n") + "mkdir -p /data/state; chmod 777 /data/state; chmod -R a+rX /srv/app /data/feed\n"  # fmt: skip
    conf = (
        put(
            "/config/import.json",
            f'{{"dsn": "pgsql:host={PG_HOST};port=5432;dbname=shop", "user": "app", "feed": "/data/feed/products.csv"}}',
        )
        + "chmod a+r /config/*\n"
    )
    table = "psql -d shop -c 'set role app' -c 'create table products(sku text primary key, price numeric)'\n"
    p = Program(
        "feed-import", f"{debian('php8.2-cli')}, pdo_pgsql", "registry.example.com/shop/feed-import:8.2", "php -d display_errors=stderr -d log_errors=0 -d html_errors=0 /srv/app/import.php", before=source, entry=1, user=1000, seconds=15,
        env={"DB_PASSWORD": "correct"}, mounts={"config": "config:/config", "feed": "claim:/data/feed", "state": "claim:/data/state"}, spec={"restartPolicy": "OnFailure"},
    )  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "the config map is not mounted", "")
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "the JSON has a trailing comma",
        "",
        conf + "sed -i 's/}$/,}/' /config/import.json\n",
    )
    p(
        "dsn-missing",
        "ConfigurationMissing",
        "the setting dsn is not there",
        "",
        conf + 'sed -i \'s/"dsn"/"database"/\' /config/import.json\n',
    )
    p(
        "driver-missing",
        "LibraryMissing",
        "the DSN's PDO driver is not in the image",
        "",
        PG_NAME + conf,
        command="php -n -d extension=pdo.so -d display_errors=stderr -d html_errors=0 /srv/app/import.php",
    )
    p(
        "class-missing",
        "LibraryMissing",
        "the vendor folder is without the package",
        "",
        conf + "rm /srv/app/vendor/shop/Reader.php\n" + PG + table,
    )
    p(
        "autoload-missing",
        "LibraryMissing",
        "composer install was never run in the image",
        "",
        conf + "rm -r /srv/app/vendor\n",
    )
    p(
        "script-missing",
        "ExecutableMissing",
        "the script is not in the image",
        "",
        conf,
        command="php -d display_errors=stderr -d html_errors=0 /srv/app/bin/import.php",
    )
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME + conf,
    )
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG + table + conf,
        env={"DB_PASSWORD": "former"},
    )
    p("table-missing", "MigrationFailed", "the schema was never migrated", "", PG + conf)
    p(
        "table-privilege",
        "PermissionDenied",
        "the table belongs to another role",
        "",
        PG
        + conf
        + "psql -d shop -c 'create table products(sku text primary key, price numeric)'\n",
    )
    p(
        "zero-units",
        "ApplicationError",
        "a row of the feed makes the code divide by zero",
        "",
        PG + table + conf + "echo 'c3;100;0' >>/data/feed/products.csv\n",
    )
    p(
        "memory-limit",
        "OutOfMemory",
        "PHP's memory_limit is too low for the feed's one huge line",
        "",
        PG + table + conf + "head -c 6000000 /dev/zero | tr '\\0' x >>/data/feed/products.csv\n",
        command="php -d memory_limit=8M -d display_errors=stderr -d log_errors=0 -d html_errors=0 /srv/app/import.php",
    )
    p(
        "state-volume-full",
        "DiskFull",
        "the claim of the state is full",
        "",
        PG + table + conf + full("/data/state", "16k"),
    )
    p(
        "duplicates-done",
        "Unknown",
        "duplicate rows are skipped with warnings, the job ends well",
        "",
        PG + table + conf,
    )
    return p


def jekyll() -> Program:
    site = (
        put(
            "/srv/site/_config.yml",
            "title: Handbook\nbaseurl: /docs\nplugins: []\nexclude: [vendor]\n",
        )
        + put("/srv/site/index.md", "---\nlayout: default\ntitle: Home\n---\n# Handbook\n")
        + put(
            "/srv/site/_layouts/default.html",
            "<html><title>{{ page.title }}</title><body>{{ content }}</body></html>",
        )
        + "mkdir -p /srv/out; chmod 777 /srv/out; chmod -R a+rX /srv/site\n"
    )
    line = "jekyll serve --source /srv/site --destination /srv/out --host 0.0.0.0 --port 4000 --no-watch --disable-disk-cache"
    p = Program("jekyll", debian("jekyll"), "docker.io/jekyll/jekyll:4.3", line, before=site, seconds=12, user=1000, mounts={"site": "config:/srv/site", "out": "/srv/out"},
                spec={"ports": [{"containerPort": 4000}], "livenessProbe": http("/docs/", 4000)})  # fmt: skip
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "the YAML of _config.yml does not parse",
        "",
        "printf 'defaults:\\n  - scope: {path: \"\"\\n    values: [\\n' >>/srv/site/_config.yml\n",
    )
    p(
        "theme-missing",
        "LibraryMissing",
        "the theme's gem is not installed",
        "",
        "echo 'theme: minima-shop' >>/srv/site/_config.yml\n",
    )
    p(
        "plugin-missing",
        "LibraryMissing",
        "a plugin's gem is not installed",
        "",
        "sed -i 's/plugins: .*/plugins: [jekyll-seo-tags]/' /srv/site/_config.yml\n",
    )
    p(
        "configuration-missing",
        "ConfigurationMissing",
        "the file of --config is not mounted",
        "",
        command=line + " --config /config/production.yml",
    )
    p(
        "destination-not-writable",
        "PermissionDenied",
        "the volume of the pages belongs to root",
        "",
        "chmod 755 /srv/out\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        hold_port(4000),
        spec={"hostNetwork": True},
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag with a typo",
        "",
        command=line + " --increment-build",
    )
    p(
        "stopped",
        "Unknown",
        "builds, serves, answers 404; stopped",
        "",
        meanwhile="sleep 7; for i in 1 2 3; do curl -s -o /dev/null localhost:4000/docs/x$i; curl -s -o /dev/null localhost:4000/docs/; done",
        seconds=11,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "builds, serves, is killed",
        "",
        stop_signal="SIGKILL",
        meanwhile="sleep 7; curl -s -o /dev/null localhost:4000/docs/favicon.ico",
    )
    return p


def patroni() -> Program:
    def conf(
        rest: str = "",
        dcs: str = "etcd3:\n  hosts: etcd-0.etcd.db.svc:2379,etcd-1.etcd.db.svc:2379",
        bin_dir: str = "/usr/lib/postgresql/15/bin",
    ) -> str:
        return put("/config/patroni.yml", f"""
scope: shop
name: shop-0
restapi:
  listen: 0.0.0.0:8008
  connect_address: 10.244.1.23:8008
{dcs}
bootstrap:
  dcs: {{ttl: 30, loop_wait: 10, retry_timeout: 10}}
  initdb: [encoding: UTF8]
postgresql:
  listen: 0.0.0.0:5432
  connect_address: 10.244.1.23:5432
  data_dir: /data/pg/main
  bin_dir: {bin_dir}
  authentication:
    superuser: {{username: postgres, password: correct}}
    replication: {{username: standby, password: correct}}
{rest}
""") + "mkdir -p /data/pg; chown postgres /data/pg; chmod a+r /config/*\n"  # fmt: skip

    etcd = host("etcd-0.etcd.db.svc", "10.96.70.1") + host("etcd-1.etcd.db.svc", "10.96.70.2")
    p = Program(
        "patroni", debian("patroni"), "registry.example.com/db/patroni:3.0.2-pg15", "patroni /config/patroni.yml", before=host("shop-0", "10.244.1.23"), seconds=14,
        mounts={"config": "config:/config", "data": "claim:/data/pg"}, spec={"ports": [{"containerPort": 5432}, {"containerPort": 8008}], "livenessProbe": http("/liveness", 8008)},
    )  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "no file at the place", "")
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "the YAML does not parse",
        "",
        conf("tags: {nofailover: false\n"),
    )
    p(
        "dcs-missing",
        "ConfigurationMissing",
        "the file names no DCS",
        "",
        conf(dcs="log: {level: INFO}"),
    )
    p(
        "dcs-refuses",
        "DependencyNotReady",
        "etcd's service has no endpoint",
        "",
        conf() + etcd,
        seconds=30,
    )
    p(
        "dcs-name-unknown",
        "DependencyNotReady",
        "etcd's names do not resolve",
        "",
        conf(),
        seconds=30,
    )
    return p


def programs() -> list[Program]:
    return [feed_import(), jekyll(), patroni()]


def record(recorder: Recorder) -> None:
    apt(
        "php-cli",
        "php-pgsql",
        "postgresql",
        "jekyll",
        "patroni",
        "python3-psycopg2",
        "python3-etcd",
    )
    record_programs(recorder, programs())
