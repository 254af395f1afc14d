"""Run other programs and turn their failures into words for a person."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .fault import Fault


def run(
    argv: Sequence[str | Path],
    *,
    way_out: str = "",
    check: bool = True,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    given: str | None = None,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `argv` to its end and capture what it says; a failure is a Fault with its last lines."""
    words = [str(word) for word in argv]
    try:
        ended = subprocess.run(
            words,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            env=None if env is None else dict(env),
            cwd=cwd,
            input=given if given is not None else "",
            timeout=timeout,
        )
    except FileNotFoundError:
        raise Fault(f"The program {words[0]} is not here.", way_out) from None
    except subprocess.TimeoutExpired:
        raise Fault(f"'{' '.join(words)}' did not end within {timeout} s.", way_out) from None
    if check and ended.returncode != 0:
        said = "\n  ".join((ended.stderr or ended.stdout).strip().splitlines()[-15:])
        raise Fault(
            f"'{' '.join(words)}' failed with exit code {ended.returncode}:\n  {said}", way_out
        )
    return ended


def quiet(argv: Sequence[str | Path], *, timeout: float = 60.0) -> bool:
    """Run `argv` and only tell whether it succeeded; a missing program did not."""
    try:
        return run(argv, check=False, timeout=timeout).returncode == 0
    except Fault:
        return False
