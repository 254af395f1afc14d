"""What a file of a dump is, by its path."""

from __future__ import annotations

import pytest

from crashloop_doctor.dumps.layout import LogPlace, PodIndex, list_in

LISTS: dict[str, tuple[str, str] | None] = {
    "shop/pods.json": ("Pod", "shop"),
    "shop/pods.yaml": ("Pod", "shop"),
    "dump/deep/shop/events.json": ("Event", "shop"),
    "shop/replicasets.json": ("ReplicaSet", "shop"),
    "shop/services.json": None,
    "nodes.json": None,
    "b/cluster-resources/pods/shop.json": ("Pod", "shop"),
    "cluster-resources/events/shop.json": ("Event", "shop"),
    "cluster-resources/cronjobs/shop.json": ("CronJob", "shop"),
    "cluster-resources/statefulsets-errors.json/shop.json": ("", "shop"),
    "cluster-resources/pods-errors.json": None,
    "cluster-resources/configmaps/shop.json": None,
    "cluster-resources/pods/logs/shop/web-1/pods.json": None,
    "shop/pods.log": None,
    "pods": None,
}


@pytest.mark.parametrize(("path", "expected"), LISTS.items(), ids=LISTS.keys())
def test_a_list_is_known_by_its_path(path: str, expected: tuple[str, str] | None) -> None:
    assert list_in(tuple(path.split("/"))) == expected


WEB, DB, TWIN, TWIN_2 = ("shop", "web-1"), ("shop", "db-0"), ("shop", "twin"), ("bank", "twin")
INDEX = PodIndex(
    [(WEB, ("app",)), (DB, ("db", "db-previous", "exporter")), (TWIN, ("app",)), (TWIN_2, ("app",))]
)
LOGS: dict[str, LogPlace | None] = {
    "shop/web-1/logs.txt": LogPlace(WEB),
    "b/cluster-resources/pods/logs/shop/web-1/app.log": LogPlace(WEB, "app"),
    "b/cluster-resources/pods/logs/shop/web-1/app-previous.log": LogPlace(WEB, "app", True),
    "shop/web-1/logs-app-previous.txt": LogPlace(WEB, "app", True),
    "web/web-1.log": LogPlace(WEB, "app"),
    "web/web-1-previous.log": LogPlace(WEB, "app", True),
    "web/web-1/app.log.gz": LogPlace(WEB, "app"),
    "web/web-1/sidecar.log": None,
    "web/web-1/app-logs-errors.log": None,
    "web/web-2.log": None,
    "db/db-0/exporter.log": LogPlace(DB, "exporter"),
    "db/db-0/db-previous.log": LogPlace(DB, "db-previous"),
    "db/db-0.log": None,
    "shop/twin/app.log": LogPlace(TWIN, "app"),
    "bank/twin/app.log": LogPlace(TWIN_2, "app"),
    "bank/twin.log": LogPlace(TWIN_2, "app"),
    "elsewhere/twin/app.log": None,
    "twin.log": None,
    "web-1": None,
    "": None,
}


@pytest.mark.parametrize(("path", "expected"), LOGS.items(), ids=LOGS.keys())
def test_a_log_is_known_by_its_path(path: str, expected: LogPlace | None) -> None:
    assert INDEX.log_at(tuple(path.split("/"))) == expected
