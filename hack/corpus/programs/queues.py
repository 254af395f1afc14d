"""Queues and coordination: etcd 3.6, NATS 2.15, ZooKeeper 3.8, RabbitMQ 3.10, Mosquitto 2.0, beanstalkd 1.12.

etcd and nats-server are built from the Go module proxy, the others are Debian 12's packages. Clusters are real: their
members run side by side on addresses of the pod network 10.244.0.0/16, which is put on the loopback interface.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..recorder import Recorder, apt, debian, pod
from .databases import FULL, Row, claim, config_map, family, joined, ports, record_rows
from .golang import SERVERS, Released, at, released

POD_NETWORK = "ip addr add 10.244.0.0/16 dev lo\n"
TAKEN = "(python3 -m http.server --bind {address} {port} >/dev/null 2>&1 &) ; sleep 1.2\n"

# --- etcd -------------------------------------------------------------------------------------------------------------

SERVERS.setdefault("etcd", Released("etcd", "go.etcd.io/etcd/server/v3", "v3.6.16"))
OLD_TRIO = (
    "etcd-0=http://10.244.1.10:2380,etcd-1=http://10.244.2.10:2380,etcd-2=http://10.244.3.10:2380"
)
MEMBER = """
member() { # number, address, data directory, further flags
 n=$1; a=$2; d=$3; shift 3
 exec /srv/etcd --name etcd-$n --data-dir $d --listen-peer-urls http://$a:2380 \
 --initial-advertise-peer-urls http://$a:2380 \
 --listen-client-urls http://$a:2379 --advertise-client-urls http://$a:2379 --initial-cluster-token shop "$@"
}
trio() { # members of the first life, with their data in /data/0, /home/1, /home/2
 (member 0 10.244.1.10 /data/0 --initial-cluster $OLD "$@" >/dev/null 2>&1) & P0=$!
 (member 1 10.244.2.10 /home/1 --initial-cluster $OLD "$@" >/dev/null 2>&1) & P1=$!
 (member 2 10.244.3.10 /home/2 --initial-cluster $OLD "$@" >/dev/null 2>&1) & P2=$!
}
"""


def etcd_before() -> str:
    binary = released("etcd")
    if binary is None:
        raise RuntimeError("etcd does not build")
    return f"{at(binary)}{POD_NETWORK}OLD={OLD_TRIO}\n{MEMBER}"


BESIDE = f"OLD={OLD_TRIO}\n{MEMBER}"


def _etcd(
    number: int = 0, address: str = "10.244.1.10", data: str = "/data/0", more: str = ""
) -> str:
    return (
        f"/srv/etcd --name etcd-{number} --data-dir {data} --listen-peer-urls http://{address}:2380"
        f" --initial-advertise-peer-urls http://{address}:2380 --listen-client-urls http://{address}:2379"
        f" --advertise-client-urls http://{address}:2379 --initial-cluster-token shop {more}".strip()
    )


NEW_TRIO = f" --initial-cluster {OLD_TRIO}"


def _etcd_pod(**spec: Any) -> dict[str, Any]:
    return pod(
        "etcd",
        "quay.io/coreos/etcd:v3.6.16",
        **joined(ports(client=2379, peer=2380), claim("/data", "etcd"), spec),
    )


ETCD_PROBE = {
    "livenessProbe": {
        "httpGet": {"path": "/health", "port": 2379},
        "periodSeconds": 3,
        "failureThreshold": 2,
    }
}
ETCD_ROWS = [
    Row(
        "alone-of-three",
        "NoLeader",
        "the other two members never come; the probe ends it",
        "is starting a new election",
        command=_etcd(more=NEW_TRIO),
        seconds=9,
        stop="SIGKILL",
        pod=_etcd_pod(**ETCD_PROBE),
    ),
    Row(
        "alone-of-three-console-log",
        "NoLeader",
        "the same with the console format of the log, stopped with SIGTERM",
        "is starting a new election",
        command=_etcd(more=f"--log-format console{NEW_TRIO}"),
        seconds=8,
    ),
    Row(
        "all-pods-have-new-addresses",
        "NoLeader",
        "the three pods were moved; the data still hold the peers' old addresses",
        "10.244.2.10:2380: connect",
        command=_etcd(
            address="10.244.7.31",
            more="--initial-cluster "
            + OLD_TRIO.replace("1.10", "7.31", 1).replace("2.10", "7.32").replace("3.10", "7.33"),
        ),
        prepare="trio; sleep 4; kill $P0 $P1 $P2; wait || true\n",
        seconds=9,
        stop="SIGKILL",
        pod=_etcd_pod(**ETCD_PROBE),
    ),
    Row(
        "lost-quorum-after-leading",
        "NoLeader",
        "both other members of a working cluster are lost",
        "lost leader",
        command=_etcd(more=NEW_TRIO),
        seconds=15,
        stop="SIGKILL",
        meanwhile=BESIDE + "trio >/dev/null 2>&1; kill $P0; sleep 6; kill -9 $P1 $P2\n",
    ),
    Row(
        "member-was-removed",
        "NoLeader",
        "the member was removed from the cluster while it was down",
        "permanently removed",
        command=_etcd(2, "10.244.3.10", "/home/2", NEW_TRIO),
        prepare="trio; sleep 4; kill $P2; sleep 1; I=$(curl -s http://10.244.1.10:2379/v3/cluster/member/list -d '{}' |"
        ' python3 -c \'import json,sys; print([m["ID"] for m in'
        ' json.load(sys.stdin)["members"] if m["name"]=="etcd-2"][0])\')\n'
        'curl -s http://10.244.1.10:2379/v3/cluster/member/remove -d "{\\"ID\\":\\"$I\\"}" >/dev/null; sleep 1\n',
        seconds=9,
    ),
    Row(
        "data-lost-and-already-bootstrapped",
        "NoLeader",
        "the member's volume was lost; the cluster remembers it, so it may not bootstrap again",
        "has already been bootstrapped",
        command=_etcd(2, "10.244.3.10", "/home/fresh", NEW_TRIO),
        prepare="trio; sleep 4; kill $P2; sleep 1\n",
        seconds=9,
        pod=_etcd_pod(),
    ),
    Row(
        "cluster-id-mismatch",
        "NoLeader",
        "the peers belong to another cluster: a member was restored from a backup",
        "cluster ID mismatch",
        command=_etcd(more=NEW_TRIO).replace("token shop", "token restored"),
        prepare="trio --strict-reconfig-check=false; sleep 3; kill -9 $P0; wait $P0 || true; rm -rf /data/0\n",
        seconds=9,
        stop="SIGKILL",
    ),
    Row(
        "client-port-in-use",
        "PortConflict",
        "an etcd of the node's control plane has the client port",
        "address already in use",
        command="/srv/etcd --data-dir /data/0 --listen-client-urls http://0.0.0.0:2379"
        " --advertise-client-urls http://10.244.1.10:2379",
        prepare=TAKEN.format(address="0.0.0.0", port=2379),
        captures={"address": "0.0.0.0:2379"},
        pod=_etcd_pod(hostNetwork=True),
    ),
    Row(
        "peer-port-in-use",
        "PortConflict",
        "the peer port is taken",
        "address already in use",
        command=_etcd(more=NEW_TRIO),
        prepare=TAKEN.format(address="10.244.1.10", port=2380),
        captures={"address": "10.244.1.10:2380"},
    ),
    Row(
        "data-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "permission denied",
        command=_etcd(more=NEW_TRIO),
        prepare="chmod 755 /data\n",
        user="nobody",
        pod=_etcd_pod(),
    ),
    Row(
        "no-space-for-write-ahead-log",
        "DiskFull",
        "the volume is smaller than a segment of the write-ahead log",
        "no space left on device",
        command="/srv/etcd --data-dir /data/0",
        prepare=FULL.format(size="8m", place="/data"),
        pod=_etcd_pod(),
    ),
    Row(
        "data-locked-by-another",
        "StaleLock",
        "another etcd has the data directory open",
        "lock",
        command="/srv/etcd --data-dir /data/0 --listen-client-urls http://10.244.1.11:2379"
        " --advertise-client-urls http://10.244.1.11:2379 --listen-peer-urls http://10.244.1.11:2380",
        prepare="(/srv/etcd --data-dir /data/0 >/dev/null 2>&1) & sleep 2\n",
        seconds=14,
    ),
    Row(
        "name-not-in-initial-cluster",
        "ConfigurationInvalid",
        "the member's name is not in the list of the initial cluster",
        "couldn't find local name",
        command=_etcd(3, "10.244.4.10", "/data/3", NEW_TRIO),
        pod=_etcd_pod(),
    ),
    Row(
        "advertised-url-not-in-initial-cluster",
        "ConfigurationInvalid",
        "the advertised peer URL is another than the one in the initial cluster",
        "missing from",
        command=_etcd(0, "10.244.1.99", "/data/0", NEW_TRIO),
    ),
    Row(
        "unknown-flag",
        "ConfigurationInvalid",
        "a flag that version 3.6 no longer has",
        "flag provided but not defined",
        command=_etcd(more="--enable-v2"),
    ),
    Row(
        "listen-url-without-scheme",
        "ConfigurationInvalid",
        "a listen URL without a scheme",
        "URL",
        command="/srv/etcd --data-dir /data/0 --listen-client-urls 0.0.0.0:2379 --advertise-client-urls http://10.244.1.10:2379",
    ),
    Row(
        "certificate-missing",
        "ConfigurationMissing",
        "the secret with the server certificate is not mounted",
        "no such file or directory",
        command="/srv/etcd --data-dir /data/0 --cert-file=/etc/etcd/tls/tls.crt"
        " --key-file=/etc/etcd/tls/tls.key --listen-client-urls https://0.0.0.0:2379"
        " --advertise-client-urls https://10.244.1.10:2379",
        pod=_etcd_pod(),
    ),
    Row(
        "snapshot-database-lost",
        "ApplicationError",
        "the database file was deleted and the log alone does not do",
        "panic",
        command="/srv/etcd --data-dir /data/0",
        seconds=5,
        prepare="(/srv/etcd --data-dir /data/0 --snapshot-count 20 >/dev/null 2>&1) & P=$!; sleep 2.5\n"
        "for i in $(seq 80); do curl -s localhost:2379/v3/kv/put -d"
        ' \'{"key":"YQ==","value":"Yg=="}\' >/dev/null; done\n'
        "sleep 1; kill -9 $P; wait $P || true; rm /data/0/member/snap/db\n",
    ),
    Row(
        "healthy-single-and-stopped",
        "Unknown",
        "healthy: serves; the orderly end logs errors of closed listeners",
        "closed etcd server",
        command="/srv/etcd --data-dir /data/0",
        pod=_etcd_pod(),
    ),
    Row(
        "healthy-after-kill",
        "Unknown",
        "healthy: restarts on the data of a killed instance",
        "ready to serve client requests",
        command="/srv/etcd --data-dir /data/0",
        prepare="(/srv/etcd --data-dir /data/0 >/dev/null 2>&1) & P=$!; sleep 3;"
        " kill -9 $P; wait $P || true\n",
        running=True,
    ),
    Row(
        "healthy-peers-come-late",
        "Unknown",
        "healthy: elections fail until the peers are there, then a leader is elected",
        "ready to serve client requests",
        command=_etcd(more=NEW_TRIO),
        seconds=16,
        running=True,
        meanwhile="sleep 5\n" + BESIDE + "trio; kill $P0; wait",
        pod=_etcd_pod(**ETCD_PROBE),
    ),
    Row(
        "healthy-one-peer-down-console-log",
        "Unknown",
        "healthy: one of three is down all the time, a leader is there",
        "prober detected unhealthy status",
        command=_etcd(more=f"--log-format console{NEW_TRIO}"),
        seconds=13,
        running=True,
        meanwhile="sleep 0.5\n" + BESIDE + "trio; kill $P0 $P2; wait",
    ),
]

# --- NATS -------------------------------------------------------------------------------------------------------------

NATS_CONF = """
nats() {{ # number -> configuration on standard output
 cat <<CONF
server_name: nats-$1
listen: 10.244.$1.20:4222
http: 10.244.$1.20:8222
jetstream {{ store_dir: "$2" }}
cluster {{ name: shop, listen: 10.244.$1.20:6222,
 routes: [nats://10.244.1.20:6222, nats://10.244.2.20:6222, nats://10.244.3.20:6222] }}
CONF
}}
""".replace("{{", "{").replace("}}", "}")
NATS_BESIDE = (
    NATS_CONF
    + "nats 2 /home/2 >/run/2.conf; nats 3 /home/3 >/run/3.conf\n"
    + "/srv/nats-server -c /run/2.conf & P2=$!; /srv/nats-server -c /run/3.conf & P3=$!\n"
)
HEALTHZ = "for i in $(seq 20); do curl -s -m 1 http://10.244.1.20:8222/healthz; sleep 1; done"


def _nats_pod(**spec: Any) -> dict[str, Any]:
    return pod("nats", "nats:2.15.2", args=["--config", "/config/nats.conf"],
               **joined(ports(client=4222, cluster=6222, monitor=8222), spec))  # fmt: skip


NATS_PROBE = {
    "livenessProbe": {
        "httpGet": {"path": "/healthz", "port": 8222},
        "periodSeconds": 3,
        "failureThreshold": 2,
    }
}
NATS_ALONE = "nats 1 /data/jetstream >/config/nats.conf\n"
NATS_ROWS = [
    Row(
        "alone-of-three",
        "NoLeader",
        "the other servers of the JetStream cluster never come; the probe ends it",
        "Healthcheck failed",
        prepare=NATS_ALONE
        + "/srv/nats-server -c /config/nats.conf >/dev/null 2>&1 & P1=$!\n"
        + NATS_BESIDE.replace(".conf &", ".conf >/dev/null 2>&1 &")
        + "sleep 7; kill $P1 $P2 $P3; wait || true\n",
        meanwhile="sleep 3; " + HEALTHZ,
        seconds=14,
        pod=_nats_pod(**joined(NATS_PROBE, claim("/data", "nats"))),
    ),
    Row(
        "lost-quorum-after-leading",
        "NoLeader",
        "both others of a working JetStream cluster are lost",
        "no metadata leader",
        prepare=NATS_ALONE,
        meanwhile=NATS_BESIDE + "sleep 9; kill -9 $P2 $P3; " + HEALTHZ,
        seconds=26,
        stop="SIGKILL",
    ),
    Row(
        "client-port-in-use",
        "PortConflict",
        "two NATS servers on one node",
        "address already in use",
        command="/srv/nats-server -p 4222 -m 8222",
        prepare=TAKEN.format(address="0.0.0.0", port=4222),
        captures={"address": "0.0.0.0:4222"},
        pod=_nats_pod(hostNetwork=True),
    ),
    Row(
        "monitor-port-in-use",
        "PortConflict",
        "the monitoring port is taken",
        "address already in use",
        command="/srv/nats-server -p 4222 -m 8222",
        prepare=TAKEN.format(address="0.0.0.0", port=8222),
        captures={"address": "0.0.0.0:8222"},
    ),
    Row(
        "bad-configuration",
        "ConfigurationInvalid",
        "an unknown field in nats.conf",
        "unknown field",
        prepare="printf 'port: 4222\njetsteam { store_dir: /data }\n' >/config/nats.conf\n",
        pod=_nats_pod(**config_map("/config", "nats")),
    ),
    Row(
        "syntax-error",
        "ConfigurationInvalid",
        "a brace is not closed in nats.conf",
        "Parse error",
        prepare="printf 'port: 4222\njetstream { store_dir: /data\n' >/config/nats.conf\n",
    ),
    Row(
        "configuration-missing",
        "ConfigurationMissing",
        "nats.conf is not mounted",
        "no such file or directory",
        prepare="rm -f /config/nats.conf\n",
        pod=_nats_pod(),
    ),
    Row(
        "store-of-root",
        "PermissionDenied",
        "the JetStream volume belongs to root",
        "permission denied",
        user="nobody",
        command="/srv/nats-server -js -sd /data/jetstream",
        prepare="chmod 755 /data\n",
        pod=_nats_pod(**claim("/data", "nats")),
    ),
    Row(
        "store-full",
        "DiskFull",
        "the JetStream volume has no inodes left",
        "no space left on device",
        command="/srv/nats-server -js -sd /data/jetstream",
        prepare="mount -t tmpfs -o nr_inodes=2,mode=0777 tmpfs /data; touch /data/old\n",
    ),
    Row(
        "certificate-missing",
        "ConfigurationMissing",
        "the TLS secret is not mounted",
        "no such file or directory",
        prepare="printf 'tls { cert_file: /etc/tls/tls.crt, key_file: /etc/tls/tls.key }\n' >/config/nats.conf\n",
    ),
    Row(
        "healthy-wrong-logins",
        "Unknown",
        "healthy: clients with wrong passwords are refused, the server goes on",
        "authentication error",
        command="/srv/nats-server -c /config/nats.conf -D",
        running=True,
        prepare="printf 'authorization { user: app, password: right }\n' >/config/nats.conf\n",
        meanwhile="sleep 1; for p in wrong right wrong; do printf 'CONNECT"
        ' {"user":"app","pass":"\'$p\'","verbose":false}\\r\\nPING\\r\\n\''
        " | timeout 0.6 python3 -c \"import socket,sys; s=socket.create_connection(('127.0.0.1',4222));"
        ' s.sendall(sys.stdin.buffer.read()); s.recv(999); s.recv(999)"; done',
        pod=_nats_pod(),
    ),
    Row(
        "healthy-peers-come-late",
        "Unknown",
        "healthy: routes are refused at first, then the cluster elects its leader",
        "metadata leader",
        prepare=NATS_ALONE,
        meanwhile="sleep 4\n" + NATS_BESIDE + "wait",
        seconds=24,
        running=True,
        pod=_nats_pod(**joined(NATS_PROBE, claim("/data", "nats"))),
    ),
    Row(
        "healthy-lame-duck",
        "Unknown",
        "healthy: an orderly end on SIGTERM after serving",
        "Initiating Shutdown",
        command="/srv/nats-server -js -sd /data/jetstream -m 8222",
        seconds=3,
    ),
]

# --- ZooKeeper --------------------------------------------------------------------------------------------------------

JARS = "/config:/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-log4j12.jar:/usr/share/java/log4j-1.2.jar"
ZK = f"/usr/bin/java -Xmx128m -cp {JARS} org.apache.zookeeper.server.quorum.QuorumPeerMain"
ZK_BEFORE = (
    POD_NETWORK
    + r"""
cat >/config/log4j.properties <<'CONF'
log4j.rootLogger=INFO, CONSOLE
log4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender
log4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout
log4j.appender.CONSOLE.layout.ConversionPattern=%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n
CONF
"""
)
ZK_MEMBER = r"""
zoo() { # number, data directory -> configuration
 mkdir -p $2; echo $1 >$2/myid; chown -R zookeeper $2
 printf '%s\n' tickTime=1000 initLimit=5 syncLimit=3 dataDir=$2 clientPort=2181 clientPortAddress=10.244.$1.30 \
 admin.enableServer=false server.1=10.244.1.30:2888:3888 server.2=10.244.2.30:2888:3888 server.3=10.244.3.30:2888:3888
}
single() { install -d -o zookeeper /data/zk; printf '%s\n' dataDir=/data/zk clientPort=2181 admin.enableServer=false; }
"""
ZK_BESIDE = ZK_MEMBER + f"zoo 2 /home/2 >/run/2.cfg; {ZK} /run/2.cfg & P2=$!\n"


def _zk_pod(**spec: Any) -> dict[str, Any]:
    return pod(
        "zookeeper",
        "zookeeper:3.8",
        **joined(ports(client=2181, quorum=2888, election=3888), claim("/data", "zookeeper"), spec),
    )


ZK_ROWS = [
    Row(
        "alone-of-three",
        "NoLeader",
        "the other two members never come",
        "Cannot open channel to",
        prepare="zoo 1 /data/zk >/config/zoo.cfg\n",
        seconds=10,
        pod=_zk_pod(),
    ),
    Row(
        "lost-quorum-after-serving",
        "NoLeader",
        "the only other member is lost after the quorum had been there",
        "Cannot open channel to 2",
        prepare="zoo 1 /data/zk >/config/zoo.cfg\n",
        meanwhile=ZK_BESIDE + "sleep 9; kill -9 $P2",
        seconds=18,
        stop="SIGKILL",
    ),
    Row(
        "id-missing",
        "ConfigurationMissing",
        "the file myid is not in the data directory",
        "myid file is missing",
        prepare="zoo 1 /data/zk >/config/zoo.cfg; rm /data/zk/myid\n",
        pod=_zk_pod(),
    ),
    Row(
        "id-not-in-list",
        "ConfigurationInvalid",
        "the member's id is 7 and the list has three",
        "not in the peer list",
        prepare="zoo 1 /data/zk >/config/zoo.cfg; echo 7 >/data/zk/myid\n",
        seconds=6,
    ),
    Row(
        "id-not-a-number",
        "ConfigurationInvalid",
        "the host name was written to myid",
        "is not a number",
        prepare="zoo 1 /data/zk >/config/zoo.cfg; echo zookeeper-0 >/data/zk/myid\n",
        seconds=6,
        pod=_zk_pod(),
    ),
    Row(
        "bad-tick-time",
        "ConfigurationInvalid",
        "tickTime with a unit",
        "Invalid config",
        prepare="single >/config/zoo.cfg; echo tickTime=2s >>/config/zoo.cfg\n",
        seconds=6,
    ),
    Row(
        "zoo-cfg-missing",
        "ConfigurationMissing",
        "zoo.cfg is not mounted",
        "zoo.cfg",
        prepare="rm -f /config/zoo.cfg\n",
        seconds=6,
    ),
    Row(
        "client-port-in-use",
        "PortConflict",
        "the client port is taken on the host",
        "Address already in use",
        seconds=7,
        prepare="single >/config/zoo.cfg\n" + TAKEN.format(address="::", port=2181),
        pod=_zk_pod(hostNetwork=True),
    ),
    Row(
        "data-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "Unable to create",
        seconds=6,
        prepare="single >/config/zoo.cfg; chown root /data/zk; chmod 755 /data/zk\n",
        pod=_zk_pod(),
    ),
    Row(
        "data-full",
        "DiskFull",
        "the volume is full",
        "No space left on device",
        seconds=7,
        prepare="single >/config/zoo.cfg; mount -t tmpfs -o size=64k,mode=0777 tmpfs /data/zk\n"
        "dd if=/dev/zero of=/data/zk/old bs=1k 2>/dev/null || :\n",
    ),
    Row(
        "snapshots-lost",
        "ApplicationError",
        "the snapshots were deleted and the transaction logs were not",
        "No snapshot found, but there are log entries",
        seconds=7,
        prepare=f"single >/config/zoo.cfg; setpriv --reuid zookeeper --clear-groups --regid"
        f" zookeeper {ZK} /config/zoo.cfg"
        " >/dev/null 2>&1 & P=$!; sleep 4; printf mntr | timeout 1 curl -s telnet://127.0.0.1:2181 || true\n"
        "python3 -c \"import socket,struct; s=socket.create_connection(('127.0.0.1',2181));"
        " s.sendall(struct.pack('>iiqiqi',44,0,0,9000,0,16)+bytes(16)); s.recv(99)\"\n"
        "sleep 0.6; kill -9 $P; wait $P || true; rm /data/zk/version-2/snapshot.*\n",
    ),
    Row(
        "healthy-single",
        "Unknown",
        "healthy: a single server comes up and serves",
        "Snapshot taken",
        running=True,
        prepare="single >/config/zoo.cfg\n",
        seconds=6,
        pod=_zk_pod(),
    ),
    Row(
        "healthy-quorum-comes-late",
        "Unknown",
        "healthy: the channel to the others is refused until a member comes; then it leads or follows",
        "LEADER ELECTION TOOK",
        prepare="zoo 1 /data/zk >/config/zoo.cfg\n",
        meanwhile="sleep 5\n" + ZK_BESIDE + "wait",
        seconds=18,
        running=True,
        pod=_zk_pod(),
    ),
]

# --- RabbitMQ ---------------------------------------------------------------------------------------------------------

RABBIT_HOME = "/usr/lib/rabbitmq/lib"
RABBIT_ENV = {
    "HOME": "/home/rabbitmq",
    "RABBITMQ_MNESIA_BASE": "/data/mnesia",
    "RABBITMQ_LOGS": "-",
    "RABBITMQ_LOG_BASE": "/home/rabbitmq",
    "RABBITMQ_CONFIG_FILE": "/config/rabbitmq",
    "RABBITMQ_ENABLED_PLUGINS_FILE": "/config/enabled_plugins",
}
RABBIT_BEFORE = """
AS="setpriv --reuid rabbitmq --regid rabbitmq --clear-groups"
cp /etc/hosts /run/hosts; echo '127.0.0.1 rabbitmq-0' >>/run/hosts; mount --bind /run/hosts /etc/hosts
install -d -o rabbitmq /data/mnesia /home/rabbitmq
install -o rabbitmq -m 400 /dev/stdin /home/rabbitmq/.erlang.cookie <<<cookie
printf 'loopback_users.guest = false\n' >/config/rabbitmq.conf
conf() { printf '%s\\n' "$@" >>/config/rabbitmq.conf; }
"""


def _rabbit_pod(**spec: Any) -> dict[str, Any]:
    return pod(
        "rabbitmq",
        "rabbitmq:3.10.8",
        **joined(ports(amqp=5672, epmd=4369), claim("/data/mnesia", "rabbitmq"), spec),
    )


RABBIT_ROWS = [
    Row(
        "listener-port-in-use",
        "PortConflict",
        "the AMQP port is taken on the host",
        "eaddrinuse",
        seconds=45,
        prepare=TAKEN.format(address="::", port=5672),
        pod=_rabbit_pod(hostNetwork=True),
    ),
    Row(
        "distribution-port-in-use",
        "PortConflict",
        "the port of the Erlang distribution is taken",
        "25672",
        seconds=30,
        prepare=TAKEN.format(address="0.0.0.0", port=25672),
    ),
    Row(
        "node-already-runs",
        "StaleLock",
        "a node of that name already runs on the host",
        "already running",
        seconds=40,
        env={"RABBITMQ_DIST_PORT": "25673"},
        prepare='env -u RABBITMQ_DIST_PORT $AS "$R" >/dev/null 2>&1 & sleep 14\n',
    ),
    Row(
        "cookie-readable-by-all",
        "PermissionDenied",
        "fsGroup opened the Erlang cookie for the group, which Erlang refuses",
        "must be accessible by owner only",
        seconds=25,
        prepare="chmod 640 /home/rabbitmq/.erlang.cookie\n",
        pod=_rabbit_pod(),
    ),
    Row(
        "cookie-of-root",
        "PermissionDenied",
        "the cookie comes from a secret of root",
        "eacces",
        seconds=25,
        prepare="chown root /home/rabbitmq/.erlang.cookie\n",
    ),
    Row(
        "mnesia-of-root",
        "PermissionDenied",
        "the volume belongs to root",
        "eacces",
        seconds=25,
        prepare="chown root /data/mnesia; chmod 755 /data/mnesia\n",
        pod=_rabbit_pod(),
    ),
    Row(
        "bad-key",
        "ConfigurationInvalid",
        "an unknown key in rabbitmq.conf",
        "conf",
        seconds=25,
        prepare="conf 'vm_memory_high_watermak.relative = 0.6'\n",
        pod=_rabbit_pod(**config_map("/config", "rabbitmq")),
    ),
    Row(
        "volume-full",
        "DiskFull",
        "the volume is full",
        "enospc",
        seconds=40,
        prepare="mount -t tmpfs -o size=64k,mode=0777 tmpfs /data/mnesia; dd if=/dev/zero"
        " of=/data/mnesia/old bs=1k count=52\n",
        pod=_rabbit_pod(),
    ),
    Row(
        "healthy-memory-alarm",
        "Unknown",
        "healthy: the memory alarm is set and it runs on",
        "memory resource limit alarm set",
        prepare="conf 'vm_memory_high_watermark.absolute = 20MB'\n",
        seconds=45,
        running=True,
    ),
    Row(
        "healthy-starts-and-stops",
        "Unknown",
        "healthy: starts and ends orderly on SIGTERM",
        "Server startup complete",
        seconds=45,
        pod=_rabbit_pod(),
    ),
]

# --- Mosquitto and beanstalkd -----------------------------------------------------------------------------------------

MOSQUITTO_BEFORE = """
printf 'listener 1883 0.0.0.0\nallow_anonymous true\n' >/config/mosquitto.conf
conf() { printf '%s\\n' "$@" >>/config/mosquitto.conf; }
"""


def _mosquitto_pod(**spec: Any) -> dict[str, Any]:
    return pod("mosquitto", "eclipse-mosquitto:2.0.11", **joined(ports(mqtt=1883), spec))


MOSQUITTO_ROWS = [
    Row(
        "port-in-use",
        "PortConflict",
        "the node has a broker of its own; the message is bare, the line before names the port",
        "Address already in use",
        prepare=TAKEN.format(address="0.0.0.0", port=1883),
        pod=_mosquitto_pod(hostNetwork=True),
    ),
    Row(
        "websocket-port-in-use",
        "PortConflict",
        "a second listener's port is taken",
        "Address already in use",
        prepare="conf 'listener 9001 127.0.0.1'\n" + TAKEN.format(address="127.0.0.1", port=9001),
    ),
    Row(
        "socket-directory-of-root",
        "PermissionDenied",
        "the directory of the socket listener belongs to root",
        "Permission denied",
        prepare="install -d -m 755 /run/mqtt; conf 'listener 0 /run/mqtt/mosquitto.sock'\n",
    ),
    Row(
        "socket-left-behind",
        "StaleUnixSocket",
        "a socket of root lies in a sticky shared directory",
        "Address already in use",
        prepare="mkdir /run/mqtt; chmod 1777 /run/mqtt; printf 'listener 0"
        " /run/mqtt/mosquitto.sock\n' >/config/mosquitto.conf\n"
        "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('/run/mqtt/mosquitto.sock')\"\n",
        captures={"path": "/run/mqtt/mosquitto.sock"},
        pod=pod(
            "mosquitto",
            "eclipse-mosquitto:2.0.11",
            volumeMounts=[{"name": "run", "mountPath": "/run/mqtt"}],
            volumes=[{"name": "run", "hostPath": {"path": "/run/mqtt"}}],
        ),
    ),
    Row(
        "misspelt-variable",
        "ConfigurationInvalid",
        "a misspelt variable",
        "Unknown configuration variable",
        prepare="conf 'persistance true'\n",
        pod=_mosquitto_pod(**config_map("/config", "mosquitto")),
    ),
    Row(
        "config-missing",
        "ConfigurationMissing",
        "the configuration is not mounted",
        "Unable to open config file",
        prepare="rm /config/mosquitto.conf\n",
    ),
    Row(
        "passwords-not-mounted",
        "ConfigurationMissing",
        "the secret with the passwords is not mounted",
        "password",
        prepare="conf 'password_file /config/passwd'\n",
        pod=_mosquitto_pod(),
    ),
    Row(
        "healthy-refused-clients",
        "Unknown",
        "healthy: clients without a password are refused, the broker runs on",
        "not authorised",
        running=True,
        prepare="printf 'listener 1883\nallow_anonymous false\npassword_file /config/passwd\n'"
        " >/config/mosquitto.conf\n"
        "touch /config/passwd; mosquitto_passwd -b /config/passwd app right; chmod 644 /config/passwd\n",
        meanwhile='sleep 0.8; for i in 1 2 3; do python3 -c "import socket;'
        " s=socket.create_connection(('127.0.0.1',1883));"
        " s.sendall(b'\\x10\\x0d\\x00\\x04MQTT\\x04\\x02\\x00\\x3c\\x00\\x01a'); s.recv(9)\"; sleep 0.3; done",
    ),
    Row(
        "healthy-saves-its-database",
        "Unknown",
        "healthy: saves its database again and again",
        "Saving",
        prepare="conf 'persistence true' 'persistence_location /data/' 'autosave_interval 1'\n",
        running=True,
        seconds=4,
    ),
]


def _beanstalk_pod(**spec: Any) -> dict[str, Any]:
    return pod(
        "beanstalkd",
        "schickling/beanstalkd:1.12",
        args=["-V", "-b", "/data/log"],
        **joined(ports(beanstalk=11300), spec),
    )


BEANSTALKD_ROWS = [
    Row(
        "log-directory-locked",
        "StaleLock",
        "another instance has the lock of the log directory on the shared volume",
        "failed to lock wal dir",
        prepare="$AS beanstalkd -b /data/log -p 11301 >/dev/null 2>&1 & sleep 0.5\n",
        pod=_beanstalk_pod(**claim("/data/log", "beanstalkd")),
    ),
    Row(
        "port-in-use",
        "PortConflict",
        "the port is taken on the host",
        "Address already in use",
        prepare=TAKEN.format(address="0.0.0.0", port=11300),
        pod=_beanstalk_pod(hostNetwork=True),
    ),
    Row(
        "log-directory-of-root",
        "PermissionDenied",
        "the volume belongs to root; the message speaks of a lock",
        "Permission denied",
        prepare="chown root /data/log; chmod 755 /data/log\n",
        pod=_beanstalk_pod(**claim("/data/log", "beanstalkd")),
    ),
    Row(
        "healthy-jobs",
        "Unknown",
        "healthy: jobs go in and out",
        "bind",
        running=True,
        seconds=3,
        meanwhile="sleep 0.6; python3 -c \"import socket; s=socket.create_connection(('127.0.0.1',11300))\n"
        "for i in range(30): s.sendall(b'put 0 0 60 3\\r\\nabc\\r\\nreserve-with-timeout 0\\r\\n'); s.recv(99)\"",
    ),
]


def record(recorder: Recorder) -> None:
    apt("zookeeper", "rabbitmq-server", "mosquitto", "beanstalkd", "curl")
    nats = released("nats-server")
    nats_before = (at(nats) if nats else "") + POD_NETWORK + NATS_CONF
    sbin = next(iter(sorted(Path(RABBIT_HOME).glob("rabbitmq_server-*/sbin/rabbitmq-server"))))
    beanstalk = 'AS="setpriv --reuid nobody --regid nogroup --clear-groups"; install -d -o nobody /data/log\n'
    rows = [
        *family(
            ETCD_ROWS,
            program="etcd",
            source=SERVERS["etcd"].source,
            command="/srv/etcd",
            before=etcd_before(),
        ),
        *family(
            NATS_ROWS if nats else [],
            program="nats-server",
            source=SERVERS["nats-server"].source,
            command="/srv/nats-server -c /config/nats.conf",
            before=nats_before,
        ),
        *family(
            ZK_ROWS,
            program="zookeeper",
            source=debian("zookeeper"),
            command=f"{ZK} /config/zoo.cfg",
            user="zookeeper",
            before=ZK_BEFORE + ZK_MEMBER,
        ),
        *family(
            MOSQUITTO_ROWS,
            program="mosquitto",
            source=debian("mosquitto"),
            command="mosquitto -c /config/mosquitto.conf",
            user="mosquitto",
            before=MOSQUITTO_BEFORE,
        ),
        *family(
            BEANSTALKD_ROWS,
            program="beanstalkd",
            source=debian("beanstalkd"),
            command="beanstalkd -V -b /data/log",
            user="nobody",
            before=beanstalk,
        ),
    ]
    record_rows(recorder, rows)
    rabbit = family(
        [Row(**{**row.__dict__, "env": RABBIT_ENV | row.env, "hostname": "rabbitmq-0"}) for row in RABBIT_ROWS],
        program="rabbitmq-server", source=debian("rabbitmq-server"), command=str(sbin), user="rabbitmq",
        before=f"R={sbin}\n{RABBIT_BEFORE}",
    )  # fmt: skip
    record_rows(recorder, rabbit, workers=2)
