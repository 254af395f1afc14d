"""The pods' control groups: end what runs in them, and remove them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .fault import Fault
from .process import end, identify

ROOT: Final = Path("/sys/fs/cgroup")
# The kubelet's own name for the group above all pods, with the cgroupfs driver.
PODS: Final = "kubepods"


def groups(root: Path = ROOT) -> list[Path]:
    """The pods' top group in each hierarchy: one with cgroup v2, a dozen with v1."""
    try:
        hierarchies = [root, *sorted(root.iterdir())]
    except OSError:
        return []
    # v1 links controllers that share a hierarchy: cpu -> cpu,cpuacct.
    return [
        hierarchy / PODS
        for hierarchy in hierarchies
        if not hierarchy.is_symlink() and (hierarchy / PODS).is_dir()
    ]


def members(root: Path = ROOT) -> set[int]:
    """Every process in a pod: being in the group is what makes it ours."""
    found: set[int] = set()
    for group in groups(root):
        for folder in _inside_out(group):
            try:
                found.update(int(pid) for pid in (folder / "cgroup.procs").read_text().split())
            except OSError:
                continue
    return found


def kill_members(root: Path = ROOT, *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        # Killed ones stay in the list until they are collected; only live ones count.
        left = [process for pid in members(root) if (process := identify(pid))]
        if not left:
            return
        if time.monotonic() > deadline:
            names = ", ".join(str(process.pid) for process in left)
            raise Fault(
                f"These processes of pods can't be killed: {names}.",
                "They wait for a device or a file system; free that and run down again.",
            )
        end(left, grace=0)


def remove(root: Path = ROOT, *, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    for group in groups(root):
        for folder in _inside_out(group):
            while folder.exists():
                try:
                    folder.rmdir()
                except OSError as wrong:
                    # The kernel takes a moment to forget members that were just killed.
                    if time.monotonic() > deadline:
                        raise Fault(
                            f"The control group {folder} can't be removed ({wrong.strerror}).",
                            f"See who is in it: cat {folder}/cgroup.procs",
                        ) from None
                    time.sleep(0.05)


def _inside_out(group: Path) -> Iterator[Path]:
    for parent, _, _ in os.walk(group, topdown=False):
        yield Path(parent)
