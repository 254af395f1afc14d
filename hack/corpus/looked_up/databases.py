"""Databases: MongoDB, Elasticsearch, OpenSearch, ClickHouse, CockroachDB, Cassandra, ScyllaDB, MariaDB Galera, Patroni."""

# ruff: noqa: E501, W291, E101 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import COMMA_MS, GH, SECONDS, Looked, indexed, repeated


def mongo(level: str, part: str, number: int, context: str, message: str, attr: str = "") -> str:
    """A line of MongoDB's structured log (4.4 and later)."""
    tail = f',"attr":{{{attr}}}' if attr else ""
    quoted = f'"{part}",'
    return (
        f'{{"t":{{"$date":"«»"}},"s":"{level}",  "c":{quoted:<12}"id":{number},'
        f' {"":<1}"ctx":"{context}","msg":"{message}"{tail}}}\n'
    )


MONGO_CLOCK = "%Y-%m-%dT%H:%M:%S.%L+00:00"


def mongo_start(version: str, options: str) -> str:
    return (
        mongo("I", "CONTROL", 23285, "main", "Automatically disabling TLS 1.0, to force-enable TLS 1.0 specify"
              " --sslDisabledProtocols 'none'")
        + mongo("I", "NETWORK", 4915701, "main", "Initialized wire specification",
                '"spec":{"incomingExternalClient":{"minWireVersion":0,"maxWireVersion":21},'
                '"outgoing":{"minWireVersion":6,"maxWireVersion":21},"isInternalClient":true}')
        + mongo("I", "NETWORK", 4648601, "main", "Implicit TCP FastOpen unavailable. If TCP FastOpen is required, set"
                " tcpFastOpenServer, tcpFastOpenClient, and tcpFastOpenQueueSize.")
        + mongo("I", "CONTROL", 4615611, "initandlisten", "MongoDB starting",
                '"pid":1,"port":27017,"dbPath":"/data/db","architecture":"64-bit","host":"orders-mongo-0"')
        + mongo("I", "CONTROL", 23403, "initandlisten", "Build Info",
                f'"buildInfo":{{"version":"{version}","openSSLVersion":"OpenSSL 3.0.2 15 Mar 2022","modules":[],'
                '"allocator":"tcmalloc","environment":{"distmod":"ubuntu2204","distarch":"x86_64"}}')
        + mongo("I", "CONTROL", 51765, "initandlisten", "Operating System",
                '"os":{"name":"Ubuntu","version":"22.04"}')
        + mongo("I", "CONTROL", 21951, "initandlisten", "Options set by command line", f'"options":{{{options}}}')
    )  # fmt: skip


def mongo_stop(code: int) -> str:
    return (
        mongo("I", "REPL", 4784900, "initandlisten", "Stepping down the ReplicationCoordinator for shutdown",
              '"waitTimeMillis":15000')
        + mongo("I", "NETWORK", 20562, "initandlisten", "Shutdown: going to close listening sockets")
        + mongo("I", "NETWORK", 4784905, "initandlisten", "Shutting down the global connection pool")
        + mongo("I", "-", 20520, "initandlisten", "Stopping further Flow Control ticket acquisitions.")
        + mongo("I", "CONTROL", 20565, "initandlisten", "Now exiting")
        + mongo("I", "CONTROL", 23138, "initandlisten", "Shutting down", f'"exitCode":{code}')
    )  # fmt: skip


MONGO_OPTIONS = '"net":{"bindIp":"*"},"replication":{"replSet":"rs0"}'
MONGO_FASSERT = mongo("F", "ASSERT", 23091, "initandlisten", "Fatal assertion",
                      '"msgid":40486,"file":"src/mongo/transport/asio/asio_transport_layer.cpp","line":1126') + mongo(
    "F", "ASSERT", 23092, "initandlisten", "\\n\\n***aborting after fassert() failure\\n\\n")  # fmt: skip

MONGODB = [
    Looked(
        "mongodb", "socket-of-another-user", "PermissionDenied",
        "a socket file of another user lies in the shared /tmp and mongod may not remove it",
        f"{GH}mspass-team/mspass/issues/690, {GH}microsoft/WSL/issues/796",
        mongo_start("6.0.14", MONGO_OPTIONS)
        + mongo("E", "NETWORK", 23024, "initandlisten", "Failed to unlink socket file",
                '"path":"/tmp/mongodb-27017.sock","error":"Operation not permitted"')
        + MONGO_FASSERT,
        clock=MONGO_CLOCK, exit_code=14,
    ),
    Looked(
        "mongodb", "data-directory-locked", "StaleLock",
        "the lock of the data directory is held, as after a node that died with the volume still attached",
        f"{GH}mikhail-angelov/mongo-unit/issues/37, {GH}seaweedfs/seaweedfs/issues/1642",
        mongo_start("7.0.8", MONGO_OPTIONS)
        + mongo("E", "CONTROL", 20557, "initandlisten", "DBException in initAndListen, terminating",
                '"error":"DBPathInUse: Unable to lock the lock file: /data/db/mongod.lock (Resource temporarily'
                ' unavailable). Another mongod instance is already running on the /data/db directory"')
        + mongo_stop(100),
        clock=MONGO_CLOCK, exit_code=100,
    ),
    Looked(
        "mongodb", "lock-file-of-root", "PermissionDenied",
        "the volume belongs to root, so mongod cannot open its own lock file",
        indexed(31851221466, 17800195386),
        mongo_start("5.0.26", MONGO_OPTIONS)
        + mongo("E", "CONTROL", 20557, "initandlisten", "DBException in initAndListen, terminating",
                '"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"')
        + mongo_stop(100),
        clock=MONGO_CLOCK, exit_code=100,
    ),
    Looked(
        "mongodb", "port-taken-on-the-host", "PortConflict",
        "a second mongod on the host network finds 27017 taken",
        f"{GH}linuxserver-archive/docker-unifi-controller/issues/166,"
        f" {GH}yifanzheng/solution-collection/issues/15",
        mongo_start("6.0.14", '"net":{"bindIp":"*","port":27017}')
        + mongo("E", "CONTROL", 20568, "initandlisten", "Error setting up listener",
                '"error":{"code":9001,"codeName":"SocketException","errmsg":"Address already in use"}')
        + mongo_stop(48),
        clock=MONGO_CLOCK, exit_code=48,
        pod=pod("mongod", "mongo:6.0", args=["--bind_ip_all"], hostNetwork=True,
                ports=[{"containerPort": 27017, "hostPort": 27017}]),
    ),
    Looked(
        "mongodb", "no-avx", "ArchitectureMismatch",
        "MongoDB 5 and later need a CPU with AVX and the node has none",
        indexed(43738156057) + " (the image's entry point)",
        """

WARNING: MongoDB 5.0+ requires a CPU with AVX support, and your current system does not appear to have that!
  see https://jira.mongodb.org/browse/SERVER-54407
  see also https://www.mongodb.com/community/forums/t/mongodb-5-0-cpu-intel-g4650-compatibility/116610/2
  see also https://github.com/docker-library/mongo/issues/485#issuecomment-891991814

/usr/local/bin/docker-entrypoint.sh: line 419:    27 Illegal instruction     (core dumped) "${mongodHackedArgs[@]}" --fork
""",
        exit_code=132,
    ),
    Looked(
        "mongodb", "data-of-a-newer-version", "ConfigurationInvalid",
        "the data files were written by another major version than the image's",
        "recalled: mongod",
        mongo_start("5.0.26", '"net":{"bindIp":"*"}')
        + mongo("I", "STORAGE", 22315, "initandlisten", "Opening WiredTiger",
                '"config":"create,cache_size=1443M,session_max=33000,eviction=(threads_min=4,threads_max=4)"')
        + mongo("I", "STORAGE", 22430, "initandlisten", "WiredTiger message",
                '"message":"[1771403][1:0x7f0c], txn-recover: [WT_VERB_RECOVERY_PROGRESS] Recovering log 9 through 9"')
        + mongo("F", "CONTROL", 20573, "initandlisten", "Wrong mongod version",
                '"error":"UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR:'
                ' Location4926900: Invalid featureCompatibilityVersion document in admin.system.version: { _id:'
                ' \\"featureCompatibilityVersion\\", version: \\"6.0\\" }. See'
                ' https://docs.mongodb.com/master/release-notes/5.0-compatibility/#feature-compatibility.) If the'
                ' current featureCompatibilityVersion is below 4.4, see the documentation on upgrading"')
        + mongo_stop(62),
        clock=MONGO_CLOCK, exit_code=62,
    ),
    Looked(
        "mongodb", "volume-full", "DiskFull",
        "WiredTiger cannot write its journal on the full volume",
        "recalled: mongod and WiredTiger",
        mongo_start("6.0.14", MONGO_OPTIONS)
        + mongo("I", "STORAGE", 22315, "initandlisten", "Opening WiredTiger",
                '"config":"create,cache_size=1443M,session_max=33000"')
        + repeated(12, mongo("I", "NETWORK", 22943, "listener", "Connection accepted",
                             '"remote":"10.42.3.1#:51#","uuid":"0f3b","connectionId":#,"connectionCount":#'))
        + mongo("E", "WT", 22435, "JournalFlusher", "WiredTiger error message",
                '"error":28,"message":{"ts_sec":1778392,"thread":"1:0x7f2b6a","session_name":"WT_SESSION.log_flush",'
                '"category":"WT_VERB_DEFAULT","verbose_level":"ERROR","msg":"__posix_file_write:607:'
                '/data/db/journal/WiredTigerLog.0000000021: handle-write: pwrite: failed to write 128 bytes at offset'
                ' 7680","error_str":"No space left on device","error_code":28}')
        + mongo("F", "-", 23083, "JournalFlusher", "Invariant failure",
                '"expr":"ret","msg":"WT_PANIC: WiredTiger library panic"')
        + mongo("F", "-", 23084, "JournalFlusher", "\\n\\n***aborting after invariant() failure\\n\\n"),
        clock=MONGO_CLOCK, exit_code=14, step=2,
    ),
    Looked(
        "mongodb", "election-won-after-refusals", "Unknown",
        "a replica set member whose sibling is down is elected all the same and serves",
        "recalled: mongod",
        mongo_start("6.0.14", MONGO_OPTIONS)
        + mongo("W", "STORAGE", 22271, "initandlisten", "Detected unclean shutdown - Lock file is not empty",
                '"lockFile":"/data/db/mongod.lock"')
        + mongo("W", "CONTROL", 22120, "initandlisten", "Access control is not enabled for the database. Read and"
                " write access to data and configuration is unrestricted", '"tags":["startupWarnings"]')
        + mongo("W", "CONTROL", 22138, "initandlisten", "You are running this process as the root user, which is not"
                " recommended", '"tags":["startupWarnings"]')
        + mongo("I", "REPL", 21392, "ReplCoord-0", "New replica set config in use",
                '"config":{"_id":"rs0","version":3,"term":11,"members":[{"_id":0,"host":"orders-mongo-0.orders-mongo:'
                '27017"},{"_id":1,"host":"orders-mongo-1.orders-mongo:27017"},{"_id":2,"host":"orders-mongo-2.'
                'orders-mongo:27017"}]}')
        + mongo("I", "NETWORK", 23015, "listener", "Listening on", '"address":"/tmp/mongodb-27017.sock"')
        + mongo("I", "NETWORK", 23015, "listener", "Listening on", '"address":"0.0.0.0"')
        + mongo("I", "NETWORK", 23016, "listener", "Waiting for connections", '"port":27017,"ssl":"off"')
        + mongo("I", "REPL_HB", 23974, "ReplCoord-1", "Heartbeat failed after max retries",
                '"target":"orders-mongo-1.orders-mongo:27017","maxHeartbeatRetries":2,"error":{"code":6,"codeName":'
                '"HostUnreachable","errmsg":"Error connecting to orders-mongo-1.orders-mongo:27017 (10.42.1.18:27017)'
                ' :: caused by :: Connection refused"}')
        + mongo("I", "ELECTION", 4615652, "ReplCoord-2", "Starting an election, since we've seen no PRIMARY in"
                " election timeout period", '"electionTimeoutPeriodMillis":10000')
        + mongo("I", "ELECTION", 21450, "ReplCoord-2", "Election succeeded, assuming primary role", '"term":12')
        + mongo("I", "REPL", 21358, "ReplCoord-2", "Replica set state transition",
                '"newState":"PRIMARY","oldState":"SECONDARY"')
        + mongo("I", "REPL", 21331, "OplogApplier-0", "Transition to primary complete; database writes are now"
                " permitted"),
        clock=MONGO_CLOCK, exit_code=None, step=3,
    ),
]  # fmt: skip

ES_START = """
[«»][INFO ][o.e.n.Node               ] [es-data-0] version[7.17.18], pid[7], build[default/docker/8682172c2130b9a411b1bd5ff37c9792367de6b0/2024-02-02T12:04:59.691750271Z], OS[Linux/5.15.0-101-generic/amd64], JVM[Eclipse Adoptium/OpenJDK 64-Bit Server VM/21.0.2/21.0.2+13-LTS]
[«»][INFO ][o.e.n.Node               ] [es-data-0] JVM home [/usr/share/elasticsearch/jdk], using bundled JDK [true]
[«»][INFO ][o.e.n.Node               ] [es-data-0] JVM arguments [-Xshare:auto, -Des.networkaddress.cache.ttl=60, -XX:+AlwaysPreTouch, -Xss1m, -Djava.awt.headless=true, -XX:+UseG1GC, -XX:+HeapDumpOnOutOfMemoryError, -XX:+ExitOnOutOfMemoryError, -Xms1g, -Xmx1g]
[«»][INFO ][o.e.p.PluginsService     ] [es-data-0] loaded module [aggs-matrix-stats]
[«»][INFO ][o.e.p.PluginsService     ] [es-data-0] loaded module [transport-netty4]
[«»][INFO ][o.e.p.PluginsService     ] [es-data-0] no plugins loaded
"""
ES_UP = """
[«»][INFO ][o.e.e.NodeEnvironment    ] [es-data-0] using [1] data paths, mounts [[/usr/share/elasticsearch/data (/dev/nvme1n1)]], net usable_space [42.1gb], net total_space [48.9gb], types [ext4]
[«»][INFO ][o.e.e.NodeEnvironment    ] [es-data-0] heap size [1gb], compressed ordinary object pointers [true]
[«»][INFO ][o.e.n.Node               ] [es-data-0] node name [es-data-0], node ID [fT1nXc0VQ1mR4pZc8aWb1g], cluster name [logs], roles [transform, data_frozen, master, remote_cluster_client, data, ml]
[«+4»][INFO ][o.e.d.DiscoveryModule    ] [es-data-0] using discovery type [zen] and seed hosts providers [settings]
[«»][INFO ][o.e.n.Node               ] [es-data-0] initialized
[«»][INFO ][o.e.n.Node               ] [es-data-0] starting ...
[«»][INFO ][o.e.t.TransportService   ] [es-data-0] publish_address {10.42.2.77:9300}, bound_addresses {[::]:9300}
[«»][INFO ][o.e.b.BootstrapChecks    ] [es-data-0] bound or publishing to a non-loopback address, enforcing bootstrap checks
"""
ES_DOWN = """
[«»][INFO ][o.e.n.Node               ] [es-data-0] stopping ...
[«»][INFO ][o.e.n.Node               ] [es-data-0] stopped
[«»][INFO ][o.e.n.Node               ] [es-data-0] closing ...
[«»][INFO ][o.e.n.Node               ] [es-data-0] closed
"""
ES_CLOCK = "%Y-%m-%dT%H:%M:%S,%L"


def es_json(level: str, component: str, message: str) -> str:
    return (
        f'{{"type": "server", "timestamp": "«»", "level": "{level}", "component": "{component}", "cluster.name": "logs",'
        f' "node.name": "es-master-1", "message": "{message}", "cluster.uuid": "tXWzB2U6Rf6q1uP0n1J9vQ", "node.id":'
        f' "p4TzK9bLSm6RvHc1XnWjYg"  }}\n'
    )  # fmt: skip


ES_NO_MASTER = es_json(
    "WARN", "o.e.c.c.ClusterFormationFailureHelper",
    "master not discovered or elected yet, an election requires at least 2 nodes with ids from"
    " [p4TzK9bLSm6RvHc1XnWjYg, e0DqF7sNQy2VkMa5BwUxZA, Kq0pT3mXQ9uS1wYb5hZ2dA], have only discovered non-quorum"
    " [{es-master-1}{p4TzK9bLSm6RvHc1XnWjYg}{c8JhL3tPRoGnYd6EfVzSiw}{10.42.1.86}{10.42.1.86:9300}{m}]; discovery will"
    " continue using [10.42.2.14:9300, 10.42.3.9:9300] from hosts providers and"
    " [{es-master-1}{p4TzK9bLSm6RvHc1XnWjYg}{c8JhL3tPRoGnYd6EfVzSiw}{10.42.1.86}{10.42.1.86:9300}{m}] from last-known"
    " cluster state; node term 9, last-accepted version 1196 in term 9",
)  # fmt: skip
ES_STACK = """	at org.elasticsearch.bootstrap.Elasticsearch.init(Elasticsearch.java:173) ~[elasticsearch-7.17.18.jar:7.17.18]
	at org.elasticsearch.bootstrap.Elasticsearch.execute(Elasticsearch.java:160) ~[elasticsearch-7.17.18.jar:7.17.18]
	at org.elasticsearch.cli.EnvironmentAwareCommand.execute(EnvironmentAwareCommand.java:77) ~[elasticsearch-7.17.18.jar:7.17.18]
	at org.elasticsearch.cli.Command.mainWithoutErrorHandling(Command.java:112) ~[elasticsearch-cli-7.17.18.jar:7.17.18]
	at org.elasticsearch.cli.Command.main(Command.java:77) ~[elasticsearch-cli-7.17.18.jar:7.17.18]
	at org.elasticsearch.bootstrap.Elasticsearch.main(Elasticsearch.java:125) ~[elasticsearch-7.17.18.jar:7.17.18]
"""

ELASTIC = [
    Looked(
        "elasticsearch", "vm-max-map-count", "ConfigurationInvalid",
        "the node's vm.max_map_count is too low for Elasticsearch's bootstrap checks",
        f"{GH}RD17/ambar/issues/214, {GH}spujadas/elk-docker/issues/347",
        ES_START + ES_UP.lstrip("\n") + """
[«»][ERROR][o.e.b.Bootstrap          ] [es-data-0] node validation exception
[1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.
bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]
""".lstrip("\n") + ES_DOWN.lstrip("\n") + "ERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/logs.log\n",
        clock=ES_CLOCK, exit_code=78,
    ),
    Looked(
        "elasticsearch", "file-descriptors-too-low", "FileLimitReached",
        "the container's nofile limit is below what the bootstrap checks demand",
        indexed(24948675744),
        ES_START + ES_UP.lstrip("\n") + """
[«»][ERROR][o.e.b.Bootstrap          ] [es-data-0] node validation exception
[1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.
bootstrap check failure [1] of [1]: max file descriptors [4096] for elasticsearch process is too low, increase to at least [65535]
""".lstrip("\n") + ES_DOWN.lstrip("\n"),
        clock=ES_CLOCK, exit_code=78,
    ),
    Looked(
        "elasticsearch", "node-lock-access-denied", "PermissionDenied",
        "the data volume belongs to root; the message speaks of locks, its cause is AccessDenied",
        f"{GH}pires/kubernetes-elasticsearch-cluster/issues/205 (the exception under it from memory)",
        ES_START + """
[«»][ERROR][o.e.b.ElasticsearchUncaughtExceptionHandler] [es-data-0] uncaught exception in thread [main]
org.elasticsearch.bootstrap.StartupException: java.lang.IllegalStateException: failed to obtain node locks, tried [[/usr/share/elasticsearch/data]] with lock id [0]; maybe these locations are not writable or multiple nodes were started without increasing [node.max_local_storage_nodes] (was [1])?
""".lstrip("\n") + ES_STACK + """Caused by: java.lang.IllegalStateException: failed to obtain node locks, tried [[/usr/share/elasticsearch/data]] with lock id [0]; maybe these locations are not writable or multiple nodes were started without increasing [node.max_local_storage_nodes] (was [1])?
	at org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:328) ~[elasticsearch-7.17.18.jar:7.17.18]
	at org.elasticsearch.node.Node.<init>(Node.java:429) ~[elasticsearch-7.17.18.jar:7.17.18]
	... 6 more
Caused by: java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes
	at sun.nio.fs.UnixException.translateToIOException(UnixException.java:90) ~[?:?]
	at java.nio.file.Files.createDirectories(Files.java:751) ~[?:?]
	at org.elasticsearch.env.NodeEnvironment.lambda$new$0(NodeEnvironment.java:300) ~[elasticsearch-7.17.18.jar:7.17.18]
	... 7 more
""",
        clock=ES_CLOCK, exit_code=1,
        pod=pod("elasticsearch", "docker.elastic.co/elasticsearch/elasticsearch:7.17.18",
                volumeMounts=[{"name": "data", "mountPath": "/usr/share/elasticsearch/data"}],
                volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data-es-data-0"}}]),
    ),
    Looked(
        "elasticsearch", "node-lock-held", "StaleLock",
        "the node lock on a shared volume is still held by another program",
        f"{GH}pires/kubernetes-elasticsearch-cluster/issues/205, " + indexed(20456929564),
        ES_START + """
[«»][ERROR][o.e.b.ElasticsearchUncaughtExceptionHandler] [es-data-0] uncaught exception in thread [main]
org.elasticsearch.bootstrap.StartupException: java.lang.IllegalStateException: failed to obtain node locks, tried [[/usr/share/elasticsearch/data]] with lock id [0]; maybe these locations are not writable or multiple nodes were started without increasing [node.max_local_storage_nodes] (was [1])?
""".lstrip("\n") + ES_STACK + """Caused by: java.io.IOException: failed to obtain lock on /usr/share/elasticsearch/data/nodes/0
	at org.elasticsearch.env.NodeEnvironment$NodeLock.<init>(NodeEnvironment.java:240) ~[elasticsearch-7.17.18.jar:7.17.18]
	... 7 more
Caused by: org.apache.lucene.store.LockObtainFailedException: Lock held by another program: /usr/share/elasticsearch/data/nodes/0/node.lock
	at org.apache.lucene.store.NativeFSLockFactory.obtainFSLock(NativeFSLockFactory.java:131) ~[lucene-core-8.11.3.jar:8.11.3]
	... 9 more
""",
        clock=ES_CLOCK, exit_code=1,
    ),
    Looked(
        "elasticsearch", "heap-spent", "OutOfMemory",
        "the heap is spent while shards recover and the JVM ends itself",
        "recalled: Elasticsearch and the JVM",
        ES_START + ES_UP.lstrip("\n") + repeated(6, """
[«+2»][WARN ][o.e.m.j.JvmGcMonitorService] [es-data-0] [gc][1#2] overhead, spent [1.8s] collecting in the last [2.1s]
[«»][INFO ][o.e.m.j.JvmGcMonitorService] [es-data-0] [gc][old][1#2][3#] duration [5.6s], collections [1]/[5.9s], total [5.6s]/[48.1s], memory [1018mb]->[1012mb]/[1gb], all_pools {[young] [0b]->[0b]/[0b]}{[old] [1012mb]->[1012mb]/[1gb]}{[survivor] [0b]->[0b]/[0b]}
""") + """
java.lang.OutOfMemoryError: Java heap space
Dumping heap to data/java_pid7.hprof ...
Heap dump file created [1288490189 bytes in 6.211 secs]
Terminating due to java.lang.OutOfMemoryError: Java heap space
""".lstrip("\n"),
        clock=ES_CLOCK, exit_code=3,
    ),
    Looked(
        "elasticsearch", "no-master", "NoLeader",
        "two of three master nodes are gone; this one waits for a quorum until the startup probe ends it",
        f"{GH}elastic/helm-charts/issues/1654, {GH}elastic/helm-charts/issues/179",
        es_json("INFO", "o.e.n.Node", "version[7.17.18], pid[7], build[default/docker], OS[Linux/5.15.0-101-generic/amd64]")
        + es_json("INFO", "o.e.t.TransportService", "publish_address {10.42.1.86:9300}, bound_addresses {0.0.0.0:9300}")
        + es_json("INFO", "o.e.b.BootstrapChecks", "bound or publishing to a non-loopback address, enforcing bootstrap checks")
        + es_json("INFO", "o.e.c.c.Coordinator", "cluster UUID [tXWzB2U6Rf6q1uP0n1J9vQ]")
        + repeated(14, ES_NO_MASTER)
        + es_json("WARN", "o.e.n.Node", "timed out while waiting for initial discovery state - timeout: 30s")
        + repeated(9, ES_NO_MASTER)
        + es_json("INFO", "o.e.n.Node", "stopping ...")
        + es_json("INFO", "o.e.n.Node", "closed"),
        clock="%Y-%m-%dT%H:%M:%S,%LZ", exit_code=143, step=18,
    ),
    Looked(
        "elasticsearch", "master-elected-after-a-while", "Unknown",
        "the quorum comes together after half a minute and the node joins",
        f"{GH}elastic/helm-charts/issues/179, {GH}elastic/docs-content/pull/6536",
        es_json("INFO", "o.e.n.Node", "version[7.17.18], pid[7], build[default/docker], OS[Linux/5.15.0-101-generic/amd64]")
        + es_json("INFO", "o.e.t.TransportService", "publish_address {10.42.1.86:9300}, bound_addresses {0.0.0.0:9300}")
        + repeated(4, ES_NO_MASTER)
        + es_json("WARN", "o.e.d.HandshakingTransportAddressConnector", "handshake failed for [connectToRemoteMasterNode[10.42.3.9:9300]] Connection refused: 10.42.3.9/10.42.3.9:9300")
        + es_json("INFO", "o.e.c.s.MasterService", "elected-as-master ([2] nodes joined)[{es-master-1}{p4TzK9bLSm6RvHc1XnWjYg} elect leader, {es-master-2}{Kq0pT3mXQ9uS1wYb5hZ2dA} elect leader, _BECOME_MASTER_TASK_, _FINISH_ELECTION_], term: 10, version: 1197")
        + es_json("INFO", "o.e.c.s.ClusterApplierService", "master node changed {previous [], current [{es-master-1}{p4TzK9bLSm6RvHc1XnWjYg}]}, term: 10, version: 1197, reason: Publication{term=10, version=1197}")
        + es_json("INFO", "o.e.h.AbstractHttpServerTransport", "publish_address {10.42.1.86:9200}, bound_addresses {0.0.0.0:9200}")
        + es_json("INFO", "o.e.n.Node", "started")
        + es_json("INFO", "o.e.c.r.a.AllocationService", "Cluster health status changed from [RED] to [GREEN] (reason: [shards started [[logs-2026.03][0]]])."),
        clock="%Y-%m-%dT%H:%M:%S,%LZ", exit_code=None, step=12,
    ),
    Looked(
        "elasticsearch", "unknown-setting", "ConfigurationInvalid",
        "elasticsearch.yml holds a setting that this version does not know",
        "recalled: Elasticsearch",
        ES_START + """
[«»][ERROR][o.e.b.ElasticsearchUncaughtExceptionHandler] [es-data-0] uncaught exception in thread [main]
org.elasticsearch.bootstrap.StartupException: java.lang.IllegalArgumentException: unknown setting [xpack.monitoring.enabledd] did you mean any of [xpack.monitoring.enabled, xpack.profiling.enabled]?
""".lstrip("\n") + ES_STACK + """Caused by: java.lang.IllegalArgumentException: unknown setting [xpack.monitoring.enabledd] did you mean any of [xpack.monitoring.enabled, xpack.profiling.enabled]?
	at org.elasticsearch.common.settings.AbstractScopedSettings.validate(AbstractScopedSettings.java:561) ~[elasticsearch-7.17.18.jar:7.17.18]
	... 6 more
uncaught exception in thread [main]
java.lang.IllegalArgumentException: unknown setting [xpack.monitoring.enabledd] did you mean any of [xpack.monitoring.enabled, xpack.profiling.enabled]?
For complete error details, refer to the log at /usr/share/elasticsearch/logs/logs.log
""",
        clock=ES_CLOCK,
    ),
    Looked(
        "elasticsearch", "ca-file-missing", "ConfigurationMissing",
        "the secret with the transport CA is not mounted",
        "recalled: Elasticsearch",
        ES_START + """
[«»][ERROR][o.e.b.ElasticsearchUncaughtExceptionHandler] [es-data-0] uncaught exception in thread [main]
org.elasticsearch.bootstrap.StartupException: ElasticsearchSecurityException[failed to load SSL configuration [xpack.security.transport.ssl] - cannot read configured [PEM] certificate_authorities [/usr/share/elasticsearch/config/certs/ca.crt] because the file does not exist]; nested: SslConfigException[cannot read configured [PEM] certificate_authorities [/usr/share/elasticsearch/config/certs/ca.crt] because the file does not exist]; nested: NoSuchFileException[/usr/share/elasticsearch/config/certs/ca.crt];
""".lstrip("\n") + ES_STACK + """Caused by: java.nio.file.NoSuchFileException: /usr/share/elasticsearch/config/certs/ca.crt
	at sun.nio.fs.UnixException.translateToIOException(UnixException.java:92) ~[?:?]
	... 18 more
""",
        clock=ES_CLOCK,
    ),
    Looked(
        "opensearch", "admin-password-not-set", "ConfigurationMissing",
        "the image wants an initial admin password in the environment",
        indexed(8921712847, 41067445164),
        """
Enabling OpenSearch Security Plugin
Enabling execution of install_demo_configuration.sh for OpenSearch Security Plugin
OpenSearch 2.12.0 onwards, the OpenSearch Security Plugin a change that requires an initial password for 'admin' user.
Please define an environment variable 'OPENSEARCH_INITIAL_ADMIN_PASSWORD' with a strong password string.
If a password is not provided, the setup will quit.
### OpenSearch Security Demo Installer
### ** Warning: Do not use on production or public reachable systems **
OpenSearch install type: rpm/deb on Linux 5.15.0-101-generic amd64
OpenSearch config dir: /usr/share/opensearch/config/
OpenSearch config file: /usr/share/opensearch/config/opensearch.yml
No custom admin password found. Please provide a password via the environment variable OPENSEARCH_INITIAL_ADMIN_PASSWORD.
""",
    ),
]  # fmt: skip

CLICKHOUSE_START = """
Processing configuration file '/etc/clickhouse-server/config.xml'.
Merging configuration file '/etc/clickhouse-server/config.d/docker_related_config.xml'.
Merging configuration file '/etc/clickhouse-server/config.d/storage.xml'.
Logging trace to /var/log/clickhouse-server/clickhouse-server.log
Logging errors to /var/log/clickhouse-server/clickhouse-server.err.log
«» [ 1 ] {} <Information> SentryWriter: Sending crash reports is disabled
«» [ 1 ] {} <Trace> Pipe: Pipe capacity is 1.00 MiB
«» [ 1 ] {} <Information> Application: Starting ClickHouse 23.8.11.28 (revision: 54477, git hash: 31879d2ab4cad2e1a4a4a9bb6a5f0d7a1b6c5d4e, build id: 3C90A1D7B2E84F6055D19E7C02AB48F36D7E1905), PID 1
«» [ 1 ] {} <Information> Application: starting up
«» [ 1 ] {} <Information> Application: OS name: Linux, version: 5.15.0-101-generic, architecture: x86_64
"""
CLICKHOUSE_STACK = """
0. DB::Exception::Exception(DB::Exception::MessageMasked&&, int, bool) @ 0x000000000c60a1f7 in /usr/bin/clickhouse
1. DB::StatusFile::StatusFile(String, std::function<void (DB::WriteBuffer&)>) @ 0x000000000c7ab2c2 in /usr/bin/clickhouse
2. DB::Server::main(std::vector<String, std::allocator<String>> const&) @ 0x000000000c69b1d1 in /usr/bin/clickhouse
3. Poco::Util::Application::run() @ 0x0000000015a3cd06 in /usr/bin/clickhouse
4. DB::Server::run() @ 0x000000000c688d71 in /usr/bin/clickhouse
5. mainEntryClickHouseServer(int, char**) @ 0x000000000c68619f in /usr/bin/clickhouse
6. main @ 0x0000000007179893 in /usr/bin/clickhouse
 (version 23.8.11.28 (official build))
"""
CH_CLOCK = "%Y.%m.%d %H:%M:%S.%f"

CLICKHOUSE = [
    Looked(
        "clickhouse", "status-file-locked", "StaleLock",
        "the status file of the data directory is locked by an instance that still holds it",
        f"{GH}getsentry/self-hosted/issues/1655, {GH}ClickHouse/ClickHouse/issues/68439",
        CLICKHOUSE_START + """
«» [ 1 ] {} <Information> StatusFile: Status file /var/lib/clickhouse/status already exists - unclean restart. Contents:
PID: 1
Started at: 2026-03-18 00:10:09
Revision: 54477

«» [ 1 ] {} <Error> Application: Code: 76. DB::Exception: Cannot lock file /var/lib/clickhouse/status. Another server instance in same directory is already running. (CANNOT_OPEN_FILE), Stack trace (when copying this message, always include the lines below):
""".lstrip("\n") + CLICKHOUSE_STACK + """
«» [ 1 ] {} <Information> Application: shutting down
«» [ 1 ] {} <Debug> Application: Uninitializing subsystem: Logging Subsystem
«» [ 46 ] {} <Information> BaseDaemon: Stop SignalListener thread
""".lstrip("\n"),
        clock=CH_CLOCK, exit_code=76,
    ),
    Looked(
        "clickhouse", "unclean-restart-then-ready", "Unknown",
        "it mentions the old status file, cannot bind 0.0.0.0 after [::] (which it only warns of), and serves",
        f"{GH}ClickHouse/ClickHouse/issues/17799, " + indexed(940793832, 38121678656),
        CLICKHOUSE_START + """
«» [ 1 ] {} <Information> StatusFile: Status file /var/lib/clickhouse/status already exists - unclean restart. Contents:
PID: 1
Started at: 2026-03-18 00:10:09
Revision: 54477

«» [ 1 ] {} <Warning> Application: Linux transparent hugepages are set to "always". Check /sys/kernel/mm/transparent_hugepage/enabled
«» [ 1 ] {} <Information> Application: Listening for replica communication (interserver): http://0.0.0.0:9009
«» [ 1 ] {} <Warning> Application: Listen [0.0.0.0]:8123 failed: Poco::Exception. Code: 1000, e.code() = 98, Net Exception: Address already in use: 0.0.0.0:8123 (version 23.8.11.28 (official build)). If it is an IPv6 or IPv4 address and your host has disabled IPv6 or IPv4, then consider to specify not disabled IPv4 or IPv6 address to listen in <listen_host> element of configuration file. Example for disabled IPv6: <listen_host>0.0.0.0</listen_host> . Example for disabled IPv4: <listen_host>::</listen_host>
«» [ 1 ] {} <Information> Application: Listening for http://[::]:8123
«» [ 1 ] {} <Information> Application: Listening for native protocol (tcp): [::]:9000
«» [ 1 ] {} <Information> Application: Ready for connections.
""".lstrip("\n") + repeated(8, "«+15» [ 2#1 ] {} <Debug> DNSResolver: Updating DNS cache\n«» [ 2#1 ] {} <Debug> DNSResolver: Updated DNS cache\n"),
        clock=CH_CLOCK, exit_code=None,
    ),
    Looked(
        "clickhouse", "http-port-taken", "PortConflict",
        "8123 is taken on the host network",
        indexed(38121678656),
        CLICKHOUSE_START + """
«» [ 1 ] {} <Debug> Application: Initialized DateLUT with time zone 'UTC'.
«» [ 1 ] {} <Error> Application: Listen [0.0.0.0]:8123 failed: Poco::Exception. Code: 1000, e.code() = 98, Net Exception: Address already in use: 0.0.0.0:8123 (version 23.8.11.28 (official build))
«» [ 1 ] {} <Error> Application: Code: 210. DB::Exception: Listen [0.0.0.0]:8123 failed: Poco::Exception. Code: 1000, e.code() = 98, Net Exception: Address already in use: 0.0.0.0:8123 (version 23.8.11.28 (official build)). (NETWORK_ERROR), Stack trace (when copying this message, always include the lines below):
""".lstrip("\n") + CLICKHOUSE_STACK + """
«» [ 1 ] {} <Information> Application: shutting down
""".lstrip("\n"),
        clock=CH_CLOCK, exit_code=210, captures={"address": "0.0.0.0:8123"},
    ),
    Looked(
        "clickhouse", "bad-xml", "ConfigurationInvalid",
        "an override in config.d is not well-formed XML",
        "recalled: ClickHouse",
        """
Processing configuration file '/etc/clickhouse-server/config.xml'.
Merging configuration file '/etc/clickhouse-server/config.d/docker_related_config.xml'.
Merging configuration file '/etc/clickhouse-server/config.d/zookeeper.xml'.
std::exception. Code: 1001, type: std::__1::__fs::filesystem::filesystem_error... not raised
Poco::Exception. Code: 1000, e.code() = 0, Exception: Failed to merge config with '/etc/clickhouse-server/config.d/zookeeper.xml': SAXParseException: Exception: mismatched tag in '/etc/clickhouse-server/config.d/zookeeper.xml', line 14 column 3 (version 23.8.11.28 (official build))
""".replace("std::exception. Code: 1001, type: std::__1::__fs::filesystem::filesystem_error... not raised\n", ""),
        clock=CH_CLOCK, exit_code=232,
    ),
    Looked(
        "clickhouse", "data-directory-not-writable", "PermissionDenied",
        "fsGroup is missing: clickhouse (uid 101) may not write to its volume",
        "recalled: ClickHouse",
        CLICKHOUSE_START + """
«» [ 1 ] {} <Error> Application: std::exception. Code: 1001, type: std::__1::__fs::filesystem::filesystem_error, e.what() = filesystem error: in create_directories: Permission denied ["/var/lib/clickhouse/preprocessed_configs"], Stack trace (when copying this message, always include the lines below):
""".lstrip("\n") + CLICKHOUSE_STACK,
        clock=CH_CLOCK, exit_code=233,
    ),
    Looked(
        "clickhouse", "keeper-unreachable", "DependencyNotReady",
        "the server loads its replicated tables but no Keeper answers",
        indexed(638518968, 46115893817),
        CLICKHOUSE_START + repeated(3, """
«+3» [ 1 ] {} <Error> Application: Caught exception while loading metadata: Code: 999. Coordination::Exception: All connection tries failed while connecting to ZooKeeper. nodes: 10.42.4.10:2181, 10.42.5.11:2181, 10.42.6.12:2181
Poco::Exception. Code: 1000, e.code() = 111, Connection refused (version 23.8.11.28 (official build)), 10.42.4.10:2181
Poco::Exception. Code: 1000, e.code() = 111, Connection refused (version 23.8.11.28 (official build)), 10.42.5.11:2181
Code: 209. DB::NetException: Timeout: connect timed out: 10.42.6.12:2181. (SOCKET_TIMEOUT) (version 23.8.11.28 (official build)), 10.42.6.12:2181
""") + """
«» [ 1 ] {} <Error> Application: Coordination::Exception: All connection tries failed while connecting to ZooKeeper. (KEEPER_EXCEPTION)
«» [ 1 ] {} <Information> Application: shutting down
""".lstrip("\n"),
        clock=CH_CLOCK, exit_code=231,
    ),
]  # fmt: skip

CRDB_BANNER = """
++ hostname -f
+ exec /cockroach/cockroach start --join=cockroachdb-0.cockroachdb.crdb.svc.cluster.local:26257,cockroachdb-1.cockroachdb.crdb.svc.cluster.local:26257,cockroachdb-2.cockroachdb.crdb.svc.cluster.local:26257 --advertise-host=cockroachdb-0.cockroachdb.crdb.svc.cluster.local --certs-dir=/cockroach/cockroach-certs/ --http-port=8080 --port=26257 --cache=25% --max-sql-memory=25% --logtostderr=INFO
I«» 1 util/log/file_sync_buffer.go:238 ⋮ [config]   file created at: 2026/04/20 20:10:21
I«» 1 util/log/file_sync_buffer.go:238 ⋮ [config]   running on machine: ‹cockroachdb-0›
I«» 1 util/log/file_sync_buffer.go:238 ⋮ [config]   binary: CockroachDB CCL v23.1.14 (x86_64-pc-linux-gnu, built 2024/01/17 17:12:13, go1.19.13)
I«» 1 server/status/recorder.go:727 ⋮ [T1,n?] 5  available memory from cgroups (8.0 GiB) is unsupported, using system memory 31 GiB instead
"""
CRDB_CLOCK = "%y%m%d %H:%M:%S.%f"
CRDB_JOIN = """
W«+1» 96 server/init.go:423 ⋮ [T1,n?] #0  outgoing join rpc to ‹cockroachdb-1.cockroachdb.crdb.svc.cluster.local:26257› unsuccessful: ‹rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp: lookup cockroachdb-1.cockroachdb.crdb.svc.cluster.local: no such host"›
I«+1» 96 server/init.go:421 ⋮ [T1,n?] #1  ‹cockroachdb-2.cockroachdb.crdb.svc.cluster.local:26257› is itself waiting for init, will retry
"""

COCKROACH = [
    Looked(
        "cockroachdb", "joined-after-retries", "Unknown",
        "peers are not resolvable for a while, then the cluster is initialised and the node serves",
        f"{GH}cockroachdb/helm-charts/issues/63, {GH}cockroachdb/helm-charts/issues/345",
        CRDB_BANNER + repeated(12, CRDB_JOIN) + """
I«» 96 server/init.go:245 ⋮ [T1,n?] 41  cluster 1b1e7a1c-3a2f-4c7e-9d0e-0cf1a1c0a001 has been initialized
I«» 1 server/server_obs_service.go:30 ⋮ [T1,n1] 47  engine cluster version: 23.1
CockroachDB node starting at 2026-04-20 20:11:02.447 +0000 UTC m=+40.96 (took 41.2s)
build:               CCL v23.1.14 @ 2024/01/17 17:12:13 (go1.19.13)
webui:               ‹https://cockroachdb-0.cockroachdb.crdb.svc.cluster.local:8080›
sql:                 ‹postgresql://root@cockroachdb-0.cockroachdb.crdb.svc.cluster.local:26257/defaultdb?sslmode=verify-full›
status:              initialized new node, joined pre-existing cluster
clusterID:           ‹1b1e7a1c-3a2f-4c7e-9d0e-0cf1a1c0a001›
nodeID:              1
""".lstrip("\n"),
        clock=CRDB_CLOCK, exit_code=None,
    ),
    Looked(
        "cockroachdb", "certs-missing", "ConfigurationMissing",
        "the certificate directory is empty",
        indexed(2684952930, 54303197438),
        CRDB_BANNER + """
*
* ERROR: cannot load certificates.
* Check your certificate settings, set --certs-dir, or use --insecure for insecure clusters.
*
* failed to start server: problem using security settings: no certificates found; does certs dir exist?
*
ERROR: cannot load certificates.
Check your certificate settings, set --certs-dir, or use --insecure for insecure clusters.

failed to start server: problem using security settings: no certificates found; does certs dir exist?
Failed running "start"
""".lstrip("\n"),
        clock=CRDB_CLOCK,
    ),
    Looked(
        "cockroachdb", "store-locked", "StaleLock",
        "the store's LOCK file is held by a process that did not let go",
        "recalled: CockroachDB",
        CRDB_BANNER + """
I«» 1 cli/start.go:845 ⋮ [T1,n?] 21  starting cockroach node
E«» 1 1@cli/clierror/check.go:35 ⋮ [-] 31  server startup failed: cockroach server exited with error: failed to create engines: storage: could not open store ‹/cockroach/cockroach-data›: lock ‹/cockroach/cockroach-data/LOCK›: resource temporarily unavailable
ERROR: cockroach server exited with error: failed to create engines: storage: could not open store /cockroach/cockroach-data: lock /cockroach/cockroach-data/LOCK: resource temporarily unavailable
Failed running "start"
""".lstrip("\n"),
        clock=CRDB_CLOCK,
    ),
    Looked(
        "cockroachdb", "store-of-an-old-version", "ConfigurationInvalid",
        "two major versions were skipped; the binary refuses the store",
        indexed(3399635043),
        CRDB_BANNER + """
E«» 1 1@cli/clierror/check.go:35 ⋮ [-] 24  server startup failed: cockroach server exited with error: store ‹<no-attributes>=/cockroach/cockroach-data›, last used with cockroach version v22.1, is too old for running version v23.1 (which requires data from v22.2 or later)
ERROR: cockroach server exited with error: store <no-attributes>=/cockroach/cockroach-data, last used with cockroach version v22.1, is too old for running version v23.1 (which requires data from v22.2 or later)
Failed running "start"
""".lstrip("\n"),
        clock=CRDB_CLOCK,
    ),
    Looked(
        "cockroachdb", "own-name-not-resolvable", "DependencyNotReady",
        "DNS does not know the advertised host name",
        f"{GH}cockroachdb/cockroach/issues/23461",
        CRDB_BANNER + """
*
* ERROR: cockroach server exited with error: unable to lookup hostname "cockroachdb-0.cockroachdb.crdb.svc.cluster.local": lookup cockroachdb-0.cockroachdb.crdb.svc.cluster.local on 10.43.0.10:53: no such host
*
Failed running "start"
""".lstrip("\n"),
        clock=CRDB_CLOCK, captures={"host": "cockroachdb-0.cockroachdb.crdb.svc.cluster.local"},
    ),
]  # fmt: skip

CASSANDRA_START = """
INFO  [main] «» YamlConfigurationLoader.java:93 - Configuration location: file:/etc/cassandra/cassandra.yaml
INFO  [main] «» Config.java:706 - Node configuration:[authenticator=AllowAllAuthenticator; authorizer=AllowAllAuthorizer; auto_bootstrap=true; cluster_name=metrics; commitlog_directory=/var/lib/cassandra/commitlog; data_file_directories=[Ljava.lang.String;@5e2c3d18; endpoint_snitch=SimpleSnitch]
INFO  [main] «» DatabaseDescriptor.java:426 - DiskAccessMode 'auto' determined to be mmap, indexAccessMode is mmap
INFO  [main] «» CassandraDaemon.java:622 - Hostname: cassandra-2.cassandra.data.svc.cluster.local:7000
INFO  [main] «» CassandraDaemon.java:629 - JVM vendor/version: OpenJDK 64-Bit Server VM/11.0.22
INFO  [main] «» CassandraDaemon.java:630 - Heap size: 1.000GiB/1.000GiB
WARN  [main] «» StartupChecks.java:143 - jemalloc shared library could not be preloaded to speed up memory allocations
WARN  [main] «» StartupChecks.java:187 - JMX is not enabled to receive remote connections. Please see cassandra-env.sh for more info.
WARN  [main] «» StartupChecks.java:329 - Maximum number of memory map areas per process (vm.max_map_count) 65530 is too low, recommended value: 1048575, you can change it with sysctl.
"""
CASSANDRA_CLOCK = COMMA_MS

CASSANDRA = [
    Looked(
        "cassandra", "no-seed-answers", "DependencyNotReady",
        "no seed can be gossiped with",
        indexed(54906603872, 28206973355),
        CASSANDRA_START + """
INFO  [main] «» StorageService.java:653 - Cassandra version: 4.0.12
INFO  [main] «» StorageService.java:654 - CQL version: 3.4.5
INFO  [Messaging-EventLoop-3-1] «» NoSpamLogger.java:92 - /10.42.3.17:7000->/10.42.1.9:7000-URGENT_MESSAGES-[no-channel] failed to connect
io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed: Connection refused: /10.42.1.9:7000
Caused by: java.net.ConnectException: finishConnect(..) failed: Connection refused
ERROR [main] «+31» CassandraDaemon.java:911 - Exception encountered during startup
java.lang.RuntimeException: Unable to gossip with any peers
	at org.apache.cassandra.gms.Gossiper.doShadowRound(Gossiper.java:1821)
	at org.apache.cassandra.service.StorageService.checkForEndpointCollision(StorageService.java:648)
	at org.apache.cassandra.service.StorageService.prepareToJoin(StorageService.java:1055)
	at org.apache.cassandra.service.CassandraDaemon.setup(CassandraDaemon.java:420)
	at org.apache.cassandra.service.CassandraDaemon.main(CassandraDaemon.java:889)
INFO  [StorageServiceShutdownHook] «» HintsService.java:222 - Paused hints dispatch
WARN  [StorageServiceShutdownHook] «» Gossiper.java:2135 - No local state, state is in silent shutdown, or node hasn't joined, not announcing shutdown
""".lstrip("\n"),
        clock=CASSANDRA_CLOCK, exit_code=3,
    ),
    Looked(
        "cassandra", "jmx-port-taken", "PortConflict",
        "the JMX port is taken on the host",
        "recalled: Cassandra and the JDK",
        """
CompileCommand: dontinline org/apache/cassandra/db/Columns$Serializer.deserializeLargeSubset(Lorg/apache/cassandra/io/util/DataInputPlus;Lorg/apache/cassandra/db/Columns;I)Lorg/apache/cassandra/db/Columns; bool dontinline = true
Error: Exception thrown by the agent : java.rmi.server.ExportException: Port already in use: 7199; nested exception is: 
	java.net.BindException: Address already in use (Bind failed)
sun.management.AgentConfigurationError: java.rmi.server.ExportException: Port already in use: 7199; nested exception is: 
	java.net.BindException: Address already in use (Bind failed)
	at sun.management.jmxremote.ConnectorBootstrap.exportMBeanServer(ConnectorBootstrap.java:800)
	at sun.management.Agent.startAgent(Agent.java:257)
	at sun.management.Agent.startAgent(Agent.java:452)
Caused by: java.rmi.server.ExportException: Port already in use: 7199; nested exception is: 
	java.net.BindException: Address already in use (Bind failed)
	at sun.rmi.transport.tcp.TCPTransport.listen(TCPTransport.java:346)
	... 11 more
""",
    ),
    Looked(
        "cassandra", "another-cluster-name", "ConfigurationInvalid",
        "the volume holds the data of a cluster of another name",
        indexed(51592528),
        CASSANDRA_START + """
INFO  [main] «» ColumnFamilyStore.java:385 - Initializing system.local
ERROR [main] «» CassandraDaemon.java:752 - Fatal exception during initialization
org.apache.cassandra.exceptions.ConfigurationException: Saved cluster name Test Cluster != configured name metrics
	at org.apache.cassandra.db.SystemKeyspace.checkHealth(SystemKeyspace.java:1025)
	at org.apache.cassandra.service.StartupChecks$10.execute(StartupChecks.java:451)
	at org.apache.cassandra.service.StartupChecks.verify(StartupChecks.java:132)
	at org.apache.cassandra.service.CassandraDaemon.setup(CassandraDaemon.java:240)
	at org.apache.cassandra.service.CassandraDaemon.main(CassandraDaemon.java:889)
""".lstrip("\n"),
        clock=CASSANDRA_CLOCK, exit_code=100,
    ),
    Looked(
        "cassandra", "killed-by-the-kernel", "OutOfMemory",
        "heap plus off-heap exceed the container's limit; the log is calm, the status says it",
        "recalled: Cassandra",
        CASSANDRA_START + """
INFO  [main] «» StorageService.java:1673 - JOINING: Finish joining ring
INFO  [main] «» StorageService.java:2875 - Node /10.42.3.17:7000 state jump to NORMAL
INFO  [main] «» PipelineConfigurator.java:126 - Starting listening for CQL clients on /0.0.0.0:9042 (unencrypted)...
INFO  [main] «» CassandraDaemon.java:788 - Startup complete
INFO  [Service Thread] «+60» GCInspector.java:299 - G1 Young Generation GC in 312ms.  G1 Eden Space: 637534208 -> 0; G1 Old Gen: 288358400 -> 301989888;
INFO  [CompactionExecutor:4] «+40» CompactionTask.java:150 - Compacting (8d4e2a10) [/var/lib/cassandra/data/metrics/points-5a1c/nb-88-big-Data.db:level=0, /var/lib/cassandra/data/metrics/points-5a1c/nb-87-big-Data.db:level=0, ]
""".lstrip("\n"),
        clock=CASSANDRA_CLOCK, exit_code=137, reason="OOMKilled",
    ),
    Looked(
        "scylla", "aio-requests-spent", "FileLimitReached",
        "the node's asynchronous I/O requests are used up; supervisord restarts scylla for ever",
        f"{GH}scylladb/scylladb/issues/5638, {GH}scylladb/scylladb/issues/16806",
        """
«» INFO Included extra file "/etc/supervisord.conf.d/rsyslog.conf" during parsing
«» INFO Included extra file "/etc/supervisord.conf.d/scylla-server.conf" during parsing
«» INFO RPC interface 'supervisor' initialized
«» CRIT Server 'inet_http_server' running without any HTTP authentication checking
«» INFO supervisord started with pid 7
«+1» INFO spawned: 'rsyslog' with pid 9
«» INFO spawned: 'scylla' with pid 10
«+1» INFO success: rsyslog entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
""" + repeated(4, """
Scylla version 5.4.3-0.20240211.d93ffb8e0b8d with build-id 2a87bc0e4e0bb8a9d83fd5d8a8b3bbd2ef3a7fd6 starting ...
command used: "/usr/bin/scylla --log-to-syslog 0 --log-to-stdout 1 --default-log-level info --network-stack posix --developer-mode=1 --overprovisioned --listen-address 10.42.7.12 --rpc-address 10.42.7.12 --seed-provider-parameters seeds=10.42.7.12 --blocked-reactor-notify-ms 999999999"
FATAL: Exception during startup, aborting: std::runtime_error (Could not setup Async I/O: Resource temporarily unavailable. The most common cause is not enough request capacity in /proc/sys/fs/aio-max-nr. Try increasing that number or reducing the amount of logical CPUs available for your application)
«» INFO exited: scylla (exit status 7; not expected)
«+2» INFO spawned: 'scylla' with pid 8#
"""),
        clock=COMMA_MS, exit_code=None, masked="supervisord",
    ),
]  # fmt: skip

GALERA_START = """
«=b» [Note] [Entrypoint]: Entrypoint script for MariaDB Server 1:11.4.2+maria~ubu2404 started.
«» 0 [Note] Starting MariaDB 11.4.2-MariaDB-ubu2404 source revision 3fca5ed772fb75e3e57c507edef2985f8eba5b12 server_uid 7dMpNbP3dM6lPuA5cLhu3cnQJqA= as process 1
«» 0 [Note] WSREP: Loading provider /usr/lib/galera/libgalera_smm.so initial position: 51d7c0aa-2e90-11f0-8c44-7a13e5b9d062:48211
«» 0 [Note] WSREP: wsrep_load(): loading provider library '/usr/lib/galera/libgalera_smm.so'
«» 0 [Note] WSREP: wsrep_load(): Galera 26.4.19(r5db72dad) by Codership Oy <info@codership.com> loaded successfully.
«» 0 [Note] WSREP: CRC-32C: using 64-bit x86 acceleration.
«» 0 [Note] WSREP: Found saved state: 51d7c0aa-2e90-11f0-8c44-7a13e5b9d062:48211, safe_to_bootstrap: 0
"""
GALERA_CLOCK = (SECONDS, "%Y-%m-%d %H:%M:%S+00:00")

GALERA = [
    Looked(
        "mariadb-galera", "not-safe-to-bootstrap", "NoLeader",
        "the whole cluster went down at once and no node dares to bootstrap it",
        f"{GH}bitnami/containers/issues/54037, {GH}mariadb-operator/mariadb-operator/issues/1477",
        GALERA_START + """
«» 0 [Note] WSREP: GCS: gcs.fc_limit = 16; evs.auto_evict = 0
«» 0 [Note] WSREP: Start replication
«» 0 [Note] WSREP: Connecting with bootstrap option: 1
«» 0 [Note] WSREP: Setting GCS initial position to 51d7c0aa-2e90-11f0-8c44-7a13e5b9d062:48211
«» 0 [ERROR] WSREP: It may not be safe to bootstrap the cluster from this node. It was not the last one to leave the cluster and may not contain all the updates. To force cluster bootstrap with this node, edit the grastate.dat file manually and set safe_to_bootstrap to 1 .
«» 0 [ERROR] WSREP: wsrep::connect(gcomm://) failed: 7
«» 0 [ERROR] Aborting
""".lstrip("\n"),
        clock=GALERA_CLOCK,
    ),
    Looked(
        "mariadb-galera", "no-primary-view", "NoLeader",
        "no primary component can be reached, so the node gives up",
        f"{GH}mrlesmithjr/ansible-mariadb-galera-cluster/issues/33,"
        f" {GH}bitnami/bitnami-docker-mariadb-galera/issues/14",
        GALERA_START + """
«» 0 [Warning] WSREP: access file(/var/lib/mysql//gvwstate.dat) failed(No such file or directory)
«» 0 [Note] WSREP: restore pc from disk failed
«» 0 [Note] WSREP: GMCast version 0
«» 0 [Note] WSREP: (3c1f8e2d-9c1d, 'tcp://0.0.0.0:4567') listening at tcp://0.0.0.0:4567
«» 0 [Note] WSREP: EVS version 1
«» 0 [Note] WSREP: gcomm: connecting to group 'galera', peer 'galera-0.galera-internal:,galera-1.galera-internal:'
«+3» 0 [Warning] WSREP: no nodes coming from prim view, prim not possible
«» 0 [Note] WSREP: view(view_id(NON_PRIM,3c1f8e2d-9c1d,1) memb {
	3c1f8e2d-9c1d,0
} joined {
} left {
} partitioned {
})
«» 0 [Warning] WSREP: last inactive check more than PT1.5S ago (PT3.50418S), skipping check
«+30» 0 [Note] WSREP: PC protocol downgrade 1 -> 0
«» 0 [Note] WSREP: view((empty))
«» 0 [ERROR] WSREP: failed to open gcomm backend connection: 110: failed to reach primary view (pc.wait_prim_timeout): 110 (Connection timed out)
	 at ./gcomm/src/pc.cpp:connect():160
«» 0 [ERROR] WSREP: ./gcs/src/gcs_core.cpp:gcs_core_open():221: Failed to open backend connection: -110 (Connection timed out)
«» 0 [ERROR] WSREP: ./gcs/src/gcs.cpp:gcs_open():1674: Failed to open channel 'galera' at 'gcomm://galera-0.galera-internal,galera-1.galera-internal': -110 (Connection timed out)
«» 0 [ERROR] WSREP: gcs connect failed: Connection timed out
«» 0 [ERROR] WSREP: wsrep::connect(gcomm://galera-0.galera-internal,galera-1.galera-internal) failed: 7
«» 0 [ERROR] Aborting
""".lstrip("\n"),
        clock=GALERA_CLOCK,
    ),
    Looked(
        "mariadb-galera", "joined-after-non-prim", "Unknown",
        "it starts in a non-primary view, then finds the others and becomes synced",
        f"{GH}mariadb-operator/mariadb-operator/issues/959 (Galera's view and state messages)",
        GALERA_START + """
«» 0 [Note] WSREP: gcomm: connecting to group 'galera', peer 'galera-0.galera-internal:,galera-1.galera-internal:'
«» 0 [Note] WSREP: (3c1f8e2d-9c1d, 'tcp://0.0.0.0:4567') connection to peer 00000000-0000 with addr tcp://10.42.1.31:4567 timed out, no messages seen in PT3S, socket stats: rtt: 0
«» 0 [Warning] WSREP: no nodes coming from prim view, prim not possible
«+2» 0 [Note] WSREP: declaring 41d2b9c0-8f1e at tcp://10.42.1.31:4567 stable
«» 0 [Note] WSREP: Node 41d2b9c0-8f1e state prim
«» 0 [Note] WSREP: view(view_id(PRIM,41d2b9c0-8f1e,14) memb {
	41d2b9c0-8f1e,0
	3c1f8e2d-9c1d,0
} joined {
} left {
} partitioned {
})
«» 0 [Note] WSREP: Shifting OPEN -> PRIMARY (TO: 48230)
«» 2 [Note] WSREP: Receiving IST: 19 writesets, seqnos 48212-48230
«+1» 0 [Note] WSREP: Member 1.0 (galera-2) synced with group.
«» 0 [Note] WSREP: Shifting JOINED -> SYNCED (TO: 48230)
«» 2 [Note] WSREP: Synchronized with group, ready for connections
«» 0 [Note] mariadbd: ready for connections.
Version: '11.4.2-MariaDB-ubu2404'  socket: '/run/mysqld/mysqld.sock'  port: 3306  mariadb.org binary distribution
""".lstrip("\n"),
        clock=GALERA_CLOCK, exit_code=None,
    ),
]  # fmt: skip

PATRONI = [
    Looked(
        "patroni", "system-id-mismatch", "NoLeader",
        "the member's data directory belongs to another cluster than the one in etcd",
        f"{GH}patroni/patroni/issues/1066, {GH}patroni/patroni/issues/575",
        """
«» INFO: Selected new etcd server http://etcd-0.etcd:2379
«» INFO: No PostgreSQL configuration items changed, nothing to reload.
«» CRITICAL: system ID mismatch, node pg-orders-1 belongs to a different cluster: 7402118834590077954 != 7402291105827361811
«» INFO: Lock owner: pg-orders-0; I am pg-orders-1
""",
        clock=COMMA_MS, captures={"storedId": "7402291105827361811"},
    ),
    Looked(
        "patroni", "waits-for-a-leader-for-ever", "NoLeader",
        "the initialize key exists but no leader will ever come: the members wait until the probe ends them",
        f"{GH}patroni/patroni/issues/3349, {GH}patroni/patroni/issues/937",
        """
«» INFO: No PostgreSQL configuration items changed, nothing to reload.
«» INFO: Lock owner: pg-orders-0; I am pg-orders-0
«» INFO: Leader key released
«» INFO: released leader key voluntarily as data dir empty and currently leader
""" + repeated(22, """
«+9.9» INFO: Lock owner: ; I am pg-orders-0
«» INFO: waiting for leader to bootstrap
"""),
        clock=COMMA_MS, exit_code=137,
        pod=pod("postgres", "ghcr.io/zalando/spilo-16:3.2-p3",
                ports=[{"containerPort": 5432}, {"containerPort": 8008}],
                livenessProbe={"httpGet": {"path": "/liveness", "port": 8008}, "periodSeconds": 10,
                               "failureThreshold": 3, "initialDelaySeconds": 180}),
    ),
    Looked(
        "patroni", "promoted-after-the-leader-died", "Unknown",
        "the leader's key expires and this member takes over: an election that was won",
        indexed(18367249347, 36126811330),
        """
«» INFO: no action. I am (pg-orders-1), a secondary, and following a leader (pg-orders-0)
«+10» INFO: no action. I am (pg-orders-1), a secondary, and following a leader (pg-orders-0)
«+10» WARNING: Request failed to pg-orders-0: GET http://10.42.1.40:8008/patroni (HTTPConnectionPool(host='10.42.1.40', port=8008): Max retries exceeded with url: /patroni (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f3c2e1b9d60>: Failed to establish a new connection: [Errno 111] Connection refused')))
«» INFO: Got response from pg-orders-2 http://10.42.3.8:8008/patroni: {"state": "running", "postmaster_start_time": "2026-04-11 08:01:10.112+00:00", "role": "replica", "server_version": 160002}
«» WARNING: Could not activate Linux watchdog device: Can't open watchdog device: [Errno 2] No such file or directory: '/dev/watchdog'
«» INFO: promoted self to leader by acquiring session lock
server promoting
«+1» INFO: Lock owner: pg-orders-1; I am pg-orders-1
«» INFO: no action. I am (pg-orders-1), the leader with the lock
""" + repeated(10, "«+10» INFO: no action. I am (pg-orders-1), the leader with the lock\n"),
        clock=COMMA_MS, exit_code=None,
    ),
    Looked(
        "patroni", "etcd-unreachable", "DependencyNotReady",
        "the configuration store cannot be reached at start",
        "recalled: Patroni",
        repeated(7, """
«+5» ERROR: Failed to get list of machines from http://etcd-0.etcd:2379/v2: MaxRetryError("HTTPConnectionPool(host='etcd-0.etcd', port=2379): Max retries exceeded with url: /v2/machines (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f1f6c3bb700>: Failed to establish a new connection: [Errno 111] Connection refused'))")
«» INFO: waiting on etcd
"""),
        clock=COMMA_MS, exit_code=137, captures={"host": "etcd-0.etcd", "port": "2379"},
    ),
]  # fmt: skip

CASES = [*MONGODB, *ELASTIC, *CLICKHOUSE, *COCKROACH, *CASSANDRA, *GALERA, *PATRONI]
