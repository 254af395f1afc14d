"""Logs to measure with: a mix of what real containers print, and the recorded failures."""

from __future__ import annotations

import json
import random

from .installation import ROOT

CORPUS = ROOT / "tests" / "corpus" / "raw"
SEED = 20261121
RECORDED_EVERY = 1 << 20
"""In the mix, one recorded failure follows each MiB of ordinary lines: most of a log is not the failure."""

_WORDS = (
    "request", "handled", "connection", "from", "upstream", "cache", "miss", "for", "key", "session", "opened",
    "closed", "worker", "started", "with", "timeout", "retry", "address", "resolved", "in", "use", "socket", "port",
    "listening", "on", "commit", "offset", "partition", "leader", "elected", "flush", "segment",
    "bind", "mount", "ready",
)  # fmt: skip


def recorded() -> bytes:
    """All recorded failure logs, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(CORPUS.glob("*.log")))


def repeated(size: int) -> bytes:
    """The recorded failures again and again: many more hits than any real log has."""
    once = recorded()
    return (once * (size // len(once) + 1))[:size]


def mix(size: int) -> bytes:
    """Access logs, JSON, logfmt, coloured lines, stack traces; the same bytes in every run."""
    source = random.Random(SEED)
    block = b"".join(_ordinary(source) for _ in range(9000))
    failures, parts, total = recorded(), [], 0
    while total < size:
        # A different start each time, so that the mix does not repeat in step.
        begin = block.find(b"\n", source.randrange(len(block) // 4)) + 1
        part = block[begin : begin + RECORDED_EVERY]
        part = part[: part.rfind(b"\n") + 1] + failures
        parts.append(part)
        total += len(part)
    return b"".join(parts)[:size]


def _ordinary(source: random.Random) -> bytes:
    words = " ".join(source.choices(_WORDS, k=source.randint(4, 18)))
    stamp = f"2026-11-21T09:{source.randrange(60):02}:{source.randrange(60):02}.{source.randrange(1000):03}Z"
    number = source.randrange(1 << 30)
    kind = source.randrange(6)
    if kind == 0:
        line = f'10.0.{number % 256}.7 - - [{stamp}] "GET /api/items/{number} HTTP/1.1" 200 {number % 999}'
    elif kind == 1:
        line = json.dumps(
            {"time": stamp, "level": "info", "msg": words, "trace": f"{number:x}", "took_ms": number % 900}
        )  # fmt: skip
    elif kind == 2:
        line = f'time="{stamp}" level=info msg="{words}" component=store id={number}'
    elif kind == 3:
        line = f"\x1b[2m{stamp}\x1b[0m \x1b[32m INFO\x1b[0m \x1b[2mapp::{words.split()[0]}:\x1b[0m {words} {number}"
    elif kind == 4:
        line = f"\tat com.example.{words.split()[0]}.Handler.run(Handler.java:{number % 900})"
    else:
        line = f"{stamp} WARN  [pool-{number % 8}-thread-{number % 64}] c.e.{words.split()[0]} : {words}"
    return line.encode() + b"\n"
