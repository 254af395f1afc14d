"""One short key for a set of inputs: equal inputs, equal key, nothing to build again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

_SKIPPED = {"__pycache__", ".mypy_cache", ".ruff_cache"}
_LENGTH = 20


def files_under(folder: Path) -> list[Path]:
    """Every source file below a folder, in a stable order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not _SKIPPED.intersection(path.parts) and path.suffix != ".pyc"
    )


def of(texts: Iterable[str], files: Iterable[Path] = (), root: Path | None = None) -> str:
    """Key over some texts and the names, modes and content of some files."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"text {len(text.encode())}\n".encode() + text.encode())
    for path in files:
        content = path.read_bytes()
        name = path.relative_to(root) if root else path.name
        executable = bool(path.stat().st_mode & 0o100)
        digest.update(f"file {name} {executable} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:_LENGTH]
