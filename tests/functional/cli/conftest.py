"""The command line as a person uses it: in this process for its words, as a process for what it imports and pipes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# The fake API server lives beside the tests of the client.
sys.path.insert(0, str(Path(__file__).parents[1] / "cluster"))

Process = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def process() -> Process:
    """Runs `python -m crashloop_doctor`; input and environment as bytes and a mapping."""

    def run(
        *arguments: str, stdin: bytes = b"", code: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        begin = ["-c", code] if code else ["-m", "crashloop_doctor"]
        return subprocess.run(
            [sys.executable, *begin, *arguments],
            input=stdin,
            env=env,
            capture_output=True,
            timeout=20,
            check=False,
        )

    return run
