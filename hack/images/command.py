"""hack/build-images on the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from images import archive
from local_cluster.fault import Fault
from local_cluster.progress import Progress


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="hack/build-images",
        description="Build the container images as tars, without a container engine.",
        epilog="Each result is one line on standard output: the reference, a tab, the tar's path. "
        "`hack/cluster load-image TAR` puts a tar into the local cluster.",
    )
    parser.add_argument(
        "images",
        nargs="*",
        metavar="IMAGE",
        help=f"{', '.join(archive.NAMES)}; all of them by default",
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="put copies of the tars here")
    chosen = parser.parse_args(words)
    unknown = [name for name in chosen.images if name not in archive.NAMES]
    if unknown:
        parser.error(f"no image is called {unknown[0]}; there are {', '.join(archive.NAMES)}")
    return chosen


def main(words: Sequence[str] | None = None) -> int:
    chosen = _arguments(words)
    progress = Progress()
    try:
        for name in dict.fromkeys(chosen.images or archive.NAMES):
            made = archive.build(name, progress, chosen.output)
            size = made.path.stat().st_size / 1_000_000
            progress.say(
                f"{made.reference}: {'built' if made.fresh else 'unchanged'}, {size:.0f} MB"
            )
            print(f"{made.reference}\t{made.path}", flush=True)
    except Fault as fault:
        print(f"hack/build-images: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("hack/build-images: stopped; nothing half-built is kept", file=sys.stderr)
        return 130
    return 0
