"""kubectl as a function: one place that runs it, waits with it and reads its JSON."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class LabFault(RuntimeError):
    """A step of the lab failed; the text is for a person."""


class Kubectl:
    """Runs kubectl against one kubeconfig, in one namespace unless told otherwise."""

    def __init__(self, kubeconfig: str, namespace: str = "default") -> None:
        self.kubeconfig = kubeconfig
        self.namespace = namespace
        self.environment = {**os.environ, "KUBECONFIG": kubeconfig}

    def within(self, namespace: str) -> Kubectl:
        return Kubectl(self.kubeconfig, namespace)

    def run(self, *words: str, stdin: str | None = None, check: bool = True) -> str:
        """Standard output. Raises LabFault with kubectl's own words."""
        done = subprocess.run(
            ["kubectl", "--namespace", self.namespace, *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if check and done.returncode != 0:
            raise LabFault(f"kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def get(self, *words: str) -> Any:
        """Objects as decoded JSON."""
        return json.loads(self.run("get", *words, "-o", "json"))

    def items(self, *words: str) -> list[Any]:
        return list(self.get(*words)["items"])

    def wait_for(
        self, what: str, look: Callable[[], T | None], seconds: float, every: float = 0.5
    ) -> T:
        """The first result that is neither None nor False. Raises LabFault when it does not come in time."""
        deadline = time.monotonic() + seconds
        trouble = ""
        while time.monotonic() < deadline:
            try:
                found = look()
                if found is not None and found is not False:
                    return found
            except LabFault as fault:
                trouble = f" (last: {fault})"
            time.sleep(every)
        raise LabFault(f"{what} did not happen within {seconds:.0f} s{trouble}")
