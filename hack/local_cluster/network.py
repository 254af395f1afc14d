"""What the node changes in the host's network and kernel settings, and how it is taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .shell import quiet, run

NODE_ADDRESS: Final = "10.199.0.1"
POD_RANGE: Final = "10.200.0.0/24"
SERVICE_RANGE: Final = "10.96.0.0/16"
API_SERVICE: Final = "10.96.0.1"
NODE_DEVICE: Final = "cld-node"
POD_DEVICE: Final = "cld-pods"
CNI_NETWORK: Final = "crashloop-doctor"

_SETTINGS: Final = {
    "net/ipv4/ip_forward": "1",
    "net/bridge/bridge-nf-call-iptables": "1",
}
# Those that the kubelet, kube-proxy and the bridge plugin set on their own.
_TOUCHED: Final = (
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/panic",
    "kernel/panic_on_oops",
    "net/ipv4/conf/all/route_localnet",
    "net/ipv4/ip_local_reserved_ports",
    "net/ipv6/conf/all/forwarding",
    "net/netfilter/nf_conntrack_tcp_be_liberal",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
)
_PROGRAMS: Final = ("iptables", "ip6tables")
_OURS: Final = re.compile(r"(KUBE|CNI)-")


def prepare(before: Path, sysctl: Path = Path("/proc/sys")) -> None:
    """Note how things are, then make the node's device and set what routing needs."""
    if not before.exists():
        # Only the first time: an `up` after a killed one would note our own values.
        _note(before, sysctl)
    if not (sysctl / "net/bridge").exists():
        # Built in, or a module: without it a pod can't reach a Service that ends on its own node.
        quiet(["modprobe", "br_netfilter"])
    for name, value in _SETTINGS.items():
        if (sysctl / name).exists():
            (sysctl / name).write_text(value)
    if not _device_exists(NODE_DEVICE):
        # A bridge without ports, because a kernel need not have the `dummy` device.
        run(["ip", "link", "add", NODE_DEVICE, "type", "bridge"])
    run(["ip", "address", "replace", f"{NODE_ADDRESS}/32", "dev", NODE_DEVICE])
    run(["ip", "link", "set", NODE_DEVICE, "up"])


def restore(before: Path, sysctl: Path = Path("/proc/sys")) -> None:
    """Remove our devices and chains, and put kernel settings back."""
    for device in [*_ports(POD_DEVICE), POD_DEVICE, NODE_DEVICE]:
        if _device_exists(device):
            # The kernel may be quicker: a pod's end goes with its network namespace.
            quiet(["ip", "link", "delete", device])
    try:
        noted = json.loads(before.read_text())
    except (OSError, ValueError):
        noted = {"settings": {}, "chains": {}}
    for program in _PROGRAMS:
        _remove_chains(program, set(noted["chains"].get(program, [])))
    for name, value in noted["settings"].items():
        try:
            if (sysctl / name).read_text().strip() != value:
                (sysctl / name).write_text(value)
        except OSError:
            continue


def cni_config(data: Path) -> str:
    """The pods' network: one bridge, addresses from one range, host ports."""
    return json.dumps(
        {
            "cniVersion": "1.0.0",
            "name": CNI_NETWORK,
            "plugins": [
                {
                    "type": "bridge",
                    "bridge": POD_DEVICE,
                    "isDefaultGateway": True,
                    # A pod must reach itself through a Service that chose it.
                    "hairpinMode": True,
                    "ipam": {
                        "type": "host-local",
                        "dataDir": str(data),
                        "ranges": [[{"subnet": POD_RANGE}]],
                    },
                },
                {"type": "portmap", "capabilities": {"portMappings": True}},
            ],
        },
        indent=2,
    )


def deletion(saved: str, keep: Iterable[str]) -> str:
    """Input for iptables-restore that removes our chains, and every rule that jumps to one."""
    kept = set(keep)
    lines: list[str] = []
    for table, body in re.findall(r"^\*(\w+)\n(.*?)^COMMIT$", saved, re.MULTILINE | re.DOTALL):
        chains = [
            name
            for name in re.findall(r"^:(\S+)", body, re.MULTILINE)
            if _OURS.match(name) and name not in kept
        ]
        if not chains:
            continue
        ours = set(chains)
        jumps = []
        for rule in re.findall(r"^-A .*$", body, re.MULTILINE):
            words = rule.split()
            target = re.search(r" -[jg] (\S+)", rule)
            if words[1] not in ours and target and target[1] in ours:
                jumps.append(f"-D {rule[3:]}")
        lines += [f"*{table}", *jumps]
        # Flush all before deleting any: they jump to each other.
        lines += [f"-F {name}" for name in chains]
        lines += [f"-X {name}" for name in chains]
        lines.append("COMMIT")
    return "\n".join(lines) + "\n" if lines else ""


def _note(before: Path, sysctl: Path) -> None:
    settings = {}
    for name in (*_SETTINGS, *_TOUCHED):
        try:
            settings[name] = (sysctl / name).read_text().strip()
        except OSError:
            continue
    chains = {program: _chains(program) for program in _PROGRAMS}
    before.parent.mkdir(parents=True, exist_ok=True)
    draft = before.with_suffix(".draft")
    draft.write_text(json.dumps({"settings": settings, "chains": chains}, indent=2))
    draft.replace(before)


def _chains(program: str) -> list[str]:
    return sorted(set(re.findall(r"^:(\S+)", _saved(program), re.MULTILINE)))


def _saved(program: str) -> str:
    if not quiet([f"{program}-save"]):
        # Without the program, or without IPv6 in the kernel, there are no chains either.
        return ""
    return run([f"{program}-save"]).stdout


def _remove_chains(program: str, keep: set[str]) -> None:
    commands = deletion(_saved(program), keep)
    if commands:
        run([f"{program}-restore", "--noflush"], given=commands)


def _device_exists(name: str) -> bool:
    return Path(f"/sys/class/net/{name}").exists()


def _ports(bridge: str) -> list[str]:
    try:
        return sorted(port.name for port in Path(f"/sys/class/net/{bridge}/brif").iterdir())
    except OSError:
        return []
