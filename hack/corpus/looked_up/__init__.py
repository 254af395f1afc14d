"""The synthetic part of the corpus: logs of programs that cannot be run here, written after looked-up message formats.

A case's `source` tells where the format of its decisive message was looked up, or that it is from memory. The rest of
a log (names, times, addresses, what stands around the message) is invented after what such programs usually print.
`python -m corpus.looked_up` (in hack/) writes them all to tests/corpus/synthetic/<program>/. Nothing of this part is a
recording: see `corpus.recorder` for those.

In a log, `«»` is the next time stamp in the first format of `clock` (the clock goes on by a little), `«+30»` goes on by
30 seconds before, `«=»` repeats the last time in the first format, `«=b»` in the second. A format is one of strftime,
with %Q, %L and %N for hundredths, thousandths and billionths of a second.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib
import pkgutil
import random
import re
from dataclasses import dataclass, field
from typing import Any

from ..case import Case
from ._deployed import deployed

STAMP = re.compile(r"«(?:\+(?P<on>[\d.]+)|(?P<again>=)(?P<second>b)?)?»")
FIRST_DAY = datetime.datetime(2026, 3, 2, 6, 0, tzinfo=datetime.UTC)

GH = "https://github.com/"
RECALLED = "recalled: "
"""A source that begins so was not looked up: the messages are written from memory of the program."""

ISO_MS = "%Y-%m-%dT%H:%M:%S.%LZ"
ISO_US = "%Y-%m-%dT%H:%M:%S.%fZ"
ISO_NS = "%Y-%m-%dT%H:%M:%S.%NZ"
ISO_S = "%Y-%m-%dT%H:%M:%SZ"
KLOG = "%m%d %H:%M:%S.%f"
COMMA_MS = "%Y-%m-%d %H:%M:%S,%L"
SECONDS = "%Y-%m-%d %H:%M:%S"
GO_LOG = "%Y/%m/%d %H:%M:%S"


@dataclass(frozen=True)
class Looked:
    """One case. `exit_code=None`: the program was still up (a healthy log, or a masked loop)."""

    program: str
    name: str
    cause: str
    situation: str
    source: str
    log: str
    clock: str | tuple[str, str] = ISO_MS
    exit_code: int | None = 1
    reason: str = ""
    masked: str = ""
    pod: dict[str, Any] | None = None
    container: str = ""
    captures: dict[str, str] = field(default_factory=dict)
    step: float = 0.2
    """The clock goes on by up to this many seconds with each line."""

    def case(self) -> Case:
        reason = self.reason or ("Completed" if self.exit_code == 0 else "Error")
        pod = self.pod or deployed(self.program, self.name, self.cause)
        container = self.container or (pod["spec"]["containers"][0]["name"] if pod else "")
        return Case(
            program=self.program,
            name=self.name,
            cause=self.cause,
            situation=self.situation,
            log=self._stamped().encode(),
            source=self._origin(),
            masked=self.masked,
            exit_code=self.exit_code,
            reason="" if self.exit_code is None else reason,
            container=container,
            pod=pod,
            captures=self.captures,
            synthetic=True,
        )

    def _origin(self) -> str:
        if self.source.startswith(RECALLED):
            return (
                f"invented log; format from memory, not looked up: {self.source[len(RECALLED) :]}"
            )
        return f"invented log; its decisive message looked up in {self.source}"

    def _stamped(self) -> str:
        """The log with its times; the same at every run, since the case's name is the seed."""
        seed = hashlib.sha256(f"{self.program}/{self.name}".encode()).digest()
        chance = random.Random(seed)
        now = FIRST_DAY + datetime.timedelta(seconds=chance.randrange(200 * 86400))
        formats = self.clock if isinstance(self.clock, tuple) else (self.clock, self.clock)
        nanos = 0

        def stamp(match: re.Match[str]) -> str:
            nonlocal now, nanos
            if not match["again"]:
                on = float(match["on"] or 0) + chance.uniform(0.0003, self.step)
                now += datetime.timedelta(seconds=on)
                nanos = chance.randrange(1000)
            chosen = formats[1 if match["second"] else 0]
            chosen = chosen.replace("%L", f"{now.microsecond // 1000:03d}")
            chosen = chosen.replace("%Q", f"{now.microsecond // 10000:02d}")
            chosen = chosen.replace("%N", f"{now.microsecond:06d}{nanos:03d}")
            return now.strftime(chosen)

        return STAMP.sub(stamp, self.log.lstrip("\n"))


def indexed(*numbers: int) -> str:
    """Stored public files by their number in the code index that `find_string` and `read_file` ask."""
    return ", ".join(f"public code index file {number}" for number in numbers)


def repeated(times: int, text: str) -> str:
    """`text` that many times; `#` in it is the number of the round, from 1, and `##` is a `#`."""
    rounds = (
        text.lstrip("\n").replace("##", "\0").replace("#", str(n)) for n in range(1, times + 1)
    )
    return "".join(rounds).replace("\0", "#")


def everything() -> list[Looked]:
    """The cases of every module of this package."""
    found: list[Looked] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if not module.name.startswith("_"):
            found += importlib.import_module(f"{__name__}.{module.name}").CASES
    return found


def write() -> list[Case]:
    """Writes every case to tests/corpus/synthetic."""
    looked = everything()
    names = [(one.program, one.name) for one in looked]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two cases of one name: {sorted(twice)}")
    cases = [one.case() for one in looked]
    for case in cases:
        case.write()
    return cases
