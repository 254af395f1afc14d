"""Folders outside ours that the node's programs make, because their paths are compiled in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .mounts import remove_tree
from .network import CNI_NETWORK

# Who makes them: libcni; the kubelet's device manager; the kubelet's links to logs.
FOLDERS: Final = ("var/lib/cni", "var/lib/kubelet", "var/log/containers")
_ROOT: Final = Path("/")


def note(file: Path, root: Path = _ROOT) -> None:
    """Write down which of them are not there yet: those are ours to remove."""
    if file.exists():
        # Only the first time: an `up` after a killed one would find its folders.
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps([name for name in FOLDERS if not (root / name).exists()]))
    draft.replace(file)


def remove(file: Path, cluster: Path, sandboxes: Iterable[str], root: Path = _ROOT) -> None:
    """Remove the folders that were not there before, and our files from those that were."""
    try:
        made = json.loads(file.read_text())
    except (OSError, ValueError):
        made = []
    for name in FOLDERS:
        if name in made:
            remove_tree(root / name)
    results = root / "var/lib/cni/results"
    for pattern in [f"{CNI_NETWORK}-*", *(f"*-{sandbox}-*" for sandbox in sandboxes)]:
        for result in results.glob(pattern):
            result.unlink(missing_ok=True)
    for link in (root / "var/log/containers").glob("*.log"):
        if link.is_symlink() and cluster in link.readlink().parents:
            link.unlink(missing_ok=True)
