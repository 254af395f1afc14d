"""`crashloop-doctor classify --batch`: one case a line in, one finding a line out, in order and as they come."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..api.core import Pod
from ..diagnosis.evidence import LogExcerpt
from ..diagnosis.finding import Finding
from ..diagnosis.judgement import diagnose
from ..dumps.objects import InvalidPod, pod_of
from ..signatures.catalog import Catalog
from . import presentation, signature_files
from .classify import case_of, evidence_on
from .progress import Progress

MAX_LINE = 256 << 20
"""Bytes of one line. A log of tens of MB may take six times its size when every byte is escaped."""

NO_SPEC = "the pod's spec (give it as `pod`)"


NOTHING_FOUND = Finding(cause="Unknown", confidence=0.0, summary="")
"""What is said of a line that is no case: whoever reads the output finds the same fields in every line."""


class BadCase(ValueError):
    """A line that is no case; the sentence says what it should be."""

    def __init__(self, message: str, name: Any = None) -> None:
        super().__init__(message)
        self.name = name


def run(options: argparse.Namespace) -> int:
    """Raises OSError and ValueError before the first line; afterwards a bad line is said in its place."""
    catalog = signature_files.extended(options.signatures)
    if str(options.batch) == "-":
        return _classify(sys.stdin.buffer, 0, catalog)
    with Path(options.batch).open("rb") as cases:
        return _classify(cases, os.fstat(cases.fileno()).st_size, catalog)


def _classify(cases: BinaryIO, size: int, catalog: Catalog) -> int:
    done = bad = read = 0
    with Progress("classifying", size) as progress:
        for number, line in _lines(cases):
            try:
                result = _finding(line, catalog)
            except BadCase as error:
                bad += 1
                result = {
                    "id": error.name,
                    **presentation.outcome(NOTHING_FOUND),
                    "error": f"line {number}: {error}",
                }
            # In ASCII: nothing that a terminal obeys, nothing that a locale cannot write.
            print(json.dumps(result), flush=True)
            done += 1
            read += len(line)
            progress.tick(read, f"{done:,} cases")
    if bad:
        print(
            f"crashloop-doctor classify: {bad} of {done} lines could not be classified;"
            " their output lines say why",
            file=sys.stderr,
        )
    return 1 if bad else 0


def _lines(cases: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank; of a line that is too long only so much that this shows."""
    number = 0
    while line := cases.readline(MAX_LINE + 1):
        number += 1
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            rest = cases.readline(1 << 20)
            if not rest or rest.endswith(b"\n"):
                break
        if line.strip():
            yield number, line


def _finding(line: bytes, catalog: Catalog) -> dict[str, Any]:
    case = _parsed(line)
    name = case.get("id")
    if name is None:
        raise BadCase("the case has no id; give one as `id`")
    log = case.get("log")
    if not isinstance(log, str):
        raise BadCase("the case has no log; give a string as `log`, empty if need be", name)
    exit_code = _whole_number(case.get("exitCode"))
    if exit_code is not None and not isinstance(exit_code, int):
        raise BadCase("`exitCode` is no whole number; leave it out if it is not known", name)
    if exit_code is not None and not -(2**31) <= exit_code < 2**32:
        raise BadCase("`exitCode` is out of range; containers end with 0 to 255", name)
    reason, container = (_optional_text(case, field, name) for field in ("reason", "container"))
    try:
        pod = _pod(case.get("pod"))
        judged, container = case_of(pod, container, exit_code, reason)
    except InvalidPod as error:
        raise BadCase(f"`pod` cannot be used: {error}", name) from error
    try:
        excerpt = LogExcerpt(source="log", scan=catalog.scan(log_bytes(log)))
        finding = diagnose(evidence_on(judged, container, (excerpt,), NO_SPEC, []), catalog)
    except Exception as error:
        # One case that we cannot digest must not cost the rest of the run.
        raise BadCase(
            f"this is a fault of crashloop-doctor, please report it: {type(error).__name__}: {error}",
            name,
        ) from error
    return {"id": name, **presentation.outcome(finding)}


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise BadCase(f"it is longer than {MAX_LINE >> 20} MiB; give the end of the log only")
    try:
        # Bytes that are no UTF-8 are part of a log like any other.
        case = json.loads(
            line.decode("utf-8", "surrogateescape").lstrip("\ufeff"),
            parse_constant=_nothing,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        said = "it is nested too deep" if isinstance(error, RecursionError) else str(error)[:200]
        raise BadCase(f"it is not JSON ({said}); write one object a line") from error
    if not isinstance(case, dict):
        raise BadCase('it is no JSON object; write one like {"id": "a", "log": "..."}')
    return case


def _whole_number(given: Any) -> Any:
    """The number that `137.0` (a table's column with gaps) or `"137"` stands for; all else as it was."""
    if isinstance(given, bool):
        return str(given)
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if isinstance(given, str) and _DIGITS.fullmatch(given):
        return int(given)
    return given


def _nothing(_: str) -> None:
    """Python's tables write NaN for what is not there; printed again, no other program could read it."""


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _optional_text(case: dict[str, Any], field: str, name: Any) -> str:
    value = case.get(field)
    if value is not None and not isinstance(value, str):
        raise BadCase(f"`{field}` is no string; leave it out if it is not known", name)
    return value or ""


def _pod(given: Any) -> Pod | None:
    """Raises InvalidPod."""
    if (not given and given != 0) or (isinstance(given, str) and not given.strip()):
        return None
    return pod_of(given)


_DIGITS = re.compile("-?[0-9]{1,12}")
_OTHER_SURROGATES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def log_bytes(log: str) -> bytes:
    """The bytes of a log: U+DC80 to U+DCFF stand for bytes that were no UTF-8 (PEP 383); others are no text at all."""
    if not log.isascii():
        log = _OTHER_SURROGATES.sub("\ufffd", log)
    return log.encode("utf-8", "surrogateescape")
