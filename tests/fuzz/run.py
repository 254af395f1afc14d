"""One target under atheris in a process of its own: `python -m fuzz.run TARGET SECONDS CORPUS`.

libFuzzer never returns; what it finds it writes to tests/fuzz/crashes/TARGET and says so by its exit code.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from pathlib import Path

LONGEST_INPUT = 4096
SLOWEST_INPUT = 5
"""Seconds: an input of 4 KiB that takes longer is a finding."""
MEMORY_MIB = 1024


def main() -> None:
    name, seconds, corpus = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["crashloop_doctor"]):
        from fuzz import targets

        target = targets.load(name)
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    target.crashes.mkdir(parents=True, exist_ok=True)
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={seconds}",
            f"-artifact_prefix={target.crashes}/",
            f"-max_len={LONGEST_INPUT}",
            f"-timeout={SLOWEST_INPUT}",
            f"-rss_limit_mb={MEMORY_MIB}",
            "-print_final_stats=1",
            "-verbosity=0" if "--quiet" in sys.argv else "-verbosity=1",
        ],
        target.one,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
