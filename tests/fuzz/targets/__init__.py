"""One module a target: `SAYS` in a sentence, `seeds()` to begin with, `one(data)` which raises when something is wrong.

`instrumented` are the packages whose branches guide the fuzzer.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parents[2] / "corpus"
CRASHES = Path(__file__).parents[1] / "crashes"

NAMES = ("log_text", "expression", "scanner", "redactor", "classify", "signature_loader")

LONGEST_SEED = 4096


class Target(NamedTuple):
    name: str
    says: str
    one: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    crashes: Path


def load(name: str) -> Target:
    """The target of that name; only then is the code under test imported, which may be instrumented before."""
    module = importlib.import_module(f"{__package__}.{name}")
    return Target(name, module.SAYS, module.one, module.seeds, CRASHES / name)


def logs() -> Iterator[bytes]:
    """The ends of some of the logs recorded from real programs."""
    for folder in ("raw", "tuning"):
        found = sorted((CORPUS / folder).rglob("*.log"))
        for path in found[:: max(1, len(found) // 40)]:
            with path.open("rb") as log:
                log.seek(max(0, path.stat().st_size - LONGEST_SEED))
                yield log.read()
