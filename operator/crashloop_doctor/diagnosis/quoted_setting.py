"""Whether a program's last words quote one of its own settings: the pod's spec says what an exception does not."""

from __future__ import annotations

from collections.abc import Iterator

from ..api.core import Container
from ..signatures.expression import compile_bytes

SHORTEST, LONGEST = 3, 200
_QUOTES = "'\"`“”‘’«»[](){}<>,;:. \t"
_SAYS_LITTLE = frozenset(
    ("true", "false", "yes", "none", "null", "default", "info", "debug", "warn", "error", "prod", "production", "test")
)  # fmt: skip
_NAME = compile_bytes(r"^[A-Z][A-Z0-9]*_[A-Z0-9_]+$")


def quoted(text: str, container: Container | None) -> str:
    """The variable or option of the container whose value the line quotes, or whose name it says; else empty.

    A path is none: what is said of a file is said by others.
    """
    if container is None:
        return ""
    words = {word.strip(_QUOTES) for word in text.replace("=", " ").split()}
    for name, value in _settings(container):
        if _NAME.search(name.encode()) and name in words:
            return name
        if not SHORTEST <= len(value) <= LONGEST or value.lower() in _SAYS_LITTLE or "/" in value:
            continue
        if value in words or any(f"{quote}{value}{quote}" in text for quote in "'\"`"):
            return name
    return ""


def _settings(container: Container) -> Iterator[tuple[str, str]]:
    """Names and values of variables, and of options that have one."""
    for variable in container.env:
        yield variable.name, variable.value
    before = ""
    for word in (*container.command, *container.args):
        option, _, value = word.partition("=")
        if option.startswith("-") and value:
            yield option, value
        elif before.startswith("-") and not word.startswith("-"):
            yield before, word
        before = word
