"""`crashloop-doctor diagnose --dump`: the same judgement over a whole cluster that is not there any more."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, NamedTuple

from ..diagnosis.finding import Finding, confidence_text
from ..diagnosis.judgement import diagnose
from ..dumps import reading
from ..dumps.assembling import Contents, Logs, Owner, evidence_on, failing_containers, owner_of
from ..dumps.files import Files, NotADump
from ..dumps.layout import PodIndex, PodKey
from ..signatures.catalog import Catalog
from . import presentation, signature_files
from .progress import Progress

MAX_PODS_NAMED = 5


class _Case(NamedTuple):
    """One failing container of one pod."""

    pod: PodKey
    container: str
    owner: Owner
    restarts: int
    finding: Finding


def run(options: argparse.Namespace) -> int:
    try:
        files = Files(options.dump)
        catalog = signature_files.extended(options.signatures)
        contents, cases = _cases(files, options.namespace or "", catalog)
    except (OSError, ValueError) as error:
        print(f"crashloop-doctor diagnose: {presentation.said(error)}", file=sys.stderr)
        return 1
    groups = _grouped(cases)
    if options.output == "json":
        for group in groups:
            print(json.dumps(_document(group)))
    else:
        for group in groups:
            print(f"{_heading(group)}\n{presentation.page(_surest(group).finding)}\n")
        if cases:
            print(_table(cases))
    if not cases:
        pods = sum(1 for key in contents.pods if options.namespace in (None, "", key[0]))
        quiet = sys.stderr if options.output == "json" else sys.stdout
        print(f"no container fails ({pods} pod{'' if pods == 1 else 's'} read)", file=quiet)
    for warning in files.warnings:
        sys.stdout.flush()
        print(f"crashloop-doctor diagnose: warning: {presentation.line(warning)}", file=sys.stderr)
    return 1 if files.warnings else 0


def _cases(files: Files, namespace: str, catalog: Catalog) -> tuple[Contents, list[_Case]]:
    """Raises OSError, Refused and NotADump."""
    with Progress("reading the dump's objects") as progress:
        contents = reading.objects(files, progress.tick)
    if not contents.pods:
        hint = f" ({files.warnings[0]})" if files.warnings else ""
        raise NotADump(
            f"the dump holds no pods{hint}; give the folder of `kubectl cluster-info dump"
            " --output-directory` or a support bundle"
        )
    namespaces = sorted({key[0] for key in contents.pods})
    if namespace and namespace not in namespaces:
        raise NotADump(
            f"the dump has no pod in the namespace {namespace!r}; it has {', '.join(namespaces)}"
        )
    failing = {
        key: names
        for key, pod in contents.pods.items()
        if namespace in ("", key[0]) and (names := failing_containers(pod))
    }
    index = PodIndex(
        (key, tuple(c.name for c in (*pod.spec.init_containers, *pod.spec.containers)))
        for key, pod in contents.pods.items()
    )
    with Progress(f"reading the logs of {len(failing)} pods") as progress:
        found = reading.logs(files, failing, index, catalog, progress.tick) if failing else {}
    cases = []
    for key, names in sorted(failing.items()):
        pod = contents.pods[key]
        for name in names:
            logs = found.get((key, name), Logs())
            try:
                finding = diagnose(evidence_on(pod, name, contents, logs), catalog)
            except Exception as error:
                # One pod that we cannot digest must not cost the others.
                files.warn(
                    f"{name} of {'/'.join(key)} was left out; this is a fault of crashloop-doctor,"
                    f" please report it: {type(error).__name__}: {error}"
                )
                continue
            status = pod.container_status(name)
            restarts = status.restart_count if status is not None else 0
            cases.append(_Case(key, name, owner_of(pod, contents)[0], restarts, finding))
    return contents, cases


def _grouped(cases: list[_Case]) -> list[list[_Case]]:
    """Cases of one workload's container with one cause are one: its pods die of the same thing."""
    groups: dict[tuple[str, Owner, str, str, str], list[_Case]] = {}
    for case in cases:
        finding = case.finding
        key = (case.pod[0], case.owner, case.container, finding.cause, finding.masked)
        groups.setdefault(key, []).append(case)
    return list(groups.values())


def _surest(group: list[_Case]) -> _Case:
    return max(group, key=lambda case: case.finding.confidence)


def _heading(group: list[_Case]) -> str:
    case = group[0]
    pods = sorted(c.pod[1] for c in group)
    named = ", ".join(pods[:MAX_PODS_NAMED])
    more = f" and {len(pods) - MAX_PODS_NAMED} more" if len(pods) > MAX_PODS_NAMED else ""
    lines = presentation.paragraph(
        "Container", f"{case.container} of {case.owner.kind} {case.pod[0]}/{case.owner.name}"
    )
    if case.owner.kind != "Pod" or len(pods) > 1:
        lines += presentation.paragraph("Pods" if len(pods) > 1 else "Pod", named + more)
    return "\n".join(lines)


def _document(group: list[_Case]) -> dict[str, Any]:
    case = _surest(group)
    return {
        "namespace": case.pod[0],
        "workload": {"kind": case.owner.kind, "name": case.owner.name},
        "container": case.container,
        "pod": case.pod[1],
        "pods": sorted(c.pod[1] for c in group),
        "restarts": max(c.restarts for c in group),
        **presentation.document(case.finding),
    }


_COLUMNS = (("NAMESPACE", 14), ("POD", 26), ("CONTAINER", 12), ("CAUSE", 21), ("SURE", 4))
"""What 80 columns hold: the longest cause has 21 letters, names are cut. A wider terminal cuts less."""


def _table(cases: list[_Case]) -> str:
    rows = [tuple(name for name, _ in _COLUMNS)]
    for case in cases:
        finding = case.finding
        sure = "-" if finding.cause == "Unknown" else confidence_text(finding.confidence)
        rows.append((case.pod[0], case.pod[1], case.container, finding.cause, sure))
    longest = [max(len(presentation.line(row[i])) for row in rows) for i in range(len(_COLUMNS))]
    widths = [min(most, long) for (_, most), long in zip(_COLUMNS, longest, strict=True)]
    # What is free goes to the names, and first to those of the pods, which are the longest.
    for i in (1, 0, 2):
        free = presentation.width() - 1 - sum(widths) - (len(widths) - 1)
        widths[i] += max(0, min(free, longest[i] - widths[i]))
    return "\n".join(
        " ".join(
            f"{_cut(presentation.line(cell), wide):<{wide}}"
            for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _cut(text: str, wide: int) -> str:
    """The end of a pod's name tells it from the others: the middle goes."""
    if len(text) <= wide:
        return text
    tail = (wide - 1) // 2
    return f"{text[: wide - 1 - tail]}…{text[-tail:]}"
