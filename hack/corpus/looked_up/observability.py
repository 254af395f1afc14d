"""What watches: Grafana, Loki, Prometheus, Sentry's ClickHouse neighbours, Keycloak's and SonarQube's Java likes."""

# ruff: noqa: E501 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import COMMA_MS, GH, ISO_NS, Looked, indexed, repeated

GRAFANA_START = """
logger=settings t=«» level=info msg="Starting Grafana" version=10.3.1 commit=00a22ff8b28550d593ec369ba3da1b25780f0a4a branch=HEAD compiled=2024-01-22T18:40:42Z
logger=settings t=«» level=info msg="Config loaded from" file=/usr/share/grafana/conf/defaults.ini
logger=settings t=«» level=info msg="Config loaded from" file=/etc/grafana/grafana.ini
logger=settings t=«» level=info msg="Config overridden from Environment variable" var="GF_PATHS_DATA=/var/lib/grafana"
logger=settings t=«» level=info msg=Target target=[all]
logger=settings t=«» level=info msg="Path Data" path=/var/lib/grafana
logger=sqlstore t=«» level=info msg="Connecting to DB" dbtype=sqlite3
"""

GRAFANA = [
    Looked(
        "grafana", "migration-meets-a-locked-database", "MigrationFailed",
        "the very first migration finds the SQLite file on the network share locked",
        f"{GH}timothystewart6/unpoller-unifi/issues/1, {GH}bitnami/charts/issues/15494",
        GRAFANA_START + """logger=sqlstore t=«» level=warn msg="SQLite database file has broader permissions than it should" path=/var/lib/grafana/grafana.db mode=-rwxrwxrwx expected=-rw-r-----
logger=migrator t=«» level=info msg="Locking database"
logger=migrator t=«» level=info msg="Starting DB migrations"
logger=migrator t=«» level=info msg="Executing migration" id="create migration_log table"
logger=migrator t=«+5» level=info msg="Unlocking database"
Error: ✗ migration failed (id = create migration_log table): database is locked
""",
        clock=ISO_NS,
    ),
    Looked(
        "grafana", "another-instance-migrates", "MigrationFailed",
        "three replicas start together; this one cannot get the migration lock",
        f"{GH}grafana/grafana/pull/44101",
        """
logger=settings t=«» lvl=info msg="Starting Grafana" version=8.4.0 commit=1a1ad1fd8e branch=HEAD compiled=2022-02-14T09:01:00+0000
logger=sqlstore t=«» lvl=info msg="Connecting to DB" dbtype=mysqlWithHooks
logger=migrator t=«» lvl=info msg="Locking database"
logger=migrator t=«» lvl=eror msg="Failed to lock database" error="failed to obtain lock"
Failed to start grafana. error: failed to obtain lock
failed to obtain lock
""",
        clock="%Y-%m-%dT%H:%M:%S.%L+0000",
    ),
    Looked(
        "grafana", "database-locked-and-retried", "Unknown",
        "writes meet a locked SQLite file for a moment, are retried and go through",
        f"{GH}open-telemetry/opentelemetry-demo/issues/1282, {GH}grafana/grafana/issues/9870,"
        f" {GH}grafana/grafana/issues/96253",
        GRAFANA_START + """logger=migrator t=«» level=info msg="Starting DB migrations"
logger=migrator t=«» level=info msg="migrations completed" performed=0 skipped=553 duration=613.21µs
logger=ngalert.migration t=«» level=info msg="Starting legacy migration"
logger=ngalert.migration orgID=1 t=«» level=info msg="Alerts found to migrate" alerts=0
logger=ngalert.migration orgID=1 t=«» level=warn msg="No available receivers"
logger=sqlstore.transactions t=«» level=info msg="Database locked, sleeping then retrying" error="database is locked" retry=0 code="database is locked"
logger=sqlstore.transactions t=«» level=info msg="Database locked, sleeping then retrying" error="database is locked" retry=1 code="database is locked"
logger=sqlstore.transactions t=«» level=info msg="Database locked, sleeping then retrying" error="database is locked" retry=2 code="database is locked"
logger=plugins.update.checker t=«» level=info msg="Update check succeeded" duration=402.118035ms
logger=http.server t=«» level=info msg="HTTP Server Listen" address=[::]:3000 protocol=http subUrl= socket=
logger=dashboard-service t=«+30» level=error msg="Could not set default permissions" dashboard="Nodes" error="database is locked"
""" + repeated(6, 'logger=context userId=1 orgId=1 uname=admin t=«+12» level=info msg="Request Completed" method=GET path=/api/live/ws status=-1 remote_addr=10.42.0.# time_ms=# handler=/api/live/ws\n'),
        clock=ISO_NS, exit_code=None,
    ),
    Looked(
        "grafana", "masked-by-supervisord", "MigrationFailed",
        "supervisord restarts Grafana for ever in an all-in-one image; its migration lock fails",
        f"{GH}alhazmy13/Synology-NAS-monitoring/issues/15, {GH}grafana/grafana/issues/88263",
        """
«» CRIT Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.
«» INFO supervisord started with pid 1
«+1» INFO spawned: 'grafana' with pid 7
«» INFO spawned: 'influxdb' with pid 8
""" + repeated(5, """
logger=settings t=«=b» level=info msg="Starting Grafana" version=9.1.3 commit=f3f9a818c2 branch=HEAD compiled=2022-09-05T15:59:46Z
logger=migrator t=«=b» level=info msg="Starting DB migrations"
Error: ✗ failed to check table existence: database is locked
«+1» INFO success: grafana entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
«» INFO exited: grafana (exit status 1; not expected)
«» INFO reaped unknown pid 51#
«» INFO spawned: 'grafana' with pid 52#
"""),
        clock=(COMMA_MS, ISO_NS), exit_code=None, masked="supervisord",
        pod=pod("monitoring", "registry.example.net/home/nas-monitoring:2.1",
                ports=[{"containerPort": 3000}, {"containerPort": 8086}]),
    ),
    Looked(
        "grafana", "provisioning-meets-a-locked-database", "ApplicationError",
        "after its retries the provisioning of data sources gives up on a locked SQLite file",
        f"{GH}grafana/grafana/issues/115875",
        GRAFANA_START + """logger=migrator t=«» level=info msg="migrations completed" performed=3 skipped=640 duration=90.3ms
logger=provisioning.alerting t=«» level=info msg="starting to provision alerting"
""" + repeated(4, 'logger=sqlstore.transactions t=«» level=info msg="Database locked, sleeping then retrying" error="database is locked" retry=#\n') + """
logger=provisioning t=«» level=error msg="Failed to provision data sources" error="Datasource provisioning error: database is locked"
Error: ✗ invalid service state: Failed, expected: Running, failure: starting module provisioning: invalid service state: Failed, expected: Running, failure: Datasource provisioning error: database is locked
""".lstrip("\n"),
        clock=ISO_NS,
    ),
]  # fmt: skip

LOKI_START = """
level=info ts=«» caller=main.go:108 msg="Starting Loki" version="(version=2.9.10, branch=HEAD, revision=7664eda07b)"
level=info ts=«» caller=server.go:322 http=[::]:3100 grpc=[::]:9095 msg="server listening on addresses"
level=info ts=«» caller=modules.go:817 msg="RulerStorage is not configured in single binary mode and will not be started."
level=info ts=«» caller=memberlist_client.go:434 msg="Using memberlist cluster label and node name" cluster_label= node=loki-0-9bbcc6ef
"""
LOKI_STACK = (
    "\\nerror initialising module: compactor\\ngithub.com/grafana/dskit/modules.(*Manager).initModule\\n\\t/src/loki/vendor/"
    "github.com/grafana/dskit/modules/modules.go:138\\ngithub.com/grafana/dskit/modules.(*Manager).InitModuleServices"
    "\\n\\t/src/loki/vendor/github.com/grafana/dskit/modules/modules.go:108\\ngithub.com/grafana/loki/pkg/loki.(*Loki).Run"
    "\\n\\t/src/loki/pkg/loki/loki.go:461\\nmain.main\\n\\t/src/loki/cmd/loki/main.go:110\\nruntime.main\\n\\t/usr/local/go/src/"
    "runtime/proc.go:271\\nruntime.goexit\\n\\t/usr/local/go/src/runtime/asm_amd64.s:1695"
)  # fmt: skip

LOKI = [
    Looked(
        "loki", "chunks-directory-not-writable", "PermissionDenied",
        "the volume belongs to root and Loki runs as 10001",
        f"{GH}grafana/loki/issues/8511, {GH}mnadeem/boot-opentelemetry-tempo/issues/25",
        LOKI_START + f"""level=error ts=«» caller=log.go:230 msg="error running loki" err="mkdir /var/loki/compactor: permission denied{LOKI_STACK}"
""",
        clock=ISO_NS,
    ),
    Looked(
        "loki", "compactor-has-no-directory", "ConfigurationMissing",
        "the compactor's working directory is not set: the path before the colon is empty",
        f"{GH}grafana/loki/issues/14448, {GH}grafana/helm-charts/issues/1408",
        LOKI_START + f"""level=error ts=«» caller=log.go:230 msg="error running loki" err="mkdir : no such file or directory{LOKI_STACK}"
""",
        clock=ISO_NS,
    ),
    Looked(
        "loki", "unknown-field", "ConfigurationInvalid",
        "the configuration is for a newer version",
        f"{GH}grafana/loki/issues/2915",
        """
failed parsing config: /etc/loki/config/config.yaml: yaml: unmarshal errors:
  line 4: field compactor not found in type loki.Config
  line 31: field allow_structured_metadata not found in type validation.plain
""",
    ),
    Looked(
        "loki", "ring-without-instances-at-first", "Unknown",
        "queries fail while the ring is empty; a minute later the instance is active",
        "recalled: Loki",
        LOKI_START + """level=warn ts=«» caller=memberlist_client.go:595 phase=fast_join msg="failed to resolve members" addrs=loki-memberlist.logs.svc.cluster.local:7946 err="lookup loki-memberlist.logs.svc.cluster.local on 10.43.0.10:53: no such host"
level=error ts=«» caller=ratestore.go:109 msg="error getting ingester clients" err="empty ring"
level=info ts=«» caller=lifecycler.go:617 msg="not loading tokens from file, tokens file path is empty"
level=info ts=«+10» caller=memberlist_client.go:592 phase=full_join msg="joining memberlist cluster succeeded" reached_nodes=1 elapsed_time=10.2s
level=info ts=«» caller=lifecycler.go:500 msg="auto-joining cluster after timeout" ring=ingester
level=info ts=«» caller=loki.go:505 msg="Loki started" startup_time=11.9s
level=error ts=«+4» caller=scheduler_processor.go:208 org_id=fake frontend=10.42.1.7:9095 msg="error notifying frontend about finished query" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial tcp 10.42.1.7:9095: connect: connection refused\\""
""" + repeated(6, 'level=info ts=«+60» caller=table_manager.go:228 index-store=tsdb-2024-04-01 msg="syncing tables" tables=#\n'),
        clock=ISO_NS, exit_code=None,
    ),
    Looked(
        "prometheus", "lockfile-was-replaced", "Unknown",
        "the lock of the instance that was killed is found and replaced; the server starts",
        indexed(55648880869, 66784596872, 319681453),
        """
ts=«» caller=main.go:583 level=info msg="Starting Prometheus Server" mode=server version="(version=2.51.1, branch=HEAD, revision=855b5ac4b80956874eb1790a04c92327f2f99e38)"
ts=«» caller=main.go:589 level=info fd_limits="(soft=1048576, hard=1048576)"
ts=«» caller=web.go:568 level=info component=web msg="Start listening for connections" address=0.0.0.0:9090
ts=«» caller=main.go:1129 level=info msg="Starting TSDB ..."
ts=«» caller=dir_locker.go:77 level=warn component=tsdb msg="A lockfile from a previous execution already existed. It was replaced" file=/prometheus/lock
ts=«» caller=repair.go:56 level=info component=tsdb msg="Found healthy block" mint=1709503200003 maxt=1710072000000 ulid=01HRKQ7K6E2D4QF3C3XG9Q6M5K
ts=«» caller=head.go:616 level=info component=tsdb msg="Replaying on-disk memory mappable chunks if any"
""" + repeated(14, 'ts=«+1» caller=head.go:788 level=info component=tsdb msg="WAL segment loaded" segment=# maxSegment=14\n') + """
ts=«» caller=head.go:830 level=info component=tsdb msg="WAL replay completed" checkpoint_replay_duration=61.6ms wal_replay_duration=14.3s total_replay_duration=14.5s
ts=«» caller=main.go:1150 level=info fs_type=EXT4_SUPER_MAGIC
ts=«» caller=main.go:1153 level=info msg="TSDB started"
ts=«» caller=main.go:1372 level=info msg="Completed loading of configuration file" filename=/etc/prometheus/prometheus.yml totalDuration=31.2ms
ts=«» caller=main.go:1114 level=info msg="Server is ready to receive web requests."
""".lstrip("\n"),
        clock=ISO_NS, exit_code=None,
    ),
    Looked(
        "prometheus", "directory-locked", "StaleLock",
        "two replicas share one volume: the lock of the directory is held",
        indexed(55648880869),
        """
ts=«» caller=main.go:583 level=info msg="Starting Prometheus Server" mode=server version="(version=2.51.1, branch=HEAD, revision=855b5ac4b80956874eb1790a04c92327f2f99e38)"
ts=«» caller=web.go:568 level=info component=web msg="Start listening for connections" address=0.0.0.0:9090
ts=«» caller=main.go:1129 level=info msg="Starting TSDB ..."
ts=«» caller=dir_locker.go:77 level=warn component=tsdb msg="A lockfile from a previous execution already existed. It was replaced" file=/prometheus/lock
ts=«» caller=main.go:998 level=info msg="Stopping scrape discovery manager..."
ts=«» caller=notifier.go:618 level=info component=notifier msg="Stopping notification manager..."
ts=«» caller=main.go:1258 level=info msg="Notifier manager stopped"
ts=«» caller=main.go:1267 level=error err="opening storage failed: lock DB directory: resource temporarily unavailable"
""",
        clock=ISO_NS,
    ),
]  # fmt: skip

KEYCLOAK_CLOCK = COMMA_MS

KEYCLOAK = [
    Looked(
        "keycloak", "changeset-fails", "MigrationFailed",
        "a Liquibase change set of the upgrade fails",
        f"{GH}vexxhost/atmosphere/issues/763",
        """
Updating the configuration and installing your custom providers, if any. Please wait.
«» INFO  [org.keycloak.quarkus.runtime.hostname.DefaultHostnameProvider] (main) Hostname settings: Base URL: <unset>, Hostname: id.example.net, Strict HTTPS: true
«» INFO  [org.infinispan.CLUSTER] (main) ISPN000078: Starting JGroups channel `ISPN`
«» INFO  [org.infinispan.CLUSTER] (main) ISPN000094: Received new cluster view for channel ISPN: [keycloak-0-20418|0] (1) [keycloak-0-20418]
«» INFO  [org.keycloak.quarkus.runtime.storage.legacy.liquibase.QuarkusJpaUpdaterProvider] (main) Updating database. Using changelog META-INF/jpa-changelog-master.xml
«+4» ERROR [liquibase.changelog.ChangeSet] (main) ChangeSet META-INF/jpa-changelog-22.0.5.xml::22.0.5-24031::keycloak encountered an exception.
«» INFO  [org.infinispan.CLUSTER] (main) ISPN000080: Disconnecting JGroups channel `ISPN`
«» ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Failed to start server in (production) mode
«» ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) Error details:: java.lang.RuntimeException: Failed to update database
	at org.keycloak.quarkus.runtime.storage.legacy.liquibase.QuarkusJpaUpdaterProvider.update(QuarkusJpaUpdaterProvider.java:122)
	at org.keycloak.quarkus.runtime.storage.legacy.liquibase.QuarkusJpaUpdaterProvider.update(QuarkusJpaUpdaterProvider.java:85)
	at org.keycloak.quarkus.runtime.storage.legacy.database.LegacyJpaConnectionProviderFactory.lambda$update$1(LegacyJpaConnectionProviderFactory.java:293)
	at org.keycloak.models.dblock.DBLockGlobalLockProvider.withLock(DBLockGlobalLockProvider.java:77)
Caused by: liquibase.exception.MigrationFailedException: Migration failed for changeset META-INF/jpa-changelog-22.0.5.xml::22.0.5-24031::keycloak:
     Reason: liquibase.exception.DatabaseException: Duplicate key name 'IDX_USER_ATTRIBUTE' [Failed SQL: (1061) CREATE INDEX IDX_USER_ATTRIBUTE ON keycloak.USER_ATTRIBUTE(USER_ID)]
	... 41 more
""",
        clock=KEYCLOAK_CLOCK,
    ),
    Looked(
        "keycloak-wildfly", "database-refuses-the-password", "AuthenticationFailed",
        "the secret was rotated in the database but not in the deployment",
        f"{GH}codecentric/helm-charts/issues/144, {GH}eclipse-che/che/issues/20394",
        """
«» INFO  [org.jboss.as.connector.subsystems.datasources] (ServerService Thread Pool -- 36) WFLYJCA0005: Deploying non-JDBC-compliant driver class org.postgresql.Driver (version 42.2)
«» INFO  [org.jboss.as.connector.subsystems.datasources] (MSC service thread 1-1) WFLYJCA0001: Bound data source [java:jboss/datasources/KeycloakDS]
«» INFO  [org.keycloak.services] (ServerService Thread Pool -- 61) KC-SERVICES0001: Loading config from standalone.xml or domain.xml
«» WARN  [org.jboss.jca.core.connectionmanager.pool.strategy.OnePool] (ServerService Thread Pool -- 61) IJ000604: Throwable while attempting to get a new connection: null: javax.resource.ResourceException: IJ031084: Unable to create connection
	at org.jboss.ironjacamar.jdbcadapters@1.4.22.Final//org.jboss.jca.adapters.jdbc.local.LocalManagedConnectionFactory.createLocalManagedConnection(LocalManagedConnectionFactory.java:345)
	at org.jboss.ironjacamar.jdbcadapters@1.4.22.Final//org.jboss.jca.adapters.jdbc.local.LocalManagedConnectionFactory.getLocalManagedConnection(LocalManagedConnectionFactory.java:352)
	at java.base/java.lang.Thread.run(Thread.java:829)
Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "keycloak"
	at org.postgresql.jdbc@42.2//org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:514)
	at org.postgresql.jdbc@42.2//org.postgresql.Driver.connect(Driver.java:260)
	... 6 more
«» FATAL [org.keycloak.services] (ServerService Thread Pool -- 61) Error during startup: java.lang.RuntimeException: Failed to connect to database
«» INFO  [org.jboss.as] (Thread-2) WFLYSRV0220: Server shutdown has been requested via an OS signal
""",
        clock="%H:%M:%S,%L",
    ),
    Looked(
        "keycloak", "changelog-lock-left", "MigrationFailed",
        "an instance was killed in the middle of an update and left the changelog lock in the database",
        indexed(8052623977, 39240612861) + " (Liquibase's words)",
        """
«» INFO  [org.keycloak.quarkus.runtime.storage.legacy.liquibase.QuarkusJpaUpdaterProvider] (main) Updating database. Using changelog META-INF/jpa-changelog-master.xml
""" + repeated(9, "«+10» INFO  [liquibase.lockservice] (main) Waiting for changelog lock....\n") + """
«» ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) ERROR: Failed to start server in (production) mode
«» ERROR [org.keycloak.quarkus.runtime.cli.ExecutionExceptionHandler] (main) Error details:: liquibase.exception.LockException: Could not acquire change log lock. Currently locked by keycloak-0 (10.42.3.9) since 4/9/26, 4:38 PM
	at liquibase.lockservice.StandardLockService.waitForLock(StandardLockService.java:285)
	at liquibase.Liquibase.lambda$update$0(Liquibase.java:211)
""".lstrip("\n"),
        clock=KEYCLOAK_CLOCK,
    ),
]  # fmt: skip

SONAR_START = """
«» INFO  app[][o.s.a.AppFileSystem] Cleaning or creating temp directory /opt/sonarqube/temp
«» INFO  app[][o.s.a.es.EsSettings] Elasticsearch listening on [HTTP: 127.0.0.1:9001, TCP: 127.0.0.1:42601]
«» INFO  app[][o.s.a.ProcessLauncherImpl] Launch process[ELASTICSEARCH] from [/opt/sonarqube/elasticsearch]: /opt/sonarqube/elasticsearch/bin/elasticsearch
«» INFO  app[][o.s.a.SchedulerImpl] Waiting for Elasticsearch to be up and running
"""
SONAR_STOP = """
«» WARN  app[][o.s.a.p.AbstractManagedProcess] Process exited with exit value [ElasticSearch]: 78
«» INFO  app[][o.s.a.SchedulerImpl] Process[ElasticSearch] is stopped
«» INFO  app[][o.s.a.SchedulerImpl] SonarQube is stopped
"""
SONAR_CLOCK = "%Y.%m.%d %H:%M:%S"

SONARQUBE = [
    Looked(
        "sonarqube", "java-missing-in-the-image", "ExecutableMissing",
        "the Java that Elasticsearch should use is not at its place in this build of the image",
        f"{GH}SonarSource/docker-sonarqube/issues/527",
        "Dropping Privileges" + SONAR_START.replace("Waiting", "Waiting", 1) + """could not find java in ES_JAVA_HOME at /usr/lib/jvm/java-11-openjdk/bin/java
""" + SONAR_STOP.lstrip("\n").replace("78", "1"),
        clock=SONAR_CLOCK, exit_code=0,
    ),
    Looked(
        "sonarqube", "vm-max-map-count", "ConfigurationInvalid",
        "the embedded Elasticsearch fails its bootstrap checks",
        f"{GH}SonarSource/docker-sonarqube/issues/527, {GH}bitnami/bitnami-docker-sonarqube/issues/4",
        SONAR_START + """«» INFO  es[][o.e.b.BootstrapChecks] explicitly enforcing bootstrap checks
«» ERROR es[][o.e.b.Bootstrap] node validation exception
[1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.
bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
«» INFO  es[][o.e.n.Node] stopping ...
«» INFO  es[][o.e.n.Node] closed
""" + SONAR_STOP.lstrip("\n"),
        clock=SONAR_CLOCK, exit_code=0,
    ),
    Looked(
        "sonarqube", "data-directory-not-readable", "PermissionDenied",
        "the data volume is not for uid 1000",
        f"{GH}SonarSource/docker-sonarqube/issues/282",
        SONAR_START + """«» ERROR es[][o.e.b.ElasticsearchUncaughtExceptionHandler] uncaught exception in thread [main]
org.elasticsearch.bootstrap.StartupException: java.lang.IllegalStateException: Unable to access 'path.data' (/opt/sonarqube/data/es7)
	at org.elasticsearch.bootstrap.Elasticsearch.init(Elasticsearch.java:173) ~[elasticsearch-7.17.15.jar:7.17.15]
Caused by: java.lang.IllegalStateException: Unable to access 'path.data' (/opt/sonarqube/data/es7)
	at org.elasticsearch.bootstrap.FilePermissionUtils.addDirectoryPath(FilePermissionUtils.java:60) ~[elasticsearch-7.17.15.jar:7.17.15]
	... 6 more
Caused by: java.nio.file.AccessDeniedException: /opt/sonarqube/data/es7
	at sun.nio.fs.UnixException.translateToIOException(UnixException.java:90) ~[?:?]
	at java.nio.file.Files.createDirectories(Files.java:743) ~[?:?]
	... 10 more
""" + SONAR_STOP.lstrip("\n").replace("78", "1"),
        clock=SONAR_CLOCK, exit_code=0,
        pod=pod("sonarqube", "sonarqube:9.9-community", securityContext={"runAsUser": 1000},
                volumeMounts=[{"name": "data", "mountPath": "/opt/sonarqube/data"}],
                volumes=[{"name": "data", "hostPath": {"path": "/srv/sonar"}}]),
    ),
    Looked(
        "sonarqube", "warnings-and-operational", "Unknown",
        "deprecated JVM options and a default administrator's password are complained about; it is up",
        f"{GH}bitnami/bitnami-docker-sonarqube/issues/4, {GH}SonarSource/docker-sonarqube/issues/317",
        """
tail: cannot open './logs/es.log' for reading: No such file or directory
""" + SONAR_START.lstrip("\n") + """OpenJDK 64-Bit Server VM warning: Option UseConcMarkSweepGC was deprecated in version 9.0 and will likely be removed in a future release.
«+9» INFO  app[][o.s.a.SchedulerImpl] Process[es] is up
«» INFO  app[][o.s.a.ProcessLauncherImpl] Launch process[[key='web', ipcIndex=2, logFilenamePrefix=web]] from [/opt/sonarqube]: /usr/lib/jvm/java-11/bin/java
«+14» WARN  web[][o.s.s.p.LogServerVersion] Default Administrator credentials are still being used. Make sure to change the password or deactivate the account.
«+8» INFO  app[][o.s.a.SchedulerImpl] Process[web] is up
«+5» INFO  app[][o.s.a.SchedulerImpl] Process[ce] is up
«» INFO  app[][o.s.a.SchedulerImpl] SonarQube is up
""",
        clock=SONAR_CLOCK, exit_code=None,
    ),
]  # fmt: skip

CASES = [*GRAFANA, *LOKI, *KEYCLOAK, *SONARQUBE]
