"""Comity's verifier for a supervisor: one file; needs Python 3.11 and ``cryptography`` alone.

    python comity_verify.py BUNDLE [--trust KEYS] [--quorum N] [--show]
    python comity_verify.py DIRECTORY --trust KEYS [--quorum N]

BUNDLE is a file of evidence. DIRECTORY is a whole log, as ``checkpoint`` and ``tile/entries/…``
(C2SP tlog-tiles); every entry of it is hashed anew. KEYS is a text file with one key (vkey) on each
line: those of the log and of the witnesses which you trust; take them from paper, not from whoever
sent you the bundle. Without it the keys are the bundle's own word, and the last line says so.
``--quorum`` asks for so many witnesses, whatever the bundle asks for. ``--show`` prints entries.

One line for each step. Exit status: 0 verified, 1 refused, 2 the files cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from comity.errors import ComityError, Malformed, Unverified
from comity.proof import checkpoint, note, tile
from comity.proof.audit import audit_log
from comity.proof.cosignature import COSIGNATURE_V1, SUBTREE_V1, WitnessVerifier
from comity.proof.evidence import EVIDENCE_BYTES_MAX, verify_evidence


def main(arguments: list[str] | None = None) -> int:
    """Verify a file or a directory; print the steps; return the exit status."""
    parser = argparse.ArgumentParser(description="verify evidence, or a whole log, offline")
    parser.add_argument("subject", metavar="BUNDLE|DIRECTORY")
    parser.add_argument("--trust", metavar="KEYS", help="file with one trusted key on each line")
    parser.add_argument("--quorum", type=int, help="witnesses required, whatever the file asks")
    parser.add_argument("--show", action="store_true", help="print what the entries say")
    options = parser.parse_args(arguments)
    try:
        keys = None if options.trust is None else _read(options.trust).decode("ascii").split()
        if Path(options.subject).is_dir():
            _audit(Path(options.subject), keys, options.quorum or 0)
        else:
            _verify(_read(options.subject), keys, options.quorum, show=options.show)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text of keys"
        sys.stderr.write(f"comity-verify: cannot read the files: {reason}\n")
        return 2
    except ComityError as error:
        sys.stderr.write(f"comity-verify: refused: {error}\n")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever the bytes provoke is a refusal in one line
        sys.stderr.write(f"comity-verify: refused: {type(error).__name__} [verifier-failed]\n")
        return 1
    return 0


def _read(path: str | Path) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(EVIDENCE_BYTES_MAX + 1)


def _verify(data: bytes, keys: list[str] | None, quorum: int | None, *, show: bool) -> None:
    verdict = verify_evidence(data, trusted=keys, quorum=quorum)
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


def _audit(directory: Path, keys: list[str] | None, quorum: int) -> None:
    if keys is None:
        raise Unverified("audit-untrusted", "a whole log needs --trust: it names no keys itself")
    signed = _read(directory / "checkpoint")
    head = checkpoint.parse_checkpoint(note.split_note(signed)[0])
    witnesses = [WitnessVerifier.parse(key) for key in keys if _is_witness(key)]
    logs = [note.Verifier.parse(key) for key in keys if not _is_witness(key)]
    log = next((log for log in logs if log.name == head.origin), None)
    if log is None:
        raise Unverified("audit-untrusted", "no trusted key is that of this log")
    found = audit_log(
        signed, _bundles(directory, head.size), log, witnesses=witnesses, quorum=quorum
    )
    sys.stdout.write(f"(1) signed by {log.name}\n(2) cosigned by {found.witnesses} witnesses\n")
    sys.stdout.write(f"(3) {head.size} entries\n(4) of the known form\n(5) with the head's root\n")
    for kind, count in found.kinds:
        sys.stdout.write(f"{json.dumps(kind)}: {count}\n")
    sys.stdout.write("verified\n")


def _is_witness(key: str) -> bool:
    # The name holds no plus sign, the base64 may.
    material = note.decode_base64(key.split("+", 2)[-1])
    return (material or b"\x00")[0] in (COSIGNATURE_V1, SUBTREE_V1)


def _bundles(directory: Path, size: int) -> Iterator[bytes]:
    for index in range(-(-size // tile.WIDTH)):
        width = min(tile.WIDTH, size - index * tile.WIDTH)
        path = tile.tile_path(tile.Tile(tile.ENTRIES, index, width))
        try:
            yield _read(directory / path)
        except FileNotFoundError:
            raise Malformed("audit-missing", "a bundle of entries is missing", where=path) from None


if __name__ == "__main__":
    sys.exit(main())
