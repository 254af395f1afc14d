"""A supervisor inside the container: which one hides a loop, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crashloop_doctor.api.core import Container
from crashloop_doctor.api.v1alpha1 import Death
from crashloop_doctor.diagnosis.supervision import seen_in
from crashloop_doctor.signatures.catalog import Catalog, builtin

SPAWNED = "2026-03-02 10:00:0#,100 INFO spawned: 'web' with pid 1#\n"
EXITED = "2026-03-02 10:00:0#,900 INFO exited: web (exit status 1; not expected)\n"
S6_STARTS = (
    "[cont-init.d] done.\n[services.d] starting services\n[services.d] done.\n[ls.io-init] done.\n"
)
BIND_FAILS = "nginx: [emerg] bind() to 0.0.0.0:443 failed (98: Address already in use)\n"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return builtin()


def rounds(times: int, text: str) -> str:
    """`#` is the number of the round."""
    return "".join(text.replace("#", str(n)) for n in range(1, times + 1))


def named(catalog: Catalog, log: str, *command: str, exit_code: int | None = None) -> str:
    container = Container(name="app", command=command) if command else None
    death = None
    if exit_code is not None:
        death = Death(
            pod="app",
            container_id="containerd://1",
            restart_count=1,
            finished_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
            exit_code=exit_code,
            reason="Error",
        )
    hidden = seen_in(catalog.scan(log.encode()), death, container)
    return hidden.name if hidden else ""


@pytest.mark.parametrize(
    ("name", "log"),
    [
        ("supervisord", rounds(2, SPAWNED + EXITED)),
        ("supervisord", EXITED + "INFO gave up: web entered FATAL state, too many start retries\n"),
        ("s6", rounds(2, "[15:56:0#] INFO: Service exited with code 256 (by signal 11)\n")),
        ("s6", "s6-supervise app: warning: unable to spawn ./run - waiting 10 seconds\n"),
        ("s6", S6_STARTS + rounds(3, BIND_FAILS)),
        ("runit", "*** Booting runit daemon...\n" + rounds(3, BIND_FAILS)),
        ("runit", rounds(2, "runsv app: fatal: unable to start ./run: file does not exist\n")),
        ("pm2", rounds(2, "PM2 log: App [api:0] exited with code [1] via signal [SIGINT]\n")),
        ("pm2", rounds(2, "2026-03-12 22:53:1#: App name:api id:0 exited with code 8\n")),
        ("uwsgi", rounds(2, "DAMN ! worker 1 (pid: 1#) died :( trying respawn ...\n")),
        ("gunicorn", rounds(2, "[1] [ERROR] Worker (pid:#) was sent SIGSEGV!\n")),
        ("nodemon", "[nodemon] app crashed - waiting for file changes before starting...\n"),
        ("systemd", rounds(2, "systemd[1]: a.service: Scheduled restart job, counter is at #.\n")),
        ("shell", rounds(2, "Server './jobs' crashed with exit code 1.  Respawning..\n")),
        ("watchdog", rounds(2, "WARNING:root:Bot exited with code 1. Relaunching in 5s...\n")),
        ("watchdog", rounds(2, "[Watchdog] main.py died. Restarting...\n")),
        ("watchdog", "Failed running 'server.js'\n"),
    ],
)
def test_a_loop_has_its_supervisors_name(catalog: Catalog, name: str, log: str) -> None:
    assert named(catalog, log) == name


@pytest.mark.parametrize(
    "log",
    [
        # Once is an accident, however many lines tell of it.
        EXITED + SPAWNED,
        "DAMN ! worker 1 (pid: 8) died :( trying respawn ...\nRespawned uWSGI worker 1 (new pid: 9)\n",
        # An orderly end.
        rounds(2, "INFO exited: migrate# (exit status 0; expected)\n"),
        rounds(3, "INFO web: worker # exited after 1000 jobs, starting a new one\n"),
        rounds(3, "2026-03-02 1#:00:00 batch exited with code 0, starting it again\n"),
        # What is restarted is not a process of this container.
        rounds(3, "Container ba92a# found to be unhealthy. Restarting container ...\n"),
        rounds(3, 'level=info msg="pod crashed with exit code 1, restarting pod" pod=db-#\n'),
        # The container started again, and its supervisor with it.
        rounds(3, S6_STARTS + BIND_FAILS),
        # One life with complaints.
        S6_STARTS + "server is listening on :80\n" + rounds(4, BIND_FAILS),
        S6_STARTS + rounds(4, "ERROR cannot reach queue:5672: Connection refused, retrying\n"),
        # The last restart was the one that helped.
        rounds(3, SPAWNED + EXITED)
        + SPAWNED
        + rounds(9, '10.1.1.1 "GET /healthz HTTP/1.1" 200 #\n'),
    ],
)
def test_what_is_no_hidden_loop(catalog: Catalog, log: str) -> None:
    assert named(catalog, log) == ""


def test_a_supervisor_that_gave_up_and_exited_hides_nothing(catalog: Catalog) -> None:
    assert named(catalog, rounds(3, SPAWNED + EXITED), exit_code=2) == ""
    assert named(catalog, rounds(3, SPAWNED + EXITED), exit_code=137) == "supervisord"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("s6", ("s6-svscan", "/srv/service")),
        ("s6", ("/init",)),
        ("runit", ("runsvdir", "-P", "/etc/service")),
        ("shell", ("/tini", "--", "sh", "-c", "while true; do /srv/app; sleep 2; done")),
        ("", ("nginx", "-g", "daemon off;")),
    ],
)
def test_the_command_names_a_supervisor_that_says_nothing(
    catalog: Catalog, name: str, command: tuple[str, ...]
) -> None:
    assert named(catalog, rounds(3, BIND_FAILS), *command) == name


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("s6", ("s6-svscan", "/srv/service")),
        ("shell", ("bash", "/entrypoint.sh")),
        ("watchdog", ("python", "/app/watchdog.py")),
    ],
)
def test_the_command_tells_whose_ordinary_words_they_are(
    catalog: Catalog, name: str, command: tuple[str, ...]
) -> None:
    assert named(catalog, rounds(2, "app exited with code 1, restarting\n"), *command) == name
