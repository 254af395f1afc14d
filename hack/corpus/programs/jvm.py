"""JVM services on Debian's OpenJDK 17, built by Maven from sources/jvm: a Spring Boot 3.4 service, embedded Jetty 12,
Tomcat 10.1, Undertow 2.3, Netty 4.1 (epoll) and Vert.x 4.5 servers with Logback, Log4j2 and JUL, a plain batch job and
node agent, and the Kafka 3.9 broker of Maven Central.

What each prints on a failure was found by running it; the settings are of the projects' own reference manuals.
"""

# ruff: noqa: E501 - the tables hold shell lines and situations that are clearer on one line

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, Run, apt, pod
from .python_programs import POSTGRES, host
from .web import Scenario, hold_port, put, record_all, stale, volumes

SOURCES = Path(__file__).resolve().parents[1] / "sources" / "jvm"
CACHE = Path.home() / ".cache/crashloop-doctor/corpus/jvm"
BUILD = CACHE / "build"
JAVA = "Debian 12 OpenJDK 17"
SOURCE = {
    "spring-boot": f"Maven Central Spring Boot 3.4.1, {JAVA}",
    "spring-boot-json": f"Maven Central Spring Boot 3.4.1 (structured logging), {JAVA}",
    "jetty": f"Maven Central Jetty 12.0.16, HikariCP 6.2.1, Logback 1.5.12, {JAVA}",
    "netty-gateway": f"Maven Central Netty 4.1.116, Lettuce 6.5.1, Log4j 2.24.3, {JAVA}",
    "tomcat-embedded": f"Maven Central Tomcat 10.1.34, java.util.logging, {JAVA}",
    "undertow": f"Maven Central Undertow 2.3.18, Log4j 2.24.3 JSON, {JAVA}",
    "vertx": f"Maven Central Vert.x 4.5.11, logstash-logback-encoder 8.0, {JAVA}",
    "java-batch": f"{JAVA}, java.util.logging",
    "java-node-agent": f"{JAVA}, java.util.logging",
    "kafka": f"Maven Central Kafka 3.9.0, {JAVA}",
}
DB_HOST, REDIS_HOST, PRICING = (
    "postgres.shop.svc.cluster.local",
    "redis.shop.svc.cluster.local",
    "pricing.shop.svc.cluster.local",
)
DB, REDIS_NAME, PRICING_NAME = (
    host(DB_HOST, "10.96.14.7"),
    host(REDIS_HOST, "10.96.14.8"),
    host(PRICING, "10.96.14.9"),
)
PG = (
    DB
    + f"""
export PATH=/usr/lib/postgresql/15/bin:$PATH
install -d -o postgres /run/postgresql
cp -a {CACHE}/pg /data/pg
runuser -u postgres -- pg_ctl -D /data/pg -s -w -o '-c listen_addresses=*' -l /data/pg/log start
psql() {{ command psql -q -U postgres "$@" >/dev/null; }}
"""
)
"""PostgreSQL 15 with a role `app` (password `correct`) and its database `shop`, from a cluster that is made once."""
REDIS = "(redis-server --port 6379 --protected-mode no --save '' --dir /data {more} >/dev/null 2>&1 &); sleep 0.5\n"
UNPRIVILEGED = "sysctl -qw net.ipv4.ip_unprivileged_port_start=1024\n"
PASSWORD = {"DB_PASSWORD": "correct"}
TLS = (
    "mkdir -p /config/tls; cd /config/tls; openssl req -x509 -newkey rsa:2048 -nodes -keyout tls.key -out tls.crt -days 90 "
    f"-subj /CN={PRICING} -addext subjectAltName=DNS:{PRICING} 2>/dev/null; chmod 644 *; cd /srv\n"
)
KEYSTORE = TLS + (
    "openssl pkcs12 -export -in /config/tls/tls.crt -inkey /config/tls/tls.key -name tls -passout pass:changeit "
    "-out /config/tls/keystore.p12; chmod 644 /config/tls/keystore.p12\n"
)
HTTPS = "(openssl s_server -accept 8443 -cert /config/tls/tls.crt -key /config/tls/tls.key -www -quiet >/dev/null 2>&1 &); sleep 0.4\n"


def answering(port: int, code: int, body: str) -> str:
    """Bash that starts an HTTP service that always answers that."""
    return (
        put(
            "/srv/.answer.py",
            f"""
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response({code}); self.end_headers(); self.wfile.write({body.encode()!r})
    do_PUT = do_POST = do_GET
http.server.HTTPServer(("", {port}), Answer).serve_forever()
""",
        )
        + "(python3 /srv/.answer.py >/dev/null 2>&1 &); sleep 0.5\n"
    )


def asked(port: int, count: int, path: str = "/", wait: float = 6) -> str:
    """Bash that asks for a page again and again."""
    return (
        f"until curl -s -m 2 localhost:{port}/; do sleep 0.5; done; sleep {wait / 6}; "
        f'for i in $(seq {count}); do curl -s -m 2 "localhost:{port}{path}"; done'
    )


def app(name: str) -> str:
    """Bash that puts a built module where its image has it; the pod knows its own name, as the kubelet sees to."""
    return (
        host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
        + f"mkdir -p /srv/app; mount --bind {BUILD}/{name} /srv/app\n"
    )


def env(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def shop_pod(name: str, **spec: Any) -> dict[str, Any]:
    return pod(name, f"registry.example.com/shop/{name}:4.2.0", **spec)


RUN_FIELDS = ("meanwhile", "user", "open_files", "seconds", "memory_bytes", "stop_signal")


class Table:
    """The scenarios of one program: what they share is said once."""

    def __init__(
        self, program: str, command: list[str], prepare: str, seconds: float, **environment: str
    ) -> None:
        self.program, self.command, self.prepare = program, command, prepare
        self.seconds, self.environment = seconds, environment
        self.scenarios: list[Scenario] = []

    def __call__(
        self, name: str, cause: str, situation: str, expect: str, prepare: str = "", *,
        command: list[str] | None = None, environment: dict[str, str] | None = None, program: str = "", **more: Any,
    ) -> None:  # fmt: skip
        run = {key: more.pop(key) for key in RUN_FIELDS if key in more}
        self.scenarios.append(
            Scenario(
                program or self.program, name, cause, situation,
                Run(command or self.command, prepare=self.prepare + prepare,
                    environment={**self.environment, **(environment or {})}, **({"seconds": self.seconds} | run)),
                expect, **more,
            )
        )  # fmt: skip


# --- Spring Boot ---

SPRING = [
    "java",
    "-XX:MaxRAMPercentage=75.0",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-jar",
    "/srv/app/orders.jar",
]
MIGRATE = f"{' '.join(SPRING)} --spring.main.web-application-type=none >/dev/null 2>&1\n"
FIXES = put(
    "/config/migrations/V1__create_orders.sql",
    "create table orders (id bigserial primary key, customer text, total_cents bigint);",
)
ECS, LOGSTASH = (
    {"LOGGING_STRUCTURED_FORMAT_CONSOLE": "ecs"},
    {"LOGGING_STRUCTURED_FORMAT_CONSOLE": "logstash"},
)


def spring() -> list[Scenario]:
    add = Table(
        "spring-boot",
        SPRING,
        app("orders/target/extracted"),
        90,
        SPRING_OUTPUT_ANSI_ENABLED="ALWAYS",
        **PASSWORD,
    )
    orders_port = {"ports": [{"containerPort": 8080, "name": "http"}]}
    probes = {
        "livenessProbe": {
            "httpGet": {"path": "/actuator/health/liveness", "port": 8080},
            "initialDelaySeconds": 60,
        },
        "readinessProbe": {"httpGet": {"path": "/actuator/health/readiness", "port": 8080}},
    }
    json = "spring-boot-json"
    plain = {"SPRING_OUTPUT_ANSI_ENABLED": "NEVER"}
    add(
        "port-conflict",
        "PortConflict",
        "a sibling on the host network has port 8080",
        "Port 8080 was already in use",
        PG + hold_port(8080),
        pod=shop_pod("orders", hostNetwork=True, env=env(DB_PASSWORD="x"), **orders_port),
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 8080 is taken, the log is ECS JSON",
        "Port 8080 was already in use",
        PG + hold_port(8080),
        program=json,
        environment=ECS,
    )
    add(
        "management-port-conflict",
        "PortConflict",
        "the actuator's own port is taken, the application's is not",
        "Port 8081 was already in use",
        PG + hold_port(8081),
        environment={"MANAGEMENT_SERVER_PORT": "8081"},
    )
    add(
        "database-refused",
        "DependencyNotReady",
        "the database's service has no endpoint; Flyway asks first",
        "5432 refused",
        DB,
        captures={"host": DB_HOST, "port": "5432"},
        pod=shop_pod("orders", **orders_port, **probes),
    )
    add(
        "database-refused",
        "DependencyNotReady",
        "connections to the database are refused, the log is Logstash JSON",
        "5432 refused",
        DB,
        program=json,
        environment=LOGSTASH,
        captures={"host": DB_HOST, "port": "5432"},
    )
    add(
        "database-name-unknown",
        "DependencyNotReady",
        "the database's name cannot be resolved",
        "UnknownHostException",
        environment=plain,
    )
    add(
        "database-reached-late",
        "Unknown",
        "Flyway retries until the database answers, then the service is up",
        "Started OrdersApplication",
        PG + "runuser -u postgres -- pg_ctl -D /data/pg -s -m fast stop\n",
        environment={"SPRING_FLYWAY_CONNECT_RETRIES": "10"},
        meanwhile="sleep 7; runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -l /data/pg/log -o '-c listen_addresses=*' start",
        seconds=50,
        running=True,
    )
    add(
        "password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed for user",
        PG,
        environment={"DB_PASSWORD": "changed"},
        pod=shop_pod(
            "orders",
            env=[
                {
                    "name": "DB_PASSWORD",
                    "valueFrom": {"secretKeyRef": {"name": "orders-db", "key": "password"}},
                }
            ],
            **orders_port,
        ),
    )
    add(
        "password-wrong",
        "AuthenticationFailed",
        "the database rejects the password; JSON",
        "password authentication failed for user",
        PG,
        environment=ECS | {"DB_PASSWORD": "changed"},
        program=json,
    )
    add(
        "no-pg-hba-entry",
        "AuthenticationFailed",
        "the database has no rule that lets this host in",
        "no pg_hba.conf entry",
        PG
        + "sed -i '$d' /data/pg/pg_hba.conf; runuser -u postgres -- pg_ctl -D /data/pg -s reload; sleep 0.5\n",
    )
    add(
        "password-placeholder-unresolved",
        "AuthenticationFailed",
        "DB_PASSWORD is not set: Spring sends the placeholder's own text, which the database rejects",
        "password authentication failed",
        PG,
        command=["env", "-u", "DB_PASSWORD", *SPRING],
    )
    add(
        "schema-privilege",
        "PermissionDenied",
        "the role may not create tables in the schema, so Flyway cannot begin",
        "permission denied for",
        PG
        + "psql -d shop -c 'alter database shop owner to postgres' -c 'revoke all on schema public from public'\n",
    )
    add(
        "number-invalid",
        "ConfigurationInvalid",
        "a number has a wrong form",
        "orders.page-size",
        PG,
        environment={"ORDERS_PAGE_SIZE": "1oo"},
    )
    add(
        "number-out-of-range",
        "ConfigurationInvalid",
        "a number is above the allowed maximum",
        "must be less than or equal to 1000",
        PG,
        environment={"ORDERS_PAGE_SIZE": "5000"},
        pod=shop_pod("orders", env=env(ORDERS_PAGE_SIZE="5000")),
    )
    add(
        "yaml-invalid",
        "ConfigurationInvalid",
        "the mounted application.yaml has a tab",
        "ScannerException",
        put("/srv/config/application.yaml", "orders:\n\tregion: eu\nserver:\n  port: 8080\n"),
        pod=shop_pod("orders", **volumes(config="config:/srv/config")),
    )
    add(
        "imported-config-missing",
        "ConfigurationMissing",
        "an imported config file is not mounted",
        "does not exist",
        environment={"SPRING_CONFIG_IMPORT": "file:/config/orders.yaml"},
        pod=shop_pod("orders", env=env(SPRING_CONFIG_IMPORT="file:/config/orders.yaml")),
    )
    add(
        "url-of-database-not-set",
        "ConfigurationMissing",
        "the data source's URL is empty",
        "Failed to determine a suitable driver class",
        environment={"SPRING_DATASOURCE_URL": ""},
    )
    add(
        "url-of-database-invalid",
        "ConfigurationInvalid",
        "the JDBC URL has a typo in its scheme",
        "dataSource",
        environment={"SPRING_DATASOURCE_URL": "jdbc:postgresl://postgres:5432/shop"},
    )
    add(
        "driver-missing",
        "LibraryMissing",
        "the configured driver is not in the jar",
        "com.mysql.cj.jdbc.Driver",
        environment={"SPRING_DATASOURCE_DRIVER_CLASS_NAME": "com.mysql.cj.jdbc.Driver"},
    )
    add(
        "bean-missing",
        "ApplicationError",
        "a bean that another one needs is excluded",
        "required a bean of type",
        PG,
        environment={
            "ORDERS_WARM_CACHE": "true",
            "SPRING_AUTOCONFIGURE_EXCLUDE": "org.springframework.boot.autoconfigure.data.redis.RedisAutoConfiguration",
        },
    )
    flyway = {"SPRING_FLYWAY_LOCATIONS": "filesystem:/config/migrations"}
    add(
        "migration-fails",
        "MigrationFailed",
        "the second migration has an error in its SQL",
        "V2__add_status.sql",
        PG
        + FIXES
        + put(
            "/config/migrations/V2__add_status.sql",
            "alter table orders add column status text;\nalter table order add column shipped_at timestamptz;",
        ),
        environment=flyway,
        pod=shop_pod("orders", **orders_port, **probes),
    )
    add(
        "migration-changed",
        "MigrationFailed",
        "a migration that was applied has been edited since",
        "checksum mismatch",
        PG
        + FIXES
        + MIGRATE
        + "sed -i 's/customer text/customer text not null/' /config/migrations/V1__create_orders.sql\n",
        environment=flyway,
    )
    add(
        "migration-changed",
        "MigrationFailed",
        "a migration that was applied has been edited since; JSON",
        "checksum mismatch",
        program=json,
        prepare=PG
        + FIXES
        + MIGRATE
        + "sed -i 's/customer text/customer text not null/' /config/migrations/V1__create_orders.sql\n",
        environment=flyway | LOGSTASH,
    )
    add(
        "migration-newer-than-release",
        "Unknown",
        "the database has a migration that this older release does not know; Flyway warns and the service is up",
        "newer than the latest available migration",
        PG
        + FIXES
        + put("/config/migrations/V2__add_status.sql", "alter table orders add column status text;")
        + MIGRATE
        + "rm /config/migrations/V2*\n",
        environment=flyway,
        running=True,
        seconds=35,
    )
    add(
        "schema-not-empty",
        "MigrationFailed",
        "the schema has tables but no history of Flyway",
        "no schema history table",
        PG + "psql -d shop -c 'create table customers(id int)'\n",
    )
    add(
        "redis-refused",
        "DependencyNotReady",
        "the cache that is filled at the start is not there",
        "Connection refused",
        PG + REDIS_NAME,
        environment={"ORDERS_WARM_CACHE": "true"},
        captures={"host": REDIS_HOST, "port": "6379"},
    )
    add(
        "redis-demands-password",
        "AuthenticationFailed",
        "Redis demands a password and none is set",
        "NOAUTH",
        PG + REDIS_NAME + REDIS.format(more="--requirepass s3cr3t"),
        environment={"ORDERS_WARM_CACHE": "true"},
    )
    add(
        "redis-reached-late",
        "Unknown",
        "Redis refuses twice and is then there",
        "Started OrdersApplication",
        PG + REDIS_NAME,
        environment={"ORDERS_WARM_CACHE": "true", "ORDERS_CACHE_ATTEMPTS": "12"},
        meanwhile="sleep 10; redis-server --port 6379 --protected-mode no --save '' --dir /data",
        seconds=55,
        running=True,
    )
    add(
        "kafka-name-unknown",
        "DependencyNotReady",
        "the broker's name cannot be resolved",
        "No resolvable bootstrap urls",
        PG,
        environment={"ORDERS_LISTEN_TO_SHIPMENTS": "true"},
    )
    add(
        "kafka-not-there",
        "DependencyNotReady",
        "no broker answers and the topics are demanded",
        "TimeoutException",
        PG + host("kafka.shop.svc.cluster.local", "10.96.14.10"),
        environment={
            "ORDERS_LISTEN_TO_SHIPMENTS": "true",
            "SPRING_KAFKA_LISTENER_MISSING_TOPICS_FATAL": "true",
            "SPRING_KAFKA_ADMIN_PROPERTIES_DEFAULT_API_TIMEOUT_MS": "5000",
            "SPRING_KAFKA_ADMIN_PROPERTIES_REQUEST_TIMEOUT_MS": "3000",
        },
    )
    add(
        "price-list-missing",
        "ConfigurationMissing",
        "the mounted price list is not there",
        "NoSuchFileException: /config/prices.properties",
        PG,
        environment={"ORDERS_PRICE_LIST": "/config/prices.properties"},
        pod=shop_pod("orders", **volumes(prices="config:/config")),
    )
    add(
        "price-list-not-readable",
        "PermissionDenied",
        "the price list belongs to root alone",
        "AccessDeniedException: /config/prices.properties",
        PG + put("/config/prices.properties", "A1=499") + "chmod 600 /config/prices.properties\n",
        environment={"ORDERS_PRICE_LIST": "/config/prices.properties"},
        user=65534,
    )
    add(
        "export-volume-full",
        "DiskFull",
        "the volume of the exports is full",
        "No space left on device",
        PG + "mkdir /data/export; mount -t tmpfs -o size=128k tmpfs /data/export\n",
        environment={"ORDERS_EXPORT_DIRECTORY": "/data/export"},
        pod=shop_pod("orders", **volumes(export="claim:/data/export")),
    )
    add(
        "export-volume-full",
        "DiskFull",
        "the volume of the exports is full; JSON",
        "No space left on device",
        PG + "mkdir /data/export; mount -t tmpfs -o size=128k tmpfs /data/export\n",
        environment=ECS | {"ORDERS_EXPORT_DIRECTORY": "/data/export"},
        program=json,
    )
    add(
        "export-volume-read-only",
        "PermissionDenied",
        "the volume of the exports is mounted read-only",
        "Read-only file system",
        PG + "mkdir /data/export; mount -t tmpfs -o ro tmpfs /data/export\n",
        environment={"ORDERS_EXPORT_DIRECTORY": "/data/export/daily"},
    )
    pricing = {"ORDERS_PRICING_URL": f"https://{PRICING}:8443/rules"}
    add(
        "pricing-authority-unknown",
        "CertificateInvalid",
        "the pricing service's certificate is of an authority that is not in the trust store",
        "PKIX path building failed",
        PG + PRICING_NAME + TLS + HTTPS,
        environment=pricing,
    )
    add(
        "pricing-authority-unknown",
        "CertificateInvalid",
        "the pricing service's authority is not trusted; JSON",
        "PKIX path building failed",
        PG + PRICING_NAME + TLS + HTTPS,
        environment=pricing | ECS,
        program=json,
    )
    add(
        "pricing-token-rejected",
        "AuthenticationFailed",
        "the pricing service answers 401",
        "401 Unauthorized",
        PG + PRICING_NAME + answering(9000, 401, '{"error": "invalid api key"}'),
        environment={"ORDERS_PRICING_URL": f"http://{PRICING}:9000/rules"},
    )
    add(
        "pricing-unavailable",
        "DependencyNotReady",
        "the pricing service answers 503",
        "503 Service Unavailable",
        PG + PRICING_NAME + answering(9000, 503, "warming up"),
        environment={"ORDERS_PRICING_URL": f"http://{PRICING}:9000/rules"},
    )
    add(
        "keystore-missing",
        "ConfigurationMissing",
        "the key store of server.ssl is not mounted",
        "keystore.p12",
        PG,
        environment={"SERVER_SSL_KEY_STORE": "/config/tls/keystore.p12"},
        pod=shop_pod(
            "orders",
            ports=[{"containerPort": 8080}],
            env=env(SERVER_SSL_KEY_STORE="/config/tls/keystore.p12"),
        ),
    )
    add(
        "keystore-password-wrong",
        "ConfigurationInvalid",
        "the key store's password is another one",
        "keystore password was incorrect",
        PG + KEYSTORE,
        environment={
            "SERVER_SSL_KEY_STORE": "/config/tls/keystore.p12",
            "SERVER_SSL_KEY_STORE_PASSWORD": "changeme",
        },
    )
    add(
        "port-below-1024",
        "PermissionDenied",
        "port 80 as nobody",
        "Permission denied",
        PG + UNPRIVILEGED,
        user=65534,
        environment={"SERVER_PORT": "80"},
        pod=shop_pod("orders", securityContext={"runAsUser": 65534}, env=env(SERVER_PORT="80")),
    )
    add(
        "temporary-folder-read-only",
        "PermissionDenied",
        "the root file system is read-only and /tmp is no volume",
        "Unable to create tempDir",
        PG + "mount -o remount,ro /tmp\n",
        pod=shop_pod("orders", securityContext={"readOnlyRootFilesystem": True}),
    )
    add(
        "heap-spent",
        "OutOfMemory",
        "the heap is too small for the application",
        "java.lang.OutOfMemoryError",
        PG,
        command=["java", "-Xmx20m", "-jar", "/srv/app/orders.jar"],
    )
    add(
        "metaspace-spent",
        "OutOfMemory",
        "the metaspace is too small for the classes",
        "Metaspace",
        PG,
        command=["java", "-XX:MaxMetaspaceSize=30m", "-jar", "/srv/app/orders.jar"],
        pod=shop_pod("orders", env=env(JAVA_OPTS="-XX:MaxMetaspaceSize=30m")),
    )
    add(
        "memory-limit",
        "OutOfMemory",
        "the kernel kills it at the memory limit while it starts",
        "Spring Boot",
        PG,
        memory_bytes=110 << 20,
        command=["java", "-Xmx512m", "-jar", "/srv/app/orders.jar"],
        pod=shop_pod("orders", resources={"limits": {"memory": "110Mi"}}),
    )
    add(
        "healthy",
        "Unknown",
        "starts, serves and ends in order on SIGTERM",
        "Graceful shutdown complete",
        PG,
        environment={"SERVER_SHUTDOWN": "graceful"} | plain,
        meanwhile=asked(8080, 150, "/orders", 14),
        seconds=45,
        pod=shop_pod("orders", **orders_port, **probes),
    )
    add(
        "healthy",
        "Unknown",
        "starts and serves, JSON; unknown orders make stack traces of requests",
        "EmptyResultDataAccessException",
        PG,
        environment=LOGSTASH,
        program=json,
        meanwhile=asked(8080, 12, "/orders/99999", 14),
        seconds=45,
        running=True,
    )
    add(
        "healthy-with-warnings",
        "Unknown",
        "deprecated JVM options and a broker that is away for now; the service is up and serves",
        "Started OrdersApplication",
        PG + host("kafka.shop.svc.cluster.local", "10.96.14.10"),
        environment={
            "JAVA_TOOL_OPTIONS": "-XX:+UseBiasedLocking -XX:TieredStopAtLevel=1",
            "ORDERS_EXPORT_DIRECTORY": "/data/export",
        },
        meanwhile=asked(8080, 30, "/orders", 12),
        seconds=45,
        running=True,
    )
    return add.scenarios


# --- Jetty, Tomcat, Undertow, Netty, Vert.x ---


def jetty() -> list[Scenario]:
    command = [
        "java",
        "-cp",
        "/srv/app/lib/*:/srv/app/catalog.jar",
        "com.example.catalog.CatalogServer",
    ]
    add = Table("jetty", command, app("catalog/target"), 30)

    def yaml(rest: str = "", http: str = "  port: 8080") -> str:
        return put("/config/catalog.yaml", f"http:\n{http}\n{rest}")

    def database(attempts: int = 1, password: str = "correct") -> str:
        return yaml(
            f"database:\n  url: jdbc:postgresql://{DB_HOST}:5432/shop\n  user: app\n  password: {password}\n  attempts: {attempts}\n"
        )

    config = volumes(config="config:/config")
    products = "psql -d shop -c 'create table products(id int)' -c 'grant all on products to app'\n"
    add(
        "port-conflict",
        "PortConflict",
        "port 8080 is taken by somebody else on the host network",
        "Failed to bind to",
        yaml() + hold_port(8080),
        captures={"address": "0.0.0.0:8080"},
        pod=shop_pod(
            "catalog", hostNetwork=True, ports=[{"containerPort": 8080, "hostPort": 8080}], **config
        ),
    )
    add(
        "database-refused",
        "DependencyNotReady",
        "the database refuses five times in a row",
        "5432 refused",
        DB + database(3),
        captures={"host": DB_HOST, "port": "5432"},
        seconds=30,
    )
    add(
        "database-reached-late",
        "Unknown",
        "the database refuses at first and is then there",
        "Catalog holds",
        PG + products + database(8) + "runuser -u postgres -- pg_ctl -D /data/pg -s -m fast stop\n",
        running=True,
        seconds=26,
        meanwhile="sleep 7; runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -l /data/pg/log -o '-c listen_addresses=*' start",
        pod=shop_pod("catalog", **config),
    )
    add(
        "password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG + database(password="changed"),
        pod=shop_pod("catalog", **config),
    )
    add(
        "table-missing",
        "MigrationFailed",
        "the schema has not been migrated",
        'relation "products" does not exist',
        PG + database(),
    )
    add(
        "table-privilege",
        "PermissionDenied",
        "the role may not read the table",
        "permission denied for table products",
        PG + "psql -d shop -c 'create table products(id int)'\n" + database(),
    )
    add(
        "config-missing",
        "ConfigurationMissing",
        "the configuration is not mounted",
        "NoSuchFileException: /config/catalog.yaml",
        pod=shop_pod("catalog", ports=[{"containerPort": 8080}]),
    )
    add(
        "config-not-yaml",
        "ConfigurationInvalid",
        "a key is indented too far",
        "mapping values are not allowed here",
        put("/config/catalog.yaml", "http:\n  port: 8080\n  host: localhost\n   database: {}\n"),
    )
    add(
        "config-unknown-key",
        "ConfigurationInvalid",
        "a key is misspelled",
        "Unrecognized field",
        yaml("imagesDirectory: /data/images\n"),
        pod=shop_pod("catalog", **config),
    )
    add(
        "config-section-missing",
        "ConfigurationMissing",
        "the section http is left out",
        "section 'http' is missing",
        put("/config/catalog.yaml", "imageDirectory: /data/images\n"),
    )
    add(
        "config-not-readable",
        "PermissionDenied",
        "the configuration belongs to root alone",
        "AccessDeniedException: /config/catalog.yaml",
        yaml() + "chmod 600 /config/catalog.yaml\n",
        user=65534,
    )
    add(
        "keystore-missing",
        "ConfigurationMissing",
        "the key store is not mounted",
        "keystore.p12",
        yaml(
            http="  port: 8443\n  keyStore: /config/tls/keystore.p12\n  keyStorePassword: changeit"
        ),
    )
    add(
        "keystore-no-keystore",
        "CertificateInvalid",
        "the key store is a PEM file; Jetty stays up without serving",
        "DerInputStream",
        TLS
        + yaml(http="  port: 8443\n  keyStore: /config/tls/tls.crt\n  keyStorePassword: changeit"),
        running=True,
    )
    add(
        "images-full",
        "DiskFull",
        "the volume of the images is full",
        "No space left on device",
        yaml("imageDirectory: /data/images\n")
        + "mkdir /data/images; mount -t tmpfs -o size=64k tmpfs /data/images\n",
    )
    add(
        "images-not-writable",
        "PermissionDenied",
        "the volume of the images belongs to root",
        "AccessDeniedException: /data/images",
        yaml("imageDirectory: /data/images/new\n") + "mkdir -m 755 /data/images\n",
        user=65534,
    )
    add(
        "pool-library-missing",
        "LibraryMissing",
        "HikariCP is not in the image",
        "NoClassDefFoundError: com/zaxxer/hikari",
        "mkdir /srv/slim; cp /srv/app/catalog.jar /srv/app/lib/*.jar /srv/slim/; rm /srv/slim/HikariCP*\n"
        + database(),
        command=["java", "-cp", "/srv/slim/*", "com.example.catalog.CatalogServer"],
    )
    add(
        "healthy",
        "Unknown",
        "serves and ends on SIGTERM",
        "GET /products/150",
        yaml(),
        meanwhile=asked(8080, 200, "/products/$i", 3),
        seconds=15,
        pod=shop_pod(
            "catalog",
            ports=[{"containerPort": 8080}],
            livenessProbe={"tcpSocket": {"port": 8080}},
            **config,
        ),
    )
    return add.scenarios


def tomcat() -> list[Scenario]:
    add = Table(
        "tomcat-embedded",
        ["java", "-cp", "/srv/app/lib/*:/srv/app/portal.jar", "com.example.portal.Portal"],
        app("portal/target"),
        25,
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 8080 is taken",
        "Address already in use",
        hold_port(8080),
        pod=shop_pod("portal", hostNetwork=True, ports=[{"containerPort": 8080}]),
    )
    add(
        "ajp-secret-missing",
        "ConfigurationMissing",
        "the AJP connector has no secret; Tomcat stays up without serving",
        "secretRequired",
        environment={"AJP_PORT": "8009"},
        running=True,
        pod=shop_pod("portal", env=env(AJP_PORT="8009")),
    )
    add(
        "port-not-a-number",
        "ConfigurationInvalid",
        "PORT has the form that Docker links give it",
        "NumberFormatException",
        environment={"PORT": "tcp://10.96.0.7:8080"},
        pod=shop_pod("portal", env=env(PORT="tcp://10.96.0.7:8080")),
    )
    add(
        "base-not-writable",
        "PermissionDenied",
        "the base folder cannot be made",
        "/data/tomcat",
        "chmod 755 /data\n",
        user=65534,
    )
    add(
        "keystore-missing",
        "ConfigurationMissing",
        "the key store is not mounted",
        "keystore.p12",
        environment={"KEYSTORE": "/config/tls/keystore.p12", "KEYSTORE_PASSWORD": "changeit"},
    )
    add(
        "keystore-password-wrong",
        "ConfigurationInvalid",
        "the key store's password is another one",
        "password was incorrect",
        KEYSTORE,
        environment={"KEYSTORE": "/config/tls/keystore.p12", "KEYSTORE_PASSWORD": "changeme"},
    )
    add(
        "keystore-not-readable",
        "PermissionDenied",
        "the key store belongs to root alone",
        "Permission denied",
        KEYSTORE + "chmod 600 /config/tls/keystore.p12\n",
        user=65534,
        environment={"KEYSTORE": "/config/tls/keystore.p12", "KEYSTORE_PASSWORD": "changeit"},
    )
    add(
        "port-below-1024",
        "PermissionDenied",
        "port 443 as nobody",
        "Permission denied",
        UNPRIVILEGED,
        user=65534,
        environment={"PORT": "443"},
    )
    add(
        "healthy-with-request-errors",
        "Unknown",
        "requests fail with 'Connection refused' in a stack trace; Tomcat goes on",
        "java.io.IOException: Connection refused",
        meanwhile=asked(8080, 20, "/broken", 4),
        running=True,
        seconds=14,
    )
    add(
        "killed-from-outside",
        "Unknown",
        "killed with SIGKILL while it serves",
        "Starting ProtocolHandler",
        stop_signal="SIGKILL",
        seconds=10,
    )
    return add.scenarios


def undertow() -> list[Scenario]:
    add = Table(
        "undertow",
        ["java", "-cp", "/srv/app/lib/*:/srv/app/inventory.jar", "com.example.inventory.Inventory"],
        app("inventory/target"),
        30,
        HTTP_PORT="8080",
    )
    mongo, rabbit, kafka = (
        "mongodb.shop.svc.cluster.local",
        "rabbitmq.shop.svc.cluster.local",
        "kafka.shop.svc.cluster.local",
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 8080 is taken",
        "Address already in use",
        hold_port(8080),
        pod=shop_pod(
            "inventory",
            hostNetwork=True,
            ports=[{"containerPort": 8080}],
            env=env(HTTP_PORT="8080"),
        ),
    )
    add(
        "port-not-set",
        "ConfigurationMissing",
        "HTTP_PORT is not set",
        "Required environment variable HTTP_PORT is not set",
        environment={"HTTP_PORT": ""},
        pod=shop_pod("inventory"),
    )
    add(
        "mongodb-refused",
        "DependencyNotReady",
        "MongoDB refuses connections until the driver gives up",
        "Connection refused",
        host(mongo, "10.96.14.11"),
        environment={"MONGO_URL": f"mongodb://{mongo}:27017/?serverSelectionTimeoutMS=3000"},
        captures={"host": mongo, "port": "27017"},
    )
    add(
        "mongodb-url-invalid",
        "ConfigurationInvalid",
        "the connection string has a wrong prefix",
        "The connection string is invalid",
        environment={"MONGO_URL": f"mongo://{mongo}:27017"},
        pod=shop_pod("inventory", env=env(MONGO_URL=f"mongo://{mongo}:27017")),
    )
    add(
        "redis-demands-password",
        "AuthenticationFailed",
        "Redis demands a password",
        "NOAUTH",
        REDIS_NAME + REDIS.format(more="--requirepass s3cr3t"),
        environment={"REDIS_URL": f"redis://{REDIS_HOST}:6379"},
    )
    add(
        "redis-refused",
        "DependencyNotReady",
        "Redis refuses connections",
        "Connection refused",
        REDIS_NAME,
        environment={"REDIS_URL": f"redis://{REDIS_HOST}:6379"},
    )
    add(
        "redis-acl",
        "PermissionDenied",
        "the Redis user may not set keys",
        "NOPERM",
        REDIS_NAME + REDIS.format(more="--user default on nopass '~*' '&*' +@read +@connection"),
        environment={"REDIS_URL": f"redis://{REDIS_HOST}:6379"},
    )
    add(
        "rabbitmq-refused",
        "DependencyNotReady",
        "RabbitMQ refuses connections",
        "Connection refused",
        host(rabbit, "10.96.14.12"),
        environment={"AMQP_URL": f"amqp://app:secret@{rabbit}:5672/shop"},
    )
    add(
        "rabbitmq-url-invalid",
        "ConfigurationInvalid",
        "the broker's URL has a wrong scheme",
        "Wrong scheme in AMQP URI",
        environment={"AMQP_URL": f"http://{rabbit}:5672"},
    )
    add(
        "kafka-name-unknown",
        "DependencyNotReady",
        "the broker's name cannot be resolved",
        "No resolvable bootstrap urls",
        environment={"KAFKA_BROKERS": f"{kafka}:9092"},
    )
    add(
        "kafka-refused",
        "DependencyNotReady",
        "no broker answers",
        "TimeoutException",
        host(kafka, "10.96.14.10"),
        environment={"KAFKA_BROKERS": f"{kafka}:9092"},
    )
    add(
        "kafka-login-missing",
        "ConfigurationMissing",
        "SASL is switched on without a JAAS entry",
        "Could not find a 'KafkaClient' entry",
        host(kafka, "10.96.14.10"),
        environment={
            "KAFKA_BROKERS": f"{kafka}:9092",
            "KAFKA_PROPERTIES": "security.protocol=SASL_PLAINTEXT;sasl.mechanism=PLAIN",
        },
    )
    add(
        "kafka-brokers-invalid",
        "ConfigurationInvalid",
        "a broker has no port",
        "Invalid url in bootstrap.servers",
        environment={"KAFKA_BROKERS": "kafka"},
    )
    add(
        "healthy",
        "Unknown",
        "serves behind Redis and ends in order",
        "SIGTERM received, stopping",
        REDIS_NAME + REDIS.format(more=""),
        environment={"REDIS_URL": f"redis://{REDIS_HOST}:6379"},
        meanwhile=asked(8080, 120, "/stock/$i", 4),
        seconds=15,
    )
    return add.scenarios


def netty() -> list[Scenario]:
    add = Table(
        "netty-gateway",
        ["java", "-cp", "/srv/app/lib/*:/srv/app/gateway.jar", "com.example.gateway.Gateway"],
        app("gateway/target"),
        25,
    )

    def yaml(text: str) -> str:
        return put("/config/gateway.yaml", text)

    run, config = (
        volumes(run="/run/gateway", config="config:/config"),
        volumes(config="config:/config"),
    )
    sock, tcp = "listen: unix:/run/gateway/gateway.sock\n", "listen: 0.0.0.0:8080\n"
    redis = f"redis:\n  url: redis://{REDIS_HOST}:6379\n"
    add(
        "port-conflict-epoll",
        "PortConflict",
        "port 8080 is taken; the epoll transport says it in its own words",
        "Address already in use",
        yaml(tcp) + hold_port(8080),
        pod=shop_pod(
            "gateway", hostNetwork=True, ports=[{"containerPort": 8080, "hostPort": 8080}], **config
        ),
    )
    add(
        "port-conflict-nio",
        "PortConflict",
        "port 8080 is taken; the Java transport says it",
        "java.net.BindException: Address already in use",
        yaml("transport: nio\n" + tcp) + hold_port(8080),
        pod=shop_pod("gateway", hostNetwork=True, ports=[{"containerPort": 8080}]),
    )
    add(
        "stale-socket-removed",
        "Unknown",
        "Netty removes the socket's file of a killed predecessor by itself",
        "Gateway is ready on",
        yaml(sock) + stale("/run/gateway/gateway.sock"),
        seconds=12,
        running=True,
        pod=shop_pod("gateway", **run),
    )
    add(
        "stale-socket-not-removable",
        "PermissionDenied",
        "Netty may not remove root's dead socket",
        "Permission denied",
        yaml(sock) + stale("/run/gateway/gateway.sock") + "chmod 755 /run/gateway\n",
        user=65534,
        pod=shop_pod(
            "gateway",
            securityContext={"runAsUser": 65534},
            **volumes(run="host:/run/gateway", config="config:/config"),
        ),
    )
    add(
        "socket-healthy",
        "Unknown",
        "listens on a Unix socket and ends in order",
        "Draining 0 routes",
        yaml(sock) + "mkdir /run/gateway\n",
        seconds=14,
        pod=shop_pod("gateway", **run),
        meanwhile="sleep 8; for i in $(seq 60); do curl -s --unix-socket /run/gateway/gateway.sock localhost/items/$i; done",
    )
    add(
        "socket-folder-missing",
        "ConfigurationMissing",
        "the socket's folder is not mounted",
        "No such file or directory",
        yaml(sock),
    )
    add(
        "socket-folder-not-writable",
        "PermissionDenied",
        "the socket's folder belongs to root",
        "Permission denied",
        yaml(sock) + "mkdir -m 755 /run/gateway\n",
        user=65534,
        pod=shop_pod("gateway", **run),
    )
    add(
        "port-taken-other-used",
        "Unknown",
        "port 8080 is taken; the gateway takes its second port and is up",
        "Gateway is ready on",
        yaml(tcp + "fallbackPort: 8090\n") + hold_port(8080),
        seconds=14,
        running=True,
        meanwhile=asked(8090, 50, "/items/$i", 4),
    )
    add(
        "address-not-there",
        "ConfigurationInvalid",
        "the address to listen on is not of this pod",
        "Cannot assign requested address",
        yaml("listen: 10.9.8.7:8080\n"),
    )
    add(
        "port-out-of-range",
        "ConfigurationInvalid",
        "the port has a digit too many",
        "port out of range:80800",
        yaml("listen: 0.0.0.0:80800\n"),
        pod=shop_pod("gateway", **config),
    )
    add(
        "port-below-1024",
        "PermissionDenied",
        "port 80 as nobody",
        "Permission denied",
        yaml("listen: 0.0.0.0:80\n") + UNPRIVILEGED,
        user=65534,
    )
    add(
        "redis-refused",
        "DependencyNotReady",
        "the session store refuses three times",
        "Connection refused",
        REDIS_NAME + yaml(tcp + redis + "  attempts: 3\n"),
        captures={"host": REDIS_HOST, "port": "6379"},
    )
    add(
        "redis-reached-late",
        "Unknown",
        "the session store is there at the third attempt",
        "Session store says PONG",
        REDIS_NAME + yaml(tcp + redis + "  attempts: 9\n"),
        running=True,
        seconds=18,
        meanwhile="sleep 7; redis-server --port 6379 --protected-mode no --save '' --dir /data",
    )
    add(
        "redis-password-wrong",
        "AuthenticationFailed",
        "the session store rejects the password",
        "WRONGPASS",
        REDIS_NAME
        + REDIS.format(more="--requirepass s3cr3t")
        + yaml(tcp + redis.replace("redis://", "redis://:changed@")),
    )
    add(
        "redis-url-invalid",
        "ConfigurationInvalid",
        "the scheme of the store's URL is wrong",
        "RedisURI",
        yaml(tcp + redis.replace("redis://", "http://")),
    )
    add(
        "tls-certificate-damaged",
        "CertificateInvalid",
        "the certificate is no PEM any more",
        "/config/tls/tls.crt",
        TLS
        + "sed -i '3,5d' /config/tls/tls.crt\n"
        + yaml(tcp + "tls:\n  certificate: /config/tls/tls.crt\n  key: /config/tls/tls.key\n"),
    )
    add(
        "tls-certificate-missing",
        "ConfigurationMissing",
        "the certificate's secret is not mounted",
        "/config/tls/tls.crt",
        yaml(tcp + "tls:\n  certificate: /config/tls/tls.crt\n  key: /config/tls/tls.key\n"),
    )
    add(
        "tls-key-not-readable",
        "PermissionDenied",
        "the key belongs to root alone",
        "/config/tls/tls.key",
        TLS
        + "chmod 600 /config/tls/tls.key\n"
        + yaml(tcp + "tls:\n  certificate: /config/tls/tls.crt\n  key: /config/tls/tls.key\n"),
        user=65534,
    )
    add(
        "healthy-with-request-errors",
        "Unknown",
        "requests fail with 'connection refused', the gateway goes on",
        "upstream connection refused",
        yaml(tcp),
        running=True,
        seconds=14,
        meanwhile=asked(8080, 25, "/fail", 3),
    )
    return add.scenarios


def vertx() -> list[Scenario]:
    add = Table(
        "vertx",
        ["java", "-cp", "/srv/app/lib/*:/srv/app/quotes.jar", "com.example.quotes.QuotesVerticle"],
        app("quotes/target"),
        25,
    )

    def config(http: str = '"port": 8888', rest: str = "") -> str:
        return put("/config/quotes.json", f'{{"http": {{{http}}}{rest}}}')

    uri = f"postgresql://app:correct@{DB_HOST}:5432/shop"

    def database(attempts: int = 1, uri: str = uri) -> str:
        return config(rest=f', "database": {{"uri": "{uri}", "attempts": {attempts}}}')

    quotes = "psql -d shop -c 'create table quotes(id int)' -c 'grant all on quotes to app'\n"
    add(
        "port-conflict",
        "PortConflict",
        "port 8888 is taken",
        "Address already in use",
        config() + hold_port(8888),
        pod=shop_pod(
            "quotes",
            hostNetwork=True,
            ports=[{"containerPort": 8888}],
            **volumes(config="config:/config"),
        ),
    )
    sock = config('"socket": "/run/quotes/http.sock"') + stale("/run/quotes/http.sock")
    add(
        "stale-socket-removed",
        "Unknown",
        "Vert.x (Netty) removes the socket's file of a killed predecessor by itself",
        "listening on",
        sock,
        running=True,
        seconds=10,
        pod=shop_pod("quotes", **volumes(run="/run/quotes", config="config:/config")),
    )
    add(
        "stale-socket-not-removable",
        "PermissionDenied",
        "Vert.x may not remove root's dead socket",
        "Permission denied",
        sock + "chmod 755 /run/quotes\n",
        user=65534,
        pod=shop_pod(
            "quotes",
            securityContext={"runAsUser": 65534},
            **volumes(run="claim:/run/quotes", config="config:/config"),
        ),
    )
    add(
        "socket-healthy",
        "Unknown",
        "listens on a Unix socket",
        "listening on",
        config('"socket": "/run/quotes/http.sock"') + "mkdir /run/quotes\n",
        running=True,
        seconds=10,
    )
    add(
        "database-refused",
        "DependencyNotReady",
        "the database refuses three times",
        "Connection refused",
        DB + database(3),
        captures={"host": DB_HOST, "port": "5432"},
    )
    add(
        "database-password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG + database(uri=uri.replace("correct", "changed")),
    )
    add(
        "database-reached-late",
        "Unknown",
        "the database refuses at first, then the service is up",
        "quotes is up",
        PG + quotes + database(9) + "runuser -u postgres -- pg_ctl -D /data/pg -s -m fast stop\n",
        running=True,
        seconds=20,
        meanwhile="sleep 7; runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D /data/pg -s -l /data/pg/log -o '-c listen_addresses=*' start",
    )
    add(
        "config-missing",
        "ConfigurationMissing",
        "the configuration is not mounted",
        "/config/quotes.json",
        pod=shop_pod("quotes", ports=[{"containerPort": 8888}]),
    )
    add(
        "config-not-json",
        "ConfigurationInvalid",
        "the configuration has a comma too many",
        "Failed to decode",
        put("/config/quotes.json", '{"http": {"port": 8888,},}'),
    )
    add(
        "certificate-missing",
        "ConfigurationMissing",
        "the certificate is not mounted",
        "quotes could not be deployed",
        config('"port": 8443, "certificate": "/config/tls/tls.crt", "key": "/config/tls/tls.key"'),
    )
    add(
        "healthy",
        "Unknown",
        "serves and ends on SIGTERM",
        "shutdown requested",
        config(),
        meanwhile=asked(8888, 250, "/quotes/$i", 3),
        seconds=14,
    )
    return add.scenarios


# --- plain Java ---


def batch() -> list[Scenario]:
    main = "com.example.importer.Importer"

    def java(*options: str, mode: str = "import") -> list[str]:
        return ["java", *options, "-cp", "/srv/app/importer.jar", main, mode]

    def settings(text: str) -> str:
        return put("/config/importer.properties", text)

    add = Table(
        "java-batch",
        java("-Xmx256m"),
        app("importer/target"),
        20,
        IMPORTER_SETTINGS="/config/importer.properties",
    )
    job = {"restartPolicy": "OnFailure"}
    big = settings("articles=900000")
    add(
        "heap-spent",
        "OutOfMemory",
        "the articles do not fit into the heap",
        "java.lang.OutOfMemoryError: Java heap space",
        big,
        command=java("-Xmx64m"),
        pod=shop_pod("importer", env=env(JAVA_OPTS="-Xmx64m"), **job),
    )
    add(
        "heap-spent-exit-3",
        "OutOfMemory",
        "the JVM ends itself when the heap is spent",
        "Terminating due to java.lang.OutOfMemoryError",
        big,
        command=java("-Xmx48m", "-XX:+ExitOnOutOfMemoryError"),
        pod=shop_pod("importer", **job),
    )
    add(
        "heap-spent-dump",
        "OutOfMemory",
        "the JVM writes a heap dump and goes down",
        "Dumping heap to",
        big,
        command=java("-Xmx48m", "-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=/data"),
    )
    add(
        "heap-spent-crash",
        "OutOfMemory",
        "CrashOnOutOfMemoryError makes a fatal error of it, SIGABRT",
        "Aborting due to java.lang.OutOfMemoryError",
        big,
        command=java("-Xmx48m", "-XX:+CrashOnOutOfMemoryError"),
    )
    add(
        "gc-overhead",
        "OutOfMemory",
        "the collector finds nothing to free any more",
        "java.lang.OutOfMemoryError",
        big,
        command=java(
            "-Xmx40m", "-XX:+UseParallelGC", "-XX:GCTimeLimit=60", "-XX:GCHeapFreeLimit=30"
        ),
    )
    add(
        "memory-limit",
        "OutOfMemory",
        "the heap is larger than the container's limit",
        "read 0 articles",
        settings("articles=3000000"),
        command=java("-Xmx2g", "-Xms64m"),
        memory_bytes=150 << 20,
        pod=shop_pod("importer", resources={"limits": {"memory": "150Mi"}}, **job),
    )
    add(
        "no-more-threads",
        "FileLimitReached",
        "the limit of processes is spent",
        "unable to create native thread",
        settings("workers=400"),
        user=65534,
        command=["bash", "-c", "ulimit -u 90; exec " + " ".join(java("-Xmx128m", mode="fetch"))],
    )
    add(
        "crash-in-native-memory",
        "SegmentationFault",
        "freed memory outside of the heap is written to",
        "SIGSEGV (0xb)",
        settings("slots=4096"),
        command=java("-Xmx64m", mode="index"),
        pod=shop_pod("importer", **job),
    )
    add(
        "settings-missing",
        "ConfigurationMissing",
        "the settings are not mounted",
        "NoSuchFileException: /config/importer.properties",
    )
    add(
        "settings-not-readable",
        "PermissionDenied",
        "the settings belong to root alone",
        "AccessDeniedException",
        settings("articles=5") + "chmod 600 /config/importer.properties\n",
        user=65534,
    )
    add(
        "batch-size-invalid",
        "ConfigurationInvalid",
        "a number has a thousands separator",
        'For input string: "1,000"',
        settings("batch.size=1,000"),
    )
    add(
        "storage-class-missing",
        "LibraryMissing",
        "the configured driver is not on the class path",
        "ClassNotFoundException: com.amazonaws",
        settings("storage.class=com.amazonaws.services.s3.S3Storage"),
    )
    add(
        "library-for-newer-java",
        "LibraryMissing",
        "a library was compiled for Java 21, the image has 17",
        "UnsupportedClassVersionError",
        settings("storage.class=org.apache.lucene.store.ByteBuffersDirectory"),
        command=["java", "-cp", "/srv/app/importer.jar:/srv/app/lib/*", main],
    )
    add(
        "program-for-newer-java",
        "LibraryMissing",
        "the program itself was compiled for Java 21, the image has 17",
        "UnsupportedClassVersionError",
        command=["java", "-cp", "/srv/app/lib/*", "org.apache.lucene.index.CheckIndex", "/data"],
        pod=shop_pod(
            "check-index",
            command=[
                "java",
                "-cp",
                "/srv/app/lib/*",
                "org.apache.lucene.index.CheckIndex",
                "/data",
            ],
        ),
    )
    add(
        "main-class-missing",
        "ExecutableMissing",
        "the main class has another package",
        "Could not find or load main class",
        command=["java", "-cp", "/srv/app/importer.jar", "com.example.Importer"],
    )
    add(
        "jar-missing",
        "ExecutableMissing",
        "the jar has another name",
        "Unable to access jarfile",
        command=["java", "-jar", "/srv/app/importer-4.2.0.jar"],
        pod=shop_pod("importer", command=["java", "-jar", "/srv/app/importer-4.2.0.jar"]),
    )
    add(
        "no-main-manifest",
        "ConfigurationInvalid",
        "the jar names no main class",
        "no main manifest attribute",
        command=["java", "-jar", "/srv/app/importer.jar"],
    )
    add(
        "vm-option-unknown",
        "ConfigurationInvalid",
        "an option of an older Java",
        "Unrecognized VM option",
        command=java("-XX:+UseConcMarkSweepGC"),
        pod=shop_pod("importer", env=env(JAVA_OPTS="-XX:+UseConcMarkSweepGC")),
    )
    add(
        "heap-size-invalid",
        "ConfigurationInvalid",
        "the heap's size has a wrong unit",
        "Invalid maximum heap size",
        command=java("-Xmx512Mi"),
        pod=shop_pod("importer", env=env(JAVA_OPTS="-Xmx512Mi")),
    )
    add(
        "java-agent-missing",
        "LibraryMissing",
        "the tracing agent is not in the image",
        "Error opening zip file",
        command=java("-javaagent:/opt/otel/opentelemetry-javaagent.jar"),
        pod=shop_pod(
            "importer",
            env=env(JAVA_TOOL_OPTIONS="-javaagent:/opt/otel/opentelemetry-javaagent.jar"),
        ),
    )
    lock = "(python3 -c \"import fcntl, time; f = open('/data/import/.lock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(99)\" >/dev/null 2>&1 &); sleep 0.4\n"
    add(
        "lock-held",
        "StaleLock",
        "another instance holds the lock of the data folder",
        "Another importer instance is already running",
        settings("articles=5") + "mkdir /data/import\n" + lock,
        pod=shop_pod("importer", **volumes(data="claim:/data")),
    )
    add(
        "lock-file-of-dead-instance",
        "Unknown",
        "a left-over lock file that nobody holds; the job does its work",
        "done",
        settings("articles=3000") + "mkdir /data/import; touch /data/import/.lock\n",
    )
    add(
        "too-many-open-files",
        "FileLimitReached",
        "more parts than nofile allows",
        "Too many open files",
        settings("files=200"),
        command=java("-Xmx128m", mode="archive"),
        open_files=64,
    )
    add(
        "volume-full",
        "DiskFull",
        "the volume of the result is full",
        "No space left on device",
        settings("articles=60000")
        + "mkdir /data/import; mount -t tmpfs -o size=256k tmpfs /data/import\n",
    )
    add(
        "volume-not-writable",
        "PermissionDenied",
        "the volume belongs to root",
        "AccessDeniedException: /data/import",
        settings("articles=5") + "chmod 755 /data\n",
        user=65534,
    )
    add(
        "completed",
        "Unknown",
        "the job does its work and ends",
        "done",
        settings("articles=60000"),
        pod=shop_pod("importer", **job),
    )
    add(
        "killed-from-outside",
        "Unknown",
        "killed with SIGKILL while it waits",
        "fetchers wait for work",
        settings("workers=41"),
        command=java(mode="fetch"),
        seconds=4,
        stop_signal="SIGKILL",
    )
    add(
        "mode-unknown",
        "ConfigurationInvalid",
        "the argument is no mode of the program",
        "unknown mode",
        settings("articles=5"),
        command=java(mode="imports"),
        pod=shop_pod("importer", args=["imports"]),
    )
    search = f"search.url=https://{PRICING}:8443/index\n"
    add(
        "search-authority-unknown",
        "CertificateInvalid",
        "the search service's certificate is self-signed",
        "PKIX path building failed",
        PRICING_NAME + TLS + HTTPS + settings(search),
        command=java(mode="upload"),
    )
    add(
        "search-other-name",
        "CertificateInvalid",
        "the search service's certificate is for another name",
        "No subject alternative DNS name matching",
        host("search.shop.svc.cluster.local", "10.96.14.13")
        + TLS
        + HTTPS
        + "keytool -importcert -noprompt -alias ca -file /config/tls/tls.crt -keystore /config/trust.p12 -storepass changeit >/dev/null 2>&1; chmod 644 /config/trust.p12\n"
        + settings(
            "search.url=https://search.shop.svc.cluster.local:8443/index\ntruststore=/config/trust.p12\n"
        ),
        command=java(mode="upload"),
    )
    add(
        "truststore-password-wrong",
        "ConfigurationInvalid",
        "the trust store's password is another one",
        "keystore password was incorrect",
        KEYSTORE
        + settings(search + "truststore=/config/tls/keystore.p12\ntruststore.password=changeme\n"),
        command=java(mode="upload"),
    )
    add(
        "search-refused",
        "DependencyNotReady",
        "the search service refuses connections",
        "ConnectException",
        PRICING_NAME + settings(search),
        command=java(mode="upload"),
    )
    add(
        "search-name-unknown",
        "DependencyNotReady",
        "the search service's name cannot be resolved",
        "UnresolvedAddressException",
        settings(search),
        command=java(mode="upload"),
    )
    add(
        "search-token-rejected",
        "AuthenticationFailed",
        "the search service answers 401",
        "answered 401",
        PRICING_NAME
        + answering(
            9200,
            401,
            '{"error":"missing authentication credentials for REST request [/index]","status":401}',
        )
        + settings(f"search.url=http://{PRICING}:9200/index\n"),
        command=java(mode="upload"),
    )
    add(
        "search-timeout",
        "DependencyNotReady",
        "the search service takes the connection and never answers",
        "request timed out",
        PRICING_NAME + hold_port(9200) + settings(f"search.url=http://{PRICING}:9200/index\n"),
        command=java(mode="upload"),
    )
    loop = (
        "while true; do "
        + " ".join(java("-Xmx48m"))
        + '; echo "importer exited with $?, restarting in 2 s"; sleep 2; done'
    )
    add(
        "heap-spent-in-a-loop",
        "OutOfMemory",
        "a shell loop starts the job again and again",
        "restarting in 2 s",
        big,
        command=["sh", "-c", loop],
        masked="shell",
        running=True,
        seconds=14,
        pod=shop_pod("importer", command=["sh", "-c", loop]),
    )
    return add.scenarios


def agent() -> list[Scenario]:
    add = Table(
        "java-node-agent",
        ["java", "-cp", "/srv/app/importer.jar", "com.example.agent.NodeAgent"],
        app("importer/target"),
        6,
    )
    place = shop_pod(
        "node-agent",
        env=env(AGENT_SOCKET="/run/agent/agent.sock"),
        **volumes(run="host:/run/agent"),
    )
    add(
        "stale-socket",
        "StaleUnixSocket",
        "the socket's file of a killed predecessor; Java does not name the path",
        "java.net.BindException: Address already in use",
        stale("/run/agent/agent.sock"),
        pod=place,
    )
    add(
        "stale-socket-without-spec",
        "StaleUnixSocket",
        "the same failure without the pod's spec: the stack trace alone tells that it is a Unix socket",
        "java.net.BindException: Address already in use",
        stale("/run/agent/agent.sock"),
    )
    add(
        "stale-socket-removed",
        "Unknown",
        "it removes its predecessor's socket and is up",
        "listening on",
        stale("/run/agent/agent.sock"),
        environment={"AGENT_REMOVE_STALE": "true"},
        running=True,
        seconds=4,
        pod=place,
    )
    add(
        "folder-missing",
        "ConfigurationMissing",
        "the socket's folder is not mounted",
        "No such file or directory",
        pod=shop_pod("node-agent"),
    )
    add(
        "folder-not-writable",
        "PermissionDenied",
        "the socket's folder belongs to root",
        "Permission denied",
        "mkdir -m 755 /run/agent\n",
        user=65534,
        pod=place,
    )
    add(
        "path-too-long",
        "ConfigurationInvalid",
        "the socket's path is longer than the kernel allows",
        "Unix domain path too long",
        environment={
            "AGENT_SOCKET": "/run/agent/"
            + "node-agent-of-the-production-cluster-" * 3
            + "/agent.sock"
        },
    )
    add(
        "healthy",
        "Unknown",
        "listens and ends in order",
        "shutting down",
        "mkdir /run/agent\n",
        seconds=4,
    )
    return add.scenarios


# --- Kafka ---

CLASSES = ["-cp", "/srv/app/lib/*:/srv/app/broker.jar"]


def kafka() -> list[Scenario]:
    add = Table(
        "kafka",
        ["java", "-Xmx256m", *CLASSES, "kafka.Kafka", "/config/server.properties"],
        app("broker/target"),
        45,
    )

    def properties(more: str = "", voters: str = "1@localhost:9093") -> str:
        return put("/config/server.properties", f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters={voters}
listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093
advertised.listeners=PLAINTEXT://kafka-0.kafka:9092
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=/data/kafka
offsets.topic.replication.factor=1
{more}
""")  # fmt: skip

    formatted = "java -cp '/srv/app/lib/*' kafka.tools.StorageTool format -t MkU3OEVBNTcwNTJENDM2Qg -c /config/server.properties >/dev/null 2>&1\n"
    others = "".join(host(f"kafka-{i}.kafka", f"10.96.3.{i + 1}") for i in range(3))
    voters = ",".join(f"{i + 1}@kafka-{i}.kafka:9093" for i in range(3))
    claim = volumes(data="claim:/data", config="config:/config")
    broker = pod(
        "kafka",
        "registry.example.com/kafka:3.9.0",
        ports=[{"containerPort": 9092}, {"containerPort": 9093}],
        **claim,
    )
    add(
        "healthy",
        "Unknown",
        "a single node elects itself, serves and ends in order",
        "shut down completed",
        properties() + formatted,
        seconds=20,
        pod=broker,
    )
    add(
        "healthy-after-unclean-stop",
        "Unknown",
        "recovers the logs of a killed predecessor, whose .lock file is still there",
        "Kafka Server started",
        properties() + formatted + "touch /data/kafka/.lock; mkdir /data/kafka/orders-0\n",
        seconds=20,
        running=True,
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 9092 is taken",
        "Socket server failed to bind to 0.0.0.0:9092",
        properties() + formatted + hold_port(9092),
        captures={"address": "0.0.0.0:9092"},
        pod=pod(
            "kafka",
            "registry.example.com/kafka:3.9.0",
            hostNetwork=True,
            ports=[{"containerPort": 9092}],
            **claim,
        ),
    )
    add(
        "folder-locked",
        "StaleLock",
        "another process holds the lock of the log folder",
        "Failed to acquire lock on file .lock",
        properties()
        + formatted
        + "(python3 -c \"import fcntl, time; f = open('/data/kafka/.lock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(99)\" >/dev/null 2>&1 &); sleep 0.4\n",
        pod=broker,
    )
    add(
        "other-node-in-folder",
        "NoLeader",
        "the volume was formatted by node 3",
        "Stored node id 3",
        properties().replace("node.id=1", "node.id=3").replace("=1@", "=3@")
        + formatted
        + properties(),
        captures={"storedId": "3"},
        pod=broker,
    )
    add(
        "no-quorum",
        "NoLeader",
        "the two other voters are not there, so there is no leader",
        "the loader is still catching up",
        others + properties(voters=voters).replace("://:9093", "://kafka-0.kafka:9093") + formatted,
        stop_signal="SIGKILL",
        seconds=30,
        pod=broker,
    )
    add(
        "no-quorum-registration-timeout",
        "NoLeader",
        "without a leader the broker cannot register and gives up",
        "the loader is still catching up",
        others
        + properties("initial.broker.registration.timeout.ms=12000", voters).replace(
            "://:9093", "://kafka-0.kafka:9093"
        )
        + formatted,
        seconds=60,
    )
    add(
        "advertised-invalid",
        "ConfigurationInvalid",
        "0.0.0.0 is advertised",
        "advertised.listeners",
        properties().replace("kafka-0.kafka:9092", "0.0.0.0:9092"),
        pod=broker,
    )
    add(
        "node-id-missing",
        "ConfigurationMissing",
        "node.id is left out",
        "node.id",
        properties().replace("\nnode.id=1", ""),
    )
    add(
        "properties-missing",
        "ConfigurationMissing",
        "the properties are not mounted",
        "NoSuchFileException",
        pod=pod("kafka", "registry.example.com/kafka:3.9.0", args=["/config/server.properties"]),
    )
    add(
        "folder-not-writable",
        "PermissionDenied",
        "the volume belongs to root",
        "/data/kafka",
        properties() + formatted + "chmod -R go-w /data/kafka\n",
        user=65534,
        pod=broker,
    )
    add(
        "volume-full",
        "DiskFull",
        "the volume is full",
        "No space left on device",
        "mkdir /data/kafka; mount -t tmpfs -o size=64k tmpfs /data/kafka\n"
        + properties()
        + formatted
        + "dd if=/dev/zero of=/data/kafka/.fill bs=1k 2>/dev/null || true\n",
        pod=broker,
    )
    add(
        "heap-spent",
        "OutOfMemory",
        "the heap is too small for the broker",
        "OutOfMemoryError",
        properties() + formatted,
        command=["java", "-Xmx20m", *CLASSES, "kafka.Kafka", "/config/server.properties"],
        seconds=40,
    )
    add(
        "zookeeper-unreachable",
        "DependencyNotReady",
        "an old broker waits for a ZooKeeper that is not there",
        "ZooKeeperClientTimeoutException",
        host("zookeeper", "10.96.3.9")
        + put(
            "/config/server.properties",
            "broker.id=0\nzookeeper.connect=zookeeper:2181\nzookeeper.connection.timeout.ms=5000\nlisteners=PLAINTEXT://:9092\nlog.dirs=/data/kafka",
        ),
        captures={"host": "zookeeper", "port": "2181"},
    )
    return add.scenarios


def prepare_postgres() -> None:
    """Makes the cluster that each recording gets a copy of."""
    apt("postgresql-15")
    place = CACHE / "pg"
    if place.exists():
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    made = Recorder().run(Run(["true"], prepare=POSTGRES + "runuser -u postgres -- pg_ctl -D /data/pg -s -w stop\n"
                              f"cp -a /data/pg {place}.new; mv {place}.new {place}\n"))  # fmt: skip
    if made.exit_code or not place.exists():
        raise RuntimeError(f"no PostgreSQL cluster: {made}")


def prepare() -> None:
    """Builds the modules when the sources have changed."""
    prepare_postgres()
    apt("default-jdk-headless", "maven", "postgresql-15", "redis-server", "openssl", "curl")
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = CACHE / "built"
    if stamp.exists() and stamp.read_text() == digest:
        return
    shutil.rmtree(BUILD, ignore_errors=True)
    shutil.copytree(SOURCES, BUILD)
    subprocess.run(
        [
            "nice",
            "-n",
            "10",
            "mvn",
            "-q",
            "-B",
            "-ntp",
            f"-Dmaven.repo.local={CACHE}/m2",
            "package",
        ],
        cwd=BUILD,
        check=True,
    )
    for jars in BUILD.glob("*/target"):
        subprocess.run(["chmod", "-R", "a+rX", str(jars)], check=True)
    subprocess.run(
        ["java", "-Djarmode=tools", "-jar", "orders.jar", "extract", "--destination", "extracted"],
        cwd=BUILD / "orders/target", check=True,
    )  # fmt: skip
    stamp.write_text(digest)


FAMILIES = (batch, agent, netty, vertx, undertow, tomcat, jetty, kafka, spring)


def scenarios() -> list[Scenario]:
    return [one for family in FAMILIES for one in family()]


def record(recorder: Recorder) -> None:
    prepare()
    record_all(recorder, scenarios(), SOURCE)
