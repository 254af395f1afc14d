"""Many patterns over a log of any size: linear in time, bounded in memory.

A log is cut into blocks of whole lines. The prefilter names the patterns that may hold in a block, and the lines to
look into; a pattern is then searched for by itself, only in the first and the last few blocks that have it.
"""

from __future__ import annotations

import bisect
import functools
import itertools
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator

from ..api.core import Struct
from . import log_text
from .expression import BLOCK_MEMORY, InvalidPattern, LineSearch
from .literals import relaxed
from .prefilter import Places, Prefilter

KEPT_PATTERNS = 512
"""Compiled patterns that are kept, of some 100 KiB with their automata: an operator sees all kinds of logs."""
BLOCK_BYTES = 64 * 1024
KEPT_BLOCKS = 4
"""Blocks at either end of a log in which one pattern is found."""
TRIED_BLOCKS = 32
"""Blocks that are looked into for a pattern which holds in fewer than KEPT_BLOCKS of them."""
EARLY_BLOCKS = 16
"""Blocks at a log's start in which patterns of common words are looked for; after them, only in the last ones."""
KEPT_LINES = 8
"""Lines kept at either end of such a block for one pattern."""
KEPT_SIGNS = 4
"""The same for a pattern that says what a match means, which is looked for around each match as well."""
LINES_BEFORE, LINES_AFTER = 3, 12
"""How far around a match is looked for what it means; weighing.py looks no further."""
KEPT_RANGES = 8
"""Places at either end of a block around which is looked."""
LAST_BYTES = 1024
"""The first piece in which the last occurrences of what many lines have are looked for, from the end."""
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
        self.everywhere = everywhere
        self.beside = beside
        self._prefilter = Prefilter(patterns[:everywhere])
        self._nearby = Prefilter(patterns[everywhere:])

    def scanner(self) -> Scanner:
        """A new pass over one log."""
        return Scanner(self)

    def found_in(self, block: bytes) -> set[int]:
        """Those of the first patterns whose rare text is in the block."""
        return self._prefilter.found_in(block)

    def places_in(self, block: bytes, *, common: bool = True) -> Places:
        """Where in the block the first patterns may hold; without `common`, only those that need rare text."""
        return self._prefilter.places_in(block, common=common)

    def signs_in(self, block: bytes) -> Places:
        """Where in the block the other patterns may hold; their indices begin with 0 (`everywhere` is to be added)."""
        return self._nearby.places_in(block)

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
        self._tried: Counter[int] = Counter()
        self._held: Counter[int] = Counter()
        self._last: dict[int, deque[_Block]] = {}
        self._found: list[Found] = []
        self._tail: deque[_Block] = deque(maxlen=LAST_BLOCKS)
        self._looked_into: dict[int, set[int]] = {}
        self._signed: set[int] = set()
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
        pending: dict[int, tuple[_Block, set[int]]] = {}
        for index, blocks in self._last.items():
            for block in blocks:
                pending.setdefault(block.number, (block, set()))[1].add(index)
        for block in self._tail:
            pending.setdefault(block.number, (block, set()))
        for number in sorted(pending):
            block, indices = pending[number]
            at_end = number > self._blocks - LAST_BLOCKS
            early = number <= EARLY_BLOCKS
            places = Places({}, set())
            if indices or (at_end and not early):
                places = self._matcher.places_in(block.plain, common=at_end or early)
            if at_end and not early:
                indices.update(set(places.indices) - self._looked_into[number])
            self._look_into(block, places, indices, nearby=at_end)
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
        early = self._blocks <= EARLY_BLOCKS
        places = self._matcher.places_in(block.plain) if early else None
        tried = set()
        for index in places.indices if places else self._matcher.found_in(block.plain):
            if self._held[index] < KEPT_BLOCKS and self._tried[index] < TRIED_BLOCKS:
                self._tried[index] += 1
                tried.add(index)
            else:
                self._last.setdefault(index, deque(maxlen=KEPT_BLOCKS)).append(block)
        self._looked_into[block.number] = tried
        self._looked_into.pop(block.number - LAST_BLOCKS, None)
        if tried and places is None:
            places = self._matcher.places_in(block.plain, common=False)
        if places:
            self._look_into(block, places, tried, nearby=self._blocks <= KEPT_BLOCKS)

    def _look_into(self, block: _Block, places: Places, indices: set[int], *, nearby: bool) -> None:
        """Adds the lines in which these patterns hold, and with `nearby` what says what a match there means."""
        whole = [(0, len(block.plain))]
        failures = self._search(block, places, sorted(indices), 0, KEPT_LINES, whole)
        signed = block.number in self._signed
        if not failures and (signed or not nearby):
            return
        first = self._matcher.everywhere
        signs = self._matcher.signs_in(block.plain)
        if not signed:
            self._signed.add(block.number)
            self._search(block, signs, signs.indices, first, KEPT_SIGNS, whole)
        beside = [index for index in signs.indices if index < self._matcher.beside]
        self._search(block, signs, beside, first, KEPT_SIGNS, _around_lines(block.plain, failures))

    def _search(
        self,
        block: _Block,
        places: Places,
        indices: Iterable[int],
        first: int,
        kept: int,
        ranges: list[tuple[int, int]],
    ) -> list[int]:
        """Adds the first and last lines of each range in which these patterns hold; where these lines start.

        `first` is the matcher's index of the pattern that has index 0 in `places`.
        """
        numbers = self._numbers(block)
        starts: set[int] = set()
        for index in indices:
            pattern = self._matcher.pattern(first + index)
            if pattern is None:
                continue
            held = False
            for begin, until in ranges:
                ends = places.between(index, begin, until)
                for spans, start, end in pattern.ends(block.plain, begin, until, ends, kept):
                    held = True
                    starts.add(start)
                    self._found.append(
                        Found(
                            index=first + index,
                            line=numbers.at(start),
                            text=_around(block.plain[start:end], spans[0][0] - start),
                            captures={
                                name: log_text.text(block.plain[slice(*spans[group])])
                                for name, group in pattern.groups.items()
                                if spans[group][0] >= 0
                            },
                        )
                    )
            self._held[first + index] += held
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
"""Likely lines without the pattern after which the rest is searched in one go."""

_Hit = tuple[list[tuple[int, int]], int, int]
"""A match's spans, its line's start and end."""


class _LinePattern:
    """One pattern over the lines of a block."""

    def __init__(self, pattern: str) -> None:
        """Raises InvalidPattern."""
        self._pattern = pattern
        self._search = LineSearch(pattern)
        self.groups = self._search.groups

    @functools.cached_property
    def _relaxed(self) -> LineSearch:
        return LineSearch(relaxed(self._pattern), BLOCK_MEMORY)

    def ends(
        self, plain: bytes, begin: int, until: int, places: list[int] | None, kept: int
    ) -> list[_Hit]:
        """The first and the last `kept` lines between begin and until (line starts) that have the pattern.

        `places` are positions in the lines that may have it (their line feeds included); None: any line may.
        """
        hits = list(itertools.islice(self._forward(plain, begin, until, places), kept))
        if len(hits) < kept:
            return hits
        after = hits[-1][2] + 1
        return hits + self._backward(plain, after, until, places, kept)[::-1]

    def _forward(
        self, plain: bytes, begin: int, until: int, places: list[int] | None
    ) -> Iterator[_Hit]:
        """The first match of every line, from the start."""
        if places is None:
            yield from self._one_by_one(plain, begin, until)
            return
        missed = 0
        for place in places:
            if place <= begin:
                continue  # in a line that was looked into
            start, end = _line(plain, place, until)
            spans = self._search.spans(plain, start, end)
            begin = end + 1
            if spans is not None:
                yield spans, start, end
                continue
            missed += 1
            if missed == DISAPPOINTMENTS:
                yield from self._one_by_one(plain, begin, until)
                return

    def _backward(
        self, plain: bytes, begin: int, until: int, places: list[int] | None, kept: int
    ) -> list[_Hit]:
        """The matches of the last `kept` lines that have one, the last line first."""
        hits: list[_Hit] = []
        missed = 0
        for place in reversed(places or ()):
            if len(hits) == kept or place <= begin:
                return hits
            if place > until:
                continue  # in a line that was looked into
            start, end = _line(plain, place, until)
            spans = self._search.spans(plain, start, end)
            until = start - 1
            if spans is not None:
                hits.append((spans, start, end))
                continue
            missed += 1
            if missed == DISAPPOINTMENTS:
                break
        else:
            if places is not None:
                return hits
        # A few lines at a time, more and more.
        piece = LAST_BYTES
        while len(hits) < kept and begin < until:
            start = plain.rfind(b"\n", begin, max(begin, until - piece)) + 1 or begin
            hits += list(self._one_by_one(plain, start, until))[::-1]
            until, piece = start, 2 * piece
        return hits[:kept]

    def _one_by_one(self, plain: bytes, position: int, until: int) -> Iterator[_Hit]:
        while position < until:
            spans = self._relaxed.spans(plain, position, until)
            if spans is None:
                return
            start, end = _line(plain, spans[0][0] + 1, until)
            spans = self._search.spans(plain, start, end)
            if spans is not None:
                yield spans, start, end
            position = end + 1


def _line(plain: bytes, place: int, until: int) -> tuple[int, int]:
    """The start and the end of the line that holds the byte before `place`."""
    start = plain.rfind(b"\n", 0, place - 1) + 1
    end = plain.find(b"\n", place - 1, until)
    return start, until if end < 0 else end


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
