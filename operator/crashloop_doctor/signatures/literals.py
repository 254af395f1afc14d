"""Required literals: plain text of which one piece at least stands in every line in which a pattern holds.

A pattern such as `(?:open|read).{0,200}: permission denied` holds nowhere without `: permission denied`. Thousands of
such pieces are found in one pass (prefilter.py), whatever the patterns cost; only lines that have one are looked into.
The idea is that of RE2's own FilteredRE2 and of Hyperscan's literal matcher; the choice of the pieces is ours.
"""

from __future__ import annotations

import itertools
import string
from typing import NamedTuple

LONGEST = 24
"""Letters of a piece; more would not make it rarer."""
MOST = 3
"""Pieces that stand for one place of a pattern: `(?:a|b) ?(?:c|d)` is eight."""
MOST_ALTERNATIVES = 400
"""Pieces of a whole pattern."""
LEAST_WEIGHT = 3.0
LONGEST_COUNT = 8
"""Repeats that stay counted."""

_BOUNDARIES = frozenset("bB")
_SPECIAL = frozenset("\\[](){}|*+?.^$")
_QUANTIFIERS = frozenset("{?*+")
_OCTAL = frozenset("01234567")
_FLAGS = ("(?i:", "(?-i:")
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class _Part(NamedTuple):
    """What a part of a pattern matches: exactly one of `exact`, if that is known, and always one of `needed`."""

    exact: tuple[str, ...] | None
    needed: tuple[str, ...] = ()
    """Empty when nothing is needed, or it is not known what."""
    worth: float = 0.0
    """The weight of the lightest of `needed`."""


_EMPTY = _Part(("",))
_ANYTHING = _Part(None)


class Required(NamedTuple):
    """What of a pattern is in every line in which it holds: one of `literals`, or else one of `others`."""

    literals: frozenset[str]
    """Pieces of text, with A to Z made small."""
    others: tuple[str, ...]
    """Alternatives of the pattern that need no text worth looking for, as they are written."""


def required(pattern: str) -> Required:
    """What a line needs for the pattern to hold in it, its capital letters from A to Z made small."""
    flags = "(?i)" if pattern.startswith("(?i)") else ""
    body = pattern[len(flags) :]
    literals, others = set[str](), list[str]()
    start, end = 0, -1
    try:
        while end < len(body):
            start = end + 1
            part, end = _sequence(body, start)
            if body[end : end + 1] == ")":
                raise ValueError("a bracket too many")
            needed = _needing(part).needed
            if needed:
                literals.update(text[-LONGEST:] for text in needed)
            else:
                others.append(flags + body[start:end])
    except (ValueError, IndexError, OverflowError):
        # Nothing that we understand: RE2 shall say what it thinks of it.
        return Required(frozenset(), (pattern,))
    if len(literals) > MOST_ALTERNATIVES:
        return Required(frozenset(), (pattern,))
    return Required(frozenset(literals), tuple(others))


_COMMON = frozenset(
    """
    401 403 404 500 a access address api app backend cache client close closed config connect connected connection
    connections daemon data database db debug error failed file from handled has host http https info init initial
    is key leader level listen listening load loaded log memory message mode msg name network node not of on open
    opened option partition path plugin port process request resolved retry retrying run running server service
    session set socket start started starting state status stop stopped storage system the thread time timeout to
    token too try up url use user value version wait waiting warn warning was with worker write err ini conf --
    java line
    """.split()  # noqa: SIM905 (a list of so many words would be a page)
)
"""Words that stand in many lines of any log: alone they say little."""


def _weight(text: str) -> float:
    """How rare the text is, roughly: its length in bytes, of spaces the half; of a common word a third."""
    length = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if length < 14 and text.strip(" :=\"'(") in _COMMON:
        return 2 + length / 10
    return min(length, LONGEST) - text.count(" ") / 2


def _needing(part: _Part) -> _Part:
    """The part with what is needed, even where it is known exactly."""
    if part.exact is None:
        return part
    worth = min(map(_weight, part.exact))
    return _Part(part.exact, part.exact if worth >= LEAST_WEIGHT else (), worth)


def _alternation(text: str, position: int) -> tuple[_Part, int]:
    """The alternatives from there to the closing bracket (or the end), and where that is."""
    part, position = _sequence(text, position)
    if text[position : position + 1] != "|":
        return part, position
    parts = [part]
    while text[position : position + 1] == "|":
        part, position = _sequence(text, position + 1)
        parts.append(part)
    exact: tuple[str, ...] | None = ()
    for part in parts:
        exact = None if exact is None or part.exact is None else exact + part.exact
    if exact is not None and len(exact) <= MOST:
        return _Part(exact), position
    needing = [_needing(part) for part in parts]
    if not all(part.needed for part in needing):
        return _ANYTHING, position
    needed = tuple(itertools.chain.from_iterable(part.needed for part in needing))
    return _Part(None, needed, min(part.worth for part in needing)), position


def _sequence(text: str, position: int) -> tuple[_Part, int]:
    """What stands one after the other, up to `|`, a closing bracket or the end."""
    best = _ANYTHING
    run: tuple[str, ...] = ("",)
    whole = True
    length = len(text)
    while position < length and text[position] not in "|)":
        part, position = _quantified(text, position)
        exact = part.exact
        if exact is not None and len(run) * len(exact) <= MOST:
            if exact != ("",):
                run = tuple(before + after for before in run for after in exact)
            continue
        whole = False
        for choice in (_needing(_Part(run)), part):
            if choice.needed and choice.worth > best.worth:
                best = choice
        run = exact if exact is not None else ("",)
    if whole:
        return _Part(run), position
    last = _needing(_Part(run))
    if last.needed and last.worth > best.worth:
        best = last
    return _Part(None, best.needed, best.worth), position


def _quantified(text: str, position: int) -> tuple[_Part, int]:
    """The next piece, with its quantifier."""
    part, position = _atom(text, position)
    if text[position : position + 1] not in _QUANTIFIERS:
        return part, position
    least, most, position = _bounds(text, position)
    while text[position : position + 1] in ("?", "*", "+"):
        # A modest quantifier; of more than one RE2 knows what they mean.
        least = least if text[position] == "?" else 0
        most = most if text[position] == "?" else None
        position += 1
    if (least, most) == (1, 1) or part.exact == ("",):
        return part, position
    if least:
        needing = _needing(part)
        return _Part(None, needing.needed, needing.worth), position
    if most == 1 and part.exact is not None and len(part.exact) < MOST:
        return _Part((*part.exact, "")), position
    return _ANYTHING, position


def _atom(text: str, position: int) -> tuple[_Part, int]:
    first = text[position]
    if first == "(":
        position += len(_opening(text, position))
        part, position = _alternation(text, position)
        if text[position : position + 1] != ")":
            raise ValueError("a bracket is not closed")
        return part, position + 1
    if first == "\\":
        return _escaped(text, position)
    if first == "[":
        return _class(text, position)
    if first == ".":
        return _ANYTHING, position + 1
    if first in "^$":
        return _EMPTY, position + 1
    if first in "*+?":
        raise ValueError("a quantifier of nothing")
    start = position
    position += 1
    while position < len(text) and text[position] not in _SPECIAL:
        position += 1
    if (
        position - start > 1
        and text[position : position + 1] in _QUANTIFIERS
        and position < len(text)
    ):
        position -= 1  # the quantifier belongs to the last of them
    return _letter(text[start:position]), position


def _letter(letters: str) -> _Part:
    """These letters, with those from A to Z made small."""
    return _Part((letters.lower() if letters.isascii() else letters.translate(_SMALL),))


def _opening(text: str, position: int) -> str:
    """How the group there opens."""
    if not text.startswith("(?", position):
        return "("
    if text.startswith(("(?P<", "(?<"), position):
        return text[position : text.index(">", position) + 1]
    for opening in ("(?:", *_FLAGS):
        if text.startswith(opening, position):
            return opening
    raise ValueError("flags that change what follows")


def _escaped(text: str, position: int) -> tuple[_Part, int]:
    kind = text[position + 1]
    position += 2
    if kind in _BOUNDARIES:
        return _EMPTY, position
    if kind in _CONTROL:
        return _Part((_CONTROL[kind],)), position
    if not kind.isalnum():
        return _letter(kind), position
    if kind in "pPx":
        if text[position] == "{":
            end = text.index("}", position) + 1
            return _ANYTHING, end
        if kind != "x":
            return _ANYTHING, position + 1
        code = int(text[position : position + 2], 16)
        return (_letter(chr(code)) if 0 < code < 128 else _ANYTHING), position + 2
    if kind in _OCTAL:
        end = position
        while end < position + 2 and text[end : end + 1] in _OCTAL and text[end : end + 1]:
            end += 1
        return _ANYTHING, end
    if kind in "dDsSwWC":
        return _ANYTHING, position
    raise ValueError("an escape that says more than what follows it")


SMALL_CLASS = 4


def _class(text: str, position: int) -> tuple[_Part, int]:
    """A class of few letters is these letters; any other is anything."""
    begin = position + 1
    position = begin + (text[begin] == "^")
    if text[position] == "]":
        position += 1
    letters, simple = set[str](), text[begin] not in "^]"
    while text[position] != "]":
        if text[position] == "\\":
            letters.add(text[position + 1])
            simple = simple and not text[position + 1].isalnum()
            position += 2
            if text[position] == "-" and text[position + 1] != "]":
                simple = False
        elif text.startswith("[:", position) and ":]" in text[position + 2 :]:
            position = text.index(":]", position + 2) + 2
            simple = False
        else:
            letters.add(text[position])
            simple = simple and text[position].isascii()
            if text[position + 1] == "-" and text[position + 2] != "]":
                simple = False
            position += 1
    position += 1
    small = tuple({letter.translate(_SMALL) for letter in letters})
    if simple and 0 < len(small) <= SMALL_CLASS:
        return _Part(small), position
    return _ANYTHING, position


def relaxed(pattern: str) -> str:
    """The pattern without counts worth counting to: it holds wherever the pattern does, and elsewhere.

    An automaton needs a state for each number that it may have counted to, for each place it may have begun at.
    """
    parts, position = list[str](), 0
    try:
        while position < len(pattern):
            start = position
            if pattern[position] == "\\":
                if pattern[position + 1] in "QE":
                    return pattern
                position = _escaped(pattern, position)[1]
            elif pattern[position] == "[":
                position = _class(pattern, position)[1]
            elif pattern[position] == "{":
                least, most, position = _bounds(pattern, position)
                if position == start:
                    position += 1  # a brace that is no count
                elif least >= LONGEST_COUNT or (most is not None and most >= LONGEST_COUNT):
                    few = least if 1 < least < LONGEST_COUNT else min(least, 1)
                    parts.append({0: "*", 1: "+"}.get(few, f"{{{few},}}"))
                    continue
            else:
                position += 1
            parts.append(pattern[start:position])
    except (ValueError, IndexError, OverflowError):
        return pattern
    return "".join(parts)


def _bounds(text: str, position: int) -> tuple[int, int | None, int]:
    """The least and the most repeats (None is without end) of the quantifier there, and where it ends.

    A brace that is no count is a letter: it counts once, and what it says is not known. Raises ValueError.
    """
    match text[position]:
        case "?":
            return 0, 1, position + 1
        case "*":
            return 0, None, position + 1
        case "+":
            return 1, None, position + 1
    end = text.find("}", position)
    least, comma, most = text[position + 1 : max(end, position)].partition(",")
    if end < 0 or not _is_count(least) or not (_is_count(most) or not most):
        return 1, 1, position
    if not comma:
        return int(least), int(least), end + 1
    return int(least), int(most) if most else None, end + 1


def _is_count(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
