"""FailureSignatures from a person's files, checked as the cluster checks them and a little more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from ..api.v1alpha1 import FailureSignature
from ..dumps.documents import Unreadable, guard_yaml
from ..signatures import catalog
from ..signatures.expression import InvalidPattern
from ..signatures.literals import required

MAX_FILE = 16 << 20
"""Bytes of a file; the built-in catalogue has less than one million."""

_CONFIDENCE = re.compile(r"0(\.[0-9]+)?|1(\.0+)?")


class InvalidFile(ValueError):
    """A file whose signatures cannot be used; the sentence names the file and says what is wrong."""


def read(file: Path) -> list[FailureSignature]:
    """The sound signatures of a file. Raises InvalidFile."""
    found = parsed(file)
    for signature in found:
        try:
            check(signature)
        except catalog.InvalidSignature as error:
            raise InvalidFile(f"{file}: {_line(error)}") from error
    return found


def parsed(file: Path) -> list[FailureSignature]:
    """The signatures of a file, their patterns and examples not yet checked. Raises InvalidFile."""
    try:
        with file.open("rb") as raw:
            content = raw.read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise InvalidFile(f"{file}: it is larger than {MAX_FILE >> 20} MiB; split it")
        text = content.decode("utf-8")
        guard_yaml(text)
        return catalog.parse(text)
    except Unreadable as error:
        raise InvalidFile(f"{file}: this is not YAML: {_line(error)}") from error
    except OSError as error:
        raise InvalidFile(f"{file}: {error.strerror}") from error
    except (UnicodeDecodeError, catalog.InvalidSignature) as error:
        raise InvalidFile(f"{file}: {_line(error)}") from error


def check(signature: FailureSignature) -> None:
    """Raises InvalidSignature, also for what only the API server would refuse."""
    name, spec = signature.metadata.name, signature.spec
    if not name:
        raise catalog.InvalidSignature("InvalidField", "metadata.name is missing; give one")
    if not _CONFIDENCE.fullmatch(spec.confidence):
        raise catalog.InvalidSignature(
            "InvalidField",
            f'{name}: confidence {spec.confidence!r} is not a number from "0" to "1"',
        )
    catalog.check(signature)


def extended(files: Iterable[Path]) -> catalog.Catalog:
    """The built-in catalogue with the signatures of these files. Raises InvalidFile."""
    own = [signature for file in files for signature in read(file)]
    if not own:
        return catalog.builtin()
    try:
        return catalog.builtin().with_signatures(own)
    except InvalidPattern as error:
        raise InvalidFile(_line(error)) from error


def of_common_words(signature: FailureSignature) -> list[str]:
    """Patterns of which an alternative has no rare text: slow, and looked for at both ends of a large log only."""
    return [p.regex for p in signature.spec.patterns if required(p.regex).others]


def too_broad(signature: FailureSignature) -> list[str]:
    """Ordinary lines of healthy programs that a pattern of the signature matches."""
    found = catalog.Catalog([signature]).scan(_ordinary().encode())
    return [match.text for match in found.matches]


def _ordinary() -> str:
    return resources.files(__package__).joinpath("ordinary_lines.txt").read_text("utf-8")


def _line(error: Exception) -> str:
    return " ".join(part.strip() for part in str(error).splitlines())
