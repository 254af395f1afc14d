"""Whether a module that is not there is the program itself: the container's own command names it."""

from __future__ import annotations

from ..api.core import Container
from ..signatures.expression import compile_bytes

_MISSING = compile_bytes(
    r"(?:\bNo module named |\bCannot find (?:module|package) |\bcannot load such file -- )['\"]?"
    r"([A-Za-z0-9_@./-]{1,200})"
)
_SETTINGS = compile_bytes(r"(?i)^--?(?:c|config\w*|conf|settings?|set|env|profile)$")
_RUNS = compile_bytes(r"^(?:-m|-A|--app|--application|--module|--wsgi)$")
_OPTION = compile_bytes(r"^-{1,2}[A-Za-z]")

PROGRAM, SETTINGS = "ExecutableMissing", "ConfigurationMissing"


def cause_of_missing(text: str, container: Container | None) -> str:
    """`ExecutableMissing` when the command names the missing module as what to run, `ConfigurationMissing` when it is
    the value of an option for settings; empty when the command does not name it."""
    found = _MISSING.search(text.encode("utf-8", "replace"))
    if found is None or container is None:
        return ""
    module = found[1].decode()
    before = ""
    for word in (*container.command, *container.args):
        option, _, value = word.partition("=") if _is_option(word) else (before, "", word)
        before = word if _is_option(word) else ""
        if "://" in value or not _names(value, module):
            continue
        if _SETTINGS.search(option.encode("utf-8", "replace")):
            return SETTINGS
        if not option or _RUNS.search(option.encode("utf-8", "replace")):
            return PROGRAM
    return ""


def _is_option(word: str) -> bool:
    return _OPTION.search(word.encode("utf-8", "replace")) is not None


def _names(word: str, module: str) -> bool:
    """Whether the word is the module, or something in it: `shop`, `shop.wsgi:app`, `shop.py`."""
    stem = word.removesuffix(".py").removesuffix(".js").removesuffix(".rb")
    return stem == module or (stem.startswith(module) and stem[len(module)] in ".:/")
