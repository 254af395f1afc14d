"""More of the rarer causes, and more logs whose tempting words mean nothing."""

# ruff: noqa: E501, W291 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import COMMA_MS, GH, ISO_MS, ISO_S, ISO_US, KLOG, Looked, indexed, repeated
from .databases import ES_CLOCK, ES_START, ES_UP
from .nodes import VELERO_CHECK

JAVA_OPTIONS = "-Xms2g -Xmx2g -XX:MaxMetaspaceSize=268435456"

SOCKETS = [
    Looked(
        "goes-redisd", "abstract-name-taken", "AddressInUse",
        "the name begins with @: no file to clean, somebody of the same network namespace listens",
        indexed(23990507498, 68765110073),
        """
goes: starting redisd
redisd: loading defaults
listen unix @platina-mk2/redisd: bind: address already in use
""",
        pod=pod("redisd", "example/goes:1.3", hostNetwork=True,
                volumeMounts=[{"name": "run", "mountPath": "/run/goes"}],
                volumes=[{"name": "run", "hostPath": {"path": "/run/goes"}}]),
    ),
    Looked(
        "gshell-daemon", "abstract-name-taken", "AddressInUse",
        "an old daemon of the node still has the abstract socket",
        indexed(37223837686),
        """
[«»][INFO](main) gshelld version v24.01
[«»][INFO](main) provider ID: 3fb9c81a77de
[«»][FATAL](main) listen unix @adaptiveservice/gshellDaemon_master_3fb9: address already in use
""",
        clock="%Y/%m/%d %H:%M:%S.%f",
    ),
]  # fmt: skip

MEMORY = [
    Looked(
        "flink-taskmanager", "metaspace-spent", "OutOfMemory",
        "every redeployed job leaks classes until the metaspace is full",
        indexed(355850896, 59035379473),
        f"""
Starting Task Manager
Starting taskexecutor as a console application on host flink-taskmanager-1-7.
«» INFO  org.apache.flink.runtime.taskexecutor.TaskManagerRunner      [] -  JVM Options: {JAVA_OPTIONS}
«» INFO  org.apache.flink.runtime.taskexecutor.TaskManagerRunner      [] - Starting TaskManager with ResourceID: flink-taskmanager-1-7
""" + repeated(9, """
«+40» INFO  org.apache.flink.runtime.taskexecutor.slot.TaskSlotTableImpl [] - Activate slot c0ffee0#.
«» INFO  org.apache.flink.runtime.taskmanager.Task                    [] - Source: orders (1/1)##0 (4f1e0#) switched from DEPLOYING to INITIALIZING.
""") + """
«» ERROR org.apache.flink.runtime.taskexecutor.TaskManagerRunner      [] - Fatal error occurred while executing the TaskManager. Shutting it down...
java.lang.OutOfMemoryError: Metaspace. The metaspace out-of-memory error has occurred. This can mean two things: either the job requires a larger size of JVM metaspace to load classes or there is a class loading leak. In the first case 'taskmanager.memory.jvm-metaspace.size' configuration option should be increased. If the error persists (usually in cluster after several job (re-)submissions) then there is probably a class loading leak in user code or some of its dependencies which has to be investigated and fixed. The task executor has to be shutdown...
	at java.lang.ClassLoader.defineClass1(Native Method) ~[?:?]
	at java.lang.ClassLoader.defineClass(ClassLoader.java:1012) ~[?:?]
""".lstrip("\n"),
        clock=COMMA_MS, exit_code=239,
    ),
    Looked(
        "pulsar-broker", "direct-memory-spent", "OutOfMemory",
        "Netty's direct memory is spent and the broker halts itself",
        indexed(37864389461, 4816725918) + " (Netty's words; the lines around from memory of Pulsar)",
        """
«» [main] INFO  org.apache.pulsar.PulsarBrokerStarter - Starting Pulsar Broker; version: '3.0.4'
«» [main] INFO  org.apache.pulsar.broker.PulsarService - messaging service is ready, bootstrap service port = 8080, broker url= pulsar://10.42.5.4:6650
""" + repeated(12, "«+5» [pulsar-io-4-#] INFO  org.apache.pulsar.broker.service.ServerCnx - New connection from /10.42.7.#:4813#\n") + """
«» [bookkeeper-ml-scheduler-OrderedScheduler-3-0] ERROR org.apache.pulsar.broker.PulsarServerException - io.netty.util.internal.OutOfDirectMemoryError: failed to allocate 16777216 byte(s) of direct memory (used: 1059061767, max: 1073741824)
io.netty.util.internal.OutOfDirectMemoryError: failed to allocate 16777216 byte(s) of direct memory (used: 1059061767, max: 1073741824)
	at io.netty.util.internal.PlatformDependent.incrementMemoryCounter(PlatformDependent.java:845)
	at io.netty.util.internal.PlatformDependent.allocateDirectNoCleaner(PlatformDependent.java:774)
	at io.netty.buffer.PoolArena$DirectArena.newChunk(PoolArena.java:701)
«» [Thread-0] INFO  org.apache.pulsar.broker.PulsarService - Closing PulsarService
""".lstrip("\n"),
        clock="%Y-%m-%dT%H:%M:%S,%L+0000", exit_code=1,
    ),
    Looked(
        "spring-webflux-gateway", "direct-memory-once", "Unknown",
        "one big response could not be buffered; the gateway warns and goes on",
        indexed(23343742984),
        """
«»|INFO |[main]|[GatewayApplication.java : 61]|Started GatewayApplication in 7.01 seconds (process running for 7.8)
""" + repeated(6, "«+10»|INFO |[reactor-http-epoll-#]|[AccessLog.java : 40]|GET /api/orders/# 200 1#ms\n") + """
«»|WARN |[reactor-http-epoll-5]|[AbstractChannelHandlerContext.java : 311]|An exception 'io.netty.util.internal.OutOfDirectMemoryError: failed to allocate 16384 byte(s) of direct memory (used: 8573187866, max: 8589934592)' [enable DEBUG level for full stacktrace] was thrown by a user handler's exceptionCaught() method while handling the following exception:
""".lstrip("\n") + repeated(7, "«+10»|INFO |[reactor-http-epoll-#]|[AccessLog.java : 40]|GET /api/orders/4# 200 1#ms\n"),
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=None,
    ),
]  # fmt: skip

CRASHES = [
    Looked(
        "envoy", "segfault-in-a-filter", "SegmentationFault",
        "a Wasm filter brings Envoy down",
        indexed(36301062499, 34418806281, 1768118187),
        """
[«»][1][info][main] [source/server/server.cc:430] initializing epoch 0 (base id=0, hot restart version=11.104)
[«»][1][info][main] [source/server/server.cc:457]   envoy.filters.http: envoy.filters.http.router, envoy.filters.http.wasm
[«»][1][warning][misc] [source/common/protobuf/message_validator_impl.cc:21] Deprecated field: type envoy.config.cluster.v3.Cluster Using deprecated option 'envoy.config.cluster.v3.Cluster.http2_protocol_options' from file cluster.proto.
[«»][1][info][config] [source/server/listener_manager_impl.cc:834] all dependencies initialized. starting workers
[«»][14][critical][backtrace] [./source/server/backtrace.h:104] Caught Segmentation fault, suspect faulting address 0x0
[«»][14][critical][backtrace] [./source/server/backtrace.h:91] Backtrace (use tools/stack_decode.py to get line numbers):
[«»][14][critical][backtrace] [./source/server/backtrace.h:92] Envoy version: b5ca88acee3453c9459474b8f22215796eff4dde/1.28.0/Clean/RELEASE/BoringSSL
[«»][14][critical][backtrace] [./source/server/backtrace.h:96] #0: __restore_rt [0x7f0f7a1a3420]
[«»][14][critical][backtrace] [./source/server/backtrace.h:98] #1: [0x55b3f1a0c0de]
""",
        clock="%Y-%m-%d %H:%M:%S.%L", exit_code=139,
    ),
    Looked(
        "dotnet-worker", "icu-missing", "LibraryMissing",
        "the slim image has no ICU and the runtime does not start without",
        indexed(1243705825, 23684893031),
        """Process terminated. Couldn't find a valid ICU package installed on the system. Please install libicu (or icu-libs) using your package manager and try again. Alternatively you can set the configuration flag System.Globalization.Invariant to true if you want to run with no globalization support. Please see https://aka.ms/dotnet-missing-libicu for more information.
   at System.Environment.FailFast(System.String)
   at System.Globalization.GlobalizationMode+Settings..cctor()
   at System.Globalization.CultureData.CreateCultureWithInvariantData()
   at System.Globalization.CultureInfo..cctor()
   at System.String.ToLowerInvariant()
""",
        exit_code=134,
    ),
    Looked(
        "spark-history-server", "s3a-class-missing", "LibraryMissing",
        "the event log directory is on S3 and the image has no hadoop-aws",
        indexed(13031093285, 38763586073),
        """
starting org.apache.spark.deploy.history.HistoryServer, logging to stdout
«» INFO HistoryServer: Started daemon with process name: 1@spark-history-0
«» INFO SignalUtils: Registering signal handler for TERM
«» WARN NativeCodeLoader: Unable to load native-hadoop library for your platform... using builtin-java classes where applicable
«» INFO SecurityManager: Changing view acls to: spark
«» INFO FsHistoryProvider: History server ui acls disabled; users with admin permissions: ; groups with admin permissions: 
Exception in thread "main" java.lang.RuntimeException: java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found
	at org.apache.hadoop.conf.Configuration.getClass(Configuration.java:2688)
	at org.apache.hadoop.fs.FileSystem.getFileSystemClass(FileSystem.java:3431)
	at org.apache.spark.deploy.history.FsHistoryProvider.<init>(FsHistoryProvider.scala:116)
	at org.apache.spark.deploy.history.HistoryServer.main(HistoryServer.scala)
Caused by: java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found
	at org.apache.hadoop.conf.Configuration.getClassByName(Configuration.java:2592)
	... 10 more
""",
        clock="%y/%m/%d %H:%M:%S",
    ),
    Looked(
        "terraform-runner", "provider-started-by-hand", "PluginHandshakeFailed",
        "the provider binary was built to be started by hand and prints prose instead of its handshake",
        indexed(8319339379, 3174806633, 29729114736),
        """
Initializing the backend...

Initializing provider plugins...
- Finding latest version of dell/redfish...
- Installed dell/redfish v1.2.0 (unauthenticated)

Terraform has been successfully initialized!
╷
│ Error: Could not load plugin
│ 
│ Failed to instantiate provider "registry.terraform.io/dell/redfish" to obtain
│ schema: Unrecognized remote plugin message: Provider started, to attach
│ Terraform set the TF_REATTACH_PROVIDERS env var:
│ 
│ This usually means
│   the plugin was not compiled for this architecture,
│   the plugin is missing dynamic-link libraries necessary to run,
│   the plugin is not executable by this process due to file permissions, or
│   the plugin failed to negotiate the initial go-plugin protocol handshake
╵
""",
    ),
    Looked(
        "terraform-runner", "provider-of-another-api", "PluginHandshakeFailed",
        "the provider speaks protocol 5 and the pinned Terraform only 4",
        indexed(53774474100, 390674638),
        """
Initializing the backend...
Initializing provider plugins...
- Using previously-installed hashicorp/aws v5.42.0

Terraform has been successfully initialized!

Error: Failed to instantiate provider "registry.terraform.io/hashicorp/aws" to obtain schema: Incompatible API version with plugin. Plugin version: 5, Client versions: [4]
""",
    ),
]  # fmt: skip

LINKERD = [
    Looked(
        "linkerd-proxy", "identity-after-two-tries", "Unknown",
        "the identity service is not there for the first tries; then the proxy is certified",
        indexed(4632216753, 1237127544) + " (the error's frame; the other lines from memory of the proxy)",
        """
time="«=b»" level=info msg="Found pre-existing key: /var/run/linkerd/identity/end-entity/key.p8"
[     0.001923s]  INFO ThreadId(01) linkerd2_proxy: release 2.218.0 (a1b2c3d) by linkerd on 2024-01-12T00:11:42Z
[     0.003011s]  INFO ThreadId(01) linkerd2_proxy: Admin interface on 0.0.0.0:4191
[     0.003020s]  INFO ThreadId(01) linkerd2_proxy: Inbound interface on 0.0.0.0:4143
[     0.107714s]  WARN ThreadId(02) identity:identity{server.addr=linkerd-identity-headless.linkerd.svc.cluster.local:8080}: linkerd_app_core::control: Failed to resolve control-plane component error=no record found for name: linkerd-identity-headless.linkerd.svc.cluster.local.
[     1.208812s] ERROR ThreadId(02) identity: linkerd_proxy_identity_client::certify: Failed to certify identity: grpc-status: Unavailable, grpc-message: "connection refused"
[     3.312204s] ERROR ThreadId(02) identity: linkerd_proxy_identity_client::certify: Failed to certify identity: grpc-status: Unavailable, grpc-message: "connection refused"
[     5.518830s]  INFO ThreadId(02) daemon:identity: linkerd_app: Certified identity id=default.shop.serviceaccount.identity.linkerd.cluster.local
""",
        clock=(ISO_US, ISO_S), exit_code=None,
    ),
]  # fmt: skip

VELERO = [
    Looked(
        "velero", "store-of-an-unknown-authority", "CertificateInvalid",
        "the object store's certificate is signed by a private authority that nobody configured",
        indexed(35263464025, 12414578992) + " (the frame; the TLS error in it is Go's)",
        VELERO_CHECK + """An error occurred: some backup storage locations are invalid: backup store for location "default" is invalid: rpc error: code = Unknown desc = RequestError: send request failed
caused by: Get "https://minio.backup.svc:9000/velero?delimiter=%2F&list-type=2&prefix=": x509: certificate signed by unknown authority
""",
        clock=ISO_S,
    ),
    Looked(
        "velero", "store-not-resolvable", "DependencyNotReady",
        "the object store's name does not exist yet",
        indexed(35263464025, 12414578992) + " (the frame; the network error in it is Go's)",
        VELERO_CHECK + """An error occurred: some backup storage locations are invalid: backup store for location "default" is invalid: rpc error: code = Unknown desc = RequestError: send request failed
caused by: Get "http://minio.backup.svc:9000/velero?delimiter=%2F&list-type=2&prefix=": dial tcp: lookup minio.backup.svc on 10.43.0.10:53: no such host
""",
        clock=ISO_S, captures={"host": "minio.backup.svc", "port": "9000"},
    ),
]  # fmt: skip

CALM = [
    Looked(
        "elasticsearch", "flood-stage-but-up", "Unknown",
        "the disk is almost full: indices turn read-only, the node goes on",
        indexed(34088342314, 4641099890),
        ES_START + ES_UP.lstrip("\n") + """[«»][INFO ][o.e.n.Node               ] [es-data-0] started
[«+30»][WARN ][o.e.c.r.a.DiskThresholdMonitor] [es-data-0] high disk watermark [90%] exceeded on [fT1nXc0VQ1mR4pZc8aWb1g][es-data-0][/usr/share/elasticsearch/data/nodes/0] free: 4.1gb[8.4%], shards will be relocated away from this node
[«+30»][WARN ][o.e.c.r.a.DiskThresholdMonitor] [es-data-0] flood stage disk watermark [95%] exceeded on [fT1nXc0VQ1mR4pZc8aWb1g][es-data-0][/usr/share/elasticsearch/data/nodes/0] free: 1.9gb[3.9%], all indices on this node will be marked read-only
[«+30»][WARN ][o.e.c.r.a.DiskThresholdMonitor] [es-data-0] flood stage disk watermark [95%] exceeded on [fT1nXc0VQ1mR4pZc8aWb1g][es-data-0][/usr/share/elasticsearch/data/nodes/0] free: 1.9gb[3.9%], all indices on this node will be marked read-only
[«+30»][INFO ][o.e.c.m.MetadataMappingService] [es-data-0] [logs-2026.04/9hLxT1c8R3] update_mapping [_doc]
""",
        clock=ES_CLOCK, exit_code=None,
    ),
    Looked(
        "elasticsearch", "killed-without-a-word", "Unknown",
        "exit 137 with reason Error and a calm log: nobody can tell who killed it",
        f"{GH}spujadas/elk-docker/issues/259, {GH}RD17/ambar/issues/214 (the start's lines)",
        ES_START + ES_UP.lstrip("\n") + """[«»][INFO ][o.e.n.Node               ] [es-data-0] started
[«+90»][INFO ][o.e.c.m.MetadataMappingService] [es-data-0] [logs-2026.04/9hLxT1c8R3] create_mapping [_doc]
[«+90»][INFO ][o.e.m.j.JvmGcMonitorService] [es-data-0] [gc][184] overhead, spent [251ms] collecting in the last [1s]
""",
        clock=ES_CLOCK, exit_code=137,
    ),
    Looked(
        "elasticsearch", "orderly-stop", "Unknown",
        "a rolling update stops the node in good order",
        f"{GH}RD17/ambar/issues/214, {GH}spujadas/elk-docker/issues/347",
        ES_START + ES_UP.lstrip("\n") + """[«»][INFO ][o.e.n.Node               ] [es-data-0] started
[«+900»][WARN ][o.e.t.TcpTransport       ] [es-data-0] exception caught on transport layer [Netty4TcpChannel{localAddress=/10.42.2.77:9300, remoteAddress=/10.42.3.9:41022, profile=default}], closing connection
java.io.IOException: Connection reset by peer
	at sun.nio.ch.SocketDispatcher.read0(Native Method) ~[?:?]
	at java.lang.Thread.run(Thread.java:1583) [?:?]
[«»][INFO ][o.e.n.Node               ] [es-data-0] stopping ...
[«»][INFO ][o.e.n.Node               ] [es-data-0] stopped
[«»][INFO ][o.e.n.Node               ] [es-data-0] closing ...
[«»][INFO ][o.e.n.Node               ] [es-data-0] closed
""",
        clock=ES_CLOCK, exit_code=143,
    ),
    Looked(
        "keycloak", "start-slower-than-its-probe", "ProbeKilled",
        "the build at start takes two minutes and the startup probe gives it one",
        f"{GH}vexxhost/atmosphere/issues/763 (the start's lines)",
        """
Updating the configuration and installing your custom providers, if any. Please wait.
«+41» INFO  [io.quarkus.deployment.QuarkusAugmentor] (main) Quarkus augmentation completed in 38804ms
«» INFO  [org.keycloak.quarkus.runtime.hostname.DefaultHostnameProvider] (main) Hostname settings: Base URL: <unset>, Hostname: id.example.net, Strict HTTPS: true
«+9» INFO  [org.infinispan.CLUSTER] (main) ISPN000078: Starting JGroups channel `ISPN`
«+8» INFO  [org.infinispan.CLUSTER] (main) ISPN000094: Received new cluster view for channel ISPN: [keycloak-0-20418|0] (1) [keycloak-0-20418]
""",
        clock=COMMA_MS, exit_code=143,
        pod=pod("keycloak", "quay.io/keycloak/keycloak:22.0.5", args=["start"],
                startupProbe={"httpGet": {"path": "/health/started", "port": 8080}, "periodSeconds": 10,
                              "failureThreshold": 6},
                status={"containerStatuses": [{
                    "name": "keycloak", "ready": False, "restartCount": 9, "image": "quay.io/keycloak/keycloak:22.0.5",
                    "imageID": "", "started": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {"exitCode": 143, "reason": "Error",
                                                 "startedAt": "2026-05-11T08:00:00Z",
                                                 "finishedAt": "2026-05-11T08:01:04Z"}}}]}),
    ),
    Looked(
        "kafka", "peers-refuse-then-elected", "Unknown",
        "a KRaft controller cannot reach its peers for some seconds, then a leader is elected",
        "recalled: Kafka in KRaft mode",
        """
«» INFO [RaftManager id=0] Completed transition to Unattached(epoch=12, voters=[0, 1, 2], electionTimeoutMs=1404) from null (org.apache.kafka.raft.QuorumState)
«» INFO [kafka-0-raft-outbound-request-thread]: Starting (org.apache.kafka.raft.KafkaNetworkChannel$SendThread)
""" + repeated(5, """
«+1» INFO [RaftManager id=0] Node 1 disconnected. (org.apache.kafka.clients.NetworkClient)
«» WARN [RaftManager id=0] Connection to node 1 (kafka-1.kafka/10.42.2.8:9093) could not be established. Node may not be available. (org.apache.kafka.clients.NetworkClient)
""") + """
«+1» INFO [RaftManager id=0] Completed transition to CandidateState(localId=0, epoch=13, retries=1, electionTimeoutMs=1812) (org.apache.kafka.raft.QuorumState)
«» INFO [RaftManager id=0] Completed transition to FollowerState(fetchTimeoutMs=2000, epoch=14, leaderId=2, voters=[0, 1, 2]) (org.apache.kafka.raft.QuorumState)
«» INFO [MetadataLoader id=0] initializeNewPublishers: The loader finished catching up to the current high water mark of 88121 (org.apache.kafka.image.loader.MetadataLoader)
«» INFO [BrokerServer id=0] Transition from STARTING to STARTED (kafka.server.BrokerServer)
«» INFO [KafkaRaftServer nodeId=0] Kafka Server started (kafka.server.KafkaRaftServer)
""".lstrip("\n"),
        clock="[%Y-%m-%d %H:%M:%S,%L]", exit_code=None,
    ),
    Looked(
        "ceph-mon", "elected-after-a-while", "Unknown",
        "the mon calls elections while a peer is away, and a quorum forms",
        f"{GH}rook/rook/issues/10110 (the electing lines; the quorum's from memory)",
        """
debug «» 7fa81a2e1700  0 starting mon.a rank 0 at public addrs [v2:10.104.30.140:3300/0,v1:10.104.30.140:6789/0] at bind addrs [v2:10.42.1.7:3300/0,v1:10.42.1.7:6789/0] mon_data /var/lib/ceph/mon/ceph-a fsid 5f0e7c12-90aa-4d6e-8a55-2b3c4d5e6f70
debug «» 7fa81a2e1700  0 mon.a@-1(probing) e16  my rank is now 0 (was -1)
""" + repeated(3, """
debug «+5» 7fa817adc700  0 log_channel(cluster) log [INF] : mon.a calling monitor election
debug «» 7fa817adc700  1 paxos.0).electionLogic(28#) init, last seen epoch 28#, mid-election, bumping
""") + """
debug «+5» 7fa817adc700  0 log_channel(cluster) log [INF] : mon.a is new leader, mons a,b in quorum (ranks 0,1)
debug «» 7fa817adc700  0 log_channel(cluster) log [DBG] : monmap e16: 3 mons at {a=[v2:10.104.30.140:3300/0,v1:10.104.30.140:6789/0]}
debug «» 7fa817adc700  0 log_channel(cluster) log [WRN] : Health check failed: 1/3 mons down, quorum a,b (MON_DOWN)
debug «+30» 7fa817adc700  0 log_channel(cluster) log [INF] : Health check cleared: MON_DOWN (was: 1/3 mons down, quorum a,b)
""".lstrip("\n"),
        clock="%Y-%m-%dT%H:%M:%S.%L+0000", exit_code=None,
    ),
    Looked(
        "cassandra", "gossips-with-itself", "Unknown",
        "no peer answers, but the node is its own seed and goes on",
        indexed(28206973355),
        """
INFO  [main] «» StorageService.java:651 - Unable to gossip with any peers but continuing anyway since node is in its own seed list
INFO  [main] «» StorageService.java:867 - Loading persisted ring state
INFO  [main] «» StorageService.java:1002 - Starting up server gossip
WARN  [main] «» SystemKeyspace.java:1112 - No host ID found, created 5f0e7c12-90aa-4d6e-8a55-2b3c4d5e6f70 (Note: This should happen exactly once per node).
INFO  [main] «+3» StorageService.java:1619 - JOINING: Finish joining ring
INFO  [main] «» CassandraDaemon.java:788 - Startup complete
INFO  [OptionalTasks:1] «+10» CassandraRoleManager.java:339 - Created default superuser role 'cassandra'
""",
        clock=COMMA_MS, exit_code=None,
    ),
    Looked(
        "argocd-application-controller", "killed-for-memory", "OutOfMemory",
        "a calm log; the status says OOMKilled",
        f"{GH}argoproj/argo-cd/issues/14822 (the log's form)",
        """
time="«»" level=info msg="ArgoCD Application Controller is starting" built="2024-05-28T18:43:13Z" commit=25f7504ecc198e7d7fdc055fdb83ae50eee5edd0 namespace=argocd version=v2.11.2+25f7504
time="«»" level=info msg="appResyncPeriod=3m0s, appHardResyncPeriod=0s, appResyncJitter=0s"
time="«»" level=info msg="Cluster https://10.43.0.1:443 has been assigned to shard 0"
""" + repeated(10, 'time="«+3»" level=info msg="Reconciliation completed" app-namespace=argocd application=shop-# dest-namespace=shop dest-server="https://10.43.0.1:443" time_ms=8#1\n'),
        clock=ISO_S, exit_code=137, reason="OOMKilled",
    ),
    Looked(
        "external-dns", "one-record-refused-and-goes-on", "Unknown",
        "one zone answers 403 and one record is refused; the loop goes on",
        "recalled: external-dns",
        """
time="«»" level=info msg="Instantiating new Kubernetes client"
time="«»" level=info msg="Using inCluster-config based on serviceaccount-token"
time="«»" level=info msg="Created Kubernetes client https://10.43.0.1:443"
""" + repeated(5, """
time="«+60»" level=error msg="Failed to do run once: soft error\\nrecords retrieval failed: failed to list hosted zones: AccessDenied: User is not authorized to perform: route53:ListHostedZones" consecutive=#
time="«+60»" level=info msg="All records are already up to date"
"""),
        clock=ISO_S, exit_code=None,
    ),
    Looked(
        "kube-controller", "unknown-flag", "ConfigurationInvalid",
        "the upgrade removed a flag that the manifest still passes",
        "recalled: Kubernetes components (cobra, klog)",
        """
I«» 1 flags.go:64] FLAG: --leader-elect="true"
Error: unknown flag: --pod-eviction-timeout
Usage:
  kube-controller-manager [flags]

Debugging flags:
      --contention-profiling   Enable block profiling, if profiling is enabled
      --profiling              Enable profiling via web interface host:port/debug/pprof/ (default true)

error: unknown flag: --pod-eviction-timeout
""",
        clock=KLOG,
    ),
]  # fmt: skip

DISK = [
    Looked(
        "prometheus", "volume-full", "DiskFull",
        "the write-ahead log cannot be opened on the full volume",
        "recalled: Prometheus",
        """
ts=«» caller=main.go:583 level=info msg="Starting Prometheus Server" mode=server version="(version=2.51.1, branch=HEAD, revision=855b5ac4b80956874eb1790a04c92327f2f99e38)"
ts=«» caller=web.go:568 level=info component=web msg="Start listening for connections" address=0.0.0.0:9090
ts=«» caller=main.go:1129 level=info msg="Starting TSDB ..."
ts=«» caller=head.go:616 level=info component=tsdb msg="Replaying on-disk memory mappable chunks if any"
ts=«» caller=db.go:1001 level=warn component=tsdb msg="Encountered WAL read error, attempting repair" err="unexpected gap to last checkpoint"
ts=«» caller=main.go:998 level=info msg="Stopping scrape discovery manager..."
ts=«» caller=main.go:1258 level=info msg="Notifier manager stopped"
ts=«» caller=main.go:1267 level=error err="opening storage failed: repair corrupted WAL: write /prometheus/wal/00000123: no space left on device"
""",
        clock="%Y-%m-%dT%H:%M:%S.%LZ",
    ),
    Looked(
        "loki", "volume-full", "DiskFull",
        "the ingester cannot write its WAL segment",
        "recalled: Loki",
        """
level=info ts=«» caller=main.go:108 msg="Starting Loki" version="(version=2.9.10, branch=HEAD, revision=7664eda07b)"
level=info ts=«» caller=ingester.go:431 msg="recovering from checkpoint"
level=info ts=«» caller=checkpoint.go:611 msg="starting checkpoint"
level=error ts=«» caller=checkpoint.go:612 msg="error checkpointing series" err="write /var/loki/wal/checkpoint.000412.tmp/00000000: no space left on device"
level=error ts=«» caller=log.go:230 msg="error running loki" err="failed services\\ngithub.com/grafana/loki/pkg/loki.(*Loki).Run\\n\\t/src/loki/pkg/loki/loki.go:505: write /var/loki/wal/00000413: no space left on device"
""",
        clock=ISO_MS,
    ),
]  # fmt: skip

CASES = [*SOCKETS, *MEMORY, *CRASHES, *LINKERD, *VELERO, *CALM, *DISK]
