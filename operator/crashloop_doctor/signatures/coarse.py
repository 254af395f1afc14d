"""Coarse patterns: what must stand in a line before a pattern can match it, as simple as an automaton likes it.

A pattern such as `(?:open|read).{0,200}: permission denied` costs an engine states for every `open` it sees. Its
coarse form is `: permission denied`: it occurs wherever the pattern matches, and elsewhere too, where it costs a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

LONGEST_COUNT = 8
"""Repeats that stay counted; a counter of a hundred costs an automaton a hundred states."""

LEAST_WEIGHT = 5
"""Literal letters that a part needs to stand for the whole pattern."""

ENOUGH_WORDS = 10
"""Letters in a row that say enough by themselves: many plain strings are searched faster than one alternative."""


class _Atom(NamedTuple):
    """A piece that a quantifier belongs to, without word boundaries and capturing, with its quantifier relaxed.

    `weight` is the number of letters of its own that every match has; `wide` says that it takes much, or anything.
    """

    text: str
    weight: int
    wide: bool
    plain: bool = False
    """Whether it is letters and nothing else."""
    choice: tuple[list[_Atom], ...] = ()
    """The alternatives of a group of which one at least is in every match."""


def coarse(pattern: str) -> list[str]:
    """Expressions of which one at least is found in every line in which the pattern is found."""
    flags = "(?i)" if pattern.startswith("(?i)") else ""
    try:
        return _expressions(pattern[len(flags) :], flags)
    except (ValueError, IndexError):
        # Nothing that we understand: RE2 shall say what it thinks of it.
        return [pattern]


def _expressions(body: str, flags: str) -> list[str]:
    """The coarse form of each alternative. Raises ValueError and IndexError."""
    expressions = []
    for alternative in _alternatives(body):
        inner = _in_small_and_large(alternative)
        if inner:
            expressions += _expressions(inner, "(?i)")
            continue
        branches, end = _branches(alternative, 0)
        if end != len(alternative):
            raise ValueError("a bracket too many")
        expressions += [flags + part for branch in branches for part in _heaviest(branch)]
    return expressions


def _alternatives(text: str) -> list[str]:
    """The text's alternatives, as they are written."""
    found, depth, begin, position = [], 0, 0, 0
    while position < len(text):
        first = text[position]
        if first == "\\":
            position = _escape_end(text, position)
            continue
        if first == "[":
            position = _class_end(text, position)
            continue
        depth += (first == "(") - (first == ")")
        if first == "|" and not depth:
            found.append(text[begin:position])
            begin = position + 1
        position += 1
    return [*found, text[begin:]]


def _in_small_and_large(alternative: str) -> str:
    """What stands in `(?i:...)` if that is all there is; else an empty string."""
    text = alternative.removeprefix("\\b").removesuffix("\\b")
    if not text.startswith("(?i:"):
        return ""
    _, end = _branches(text, len("(?i:"))
    return text[len("(?i:") : end] if end == len(text) - 1 else ""


def _heaviest(branch: list[_Atom]) -> list[str]:
    """The part between two wide atoms that has the most letters of its own; if that is a choice, its alternatives."""
    best: list[_Atom] = []
    heaviest, part, weight = 0, list[_Atom](), 0
    for atom in (*branch, _END):
        if atom.wide:
            if weight > heaviest:
                best, heaviest = part, weight
            part, weight = [], 0
        else:
            part.append(atom)
            weight += atom.weight
    if heaviest < LEAST_WEIGHT:
        return ["".join(atom.text for atom in branch)]
    words = max(_words(best), key=_weight)
    if _weight(words) >= ENOUGH_WORDS:
        return ["".join(atom.text for atom in words)]
    first = next(i for i, atom in enumerate(best) if atom.weight)
    last = max(i for i, atom in enumerate(best) if atom.weight)
    best = best[first : last + 1]
    if len(best) == 1 and best[0].choice:
        return [part for alternative in best[0].choice for part in _heaviest(alternative)]
    return ["".join(atom.text for atom in best)]


def _words(part: list[_Atom]) -> Iterator[list[_Atom]]:
    """The runs of plain letters in a part."""
    run: list[_Atom] = []
    for atom in part:
        if atom.plain:
            run.append(atom)
        else:
            yield run
            run = []
    yield run


def _weight(part: list[_Atom]) -> int:
    return sum(atom.weight for atom in part)


_END = _Atom("", 0, wide=True)
_BOUNDARIES = ("\\b", "\\B")
_SPECIAL = frozenset("\\[](){}|*+?.^$")
_QUANTIFIERS = frozenset("{?*+")
_OCTAL = frozenset("01234567")
_FLAGS = ("(?i:", "(?-i:")


def _branches(text: str, position: int) -> tuple[list[list[_Atom]], int]:
    """The alternatives from there to the closing bracket (or the end), and where that is."""
    branch: list[_Atom] = []
    branches = [branch]
    length = len(text)
    while position < length:
        first = text[position]
        if first == ")":
            break
        if first == "|":
            branch = []
            branches.append(branch)
            position += 1
            continue
        atom, weight, wide = first, 1, False
        if first not in _SPECIAL:
            start = position
            while position < length and text[position] not in _SPECIAL:
                position += 1
            if position - start > 1 and text[position : position + 1] in _QUANTIFIERS:
                position -= 1  # the quantifier belongs to the last of them
            atom, weight = text[start:position], position - start
        elif first == "(":
            opening = _opening(text, position)
            inner, position = _branches(text, position + len(opening))
            if text[position] != ")":
                raise ValueError("a bracket is not closed")
            position += 1
            kept = opening if opening in _FLAGS else "(?:"
            single = len(inner) == 1 and kept == "(?:"
            if single and text[position : position + 1] not in _QUANTIFIERS:
                branch += inner[0]
                continue
            atom = (
                f"{kept}{'|'.join(''.join(a.text for a in alternative) for alternative in inner)})"
            )
            weight = min(sum(a.weight for a in alternative) for alternative in inner)
            wide = any(a.wide for alternative in inner for a in alternative)
        elif first == "\\":
            if text[position + 1 : position + 2] in "QE":
                raise ValueError("a quotation")
            start, position = position, _escape_end(text, position)
            atom = text[start:position]
            if atom in _BOUNDARIES:
                # Repeated, it is the same place.
                _, position = _quantifier(text, position)
                continue
            wide = atom[1].isalnum()
            weight = int(not wide)
        elif first == "[":
            start, position = position, _class_end(text, position)
            atom, weight, wide = text[start:position], 0, True
        else:
            position += 1
            if first in ".^$":
                weight, wide = 0, first == "."
            elif first in "{}":
                # RE2 knows better than Hyperscan which braces count.
                atom = f"\\{first}"
        quantifier = ""
        if text[position : position + 1] in _QUANTIFIERS:
            quantifier, position = _quantifier(text, position)
        if quantifier:
            least, most = _bounds(quantifier)
            weight = weight if least else 0
            if first != "(":
                wide = wide and (most is None or most > 1) and atom != "\\s"
            atom += _relaxed(quantifier, least, most)
        elif first != "(":
            wide = False
        plain = not quantifier and (first not in _SPECIAL or (first == "\\" and weight > 0))
        choice = tuple(inner) if first == "(" and weight and kept == "(?:" else ()
        branch.append(_Atom(atom, weight, wide and not weight, plain, choice))
    return branches, position


def _opening(text: str, position: int) -> str:
    """How the group there opens."""
    if not text.startswith("(?", position):
        return "("
    if text.startswith("(?P<", position):
        return text[position : text.index(">", position) + 1]
    for opening in ("(?:", *_FLAGS):
        if text.startswith(opening, position):
            return opening
    raise ValueError("flags that change what follows")


def _escape_end(text: str, position: int) -> int:
    kind = text[position + 1]
    if kind in "pPx":
        if text[position + 2] == "{":
            return text.index("}", position) + 1
        return position + (4 if kind == "x" else 3)
    if kind in "01234567":
        end = position + 2
        while end < position + 4 and text[end : end + 1] in _OCTAL:
            end += 1
        return end
    return position + 2


def _class_end(text: str, position: int) -> int:
    position += 1
    if text[position] == "^":
        position += 1
    if text[position] == "]":
        position += 1
    while text[position] != "]":
        if text[position] == "\\":
            position += 2
        elif text.startswith("[:", position):
            position = text.index(":]", position) + 2
        else:
            position += 1
    return position + 1


def _quantifier(text: str, position: int) -> tuple[str, int]:
    """What stands there of `?`, `*`, `+` and `{n,m}`, with the `?` of a modest one; and where it ends."""
    first = text[position : position + 1]
    if first == "{":
        end = text.find("}", position) + 1
        least, _, most = text[position + 1 : end - 1].partition(",")
        if not end or not _is_count(least) or not (_is_count(most) or not most):
            return "", position  # a brace that is no count
    elif first and first in "?*+":
        end = position + 1
    else:
        return "", position
    if text[end : end + 1] == "?":
        end += 1
    return text[position:end], end


def _is_count(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")


def _bounds(quantifier: str) -> tuple[int, int | None]:
    """The least and the most repeats; None is without end."""
    match quantifier[0]:
        case "?":
            return 0, 1
        case "*":
            return 0, None
        case "+":
            return 1, None
    least, comma, most = quantifier.strip("{}?").partition(",")
    if not comma:
        return int(least), int(least)
    return int(least), int(most) if most else None


def _relaxed(quantifier: str, least: int, most: int | None) -> str:
    """The quantifier without an upper bound that is worth counting to."""
    if not quantifier.startswith("{") or most is None or most < LONGEST_COUNT:
        return quantifier
    if least == most:
        # An exact count keeps its length: less would say nothing, more would lose it.
        return quantifier
    return {0: "*", 1: "+"}.get(least, f"{{{least},}}")
