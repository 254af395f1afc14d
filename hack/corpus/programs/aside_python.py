"""More Python servers, workers and jobs: Sanic, Flower, JupyterLab, JupyterHub, Datasette, Dask, Dramatiq, Procrastinate,
django-q and three programs of one's own as shops write them.

The libraries are PyPI's; the PostgreSQL, Redis, MariaDB and LDAP servers that they meet are real ones inside the
recording's own network.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import subprocess

from ..recorder import Recorder, apt
from .aside_daemons import UNPRIVILEGED, Program, full, http, listening, record_programs
from .python_programs import CACHE, host
from .web import hold_port, put

VENV = CACHE / "aside_python" / "venv"
WANTED = (
    "sanic==24.6.0", "flower==2.0.1", "celery==5.4.0", "redis==5.2.1", "jupyterlab==4.3.4", "jupyterhub==5.2.1", "datasette==0.65.1",
    "distributed==2024.12.1", "dramatiq[redis,rabbitmq]==1.17.1", "procrastinate==2.15.1", "psycopg2-binary==2.9.10",
    "psycopg[binary]==3.2.3", "django==5.0.9", "django-q2==1.7.6", "ldap3==2.9.1", "pydantic-settings==2.6.1",
    "requests==2.32.3", "pymysql==1.1.1", "jinja2==3.1.5", "structlog==24.4.0", "setuptools==75.8.0", "kombu==5.4.2", "psycopg-pool==3.2.4",
)  # fmt: skip
PLACE = (
    host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
    + f"mkdir -p /srv/venv /srv/app; mount --bind {VENV} /srv/venv; export PATH=/srv/venv/bin:$PATH\n"
)
PY = "/srv/venv/bin/python"
BASE = {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "/srv/app"}
PG_HOST, REDIS_HOST = "postgres.shop.svc.cluster.local", "redis.shop.svc.cluster.local"
PG_NAME, REDIS_NAME = host(PG_HOST, "10.96.14.7"), host(REDIS_HOST, "10.96.14.8")
PG = PG_NAME + """
export PATH=/usr/lib/postgresql/15/bin:$PATH
install -d -o postgres -m 700 /data/pg; install -d -o postgres /run/postgresql
runuser -u postgres -- initdb -D /data/pg --no-sync --auth-local=trust --auth-host=scram-sha-256 >/dev/null
echo 'host all all all scram-sha-256' >>/data/pg/pg_hba.conf
runuser -u postgres -- pg_ctl -D /data/pg -s -w -o '-c listen_addresses=*' -l /data/pg/log start
psql() { command psql -q -U postgres "$@" >/dev/null; }
psql -c "create role app login password 'correct'" -c 'create database shop owner app'
"""  # fmt: skip
REDIS = (
    REDIS_NAME
    + "(redis-server --port 6379 --protected-mode no --save '' --dir /data {more} >/dev/null 2>&1 &); sleep 0.5\n"
)


def redis(more: str = "") -> str:
    return REDIS.replace("{more}", more)


def sanic() -> Program:
    source = put("/srv/app/catalog.py", """
import os
import aiofiles.os
from sanic import Sanic
from sanic.log import logger
from sanic.response import json

app = Sanic("catalog")
app.config.PAGE_SIZE = int(os.environ.get("CATALOG_PAGE_SIZE", "50"))


@app.before_server_start
async def load(app):
    import json as codec
    path = os.environ["CATALOG_FILE"]
    logger.info("loading catalog from %s", path)
    with open(path) as file:
        items = codec.load(file)
    app.ctx.items = {item["sku"]: item for item in items}
    if os.environ.get("THUMBNAILS"):
        from PIL import Image
    logger.info("%d items", len(items))


@app.get("/items/<sku>")
async def item(request, sku):
    return json(app.ctx.items[sku])


@app.get("/healthz")
async def healthz(request):
    return json({"ok": True})
""") + put("/config/catalog.json", '[{"sku": "a1", "price": 100}, {"sku": "b2", "price": 250}]')  # fmt: skip
    p = Program(
        "sanic", "PyPI sanic 24.6.0", "registry.example.com/shop/catalog:4.2.0", f"{PY} -m sanic catalog:app --host 0.0.0.0 --port 8000 --single-process --access-logs",
        before=PLACE + source + "chmod a+r /config/*\n", env={**BASE, "CATALOG_FILE": "/config/catalog.json"}, mounts={"catalog": "config:/config"}, seconds=7,
        spec={"ports": [{"containerPort": 8000}], "livenessProbe": http("/healthz", 8000), "readinessProbe": http("/healthz", 8000)},
    )  # fmt: skip
    p(
        "environment-missing",
        "ConfigurationMissing",
        "CATALOG_FILE is not set",
        "",
        without=["CATALOG_FILE"],
    )
    p(
        "page-size-invalid",
        "ConfigurationInvalid",
        "a number with a unit",
        "",
        env={"CATALOG_PAGE_SIZE": "50 items"},
    )
    p(
        "catalog-missing",
        "ConfigurationMissing",
        "the config map's key has another name",
        "",
        "mv /config/catalog.json /config/items.json\n",
    )
    p(
        "catalog-broken",
        "ConfigurationInvalid",
        "the mounted JSON has a trailing comma",
        "",
        "sed -i 's/}]/},]/' /config/catalog.json\n",
    )
    p(
        "port-taken",
        "PortConflict",
        "another service of the host network",
        "",
        hold_port(8000),
        spec={"hostNetwork": True},
    )
    p(
        "package-missing",
        "LibraryMissing",
        "Pillow is not in the image",
        "",
        env={"THUMBNAILS": "1"},
    )
    p(
        "item-without-sku",
        "ApplicationError",
        "the code takes for granted what one item lacks",
        "",
        'sed \'s/"sku": "b2", //\' /config/catalog.json >/data/catalog.json\n',
        env={"CATALOG_FILE": "/data/catalog.json"},
        mounts={"import": "claim:/data"},
    )
    p(
        "request-fails-stopped",
        "Unknown",
        "requests for unknown items end in 500s; stopped for a rollout",
        "",
        meanwhile="sleep 4; for i in 1 2 3 4; do curl -s -o /dev/null localhost:8000/items/z$i; curl -s localhost:8000/items/a1; done",
        seconds=8,
    )
    p(
        "killed-for-memory",
        "OutOfMemory",
        "the catalog does not fit the memory limit",
        "",
        'python3 -c \'import json; json.dump([{"sku": "s%d" % i, "text": "x" * 400, "price": i} for i in range(300000)], open("/data/catalog.json", "w"))\'\n',
        env={"CATALOG_FILE": "/data/catalog.json"},
        mounts={"import": "claim:/data"},
        memory_bytes=96 * 1024 * 1024,
        seconds=25,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "serves calmly and is killed",
        "",
        meanwhile="sleep 4; for i in 1 2 3 4; do curl -s localhost:8000/items/a1; done",
        stop_signal="SIGKILL",
    )
    return p


def flower() -> Program:
    p = Program(
        "flower", "PyPI flower 2.0.1, celery 5.4.0", "docker.io/mher/flower:2.0.1", f"{PY} -m celery --broker=redis://{REDIS_HOST}:6379/0 flower --port=5555 --address=0.0.0.0",
        before=PLACE, env=BASE, seconds=9, spec={"ports": [{"containerPort": 5555}], "livenessProbe": http("/healthcheck", 5555)},
    )  # fmt: skip
    line = (
        f"{PY} -m celery --broker=redis://{REDIS_HOST}:6379/0 flower --port=5555 --address=0.0.0.0"
    )
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        redis() + hold_port(5555),
        spec={"hostNetwork": True},
    )
    p("port-no-number", "ConfigurationInvalid", "Kubernetes' service variable FLOWER_PORT is taken for the port", "", redis(), env={"FLOWER_PORT": "tcp://10.96.77.1:5555"},
      command=f"{PY} -m celery --broker=redis://{REDIS_HOST}:6379/0 flower")  # fmt: skip
    p(
        "database-folder-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        redis() + "mkdir -m 755 /data/flower\n",
        command=line + " --persistent=True --db=/data/flower/flower.db",
        user=1000,
        mounts={"state": "claim:/data/flower"},
    )
    p(
        "broker-scheme-unknown",
        "ConfigurationInvalid",
        "a typo in the broker's URL",
        "",
        command=line.replace("redis://", "reddis://"),
    )
    p(
        "broker-comes-later",
        "Unknown",
        "the broker is away at first, comes up; stopped",
        "",
        REDIS_NAME,
        meanwhile="sleep 7; redis-server --port 6379 --protected-mode no --save '' --dir /data",
        seconds=18,
    )
    return p


def jupyter() -> Program:
    line = f"{PY} -m jupyterlab --ip=0.0.0.0 --port=8888 --no-browser --ServerApp.root_dir=/data/notebooks"
    p = Program(
        "jupyter", "PyPI jupyterlab 4.3.4", "quay.io/jupyter/base-notebook:lab-4.3.4", line, before=PLACE + "mkdir -p /data/notebooks /home/jovyan; chmod 777 /data/notebooks /home/jovyan\n",
        env={**BASE, "HOME": "/home/jovyan", "JUPYTER_TOKEN": "0f2b1d"}, user=1000, seconds=45, mounts={"notebooks": "claim:/data/notebooks"},
        spec={"ports": [{"containerPort": 8888}], "livenessProbe": http("/api", 8888), "resources": {"limits": {"memory": "2Gi", "cpu": "1"}}},
    )  # fmt: skip
    p("as-root", "ConfigurationInvalid", "runs as root without --allow-root", "", user=0)
    p(
        "port-taken",
        "PortConflict",
        "the port is taken and no other may be tried",
        "",
        hold_port(8888),
        command=line + " --ServerApp.port_retries=0",
        spec={"hostNetwork": True},
    )
    p(
        "folder-missing",
        "ConfigurationMissing",
        "the folder of root_dir is not mounted",
        "",
        "rmdir /data/notebooks\n",
        mounts={"notebooks": "claim:/data"},
    )
    p("configuration-skipped-goes-on", "Unknown", "a configuration with a syntax error is skipped, the server serves with its defaults; stopped", "", put("/config/jupyter_server_config.py", "c.ServerApp.base_url = '/lab\nc.ServerApp.terminals_enabled = False") + "chmod a+r /config/*\n",
      command=line + " --config=/config/jupyter_server_config.py", mounts={"config": "config:/config"})  # fmt: skip
    p(
        "home-not-writable",
        "PermissionDenied",
        "the runtime folder below HOME may not be made",
        "",
        "chmod 755 /home/jovyan; chown 0 /home/jovyan\n",
    )
    p(
        "key-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        "",
        command=line + " --certfile=/config/tls/tls.crt --keyfile=/config/tls/tls.key",
        mounts={"tls": "secret:/config/tls"},
    )
    p(
        "healthy-stopped",
        "Unknown",
        "people with wrong tokens; culled by SIGTERM",
        "",
        meanwhile="for i in $(seq 40); do curl -s -o /dev/null localhost:8888/api && break; sleep 1; done; for i in 1 2 3; do curl -s -o /dev/null localhost:8888/api/contents?token=x; curl -s -o /dev/null localhost:8888/static/none.js; done",
        seconds=30,
    )
    return p


def jupyterhub() -> Program:
    base = """
import sys
c.JupyterHub.bind_url = "http://0.0.0.0:8000"
c.JupyterHub.db_url = "sqlite:////data/hub/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "/data/hub/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy-api.hub.svc:8001"
"""

    def conf(rest: str = "") -> str:
        return (
            put("/config/jupyterhub_config.py", base + rest)
            + "mkdir -p /data/hub; chmod 777 /data/hub; chmod a+r /config/*\n"
        )

    p = Program(
        "jupyterhub", "PyPI jupyterhub 5.2.1", "quay.io/jupyterhub/k8s-hub:4.1.0", f"{PY} -m jupyterhub --config /config/jupyterhub_config.py --upgrade-db",
        before=PLACE, env={**BASE, "CONFIGPROXY_AUTH_TOKEN": "8a1f", "PATH": "/srv/venv/bin:/usr/local/bin:/usr/bin:/bin"}, seconds=35, user=1000, mounts={"config": "config:/config", "db": "claim:/data/hub"},
        spec={"ports": [{"containerPort": 8081, "name": "hub"}], "livenessProbe": http("/hub/health", "hub")},
    )  # fmt: skip
    p("configuration-missing", "ConfigurationMissing", "no file at the place of --config", "")
    p(
        "syntax-error",
        "ConfigurationInvalid",
        "a bracket is not closed",
        "",
        conf("c.JupyterHub.services = [{'name': 'cull'\n"),
    )
    p(
        "bad-trait",
        "ConfigurationInvalid",
        "a string where a number belongs",
        "",
        conf("c.JupyterHub.concurrent_spawn_limit = '64 users'\n"),
    )
    p(
        "database-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        conf() + "chmod 755 /data/hub\n",
    )
    p(
        "cookie-secret-too-open",
        "ConfigurationInvalid",
        "the cookie secret's file may be read by others",
        "",
        conf()
        + "openssl rand -hex 32 >/data/hub/cookie_secret; chmod 644 /data/hub/cookie_secret; chown 1000 /data/hub/cookie_secret\n",
    )
    p("schema-of-another-version", "MigrationFailed", "the database's alembic revision is not known to this version", "",
      conf() + "sqlite3 /data/hub/jupyterhub.sqlite \"create table alembic_version(version_num varchar(32) not null); insert into alembic_version values('99aa1f3c0d7e'); create table users(id integer); create table spawners(id integer)\"; chmod 666 /data/hub/*\n")  # fmt: skip
    p(
        "spawner-missing",
        "LibraryMissing",
        "kubespawner is not in the image",
        "",
        conf('c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"\n'),
    )
    p(
        "proxy-refuses",
        "DependencyNotReady",
        "the proxy's service has no ready endpoint",
        "",
        conf() + host("proxy-api.hub.svc", "10.96.41.7"),
        seconds=75,
    )
    return p


def datasette() -> Program:
    data = "mkdir -p /data/db; sqlite3 /data/db/orders.db 'create table orders(id integer primary key, total int); insert into orders values(1,100)'; chmod a+r /data/db/*\n"
    line = f"{PY} -m datasette serve /data/db/orders.db --host 0.0.0.0 --port 8001 --setting sql_time_limit_ms 2000"
    p = Program(
        "datasette", "PyPI datasette 0.65.1", "docker.io/datasetteproject/datasette:0.65.1", line, before=PLACE + data, env=BASE, seconds=6,
        mounts={"db": "claim:/data/db"}, spec={"ports": [{"containerPort": 8001}], "livenessProbe": http("/-/versions.json", 8001)},
    )  # fmt: skip
    p(
        "database-missing",
        "ConfigurationMissing",
        "the file that is to be served is not on the claim",
        "",
        "rm /data/db/orders.db\n",
    )
    p(
        "metadata-broken",
        "ConfigurationInvalid",
        "the metadata is neither JSON nor YAML",
        "",
        put("/config/metadata.yml", "title: Orders\ndatabases:\n  orders: {tables: {orders: [}\n"),
        command=line + " --metadata /config/metadata.yml",
        mounts={"metadata": "config:/config"},
    )
    p(
        "setting-unknown",
        "ConfigurationInvalid",
        "a setting that there is not",
        "",
        command=line + " --setting max_row_returned 500",
    )
    p(
        "port-taken",
        "PortConflict",
        "another one of the host network",
        "",
        hold_port(8001),
        spec={"hostNetwork": True},
    )
    plugin = put(
        "/srv/app/plugins/totals.py",
        "import os\nfrom datasette import hookimpl\n\n@hookimpl\ndef startup(datasette):\n    rates = {'EUR': 1.0}\n    limit = rates[datasette.metadata('currency') or 'USD']\n    print('limit', limit)\n",
    )
    p(
        "plugin-raises",
        "ApplicationError",
        "a plugin's startup hook looks up what is not in its table",
        "",
        plugin,
        command=line + " --plugins-dir /srv/app/plugins",
    )
    p(
        "plugin-module-missing",
        "LibraryMissing",
        "a plugin imports a package that is not installed",
        "",
        put(
            "/srv/app/plugins/maps.py", "import shapely.geometry\nfrom datasette import hookimpl\n"
        ),
        command=line + " --plugins-dir /srv/app/plugins",
    )
    p(
        "port-80-as-nobody",
        "PermissionDenied",
        "port 80 without NET_BIND_SERVICE",
        "",
        UNPRIVILEGED,
        user=65534,
        command=line.replace("8001", "80"),
        spec={"ports": [{"containerPort": 80}], "livenessProbe": None},
    )
    p(
        "queries-fail-stopped",
        "Unknown",
        "queries with errors are answered as such; stopped",
        "",
        meanwhile="sleep 2.5; for q in 'select+1' 'selec+1' 'select+*+from+nope'; do curl -s -o /dev/null \"localhost:8001/orders?sql=$q\"; done",
    )
    return p


def dask_scheduler() -> Program:
    line = "/srv/venv/bin/python -m distributed.cli.dask_scheduler --host 0.0.0.0 --port 8786 --dashboard-address :8787"
    p = Program(
        "dask-scheduler", "PyPI distributed 2024.12.1", "ghcr.io/dask/dask:2024.12.1", line, before=PLACE, env=BASE, seconds=8,
        spec={"ports": [{"containerPort": 8786, "name": "comm"}, {"containerPort": 8787, "name": "dashboard"}], "livenessProbe": listening(8786)},
    )  # fmt: skip
    p(
        "port-taken",
        "PortConflict",
        "another scheduler of the host network",
        "",
        hold_port(8786),
        spec={"hostNetwork": True},
    )
    p(
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        "",
        command=line.replace("--host 0.0.0.0", "--host tls://0.0.0.0")
        + " --tls-ca-file /config/tls/ca.crt --tls-cert /config/tls/tls.crt --tls-key /config/tls/tls.key",
    )
    p(
        "preload-module-missing",
        "LibraryMissing",
        "the preload module's package is not installed",
        "",
        command=line + " --preload shop_dask.plugins",
    )
    p(
        "preload-raises-goes-on",
        "Unknown",
        "the preload's code fails, the scheduler serves without it; stopped",
        "",
        put(
            "/srv/app/quota.py",
            "def dask_setup(scheduler):\n    shares = [s / 0 for s in (1, 2)]\n    scheduler.quota = shares\n",
        ),
        command=line + " --preload quota",
    )
    p(
        "unknown-option",
        "ConfigurationInvalid",
        "an option of another version",
        "",
        command=line + " --bokeh-port 8787",
    )
    p(
        "configuration-broken",
        "ConfigurationInvalid",
        "the mounted YAML does not parse",
        "",
        put(
            "/config/dask/distributed.yaml",
            "distributed:\n  scheduler:\n    allowed-failures: 3\n   worker: {memory: 0.8\n",
        ),
        env={"DASK_CONFIG": "/config/dask"},
        mounts={"config": "config:/config/dask"},
    )
    p("killed-from-outside", "Unknown", "a calm scheduler is killed", "", stop_signal="SIGKILL")
    p(
        "stopped",
        "Unknown",
        "a client that speaks no protocol of its own comes by; stopped",
        "",
        meanwhile="sleep 4; echo hello | nc -q0 localhost 8786; sleep 1",
        seconds=8,
    )
    return p


def dramatiq_worker() -> Program:
    source = put("/srv/app/tasks.py", """
import json, logging, os
import dramatiq
from dramatiq.brokers.redis import RedisBroker

broker = RedisBroker(url=os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
dramatiq.set_broker(broker)
SMTP = os.environ["SMTP_HOST"]
logging.getLogger("tasks").info("mail goes to %s", SMTP)


@dramatiq.actor(max_retries=1, min_backoff=200)
def invoice(order):
    total = sum(line["price"] for line in order["lines"])
    if os.environ.get("RENDER"):
        import weasyprint
    if total > 1000:
        raise ConnectionRefusedError(111, "Connection refused")
""")  # fmt: skip
    p = Program(
        "dramatiq-worker", "PyPI dramatiq 1.17.1 with redis 5.2.1", "registry.example.com/shop/invoices:4.2.0", f"{PY} -m dramatiq tasks --processes 1 --threads 2 --path /srv/app",
        before=PLACE + source, env={**BASE, "REDIS_URL": f"redis://{REDIS_HOST}:6379/0", "SMTP_HOST": "mail.shop.svc"}, seconds=8,
        spec={"resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}},
    )  # fmt: skip
    p(
        "environment-missing",
        "ConfigurationMissing",
        "SMTP_HOST is not set",
        "",
        redis(),
        without=["SMTP_HOST"],
    )
    p(
        "module-missing",
        "ExecutableMissing",
        "the module with the actors is not in the image",
        "",
        redis(),
        command=f"{PY} -m dramatiq shop.tasks --processes 1 --threads 2 --path /srv/app",
    )
    p(
        "broker-refuses",
        "DependencyNotReady",
        "Redis' service has no endpoint: the worker keeps trying",
        "",
        REDIS_NAME,
        seconds=10,
    )
    p(
        "broker-wants-a-password",
        "AuthenticationFailed",
        "Redis has a password now, the URL has none",
        "",
        redis("--requirepass s3cret"),
        seconds=10,
    )
    p(
        "url-invalid",
        "ConfigurationInvalid",
        "the URL lacks its scheme",
        "",
        env={"REDIS_URL": f"{REDIS_HOST}:6379/0"},
    )
    p(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag with a typo",
        "",
        command=f"{PY} -m dramatiq tasks --proceses 1",
    )
    p(
        "pid-file-in-the-way",
        "StaleLock",
        "the pid file names a process that lives",
        "",
        redis() + "sleep 60 & echo $! >/data/dramatiq.pid\n",
        command=f"{PY} -m dramatiq tasks --processes 1 --threads 2 --pid-file /data/dramatiq.pid",
        mounts={"state": "claim:/data"},
    )
    p(
        "broker-comes-later",
        "Unknown",
        "Redis is away at first and then comes up; stopped",
        "",
        REDIS_NAME,
        meanwhile="sleep 5; redis-server --port 6379 --protected-mode no --save '' --dir /data >/dev/null & sleep 13; kill -TERM $(pgrep -o -f 'm dramatiq')",
        seconds=30,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "a calm worker is killed with its node",
        "",
        redis(),
        stop_signal="SIGKILL",
    )
    p("task-fails-stopped", "Unknown", "one task fails twice and is given up, the worker goes on; stopped", "", redis(),
      meanwhile="sleep 2.5; cd /srv/app; /srv/venv/bin/python -c 'import tasks; tasks.invoice.send({\"lines\": [{\"price\": 2000}]}); tasks.invoice.send({\"lines\": [{\"price\": 20}]})'; sleep 5; kill -TERM $(pgrep -o -f 'm dramatiq')", seconds=30)  # fmt: skip
    return p


def procrastinate() -> Program:
    source = put("/srv/app/jobs.py", """
import os
from procrastinate import App, PsycopgConnector

app = App(connector=PsycopgConnector(conninfo=os.environ.get("DATABASE_URL", ""), timeout=6), import_paths=["jobs"])


@app.task(queue="reports", name="reports.build")
def build(region):
    share = {"emea": 0.6, "apac": 0.4}
    return share[region] / 1
""")  # fmt: skip
    url = f"postgresql://app:correct@{PG_HOST}:5432/shop"
    schema = f"cd /srv/app; DATABASE_URL={url} PYTHONPATH=/srv/app {PY} -m procrastinate --app=jobs.app schema --apply >/dev/null 2>&1; cd /srv\n"
    p = Program(
        "procrastinate", "PyPI procrastinate 2.15.1, psycopg 3.2.3", "registry.example.com/shop/reports:4.2.0", f"{PY} -m procrastinate --app=jobs.app worker --queues reports --concurrency 2",
        before=PLACE + source, env={**BASE, "DATABASE_URL": url}, seconds=20,
        spec={"livenessProbe": {"exec": {"command": ["procrastinate", "healthchecks"]}, "periodSeconds": 60}},
    )  # fmt: skip
    p("schema-missing", "MigrationFailed", "the schema was never applied", "", PG)
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG + schema,
        env={"DATABASE_URL": url.replace("correct", "former")},
    )
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME,
    )
    p(
        "table-privilege",
        "PermissionDenied",
        "the tables belong to another role",
        "",
        PG + schema + "psql -d shop -c 'create role reader login password $$correct$$'\n",
        env={"DATABASE_URL": url.replace("app:", "reader:")},
    )
    p("job-fails-stopped", "Unknown", "a job fails with an exception of its own, the worker goes on; stopped", "", PG + schema,
      meanwhile=f"sleep 3; cd /srv/app; {PY} -m procrastinate --app=jobs.app defer reports.build '{{\"region\": \"latam\"}}'; {PY} -m procrastinate --app=jobs.app defer reports.build '{{\"region\": \"emea\"}}'", seconds=9)  # fmt: skip
    p(
        "database-comes-later-stopped", "Unknown", "the database refuses for two seconds, then the worker works; stopped", "",
        PG + schema + "runuser -u postgres -- pg_ctl -D /data/pg -s -m fast stop\n",
        meanwhile="sleep 3; runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -o '-c listen_addresses=*' -l /data/pg/log start",
    )  # fmt: skip
    return p


def report_generator() -> Program:
    source = put("/srv/app/generate.py", """
import argparse
import configparser
import datetime
import logging
import pathlib
import sys

import jinja2
import pymysql

log = logging.getLogger("report")


def load(path):
    parser = configparser.ConfigParser()
    with open(path) as file:
        parser.read_file(file)
    return parser


def rows(config):
    connection = pymysql.connect(
        host=config["mysql"]["host"], user=config["mysql"]["user"], password=config["mysql"]["password"],
        database=config["mysql"]["database"], connect_timeout=config.getint("mysql", "connect_timeout"),
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("select region, amount, orders from daily_totals")
        return cursor.fetchall()


def main():
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    words = argparse.ArgumentParser()
    words.add_argument("--config", default="/config/report.ini")
    words.add_argument("--out", type=pathlib.Path, default="/data/reports")
    words = words.parse_args()
    config = load(words.config)
    log.info("report %s for %s", config["report"]["name"], datetime.date(2026, 11, 20))
    totals = rows(config)
    log.info("%d rows", len(totals))
    template = jinja2.Environment(loader=jinja2.FileSystemLoader(config["report"]["templates"])).get_template("daily.html.j2")
    average = {region: amount / orders for region, amount, orders in totals}
    page = template.render(average=average, padding="." * 200_000)
    words.out.mkdir(parents=True, exist_ok=True)
    (words.out / "daily.html").write_text(page)
    log.info("done, error rate 0, %d bytes", len(page))


main()
""") + put("/srv/templates/daily.html.j2", "<h1>Daily</h1>{% for r, a in average.items() %}<p>{{ r }} {{ a }}</p>{% endfor %}{{ padding }}")  # fmt: skip
    ini = (
        put(
            "/config/report.ini",
            "[report]\nname = daily\ntemplates = /srv/templates\n\n[mysql]\nhost = mysql.shop.svc\nuser = report\npassword = correct\ndatabase = shop\nconnect_timeout = 5",
        )
        + "chmod a+r /config/*\n"
    )
    mysql = """
mkdir -p /run/mysqld /data/my; chown mysql /run/mysqld /data/my
mariadb-install-db --user=mysql --datadir=/data/my --skip-test-db --auth-root-authentication-method=normal >/dev/null 2>&1
(mariadbd --no-defaults --user=mysql --datadir=/data/my --socket=/run/mysqld/m.sock --pid-file=/run/mysqld/m.pid --bind-address=10.96.14.10 --innodb-flush-method=fsync >/dev/null 2>&1 &)
for i in $(seq 60); do mariadb-admin -uroot -S /run/mysqld/m.sock ping >/dev/null 2>&1 && break; sleep 0.2; done
mariadb -uroot -S /run/mysqld/m.sock -e "create database shop; create user report@'%' identified by 'correct'; create table shop.daily_totals(region varchar(9), amount int, orders int); insert into shop.daily_totals values ('emea', 9000, 30), ('apac', 4000, 20)"
"""
    grant = "mariadb -uroot -S /run/mysqld/m.sock -e \"grant select on shop.* to report@'%'\"\n"
    name = host("mysql.shop.svc", "10.96.14.10")
    p = Program(
        "report-generator", "PyPI pymysql 1.1.1, jinja2 3.1.5", "registry.example.com/shop/report-generator:1.9.3", f"{PY} /srv/app/generate.py --out /data/reports",
        before=PLACE + source + name, env=BASE, seconds=15, mounts={"config": "secret:/config", "reports": "claim:/data/reports"}, spec={"restartPolicy": "OnFailure"},
    )  # fmt: skip
    p(
        "section-missing",
        "ConfigurationMissing",
        "the file has no section mysql",
        "",
        ini + "sed -i '/^.mysql.$/,$d' /config/report.ini\n",
    )
    p(
        "option-missing",
        "ConfigurationMissing",
        "the option connect_timeout is not there",
        "",
        ini + "sed -i '/^connect_timeout/d' /config/report.ini\n",
    )
    p(
        "option-no-number",
        "ConfigurationInvalid",
        "connect_timeout has a unit",
        "",
        ini + "sed -i 's/^connect_timeout.*/connect_timeout = 5s/' /config/report.ini\n",
    )
    p("configuration-missing", "ConfigurationMissing", "the secret is not mounted", "")
    p("mysql-refuses", "DependencyNotReady", "the database's service has no endpoint", "", ini)
    p(
        "mysql-password",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        ini + mysql + grant + "sed -i 's/correct/former/' /config/report.ini\n",
    )
    p(
        "mysql-privilege",
        "PermissionDenied",
        "the user may not read the table",
        "",
        ini
        + mysql
        + "mariadb -uroot -S /run/mysqld/m.sock -e \"create table shop.other(id int); grant select on shop.other to report@'%'\"\n",
    )
    p(
        "division-by-zero",
        "ApplicationError",
        "a region without orders",
        "",
        ini
        + mysql
        + grant
        + "mariadb -uroot -S /run/mysqld/m.sock -e \"insert into shop.daily_totals values ('latam', 0, 0)\"\n",
    )
    p(
        "report-volume-full",
        "DiskFull",
        "the claim has no room for the page",
        "",
        ini + mysql + grant + full("/data/reports", "64k"),
    )
    p("job-done", "Unknown", "writes its report and ends well", "", ini + mysql + grant)
    return p


def token_refresher() -> Program:
    source = put("/srv/app/refresh.py", """
import json
import os
import pathlib
import sys
import time

import requests
import structlog

structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()])
log = structlog.get_logger(service="token-refresher")


def refresh(session, issuer, target):
    reply = session.post(
        f"{issuer}/oauth/token", timeout=4,
        data={"grant_type": "client_credentials", "client_id": os.environ["CLIENT_ID"], "client_secret": os.environ["CLIENT_SECRET"]},
    )
    if reply.status_code == 503:
        log.warning("issuer busy, next try later", status=503)
        return 1
    reply.raise_for_status()
    token = reply.json()
    target.write_text(json.dumps({"token": token["access_token"], "scopes": token["scope"].split()}))
    log.info("token refreshed", expires_in=token["expires_in"], path=str(target))
    return min(token["expires_in"] / 2, float(os.environ.get("MAX_SLEEP", "1")))


def main():
    issuer, target = os.environ["ISSUER_URL"], pathlib.Path(os.environ.get("TOKEN_FILE", "/run/token/token.json"))
    log.info("starting", issuer=issuer, version="2.3.0")
    session = requests.Session()
    session.verify = os.environ.get("CA_FILE", True)
    while True:
        try:
            pause = refresh(session, issuer, target)
        except Exception:
            log.exception("cannot refresh the token, giving up")
            sys.exit(1)
        time.sleep(pause)


main()
""") + "mkdir -p /run/token; chmod 777 /run/token\n"  # fmt: skip

    def issuer(code: int, body: str, then: str = "") -> str:
        return put("/srv/issuer.py", f"""
import http.server, itertools
count = itertools.count()
class Issuer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        code, body = {code}, {body!r}.encode()
        {then or "pass"}
        self.send_response(code); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(("", 8443), Issuer).serve_forever()
""") + "(python3 /srv/issuer.py >/dev/null 2>&1 &); sleep 0.6\n"  # fmt: skip

    good = '{"access_token": "eyJ0", "expires_in": 300, "scope": "orders:read orders:write"}'
    name = host("login.corp.svc", "10.96.61.2")
    p = Program(
        "token-refresher", "PyPI requests 2.32.3, structlog 24.4.0", "registry.example.com/platform/token-refresher:2.3.0", f"{PY} /srv/app/refresh.py", before=PLACE + source, seconds=8, user=10001,
        env={**BASE, "ISSUER_URL": "http://login.corp.svc:8443", "CLIENT_ID": "orders", "CLIENT_SECRET": "s3cr3t"}, mounts={"token": "/run/token"},
        spec={"resources": {"limits": {"memory": "64Mi", "cpu": "50m"}}, "siblings": [{"name": "orders", "image": "registry.example.com/shop/orders:4.2.0"}]},
    )  # fmt: skip
    p(
        "secret-missing",
        "ConfigurationMissing",
        "CLIENT_SECRET is not set",
        "",
        name + issuer(200, good),
        without=["CLIENT_SECRET"],
    )
    p(
        "issuer-without-scheme",
        "ConfigurationInvalid",
        "the issuer's URL lacks its scheme",
        "",
        env={"ISSUER_URL": "login.corp.svc:8443"},
    )
    p(
        "client-rejected",
        "AuthenticationFailed",
        "the client secret was rotated",
        "",
        name + issuer(401, '{"error": "invalid_client"}'),
    )
    p("issuer-refuses", "DependencyNotReady", "the issuer's service has no endpoint", "", name)
    p("issuer-name-unknown", "DependencyNotReady", "the issuer's name does not resolve", "")
    p("authority-unknown", "CertificateInvalid", "the issuer's certificate is of a private authority", "", name + "cd /run; openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj /CN=login.corp.svc -addext subjectAltName=DNS:login.corp.svc 2>/dev/null; (openssl s_server -accept 8443 -cert c.pem -key k.pem -www -quiet >/dev/null 2>&1 &); sleep 0.5; cd /srv\n",
      env={"ISSUER_URL": "https://login.corp.svc:8443"})  # fmt: skip
    p(
        "ca-file-missing",
        "ConfigurationMissing",
        "the CA bundle's config map is not mounted",
        "",
        name + issuer(200, good),
        env={"ISSUER_URL": "https://login.corp.svc:8443", "CA_FILE": "/config/ca/ca.crt"},
    )
    p(
        "reply-without-scope",
        "ApplicationError",
        "the code takes for granted a field that the issuer's reply lacks",
        "",
        name + issuer(200, '{"access_token": "eyJ0", "expires_in": 300}'),
    )
    p(
        "token-file-read-only",
        "PermissionDenied",
        "the token's folder is mounted read-only",
        "",
        name + issuer(200, good) + "mount -t tmpfs -o ro tmpfs /run/token\n",
        mounts={"token": "secret:/run/token"},
    )
    p(
        "token-volume-full",
        "DiskFull",
        "the volume of the token is full",
        "",
        name
        + issuer(200, good)
        + "mount -t tmpfs -o size=4k,mode=1777 tmpfs /run/token; head -c 4096 /dev/zero >/run/token/old || true\n",
    )
    p(
        "issuer-busy-then-fine-stopped",
        "Unknown",
        "the issuer is busy three times, then answers; stopped",
        "",
        name
        + issuer(
            200, good, then="code, body = (503, b'busy') if next(count) < 3 else (code, body)"
        ),
        seconds=9,
    )
    p(
        "killed-from-outside",
        "Unknown",
        "refreshes calmly and is killed",
        "",
        name + issuer(200, good),
        stop_signal="SIGKILL",
        seconds=6,
    )
    return p


def programs() -> list[Program]:
    return [
        sanic(),
        flower(),
        jupyter(),
        jupyterhub(),
        datasette(),
        dask_scheduler(),
        dramatiq_worker(),
        procrastinate(),
        report_generator(),
        token_refresher(),
    ]


def record(recorder: Recorder) -> None:
    apt("python3-venv", "postgresql", "redis-server", "mariadb-server", "sqlite3")
    if not (VENV / "bin" / "jupyterhub").exists():
        subprocess.run(["/usr/bin/python3", "-m", "venv", str(VENV)], check=True)
        subprocess.run(
            [str(VENV / "bin/python"), "-m", "pip", "install", "-q", *WANTED], check=True
        )
        for script in (VENV / "bin").iterdir():
            # Scripts name the interpreter where the recordings mount it: the cache's place is not everybody's to enter.
            if (
                script.is_file()
                and not script.is_symlink()
                and script.read_bytes().startswith(b"#!" + bytes(VENV))
            ):
                script.write_text("\n".join([f"#!{PY}", *script.read_text().split("\n")[1:]]))
    record_programs(recorder, programs())
