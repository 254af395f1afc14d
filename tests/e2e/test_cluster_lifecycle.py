"""The whole life of the local cluster, on this machine, for real.

These tests take the cluster down and bring it up again, so they run last and alone:
`pytest -m lifecycle tests/e2e/test_cluster_lifecycle.py`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from local_cluster import image, packages

pytestmark = [
    pytest.mark.lifecycle,
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or os.geteuid() != 0,
        reason="the local node needs Linux and root",
    ),
]

CHECKOUT = Path(__file__).resolve().parents[2]
BUSYBOX = "crashloop-doctor.local/lifecycle:1"
STATE = Path("/run/crashloop-doctor")


def cluster(*words: str, timeout: float = 1800) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(CHECKOUT / "hack" / "cluster"), *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def done(*words: str) -> str:
    ended = cluster(*words)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def kubectl(*words: str, given: str | None = None) -> str:
    ended = subprocess.run(
        [done("tool", "kubectl").strip(), "--kubeconfig", done("kubeconfig").strip(), *words],
        check=False,
        capture_output=True,
        text=True,
        input=given,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def eventually(what: str, true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(AssertionError):
            if true():
                return
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.5)


def traces() -> dict[str, list[str]]:
    """Everything on this machine that a cluster of ours could have left."""
    commands = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            root = (entry / "root").readlink()
        except OSError:
            continue
        ours = re.search(r"crashloop-doctor/(bin|cluster)/", words[0]) or str(STATE) in str(words)
        # A pod's process sees another root than we do.
        if ours or root != Path("/"):
            commands.append(" ".join(words))
    chains = [
        line
        for program in ("iptables-save", "ip6tables-save")
        if shutil.which(program)
        for line in subprocess.run(
            [program], check=False, capture_output=True, text=True
        ).stdout.splitlines()
        if "KUBE-" in line or "CNI-" in line
    ]
    folders = [
        STATE,
        Path("/run/netns"),
        Path("/run/containerd"),
        Path("/var/lib/cni"),
        Path("/var/lib/kubelet"),
        Path("/var/log/pods"),
        Path("/var/log/containers"),
        Path("/usr/libexec/kubernetes"),
        Path("/opt/containerd"),
        *Path("/sys/fs/cgroup").glob("**/kubepods*"),
    ]
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    return {
        "processes": sorted(commands),
        "mounts": [line for line in mounts if re.search("crashloop-doctor|netns|kubelet", line)],
        "devices": [
            device.name
            for device in Path("/sys/class/net").iterdir()
            if device.name.startswith(("cld-", "veth"))
        ],
        "chains": chains,
        "folders": [str(folder) for folder in folders if folder.exists()],
        "settings": [
            (Path("/proc/sys") / name).read_text().strip()
            for name in ("net/ipv4/ip_forward", "vm/overcommit_memory", "kernel/panic")
        ],
    }


@pytest.fixture(scope="module")
def clean() -> Iterator[dict[str, list[str]]]:
    """The machine without a cluster; every test must get back to exactly this."""
    done("build")
    packages.ensure(packages.FOR_NODE)
    done("down")
    yield traces()
    done("down")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image")
    binaries = folder / "root" / "bin"
    binaries.mkdir(parents=True)
    shutil.copy("/bin/busybox", binaries / "busybox")
    for name in ("sh", "sleep", "cat", "echo", "tail", "wget", "ls", "touch", "nslookup"):
        (binaries / name).symlink_to("busybox")
    tar = folder / "busybox.tar"
    image.write_archive(tar, BUSYBOX, [folder / "root"], cmd=["sh"])
    return tar


def pod(name: str, script: str, **container: object) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [
                    {
                        "name": "main",
                        "image": BUSYBOX,
                        "command": ["sh", "-c", script],
                        **container,
                    }
                ],
            },
        }
    )


def died_of(name: str) -> str:
    return kubectl("get", "pod", name, "-o", "jsonpath={.status.containerStatuses[0].lastState}")


def test_up_runs_pods_and_down_leaves_nothing_behind(
    clean: dict[str, list[str]], archive: Path
) -> None:
    done("up")
    assert cluster("status").returncode == 0
    assert BUSYBOX in done("load-image", str(archive))

    kubectl("apply", "-f", "-", given=pod("crashing", "echo last words; sleep 1; exit 3"))
    limits = {"limits": {"memory": "32Mi"}}
    kubectl("apply", "-f", "-", given=pod("eating", "tail /dev/zero", resources=limits))
    kubectl("apply", "-f", "-", given=pod("living", "echo hello; sleep 100000"))

    eventually("a crash is counted", lambda: '"exitCode":3' in died_of("crashing"))
    eventually("the kernel ended it", lambda: "OOMKilled" in died_of("eating"))
    # While the container is dead and waits, its previous instance's log may be gone already.
    eventually(
        "the log of the dead instance",
        lambda: "last words" in kubectl("logs", "crashing", "--previous"),
    )
    eventually("it runs", lambda: "hello" in kubectl("logs", "living"))
    name = "kubernetes.default.svc.cluster.local"
    assert "10.96.0.1" in kubectl("exec", "living", "--", "nslookup", name)

    done("down")
    assert traces() == clean
    assert cluster("status").returncode == 1


def test_second_up_returns_at_once(clean: dict[str, list[str]]) -> None:
    done("up")
    began = time.monotonic()
    assert "runs already" in done("up")
    assert time.monotonic() - began < 5


def test_up_on_a_half_dead_cluster_says_so_and_starts_it_anew(
    clean: dict[str, list[str]],
) -> None:
    done("up")
    victim = json.loads((STATE / "pids" / "kube-scheduler.json").read_text())["pid"]
    os.kill(victim, signal.SIGKILL)
    eventually("status sees it", lambda: "kube-scheduler does not run" in cluster("status").stdout)
    ended = cluster("up")
    assert ended.returncode == 0, ended.stderr
    assert "kube-scheduler does not run" in ended.stderr
    assert cluster("status").returncode == 0


def test_down_twice_is_fine(clean: dict[str, list[str]]) -> None:
    done("down")
    done("down")
    assert traces() == clean


@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.0, 1.6, 3.0, 5.0, 6.0, 7.0, 8.5, 10.0])
def test_down_after_up_was_killed_leaves_nothing_behind(
    clean: dict[str, list[str]], seconds: float
) -> None:
    done("down")
    starting = subprocess.Popen(
        [str(CHECKOUT / "hack" / "cluster"), "up"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    starting.kill()
    starting.wait()
    done("down")
    assert traces() == clean


def test_up_works_after_up_was_killed(clean: dict[str, list[str]]) -> None:
    done("down")
    starting = subprocess.Popen(
        [str(CHECKOUT / "hack" / "cluster"), "up"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(4)
    starting.kill()
    starting.wait()
    done("up")
    assert cluster("status").returncode == 0


def test_down_ends_pods_whose_containerd_was_killed(
    clean: dict[str, list[str]], archive: Path
) -> None:
    done("up")
    done("load-image", str(archive))
    kubectl("apply", "-f", "-", given=pod("orphan", "echo hello; sleep 100000"))
    eventually("it runs", lambda: "hello" in kubectl("logs", "orphan"))
    for name in ("kubelet", "containerd", "kube-apiserver"):
        os.kill(json.loads((STATE / "pids" / f"{name}.json").read_text())["pid"], signal.SIGKILL)
    done("down")
    assert traces() == clean
