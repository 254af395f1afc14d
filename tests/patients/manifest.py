"""A patient's manifest with a host directory of its own.

Two tests that apply the same file, one after the other or at once, would share the directory on
the node, and the second would find the first one's stale socket.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "manifests"
ROOT = "/var/run/crashloop-doctor-demo"


def text(name: str, directory: str) -> str:
    """The manifest `name` as YAML, with `directory` below ROOT in place of the patient's name."""
    whole = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return whole.replace(f"path: {ROOT}/{name}\n", f"path: {ROOT}/{directory}\n")
