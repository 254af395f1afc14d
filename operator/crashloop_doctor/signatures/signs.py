"""Signs: lines that say how a program fares, whatever its cause of death. Data, in signs.yaml."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

LIFE, SHUTDOWN, FATAL = "life", "shutdown", "fatal"
REQUEST, ASKED = "request", "asked"
SOCKET_PATH, LISTEN_ADDRESS = "socketPath", "listenAddress"

_GENERAL = (LIFE, SHUTDOWN, FATAL, REQUEST, ASKED, SOCKET_PATH, LISTEN_ADDRESS)
BESIDE_A_MATCH = frozenset({FATAL, REQUEST, LISTEN_ADDRESS})
"""Signs that say something of the lines around them; the others say it of the whole log."""
_RESTARTS = "restarts:"


def _loaded() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("signs.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return loaded


def _signs() -> dict[str, tuple[str, ...]]:
    loaded = _loaded()
    signs = {name: tuple(loaded[name]) for name in _GENERAL}
    for supervisor, patterns in loaded["supervisors"].items():
        signs[restarts(supervisor)] = tuple(patterns)
    return signs


def restarts(supervisor: str) -> str:
    """The name of the sign that this supervisor starts its program again."""
    return _RESTARTS + supervisor


def supervisor_of(sign: str) -> str:
    """The supervisor that such a sign names; empty for other signs."""
    return sign[len(_RESTARTS) :] if sign.startswith(_RESTARTS) else ""


SIGNS = _signs()
"""Name of the sign -> its patterns."""
