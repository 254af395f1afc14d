"""What a plan hands to the toolbox, the toolbox takes: a sidecar that refuses its own flags keeps the daemon down."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from case_builders import (
    FIRST_AID,
    JANITOR,
    a_consultation,
    a_pod,
    a_workload,
    altered,
    mounting,
)
from crashloop_doctor.remedies.plan import Consultation, Plan, Refusal
from crashloop_doctor.remedies.registry import REMEDIES
from crashloop_doctor.remedies.socket_safety import MAX_PATH_BYTES

SOURCE = Path(__file__).parents[2] / "operator/toolbox"
USAGE = 2
"""The toolbox's exit code for flags that it refuses (docs/toolbox.md)."""

# No such directory exists on any machine: the toolbox reads its flags and then finds nothing.
RUN, VAR = "/run/crashloop-doctor-flags", "/var/run/crashloop-doctor-flags"
LONG = "x" * (MAX_PATH_BYTES - len(RUN) - 1)
FAR = "/" + "/".join(["d" * 200] * 5)


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("toolbox") / "toolbox"
    subprocess.run(["go", "build", "-o", program, "."], cwd=SOURCE, check=True)
    return program


def consulted(mount: str, logged: str) -> Consultation:
    patient = altered(a_pod(), spec__containers=(mounting(mount=mount),))
    return a_consultation(patient, workload=a_workload(), captures={"path": logged})


def arguments(plan: Plan) -> list[str]:
    spec = json.loads(plan.actions[0].body)["spec"]
    spec = spec.get("template", {}).get("spec", spec)
    (container,) = spec.get("ephemeralContainers") or spec["initContainers"]
    (mounted,) = container["volumeMounts"]
    assert f"--mount={mounted['mountPath']}" == container["args"][2]
    return list(container["args"][1:])


PLANNED = {
    "both alike": (RUN, f"{RUN}/a.sock", RUN, "a.sock"),
    "the log says /run, the spec /var/run": (VAR, f"{RUN}/a.sock", VAR, "a.sock"),
    "the log says /var/run, the spec /run": (RUN, f"{VAR}/a.sock", RUN, "a.sock"),
    "the mount ends with a slash": (f"{RUN}/", f"{RUN}/a.sock", RUN, "a.sock"),
    "both at once": (f"{VAR}//", f"{RUN}/a.sock", VAR, "a.sock"),
    "the mount begins with two slashes": (f"/{RUN}", f"{RUN}/a.sock", RUN, "a.sock"),
    "the mount begins with three slashes": (f"//{RUN}", f"{RUN}/a.sock", RUN, "a.sock"),
    "the mount has slashes in a row": ("/run//d", "/run/d/a.sock", "/run/d", "a.sock"),
    "the mount ends with a dot": (f"{RUN}/.", f"{RUN}/a.sock", RUN, "a.sock"),
    "the mount goes up and down": (f"{RUN}/x/..", f"{RUN}/a.sock", RUN, "a.sock"),
    "the log's path begins with two slashes": (RUN, f"/{RUN}/a.sock", RUN, "a.sock"),
    "the log's path has slashes in a row": (RUN, f"{RUN}//s///a.sock", RUN, "s/a.sock"),
    "the log's path has a dot in it": (RUN, f"{RUN}/./a.sock", RUN, "a.sock"),
    "the log's path ends with a dot": (RUN, f"{RUN}/a.sock/.", RUN, "a.sock"),
    "directories below the mount": (VAR, f"{RUN}/a/b/c.sock", VAR, "a/b/c.sock"),
    "all of /run is mounted": ("/run", "/var/run/a.sock", "/run", "a.sock"),
    "all of /var/run is mounted": ("/var/run", "/run/a.sock", "/var/run", "a.sock"),
    "spaces": (RUN, f"{RUN}/a b.sock", RUN, "a b.sock"),
    "letters of another script": (RUN, f"{RUN}/ä失.sock", RUN, "ä失.sock"),
    "an emoji": (RUN, f"{RUN}/\U0001f9e6.sock", RUN, "\U0001f9e6.sock"),
    "what looks like a flag": (RUN, f"{RUN}/--mount=x", RUN, "--mount=x"),
    "quotes": (RUN, f"{RUN}/'\"$(x)`\\.sock", RUN, "'\"$(x)`\\.sock"),
    "a directory with a name of the toolbox": (
        RUN,
        f"{RUN}/.crashloop-doctor.d/a.sock",
        RUN,
        ".crashloop-doctor.d/a.sock",
    ),
    "a name that is almost one of the toolbox": (
        RUN,
        f"{RUN}/.crashloop-doctor",
        RUN,
        ".crashloop-doctor",
    ),
    "as long as may be": (RUN, f"{RUN}/{LONG}", RUN, LONG),
}


@pytest.mark.parametrize("remedy", [FIRST_AID, JANITOR])
@pytest.mark.parametrize(
    ("mount", "logged", "wanted", "below"), PLANNED.values(), ids=PLANNED.keys()
)
def test_the_toolbox_takes_what_is_planned_for(
    toolbox: Path, remedy: str, mount: str, logged: str, wanted: str, below: str
) -> None:
    plan = REMEDIES[remedy].plan(consulted(mount, logged))
    assert isinstance(plan, Plan), plan
    flags = arguments(plan)
    assert flags == [f"--socket={wanted}/{below}", f"--mount={wanted}"]
    ended = _run(toolbox, flags)
    assert ended.returncode != USAGE, ended.stderr
    assert "BadUsage" not in ended.stdout


REFUSED = {
    "a name that the toolbox keeps for itself": (RUN, f"{RUN}/.crashloop-doctor.a.sock"),
    "one byte too long": (RUN, f"{RUN}/{LONG}x"),
    "too long in bytes, not in characters": (RUN, f"{RUN}/{'ä' * 510}"),
    "too long in the mount's spelling only": (f"/var/run{FAR}", f"/run{FAR}/{'x' * 12}"),
    "a line separator in the path": (RUN, f"{RUN}/a\u2028b"),
    "a no-break space in the path": (RUN, f"{RUN}/a\u00a0b"),
    "a character for private use": (RUN, f"{RUN}/a\ue000b"),
    "a soft hyphen in the path": (RUN, f"{RUN}/a\u00adb"),
    "a line feed in the path": (RUN, f"{RUN}/a\nb"),
    "a way up": (RUN, f"{RUN}/../crashloop-doctor-flags/a.sock"),
    "a slash at its end": (RUN, f"{RUN}/a.sock/"),
    "no slash at its beginning": (RUN, "a.sock"),
    "the root is mounted": ("/", f"{RUN}/a.sock"),
    "the root is mounted, as //": ("//", f"{RUN}/a.sock"),
    "the root is mounted, as /x/..": ("/x/..", f"{RUN}/a.sock"),
}


@pytest.mark.parametrize("remedy", [FIRST_AID, JANITOR])
@pytest.mark.parametrize(("mount", "logged"), REFUSED.values(), ids=REFUSED.keys())
def test_the_remedy_refuses_what_the_toolbox_would(remedy: str, mount: str, logged: str) -> None:
    refusal = REMEDIES[remedy].plan(consulted(mount, logged))
    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason == "PathUnknown"


@pytest.mark.parametrize(("mount", "logged"), REFUSED.values(), ids=REFUSED.keys())
def test_the_toolbox_does_refuse_it(toolbox: Path, mount: str, logged: str) -> None:
    """Or the remedy would turn away what could be helped."""
    if logged.startswith(f"/run{FAR}"):
        logged = f"/var{logged}"
    ended = _run(toolbox, [f"--socket={logged}", f"--mount={mount}"])
    assert ended.returncode == USAGE, ended.stdout


def _run(toolbox: Path, flags: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [toolbox, "clean-socket", *flags], capture_output=True, text=True, timeout=20, check=False
    )
