"""`cd hack && ../.venv/bin/python -m corpus.looked_up`: writes the synthetic part and counts it."""

from __future__ import annotations

from collections import Counter

from . import write

written = write()
for cause, count in sorted(Counter(case.cause for case in written).items()):
    print(f"{cause:<22} {count}")
print(f"{len(written)} cases of {len({case.program for case in written})} programs")
