"""Coarse patterns: what must stand in a line before a pattern can match it, as simple as an automaton likes it.

A pattern such as `(?:open|read).{0,200}: permission denied` costs an engine states for every `open` it sees. Its
coarse form is `: permission denied`: it occurs wherever the pattern matches, and elsewhere too, where it costs a look.
"""

from __future__ import annotations

from typing import NamedTuple

LONGEST_COUNT = 8
"""Repeats that stay counted; a counter of a hundred costs an automaton a hundred states."""

LEAST_WEIGHT = 5
"""Literal letters that a part needs to stand for the whole pattern."""


class _Atom(NamedTuple):
    """A piece that a quantifier belongs to, without word boundaries and capturing, with its quantifier relaxed.

    `weight` is the number of letters of its own that every match has; `wide` says that it takes much, or anything.
    """

    text: str
    weight: int
    wide: bool


def coarse(pattern: str) -> list[str]:
    """Expressions of which one at least is found in every line in which the pattern is found."""
    flags = "(?i)" if pattern.startswith("(?i)") else ""
    body = pattern[len(flags) :]
    if "\\Q" in body or "(?" in body.replace("(?:", "").replace("(?P<", ""):
        # Flags in the middle change what follows: left as it is.
        return [pattern]
    try:
        branches, end = _branches(body, 0)
    except (ValueError, IndexError):
        end = -1
    if end != len(body):
        # Nothing that we understand: RE2 shall say what it thinks of it.
        return [pattern]
    return [flags + _heaviest_part(branch) for branch in branches]


def _heaviest_part(branch: list[_Atom]) -> str:
    """The part between two wide atoms that has the most letters of its own."""
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
        return "".join(atom.text for atom in branch)
    first = next(i for i, atom in enumerate(best) if atom.weight)
    last = max(i for i, atom in enumerate(best) if atom.weight)
    return "".join(atom.text for atom in best[first : last + 1])


_END = _Atom("", 0, wide=True)
_BOUNDARIES = ("\\b", "\\B")
_SPECIAL = frozenset("\\[](){}|*+?.^$")
_QUANTIFIERS = frozenset("{?*+")


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
            inner, position = _branches(text, _group_start(text, position))
            if text[position] != ")":
                raise ValueError("a bracket is not closed")
            position += 1
            if len(inner) == 1 and text[position : position + 1] not in _QUANTIFIERS:
                branch += inner[0]
                continue
            atom = f"(?:{'|'.join(''.join(a.text for a in alternative) for alternative in inner)})"
            weight = min(sum(a.weight for a in alternative) for alternative in inner)
            wide = any(a.wide for alternative in inner for a in alternative)
        elif first == "\\":
            start, position = position, _escape_end(text, position)
            atom = text[start:position]
            if atom in _BOUNDARIES:
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
        branch.append(_Atom(atom, weight, wide and not weight))
    return branches, position


def _group_start(text: str, position: int) -> int:
    if text.startswith("(?P<", position):
        return text.index(">", position) + 1
    return position + (3 if text.startswith("(?:", position) else 1)


def _escape_end(text: str, position: int) -> int:
    if text[position + 1 : position + 3] in ("p{", "P{", "x{"):
        return text.index("}", position) + 1
    if position + 1 >= len(text):
        raise ValueError("an escape without a character")
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
        if not end or not least.isdigit() or not (most.isdigit() or not most):
            return "", position  # a brace that is no count
    elif first and first in "?*+":
        end = position + 1
    else:
        return "", position
    if text[end : end + 1] == "?":
        end += 1
    return text[position:end], end


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
