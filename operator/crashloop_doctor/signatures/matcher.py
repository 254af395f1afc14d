"""Many patterns over a log of any size: linear in time, bounded in memory.

A log is cut into blocks of whole lines. The prefilter names the patterns that occur in a block; a pattern is then
searched for by itself, only in the first and the last few blocks that have it.
"""

from __future__ import annotations

import bisect
import itertools
from collections import OrderedDict, deque
from collections.abc import Iterator

from ..api.core import Struct
from . import log_text
from .coarse import coarse
from .expression import InvalidPattern, LineSearch
from .prefilter import Prefilter

KEPT_PATTERNS = 256
"""Compiled patterns that are kept: each takes 160 KiB with its automata, and an operator sees all kinds of logs."""
BLOCK_BYTES = 64 * 1024
KEPT_BLOCKS = 4
"""Blocks at either end of a log that are looked into for one pattern."""
KEPT_LINES = 8
"""Lines kept at either end of such a block for one pattern."""
KEPT_SIGNS = 4
"""The same for a pattern that says what a match means, which is looked for around each match as well."""
LINES_BEFORE, LINES_AFTER = 3, 12
"""What `around` is: weighing and fate look no further."""
KEPT_RANGES = 8
"""Places at either end of a block around which is looked."""
LAST_BYTES = 1024
"""The pieces in which the last occurrences of what many lines have are looked for, from the end."""
LAST_LINES = 40
LAST_TEXTS = 2
"""The last lines of a log that are shown, and the blocks at its end that they may stand in."""
LAST_BLOCKS = 6
"""Blocks at a log's end in which signs of life, refutations and the like are looked for."""


class Found(Struct, frozen=True, kw_only=True):
    """Pattern `index` holds in that line; `text` is the line's part around it."""

    index: int
    line: int
    text: str
    captures: dict[str, str]


class _Block(Struct, frozen=True, kw_only=True):
    """A piece of the log: its bytes as read, and as matched; `first` is the number of its first line."""

    number: int
    first: int
    raw: bytes
    plain: bytes


class Matcher:
    """A list of patterns, compiled once. Raises InvalidPattern.

    The first `everywhere` of them are looked for in the whole log. The others say what a match means, and count only
    near its ends and where one of the first was found; the first `beside` of these say it of the lines around a match.
    """

    def __init__(self, patterns: list[str], everywhere: int, beside: int = 0) -> None:
        self._patterns = patterns
        self._compiled: OrderedDict[int, _LinePattern | None] = OrderedDict()
        self._everywhere = everywhere
        self.beside = everywhere + beside
        self._prefilter = Prefilter(patterns[:everywhere])
        self._nearby = Prefilter(patterns[everywhere:])

    def scanner(self) -> Scanner:
        """A new pass over one log."""
        return Scanner(self)

    def compile_in_background(self) -> None:
        """Starts compiling what makes large and hostile logs fast."""
        self._prefilter.compile_in_background()
        self._nearby.compile_in_background()

    def wait_until_fast(self) -> None:
        """Compiles what makes large logs fast, and waits for it."""
        self._prefilter.wait_until_fast()
        self._nearby.wait_until_fast()

    def indices(self, block: bytes) -> set[int]:
        """Those of the first patterns that may occur in the block."""
        return self._prefilter.found_in(block)

    def indices_nearby(self, block: bytes) -> set[int]:
        """Those of the other patterns that may occur in the block."""
        return {index + self._everywhere for index in self._nearby.found_in(block)}

    def pattern(self, index: int) -> _LinePattern | None:
        """The pattern for itself, compiled when it is first needed: most never are. None for one that is too large."""
        if index in self._compiled:
            self._compiled.move_to_end(index)
            return self._compiled[index]
        try:
            compiled = _LinePattern(self._patterns[index])
        except InvalidPattern:
            # catalog.check refuses it; whoever did not ask must not lose the diagnosis.
            compiled = None
        self._compiled[index] = compiled
        if len(self._compiled) > KEPT_PATTERNS:
            self._compiled.popitem(last=False)
        return compiled


class Scanner:
    """One pass over one log: `feed` it in pieces of any size, then ask for `found`, `last_lines` and `line_count`."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._buffer = b""
        self._long_head = b""
        self._long_tail = b""
        self._in_long_line = False
        self._blocks = 0
        self.line_count = 0
        self._first: dict[int, int] = {}
        self._last: dict[int, deque[_Block]] = {}
        self._found: list[Found] = []
        self._tail: deque[_Block] = deque(maxlen=LAST_BLOCKS)
        self._nearby: dict[int, list[int]] = {}
        self._numbered: _LineNumbers | None = None

    def feed(self, data: bytes) -> None:
        """The next piece of the log."""
        for start in range(0, len(data), 16 * BLOCK_BYTES):
            self._buffer += data[start : start + 16 * BLOCK_BYTES]
            self._cut(at_end=False)

    def finish(self) -> None:
        """The log has ended; afterwards the results stand."""
        self._cut(at_end=True)
        if self._in_long_line:
            self._end_long_line()
        pending: dict[int, tuple[_Block, list[int]]] = {}
        for index, blocks in self._last.items():
            for block in blocks:
                pending.setdefault(block.number, (block, []))[1].append(index)
        for block in self._tail:
            pending.setdefault(block.number, (block, []))
        for number in sorted(pending):
            block, indices = pending[number]
            self._look_into(block, indices, nearby=True)
        self._found.sort(key=lambda found: (found.line, found.index))

    @property
    def found(self) -> list[Found]:
        return self._found

    @property
    def last_lines(self) -> tuple[tuple[int, str], ...]:
        """The last lines that are not blank."""
        shown: deque[tuple[int, str]] = deque()
        for block in list(self._tail)[: -LAST_TEXTS - 1 : -1]:
            end = len(block.plain)
            while end >= 0 and len(shown) < LAST_LINES:
                start = block.plain.rfind(b"\n", 0, end) + 1
                line = block.plain[start:end]
                if line.strip():
                    shown.appendleft((self._numbers(block).at(start), log_text.text(line)))
                end = start - 1
        return tuple(shown)

    def _numbers(self, block: _Block) -> _LineNumbers:
        """The block's line numbers; those of the last one asked for are kept."""
        if self._numbered is None or self._numbered.block is not block:
            self._numbered = _LineNumbers(block)
        return self._numbered

    def _cut(self, *, at_end: bool) -> None:
        """Takes whole blocks off the buffer; where they end depends on the log alone, never on how it was fed."""
        buffer, start = self._buffer, 0
        while start < len(buffer):
            if self._in_long_line:
                end = buffer.find(b"\n", start)
                stop = len(buffer) if end < 0 else end
                half = log_text.MAX_LINE_BYTES // 2
                self._long_tail = (self._long_tail + buffer[max(start, stop - half) : stop])[-half:]
                start = stop
                if end < 0:
                    break
                start += 1
                self._end_long_line()
                continue
            if len(buffer) - start <= BLOCK_BYTES and not at_end:
                break
            end = buffer.rfind(b"\n", start, start + BLOCK_BYTES)
            if end >= 0:
                self._take(buffer[start : end + 1])
                start = end + 1
            elif len(buffer) - start <= BLOCK_BYTES:
                self._take(buffer[start:])
                start = len(buffer)
            else:
                half = log_text.MAX_LINE_BYTES // 2
                self._in_long_line = True
                self._long_head, self._long_tail = buffer[start : start + half], b""
                start += half
        self._buffer = buffer[start:]

    def _end_long_line(self) -> None:
        self._in_long_line = False
        self._take(self._long_head + log_text.CUT + self._long_tail + b"\n")

    def _take(self, raw: bytes) -> None:
        self._blocks += 1
        block = _Block(
            number=self._blocks,
            first=self.line_count + 1,
            raw=raw,
            plain=log_text.unwrapped(raw),
        )
        self.line_count += raw.count(b"\n") + (not raw.endswith(b"\n"))
        self._tail.append(block)
        early = []
        for index in sorted(self._matcher.indices(block.plain)):
            if self._first.get(index, 0) < KEPT_BLOCKS:
                self._first[index] = self._first.get(index, 0) + 1
                early.append(index)
            else:
                self._last.setdefault(index, deque(maxlen=KEPT_BLOCKS)).append(block)
        self._look_into(block, early, nearby=self._blocks <= KEPT_BLOCKS)

    def _look_into(self, block: _Block, indices: list[int], *, nearby: bool) -> None:
        """Adds the lines in which these patterns hold, and with `nearby` what says what a match there means."""
        failures = self._search(block, indices, KEPT_LINES, [(0, len(block.plain))])
        if not nearby and not failures:
            return
        known = block.number in self._nearby
        if not known:
            self._nearby[block.number] = sorted(self._matcher.indices_nearby(block.plain))
        signs = self._nearby[block.number]
        if not known:
            self._search(block, signs, KEPT_SIGNS, [(0, len(block.plain))])
        beside = [index for index in signs if index < self._matcher.beside]
        self._search(block, beside, KEPT_SIGNS, _around_lines(block.plain, failures))

    def _search(
        self, block: _Block, indices: list[int], kept: int, ranges: list[tuple[int, int]]
    ) -> list[int]:
        """Adds the first and last lines of each range in which these patterns hold; where these lines start."""
        numbers = self._numbers(block)
        starts: set[int] = set()
        for index in sorted(indices):
            pattern = self._matcher.pattern(index)
            if pattern is None:
                continue
            for begin, until in ranges:
                for spans, start, end in pattern.ends(block.plain, begin, until, kept):
                    starts.add(start)
                    self._found.append(
                        Found(
                            index=index,
                            line=numbers.at(start),
                            text=_around(block.plain[start:end], spans[0][0] - start),
                            captures={
                                name: log_text.text(block.plain[slice(*spans[group])])
                                for name, group in pattern.groups.items()
                                if spans[group][0] >= 0
                            },
                        )
                    )
        return sorted(starts)


def _around_lines(plain: bytes, starts: list[int]) -> list[tuple[int, int]]:
    """The lines around those that start there, from `LINES_BEFORE` to `LINES_AFTER`; overlapping ranges are one."""
    ranges: list[tuple[int, int]] = []
    for start in starts:
        begin = start
        for _ in range(LINES_BEFORE):
            begin = plain.rfind(b"\n", 0, max(0, begin - 1)) + 1
        until = start
        for _ in range(LINES_AFTER + 1):
            until = plain.find(b"\n", until) + 1 or len(plain)
        if ranges and begin <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(until, ranges[-1][1]))
        else:
            ranges.append((begin, until))
    return ranges[:KEPT_RANGES] + ranges[max(KEPT_RANGES, len(ranges) - KEPT_RANGES) :]


DISAPPOINTMENTS = 16
"""Lines with a coarse form and without its pattern after which the coarse form is no help."""

_Hit = tuple[list[tuple[int, int]], int, int]
"""A match's spans, its line's start and end."""


class _LinePattern:
    """One pattern over the lines of a block: its coarse form, which is quick, finds the lines to look into."""

    def __init__(self, pattern: str) -> None:
        """Raises InvalidPattern."""
        self._whole = LineSearch(pattern)
        self._coarse = LineSearch("|".join(f"(?:{part})" for part in coarse(pattern)))
        self.groups = self._whole.groups

    def ends(self, plain: bytes, begin: int, until: int, kept: int) -> list[_Hit]:
        """The first and the last `kept` lines between begin and until (line starts) that have the pattern."""
        hits = list(itertools.islice(self._matches(plain, begin, until), kept))
        if len(hits) < kept:
            return hits
        begin, end = hits[-1][2] + 1, until
        # What many lines have is looked for from the end, a few lines at a time.
        last: deque[_Hit] = deque(maxlen=kept)
        while not last and begin < end:
            start = plain.rfind(b"\n", begin, max(begin, end - LAST_BYTES)) + 1 or begin
            last.extend(self._matches(plain, start, end))
            end = start
        return hits + list(last)

    def _matches(self, plain: bytes, position: int, until: int) -> Iterator[_Hit]:
        """The first match of every line in that range."""
        missed, likely = 0, False
        while position < until:
            if likely:
                # What stood in one line often stands in the next, too: no need to ask twice.
                start, end = position, plain.find(b"\n", position)
                end = until if end < 0 else end
                spans = self._whole.spans(plain, start, end)
                likely = spans is not None
                if spans is None:
                    position = end + 1
                    continue
            else:
                coarsely = missed < DISAPPOINTMENTS
                spans = (self._coarse if coarsely else self._whole).spans(plain, position, until)
                if spans is None:
                    return
                start = plain.rfind(b"\n", 0, spans[0][0]) + 1
                end = plain.find(b"\n", spans[0][0])
                end = until if end < 0 else end
                if coarsely:
                    spans = self._whole.spans(plain, start, end)
                likely = spans is not None
                missed += spans is None
            if spans is not None:
                yield spans, start, end
            position = end + 1


class _LineNumbers:
    """Position in a block's matched text -> line of the log.

    One line of the log may have become several (log_text.unwrapped), so the lines are unwrapped one by one, once.
    """

    def __init__(self, block: _Block) -> None:
        self.block = block
        self._starts: list[int] = []

    def at(self, position: int) -> int:
        if not self._starts:
            block, start = self.block, 0
            lines = block.plain.split(b"\n")
            lengths: Iterator[int]
            if len(lines) == block.raw.count(b"\n") + 1:
                lengths = (len(line) for line in lines)
            else:
                *ended, last = block.raw.split(b"\n")
                # With its line feed: what a carriage return means depends on what follows it.
                lengths = itertools.chain(
                    (len(log_text.unwrapped(raw + b"\n")) - 1 for raw in ended),
                    (len(log_text.unwrapped(last)),),
                )
            for length in lengths:
                self._starts.append(start)
                start += length + 1
        return self.block.first + bisect.bisect_right(self._starts, position) - 1


SHOWN_BEFORE = 200
SHOWN = 900


def _around(line: bytes, start: int) -> str:
    """The line, or of a long one the part that holds the match."""
    if len(line) <= SHOWN:
        return log_text.text(line)
    begin = max(0, start - SHOWN_BEFORE)
    shown = log_text.text(line[begin : begin + SHOWN])
    return f"{'... ' if begin else ''}{shown}{' ...' if begin + SHOWN < len(line) else ''}"
