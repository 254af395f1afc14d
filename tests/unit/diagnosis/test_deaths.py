"""What a pod's status says of deaths, when they are a loop, and how they are remembered."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_builders import a_death, a_pod, altered, at, running, terminated, waiting, with_container
from crashloop_doctor.api.core import Container, ContainerState, ContainerStatus, Pod
from crashloop_doctor.api.v1alpha1 import Death
from crashloop_doctor.diagnosis import deaths

NEVER = ContainerState()
DIED = terminated(1, began=0, ended=3)
DIED_BEFORE = terminated(137, began=-20, ended=-10)
ENDED_WELL = terminated(0, began=0, ended=3, reason="Completed")
LONG_LIFE = terminated(1, began=-5000, ended=0)


class Seen(NamedTuple):
    state: ContainerState
    last: ContainerState
    restarts: int
    ready: bool = False


class Shown(NamedTuple):
    deaths: list[int]
    """Restart counts of the deaths that the status shows."""
    count: int
    loops: bool


STATES = {
    "it runs and has never died": (Seen(running(), NEVER, 0, True), Shown([], 0, False)),
    "it has not started yet": (Seen(waiting("ContainerCreating"), NEVER, 0), Shown([], 0, False)),
    "its image cannot be pulled": (
        Seen(waiting("ImagePullBackOff"), NEVER, 0),
        Shown([], 0, False),
    ),
    "it died once and is down": (Seen(DIED, NEVER, 0), Shown([0], 1, False)),
    "it died once and waits": (Seen(waiting(), DIED, 0), Shown([0], 1, False)),
    "it died once and runs again, not yet Ready": (Seen(running(3), DIED, 1), Shown([0], 1, False)),
    "it died twice, back to back": (Seen(DIED, DIED_BEFORE, 1), Shown([0, 1], 2, True)),
    "it died twice and waits in the back-off": (Seen(waiting(), DIED, 1), Shown([1], 2, True)),
    "it died twice and waits under another word": (
        Seen(waiting("ContainerCreating"), DIED, 1),
        Shown([1], 2, True),
    ),
    "it died twice and runs again, not Ready": (Seen(running(3), DIED, 2), Shown([1], 2, True)),
    "it died often and runs again, Ready": (Seen(running(3), DIED, 7, True), Shown([6], 7, False)),
    "it ended with 0 again and again, and may not": (
        Seen(ENDED_WELL, ENDED_WELL, 5),
        Shown([4, 5], 6, True),
    ),
    "it ended with 0 and waits in the back-off": (
        Seen(waiting(), ENDED_WELL, 5),
        Shown([5], 6, True),
    ),
    "it died once more after a long life": (
        Seen(LONG_LIFE, DIED_BEFORE, 3),
        Shown([2, 3], 4, False),
    ),
    "after a long life it runs again, not yet Ready": (
        Seen(running(), LONG_LIFE, 4),
        Shown([3], 4, False),
    ),
    "after a long life, yet in the kubelet's back-off": (
        Seen(waiting(), LONG_LIFE, 3),
        Shown([3], 4, True),
    ),
    "its earlier deaths are forgotten by the status": (
        Seen(running(), NEVER, 5),
        Shown([], 5, False),
    ),
}


def pod_in(seen: Seen) -> Pod:
    pod = a_pod(state=seen.state, last=seen.last, restarts=seen.restarts)
    (status,) = pod.status.container_statuses
    return altered(pod, status__container_statuses=(altered(status, ready=seen.ready),))


@pytest.mark.parametrize(("seen", "shown"), STATES.values(), ids=STATES.keys())
def test_the_status_says(seen: Seen, shown: Shown) -> None:
    pod = pod_in(seen)
    assert [d.restart_count for d in deaths.deaths_of(pod, "daemon")] == shown.deaths
    assert deaths.death_count(pod, "daemon") == shown.count
    assert deaths.looping_containers(pod) == (("daemon",) if shown.loops else ())


def test_one_death_is_the_same_death_in_every_state_that_shows_it() -> None:
    states = [Seen(DIED, NEVER, 1), Seen(waiting(), DIED, 1), Seen(running(9), DIED, 2)]
    assert len({deaths.deaths_of(pod_in(seen), "daemon") for seen in states}) == 1


def test_a_death_carries_what_the_kubelet_said() -> None:
    (death,) = deaths.deaths_of(pod_in(Seen(waiting(), DIED, 4)), "daemon")
    assert (death.pod, death.exit_code, death.reason) == ("agent-a", 1, "Error")
    assert (death.uptime_seconds, death.finished_at) == (3, at(3))


def test_a_death_without_a_time_is_none() -> None:
    undated = altered(DIED, terminated__finished_at=None)
    assert deaths.deaths_of(pod_in(Seen(undated, NEVER, 1)), "daemon") == ()


def test_a_clock_that_went_back_makes_no_negative_life() -> None:
    (death,) = deaths.deaths_of(pod_in(Seen(waiting(), terminated(began=9, ended=3), 1)), "daemon")
    assert death.uptime_seconds == 0


def test_a_container_that_does_not_exist_has_not_died() -> None:
    assert deaths.deaths_of(a_pod(), "other") == ()
    assert deaths.death_count(a_pod(), "other") == 0


def pod_with_init(status: ContainerStatus, container: Container) -> Pod:
    pod = a_pod(state=waiting("PodInitializing"), last=NEVER, restarts=0)
    return altered(
        pod, spec__init_containers=(container,), status__init_container_statuses=(status,)
    )


INITS = {
    "an init container that fails again and again loops": ("", waiting(), DIED, ("setup",)),
    "an init container that ended with 0 at last has done its work": ("", ENDED_WELL, DIED, ()),
    "a native sidecar that fails again and again loops": ("Always", waiting(), DIED, ("setup",)),
    "a native sidecar that ends with 0 again and again loops": (
        "Always",
        waiting(),
        ENDED_WELL,
        ("setup",),
    ),
}


@pytest.mark.parametrize(("policy", "state", "last", "looping"), INITS.values(), ids=INITS.keys())
def test_of_init_containers(
    policy: str, state: ContainerState, last: ContainerState, looping: tuple[str, ...]
) -> None:
    status = ContainerStatus(name="setup", restart_count=5, state=state, last_state=last)
    pod = pod_with_init(status, Container(name="setup", restart_policy=policy))
    assert deaths.looping_containers(pod) == looping


COMPLETIONS = {
    "a pod that always restarts may not end with 0": ("Always", ENDED_WELL, True),
    "a job's pod may": ("OnFailure", ENDED_WELL, False),
    "a pod that never restarts may": ("Never", ENDED_WELL, False),
    "a job's pod that fails again and again loops": ("OnFailure", DIED, True),
}


@pytest.mark.parametrize(("policy", "last", "loops"), COMPLETIONS.values(), ids=COMPLETIONS.keys())
def test_who_may_complete(policy: str, last: ContainerState, loops: bool) -> None:
    pod = altered(pod_in(Seen(waiting(), last, 5)), spec__restart_policy=policy)
    assert bool(deaths.looping_containers(pod)) is loops


@pytest.mark.parametrize("name", ["crashloop-doctor-janitor", "crashloop-doctor-first-aid-1"])
def test_our_own_containers_are_never_patients(name: str) -> None:
    pod = with_container(pod_in(Seen(waiting(), DIED, 9)), name=name)
    status = altered(pod.status.container_statuses[0], name=name)
    for field in ("status__container_statuses", "status__init_container_statuses"):
        shown = altered(pod, status__container_statuses=(), status__init_container_statuses=())
        assert deaths.looping_containers(altered(shown, **{field: (status,)})) == ()


def test_only_the_container_that_loops_is_named() -> None:
    pod = pod_in(Seen(waiting(), DIED, 3))
    beside = ContainerStatus(name="proxy", ready=True, state=running())
    both = altered(pod, status__container_statuses=(beside, *pod.status.container_statuses))
    assert deaths.looping_containers(both) == ("daemon",)


SOME_DEATHS = st.lists(
    st.builds(
        lambda ended, restarts, pod, again: a_death(
            ended, restarts=restarts, pod=pod, instance=f"{pod}-{restarts}-{again}"
        ),
        st.integers(0, 60),
        st.integers(0, 40),
        st.sampled_from("abc"),
        st.integers(0, 1),
    ),
    max_size=40,
)


@given(SOME_DEATHS, SOME_DEATHS)
def test_merged_deaths_are_bounded_ordered_and_keep_the_first(
    known: list[Death], seen: list[Death]
) -> None:
    kept = deaths.merged(known, seen)
    assert len(kept) <= deaths.MAX_KEPT
    times = [death.finished_at for death in kept]
    assert times == sorted(times)
    if known or seen:
        assert times[0] == min(death.finished_at for death in (*known, *seen))
        assert times[-1] == max(death.finished_at for death in (*known, *seen))


@given(SOME_DEATHS, SOME_DEATHS)
def test_merging_the_same_deaths_again_changes_nothing(
    known: list[Death], seen: list[Death]
) -> None:
    once = deaths.merged(known, seen)
    assert deaths.merged(once, seen) == once
    assert deaths.merged(once, ()) == once
    for single in seen:
        assert deaths.merged(once, [single]) == once


@given(SOME_DEATHS, st.randoms(use_true_random=False))
def test_the_order_in_which_deaths_are_seen_does_not_matter(
    seen: list[Death], chance: object
) -> None:
    shuffled = list(seen)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert deaths.merged((), shuffled) == deaths.merged((), seen)


def test_deaths_of_two_pods_in_one_second_keep_their_order() -> None:
    one = a_death(5, pod="a", restarts=0)
    other = a_death(5, pod="b", restarts=0)
    assert deaths.merged([one], [other]) == deaths.merged([other], [one])


def test_the_cause_that_is_known_of_a_death_is_not_lost() -> None:
    named, unnamed = a_death(cause="StaleUnixSocket"), a_death(cause="")
    assert deaths.merged([named], [unnamed]) == (named,)


UPTIMES = {
    "no death": ([], 0),
    "a pod's first instance began the loop": ([a_death(lived=500, restarts=0)], 0),
    "the longest life inside the loop": (
        [a_death(1, lived=4, restarts=1), a_death(9, lived=7, restarts=2)],
        7,
    ),
    "a life that outlived the back-off began the loop": (
        [a_death(1, lived=90_000, restarts=3), a_death(9, lived=7, restarts=4)],
        7,
    ),
    "two pods, each with its first instance": (
        [
            a_death(1, lived=400, restarts=0, pod="a"),
            a_death(2, lived=300, restarts=0, pod="b"),
            a_death(9, lived=5, restarts=1, pod="a"),
        ],
        5,
    ),
}


@pytest.mark.parametrize(("known", "longest"), UPTIMES.values(), ids=UPTIMES.keys())
def test_the_longest_life_in_a_loop(known: list[Death], longest: int) -> None:
    assert deaths.longest_loop_uptime_seconds(known) == longest
