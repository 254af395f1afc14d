"""`crashloop-doctor signatures`."""

from __future__ import annotations

import argparse
import sys

from ..signatures import catalog


def run(options: argparse.Namespace) -> int:
    if options.action == "list":
        for name, signature in catalog.builtin().signatures.items():
            print(f"{name:<28} {signature.spec.cause:<20} {signature.spec.summary}")
        return 0
    failed = 0
    for file in options.files:
        try:
            found = catalog.parse(file.read_text("utf-8"))
            for signature in found:
                catalog.check(signature)
        except (OSError, UnicodeDecodeError, catalog.InvalidSignature) as error:
            said = " ".join(part.strip() for part in str(error).splitlines())
            print(f"{file}: {said}", file=sys.stderr)
            failed += 1
            continue
        print(f"{file}: {len(found)} signature(s), all examples hold")
    return 1 if failed else 0
