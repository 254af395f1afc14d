"""Entry points, init containers, backup jobs and small script servers: shell, pg_dumpall, mysqldump, wget, Mojolicious
under hypnotoad, and WordPress' cron job under PHP.

The clients are Debian 12's and meet real servers inside the recording's own network.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

from ..recorder import Recorder, apt, debian
from .aside_daemons import UNPRIVILEGED, Program, full, listening, record_programs
from .aside_python import PG, PG_HOST, PG_NAME
from .python_programs import host
from .web import hold_port, put

MYSQL_NAME = host("mysql.shop.svc", "10.96.14.10")
MYSQL = MYSQL_NAME + """
mkdir -p /run/mysqld /data/my; chown mysql /run/mysqld /data/my
mariadb-install-db --user=mysql --datadir=/data/my --skip-test-db --auth-root-authentication-method=normal >/dev/null 2>&1
(mariadbd --no-defaults --user=mysql --datadir=/data/my --socket=/run/mysqld/m.sock --pid-file=/run/mysqld/m.pid --bind-address=10.96.14.10 --innodb-flush-method=fsync >/dev/null 2>&1 &)
for i in $(seq 60); do env -u MYSQL_PWD mariadb-admin -uroot -S /run/mysqld/m.sock ping >/dev/null 2>&1 && break; sleep 0.2; done
my() { env -u MYSQL_PWD mariadb -uroot -S /run/mysqld/m.sock "$@"; }
my -e "create database shop; create table shop.orders(id int, note varchar(200)); insert into shop.orders values (1, 'a'), (2, 'error: connection refused'); create user backup@'%' identified by 'correct'"
"""  # fmt: skip
MYSQL_ALL = "my -e \"grant select, lock tables, process, show view, trigger, event, reload on *.* to backup@'%'\"\n"


def entrypoint() -> Program:
    script = put("/srv/entrypoint.sh", """
#!/bin/sh
set -eu

log() { echo "[entrypoint] $*"; }

: "${DATABASE_HOST:?DATABASE_HOST must be set}"
: "${WORKERS:=2}"
log "starting orders 4.2.0 on $(hostname), workers=$WORKERS"

if [ -f /config/extra.env ]; then
  log "reading /config/extra.env"
  . /config/extra.env
else
  log "no /config/extra.env, going on without"
fi

log "rendering settings"
sed "s/@WORKERS@/$WORKERS/; s/@HOST@/$DATABASE_HOST/" /srv/settings.tmpl >/run/app/settings.ini
threads=$((WORKERS * 4))
log "pool of $threads threads"

tries=0
until nc -z -w 2 "$DATABASE_HOST" 5432; do
  tries=$((tries + 1))
  [ "$tries" -lt 5 ] || { log "gave up on $DATABASE_HOST:5432 after $tries tries"; exit 1; }
  log "waiting for $DATABASE_HOST:5432 ($tries)"
  sleep 1
done

if [ "${MIGRATE:-no}" = yes ]; then
  log "applying migrations"
  for file in /srv/migrations/*.sql; do
    log "  $file"
    psql -q -v ON_ERROR_STOP=1 -h "$DATABASE_HOST" -U app -d shop -f "$file"
  done
fi

log "handing over to ${1:-orders}"
exec "$@"
""") + "chmod 755 /srv/entrypoint.sh; mkdir -p /run/app /srv/migrations; chmod 777 /run/app; printf '[orders]\\nworkers=@WORKERS@\\nhost=@HOST@\\n' >/srv/settings.tmpl\n" + put("/srv/bin/orders", "#!/bin/sh\necho 'orders: ready'\ntrap 'echo orders: stopping; exit 0' TERM\nwhile :; do sleep 0.2; done") + "chmod 755 /srv/bin/orders\n" + put("/srv/migrations/001_orders.sql", "create table if not exists orders(id bigint primary key, total int);") + put("/srv/migrations/002_total.sql", "alter table orders add column currency text;")  # fmt: skip
    line = "/srv/entrypoint.sh /srv/bin/orders"
    p = Program(
        "entrypoint.sh", "a shell entry point on Debian 12 (dash, netcat, psql 15)", "registry.example.com/shop/orders:4.2.0", line, before=script, entry=1, seconds=9,
        env={"DATABASE_HOST": PG_HOST, "PGPASSWORD": "correct"}, mounts={"run": "/run/app"}, spec={"ports": [{"containerPort": 8080}], "livenessProbe": listening(8080)},
    )  # fmt: skip
    p(
        "variable-missing",
        "ConfigurationMissing",
        "DATABASE_HOST is not set",
        "",
        without=["DATABASE_HOST"],
    )
    p(
        "workers-no-number",
        "ConfigurationInvalid",
        "WORKERS is no number",
        "",
        env={"WORKERS": "4 cores"},
    )
    p(
        "extra-env-broken",
        "ConfigurationInvalid",
        "the mounted shell fragment has an unclosed quote",
        "",
        put("/config/extra.env", 'export GREETING="hello\nexport REGION=emea'),
        mounts={"extra": "config:/config"},
    )
    p(
        "settings-not-writable",
        "PermissionDenied",
        "the volume of the rendered settings belongs to root",
        "",
        "chmod 755 /run/app\n",
        user=1000,
    )
    p(
        "settings-volume-read-only",
        "PermissionDenied",
        "readOnlyRootFilesystem and no volume",
        "",
        "mount -t tmpfs -o ro tmpfs /run/app\n",
        mounts={"run": "config:/run/app"},
    )
    p(
        "template-missing",
        "ConfigurationMissing",
        "the template is not in the image's place",
        "",
        "rm /srv/settings.tmpl\n",
    )
    p(
        "database-never-comes",
        "DependencyNotReady",
        "the database's service has no endpoint, the script gives up",
        "",
        PG_NAME,
        seconds=20,
    )
    p(
        "migration-fails",
        "MigrationFailed",
        "the second migration ran by hand already",
        "",
        PG
        + "psql -d shop -c 'set role app' -c 'create table orders(id bigint primary key, total int, currency text)'\n",
        env={"MIGRATE": "yes"},
    )
    p(
        "migration-password",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG,
        env={"MIGRATE": "yes", "PGPASSWORD": "former"},
    )
    p(
        "program-missing",
        "ExecutableMissing",
        "the program to hand over to is not in the image",
        "",
        PG,
        command="/srv/entrypoint.sh gunicorn --bind 0.0.0.0:8080 orders.wsgi",
    )
    p(
        "program-not-executable",
        "PermissionDenied",
        "the program has lost its executable bit",
        "",
        PG + "chmod 644 /srv/bin/orders\n",
    )
    p(
        "waits-then-runs-stopped",
        "Unknown",
        "the database comes after two tries, the program runs; stopped",
        "",
        PG_NAME,
        meanwhile="sleep 2.5; python3 -m http.server -b 10.96.14.7 5432",
        seconds=9,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "runs the program, says nothing, is killed",
        "",
        PG,
        stop_signal="SIGKILL",
    )
    return p


def init_container() -> Program:

    def script(text: str) -> str:
        return put("/srv/init.sh", "#!/bin/sh\nset -eu\n" + text) + "chmod 755 /srv/init.sh\n"

    p = Program("init-container", "shell steps of init containers on Debian 12 (dash, coreutils, tar, curl)", "registry.example.com/base/tools:12", ["/bin/sh", "-c", "/srv/init.sh"], entry=0, seconds=8,
                spec={"restartPolicy": "Always"})  # fmt: skip
    p(
        "ownership-denied",
        "PermissionDenied",
        "chown of the claim by an unprivileged user",
        "",
        script("echo 'fixing ownership of /data'\nchown -Rv 1000:1000 /data/uploads\necho done")
        + "mkdir -p /data/uploads; touch /data/uploads/a; chmod 755 /data/uploads\n",
        user=1000,
        mounts={"data": "claim:/data"},
    )
    p(
        "unpack-volume-full",
        "DiskFull",
        "the emptyDir is too small for the archive",
        "",
        script("echo 'unpacking assets'\ntar -xf /srv/assets.tar -C /data/assets\necho unpacked")
        + full("/data/assets", "200k")
        + "mkdir -p /srv/a; head -c 900000 /dev/urandom >/srv/a/bundle.js; tar -cf /srv/assets.tar -C /srv a\n",
        mounts={"assets": "/data/assets"},
    )
    p(
        "archive-missing",
        "ConfigurationMissing",
        "the config map's file that is to be copied is not there",
        "",
        script(
            "echo 'copying configuration'\ncp -v /config/app.yaml /data/app.yaml\nchmod 0640 /data/app.yaml"
        ),
        mounts={"config": "config:/config", "work": "/data"},
    )
    p("artifact-401", "AuthenticationFailed", "the artifact store wants a valid token", "", host("artifacts.shop.svc", "10.96.50.2")
      + put("/tmp/store.py", "import http.server\nclass S(http.server.BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(401); self.send_header('WWW-Authenticate', 'Bearer realm=artifacts'); self.end_headers()\nhttp.server.HTTPServer(('', 8081), S).serve_forever()\n") + "(python3 /tmp/store.py >/dev/null 2>&1 &); sleep 0.5\n"
      + script("echo 'fetching model v17'\ncurl -fsS --retry 2 --retry-all-errors -H \"Authorization: Bearer ${ARTIFACT_TOKEN:-}\" -o /data/model.bin http://artifacts.shop.svc:8081/models/v17.bin\nsha256sum /data/model.bin"), mounts={"model": "/data"}, env={"ARTIFACT_TOKEN": "expired"})  # fmt: skip
    p("artifact-refused", "DependencyNotReady", "the artifact store's service has no endpoint", "", host("artifacts.shop.svc", "10.96.50.2")
      + script("echo 'fetching model v17'\ncurl -fsS --retry 2 --retry-connrefused -o /data/model.bin http://artifacts.shop.svc:8081/models/v17.bin"), mounts={"model": "/data"})  # fmt: skip
    p(
        "tool-missing",
        "ExecutableMissing",
        "the image has no vault",
        "",
        script(
            "echo 'reading database credentials'\nvault kv get -field=password secret/shop/db >/data/password\necho ok\n"
        ),
        mounts={"work": "/data"},
    )
    p(
        "sysctl-denied",
        "PermissionDenied",
        "a kernel setting without the privilege",
        "",
        script("echo 'raising vm.max_map_count'\nsysctl -w vm.max_map_count=262144\n"),
        user=1000,
    )
    p("waits-for-a-service-then-done", "Unknown", "the service it waits for comes after three tries; ends well", "", host("catalog.shop.svc", "10.96.50.3") + script("until curl -fsS -m 2 -o /dev/null http://catalog.shop.svc:8080/; do echo 'waiting for catalog'; sleep 1; done\necho 'catalog is there'"),
      meanwhile="sleep 3; python3 -m http.server -b 10.96.50.3 8080", seconds=15)  # fmt: skip
    p(
        "service-never-comes",
        "DependencyNotReady",
        "waits for a service without an end, until it is deleted",
        "",
        host("catalog.shop.svc", "10.96.50.3")
        + script(
            "until curl -fsS -m 2 -o /dev/null http://catalog.shop.svc:8080/; do echo 'waiting for catalog'; sleep 1; done\necho 'catalog is there'"
        ),
    )
    p(
        "password-variable-unset",
        "ConfigurationMissing",
        "set -u and a variable that the secret does not hold",
        "",
        script(
            "echo 'writing .pgpass'\numask 077\necho \"postgres:5432:*:app:$DB_PASSWORD\" >/data/.pgpass\n"
        ),
        mounts={"work": "/data"},
    )
    p(
        "done",
        "Unknown",
        "steps that end well, with a warning on the way",
        "",
        script(
            "echo 'cleaning up'\nrm -v /data/cache/* || true\nmkdir -p /data/cache\necho 'init done'"
        ),
        mounts={"work": "/data"},
    )
    p(
        "optional-step-fails-done", "Unknown", "chown is not allowed and not needed: the script says so and ends well", "",
        script("echo 'fixing ownership of /data'\nchown -R 1000:1000 /data/uploads || echo 'ownership left as it is'\ncp -v /config/optional.yaml /data/ || echo 'no optional.yaml, defaults are used'\necho done")
        + "mkdir -p /data/uploads; touch /data/uploads/a; chmod 755 /data/uploads\n", user=1000, mounts={"data": "claim:/data"},
    )  # fmt: skip
    return p


def pg_dumpall() -> Program:
    line = (
        f"pg_dumpall -h {PG_HOST} -U backup --clean --if-exists --file=/data/backup/cluster.sql -v"
    )
    roles = "psql -c 'create role backup superuser login password $$correct$$'; psql -d shop -c 'create table orders as select g id, repeat(md5(g::text), 4) note from generate_series(1, 4000) g'\n"
    p = Program("pg_dumpall", debian("postgresql-client-15"), "docker.io/library/postgres:15", line, seconds=20, env={"PGPASSWORD": "correct"}, before="mkdir -p /data/backup; chmod 777 /data/backup\n",
                mounts={"backup": "claim:/data/backup"}, spec={"restartPolicy": "OnFailure"})  # fmt: skip
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG + roles,
        env={"PGPASSWORD": "former"},
    )
    p(
        "password-missing",
        "AuthenticationFailed",
        "the server demands a password, none is given",
        "",
        PG + roles,
        without=["PGPASSWORD"],
    )
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME,
    )
    p("name-unknown", "DependencyNotReady", "the database's name does not resolve", "")
    p(
        "not-superuser",
        "PermissionDenied",
        "the role may not read the passwords of the others",
        "",
        PG + "psql -c 'create role backup login password $$correct$$'\n",
    )
    p(
        "volume-full",
        "DiskFull",
        "the backup's claim is full",
        "",
        PG + roles + full("/data/backup", "128k"),
    )
    p(
        "folder-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        PG + roles + "chmod 755 /data/backup\n",
        user=999,
    )
    p(
        "unknown-option",
        "ConfigurationInvalid",
        "an option of pg_dump, not of pg_dumpall",
        "",
        command=line + " --format=custom",
    )
    p("done", "Unknown", "dumps everything and ends well", "", PG + roles)
    return p


def mysqldump() -> Program:
    line = "mysqldump --host=mysql.shop.svc --user=backup --single-transaction --routines --databases shop --result-file=/data/backup/shop.sql --verbose"
    p = Program("mysqldump", debian("mariadb-client"), "docker.io/library/mariadb:10.11", line, seconds=15, env={"MYSQL_PWD": "correct"}, before="mkdir -p /data/backup; chmod 777 /data/backup\n",
                mounts={"backup": "claim:/data/backup"}, spec={"restartPolicy": "OnFailure"})  # fmt: skip
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        MYSQL + MYSQL_ALL,
        env={"MYSQL_PWD": "former"},
    )
    p("server-refuses", "DependencyNotReady", "MySQL's service has no endpoint", "", MYSQL_NAME)
    p(
        "privilege-missing",
        "PermissionDenied",
        "the user may not read the tables' data",
        "",
        MYSQL
        + "my -e \"grant usage, lock tables on *.* to backup@'%'; grant insert on shop.orders to backup@'%'\"\n",
    )
    p("option-file-broken", "ConfigurationInvalid", "an unknown variable in the mounted option file", "", MYSQL_NAME + put("/config/my.cnf", "[client]\nhost = mysql.shop.svc\nuser = backup\n[mysqldump]\ncolumn-statistic = 0\n"),
      command="mysqldump --defaults-file=/config/my.cnf --databases shop --result-file=/data/backup/shop.sql", mounts={"config": "secret:/config"})  # fmt: skip
    p(
        "option-file-missing",
        "ConfigurationMissing",
        "the option file's secret is not mounted",
        "",
        MYSQL_NAME,
        command="mysqldump --defaults-extra-file=/config/my.cnf --databases shop --result-file=/data/backup/shop.sql",
    )
    p(
        "volume-full",
        "DiskFull",
        "the claim is full",
        "",
        MYSQL
        + MYSQL_ALL
        + "my shop -e \"insert into orders select seq, repeat('x', 190) from seq_1_to_9000\"\n"
        + full("/data/backup", "256k"),
    )
    p(
        "folder-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        MYSQL + MYSQL_ALL + "chmod 755 /data/backup\n",
        user=999,
    )
    p("done", "Unknown", "dumps the database and ends well", "", MYSQL + MYSQL_ALL)
    return p


def wget() -> Program:
    line = "wget --tries=3 --waitretry=1 --timeout=5 --progress=dot:mega -O /data/geo/GeoLite2.mmdb https://files.shop.svc:8443/GeoLite2.mmdb"
    files = host("files.shop.svc", "10.96.51.3")
    tls = (
        files
        + """
mkdir -p /run/tls /srv/files; cd /run/tls; openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=%s -addext subjectAltName=DNS:%s 2>/dev/null; cd /srv/files; head -c 400000 /dev/urandom >GeoLite2.mmdb
(openssl s_server -accept 8443 -cert /run/tls/c.pem -key /run/tls/k.pem -WWW -quiet >/dev/null 2>&1 &); sleep 0.5; cd /srv
"""
    )
    p = Program(
        "wget",
        debian("wget"),
        "registry.example.com/base/tools:12",
        line,
        seconds=25,
        before="mkdir -p /data/geo; chmod 777 /data/geo\n",
        mounts={"geo": "/data/geo"},
        spec={"restartPolicy": "OnFailure"},
    )
    p(
        "authority-unknown",
        "CertificateInvalid",
        "the file server's certificate is of a private authority",
        "",
        tls % ("files.shop.svc", "files.shop.svc"),
    )
    p(
        "other-name",
        "CertificateInvalid",
        "the certificate is of another host",
        "",
        tls % ("cdn.example.com", "cdn.example.com"),
        command=line + " --ca-certificate=/run/tls/c.pem",
        mounts={"ca": "config:/run/tls"},
    )
    p(
        "server-refuses",
        "DependencyNotReady",
        "the file server's service has no endpoint",
        "",
        files,
    )
    p("name-unknown", "DependencyNotReady", "the file server's name does not resolve", "")
    p(
        "folder-not-writable",
        "PermissionDenied",
        "the volume belongs to root",
        "",
        tls % ("files.shop.svc", "files.shop.svc") + "chmod 755 /data/geo\n",
        user=1000,
    )
    p(
        "volume-full",
        "DiskFull",
        "the volume is too small for the file",
        "",
        tls % ("files.shop.svc", "files.shop.svc") + full("/data/geo", "128k"),
        command=line + " --ca-certificate=/run/tls/c.pem",
        mounts={"ca": "config:/run/tls"},
    )
    p(
        "scheme-doubled",
        "ConfigurationInvalid",
        "the URL was put together with its scheme twice",
        "",
        command=line.replace("https://files", "https://https://files"),
    )
    p(
        "done",
        "Unknown",
        "fetches its file and ends well",
        "",
        tls % ("files.shop.svc", "files.shop.svc"),
        command=line + " --ca-certificate=/run/tls/c.pem",
        mounts={"ca": "config:/run/tls"},
    )
    p(
        "server-comes-later-done", "Unknown", "the server refuses twice, then the file is fetched", "", files + "mkdir -p /srv/files; head -c 90000 /dev/urandom >/srv/files/GeoLite2.mmdb\n",
        command="wget --tries=8 --waitretry=2 --retry-connrefused --timeout=5 --progress=dot:mega -O /data/geo/GeoLite2.mmdb http://files.shop.svc:8080/GeoLite2.mmdb",
        meanwhile="sleep 2.5; cd /srv/files; python3 -m http.server -b 10.96.51.3 8080",
    )  # fmt: skip
    return p


def hypnotoad() -> Program:
    source = put("/srv/app/orders.pl", """
#!/usr/bin/env perl
use Mojolicious::Lite -signatures;

plugin Config => {file => $ENV{ORDERS_CONFIG} // '/config/orders.conf'};
my $currency = app->config->{currency} or die "currency is not configured\\n";

get '/orders/:id' => sub ($c) {
  my %orders = (1 => {total => 100});
  $c->render(json => {id => $c->param('id'), total => $orders{$c->param('id')}{total} * rate($currency)});
};

sub rate ($code) { my %rates = (EUR => 1, USD => 1.1); return $rates{$code} // die "no rate for $code" }

app->config(hypnotoad => {listen => [$ENV{LISTEN} // 'http://*:8080'], workers => 2, pid_file => $ENV{PID_FILE} // '/run/orders/hypnotoad.pid'});
app->log->info("orders in $currency");
app->start;
""") + "mkdir -p /run/orders; chmod 777 /run/orders\n"  # fmt: skip
    conf = put("/config/orders.conf", "{currency => 'EUR', page => 50}") + "chmod a+r /config/*\n"
    p = Program("hypnotoad", debian("libmojolicious-perl"), "registry.example.com/shop/orders-perl:4.2.0", "hypnotoad --foreground /srv/app/orders.pl", before=source, seconds=5, env={"MOJO_MODE": "production", "MOJO_LOG_LEVEL": "info"},
                mounts={"config": "config:/config", "run": "/run/orders"}, spec={"ports": [{"containerPort": 8080}], "livenessProbe": listening(8080)})  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "the config map is not mounted", "", "")
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "the mounted Perl hash has a syntax error",
        "",
        put("/config/orders.conf", "{currency => 'EUR' page => 50}"),
    )
    p(
        "currency-missing",
        "ConfigurationMissing",
        "the setting currency is not in the file",
        "",
        put("/config/orders.conf", "{page => 50}"),
    )
    p(
        "module-missing",
        "LibraryMissing",
        "a plugin's distribution is not installed",
        "",
        conf
        + "sed -i '/^plugin Config/a plugin \"OpenAPI\";\\nuse Mojo::Pg;' /srv/app/orders.pl\n",
    )
    p(
        "application-missing",
        "ExecutableMissing",
        "the script is not in the image",
        "",
        conf,
        command="hypnotoad --foreground /srv/app/shop.pl",
    )
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        conf + hold_port(8080),
        spec={"hostNetwork": True},
    )
    p(
        "port-80-as-nobody",
        "PermissionDenied",
        "port 80 without NET_BIND_SERVICE",
        "",
        UNPRIVILEGED + conf,
        user=65534,
        env={"LISTEN": "http://*:80"},
        spec={"ports": [{"containerPort": 80}], "livenessProbe": None},
    )
    p(
        "workers-killed-goes-on",
        "Unknown",
        "a worker is killed once, the manager starts another; stopped",
        "",
        conf,
        meanwhile="sleep 2; curl -s -o /dev/null localhost:8080/orders/1; kill -9 $(pgrep -P $(cat /run/orders/hypnotoad.pid) | head -1)",
        seconds=6,
    )
    p(
        "pid-file-not-writable",
        "PermissionDenied",
        "the volume of the pid file belongs to root",
        "",
        conf + "chmod 755 /run/orders\n",
        user=65534,
    )
    p(
        "requests-fail-stopped",
        "Unknown",
        "requests for unknown orders end in warnings; stopped",
        "",
        conf,
        meanwhile="sleep 2; for i in 1 2 3; do curl -s -o /dev/null localhost:8080/orders/$i; done",
    )
    return p


def wordpress() -> Program:
    place = "cp -a /usr/share/wordpress /srv/html; rm -f /srv/html/wp-config.php; mkdir -p /srv/html/wp-content/plugins; chmod -R a+rX /srv/html\n"

    def conf(rest: str = "") -> str:
        return put("/srv/html/wp-config.php", f"""
<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'wordpress'); define('DB_PASSWORD', getenv('WORDPRESS_DB_PASSWORD')); define('DB_HOST', 'mysql.shop.svc');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('WP_DEBUG', true); define('WP_DEBUG_DISPLAY', true); define('DISABLE_WP_CRON', true); define('WP_HOME', 'https://blog.example.com'); define('WP_SITEURL', 'https://blog.example.com');
{rest}
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
""")  # fmt: skip

    rights = "my -e \"create database wordpress; create user wordpress@'%' identified by 'correct'; grant all on wordpress.* to wordpress@'%'\"\n"
    p = Program("wordpress", f"{debian('wordpress')}, PHP 8.2 (command line)", "docker.io/library/wordpress:6.1-php8.2", "php -d display_errors=stderr -d log_errors=0 -d html_errors=0 /srv/html/wp-cron.php", before=place, seconds=20, user=33,
                env={"WORDPRESS_DB_PASSWORD": "correct"}, mounts={"html": "claim:/srv/html"}, spec={"restartPolicy": "OnFailure"})  # fmt: skip
    p(
        "database-refuses",
        "DependencyNotReady",
        "MySQL's service has no endpoint",
        "",
        MYSQL_NAME + conf(),
    )
    p(
        "database-password",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        MYSQL + rights + conf(),
        env={"WORDPRESS_DB_PASSWORD": "former"},
    )
    p(
        "configuration-syntax",
        "ConfigurationInvalid",
        "a quote is missing in wp-config.php",
        "",
        MYSQL_NAME + conf("define('WP_CACHE, true);"),
    )
    p(
        "configuration-not-readable",
        "PermissionDenied",
        "wp-config.php is mode 0600 of root",
        "",
        MYSQL_NAME + conf() + "chmod 600 /srv/html/wp-config.php\n",
    )
    p(
        "extension-missing",
        "LibraryMissing",
        "PHP without the mysqli extension",
        "",
        MYSQL_NAME + conf(),
        command="php -n -d display_errors=stderr -d html_errors=0 /srv/html/wp-cron.php",
    )
    p(
        "script-missing",
        "ExecutableMissing",
        "the claim over the web root is empty",
        "",
        "rm -rf /srv/html/*\n",
    )
    return p


def programs() -> list[Program]:
    return [
        entrypoint(),
        init_container(),
        pg_dumpall(),
        mysqldump(),
        wget(),
        hypnotoad(),
        wordpress(),
    ]


def record(recorder: Recorder) -> None:
    apt("netcat-openbsd", "postgresql", "postgresql-client", "mariadb-server", "mariadb-client", "wget", "curl", "libmojolicious-perl", "wordpress", "php-cli", "php-mysql")  # fmt: skip
    record_programs(recorder, programs())
