"""A supervisor takes a whole log home and replays it: nothing altered, left out or added passes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from comity.errors import ComityError, Unverified
from comity.proof import tile
from comity.proof.audit import Audit, audit_log
from comity.record.batch import Item
from record_world import WITNESSES, Home, cosigned, home

VERIFIER = Path(__file__).parent.parent / "verifier" / "comity_verify.py"
SIZE = 300


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A log of 300 entries, cosigned by two witnesses, and five later ones."""
    with home(tmp_path_factory.mktemp("audit")) as opened:
        with opened.store.write() as conn:
            opened.ledger.append_many(
                conn, [Item("check:asked", {"n": n}, {"name": f"P{n}"}) for n in range(SIZE)]
            )
        opened.ledger.add_cosignature(cosigned(opened.ledger.checkpoint(), *WITNESSES[:2]))
        with opened.store.write() as conn:
            opened.ledger.append_many(conn, [Item("alert:issued", {"n": n}) for n in range(5)])
        yield opened


@pytest.fixture(scope="module")
def exported(made: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log as static files, and the keys to trust."""
    directory = tmp_path_factory.mktemp("export")
    assert made.ledger.export(directory / "log") == SIZE
    keys = [made.ledger.verifier.vkey, *(witness.verifier.vkey for witness in WITNESSES)]
    (directory / "keys").write_text("\n".join(keys))
    return directory


def _files(exported: Path) -> tuple[bytes, list[bytes]]:
    bundles = sorted((exported / "log" / "tile" / "entries").rglob("*"))
    read = [path.read_bytes() for path in bundles if path.is_file()]
    return (exported / "log" / "checkpoint").read_bytes(), read


def _audit(made: Home, signed: bytes, bundles: Sequence[bytes], quorum: int = 2) -> Audit:
    witnesses = [witness.verifier for witness in WITNESSES]
    return audit_log(signed, bundles, made.ledger.verifier, witnesses=witnesses, quorum=quorum)


def test_the_exported_log_replays(made: Home, exported: Path) -> None:
    """The export is the newest cosigned head with its entries, and the replay counts them."""
    found = _audit(made, *_files(exported))
    assert (found.head.size, found.witnesses) == (SIZE, 2)
    assert found.kinds == (("check:asked", SIZE),)
    with pytest.raises(Unverified):
        _audit(made, *_files(exported), quorum=3)


def test_the_exported_tiles_are_those_of_the_specification(exported: Path) -> None:
    """The export holds each tile and bundle of the head, under its path, and nothing else."""
    log = exported / "log"
    found = {str(path.relative_to(log)) for path in log.rglob("*") if path.is_file()}
    tiles = list(tile.tiles_between(0, SIZE))
    bundles = [tile.Tile(tile.ENTRIES, item.index, item.width) for item in tiles if not item.level]
    assert found == {"checkpoint", *(tile.tile_path(item) for item in [*tiles, *bundles])}


def test_r52_no_altered_byte_passes(made: Home, exported: Path) -> None:
    """A byte altered anywhere in the checkpoint, or in one of 300 places of entries: refused."""
    signed, bundles = _files(exported)
    chance = random.Random(3)  # noqa: S311 - which byte is no secret
    for place in range(len(signed)):
        altered = signed[:place] + bytes([signed[place] ^ 4]) + signed[place + 1 :]
        with pytest.raises(ComityError):
            _audit(made, altered, bundles)
    for _ in range(300):
        number = chance.randrange(len(bundles))
        place = chance.randrange(len(bundles[number]))
        broken = bytearray(bundles[number])
        broken[place] ^= 1 << chance.randrange(8)
        with pytest.raises(ComityError):
            _audit(made, signed, [*bundles[:number], bytes(broken), *bundles[number + 1 :]])


def test_no_entry_is_left_out_added_or_moved(made: Home, exported: Path) -> None:
    """Bundles missing, doubled, cut, in another order, or with a foreign entry are refused."""
    signed, bundles = _files(exported)
    first, last = (tile.parse_entries(bundle) for bundle in bundles)
    for others in (
        [],
        bundles[:1],
        bundles[1:],
        bundles[::-1],
        [*bundles, bundles[1]],
        [bundles[0], tile.format_entries(last[:-1])],
        [bundles[0], tile.format_entries([*last, last[-1]])],
        [tile.format_entries([first[1], first[0], *first[2:]]), bundles[1]],
        [tile.format_entries([b"not json", *first[1:]]), bundles[1]],
        [tile.format_entries([b'{"v":2}', *first[1:]]), bundles[1]],
        [b"", *bundles],
        [b"\xff", *bundles],
    ):
        with pytest.raises(ComityError):
            _audit(made, signed, others)


def test_r52_a_supervisor_replays_the_directory(exported: Path) -> None:
    """The single-file verifier replays the directory alone; without trusted keys it refuses."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(VERIFIER), *arguments],
            capture_output=True, text=True, check=False, cwd=exported, timeout=60,
        )  # fmt: skip

    good = run("log", "--trust", "keys", "--quorum", "2")
    assert good.returncode == 0, good.stderr
    assert good.stdout.splitlines()[-2:] == ['"check:asked": 300', "verified"]
    for arguments in (
        ("log",),
        ("log", "--trust", "keys", "--quorum", "3"),
        (".", "--trust", "keys"),
    ):
        bad = run(*arguments)
        assert bad.returncode in (1, 2)
        assert len(bad.stderr.splitlines()) == 1
    bundle = exported / "log" / "tile" / "entries" / "000"
    whole = bundle.read_bytes()
    bundle.unlink()
    assert "audit-missing" in run("log", "--trust", "keys").stderr
    bundle.write_bytes(whole)
