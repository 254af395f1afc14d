"""Released JVM servers and tools of Maven Central, as their images run them: Keycloak, WildFly, Artemis, Hazelcast,
WireMock, the JMX exporter and the Flyway command line.

What each prints on a failure was found by running it; the settings are of the projects' own manuals.
"""

# ruff: noqa: E501 - the tables hold shell lines and situations that are clearer on one line

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from ..recorder import Recorder, apt, pod
from .jvm import CACHE, DB, DB_HOST, JAVA, KEYSTORE, PG, Table, env, prepare_postgres
from .python_programs import host
from .web import Scenario, hold_port, put, record_all, volumes

DIST = CACHE / "dist"
M2 = CACHE / "m2"
ARTIFACTS = {
    "flyway": "org.flywaydb:flyway-commandline:10.22.0:tar.gz",
    "keycloak": "org.keycloak:keycloak-quarkus-dist:26.0.8:tar.gz",
    "artemis": "org.apache.activemq:apache-artemis:2.39.0:tar.gz:bin",
    "wildfly": "org.wildfly:wildfly-dist:35.0.0.Final:tar.gz",
    "hazelcast": "com.hazelcast:hazelcast:5.5.0:jar",
    "wiremock": "org.wiremock:wiremock-standalone:3.10.0:jar",
    "jmx-exporter": "io.prometheus.jmx:jmx_prometheus_httpserver:0.20.0:jar",
}
SOURCE = {
    name: f"Maven Central {':'.join(artifact.split(':')[:3])}, {JAVA}"
    for name, artifact in ARTIFACTS.items()
}


def home(name: str) -> str:
    """Where the distribution or the jar lies."""
    group, artifact, version, kind, *_ = ARTIFACTS[name].split(":")
    folder = f"{M2}/{group.replace('.', '/')}/{artifact}/{version}"
    if kind == "jar":
        return f"{folder}/{artifact}-{version}.jar"
    return f"{DIST}/{artifact.removesuffix('-commandline').removesuffix('-quarkus-dist').removesuffix('-dist')}-{version}"


def layered(name: str, place: str) -> str:
    """Bash that puts a distribution at PLACE, where it may be written to and nothing lasts."""
    return (
        host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
        + f"mkdir -p {place} /tmp/.upper /tmp/.work; chmod 755 /tmp/.upper\n"
        f"mount -t overlay overlay -o lowerdir={home(name)},upperdir=/tmp/.upper,workdir=/tmp/.work {place}\n"
    )


def jar(name: str, place: str) -> str:
    return f"mkdir -p $(dirname {place}); touch {place}; mount --bind {home(name)} {place}\n"


def a_pod(name: str, image: str, **spec: Any) -> dict[str, Any]:
    return pod(name, image, **spec)


def flyway() -> list[Scenario]:
    url = f"jdbc:postgresql://{DB_HOST}:5432/shop"
    account = {"FLYWAY_URL": url, "FLYWAY_USER": "app", "FLYWAY_PASSWORD": "correct"}
    sql = put(
        "/srv/flyway/sql/V1__orders.sql",
        "create table orders (id bigserial primary key, customer text);",
    ) + put("/srv/flyway/sql/V2__totals.sql", "alter table orders add total_cents bigint;")
    command = ["/srv/flyway/flyway", "-connectRetries=2", "migrate"]
    earlier = (
        "env FLYWAY_URL="
        + url
        + " FLYWAY_USER=app FLYWAY_PASSWORD=correct /srv/flyway/flyway -q migrate >/dev/null 2>&1\n"
    )
    add = Table("flyway", command, layered("flyway", "/srv/flyway") + sql, 60, **account)
    spec = {"args": ["-connectRetries=2", "migrate"], "env": env(FLYWAY_URL=url, FLYWAY_USER="app")}
    image = "flyway/flyway:10.22.0-alpine"
    add(
        "database-refused",
        "DependencyNotReady",
        "nothing listens at the database's service",
        "refused",
        DB,
        pod=a_pod("flyway", image, **spec),
        captures={"host": DB_HOST, "port": "5432"},
    )
    add(
        "password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG,
        environment={"FLYWAY_PASSWORD": "old"},
        pod=a_pod("flyway", image, **spec),
    )
    add(
        "url-missing",
        "ConfigurationMissing",
        "no URL is set: the secret's key has another name",
        "Unable to connect to the database. Configure the url",
        command=["env", "-u", "FLYWAY_URL", *command],
    )
    add(
        "url-misspelt",
        "ConfigurationInvalid",
        "the URL's database kind is misspelt",
        "jdbc:postgrs",
        environment={"FLYWAY_URL": url.replace("postgresql", "postgrs")},
    )
    add(
        "database-unsupported",
        "ConfigurationInvalid",
        "the URL is for a database that this edition does not know",
        "No database found to handle",
        environment={"FLYWAY_URL": "jdbc:db2://db2.shop.svc:50000/shop"},
        pod=a_pod("flyway", image, args=["migrate"]),
    )
    add(
        "config-file-missing",
        "ConfigurationMissing",
        "the file given with -configFiles is not mounted, and nothing else names the database",
        "/flyway/conf/shop.conf",
        command=[
            "env",
            "-u",
            "FLYWAY_URL",
            "/srv/flyway/flyway",
            "-configFiles=/flyway/conf/shop.conf",
            "migrate",
        ],
    )
    add(
        "parameter-unknown",
        "ConfigurationInvalid",
        "a parameter is misspelt",
        "baselineOnMigrte",
        PG,
        command=["/srv/flyway/flyway", "-baselineOnMigrte=true", "migrate"],
    )
    add(
        "boolean-invalid",
        "ConfigurationInvalid",
        "a boolean is neither true nor false",
        "command line params",
        PG,
        environment={"FLYWAY_OUT_OF_ORDER": "maybe"},
    )
    add(
        "statement-fails",
        "MigrationFailed",
        "a migration adds a column that is there",
        "already exists",
        PG + put("/srv/flyway/sql/V3__again.sql", "alter table orders add total_cents bigint;"),
        pod=a_pod("flyway", image, **spec),
    )
    add(
        "migration-changed",
        "MigrationFailed",
        "an applied migration was edited",
        "checksum mismatch",
        PG + earlier + "echo '-- reviewed' >>/srv/flyway/sql/V1__orders.sql\n",
    )
    add(
        "migration-named-wrong",
        "ConfigurationInvalid",
        "a file's name follows no convention and the check is on",
        "Invalid SQL filenames",
        PG + "mv /srv/flyway/sql/V2__totals.sql /srv/flyway/sql/V2_totals.sql\n",
        environment={"FLYWAY_VALIDATE_MIGRATION_NAMING": "true"},
    )
    add(
        "schema-not-empty",
        "MigrationFailed",
        "the schema has tables and no history",
        "schema history table",
        PG + "psql -d shop -c 'set role app; create table customers(id int)'\n",
    )
    add(
        "privilege-missing",
        "PermissionDenied",
        "the user may not create tables in the schema",
        "permission denied",
        PG
        + "psql -c 'alter database shop owner to postgres' -d shop -c 'revoke create on schema public from public; alter schema public owner to postgres; revoke all on schema public from app'\n",
    )
    add(
        "healthy",
        "Unknown",
        "two migrations are applied and it ends",
        "Successfully applied",
        PG,
        pod=a_pod("flyway", image, **spec),
    )
    add("healthy-nothing-to-do", "Unknown", "the schema is up to date", "up to date", PG + earlier)
    add(
        "jvm-flag-invalid",
        "ConfigurationInvalid",
        "JAVA_ARGS has a flag that the JVM does not know",
        "Unrecognized VM option",
        environment={"JAVA_ARGS": "-XX:+UseConcMarkSweepGC"},
    )
    return add.scenarios


def keycloak() -> list[Scenario]:
    place = "/srv/keycloak"
    command = [f"{place}/bin/kc.sh", "start", "--optimized"]
    base = {
        "KC_DB_URL_HOST": DB_HOST, "KC_DB_URL_DATABASE": "shop", "KC_DB_USERNAME": "app",
        "KC_DB_PASSWORD": "correct", "KC_HOSTNAME": "id.shop.example.com", "KC_HTTP_ENABLED": "true", "KC_CACHE": "local",
        "KC_PROXY_HEADERS": "xforwarded", "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
    }  # fmt: skip
    add = Table("keycloak", command, layered("keycloak", place), 150, **base)
    spec = {
        "args": ["start", "--optimized"],
        "env": env(KC_DB="postgres", KC_DB_URL_HOST=DB_HOST, KC_HOSTNAME="id.shop.example.com"),
        "ports": [{"containerPort": 8080}],
    }
    image = "quay.example.com/keycloak/keycloak:26.0.8"
    add(
        "database-refused",
        "DependencyNotReady",
        "the database is not up yet",
        "refused",
        DB,
        pod=a_pod("keycloak", image, **spec),
    )
    add(
        "password-wrong",
        "AuthenticationFailed",
        "the database rejects the password",
        "password authentication failed",
        PG,
        environment={"KC_DB_PASSWORD": "old"},
    )
    add(
        "hostname-missing",
        "ConfigurationMissing",
        "production mode without a host name",
        "hostname is not configured",
        PG,
        command=["env", "-u", "KC_HOSTNAME", *command],
    )
    add(
        "https-missing",
        "ConfigurationMissing",
        "production mode without certificate, HTTP is off",
        "Key material not provided",
        PG,
        environment={"KC_HTTP_ENABLED": "false"},
        pod=a_pod("keycloak", image, **spec),
    )
    add(
        "option-unknown",
        "ConfigurationInvalid",
        "an option that it does not know",
        "Unknown option",
        command=[*command[:-1], "--db-adr=postgres"],
    )
    add(
        "database-kind-unknown",
        "ConfigurationInvalid",
        "KC_DB is misspelt",
        "postgress",
        command=command[:-1],
        environment={"KC_DB": "postgress"},
        pod=a_pod("keycloak", image, **spec),
    )
    add(
        "log-level-invalid",
        "ConfigurationInvalid",
        "the log level is no level",
        "Invalid",
        environment={"KC_LOG_LEVEL": "verbose"},
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 8080 is taken",
        "already in use",
        PG + hold_port(8080),
        pod=a_pod("keycloak", image, hostNetwork=True, **spec),
    )
    add(
        "keystore-password",
        "ConfigurationInvalid",
        "the keystore's password is wrong",
        "keystore password was incorrect",
        PG + KEYSTORE,
        environment={
            "KC_HTTPS_KEY_STORE_FILE": "/config/tls/keystore.p12",
            "KC_HTTPS_KEY_STORE_PASSWORD": "other",
        },
    )
    add(
        "certificate-missing",
        "ConfigurationMissing",
        "the certificate's secret is not mounted",
        "tls.crt",
        PG,
        environment={
            "KC_HTTPS_CERTIFICATE_FILE": "/config/tls/tls.crt",
            "KC_HTTPS_CERTIFICATE_KEY_FILE": "/config/tls/tls.key",
        },
        pod=a_pod("keycloak", image, **spec, **volumes(tls="secret:/config/tls")),
    )
    add(
        "folder-not-writable",
        "PermissionDenied",
        "the image's files belong to another user than the one that runs it",
        "cannot access root of object store",
        PG,
        user=10001,
    )
    add(
        "privilege-missing",
        "PermissionDenied",
        "the database user may not create tables",
        "permission denied",
        PG
        + "psql -c 'alter database shop owner to postgres' -d shop -c 'revoke create on schema public from public; alter schema public owner to postgres; revoke all on schema public from app; grant usage on schema public to app'\n",
    )
    add(
        "healthy",
        "Unknown",
        "it migrates its schema, imports the master realm and serves",
        "Listening on",
        PG,
        seconds=150,
        running=True,
        environment={
            "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
            "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin",
        },
        pod=a_pod("keycloak", image, **spec),
    )
    return add.scenarios


def hazelcast() -> list[Scenario]:
    command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-Dhazelcast.config=/config/hazelcast.yaml", "-cp", "/srv/hazelcast/hazelcast.jar",
               "com.hazelcast.core.server.HazelcastMemberStarter"]  # fmt: skip
    add = Table("hazelcast", command, jar("hazelcast", "/srv/hazelcast/hazelcast.jar"), 20)
    image = "hazelcast/hazelcast:5.5.0"
    spec = {
        "ports": [{"containerPort": 5701, "name": "hazelcast"}],
        **volumes(config="config:/config"),
    }

    def config(network: str = "", rest: str = "") -> str:
        return put(
            "/config/hazelcast.yaml",
            f"hazelcast:\n  cluster-name: shop\n  network:\n    port:\n      port: 5701\n      auto-increment: false\n{network}{rest}",
        )

    alone = "    join:\n      auto-detection:\n        enabled: false\n      multicast:\n        enabled: false\n"
    add(
        "config-missing",
        "ConfigurationMissing",
        "the config map is not mounted",
        "hazelcast.yaml",
        pod=a_pod("hazelcast", image, **spec),
    )
    add(
        "config-not-yaml",
        "ConfigurationInvalid",
        "the YAML is broken",
        "yaml",
        put("/config/hazelcast.yaml", "hazelcast:\n  cluster-name: shop\n network: {"),
    )
    add(
        "config-key-unknown",
        "ConfigurationInvalid",
        "a key is misspelt",
        "clustername",
        put("/config/hazelcast.yaml", "hazelcast:\n  clustername: shop\n"),
        pod=a_pod("hazelcast", image, **spec),
    )
    add(
        "config-suffix",
        "ConfigurationInvalid",
        "the file's suffix is none that it reads",
        "suffix",
        put("/config/hazelcast.conf", "hazelcast: {}"),
        command=[c.replace("hazelcast.yaml", "hazelcast.conf") for c in command],
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 5701 is taken and there is no other",
        "5701",
        config(alone) + hold_port(5701),
        pod=a_pod("hazelcast", image, hostNetwork=True, **spec),
    )
    add(
        "port-not-a-number",
        "ConfigurationInvalid",
        "the port is a word",
        "port",
        config(alone).replace("port: 5701", "port: default"),
    )
    add(
        "interface-none-matches",
        "ConfigurationInvalid",
        "no interface has an address of the wanted network",
        "interface",
        config(
            alone + "    interfaces:\n      enabled: true\n      interfaces:\n        - 10.3.10.*\n"
        ),
    )
    add(
        "enterprise-feature",
        "ConfigurationInvalid",
        "persistence is switched on in the open edition",
        "Enterprise",
        config(alone, "  persistence:\n    enabled: true\n    base-dir: /data/persistence\n"),
    )
    add(
        "healthy-members-unreachable",
        "Unknown",
        "the other members cannot be reached, it serves alone",
        "is STARTED",
        config(
            alone
            + "      tcp-ip:\n        enabled: true\n        member-list:\n          - 127.0.0.2:5701\n          - 127.0.0.3:5701\n"
        ),
        running=True,
        seconds=25,
        pod=a_pod("hazelcast", image, **spec),
    )
    add(
        "class-missing",
        "LibraryMissing",
        "a serializer of the configuration is not on the class path",
        "ClassNotFoundException: com.shop.Cart",
        config(
            alone,
            "  serialization:\n    serializers:\n      - type-class: com.shop.Cart\n        class-name: com.shop.CartSerializer\n",
        ),
    )
    return add.scenarios


def artemis() -> list[Scenario]:
    instance = (
        layered("artemis", "/srv/artemis")
        + "/srv/artemis/bin/artemis create /data/broker --user shop --password shop --require-login --silent --no-autotune --no-web >/dev/null 2>&1\n"
        + "rm -rf /data/broker/etc/artemis-utility.profile\n"
    )
    command = ["/data/broker/bin/artemis", "run"]
    add = Table("artemis", command, instance, 45)
    image = "apache/activemq-artemis:2.39.0"
    etc = "/data/broker/etc"
    spec = {"ports": [{"containerPort": 61616}], **volumes(data="claim:/data")}
    add(
        "healthy",
        "Unknown",
        "starts and serves",
        "Server is now",
        running=True,
        pod=a_pod("artemis", image, **spec),
    )
    add(
        "broker-xml-broken",
        "ConfigurationInvalid",
        "broker.xml is not well-formed",
        "must be terminated by the matching",
        f"sed -i 's,</core>,</cor>,' {etc}/broker.xml\n",
        pod=a_pod("artemis", image, **spec),
    )
    add(
        "broker-xml-element",
        "ConfigurationInvalid",
        "an element that the schema does not know",
        "journal-typ",
        f"sed -i 's,journal-type>,journal-typ>,g' {etc}/broker.xml\n",
    )
    add(
        "broker-xml-missing",
        "ConfigurationMissing",
        "the config map hides broker.xml",
        "broker.xml",
        f"rm {etc}/broker.xml\n",
        pod=a_pod("artemis", image, **spec),
    )
    add(
        "bootstrap-missing",
        "ConfigurationMissing",
        "the folder of the configuration has no bootstrap.xml",
        "bootstrap.xml",
        f"rm {etc}/bootstrap.xml\n",
    )
    add(
        "acceptor-port-conflict",
        "PortConflict",
        "port 61616 is taken",
        "61616",
        hold_port(61616),
        pod=a_pod("artemis", image, hostNetwork=True, **spec),
    )
    add(
        "locked",
        "StaleLock",
        "an earlier instance still has the data directory's lock",
        "lock",
        "rm -rf /data/broker/lock/*; (/data/broker/bin/artemis run >/dev/null 2>&1 &); for i in $(seq 60); do [ -e /data/broker/lock/cli.lock ] && break; sleep 0.5; done; sleep 6\n",
    )
    return add.scenarios


def wildfly() -> list[Scenario]:
    place = "/srv/wildfly"
    command = [f"{place}/bin/standalone.sh", "-b", "0.0.0.0", "-bmanagement", "0.0.0.0"]
    add = Table(
        "wildfly",
        command,
        layered("wildfly", place),
        60,
        JAVA_OPTS="-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    )
    image = "quay.example.com/wildfly/wildfly:35.0.0.Final-jdk17"
    xml = f"{place}/standalone/configuration/standalone.xml"
    spec = {"ports": [{"containerPort": 8080}, {"containerPort": 9990}]}
    add(
        "healthy",
        "Unknown",
        "starts without deployments",
        "WFLYSRV0025",
        running=True,
        pod=a_pod("wildfly", image, **spec),
    )
    add(
        "config-missing",
        "ConfigurationMissing",
        "the configuration named with -c is not there",
        "standalone-shop.xml",
        command=[*command, "-c", "standalone-shop.xml"],
        pod=a_pod("wildfly", image, **spec),
    )
    add(
        "config-broken",
        "ConfigurationInvalid",
        "an attribute that the schema does not know",
        "standalone.xml",
        f"sed -i 's,<thread-pool ,<thread-pool treads=\"4\" ,; 0,/<socket-binding name=/s,<socket-binding name=,<socket-binding nam=,' {xml}\n",
        pod=a_pod("wildfly", image, **spec),
    )
    add(
        "folder-not-writable",
        "PermissionDenied",
        "the image's files belong to root, it runs as an arbitrary user",
        "WFLYSRV0124",
        user=1000660000 % 65000,
        pod=a_pod("wildfly", image, securityContext={"runAsUser": 1000660000 % 65000}, **spec),
    )
    add(
        "bind-address",
        "ConfigurationInvalid",
        "the address to bind is not the machine's",
        "WFLYSRV",
        command=[f"{place}/bin/standalone.sh", "-b", "192.0.2.17"],
    )
    add(
        "management-port-conflict",
        "PortConflict",
        "port 9990 is taken",
        "9990",
        hold_port(9990),
        pod=a_pod("wildfly", image, hostNetwork=True, **spec),
    )
    add(
        "option-unknown",
        "ConfigurationInvalid",
        "an option that it does not know",
        "WFLYSRV",
        command=[*command, "--read-onlyconfig=x"],
    )
    add(
        "module-missing",
        "LibraryMissing",
        "an extension's module is not in the image",
        "org.jboss.as.namng",
        f'sed -i \'s,<extension module="org.jboss.as.naming"/>,<extension module="org.jboss.as.namng"/>,\' {xml}\n',
    )
    return add.scenarios


def wiremock() -> list[Scenario]:
    command = [
        "java",
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-jar",
        "/srv/wiremock/wiremock.jar",
        "--root-dir",
        "/data/wiremock",
    ]
    add = Table("wiremock", command, jar("wiremock", "/srv/wiremock/wiremock.jar"), 12)
    image = "wiremock/wiremock:3.10.0"
    spec = {"ports": [{"containerPort": 8080}], "args": ["--root-dir", "/data/wiremock"]}
    add(
        "port-conflict",
        "PortConflict",
        "port 8080 is taken",
        "Failed to bind",
        hold_port(8080),
        pod=a_pod("wiremock", image, hostNetwork=True, **spec),
    )
    add(
        "port-not-a-number",
        "ConfigurationInvalid",
        "the port is a word",
        "http",
        command=[*command, "--port", "http"],
        pod=a_pod("wiremock", image, **spec),
    )
    add(
        "keystore-missing",
        "ConfigurationMissing",
        "the keystore is not mounted",
        "keystore.jks",
        command=[*command, "--https-port", "8443", "--https-keystore", "/config/keystore.jks"],
        pod=a_pod("wiremock", image, **spec),
    )
    add(
        "keystore-password",
        "ConfigurationInvalid",
        "the keystore's password is wrong",
        "password",
        KEYSTORE,
        command=[
            *command,
            "--https-port",
            "8443",
            "--https-keystore",
            "/config/tls/keystore.p12",
            "--keystore-type",
            "PKCS12",
            "--keystore-password",
            "x",
        ],
    )
    add(
        "mapping-broken",
        "ConfigurationInvalid",
        "a stub's JSON is broken",
        "orders.json",
        put(
            "/data/wiremock/mappings/orders.json",
            '{"request": {"method": "GET", "url": "/orders"}, "response": {"status": 200,}',
        ),
        pod=a_pod("wiremock", image, **spec),
    )
    add(
        "mapping-key-unknown",
        "ConfigurationInvalid",
        "a stub has a key that it does not know",
        "respons",
        put(
            "/data/wiremock/mappings/orders.json",
            '{"request": {"method": "GET", "url": "/orders"}, "respons": {"status": 200}}',
        ),
    )
    add(
        "healthy",
        "Unknown",
        "requests that match no stub",
        "Request was not matched",
        put(
            "/data/wiremock/mappings/orders.json",
            '{"request": {"method": "GET", "url": "/orders"}, "response": {"status": 500, "body": "permission denied"}}',
        ),
        command=[*command, "--verbose"],
        meanwhile="sleep 5; for i in 1 2 3; do curl -s localhost:8080/orders; curl -s localhost:8080/cart; done",
        running=True,
        seconds=14,
        pod=a_pod("wiremock", image, **spec),
    )
    return add.scenarios


def jmx_exporter() -> list[Scenario]:
    command = [
        "java",
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-jar",
        "/srv/jmx/jmx_prometheus_httpserver.jar",
        "5556",
        "/config/jmx.yml",
    ]
    add = Table(
        "jmx-exporter", command, jar("jmx-exporter", "/srv/jmx/jmx_prometheus_httpserver.jar"), 8
    )
    image = "registry.example.com/bitnami/jmx-exporter:0.20.0"
    spec = {
        "ports": [{"containerPort": 5556, "name": "metrics"}],
        **volumes(config="config:/config"),
    }
    good = put("/config/jmx.yml", "hostPort: 127.0.0.1:7199\nssl: false\nrules:\n- pattern: '.*'\n")
    add(
        "config-missing",
        "ConfigurationMissing",
        "the config map is not mounted",
        "jmx.yml",
        pod=a_pod("metrics", image, **spec),
    )
    add(
        "config-not-yaml",
        "ConfigurationInvalid",
        "a tab in the YAML file",
        "found character",
        put("/config/jmx.yml", "hostPort: 127.0.0.1:7199\nrules:\n\t- pattern: x\n"),
        pod=a_pod("metrics", image, **spec),
    )
    add(
        "config-contradicts",
        "ConfigurationInvalid",
        "jmxUrl and hostPort are both given",
        "hostPort",
        put(
            "/config/jmx.yml",
            "hostPort: 127.0.0.1:7199\njmxUrl: service:jmx:rmi:///jndi/rmi://cassandra:7199/jmxrmi\n",
        ),
    )
    add(
        "pattern-broken",
        "ConfigurationInvalid",
        "a rule's regular expression is broken",
        "PatternSyntax",
        put("/config/jmx.yml", "rules:\n- pattern: 'java.lang<type=(.*>'\n"),
    )
    add(
        "port-conflict",
        "PortConflict",
        "port 5556 is taken",
        "ddress already in use",
        good + hold_port(5556),
        pod=a_pod("metrics", image, hostNetwork=True, **spec),
    )
    add(
        "arguments-missing",
        "ConfigurationMissing",
        "started without its arguments",
        "Usage",
        command=command[:-2],
        pod=a_pod("metrics", image, **spec),
    )
    add(
        "port-invalid",
        "ConfigurationInvalid",
        "the port is a service link's address",
        "Unresolved address",
        good,
        command=[*command[:-2], "tcp://10.96.3.3:5556", "/config/jmx.yml"],
    )
    add(
        "healthy-target-refused",
        "Unknown",
        "every scrape fails since the target refuses; the exporter serves",
        "",
        good,
        meanwhile="sleep 3; for i in 1 2 3; do curl -s localhost:5556/metrics; done",
        running=True,
        pod=a_pod("metrics", image, **spec),
    )
    return add.scenarios


def prepare() -> None:
    """Fetches what is not there yet: Maven Central's artifacts, by name and version."""
    prepare_postgres()
    for name, artifact in ARTIFACTS.items():
        if Path(home(name)).exists():
            continue
        subprocess.run(
            ["mvn", "-q", "-B", "-ntp", f"-Dmaven.repo.local={M2}", "dependency:get", "-Dtransitive=false", f"-Dartifact={artifact}"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    DIST.mkdir(parents=True, exist_ok=True)
    for name, artifact in ARTIFACTS.items():
        group, module, version, kind, *rest = artifact.split(":")
        if kind == "jar" or Path(home(name)).is_dir():
            continue
        file = f"{M2}/{group.replace('.', '/')}/{module}/{version}/{module}-{version}{''.join('-' + r for r in rest)}.{kind}"
        subprocess.run(["tar", "-xzf", file, "-C", str(DIST)], check=True)
        if name == "keycloak":  # as people's images do, so that a start takes seconds
            subprocess.run(
                [f"{home(name)}/bin/kc.sh", "build", "--db=postgres", "--health-enabled=true"],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip


def record(recorder: Recorder) -> None:
    apt("openjdk-17-jre-headless", "maven", "postgresql-15", "curl", "openssl", "iproute2")
    prepare()
    only = set(os.environ.get("CORPUS_ONLY", "").split())
    tables = {
        "flyway": flyway, "keycloak": keycloak, "hazelcast": hazelcast, "artemis": artemis, "wildfly": wildfly,
        "wiremock": wiremock, "jmx-exporter": jmx_exporter,
    }  # fmt: skip
    for program, scenarios in tables.items():
        if not only or program in only:
            record_all(recorder, scenarios(), SOURCE)
