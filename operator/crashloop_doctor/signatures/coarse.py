"""Coarse patterns: what must stand in a line before a pattern can match it, as simple as an automaton likes it.

A pattern such as `(?:open|read).{0,200}: permission denied` costs an engine states for every `open` it sees. Its
coarse form is `: permission denied`: it occurs wherever the pattern matches, and elsewhere too, where it costs a look.
"""

from __future__ import annotations

from collections.abc import Iterator

LONGEST_COUNT = 8
"""Repeats that stay counted; a counter of a hundred costs an automaton a hundred states."""

LEAST_WEIGHT = 4
"""Literal letters that a part needs to stand for the whole pattern."""


def coarse(pattern: str) -> list[str]:
    """Expressions of which one at least is found in every line in which the pattern is found."""
    flags = "(?i)" if pattern.startswith("(?i)") else ""
    body = pattern[len(flags) :]
    if "\\Q" in body or "(?" in body.replace("(?:", "").replace("(?P<", ""):
        # Flags in the middle change what follows: left as it is.
        return [pattern]
    try:
        return [flags + _heaviest_part(branch) for branch in _branches(body)]
    except (ValueError, IndexError):
        # Nothing that we understand: RE2 shall say what it thinks of it.
        return [pattern]


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that belong together: an escape, a class, a whole group, one character."""
    position = 0
    while position < len(text):
        end = _piece_end(text, position)
        yield text[position:end]
        position = end


def _piece_end(text: str, start: int) -> int:
    if text[start] == "\\":
        if text[start + 1 : start + 3] in ("p{", "P{", "x{"):
            return text.index("}", start) + 1
        return start + 2
    if text[start] == "[":
        return _class_end(text, start)
    if text[start] != "(":
        return start + 1
    position = start + 1
    while position < len(text) and text[position] != ")":
        position = _piece_end(text, position)
    return position + 1


def _class_end(text: str, start: int) -> int:
    position = start + 1
    if text[position : position + 1] == "^":
        position += 1
    if text[position : position + 1] == "]":
        position += 1
    while position < len(text) and text[position] != "]":
        if text[position] == "\\":
            position += 2
        elif text[position : position + 2] == "[:":
            position = text.index(":]", position) + 2
        else:
            position += 1
    return position + 1


def _branches(text: str) -> list[str]:
    branches = [""]
    for piece in _pieces(text):
        if piece == "|":
            branches.append("")
        else:
            branches[-1] += piece
    return branches


def _heaviest_part(branch: str) -> str:
    """The part between two `.*` that has the most letters of its own."""
    parts: list[list[tuple[str, str]]] = [[]]
    for atom, quantifier in _quantified(branch):
        if atom == "." and quantifier:
            parts.append([])
        else:
            parts[-1].append((atom, quantifier))
    best = max(parts, key=_weight)
    if _weight(best) < LEAST_WEIGHT:
        best = list(_quantified(branch))
    return "".join(_simple(atom) + _relaxed(quantifier) for atom, quantifier in best)


def _quantified(branch: str) -> Iterator[tuple[str, str]]:
    """(atom, its quantifier or an empty string)."""
    atom, quantifier, count = "", "", ""
    for piece in _pieces(branch):
        if count:
            count += piece
            if piece == "}":
                quantifier, count = quantifier + count, ""
        elif atom and piece == "{" and not quantifier:
            count = piece
        elif atom and piece in ("*", "+", "?") and (not quantifier or piece == "?"):
            quantifier += piece
        else:
            if atom:
                yield atom, quantifier
            atom, quantifier = piece, ""
    if atom:
        yield atom, quantifier + count


def _weight(part: list[tuple[str, str]]) -> int:
    """Letters that every match of the part has."""
    total = 0
    for atom, quantifier in part:
        if quantifier.startswith(("?", "*", "{0")):
            continue
        if atom.startswith("("):
            inner = _inner(atom)[1]
            total += min(_weight(list(_quantified(branch))) for branch in _branches(inner))
        elif not atom.startswith(("[", ".", "^", "$")) and not (
            atom.startswith("\\") and atom[1:2].isalnum()
        ):
            total += 1
    return total


def _inner(group: str) -> tuple[str, str]:
    """A group's opening and what stands in it."""
    for opening in ("(?:", "(?P<"):
        if group.startswith(opening):
            begin = 3 if opening == "(?:" else group.index(">") + 1
            return group[:begin], group[begin:-1]
    return "(", group[1:-1]


def _simple(atom: str) -> str:
    """The atom without word boundaries and long counts; groups capture nothing."""
    if atom in ("\\b", "\\B"):
        return ""
    if not atom.startswith("("):
        return atom
    branches = (
        "".join(_simple(a) + _relaxed(q) for a, q in _quantified(branch))
        for branch in _branches(_inner(atom)[1])
    )
    return f"(?:{'|'.join(branches)})"


def _relaxed(quantifier: str) -> str:
    """The quantifier without an upper bound that is worth counting to."""
    if not quantifier.startswith("{") or "," not in quantifier:
        return quantifier
    least, _, most = quantifier.strip("{}?").partition(",")
    if not most or int(most) < LONGEST_COUNT:
        return quantifier
    return {"0": "*", "1": "+"}.get(least, f"{{{least},}}")
