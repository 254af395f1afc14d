"""C, C++ and Go programs: memory faults, missing libraries and symbols, files for another CPU, musl's spellings.

Compiled from sources/native by gcc, g++, musl-gcc and go. Three files are changed after the link, because nothing else
gives them on this machine: two that require a newer GLIBC or GLIBCXX (the loader's complaint is real), and one whose
ELF class says 32 bit.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from ..case import Case
from ..recorder import Recorder, RecordingFailed, Run, apt, debian, pod
from .python_programs import CACHE, SOURCES, TAKEN, Scenario, env, host, record_all

NATIVE = SOURCES / "native"
BUILT = CACHE / "native"

BEFORE = f"""
cp -r {BUILT}/. /srv/; chmod -R a+rX /srv
"""
MUSL = "cp -r /srv/musl/. /srv/\n"
STALE = "mkdir -p /data/ctl; python3 -c \"import socket; socket.socket(1).bind('/data/ctl/telemetry.sock')\"\n"
DAEMON, INDEXER = "/srv/telemetryd", "/srv/indexer"
SOURCE = {
    "telemetryd": "C program built by gcc 12 against glibc 2.36",
    "telemetryd-musl": "C program built by musl-gcc (musl 1.2.3)",
    "cpp-indexer": "C++ program built by g++ 12",
    "go-agent": "Go 1.26 program built with GOARCH=arm64",
    "go-cgo": "Go 1.26 program with cgo",
    "python-extension": "Python 3.11 with a C extension",
    "qemu": "Debian package qemu-user 7.2 running a Go 1.26 program",
}
IMAGE = "registry.example.com/agent:3.0-arm64"


def runc(*arguments: str) -> str:
    """Bash that makes the bundle /run/bundle whose root is the machine's, with /srv as it is here."""
    quoted = ",".join(f'"{a}"' for a in arguments)
    return f"""
mkdir -p /run/bundle/rootfs /run/app; cp -r /srv/. /run/app/; mount --bind / /run/bundle/rootfs
mount --bind /run/app /run/bundle/rootfs/srv; cd /run/bundle; runc spec --rootless; python3 - <<'EOF'
import json
c = json.load(open('config.json')); linux = c['linux']
c['process'] |= dict(args=[{quoted}], terminal=False, cwd='/srv')
c['mounts'] = [m for m in c['mounts'] if m['destination'] in ('/proc', '/dev')]
for name in ('uidMappings', 'gidMappings'): linux.pop(name, None)
linux |= dict(namespaces=[dict(type='mount')], maskedPaths=[], readonlyPaths=[]); c.pop('hostname', None)
json.dump(c, open('config.json', 'w'))
EOF
cd /srv
"""


RUNC = ["runc", "--root", "/run/runc", "run", "--bundle", "/run/bundle", "app"]


def daemon(mode: str, **values: str) -> dict[str, str]:
    return {"MODE": mode, **values}


SCENARIOS = [
    Scenario(
        "telemetryd",
        "segfault",
        "SegmentationFault",
        "a null pointer is followed; only the exit code tells",
        [DAEMON],
        "sensor 11 registered",
        env=daemon("segfault"),
        more={"pod": pod("telemetryd", "registry.example.com/telemetryd:5.2.1", command=[DAEMON])},
    ),
    Scenario(
        "telemetryd",
        "segfault-in-script",
        "SegmentationFault",
        "the same under an entry script of bash",
        ["bash", "/srv/run.sh"],
        "Segmentation fault",
        prepare=f"printf 'set -e\\necho preparing\\n{DAEMON} --ring\\necho done\\n' >/srv/run.sh\n",
        env=daemon("segfault"),
    ),
    Scenario(
        "telemetryd",
        "double-free",
        "SegmentationFault",
        "glibc detects a double free and aborts",
        [DAEMON],
        "double free detected",
        env=daemon("double-free"),
    ),
    Scenario(
        "telemetryd",
        "heap-corruption",
        "SegmentationFault",
        "glibc finds its heap overwritten",
        ["bash", "-c", DAEMON + "; exit $?"],
        "malloc(): invalid size",
        env=daemon("heap"),
    ),
    Scenario(
        "telemetryd",
        "stack-smashing",
        "SegmentationFault",
        "a label is longer than its buffer",
        [DAEMON],
        "stack smashing detected",
        env=daemon("smash", LABEL="rack-17-row-4-building-east-floor-2"),
    ),
    Scenario(
        "telemetryd",
        "bus-error",
        "SegmentationFault",
        "a mapped file is shorter than the mapping: SIGBUS",
        ["bash", "-c", f"{DAEMON}; exit $?"],
        "Bus error",
        env=daemon("bus"),
    ),
    Scenario(
        "telemetryd",
        "illegal-instruction",
        "SegmentationFault",
        "a compiler trap: an illegal instruction without a word of the CPU",
        ["bash", "-c", f"{DAEMON}; exit $?"],
        "Illegal instruction",
        env=daemon("illegal"),
    ),
    Scenario(
        "telemetryd",
        "assertion",
        "ApplicationError",
        "an assertion of the program's own fails (SIGABRT)",
        [DAEMON],
        "Assertion `newest->unit != NULL' failed",
        env=daemon("assert"),
    ),
    Scenario(
        "telemetryd",
        "library-missing",
        "LibraryMissing",
        "a shared library is not in the image",
        ["/srv/telemetryd-samples"],
        "cannot open shared object file",
        more={
            "pod": pod(
                "telemetryd",
                "registry.example.com/telemetryd:5.2.1-slim",
                command=["/srv/telemetryd-samples"],
            )
        },
    ),
    Scenario(
        "telemetryd",
        "library-too-old",
        "LibraryMissing",
        "the library is there in an older version without a symbol",
        ["/srv/telemetryd-samples"],
        "symbol lookup error",
        prepare="cp old/libsamples.so.1 /srv/\n",
        env={"LD_LIBRARY_PATH": "/srv"},
    ),
    Scenario(
        "telemetryd",
        "glibc-too-old",
        "LibraryMissing",
        "built against a newer glibc than the image has",
        ["/srv/telemetryd-new"],
        "version `GLIBC_2.38' not found",
        more={
            "pod": pod(
                "telemetryd",
                "registry.example.com/telemetryd:5.3.0",
                command=["/srv/telemetryd-new"],
            )
        },
    ),
    Scenario(
        "telemetryd",
        "interpreter-missing",
        "ExecutableMissing",
        "a musl program on an image without musl's loader: the file is there, its interpreter is not",
        ["bash", "/srv/run.sh"],
        "required file not found",
        prepare="sed 's#/lib/ld-musl-x86_64.so.1#/lib/ld-nope-x86_64.so.1#' musl/telemetryd >telemetryd-m;"
        " chmod +x telemetryd-m; printf 'echo starting telemetryd\\nexec /srv/telemetryd-m\\n' >run.sh\n",
    ),
    Scenario(
        "telemetryd",
        "interpreter-missing-sh",
        "ExecutableMissing",
        "the same under dash",
        ["sh", "/srv/run.sh"],
        "not found",
        prepare="sed 's#/lib/ld-musl-x86_64.so.1#/lib/ld-nope-x86_64.so.1#' musl/telemetryd >telemetryd-m;"
        " chmod +x telemetryd-m; printf 'echo starting telemetryd\\nexec /srv/telemetryd-m\\n' >run.sh\n",
    ),
    Scenario(
        "telemetryd",
        "lock-held",
        "StaleLock",
        "the lock is held",
        [DAEMON],
        "is another telemetryd running?",
        prepare="(flock /data/t.lock sleep 60 &); sleep 0.2\n",
        env={"LOCK": "/data/t.lock"},
    ),
    Scenario(
        "telemetryd",
        "port-taken",
        "PortConflict",
        "the port is taken",
        [DAEMON],
        "Address already in use",
        prepare=TAKEN.format(port=9273),
        env={"PORT": "9273"},
        more={"captures": {"address": "0.0.0.0:9273"}},
    ),
    Scenario(
        "telemetryd",
        "bind-bare",
        "AddressInUse",
        "perror alone, and no spec",
        [DAEMON],
        "bind: Address already in use",
        prepare=TAKEN.format(port=9273),
        env={"PORT": "9273", "TERSE": "1"},
    ),
    Scenario(
        "telemetryd",
        "bind-bare-host-network",
        "PortConflict",
        "perror alone; the spec is on the host's network",
        [DAEMON],
        "bind: Address already in use",
        prepare=TAKEN.format(port=9273),
        env={"PORT": "9273", "TERSE": "1"},
        more={
            "pod": pod(
                "telemetryd",
                "registry.example.com/telemetryd:5.2.1",
                hostNetwork=True,
                env=env(PORT="9273"),
                ports=[{"containerPort": 9273, "hostPort": 9273}],
            )
        },
    ),
    Scenario(
        "telemetryd",
        "bind-bare-socket",
        "StaleUnixSocket",
        "perror alone; the spec has the socket's path and its volume",
        [DAEMON],
        "bind: Address already in use",
        prepare=STALE,
        env={"CONTROL": "/data/ctl/telemetry.sock", "TERSE": "1"},
        more={
            "captures": {"path": "/data/ctl/telemetry.sock"},
            "pod": pod(
                "telemetryd",
                "registry.example.com/telemetryd:5.2.1",
                env=env(CONTROL="/data/ctl/telemetry.sock"),
                volumeMounts=[{"name": "ctl", "mountPath": "/data/ctl"}],
                volumes=[{"name": "ctl", "hostPath": {"path": "/var/run/telemetry"}}],
            ),
        },
    ),
    Scenario(
        "telemetryd",
        "socket-stale",
        "StaleUnixSocket",
        "the control socket is left",
        [DAEMON],
        "bind(/data/ctl/telemetry.sock)",
        prepare=STALE,
        env={"CONTROL": "/data/ctl/telemetry.sock"},
        more={"captures": {"path": "/data/ctl/telemetry.sock"}},
    ),
    Scenario(
        "telemetryd",
        "ring-disk-full",
        "DiskFull",
        "the ring does not fit on the volume",
        [DAEMON],
        "No space left on device",
        prepare="mount -t tmpfs -o size=256k tmpfs /data\n",
        env=daemon("flush"),
    ),
    Scenario(
        "telemetryd",
        "ring-forbidden",
        "PermissionDenied",
        "the ring's folder may not be written",
        [DAEMON],
        "Permission denied",
        prepare="mkdir -m 755 /data/ring\n",
        env=daemon("flush", RING="/data/ring"),
        run={"user": 65534},
    ),
    Scenario(
        "telemetryd",
        "files-spent",
        "FileLimitReached",
        "too many sensor channels",
        [DAEMON],
        "Too many open files",
        env=daemon("files"),
        run={"open_files": 64},
    ),
    Scenario(
        "telemetryd",
        "threads-spent",
        "FileLimitReached",
        "no more threads may be made",
        ["bash", "-c", f"ulimit -u 15; exec {DAEMON}"],
        "Resource temporarily unavailable",
        env=daemon("threads"),
        run={"user": 64127},
    ),
    Scenario(
        "telemetryd",
        "malloc-failed",
        "OutOfMemory",
        "malloc fails under an address space limit",
        ["bash", "-c", f"ulimit -v 120000; exec {DAEMON}"],
        "Cannot allocate memory",
        env=daemon("memory"),
    ),
    Scenario(
        "telemetryd",
        "memory-killed",
        "OutOfMemory",
        "the kernel kills it for memory",
        [DAEMON],
        "allocated",
        env=daemon("memory"),
        run={"memory_bytes": 64 << 20, "seconds": 15},
        more={
            "pod": pod(
                "telemetryd",
                "registry.example.com/telemetryd:5.2.1",
                resources={"limits": {"memory": "64Mi"}},
            )
        },
    ),
    Scenario(
        "telemetryd",
        "collector-refused",
        "DependencyNotReady",
        "the collector refuses connections",
        [DAEMON],
        "is not reachable, giving up",
        prepare=host("otel-collector", "10.96.31.7"),
        env={"UPSTREAM": "10.96.31.7"},
        more={"captures": {"host": "10.96.31.7", "port": "4317"}},
    ),
    Scenario(
        "telemetryd",
        "collector-later",
        "Unknown",
        "healthy: the collector came up on the third attempt",
        [DAEMON],
        "ready",
        prepare=host("otel-collector", "10.96.31.7"),
        env={"UPSTREAM": "10.96.31.7", "PORT": "9273"},
        run={"meanwhile": "sleep 0.2; exec python3 -m http.server 4317"},
        more={"running": True},
    ),
    Scenario(
        "telemetryd",
        "ready",
        "Unknown",
        "healthy: it runs",
        [DAEMON],
        "ready",
        env={"PORT": "9273", "CONTROL": "/run/t.sock"},
        run={"seconds": 2},
        more={"running": True},
    ),
    Scenario(
        "telemetryd",
        "killed",
        "Unknown",
        "killed from outside, nobody says why",
        [DAEMON],
        "ready",
        run={"seconds": 2, "stop_signal": "SIGKILL"},
    ),
    Scenario(
        "telemetryd-musl",
        "library-missing",
        "LibraryMissing",
        "a shared library is not in the image",
        ["/srv/telemetryd-samples"],
        "Error loading shared library",
        prepare=MUSL,
        more={
            "pod": pod(
                "telemetryd",
                "registry.example.com/telemetryd:5.2.1-alpine",
                command=["/srv/telemetryd-samples"],
            )
        },
    ),
    Scenario(
        "telemetryd-musl",
        "symbol-missing",
        "LibraryMissing",
        "the library is too old and lacks a symbol",
        ["/srv/telemetryd-samples"],
        "Error relocating",
        prepare=MUSL + "cp old/libsamples.so.1 /srv/\n",
        env={"LD_LIBRARY_PATH": "/srv"},
    ),
    Scenario(
        "telemetryd-musl",
        "port-taken",
        "PortConflict",
        "the port is taken, in musl's words",
        [DAEMON],
        "Address in use",
        prepare=MUSL + TAKEN.format(port=9273),
        env={"PORT": "9273"},
        more={"captures": {"address": "0.0.0.0:9273"}},
    ),
    Scenario(
        "telemetryd-musl",
        "socket-stale",
        "StaleUnixSocket",
        "the socket is left, in musl's words",
        [DAEMON],
        "Address in use",
        prepare=MUSL + STALE,
        env={"CONTROL": "/data/ctl/telemetry.sock"},
        more={"captures": {"path": "/data/ctl/telemetry.sock"}},
    ),
    Scenario(
        "telemetryd-musl",
        "bind-bare",
        "AddressInUse",
        "perror alone, in musl's words",
        [DAEMON],
        "bind: Address in use",
        prepare=MUSL + STALE,
        env={"CONTROL": "/data/ctl/telemetry.sock", "TERSE": "1"},
    ),
    Scenario(
        "telemetryd-musl",
        "collector-refused",
        "DependencyNotReady",
        "the collector refuses connections",
        [DAEMON],
        "is not reachable, giving up",
        prepare=MUSL + host("otel-collector", "10.96.31.7"),
        env={"UPSTREAM": "10.96.31.7"},
    ),
    Scenario(
        "telemetryd-musl",
        "files-spent",
        "FileLimitReached",
        "too many channels, in musl's words",
        [DAEMON],
        "No file descriptors available",
        prepare=MUSL,
        env=daemon("files"),
        run={"open_files": 64},
    ),
    Scenario(
        "telemetryd-musl",
        "malloc-failed",
        "OutOfMemory",
        "malloc fails, in musl's words",
        ["bash", "-c", f"ulimit -v 60000; exec {DAEMON}"],
        "Out of memory",
        prepare=MUSL,
        env=daemon("memory"),
    ),
    Scenario(
        "telemetryd-musl",
        "disk-full",
        "DiskFull",
        "the ring does not fit",
        [DAEMON],
        "No space left on device",
        prepare=MUSL + "mount -t tmpfs -o size=256k tmpfs /data\n",
        env=daemon("flush"),
    ),
    Scenario(
        "telemetryd-musl",
        "ready",
        "Unknown",
        "healthy: it runs",
        [DAEMON],
        "ready",
        prepare=MUSL,
        env={"PORT": "9273"},
        run={"seconds": 2},
        more={"running": True},
    ),
    Scenario(
        "cpp-indexer",
        "bad-alloc",
        "OutOfMemory",
        "an allocation fails: std::bad_alloc is not caught",
        ["bash", "-c", f"ulimit -v 300000; exec {INDEXER}"],
        "std::bad_alloc",
        env=daemon("alloc"),
    ),
    Scenario(
        "cpp-indexer",
        "uncaught-exception",
        "ApplicationError",
        "an exception of its own is not caught",
        [INDEXER],
        "terminate called after throwing",
        env=daemon("throw"),
    ),
    Scenario(
        "cpp-indexer",
        "map-at",
        "ApplicationError",
        "std::out_of_range is not caught",
        [INDEXER],
        "map::at",
        env=daemon("range"),
    ),
    Scenario(
        "cpp-indexer",
        "threads-spent",
        "FileLimitReached",
        "std::thread cannot start",
        ["bash", "-c", f"ulimit -u 15; exec {INDEXER}"],
        "Resource temporarily unavailable",
        env=daemon("threads"),
        run={"user": 64128},
    ),
    Scenario(
        "cpp-indexer",
        "segfault",
        "SegmentationFault",
        "a virtual call through a bad pointer",
        ["sh", "-c", f"{INDEXER}; exit $?"],
        "Segmentation fault",
        env=daemon("virtual"),
    ),
    Scenario(
        "cpp-indexer",
        "sanitizer",
        "SegmentationFault",
        "a build with AddressSanitizer reports the SEGV",
        ["/srv/indexer-asan"],
        "AddressSanitizer",
        env=daemon("virtual"),
    ),
    Scenario(
        "cpp-indexer",
        "glibcxx-too-old",
        "LibraryMissing",
        "built against a newer libstdc++ than the image has",
        ["/srv/indexer-new"],
        "not found (required by",
    ),
    Scenario(
        "cpp-indexer",
        "plugin-missing",
        "LibraryMissing",
        "a plugin's library is not there",
        [INDEXER],
        "cannot load tokenizer plugin",
        env=daemon("plugin", PLUGIN="libtokenizer_ja.so"),
    ),
    Scenario(
        "cpp-indexer",
        "plugin-elf-class",
        "ArchitectureMismatch",
        "a plugin is of 32 bit",
        [INDEXER],
        "wrong ELF class",
        env=daemon("plugin", PLUGIN="/srv/libsamples32.so"),
    ),
    Scenario(
        "cpp-indexer",
        "index-ready",
        "Unknown",
        "healthy: it runs",
        [INDEXER],
        "index ready",
        run={"seconds": 2},
        more={"running": True},
    ),
    Scenario(
        "go-agent",
        "exec-format-runc",
        "ArchitectureMismatch",
        "the runtime cannot execute a program for arm64",
        RUNC,
        "exec format error",
        source="runc 1.1.5, Go program built with GOARCH=arm64",
        prepare=runc("/srv/agent"),
        more={"pod": pod("agent", IMAGE, command=["/srv/agent"])},
    ),
    Scenario(
        "go-agent",
        "exec-format-bash",
        "ArchitectureMismatch",
        "an entry script of bash runs a program for arm64",
        ["bash", "/srv/run.sh"],
        "Exec format error",
        prepare="printf 'set -e\\necho \"agent: rendering config\"\\nexec /srv/agent\\n' >run.sh\n",
    ),
    Scenario(
        "go-agent",
        "exec-format-dash",
        "ArchitectureMismatch",
        "a command line of dash runs a program for arm64",
        ["sh", "-c", "/srv/agent --config /etc/a"],
        "Exec format error",
        more={
            "pod": pod(
                "agent",
                IMAGE,
                command=["sh", "-c", "/srv/agent --config /etc/a"],
                nodeName="ip-10-0-3-7",
            )
        },
    ),
    Scenario(
        "go-agent",
        "exec-format-busybox",
        "ArchitectureMismatch",
        "the same under busybox, as on Alpine",
        ["busybox", "sh", "-c", "echo starting agent; exec /srv/agent"],
        "/srv/agent",
        source="Debian package busybox 1.35, Go program built with GOARCH=arm64",
    ),
    Scenario(
        "go-agent",
        "exec-format-tini",
        "ArchitectureMismatch",
        "tini gives a program for arm64 to the shell, which stumbles over it",
        ["tini", "-s", "-g", "--", "/srv/agent"],
        "/srv/agent: 1:",
        source="Debian package tini 0.19",
        more={"pod": pod("agent", IMAGE, args=["/srv/agent"])},
    ),
    Scenario(
        "go-agent",
        "exec-format-dumb-init",
        "ArchitectureMismatch",
        "dumb-init gives a program for arm64 to the shell",
        ["dumb-init", "/srv/agent"],
        "/srv/agent: 1:",
        source="Debian package dumb-init 1.2.5",
    ),
    Scenario(
        "go-agent",
        "exec-format-python",
        "ArchitectureMismatch",
        "a Python launcher starts a program for arm64",
        ["python3", "/srv/launch.py"],
        "Exec format error",
        prepare="printf 'import subprocess\\nprint(\"launcher: "
        'starting agent", flush=True)\\nsubprocess.run(["/srv/agent"], check=True)\\n\' >launch.py\n',
    ),
    Scenario(
        "go-agent",
        "script-without-shebang",
        "ArchitectureMismatch",
        "the entry script has no #! line, which the kernel cannot tell from a wrong architecture",
        RUNC,
        "exec format error",
        source="runc 1.1.5",
        prepare="printf 'echo hello\\n' >/srv/entrypoint.sh;"
        " chmod +x /srv/entrypoint.sh\n" + runc("/srv/entrypoint.sh"),
        more={
            "pod": pod("agent", "registry.example.com/agent:3.0", command=["/srv/entrypoint.sh"])
        },
    ),
    Scenario(
        "go-agent",
        "interpreter-missing-runc",
        "ExecutableMissing",
        "the entry script's interpreter has a carriage return at its end",
        RUNC,
        "no such file or directory",
        source="runc 1.1.5",
        prepare="printf '#!/bin/bash\\r\\necho hello\\r\\n' >/srv/entrypoint.sh;"
        " chmod +x /srv/entrypoint.sh\n" + runc("/srv/entrypoint.sh"),
        more={
            "pod": pod("agent", "registry.example.com/agent:3.0", command=["/srv/entrypoint.sh"])
        },
    ),
    Scenario(
        "go-agent",
        "emulated",
        "Unknown",
        "healthy: the program for arm64 runs under an emulator that says so",
        [
            "bash",
            "-c",
            "echo 'WARNING: image platform linux/arm64 does not match the host (linux/amd64), using qemu';"
            " exec qemu-aarch64 /srv/agent",
        ],
        "agent starting",
        run={"seconds": 4},
        more={"running": True},
    ),
    Scenario(
        "qemu",
        "amd64-level-too-low",
        "ArchitectureMismatch",
        "the program wants a newer CPU than it gets",
        ["qemu-x86_64", "-cpu", "qemu64", "/srv/agent-v3"],
        "microarchitecture support",
        more={"pod": pod("agent", "registry.example.com/agent:3.0-v3", command=["/srv/agent-v3"])},
    ),
    Scenario(
        "go-cgo",
        "sigsegv-in-c",
        "SegmentationFault",
        "the C library faults; Go's runtime reports SIGSEGV during cgo execution",
        ["/srv/tiles"],
        "signal arrived during cgo execution",
        env={"MODE": "cgo"},
    ),
    Scenario(
        "go-cgo",
        "nil-pointer",
        "ApplicationError",
        "a nil pointer in Go itself: a panic with exit code 2",
        ["/srv/tiles"],
        "nil pointer dereference",
        more={"pod": pod("tiles", "registry.example.com/tile-server:0.9")},
    ),
    Scenario(
        "python-extension",
        "extension-library-missing",
        "LibraryMissing",
        "a C extension needs a shared library that is not there",
        ["python3", "app.py"],
        "cannot open shared object file",
        prepare='printf \'import logging\\nlogging.basicConfig(level=20)\\nlogging.info("starting")\\n'
        "import _samples\\n' >app.py\n",
    ),
    Scenario(
        "python-extension",
        "extension-symbol",
        "LibraryMissing",
        "a C extension meets an older library",
        ["python3", "app.py"],
        "undefined symbol",
        prepare="cp old/libsamples.so.1 .; printf 'import logging\\nlogging.basicConfig(level=20)\\n"
        'logging.info("starting")\\nimport _samples\\n\' >app.py\n',
        env={"LD_LIBRARY_PATH": "/srv", "LD_BIND_NOW": "1"},
    ),
    Scenario(
        "python-extension",
        "extension-elf-class",
        "ArchitectureMismatch",
        "a C extension was built for 32 bit",
        ["python3", "app.py"],
        "wrong ELF class",
        prepare="cp libsamples32.so _samples.so; printf 'import logging\\nlogging.basicConfig(level=20)\\n"
        'logging.info("starting")\\nimport _samples\\n\' >app.py\n',
    ),
    Scenario(
        "python-extension",
        "faulthandler",
        "SegmentationFault",
        "a C extension crashes; faulthandler prints where",
        ["python3", "-X", "faulthandler", "app.py"],
        "Fatal Python error: Segmentation fault",
        prepare='printf \'import ctypes, logging\\nlogging.basicConfig(level=20)\\nlogging.info("starting")\\n\\n'
        "def decode(frame):\\n    return ctypes.string_at(frame)\\n\\ndecode(0x10)\\n' >app.py\n",
    ),
]


def _elf_hash(name: bytes) -> bytes:
    value = 0
    for byte in name:
        value = (value << 4) + byte
        value ^= (value & 0xF0000000) >> 24
        value &= 0x0FFFFFFF
    return value.to_bytes(4, "little")


def _require(source: Path, old: bytes, new: bytes, target: Path) -> None:
    """A program that requires another version of its library's symbols."""
    data = source.read_bytes()
    assert old + b"\0" in data, f"{source} does not require {old!r}"
    assert _elf_hash(old) in data, f"{source} does not require {old!r}"
    target.write_bytes(
        data.replace(old + b"\0", new + b"\0").replace(_elf_hash(old), _elf_hash(new))
    )
    target.chmod(0o755)


def build() -> None:
    if (BUILT / "built").exists() and (BUILT / "built").stat().st_mtime > max(
        file.stat().st_mtime for file in NATIVE.rglob("*") if file.is_file()
    ):
        return
    (BUILT / "musl").mkdir(parents=True, exist_ok=True)
    (BUILT / "old").mkdir(exist_ok=True)

    def run(*command: str, **variables: str) -> None:
        subprocess.run(
            ["nice", "-n", "10", *command], cwd=NATIVE, env={**os.environ, **variables}, check=True
        )

    flags = ["-O0", "-w", "-fstack-protector-all"]
    for cc, folder in (("gcc", BUILT), ("musl-gcc", BUILT / "musl")):
        run(cc, *flags, "telemetryd.c", "-o", f"{folder}/telemetryd", "-pthread")
        library = folder / "libsamples.so.1"
        old = folder / "old" / "libsamples.so.1"
        old.parent.mkdir(exist_ok=True)
        run(cc, "-shared", "-fPIC", "-Wl,-soname,libsamples.so.1", "samples.c", "-o", str(library))
        run(cc, "-shared", "-fPIC", "-Wl,-soname,libsamples.so.1", "samples_old.c", "-o", str(old))
        run(
            cc,
            *flags,
            "-DSAMPLES",
            "telemetryd.c",
            "-o",
            f"{folder}/telemetryd-samples",
            "-pthread",
            str(library),
        )
        if folder is BUILT:
            run(cc, "-shared", "-fPIC", "-DSAMPLES", "_samples.c", "-I/usr/include/python3.11", str(library),
                "-o", f"{folder}/_samples.so")  # fmt: skip
            data = bytearray(library.read_bytes())
            data[4] = 1
            (folder / "libsamples32.so").write_bytes(data)
        library.unlink()
    run("g++", "-O0", "-w", "indexer.cpp", "-o", f"{BUILT}/indexer", "-pthread", "-ldl")
    run(
        "g++",
        "-O0",
        "-w",
        "-g",
        "-fsanitize=address",
        "indexer.cpp",
        "-o",
        f"{BUILT}/indexer-asan",
        "-pthread",
        "-ldl",
    )
    _require(BUILT / "telemetryd", b"GLIBC_2.34", b"GLIBC_2.38", BUILT / "telemetryd-new")
    _require(BUILT / "indexer", b"GLIBCXX_3.4.21", b"GLIBCXX_3.4.32", BUILT / "indexer-new")
    run(
        "go", "build", "-C", "goagent", "-o", f"{BUILT}/agent", ".", GOARCH="arm64", CGO_ENABLED="0"
    )
    run(
        "go",
        "build",
        "-C",
        "goagent",
        "-o",
        f"{BUILT}/agent-v3",
        ".",
        GOAMD64="v3",
        CGO_ENABLED="0",
    )
    run("go", "build", "-C", "gocrash", "-o", f"{BUILT}/tiles", ".", CGO_ENABLED="1")
    (BUILT / "built").write_text("")


def _start_error(recorder: Recorder, name: str, cause: str, situation: str, command: list[str], prepare: str,
                 expect: str) -> None:  # fmt: skip
    """The runtime cannot even start it: no log, and runc's message in the status as containerd puts it there."""
    try:
        ended = recorder.run(
            Run(
                [*RUNC[:3], "create", *RUNC[4:]],
                prepare=BEFORE + prepare + runc(*command),
                seconds=5,
            )
        )
        said = ended.log.decode()
        if expect not in said:
            raise RecordingFailed(f"{expect!r} is not in {said!r}")
    except RecordingFailed as fault:
        recorder.failed.append(f"container-runtime/{name}: {fault}")
        return
    message = said.split('msg="')[-1].rstrip().removesuffix('"').replace('\\"', '"')
    message = (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed:"
        f" {message}: unknown"
    )
    ended_state = {"exitCode": 128, "reason": "StartError", "message": message,
                   "startedAt": "1970-01-01T00:00:00Z", "finishedAt": "2026-11-21T13:05:41Z"}  # fmt: skip
    case = Case(
        program="container-runtime", name=name, cause=cause, situation=situation, log=b"",
        source=f"{debian('runc')}, its message as containerd puts it into the status", command=" ".join(command),
        exit_code=128, reason="StartError", container="app",
        pod=pod("app", "registry.example.com/app:7", command=command,
                status={"phase": "Running", "containerStatuses": [{
                    "name": "app", "ready": False, "restartCount": 5, "started": False,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": ended_state}}]}),
    )  # fmt: skip
    case.write()
    recorder.written.append(case)


def record(recorder: Recorder) -> None:
    apt(
        "gcc",
        "g++",
        "musl-tools",
        "runc",
        "tini",
        "dumb-init",
        "busybox-static",
        "qemu-user",
        "libpython3.11-dev",
    )
    build()
    record_all(recorder, SCENARIOS, BEFORE, SOURCE)
    _start_error(recorder, "not-in-path", "ExecutableMissing", "the program is not in the image's PATH",
                 ["start-server", "--port=8080"], "", "executable file not found")  # fmt: skip
    _start_error(recorder, "no-such-file", "ExecutableMissing", "the program's path does not exist",
                 ["/srv/bin/server"], "", "no such file or directory")  # fmt: skip
    _start_error(recorder, "not-executable", "PermissionDenied", "the entry script lacks its executable bit",
                 ["/srv/entrypoint.sh"], "printf '#!/bin/sh\\necho hi\\n' >/srv/entrypoint.sh\n",
                 "permission denied")  # fmt: skip
