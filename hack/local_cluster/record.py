"""What `up` made, for the commands after it."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from .fault import Fault


@dataclass(frozen=True)
class Record:
    """Written before the first change to the machine, so that `down` knows what to take back."""

    engine: str
    kubeconfig: str
    default_backoff: bool
    created: float = field(default_factory=time.time)
    complete: bool = False

    def completed(self) -> Record:
        return replace(self, complete=True)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self), indent=2) + "\n")
        draft.replace(path)


def read(path: Path) -> Record | None:
    """The record, or None when there is no cluster."""
    try:
        held = json.loads(path.read_text())
        return Record(
            engine=str(held["engine"]),
            kubeconfig=str(held["kubeconfig"]),
            default_backoff=bool(held["default_backoff"]),
            created=float(held["created"]),
            complete=bool(held["complete"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as wrong:
        raise Fault(
            f"The cluster's record {path} can't be read ({wrong!r}).",
            "Remove that file and run hack/cluster down, which finds the rest by itself.",
        ) from None
