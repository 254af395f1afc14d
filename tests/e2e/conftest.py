"""Fixtures for the tests on a real kubelet: `cluster` once a session, a fresh `ward` for each test."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from clinic import ALL_REMEDIES, NO_RIGHTS, Chart, Operator, Ward, remove_leftovers

from lab import installation
from lab.kubectl import Kubectl

WARDS: list[Ward] = []


@pytest.fixture(scope="session")
def cluster() -> Kubectl:
    """kubectl for a running cluster that has today's images and the doctor with the chart's defaults."""
    installation.cluster("up")
    kubectl = Kubectl(installation.cluster("kubeconfig"))
    installation.build_and_load()
    remove_leftovers(kubectl)
    return kubectl


@pytest.fixture(scope="session")
def _release(cluster: Kubectl) -> Iterator[Chart]:
    chart = Chart(cluster)
    chart.use(NO_RIGHTS)
    # The tag of an image stays the same, so helm sees no reason to replace a pod that runs yesterday's.
    operator = Operator(cluster)
    operator.delete()
    operator.wait_ready()
    yield chart
    chart.use(NO_RIGHTS)
    for ward in WARDS:
        gone = ("namespace", ward.name, "--for=delete", "--timeout=60s")
        cluster.run("wait", *gone, check=False)
        ward.clean_node()


@pytest.fixture
def chart(_release: Chart) -> Chart:
    """For a test with values of its own: `chart.use(values)`. The next test installs what it needs itself."""
    return _release


@pytest.fixture
def suggesting(_release: Chart) -> None:
    """The doctor as the chart installs it by default: no right to change anything."""
    _release.use(NO_RIGHTS)


@pytest.fixture
def treating(_release: Chart) -> None:
    """The doctor with the rights of both remedies."""
    _release.use(ALL_REMEDIES)


@pytest.fixture
def operator(cluster: Kubectl, _release: Chart) -> Operator:
    return Operator(cluster)


@pytest.fixture
def ward(cluster: Kubectl, _release: Chart) -> Iterator[Ward]:
    """A namespace of its own; it goes while the next test runs."""
    ward = Ward(cluster)
    WARDS.append(ward)
    ward.open()
    yield ward
    ward.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what the cluster looked like, before the ward is closed."""
    report = yield
    ward = getattr(item, "funcargs", {}).get("ward")
    if report.when == "call" and report.failed and isinstance(ward, Ward):
        try:
            report.sections.append((f"namespace {ward.name}", ward.report()))
        except Exception as fault:
            report.sections.append(("no report from the cluster", str(fault)))
    return report
