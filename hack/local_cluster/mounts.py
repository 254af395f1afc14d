"""Mounts below a folder: find them, and take them all away before anything is removed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from .fault import Fault
from .shell import quiet


def below(folder: Path, table: Path = Path("/proc/self/mountinfo")) -> list[Path]:
    """Mount points at or below `folder`, the innermost first."""
    prefix = f"{folder}/"
    found = []
    for line in table.read_text(errors="surrogateescape").splitlines():
        point = _plain(line.split(" ")[4])
        if point == str(folder) or point.startswith(prefix):
            found.append(Path(point))
    # Later lines were mounted later and may lie on top of earlier ones.
    return found[::-1]


def remove_tree(folder: Path) -> None:
    """Unmount everything below `folder`, then remove it; never delete through a mount."""
    for _ in range(3):
        for point in below(folder):
            if not quiet(["umount", point]):
                quiet(["umount", "--lazy", point])
        if not below(folder):
            break
    left = below(folder)
    if left:
        # A pod's hostPath may be mounted there: deleting now would delete the host's own files.
        raise Fault(
            f"{left[0]} can't be unmounted, so {folder} is kept.",
            f"Find who uses it (fuser -vm {left[0]}), end that, and run hack/cluster down again.",
        )
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)


def _plain(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
