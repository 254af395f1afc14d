"""Pods from strangers: any value is a pod or an InvalidPod, never another error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crashloop_doctor.api.core import Pod
from crashloop_doctor.diagnosis.deaths import deaths_of, looping_containers
from crashloop_doctor.dumps.assembling import failing_containers
from crashloop_doctor.dumps.objects import InvalidPod, chosen_container, pod_of, with_end

NAMES = (
    "kind Pod List items metadata name namespace labels ownerReferences spec template containers initContainers"
    " volumes volumeMounts mountPath command args env value status conditions containerStatuses state lastState"
    " terminated waiting running exitCode reason startedAt finishedAt restartCount ready"
)
WORDS = st.sampled_from(NAMES.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | WORDS
    | st.sampled_from(["2026-11-21T09:00:00Z", "2026-11-21 09:00", "0001-01-01", "a\udc80"])
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(WORDS, v, max_size=6),
    max_leaves=40,
)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_any_document_is_a_pod_or_is_refused(document: Any) -> None:
    for given_value in (document, {"spec": document}, {"status": document}, json.dumps(document)):
        try:
            pod = pod_of(given_value)
        except InvalidPod:
            continue
        # Whatever was let in can be worked with.
        failing_containers(pod)
        looping_containers(pod)
        for status in pod.status.container_statuses:
            deaths_of(pod, status.name)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_pod_or_is_refused(text: str) -> None:
    said = ""
    try:
        pod_of(text)
    except InvalidPod as error:
        said = str(error)
    assert "\n" not in said


ONE = {"containers": [{"name": "app"}]}
STATE = {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-21T09:00:02Z"}


def status(**fields: Any) -> Pod:
    return pod_of({"spec": ONE, "status": {"containerStatuses": [{"name": "app", **fields}]}})


ENDS: dict[str, tuple[Pod, int | None, str, list[tuple[int, str]]]] = {
    "nothing is said": (pod_of(ONE), None, "", []),
    "a pod without a status dies once": (pod_of(ONE), 2, "", [(2, "Error")]),
    "an unknown reason is an error": (pod_of(ONE), None, "Oops", [(1, "Oops")]),
    "no pod at all": (Pod(), 0, "", [(0, "Completed")]),
    "the dead one's end is replaced": (
        status(state={"terminated": STATE}),
        137,
        "OOMKilled",
        [(137, "OOMKilled")],
    ),
    "of two ends the latest is replaced": (
        status(
            restartCount=1,
            state={"terminated": STATE},
            lastState={"terminated": {**STATE, "containerID": "c://0"}},
        ),
        9,
        "",
        [(1, "Error"), (9, "Error")],
    ),
    "a waiting one's last end is replaced": (
        status(state={"waiting": {}}, lastState={"terminated": STATE}),
        3,
        "",
        [(3, "Error")],
    ),
    "a running one that never died has died before": (
        status(state={"running": {}}),
        3,
        "",
        [(3, "Error")],
    ),
    "a reason to wait is no end": (pod_of(ONE), None, "ImagePullBackOff", []),
    "a reason to wait stands beside an end": (pod_of(ONE), 2, "CrashLoopBackOff", [(2, "Error")]),
    "an end before the wait stays": (
        status(state={"terminated": STATE}),
        None,
        "CrashLoopBackOff",
        [(1, "Error")],
    ),
    "the same code keeps its reason": (
        status(state={"terminated": {**STATE, "reason": "Mine"}}),
        1,
        "",
        [(1, "Mine")],
    ),
}


@pytest.mark.parametrize(("pod", "code", "reason", "ends"), ENDS.values(), ids=ENDS.keys())
def test_an_end_that_is_told(
    pod: Pod, code: int | None, reason: str, ends: list[tuple[int, str]]
) -> None:
    name = "app" if pod.spec.containers else ""
    told = with_end(pod, name, code, reason)
    assert [(d.exit_code, d.reason) for d in deaths_of(told, name)] == ends


TWO = pod_of({"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "i"}]})


@pytest.mark.parametrize(
    ("pod", "wanted", "died", "chosen"),
    [
        (TWO, "b", (), "b"),
        (TWO, "i", (), "i"),
        (TWO, "", (), "a"),
        (TWO, "", ("b",), "b"),
        (TWO, "", ("a", "b"), "a"),
        (TWO, "", ("b", "i"), "b"),
        (Pod(), "", (), ""),
        (Pod(), "x", (), "x"),
    ],
)
def test_the_container_in_question(
    pod: Pod, wanted: str, died: tuple[str, ...], chosen: str
) -> None:
    assert chosen_container(pod, wanted, died) == chosen


def test_a_container_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidPod, match="no container 'c'; it has a, b, i"):
        chosen_container(TWO, "c", ())
