"""Addresses in use in many programs' words, values that fell back to a default, and loops that a supervisor hides."""

# ruff: noqa: E501, W291 - the logs are as they are
from __future__ import annotations

from ..recorder import pod
from . import (
    COMMA_MS,
    GH,
    GO_LOG,
    ISO_MS,
    ISO_S,
    KLOG,
    RECALLED,
    SECONDS,
    Looked,
    indexed,
    repeated,
)

S6_V2 = """
[s6-init] making user provided files available at /var/run/s6/etc...exited 0.
[s6-init] ensuring user provided files have correct perms...exited 0.
[fix-attrs.d] applying ownership & permissions fixes...
[fix-attrs.d] done.
[cont-init.d] executing container initialization scripts...
[cont-init.d] 01-config.sh: executing... 
[cont-init.d] 01-config.sh: exited 0.
[cont-init.d] done.
[services.d] starting services
[services.d] done.
"""
S6_V3 = """
s6-rc: info: service s6rc-oneshot-runner: starting
s6-rc: info: service s6rc-oneshot-runner successfully started
s6-rc: info: service fix-attrs: starting
s6-rc: info: service fix-attrs successfully started
s6-rc: info: service legacy-services: starting
s6-rc: info: service legacy-services successfully started
"""
LINUXSERVER = """
[migrations] started
[migrations] no migrations found
───────────────────────────────────────
User UID:    911
User GID:    911
───────────────────────────────────────
[custom-init] No custom files found, skipping...
[ls.io-init] done.
"""
SUPERVISORD = """
«» CRIT Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.
«» INFO supervisord started with pid 1
"""


def kept(name: str, mount: str, host_path: str = "", **spec: object) -> dict[str, object]:
    """A pod with one volume at that place: the node's, or an emptyDir."""
    volume = {"hostPath": {"path": host_path}} if host_path else {"emptyDir": {}}
    return pod(name, f"registry.example.net/{name}:1",
               volumeMounts=[{"name": "run", "mountPath": mount}], volumes=[{"name": "run", **volume}], **spec)  # fmt: skip


def on_the_node(name: str, **spec: object) -> dict[str, object]:
    return pod(name, f"registry.example.net/{name}:1", hostNetwork=True, **spec)


SOCKETS = [
    Looked(
        "csi-retriever", "socket-left-in-emptydir", "StaleUnixSocket",
        "the node went down; the socket stays on the emptyDir that the containers share",
        f"{GH}dell/csm/issues/987",
        """
time="«»" level=info msg="retriever starting"
time="«»" level=fatal msg="failed to listen" error="listen unix /var/run/csi/retriever.sock: bind: address already in use"
""",
        clock=ISO_S, pod=kept("csi-retriever", "/var/run/csi"),
    ),
    Looked(
        "gpu-plugin", "device-plugin-socket-left-behind", "StaleUnixSocket",
        "the second of its sockets below the kubelet's directory is still there",
        f"{GH}intel/intel-device-plugins-for-kubernetes/issues/1370",
        """
I«»       1 gpu_plugin.go:403] GPU device plugin started with none preferred allocation policy
I«»       1 gpu_plugin.go:248] GPU scan update: 0->8 'card' resources found
E«»       1 manager.go:146] Failed to serve gpu.example.com/card: listen unix /var/lib/kubelet/device-plugins/gpu.example.com-card.sock: bind: address already in use
Failed to listen to plugin socket
""",
        clock=KLOG, pod=kept("gpu-plugin", "/var/lib/kubelet/device-plugins", "/var/lib/kubelet/device-plugins"),
    ),
    Looked(
        "pgpool", "socket-in-a-line-of-its-own", "StaleUnixSocket",
        "one line has the path, the next one the reason",
        f"{GH}paunin/PostDock/pull/245",
        """
«»: pid 1: LOG:  Setting up socket for 0.0.0.0:5432
«»: pid 1: FATAL:  failed to bind a socket: "/var/run/postgresql/.s.PGSQL.5432"
«»: pid 1: DETAIL:  bind socket failed with error: "Address already in use"
""",
        clock=SECONDS, exit_code=3, pod=kept("pgpool", "/var/run/postgresql"),
    ),
    Looked(
        "docker-plugin-twisted", "twisted-cannot-listen", "StaleUnixSocket",
        "twisted writes `any:` before a socket's path as before a port",
        f"{GH}ClusterHQ/flocker-docker-plugin/issues/12",
        """
«» [-] twistd 22.10.0 (/usr/bin/python 3.11.2) starting up.
«» [-] Traceback (most recent call last):
«» [-]   File "/usr/lib/python3/dist-packages/twisted/internet/unix.py", line 402, in startListening
«» [-]     raise error.CannotListenError(None, self.port, le)
«» [-] twisted.internet.error.CannotListenError: Couldn't listen on any:/run/docker/plugins/vol.sock: [Errno 98] Address already in use.
""",
        clock="%Y-%m-%dT%H:%M:%S+0000", pod=kept("docker-plugin-twisted", "/run/docker/plugins", "/run/docker/plugins"),
    ),
    Looked(
        "routerd", "another-daemon-on-path", "StaleUnixSocket",
        "it tries to connect first and believes that another one is alive",
        indexed(69127341565, 59143933529),
        """
time=«» level=INFO msg="routerd starting"
time=«» level=ERROR msg="start failed" err="another routerd daemon is already active on /run/routerd/routerd.sock"
""",
        clock=ISO_MS, pod=kept("routerd", "/run/routerd"),
    ),
    Looked(
        "peer-daemon", "another-instance-on-this-socket-exit-0", "StaleUnixSocket",
        "no path, no errno, and it ends with 0; the arguments name the socket",
        indexed(59143933529),
        """
«»  INFO peer_daemon: starting 0.3.1
«» ERROR peer_daemon: another peer-daemon instance is already listening on this socket; exiting error_code="duplicate_service_instance"
""",
        exit_code=0, pod=kept("peer-daemon", "/run/peer", "/run/peer", args=["--socket", "/run/peer/peer.sock"]),
    ),
    Looked(
        "fail2ban", "socket-exists-but-no-server", "StaleUnixSocket",
        "the control socket of the killed server is on the volume",
        f"{GH}SuperITMan/docker-fail2ban/pull/3",
        """
«» fail2ban.server         [1]: INFO    Starting Fail2ban v0.11.2
«» fail2ban.server         [1]: ERROR   Fail2ban seems to be in unexpected state (not running but the socket exists)
""",
        clock=COMMA_MS, exit_code=255, pod=kept("fail2ban", "/var/run/fail2ban", args=["-s", "/var/run/fail2ban/fail2ban.sock"]),
    ),
    Looked(
        "c-daemon", "perror-with-a-socket-in-the-spec", "StaleUnixSocket",
        "perror() says no more than the errno; the command names the socket on a hostPath",
        RECALLED + "perror(3)",
        """
metricd: loading /etc/metricd.conf
bind: Address already in use
""",
        pod=kept("c-daemon", "/run/metricd", "/run/metricd", command=["/usr/sbin/metricd", "-s", "/run/metricd/metricd.sock"]),
    ),
    Looked(
        "c-daemon", "perror-and-nothing-else", "AddressInUse",
        "perror() says no more than the errno, and there is no spec",
        RECALLED + "perror(3)",
        """
metricd: loading /etc/metricd.conf
bind: Address already in use
""",
    ),
    Looked(
        "c-daemon", "perror-shared-network-and-volume", "AddressInUse",
        "a volume that can hold a socket and the node's ports: neither can be ruled out",
        RECALLED + "perror(3)",
        """
metricd: loading /etc/metricd.conf
bind: Address already in use
""",
        pod=kept("c-daemon", "/run/metricd", "/run/metricd", hostNetwork=True),
    ),
    Looked(
        "zig-server", "error-name-only", "AddressInUse",
        "Zig names the error and a line of source, no address",
        RECALLED + "Zig's error return traces",
        """
info(server): 0.4 starting
error: AddressInUse
/src/net.zig:88:9: 0x2a3f in bind (srv)
""",
    ),
    Looked(
        "haskell-api", "resource-busy", "AddressInUse",
        "Haskell calls it `resource busy`",
        RECALLED + "GHC's IOException",
        "api: Network.Socket.bind: resource busy (Address already in use)\n",
    ),
    Looked(
        "ocaml-api", "unix-error", "AddressInUse",
        "the exception has the call and no argument",
        RECALLED + "OCaml's Unix.Unix_error",
        'Fatal error: exception Unix.Unix_error(Unix.EADDRINUSE, "bind", "")\n',
        exit_code=2,
    ),
    Looked(
        "grpc-python", "unix-address-without-a-reason", "StaleUnixSocket",
        "gRPC names the address and no reason; the path lies on the emptyDir",
        RECALLED + "grpcio",
        """
E«»       1 unix_sockets_posix.cc:52] No address added out of total 1 resolved for 'unix:///run/plugin/plugin.sock'
RuntimeError: Failed to bind to address unix:///run/plugin/plugin.sock; set GRPC_VERBOSITY=debug environment variable to see detailed error message.
""",
        clock=KLOG, pod=kept("grpc-python", "/run/plugin"),
    ),
    Looked(
        "ovsdb-server", "binding-failed", "StaleUnixSocket",
        "Open vSwitch's log fields, then the path",
        RECALLED + "Open vSwitch",
        """
«»|00001|vlog|INFO|opened log file /var/log/openvswitch/ovsdb-server.log
«»|00002|stream_unix|ERR|/var/run/openvswitch/db.sock: binding failed: Address already in use
ovsdb-server: /var/run/openvswitch/db.sock: listen failed: Address already in use
""",
        clock=ISO_MS, pod=kept("ovsdb-server", "/var/run/openvswitch", "/run/openvswitch"),
    ),
    Looked(
        "rust-agent", "panic-with-a-socket-option", "StaleUnixSocket",
        "the panic has no address; the option before the path says that it is a socket",
        RECALLED + "Rust's Result::unwrap",
        """
thread 'main' panicked at src/main.rs:31:48:
called `Result::unwrap()` on an `Err` value: Os { code: 98, kind: AddrInUse, message: "Address already in use" }
""",
        exit_code=101, pod=kept("rust-agent", "/run/agent", "/run/agent", args=["--socket", "/run/agent/ctl"]),
        captures={"path": "/run/agent/ctl"},
    ),
    Looked(
        "daemon-cleans-up", "stale-socket-removed-at-start", "Unknown",
        "healthy: it finds the old socket, removes it and listens",
        RECALLED + "a Go daemon",
        """
«» socket /run/ctl/ctl.sock already exists, removing stale socket
«» listening on unix:///run/ctl/ctl.sock
«+40» client connected
""",
        clock=GO_LOG, exit_code=None, pod=kept("daemon-cleans-up", "/run/ctl"),
    ),
]  # fmt: skip

PORTS = [
    Looked(
        "weave-npc", "metrics-port-on-the-node", "PortConflict",
        "an older copy of the DaemonSet still runs on the node",
        f"{GH}weaveworks/weave/issues/3040",
        """
INFO: «» Starting Weaveworks NPC 2.8.1; node name "worker-3"
INFO: «» Serving /metrics on :6781
FATA: «» Failed to bind metrics server: listen tcp :6781: bind: address already in use
""",
        clock="%Y/%m/%d %H:%M:%S.%f", pod=on_the_node("weave-npc"),
    ),
    Looked(
        "kafka", "jmx-port-in-use", "PortConflict",
        "broker and exporter of one pod both want the JMX port",
        f"{GH}bitnami/charts/issues/12917",
        """
Error: JMX connector server communication error: service:jmx:rmi://kafka-0:5559
jdk.internal.agent.AgentConfigurationError: java.rmi.server.ExportException: Port already in use: 5559; nested exception is: 
	java.net.BindException: Address already in use
	at jdk.management.agent/sun.management.jmxremote.ConnectorBootstrap.exportMBeanServer(ConnectorBootstrap.java:843)
""",
    ),
    Looked(
        "syslog-ng", "inet-source-in-use", "PortConflict",
        "the address is written as AF_INET(host:port)",
        f"{GH}phusion/baseimage-docker/issues/128",
        """
[«»] syslog-ng starting up; version='3.38.1'
[«»] Error binding socket; addr='AF_INET(0.0.0.0:6514)', error='Address already in use (98)'
[«»] Error initializing message pipeline;
""",
        clock="%Y-%m-%dT%H:%M:%S.%f", exit_code=2,
    ),
    Looked(
        "bun-api", "is-port-in-use", "PortConflict",
        "bun asks a question, and errno is 0",
        RECALLED + "bun",
        """
1 | Bun.serve({ port: 3000, fetch });
    ^
error: Failed to start server. Is port 3000 in use?
 syscall: "listen",
   errno: 0,
    code: "EADDRINUSE"
""",
    ),
    Looked(
        "crystal-api", "could-not-bind", "PortConflict",
        "Crystal's Socket::BindError on musl",
        RECALLED + "Crystal's standard library",
        """
Unhandled exception: Could not bind to '0.0.0.0:3000': Address in use (Socket::BindError)
  from /usr/share/crystal/src/socket/tcp_server.cr:45:7 in 'initialize'
""",
    ),
    Looked(
        "dart-api", "server-socket", "PortConflict",
        "address and port come after the OS error",
        RECALLED + "dart:io",
        """
Unhandled exception:
SocketException: Failed to create server socket (OS Error: Address already in use, errno = 98), address = 0.0.0.0, port = 8080
#0      _NativeSocket.bind (dart:io-patch/socket_patch.dart:1171:7)
""",
        exit_code=255,
    ),
    Looked(
        "http-listener", "dotnet-http-listener", "PortConflict",
        "HttpListener is always about a port and never names it",
        RECALLED + "System.Net.HttpListener",
        """
Unhandled exception. System.Net.HttpListenerException (98): Address already in use
   at System.Net.HttpEndPointManager.GetEPListener(String host, Int32 port, HttpListener listener, Boolean secure)
   at System.Net.HttpListener.Start()
""",
        exit_code=134,
    ),
    Looked(
        "java-in-chinese", "localised-errno", "PortConflict",
        "strerror() speaks the locale's language; the trace goes through ServerSocket",
        RECALLED + "OpenJDK 8 under zh_CN",
        """
Exception in thread "main" java.net.BindException: 地址已在使用 (Bind failed)
	at java.net.PlainSocketImpl.socketBind(Native Method)
	at java.net.ServerSocket.bind(ServerSocket.java:387)
""",
    ),
    Looked(
        "wildfly", "listener-called-default", "PortConflict",
        "the listener's name is `default`, which is no fallback",
        RECALLED + "WildFly",
        """
«» ERROR [org.jboss.msc.service.fail] (MSC service thread 1-2) MSC000001: Failed to start service org.wildfly.undertow.listener.default: org.jboss.msc.service.StartException in service org.wildfly.undertow.listener.default: Address already in use /0.0.0.0:8080
«» ERROR [org.jboss.as] (Controller Boot Thread) WFLYSRV0026: WildFly 30 started (with errors) in 3210ms
""",
        clock="%H:%M:%S,%L",
    ),
    Looked(
        "report-tool", "port-without-a-number", "PortConflict",
        "only the word port, and a guess about another instance",
        indexed(32455898183, 70127607863),
        "Couldn't start server: port is already in use (is another instance running?)\n",
        exit_code=255,
    ),
    Looked(
        "minecraft", "jmx-name-is-not-this-host", "ConfigurationInvalid",
        "RMI's wrapper says `already in use`; the errno says that the address is none of this host's",
        f"{GH}itzg/docker-minecraft-server/issues/786",
        """
[init] Starting the Minecraft server...
Error: JMX connector server communication error: service:jmx:rmi://mc.example.net:7091
sun.management.AgentConfigurationError: java.rmi.server.ExportException: Port already in use: 7091; nested exception is: 
	java.net.BindException: Address not available (Bind failed)
	at sun.management.jmxremote.ConnectorBootstrap.exportMBeanServer(ConnectorBootstrap.java:800)
""",
    ),
    Looked(
        "flags-client", "fallback-beside-a-busy-port", "PortConflict",
        "the flags fell back to defaults, which has nothing to do with the port that is taken",
        RECALLED + "a Go service",
        """
«» WARN  feature flags: could not reach flags.platform.svc:8080 (timeout), using built-in defaults
«» INFO  http: starting on :8443
«» FATAL listen tcp :8443: bind: address already in use
""",
        clock=SECONDS, pod=on_the_node("flags-client"),
    ),
]  # fmt: skip

CLUSTERS = [
    Looked(
        "rqlite", "old-addresses", "NoLeader",
        "both voters moved to new addresses together",
        f"{GH}rqlite/rqlite/issues/818",
        """
[rqlited] «» rqlited starting, version v6.10.2
[raft] «» [INFO]  raft: initial configuration: index=3 servers="[{Suffrage:Voter ID:rq-0 Address:10.1.4.12:4002} {Suffrage:Voter ID:rq-1 Address:10.1.7.9:4002}]"
[raft] «+2» [WARN]  raft: heartbeat timeout reached, starting election: last-leader=
[raft] «» [ERROR] raft: failed to make requestVote RPC: target="{Voter rq-1 10.1.7.9:4002}" error="dial tcp 10.1.7.9:4002: i/o timeout"
[raft] «+8» [WARN]  raft: Election timeout reached, restarting election
[rqlited] «+100» failed to open store: leader not established within timeout (120s)
""",
        clock=GO_LOG,
    ),
    Looked(
        "typesense", "refuses-to-reset-peers", "NoLeader",
        "the pods' addresses changed, nobody may reset the peers",
        f"{GH}akyriako/typesense-operator/pull/235",
        "I«»    17 raft_server.cpp:127] Starting raft service on 10.2.0.31:8107\n" + repeated(5, """
E«+10»    22 raft_server.cpp:762] Multi-node with no leader: refusing to reset peers.
"""),
        clock=KLOG, exit_code=137,
    ),
    Looked(
        "dgraph-zero", "drops-messages-without-a-leader", "NoLeader",
        "etcd's raft library drops what it cannot send to a leader",
        f"{GH}dgraph-io/dgraph/issues/2024",
        "I«»       1 run.go:285] Starting Zero\n" + repeated(4, """
I«+4»       1 raft.go:1070] INFO: 1 no leader at term 7; dropping index reading msg
"""),
        clock=KLOG, exit_code=137,
    ),
    Looked(
        "scheduler-agent", "monitors-and-never-leads", "NoLeader",
        "no word of a failure at level info; the probe asks for the leader and kills",
        RECALLED + "hashicorp/raft behind a scheduler",
        """
time="«»" level=info msg="scheduler: starting" version=4.0 node=sched-7d9c
time="«»" level=info msg="agent: monitoring leadership"
time="«»" level=info msg="api: Running HTTP server" address=":8080"
""",
        clock=ISO_S, exit_code=137,
        pod=pod("scheduler-agent", "registry.example.net/scheduler:4.0",
                livenessProbe={"httpGet": {"path": "/v1/leader", "port": 8080}, "initialDelaySeconds": 10}),
    ),
    Looked(
        "rabbitmq", "khepri-leader-awaited", "NoLeader",
        "the metadata store waits for its leader until the boot is given up",
        RECALLED + "RabbitMQ 4",
        """
«» [info] <0.230.0> Waiting for Khepri leader for 30000 ms, 9 retries left
«+300» [error] <0.230.0> Failed to wait for Khepri leader: timeout_waiting_for_leader
«» [error] <0.230.0> BOOT FAILED
""",
        clock="%Y-%m-%d %H:%M:%S.%f+00:00",
    ),
    Looked(
        "kafka", "kraft-without-a-leader", "NoLeader",
        "one epoch after the other without a leader, all at level info",
        f"{GH}sentry-kubernetes/charts/issues/1605",
        repeated(5, """
[«+1»] INFO [RaftManager id=0] Completed transition to Unattached(epoch=453#, voters=[0, 1, 2], electionTimeoutMs=1109) (org.apache.kafka.raft.QuorumState)
[«»] INFO [QuorumController id=0] In the new epoch 453#, the leader is (none). (org.apache.kafka.controller.QuorumController)
"""),
        clock=COMMA_MS, exit_code=137,
    ),
    Looked(
        "metric-provider-host", "plugin-socket-refused", "PluginHandshakeFailed",
        "what is refused is the plugin's own socket in /tmp",
        f"{GH}jaegertracing/jaeger-clickhouse/issues/99",
        """
time="«»" level=info msg="starting plugin" path=/plugins/metric-provider
time="«+5»" level=error msg="unable to dial plugin" error="connection error: desc = \\"transport: error while dialing: dial unix /tmp/plugin2993401823: connect: connection refused\\""
time="«»" level=fatal msg="cannot run without metric provider"
""",
        clock=ISO_S,
    ),
]  # fmt: skip

FALLBACKS = [
    Looked(
        "vector-store", "default-dimension", "SilentFallback",
        "the embedder was not up; the default dimension does not fit the stored collection",
        indexed(66450132746),
        """
«»  INFO VectorStoreConfig : resolving embedding dimension
«+2»  WARN VectorStoreConfig : Provider unreachable, using default embedding dimension 1536: I/O error on GET request for "http://embedder:8081/info": Connection refused
«» ERROR VectorStore : collection docs has dimension 768, configured 1536, refusing to start
""",
    ),
    Looked(
        "gateway-sync", "default-port-of-the-control-plane", "SilentFallback",
        "the port could not be read, the default is written, the check asks the right one",
        RECALLED + "a sync script in Python",
        """
«» INFO  gateway-sync: asking control plane for listener port
«+5» WARNING gateway-sync: could not read listener port from control-plane (HTTPConnectionPool(host='control-plane', port=9000): Max retries exceeded), using default 9090
«» INFO  gateway-sync: wrote /etc/gw/listen.conf port=9090
«+60» ERROR gateway-sync: self check on :9000 failed 3 times, exiting
""",
        clock=COMMA_MS,
    ),
    Looked(
        "teacher-app", "invalid-port-then-refused", "DependencyNotReady",
        "a default for an invalid variable is no fallback of a dependency; the database is down",
        indexed(31425310920, 29163803115),
        """
Invalid PORT value: undefined
Falling back to default port 10000
Error: connect ECONNREFUSED 10.3.3.3:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)
""",
    ),
]  # fmt: skip

MASKED = [
    Looked(
        "pure-ftpd", "port-taken-under-s6", "PortConflict",
        "s6 v2 restarts in silence, the server's line comes every second",
        f"{GH}crazy-max/docker-pure-ftpd/issues/6",
        S6_V2 + "421 Unable to start a standalone server: [Address already in use]\n" * 6,
        exit_code=None, masked="s6", pod=on_the_node("pure-ftpd"),
    ),
    Looked(
        "home-assistant-addon", "segfault-under-s6", "SegmentationFault",
        "the finish script tells the signal",
        f"{GH}home-assistant/addons/issues/3886",
        S6_V3 + repeated(5, "[«+1»] INFO: Service exited with code 256 (by signal 11)\n"),
        clock="%H:%M:%S", exit_code=None, masked="s6",
    ),
    Looked(
        "home-assistant-addon", "orderly-stop-under-s6", "Unknown",
        "the add-on is stopped; its service ends with 0 on the way",
        f"{GH}dmslabsbr/hoymiles/pull/165",
        S6_V3 + """
s6-rc: info: service legacy-services: stopping
s6-rc: info: service legacy-services successfully stopped
[«»] INFO: Service solar exited with code 0 (by signal 0)
[«»] INFO: Service solar restarting...
s6-rc: info: service solar successfully stopped
s6-rc: info: service fix-attrs successfully stopped
""".lstrip("\n"),
        clock="%H:%M:%S", exit_code=0,
    ),
    Looked(
        "swag", "ports-taken-under-s6", "PortConflict",
        "linuxserver's image: its banner, then nginx again and again",
        RECALLED + "linuxserver.io images",
        LINUXSERVER + repeated(4, """
nginx: [emerg] bind() to 0.0.0.0:443 failed (98: Address already in use)
nginx: [emerg] still could not bind()
"""),
        exit_code=None, masked="s6", pod=on_the_node("swag"),
    ),
    Looked(
        "cups-printserver", "program-missing-under-s6", "ExecutableMissing",
        "tiredofit's images count their starts",
        f"{GH}tiredofit/docker-debian/issues/34",
        repeated(4, """
«» [STARTING] /etc/services.available/10-cupsd/run ** [cupsd] [#] Starting cupsd
./run: line 16: exec: /usr/sbin/cupsd: not found
"""),
        clock="%Y-%m-%d.%H:%M:%S", exit_code=None, masked="s6",
    ),
    Looked(
        "readsb", "init-script-fails-under-s6", "ConfigurationMissing",
        "the container itself starts again each time: nothing is hidden",
        f"{GH}mikenye/docker-readsb/issues/1",
        repeated(3, """
[s6-init] making user provided files available at /var/run/s6/etc...exited 0.
[cont-init.d] executing container initialization scripts...
[cont-init.d] 10-env: executing... 
ERROR: required environment variable LAT is not set
[cont-init.d] 10-env: exited 1.
[s6-finish] waiting for services.
"""),
    ),
    Looked(
        "passenger", "secret-missing-under-runit", "ConfigurationMissing",
        "phusion's my_init boots runit, which restarts in silence",
        f"{GH}phusion/passenger-docker/issues/165",
        """
*** Running /etc/rc.local...
*** Booting runit daemon...
*** Runit started as PID 21
""" + repeated(4, """
/home/app/webapp/config/environments/production.rb:12:in `fetch': key not found: "SECRET_KEY_BASE" (KeyError)
	from /home/app/webapp/config/environments/production.rb:12:in `block in <main>'
"""),
        exit_code=None, masked="runit",
    ),
    Looked(
        "gitlab", "redis-may-not-write-under-runit", "PermissionDenied",
        "the omnibus image shows runit's log files, with their names between",
        f"{GH}sameersbn/docker-gitlab/issues/1719",
        "Preparing services...\nStarting services...\n" + repeated(4, """
==> /var/log/gitlab/redis/current <==
«=»_«+1» 2#:C # Redis is starting
«=»_«» 2#:M # Can't open the append-only file: Permission denied
"""),
        clock="%Y-%m-%d", exit_code=None, masked="runit",
    ),
    Looked(
        "php-app", "fpm-given-up-on-by-supervisord", "ConfigurationInvalid",
        "nginx beside it lives, php-fpm is given up on",
        f"{GH}Supervisor/supervisor/issues/987",
        SUPERVISORD + "«» INFO spawned: 'nginx' with pid 15\n" + repeated(3, """
«+1» INFO spawned: 'php-fpm' with pid 16#
[02-Mar-2026 10:00:0#] ERROR: [/etc/php/fpm/pool.d/www.conf:24] unknown entry 'pm.max_childs'
[02-Mar-2026 10:00:0#] ERROR: FPM initialization failed
«» INFO exited: php-fpm (exit status 78; not expected)
""") + """
«» INFO gave up: php-fpm entered FATAL state, too many start retries too quickly
«» INFO success: nginx entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
""".lstrip("\n"),
        clock=COMMA_MS, exit_code=None, masked="supervisord",
    ),
    Looked(
        "php-app", "one-restart-under-supervisord", "Unknown",
        "the web process failed once, runs since and serves",
        f"{GH}sameersbn/docker-gitlab/issues/384",
        SUPERVISORD + """
«» INFO spawned: 'web' with pid 27
«+2» INFO exited: web (exit status 1; not expected)
«» INFO spawned: 'web' with pid 28
«+1» INFO success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
web: listening on 0.0.0.0:8080
""".lstrip("\n"),
        clock=COMMA_MS, exit_code=None,
    ),
    Looked(
        "jobs-container", "jobs-end-in-order-under-supervisord", "Unknown",
        "two jobs end with 0 as they should",
        f"{GH}Supervisor/supervisor/issues/916",
        SUPERVISORD + """
«» INFO spawned: 'migrate' with pid 8
«» INFO spawned: 'seed' with pid 9
«» INFO spawned: 'web' with pid 10
«+1» INFO exited: migrate (exit status 0; expected)
«» INFO exited: seed (exit status 0; expected)
«» INFO success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
""".lstrip("\n"),
        clock=COMMA_MS, exit_code=None,
    ),
    Looked(
        "logon-tracer", "database-away-under-supervisord", "DependencyNotReady",
        "it lives 45 s each time, so supervisord calls every start a success",
        f"{GH}JPCERTCC/LogonTracer/issues/74",
        SUPERVISORD + repeated(4, """
«+1» INFO spawned: 'tracer' with pid 26#
«+1» INFO success: tracer entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
[!] Can't connect Neo4j Database: ('neo4j.lab.svc', 7474): Connection refused
«+44» INFO exited: tracer (exit status 1; not expected)
"""),
        clock=COMMA_MS, exit_code=None, masked="supervisord",
    ),
    Looked(
        "pm2-app", "old-format-module-missing", "LibraryMissing",
        "pm2's words before version 3, up to its last ones",
        f"{GH}Unitech/pm2/issues/1089",
        repeated(4, """
«»: Starting execution sequence in -fork mode- for app name:shop id:0
«»: App name:shop id:0 online
Error: Cannot find module 'koa'
Require stack:
- /srv/shop/lib/http.js
- /srv/shop/index.js
«»: App name:shop id:0 exited with code 1
""") + '«»: Script /srv/shop/index.js had too many unstable restarts (15). Stopped. "errored"\n',
        clock=SECONDS, exit_code=None, masked="pm2",
    ),
    Looked(
        "uwsgi-emperor", "vassal-lacks-a-module", "LibraryMissing",
        "the emperor curses its vassal and starts it again",
        RECALLED + "uWSGI's emperor",
        "*** starting uWSGI Emperor ***\n" + repeated(3, """
[uWSGI] getting INI configuration from /etc/uwsgi/vassals/site.ini
ModuleNotFoundError: No module named 'wagtail'
unable to load app 0 (mountpoint='') (callable not found or import error)
[emperor] curse the uwsgi instance site.ini (pid: 1#)
[emperor] removed uwsgi instance site.ini
"""),
        exit_code=None, masked="uwsgi",
    ),
    Looked(
        "django-dev", "module-missing-under-the-reloader", "LibraryMissing",
        "runserver's reloader waits for a changed file, for ever",
        f"{GH}jazzband/django-constance/issues/419",
        """
Watching for file changes with StatReloader
Performing system checks...

Exception in thread django-main-thread:
Traceback (most recent call last):
  File "/usr/local/lib/python3.11/threading.py", line 1038, in _bootstrap_inner
    self.run()
  File "/srv/shop/urls.py", line 4, in <module>
    from rest_framework import routers
ModuleNotFoundError: No module named 'rest_framework'
""",
        exit_code=None, masked="watchdog",
    ),
    Looked(
        "crashplan", "ends-without-a-word-under-s6", "Unknown",
        "nothing but the start of the service, again and again",
        f"{GH}jlesage/docker-crashplan/issues/3",
        S6_V2 + "[Engine] starting...\n" * 20,
        exit_code=None, masked="s6",
    ),
    Looked(
        "shell-until", "login-refused-in-a-shell-loop", "AuthenticationFailed",
        "the loop that everybody copies: until it ends with 0, say so and start again",
        indexed(36315628289, 15579704429, 43432697564),
        repeated(3, """
«» connecting to amqp://jobs@rabbit:5672/
«» dial: Exception (403) Reason: "username or password not allowed"
Server './jobs' crashed with exit code 1.  Respawning..
"""),
        clock=GO_LOG, exit_code=None, masked="shell",
    ),
    Looked(
        "shell-silent", "port-taken-in-a-silent-shell-loop", "PortConflict",
        "the loop says nothing at all; the command shows it",
        RECALLED + "while true in a container's command",
        "listen tcp 0.0.0.0:9000: bind: address already in use\n" * 4,
        exit_code=None, masked="shell",
        pod=pod("shell-silent", "registry.example.net/srv:1", command=["/bin/bash", "-c", "while true; do /app/srv; sleep 2; done"]),
    ),
    Looked(
        "bot-runner", "relaunched-by-a-python-watchdog", "ApplicationError",
        "the watchdog logs with Python's default format",
        indexed(11977259758),
        repeated(3, """
INFO:root:Starting bot
Traceback (most recent call last):
  File "/srv/bot.py", line 88, in main
    self.frames.pop()
IndexError: pop from empty list
WARNING:root:Bot exited with code 1. Relaunching in 5s...
"""),
        exit_code=None, masked="watchdog",
    ),
    Looked(
        "node-cluster", "workers-forked-anew", "ConfigurationMissing",
        "the primary process of node's cluster module forks a new worker for every dead one",
        RECALLED + "node's cluster documentation",
        repeated(3, """
Error: JWT_SECRET must be set
    at Object.<anonymous> (/app/config.js:9:9)
Master: worker 4# died (code: 1, signal: null). Forking a new one...
"""),
        exit_code=None, masked="watchdog",
    ),
    Looked(
        "autoheal", "restarts-other-containers", "Unknown",
        "healthy: what it restarts is not its own",
        f"{GH}willfarrell/docker-autoheal/issues/1",
        "Monitoring containers for unhealthy status\n" + repeated(3, """
«+25» Container ba92a3723643 found to be unhealthy. Restarting container ...
"""),
        clock="%d-%m-%Y %H:%M:%S", exit_code=None,
    ),
]  # fmt: skip

CASES = [*SOCKETS, *PORTS, *CLUSTERS, *FALLBACKS, *MASKED]
