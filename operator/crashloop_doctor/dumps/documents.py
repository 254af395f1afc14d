"""JSON and YAML from strangers: no nesting that overflows a stack, no time without a zone, no nulls."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import yaml

MAX_DEPTH = 200
"""Nesting of a document; a pod needs 15."""
MAX_NODES = 5_000_000
"""Values in a document once its aliases are expanded; a list of 5,000 pods has about 1.5 million."""

_C_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(ValueError):
    """The text is neither JSON nor YAML; the sentence says why."""


class _TextTimes(_C_LOADER):  # type: ignore[misc]
    """Leaves times as text: the API's types parse them, YAML's own reading loses the zone."""


_TextTimes.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parsed(text: str) -> Any:
    """The document of a JSON or YAML text, or a list of them where YAML has several. Raises Unreadable."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped.startswith(("{", "[")):
        try:
            return json.loads(stripped)
        except (ValueError, RecursionError):
            pass  # YAML's flow style begins the same way.
    try:
        guard_yaml(text)
        documents = [d for d in yaml.load_all(text, Loader=_TextTimes) if d is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(_first_line(error)) from error
    return documents if len(documents) > 1 else next(iter(documents), None)


def guard_yaml(text: str) -> None:
    """Raises Unreadable for a nesting that would overflow the C loader's stack (it kills the process).

    Also for aliases that expand to too much: merge keys (`<<`) copy them while the text is loaded.
    """
    anchored: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    total = copied = 0
    try:
        for event in yaml.parse(text, Loader=_C_LOADER):
            if isinstance(event, yaml.AliasEvent):
                size = anchored.get(event.anchor or "", 1)
                total, copied = total + size, copied + size
                if copied > MAX_NODES:
                    raise Unreadable("it is too large or nested too deep for a Kubernetes object")
            elif isinstance(event, yaml.ScalarEvent):
                total += 1
            elif isinstance(event, yaml.CollectionStartEvent):
                opened.append((event.anchor, total))
                total += 1
                if len(opened) > MAX_DEPTH:
                    raise Unreadable(f"it is nested more than {MAX_DEPTH} levels deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = opened.pop()
                if anchor is not None:
                    anchored[anchor] = total - before
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        raise Unreadable(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None)
    if problem and mark is not None:
        return f"{problem} (line {mark.line + 1})"
    return " ".join(str(error).split())[:200] or type(error).__name__


def cleaned(value: Any) -> Any:
    """The document without nulls, its keys text, its times with a zone. Raises Unreadable when it is too large."""
    return _Cleaning().of(value, "", 0)


_WORDS = ("command", "args")
_TEXT_VALUES = ("labels", "annotations", "nodeSelector", "matchLabels")


class _Cleaning:
    def __init__(self) -> None:
        self._nodes = 0

    def of(self, value: Any, key: str, depth: int) -> Any:
        """`key` is the field's name: what people write sloppily depends on the field."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise Unreadable("it is too large or nested too deep for a Kubernetes object")
        if isinstance(value, dict):
            items = ((str(k), self.of(v, str(k), depth + 1)) for k, v in value.items())
            kept = {k: v for k, v in items if v is not None}
            if key in _TEXT_VALUES:
                return {k: _word(v) for k, v in kept.items()}
            if "value" in kept:
                kept["value"] = _word(kept["value"])
            return kept
        if isinstance(value, list):
            listed = [self.of(item, "", depth + 1) for item in value if item is not None]
            return [_word(item) for item in listed] if key in _WORDS else listed
        if isinstance(value, str):
            if key.endswith(("At", "Time", "Timestamp")):
                return _zoned(value)
            # Lone surrogates are not text; nothing that decodes strictly takes them.
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        return value


def _word(value: Any) -> Any:
    """YAML reads `[sleep, 5]` as a number; the kubelet wants words."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def _zoned(value: str) -> str | None:
    """The time with a zone (UTC when none is given); None for what is no time."""
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    text = time.isoformat()
    return text if time.tzinfo is not None else f"{text}Z"
