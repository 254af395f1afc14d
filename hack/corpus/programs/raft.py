"""Consensus members that find no leader: programs on hashicorp/raft with a BoltDB store (etcd and NATS: `goservers`).

Facts: hashicorp/raft v1.7.3 and v1.3.11, `raft.go`: "not part of a stable configuration or a non-voter, not triggering
a leader election", "no known peers, aborting election", "Election timeout reached, restarting election". A node knows
itself by its server ID, so that only programs that use the address as the ID (as the old protocol versions did) are
lost when their address changes.
The pod network 10.244.0.0/16 is put on the loopback interface; a pod that is gone has an unreachable route.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..recorder import Recorder, Run, pod
from .golang import at, own, together

LIBRARY = "own program on Go modules hashicorp/raft v1.7.3 and raft-boltdb v2.3.1"
NETWORK = "ip addr add 10.244.0.0/16 dev lo\n"
GONE = "".join(f"ip route add unreachable 10.244.9.{n}/32 table local\n" for n in (2, 3))
SECONDS = 9.0


@dataclass(frozen=True)
class Scenario:
    """`first`: flags of an earlier life of the same volume; `peers`: flags of siblings started beside it."""

    name: str
    flags: str
    cause: str
    situation: str
    expect: str = ""
    first: str = ""
    first_seconds: int = 5
    prepare: str = ""
    meanwhile: str = ""
    stop: str = "SIGKILL"
    seconds: float = SECONDS
    user: int = 0
    open_files: int = 0
    running: bool = False
    probe: bool = False
    with_pod: bool = False
    volumes: bool = True
    pod_fields: dict[str, Any] = field(default_factory=dict)
    captures: dict[str, str] = field(default_factory=dict)


def _pod(program: str, health: str, scenario: Scenario) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "args": scenario.flags.split(),
        "ports": [{"name": "http", "containerPort": 8080}, {"name": "raft", "containerPort": 8300}],
    }
    if scenario.volumes:
        fields["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        fields["volumes"] = [
            {"name": "data", "persistentVolumeClaim": {"claimName": f"data-{program}-0"}}
        ]
    if scenario.probe:
        fields["livenessProbe"] = {
            "httpGet": {"path": health, "port": 8080},
            "initialDelaySeconds": 3,
            "periodSeconds": 3,
            "failureThreshold": 2,
        }
    return pod(
        program,
        f"registry.example.com/platform/{program}:1.4.2",
        **{**fields, **scenario.pod_fields},
    )


def _one(node: str, address: str = "10.244.1.17:8300") -> str:
    return f"-node-id {node} -bind {address} -bootstrap {node}={address}"


TRIO = "-bootstrap n0=10.244.9.1:8300,n1=10.244.9.2:8300,n2=10.244.9.3:8300"
STORED = "index=1 servers="


def _beside(*nodes: int, trio: str = TRIO, after: float = 0) -> str:
    """Bash that starts members of the trio as siblings, each with its own data."""
    return f"sleep {after}\n" + "".join(
        f"$PROGRAM -node-id n{n} -bind 10.244.9.{n + 1}:8300 -http 127.0.0.1:{8080 + n}"
        f" -data-dir /home/n{n} {trio}"
        f" >/dev/null 2>&1 &\n"
        for n in nodes
    )


COMMON: dict[str, Scenario] = {
    s.name: s
    for s in (
        Scenario(
            "changed-id",
            _one("app-5d8c7f6b9-x2x7k"),
            "NoLeader",
            "the pod's name is the node's ID and it changed; the volume holds the old ID; the liveness probe kills it",
            expect="stable configuration",
            first=_one("app-5d8c7f6b9-qq4ws"),
            probe=True,
            with_pod=True,
            captures={"storedId": "app-5d8c7f6b9-qq4ws"},
        ),
        Scenario(
            "changed-id-debug",
            _one("worker-b") + " -log-level debug",
            "NoLeader",
            "the node's ID changed under a kept data directory; log level debug",
            expect="stable configuration",
            first=_one("worker-a"),
            captures={"storedId": "worker-a"},
        ),
        Scenario(
            "changed-id-warn",
            _one("jobs-7f9d-bbbbb") + " -log-level warn",
            "NoLeader",
            "the node's ID changed; at log level warn only the aborted election is seen",
            expect="stable configuration",
            first=_one("jobs-7f9d-aaaaa"),
            stop="SIGTERM",
            probe=True,
            with_pod=True,
        ),
        Scenario(
            "no-known-peers",
            "-node-id n0 -bind 10.244.1.17:8300",
            "NoLeader",
            "a first start without any bootstrap configuration: there is nobody to elect",
            expect="no known peers",
            probe=True,
            with_pod=True,
            stop="SIGTERM",
        ),
        Scenario(
            "changed-address",
            "-node-id 10.244.1.23:8300 -bind 10.244.1.23:8300 -bootstrap 10.244.1.23:8300=10.244.1.23:8300",
            "NoLeader",
            "the address serves as ID; the pod came back with another IP",
            expect="stable configuration",
            first=_one("10.244.1.17:8300"),
            captures={"storedAddress": "10.244.1.17:8300"},
            probe=True,
            with_pod=True,
        ),
        Scenario(
            "changed-address-debug",
            "-node-id 10.244.3.4:8300 -bind 10.244.3.4:8300 -log-level debug",
            "NoLeader",
            "the address serves as ID and changed; log level debug; stopped by its probe with SIGTERM",
            expect="stable configuration",
            first=_one("10.244.2.201:8300", "10.244.2.201:8300"),
            captures={"storedAddress": "10.244.2.201:8300"},
            stop="SIGTERM",
        ),
        Scenario(
            "lost-quorum-refused",
            f"-node-id n0 -bind 10.244.9.1:8300 {TRIO}",
            "NoLeader",
            "one of three members is left, the others' ports are closed",
            expect="ELECTION",
            seconds=12,
            probe=True,
            with_pod=True,
        ),
        Scenario(
            "lost-quorum-unreachable",
            f"-node-id n0 -bind 10.244.9.1:8300 {TRIO} -log-level debug",
            "NoLeader",
            "one of three members is left, the others' nodes are off the network",
            prepare=GONE,
            expect="ELECTION",
            seconds=12,
        ),
        Scenario(
            "lost-quorum-after-leading",
            f"-node-id n0 -bind 10.244.9.1:8300 {TRIO}",
            "NoLeader",
            "a member of a working cluster loses both others and cannot win an election any more",
            prepare="",
            meanwhile=_beside(1, 2) + "sleep 6; kill -9 $(jobs -p)\n",
            expect="ELECTION",
            seconds=16,
        ),
        Scenario(
            "lost-quorum-of-four",
            f"-node-id n3 -bind 10.244.9.4:8300 {TRIO},n3=10.244.9.4:8300",
            "NoLeader",
            "a member of four starts and the other three are down",
            expect="ELECTION",
            seconds=12,
        ),
        Scenario(
            "healthy-single",
            _one("app-0"),
            "Unknown",
            "a single node elects itself at once and serves",
            expect="LEADER",
            running=True,
            stop="SIGTERM",
            with_pod=True,
            probe=True,
        ),
        Scenario(
            "healthy-restart-debug",
            _one("app-0") + " -log-level debug",
            "Unknown",
            "a single node restarts on its own data and wins the election",
            first=_one("app-0"),
            expect="LEADER",
            running=True,
            stop="SIGTERM",
        ),
        Scenario(
            "healthy-changed-address-same-id",
            "-node-id app-0 -bind 10.244.4.4:8300",
            "Unknown",
            "the address changed but the ID did not: raft elects the node all the same",
            first=_one("app-0"),
            expect="LEADER",
            running=True,
            stop="SIGTERM",
        ),
        Scenario(
            "election-lost-then-won",
            f"-node-id n0 -bind 10.244.9.1:8300 {TRIO}",
            "Unknown",
            "the first elections time out because the siblings start later; then a leader is elected",
            meanwhile=_beside(1, 2, after=6) + "wait",
            expect="ELECTION",
            seconds=16,
            running=True,
            stop="SIGTERM",
            with_pod=True,
        ),
        Scenario(
            "leader-with-one-member-down",
            f"-node-id n0 -bind 10.244.9.1:8300 {TRIO}",
            "Unknown",
            "two of three members are up: a leader exists, the third fails its heartbeats all the time",
            meanwhile=_beside(1, after=2.5) + "wait",
            expect="LEADER-OR-FOLLOWER",
            seconds=14,
            running=True,
            stop="SIGTERM",
        ),
        Scenario(
            "port-conflict",
            _one("app-0") + " -log-level debug",
            "PortConflict",
            "the raft port is taken by another process of the node",
            meanwhile="",
            prepare='python3 -c \'import socket,time; s=socket.socket(); s.bind(("10.244.1.17",8300)); s.listen();'
            " time.sleep(60)' & sleep 1",
            expect="address already in use",
            captures={"address": "10.244.1.17:8300"},
            with_pod=True,
        ),
        Scenario(
            "http-port-conflict",
            _one("app-0"),
            "PortConflict",
            "raft starts, the HTTP port is taken",
            prepare="python3 -m http.server 8080 >/dev/null 2>&1 & sleep 1",
            expect="address already in use",
        ),
        Scenario(
            "data-not-writable",
            _one("app-0"),
            "PermissionDenied",
            "the volume belongs to root and the program runs as nobody",
            prepare="chmod 0755 /data",
            user=65534,
            expect="permission denied",
            with_pod=True,
        ),
        Scenario(
            "data-locked",
            _one("app-0"),
            "StaleLock",
            "another instance holds the lock of raft.db, bolt's open times out",
            prepare="$PROGRAM -node-id app-0 -bind 10.244.1.99:8300 -http :8099 >/dev/null 2>&1 & sleep 1",
            expect="opening raft.db: timeout",
        ),
        Scenario(
            "disk-full",
            _one("app-0"),
            "DiskFull",
            "the data volume is full",
            prepare="mount -t tmpfs -o size=64k tmpfs /data; head -c 60k /dev/zero >/data/old.snap || true",
            expect="no space left on device",
        ),
        Scenario(
            "not-advertisable",
            "-node-id app-0 -bind 0.0.0.0:8300 -bootstrap app-0=0.0.0.0:8300",
            "ConfigurationInvalid",
            "the raft transport is bound to the unspecified address without one to advertise",
            expect="not advertisable",
        ),
    )
}

LED = re.compile(rb'entering leader state|leader-address(=|":")10|leader known","address":"10')
"""Stands in the log of every node that has seen a leader."""
LEDS = ("election-lost-then-won", "lost-quorum-after-leading", "leader-with-one-member-down")

PROGRAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "raft-kv": (
        "/healthz",
        ("changed-id", "changed-id-debug", "changed-address", "lost-quorum-refused", "lost-quorum-after-leading",
         "healthy-single", "election-lost-then-won", "healthy-changed-address-same-id", "disk-full",
         "leader-with-one-member-down", "http-port-conflict"),
    ),
    "raft-scheduler": (
        "/health",
        ("changed-id", "changed-id-debug", "no-known-peers", "changed-address-debug", "lost-quorum-unreachable",
         "healthy-restart-debug", "election-lost-then-won", "port-conflict",
         "data-locked"),
    ),
    "raft-lock-json": (
        "/v1/health",
        ("changed-id", "changed-id-debug", "changed-id-warn", "changed-address", "no-known-peers",
         "lost-quorum-unreachable", "lost-quorum-of-four", "healthy-single",
         "election-lost-then-won", "leader-with-one-member-down", "data-not-writable", "not-advertisable"),
    ),
    "raft-registry": (
        "/health",
        ("changed-id", "changed-id-debug", "changed-address", "lost-quorum-refused", "healthy-single",
         "election-lost-then-won"),
    ),
    "raft-queue": (
        "/ready",
        ("changed-id", "changed-address-debug", "lost-quorum-refused", "healthy-restart-debug",
         "election-lost-then-won", "data-not-writable", "http-port-conflict"),
    ),
}  # fmt: skip

EXPECTED = {
    "ELECTION": "estarting election",
    "LEADER": "entering leader state",
    "LEADER-OR-FOLLOWER": "10.244.9.3:8300",
}


def _seen_leader(recorder: Recorder, *what: Any, **how: Any) -> None:
    """Records a case whose log must show that there was a leader."""
    ended = recorder.record(*what, **how)
    if ended is not None and not LED.search(ended.log):
        recorder.failed.append(f"{what[0]}/{what[1]}: no leader was ever seen, remove the case")


def record_own(recorder: Recorder) -> list[Callable[[], object]]:
    works: list[Callable[[], object]] = []
    for program, (health, names) in PROGRAMS.items():
        older = program == "raft-registry"
        binary = own(program, "golang-older" if older else "golang")
        for name in names:
            scenario = COMMON[name]
            command = f"/srv/{program}"
            prepare = at(binary) + NETWORK + f"PROGRAM={command}\n"
            if scenario.first:
                first = f"timeout -s KILL {scenario.first_seconds} {command} {scenario.first}"
                prepare += f"{first} >/dev/null 2>&1 || true\n"
            flags = scenario.flags.split()
            if program == "raft-queue" and scenario.cause == "NoLeader" and name != "changed-id":
                flags += ["-leader-timeout", "8s"]
            elif program == "raft-queue" and name in LEDS:
                flags += ["-leader-timeout", "30s"]
            works.append(
                partial(
                    *((_seen_leader, recorder) if name in LEDS else (recorder.record,)),
                    program,
                    name,
                    Run(
                        [command, *flags],
                        prepare=prepare + scenario.prepare,
                        meanwhile=f"PROGRAM={command}\n{scenario.meanwhile}"
                        if scenario.meanwhile
                        else "",
                        seconds=scenario.seconds,
                        stop_signal=scenario.stop,
                        user=scenario.user,
                    ),
                    cause=scenario.cause,
                    situation=scenario.situation,
                    source=LIBRARY.replace("v1.7.3", "v1.3.11") if older else LIBRARY,
                    expect=EXPECTED.get(scenario.expect, scenario.expect),
                    pod=_pod(program, health, scenario) if scenario.with_pod else None,
                    captures=scenario.captures,
                    running=scenario.running,
                )
            )
    return works


def record(recorder: Recorder) -> None:
    together(record_own(recorder))
