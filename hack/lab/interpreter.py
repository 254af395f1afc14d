"""The checkout's own Python: scripts that need installed packages run in `.venv`, however they are called."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parents[2] / ".venv"


def use_venv() -> None:
    """Starts the script again in `.venv`, unless it runs there already or there is none."""
    python = VENV / "bin" / "python"
    if Path(sys.prefix).resolve() != VENV and python.exists():
        os.execv(python, [str(python), *sys.argv])
