"""Secrets are cut out of every line before it is stored or printed.

Expressions are RE2 and see untrusted text only there. They rather take too much than too little: a masked word costs
a reader a look into the log, a leaked one costs a rotation.
"""

from __future__ import annotations

from typing import Any

import re2

MASK = "[redacted]"


def _rule(pattern: str, replacement: str) -> tuple[Any, str]:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options), replacement


_NAMES = (
    "passwd|password|passphrase|pwd|secret|token|credential"
    "|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key"
)

_RULES = (
    _rule(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", MASK),
    # A line of a key's or certificate's body; its own line says nothing of what it is.
    _rule(r"^\s*[A-Za-z0-9+/]{60,}={0,2}\s*$", MASK),
    # user:password@ in any URL or connection string; a password may hold an @ itself
    _rule(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@:]*:\S*@", rf"\1{MASK}@"),
    _rule(r"(?i)\b((?:proxy-)?authorization\s*[:=]\s*)\S+(?:\s+\S+)?", rf"\1{MASK}"),
    _rule(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}", rf"\1 {MASK}"),
    _rule(r"(?i)\b((?:set-)?cookie\s*:\s*).*", rf"\1{MASK}"),
    _rule(
        # The quotes may be escaped (JSON inside JSON) or left open (a line that was cut).
        rf"(?i)([\w.-]*(?:{_NAMES})[\w.-]*"
        r"""\\*["']?\s*[:=]\s*)(?:\\+"[^"]*"|"[^"]*"?|'[^']*'?|[^\s,;&]+)""",
        rf"\1{MASK}",
    ),
    _rule(rf"(?i)(--[\w-]*(?:{_NAMES})[\w-]*\s+)-?[^\s-]\S*", rf"\1{MASK}"),
    # JSON web tokens, cloud and forge keys with a fixed prefix
    _rule(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.?[A-Za-z0-9_-]*", MASK),
    _rule(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", MASK),
    _rule(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,})",
        MASK,
    ),
    _rule(r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b", MASK),
)


def redacted(text: str) -> str:
    """The text with secrets replaced by `[redacted]`."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return str(text)
