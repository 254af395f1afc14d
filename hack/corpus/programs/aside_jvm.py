"""More JVM programs of Maven Central on Debian's OpenJDK 17: the Zipkin server, the H2 database server and Liquibase.

Settings are of the programs' own documentation; what they print was found by running them.
"""

# ruff: noqa: E501 - a scenario's script stays in one piece

from __future__ import annotations

import subprocess

from ..recorder import Recorder, apt
from .aside_daemons import Program, http, listening, record_programs
from .aside_python import PG, PG_HOST, PG_NAME
from .python_programs import CACHE, host
from .web import hold_port, put

HOME = CACHE / "aside_jvm"
JARS = HOME / "jars"
JAVA = "Debian 12 OpenJDK 17"
PLACE = (
    host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
    + f"mkdir -p /srv/lib; mount --bind {JARS} /srv/lib\n"
)
LIQUIBASE = (
    host("app-5d8c7f6b9-x2x7k", "10.244.1.23")
    + f"mkdir -p /srv/lib; mount --bind {HOME}/liquibase/lib /srv/lib\n"
)


def zipkin() -> Program:
    line = (
        "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar /srv/lib/zipkin-server-3.4.4-exec.jar"
    )
    p = Program(
        "zipkin", f"Maven Central io.zipkin:zipkin-server 3.4.4 (exec), {JAVA}", "docker.io/openzipkin/zipkin:3.4.4", line, before=PLACE, seconds=40, user=1000,
        env={"STORAGE_TYPE": "mem", "SELF_TRACING_ENABLED": "false"},
        spec={"ports": [{"containerPort": 9411, "name": "http"}], "livenessProbe": {**http("/health", "http"), "initialDelaySeconds": 60}, "resources": {"limits": {"memory": "768Mi"}}},
    )  # fmt: skip
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        hold_port(9411),
        spec={"hostNetwork": True},
    )
    p(
        "port-invalid",
        "ConfigurationInvalid",
        "the port is no number",
        "",
        env={"QUERY_PORT": "tcp://10.96.77.1:9411"},
    )
    p(
        "storage-type-unknown",
        "ConfigurationInvalid",
        "STORAGE_TYPE has a typo",
        "",
        env={"STORAGE_TYPE": "elasticserch"},
    )
    p(
        "rabbitmq-refuses",
        "DependencyNotReady",
        "RabbitMQ's service has no endpoint",
        "",
        host("rabbitmq.shop.svc", "10.96.14.40"),
        env={"RABBIT_ADDRESSES": "rabbitmq.shop.svc:5672"},
    )
    p(
        "pool-size-invalid",
        "ConfigurationInvalid",
        "a pool size that is no number",
        "",
        env={
            "STORAGE_TYPE": "mysql",
            "MYSQL_HOST": "mysql.shop.svc",
            "MYSQL_MAX_CONNECTIONS": "10 each",
        },
    )
    p(
        "heap-too-small",
        "OutOfMemory",
        "-Xmx leaves no room for the server",
        "",
        command=line.replace("-jar", "-Xmx10m -jar"),
        spec={"resources": {"limits": {"memory": "64Mi"}}},
    )
    p(
        "killed-from-outside",
        "Unknown",
        "a calm server is killed",
        "",
        stop_signal="SIGKILL",
        seconds=25,
    )
    return p


def h2() -> Program:
    line = "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp /srv/lib/h2-2.3.232.jar org.h2.tools.Server -tcp -tcpAllowOthers -tcpPort 9092 -baseDir /data/h2 -ifNotExists"
    script = "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp /srv/lib/h2-2.3.232.jar org.h2.tools.RunScript -url jdbc:h2:/data/h2/shop -user app -password correct -script /config/seed.sql"
    made = "mkdir -p /data/h2; chmod 777 /data/h2; java -cp /srv/lib/h2-2.3.232.jar org.h2.tools.Shell -url jdbc:h2:/data/h2/shop -user app -password correct -sql 'create table orders(id int primary key)' >/dev/null; chmod 666 /data/h2/*\n"
    seed = (
        put("/config/seed.sql", "insert into orders values (1);\ninsert into orders values (2);")
        + "chmod a+r /config/*\n"
    )
    p = Program("h2", f"Maven Central com.h2database:h2 2.3.232, {JAVA}", "registry.example.com/shop/h2:2.3", line, before=PLACE, seconds=9, mounts={"data": "claim:/data/h2"}, user=1000,
                spec={"ports": [{"containerPort": 9092}], "livenessProbe": listening(9092)})  # fmt: skip
    job = {
        "spec": {"ports": None, "livenessProbe": None, "restartPolicy": "OnFailure"},
        "mounts": {"seed": "config:/config"},
    }
    p(
        "port-taken",
        "PortConflict",
        "the host's port is taken",
        "",
        "mkdir -p /data/h2\n" + hold_port(9092),
        spec={"hostNetwork": True},
    )
    p(
        "unknown-option",
        "ConfigurationInvalid",
        "an option of another version",
        "",
        command=line + " -tcpAllowRemote",
    )
    p("seed-locked", "StaleLock", "the old pod's process has the database open", "", made + seed
      + "(java -cp /srv/lib/h2-2.3.232.jar org.h2.tools.RunScript -url jdbc:h2:/data/h2/shop -user app -password correct -script /dev/fd/3 3< <(echo 'select 1;'; sleep 60) >/dev/null 2>&1 &); sleep 3\n", command=script, user=0, **job)  # fmt: skip
    p(
        "seed-password",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        made + seed,
        command=script.replace("correct", "former"),
        **job,
    )
    p(
        "seed-script-missing",
        "ConfigurationMissing",
        "the config map is not mounted",
        "",
        made,
        command=script,
        **job,
    )
    p(
        "seed-folder-not-writable",
        "PermissionDenied",
        "the claim belongs to root",
        "",
        seed + "mkdir -m 755 /data/h2\n",
        command=script,
        **job,
    )
    p(
        "stopped",
        "Unknown",
        "a client that speaks another protocol comes by; stopped",
        "",
        "mkdir -p /data/h2\n",
        meanwhile="sleep 4; printf 'GET / HTTP/1.1\\r\\n\\r\\n' | nc -q1 localhost 9092",
    )
    p(
        "seed-done",
        "Unknown",
        "the job inserts its rows and ends well",
        "",
        made + seed,
        command=script,
        **job,
    )
    return p


def liquibase() -> Program:
    url = f"jdbc:postgresql://{PG_HOST}:5432/shop"
    line = f"java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp /srv/lib/*:/config liquibase.integration.commandline.LiquibaseLauncher --search-path=/config --changelog-file=changelog.yaml --url={url} --username=app update"
    base = put("/config/changelog.yaml", """
databaseChangeLog:
  - changeSet:
      id: 1
      author: shop
      changes:
        - createTable:
            tableName: orders
            columns:
              - column: {name: id, type: bigint, constraints: {primaryKey: true}}
              - column: {name: total, type: int}
""")  # fmt: skip
    second = """  - changeSet:
      id: 2
      author: shop
      changes:
        - sql: {sql: "update order set total = 0 where total is null"}
"""
    env = {
        "LIQUIBASE_COMMAND_PASSWORD": "correct",
        "LIQUIBASE_HOME": "/srv",
        "LIQUIBASE_ANALYTICS_ENABLED": "false",
    }
    update = (
        "LIQUIBASE_COMMAND_PASSWORD=correct LIQUIBASE_HOME=/srv "
        + line.replace("/srv/lib/*:/config", "'/srv/lib/*:/config'")
        + " >/dev/null 2>&1\n"
    )
    p = Program("liquibase", f"Maven Central liquibase-core 4.29.2, postgresql 42.7.4, {JAVA}", "docker.io/liquibase/liquibase:4.29.2", line, before=LIQUIBASE, seconds=30, env=env,
                mounts={"changelog": "config:/config"}, spec={"restartPolicy": "OnFailure"})  # fmt: skip
    p(
        "changelog-missing",
        "ConfigurationMissing",
        "the config map's key has another name",
        "",
        PG + base + "mv /config/changelog.yaml /config/changelog-root.yaml\n",
    )
    p(
        "changelog-broken",
        "ConfigurationInvalid",
        "the YAML does not parse",
        "",
        PG
        + base
        + "sed -i 's/constraints: {primaryKey: true}}/constraints: {primaryKey: true}/' /config/changelog.yaml\n",
    )
    p(
        "database-refuses",
        "DependencyNotReady",
        "the database's service has no endpoint",
        "",
        PG_NAME + base,
    )
    p(
        "password-wrong",
        "AuthenticationFailed",
        "the password was rotated",
        "",
        PG + base,
        env={"LIQUIBASE_COMMAND_PASSWORD": "former"},
    )
    p(
        "sql-fails",
        "MigrationFailed",
        "the second change set's SQL is wrong",
        "",
        PG + base + f"cat >>/config/changelog.yaml <<'__END__'\n{second}__END__\n",
    )
    p(
        "checksum-differs",
        "MigrationFailed",
        "a change set was edited after it had run",
        "",
        PG + base + update + "sed -i 's/type: int/type: bigint/' /config/changelog.yaml\n",
    )
    p(
        "driver-missing",
        "LibraryMissing",
        "the driver's jar is not in the image",
        "",
        base,
        command=line.replace("jdbc:postgresql://", "jdbc:mysql://").replace("5432", "3306"),
    )
    p(
        "table-exists",
        "MigrationFailed",
        "the table is there already, made by hand",
        "",
        PG + base + "psql -d shop -c 'create table orders(id int)'\n",
    )
    p("update-done", "Unknown", "the change sets run, the job ends well", "", PG + base)
    p(
        "nothing-to-do-done",
        "Unknown",
        "everything was applied before, the job ends well",
        "",
        PG + base + update,
    )
    p(
        "lock-waited-for-done", "Unknown", "another job holds the changelog's lock for a while, then this one goes on and ends well", "",
        PG + base + update + f"cat >>/config/changelog.yaml <<'__END__'\n{second.replace('order set', 'orders set')}__END__\n" + "psql -d shop -c \"update databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'migrate-7d9 (10.244.2.9)'\"\n",
        meanwhile="sleep 6; /usr/bin/psql -X -q -U postgres -h /run/postgresql -d shop -c 'update databasechangeloglock set locked = false, lockgranted = null, lockedby = null'",
        seconds=60,
    )  # fmt: skip
    p(
        "lock-held", "MigrationFailed", "a killed job still has the changelog's lock, nobody gives it back", "",
        PG + base + update + f"cat >>/config/changelog.yaml <<'__END__'\n{second.replace('order set', 'orders set')}__END__\n" + "psql -d shop -c \"update databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'migrate-7d9 (10.244.2.9)'\"\n",
        command=line.replace("java -XX:Tiered", "java -Dliquibase.changelogLockWaitTimeInMinutes=1 -Dliquibase.changelogLockPollRate=5 -XX:Tiered"), seconds=110,
    )  # fmt: skip
    return p


def programs() -> list[Program]:
    return [zipkin(), h2(), liquibase()]


POM = """
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>corpus</groupId><artifactId>liquibase</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.liquibase</groupId><artifactId>liquibase-core</artifactId><version>4.29.2</version></dependency>
    <dependency><groupId>info.picocli</groupId><artifactId>picocli</artifactId><version>4.7.6</version></dependency>
    <dependency><groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId><version>2.3</version></dependency>
    <dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId><version>42.7.4</version></dependency>
  </dependencies>
</project>
"""


def record(recorder: Recorder) -> None:
    apt("openjdk-17-jre-headless", "postgresql", "maven")
    maven = ["nice", "-n", "10", "mvn", "-q", "-B"]
    for artifact in ("io.zipkin:zipkin-server:3.4.4:jar:exec", "com.h2database:h2:2.3.232"):
        if not list(JARS.glob(artifact.split(":")[1] + "-*.jar")):
            subprocess.run(
                [*maven, "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={JARS}"],
                check=True,
            )
    place = HOME / "liquibase"
    if not (place / "lib").exists():
        place.mkdir(parents=True, exist_ok=True)
        (place / "pom.xml").write_text(POM.strip())
        subprocess.run(
            [*maven, "dependency:copy-dependencies", "-DoutputDirectory=lib"], cwd=place, check=True
        )
    record_programs(recorder, programs())
