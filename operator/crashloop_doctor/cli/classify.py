"""`crashloop-doctor classify`: the same judgement as in the cluster, from files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ..api.core import ContainerStatus, Pod
from ..diagnosis.deaths import death_count, deaths_of
from ..diagnosis.evidence import Evidence, LogExcerpt
from ..diagnosis.judgement import diagnose
from ..dumps.assembling import failing_containers
from ..dumps.objects import InvalidPod, chosen_container, pod_of, with_end
from ..signatures.catalog import Catalog
from . import log_files, presentation, signature_files

MAX_POD_FILE = 16 << 20
"""Bytes; the API server takes objects of up to 3 MiB."""

NO_SPEC = "the pod's spec (give it with --pod)"


def run(options: argparse.Namespace) -> int:
    try:
        if options.batch is not None:
            from . import batch

            return batch.run(options)
        catalog = signature_files.extended(options.signatures)
        evidence = _evidence(options, catalog)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        print(f"crashloop-doctor classify: {presentation.said(error)}", file=sys.stderr)
        return 1
    finding = diagnose(evidence, catalog)
    if options.output == "json":
        # In ASCII: nothing that a terminal obeys, nothing that a locale cannot write.
        print(json.dumps(presentation.document(finding)))
    else:
        print(presentation.page(finding))
    return 0


def _evidence(options: argparse.Namespace, catalog: Catalog) -> Evidence:
    pod = _pod(options.pod) if options.pod else None
    missing: list[str] = []
    # The pod first: what is wrong with it is said before a gigabyte is read.
    judged, container = case_of(pod, options.container or "", options.exit_code, options.reason)
    logs = tuple(log_files.scanned(file, catalog, missing) for file in (options.files or [None]))
    told = pod is not None or options.exit_code is not None or options.reason
    if not told and not any(_words(log) for log in logs):
        raise ValueError(
            "the log is empty; `kubectl logs --previous` has the one of the instance that died"
        )
    return evidence_on(judged, container, logs, NO_SPEC, missing)


def case_of(pod: Pod | None, container: str, exit_code: int | None, reason: str) -> tuple[Pod, str]:
    """The pod with what is known of its end, and the container in question. Raises InvalidPod."""
    judged = pod or Pod()
    if pod is not None:
        container = chosen_container(pod, container, _suspects(pod))
    return with_end(judged, container, exit_code, reason), container


def _suspects(pod: Pod) -> tuple[str, ...]:
    """The containers that fail by the pod's status, else those that died; those that died most often first."""
    failing = failing_containers(pod)
    if not failing:
        statuses = (*pod.status.container_statuses, *pod.status.init_container_statuses)
        died = (s for s in statuses if death_count(pod, s.name) and not _did_its_work(pod, s))
        failing = tuple(s.name for s in died)
    return tuple(sorted(filter(None, failing), key=lambda name: -death_count(pod, name)))


def _did_its_work(pod: Pod, status: ContainerStatus) -> bool:
    """Whether it is an init container that ended well: that is no death, whatever went before."""
    end = status.state.terminated
    return end is not None and end.exit_code == 0 and status in pod.status.init_container_statuses


def evidence_on(
    pod: Pod, container: str, logs: tuple[LogExcerpt, ...], no_spec: str, missing: list[str]
) -> Evidence:
    """A case from a person's files. `no_spec` is the sentence for a container whose spec is not known."""
    if pod.container(container) is None:
        missing = [no_spec, *missing]
    return Evidence(
        pod=pod,
        container=container,
        deaths=deaths_of(pod, container),
        logs=logs,
        missing=tuple(missing),
    )


def _words(log: LogExcerpt) -> bool:
    return log.scan is not None and bool(log.scan.last_lines)


def _pod(path: Path) -> Pod:
    """Raises OSError and ValueError."""
    with path.open("rb") as raw:
        content = raw.read(MAX_POD_FILE + 1)
    if len(content) > MAX_POD_FILE:
        raise ValueError(f"{path} is larger than {MAX_POD_FILE >> 20} MiB; give one pod")
    try:
        return pod_of(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: it cannot be read as a pod: {error}") from error
    except InvalidPod as error:
        raise ValueError(f"{path}: {error}") from error
