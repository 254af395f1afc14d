"""`crashloop-doctor classify`: the same judgement as in the cluster, from files."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import msgspec
import yaml

from ..api.core import Pod
from ..diagnosis.deaths import deaths_of
from ..diagnosis.evidence import Evidence, LogExcerpt
from ..diagnosis.finding import Finding, confidence_text
from ..diagnosis.judgement import diagnose
from ..signatures import catalog, log_text


def run(options: argparse.Namespace) -> int:
    try:
        evidence = _evidence(options)
    except (OSError, ValueError) as error:
        print(f"crashloop-doctor classify: {_line(str(error))}", file=sys.stderr)
        return 1
    finding = diagnose(evidence, catalog.builtin())
    if options.output == "json":
        # In ASCII: nothing that a terminal obeys, nothing that a locale cannot write.
        print(json.dumps(_document(finding)))
    else:
        print(_page(finding))
    return 0


def _evidence(options: argparse.Namespace) -> Evidence:
    pod = _pod(options.pod) if options.pod else Pod()
    name = options.container or (pod.spec.containers[0].name if pod.spec.containers else "")
    if options.pod and pod.container(name) is None:
        known = ", ".join(c.name for c in pod.spec.containers)
        raise ValueError(f"the pod has no container {name!r}; it has {known}")
    if options.files:
        logs = [LogExcerpt(source=file.name, content=file.read_bytes()) for file in options.files]
    else:
        if sys.stdin.isatty():
            print("reading a log from the terminal; end with Ctrl-D", file=sys.stderr)
        logs = [LogExcerpt(source="standard input", content=sys.stdin.buffer.read())]
    if not options.pod and not any(log.content.strip() for log in logs):
        raise ValueError(
            "the log is empty; `kubectl logs --previous` has the one of the instance that died"
        )
    return Evidence(
        pod=pod,
        container=name,
        deaths=deaths_of(pod, name),
        logs=tuple(logs),
        missing=() if options.pod else ("the pod's spec (give it with --pod)",),
    )


def _pod(file: Path) -> Pod:
    """Raises ValueError when the file holds no pod."""
    try:
        loaded = yaml.load(file.read_text("utf-8"), Loader=_TextTimes)  # noqa: S506 - a SafeLoader
        if isinstance(loaded, dict) and loaded.get("kind") == "Pod":
            return msgspec.convert(loaded, Pod, strict=False)
    except (
        yaml.YAMLError,
        msgspec.ValidationError,
        UnicodeDecodeError,
        RecursionError,
    ) as error:
        raise ValueError(f"{file} cannot be read as a pod: {error}") from error
    raise ValueError(f"{file} holds no Pod; write one with `kubectl get pod NAME -o yaml`")


class _TextTimes(yaml.SafeLoader):
    """Leaves times as text: the API's types parse them, YAML's own reading loses the zone."""


_TextTimes.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _document(finding: Finding) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(finding)
    return document


def _wrapped(label: str, text: str) -> list[str]:
    """Prose in the width of the terminal; log lines are left as they are."""
    width = min(shutil.get_terminal_size((120, 24)).columns, 120)
    return textwrap.wrap(
        text, width, initial_indent=f"{label:<12}", subsequent_indent=" " * 12
    ) or [label]


def _page(finding: Finding) -> str:
    lines = [
        f"Cause       {finding.cause}  (confidence {confidence_text(finding.confidence)})",
        *_wrapped("Why", finding.summary),
    ]
    lines += [
        f"{'Evidence' if i == 0 else '':<12}{line.source}{f':{line.line}' if line.line else ''}: {line.text}"
        for i, line in enumerate(finding.evidence)
    ]
    lines += [
        f"{'Captured' if i == 0 else '':<12}{key} = {value}"
        for i, (key, value) in enumerate(sorted(finding.captures.items()))
    ]
    lines += [
        f"{'Or else' if i == 0 else '':<12}{other.cause} ({other.confidence}): {other.reason}"
        for i, other in enumerate(finding.alternatives)
    ]
    lines += [f"{'Missing' if i == 0 else '':<12}{text}" for i, text in enumerate(finding.missing)]
    if finding.advice:
        lines += _wrapped("What to do", finding.advice)
    return "\n".join(_line(line) for line in lines)


def _line(text: str) -> str:
    """One line without anything that a terminal obeys, wherever the text came from: a pod is untrusted too."""
    flat = " ".join(part.strip() for part in text.splitlines()) if "\n" in text else text
    return log_text.text(log_text.plain_bytes(flat.encode("utf-8", "replace")))
