"""The smallest programs there are: shells and what they print when a command cannot be run."""

from __future__ import annotations

from ..recorder import Recorder, Run, pod

SOURCE = "Debian 12 bash and coreutils"


def record(recorder: Recorder) -> None:
    recorder.record(
        "bash", "command-not-found",
        Run(["bash", "/config/run.sh"], prepare="echo 'set -e\necho starting\nstart-server --port 80' >/config/run.sh"),
        cause="ExecutableMissing",
        situation="the entry script calls a program that is not in the image",
        source=SOURCE,
        expect="command not found",
        pod=pod("app", "example/app:1", command=["bash", "/config/run.sh"]),
    )  # fmt: skip
