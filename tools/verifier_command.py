"""Comity's verifier for a supervisor: one file; needs Python 3.11 and ``cryptography`` alone.

    python comity_verify.py BUNDLE [--trust KEYS] [--quorum N] [--show]

BUNDLE is a file of evidence. KEYS is a text file with one key (vkey) on each line: those of the log
and of the witnesses which you trust; take them from paper, not from whoever sent you the bundle.
Without it the keys are the bundle's own word, and the last line says so. ``--quorum`` asks for so
many witnesses, whatever the bundle asks for. ``--show`` prints the entries.

One line for each step. Exit status: 0 verified, 1 refused, 2 the files cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from comity.errors import ComityError
from comity.proof.evidence import EVIDENCE_BYTES_MAX, verify_evidence


def main(arguments: list[str] | None = None) -> int:
    """Verify a file; print the steps; return the exit status."""
    parser = argparse.ArgumentParser(description="verify a file of evidence offline")
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--trust", metavar="KEYS", help="file with one trusted key on each line")
    parser.add_argument("--quorum", type=int, help="witnesses required, whatever the file asks")
    parser.add_argument("--show", action="store_true", help="print what the entries say")
    options = parser.parse_args(arguments)
    try:
        data = _read(options.bundle)
        keys = None if options.trust is None else _read(options.trust).decode("ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text of keys"
        sys.stderr.write(f"comity-verify: cannot read the files: {reason}\n")
        return 2
    return _verify(data, keys, quorum=options.quorum, show=options.show)


def _read(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(EVIDENCE_BYTES_MAX + 1)


def _verify(data: bytes, keys: list[str] | None, *, quorum: int | None, show: bool) -> int:
    try:
        verdict = verify_evidence(data, trusted=keys, quorum=quorum)
    except ComityError as error:
        sys.stderr.write(f"comity-verify: refused: {error}\n")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever the bytes provoke is a refusal in one line
        sys.stderr.write(f"comity-verify: refused: {type(error).__name__} [verifier-failed]\n")
        return 1
    for step in verdict.steps:
        sys.stdout.write(f"({step.number}) {step.shown}\n")
    if show:
        for entry in verdict.entries:
            line = {"index": entry.index, "entry": entry.body, "personal": entry.personal}
            sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")
    if keys is None:
        sys.stdout.write("verified, BUT compare the keys by hand: none were named with --trust\n")
    else:
        sys.stdout.write("verified\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
