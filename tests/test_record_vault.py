"""Sealing, erasing and rotating: on both stores, and down to the bytes on the disk."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import func, select, update

from comity.errors import ComityError, Conflict, NotFound, Unavailable, Unverified
from comity.record import keyring as keyring_module
from comity.record import tables
from comity.record.keyring import open_vault, rotate_kek
from comity.record.vault import Sealed, Sealing, Vault, kek_id
from record_world import KINDS, Home, home, issue, reopened


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """A new record on each kind of store."""
    with home(tmp_path, request.param) as opened:
        yield opened


def test_what_is_sealed_opens_again(made: Home) -> None:
    """Sealed bytes open to what was sealed, one by one and in bulk, in the order asked."""
    items = [Sealing(f"r{n % 700}", "body", n, b"%d" % n) for n in range(1500)]
    with made.store.write() as conn:
        sealed = made.vault.seal_new(conn, items)
        made.vault.new_key(conn, "single")
        one = made.vault.seal(conn, "single", "name", 1, b"ERIKSSON")
    assert len(set(sealed)) == 1500
    back = [
        Sealed(item.record_id, item.field, item.version, cipher)
        for item, cipher in zip(items, sealed, strict=True)
    ]
    with made.store.read() as conn:
        assert made.vault.open_many(conn, back) == [item.plaintext for item in items]
        assert made.vault.open(conn, "single", "name", 1, one) == b"ERIKSSON"
        assert made.vault.open_many(conn, []) == []


@pytest.mark.parametrize(
    ("record", "field", "version"), [("b", "f", 1), ("a", "g", 1), ("a", "f", 2)]
)
def test_sealed_bytes_open_nowhere_else(made: Home, record: str, field: str, version: int) -> None:
    """Sealed bytes moved to another record, field or version are Unverified."""
    with made.store.write() as conn:
        made.vault.new_keys(conn, ["a", "b"])
        sealed = made.vault.seal(conn, "a", "f", 1, b"x")
        with pytest.raises(Unverified):
            made.vault.open(conn, record, field, version, sealed)


def test_every_altered_byte_is_noticed(tmp_path: Path) -> None:
    """Sealed bytes with any byte altered, or cut anywhere, are Unverified."""
    with home(tmp_path) as made, made.store.write() as conn:
        made.vault.new_key(conn, "a")
        sealed = made.vault.seal(conn, "a", "f", 1, b"ERIKSSON")
        for place in range(len(sealed)):
            flipped = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
            for bad in (flipped, sealed[:place]):
                with pytest.raises(Unverified):
                    made.vault.open(conn, "a", "f", 1, bad)


def test_a_wrapped_key_works_for_its_record_only(made: Home) -> None:
    """A key row given to another record does not unwrap."""
    with made.store.write() as conn:
        made.vault.new_keys(conn, ["a", "b"])
        row = conn.execute(
            select(tables.record_key).where(tables.record_key.c.record_id == "a")
        ).one()
        conn.execute(
            update(tables.record_key)
            .where(tables.record_key.c.record_id == "b")
            .values(wrapped=row.wrapped)
        )
        with pytest.raises(Unverified) as caught:
            made.vault.seal(conn, "b", "f", 1, b"x")
        assert caught.value.code == "record-key-tampered"


def test_an_erased_record_does_not_open(made: Home) -> None:
    """After erasing, sealing and opening say record-erased; erasing again says there was none."""
    with made.store.write() as conn:
        made.vault.new_keys(conn, ["a", "b"])
        sealed = made.vault.seal(conn, "a", "f", 1, b"x")
        assert made.vault.erase(conn, "a")
        assert not made.vault.erase(conn, "a")
        assert (made.vault.has_key(conn, "a"), made.vault.has_key(conn, "b")) == (False, True)
        with pytest.raises(NotFound, match="record-erased"):
            made.vault.open(conn, "a", "f", 1, sealed)
        with pytest.raises(NotFound, match="record-erased"):
            made.vault.seal(conn, "a", "f", 1, b"x")


def test_a_record_has_one_key(made: Home) -> None:
    """A second key for a record is a Conflict, and nothing of that call is kept."""
    with made.store.write() as conn:
        made.vault.new_key(conn, "a")
        with pytest.raises(Conflict):
            made.vault.new_keys(conn, ["b", "a"])
        with pytest.raises(Conflict):
            made.vault.seal_new(conn, [Sealing("a", "f", 1, b"")])
        assert not made.vault.has_key(conn, "b")


def test_secrets_are_in_no_repr(made: Home) -> None:
    """Neither vault, keyring, store nor ledger shows a key or a password."""
    shown = repr((made.vault, made.keyring, made.store, made.ledger, made.keyring.signer))
    for secret in (made.keyring.kek, made.keyring.store_key):
        assert secret.hex() not in shown
        assert repr(secret) not in shown


# --- on the disk ----------------------------------------------------------------------------


def _pages(path: Path, key: bytes) -> bytes:
    """Every page of a SQLCipher file and of its log, decrypted: also the free ones.

    SQLCipher 4: pages of 4,096 bytes, AES-256-CBC under the raw key, 80 bytes of reserve at the
    end of which the first 16 are the IV; page 1 begins with 16 bytes of salt.
    """
    data = path.read_bytes()
    raw = [data[at : at + 4096] for at in range(0, len(data), 4096)]
    raw[0] = bytes(16) + raw[0][16:]
    log = path.with_name(path.name + "-wal")
    frames = log.read_bytes()[32:] if log.exists() else b""
    raw += [frames[at + 24 : at + 24 + 4096] for at in range(0, len(frames), 4096 + 24)]
    plain = []
    for number, page in enumerate(raw):
        start = 16 if number == 0 else 0
        cipher = Cipher(algorithms.AES(key), modes.CBC(page[-80:-64])).decryptor()
        plain.append(cipher.update(page[start:-80]))
    return b"".join(plain)


def test_nothing_readable_is_on_the_disk(tmp_path: Path) -> None:
    """No name, kind, key or table name can be read in any file of the store."""
    with home(tmp_path) as made:
        issue(made, "subject-4711")
        files = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
        for text in (b"ERIKSSON", b"4711", b"alert:issued", b"log_entry", b"SQLite format"):
            assert text not in files
        assert made.keyring.kek not in _pages(tmp_path / "store.db", made.keyring.store_key)


def test_r50_an_erased_key_leaves_the_disk(tmp_path: Path) -> None:
    """An erased key is in no page of file or log, free pages included, once the store is purged."""
    with home(tmp_path) as made:
        for number in range(40):
            issue(made, f"a{number}")
        with made.store.read() as conn:
            rows = conn.execute(select(tables.record_key)).all()
        keys = {row.record_id: row.wrapped for row in rows}
        before = _pages(tmp_path / "store.db", made.keyring.store_key)
        # What is looked for can be found: otherwise finding nothing would say nothing.
        assert all(wrapped in before for wrapped in keys.values())
        gone = [f"entry:{number}" for number in range(0, 40, 2)]
        with made.store.write() as conn:
            for record_id in gone:
                made.vault.erase(conn, record_id)
        assert made.store.purge()
        after = _pages(tmp_path / "store.db", made.keyring.store_key)
        assert [record_id for record_id in gone if keys[record_id] in after] == []
        assert all(keys[f"entry:{number}"] in after for number in range(1, 40, 2))


def test_a_purge_says_when_a_reader_is_in_the_way(tmp_path: Path) -> None:
    """While a reader holds an old state the log cannot be cut, and purge says so."""
    with home(tmp_path) as made:
        issue(made, "a")
        with made.store.read() as conn:
            conn.execute(select(tables.record_key)).all()
            with made.store.write() as other:
                made.vault.erase(other, "entry:0")
            assert not made.store.purge(wait_seconds=0)
        assert made.store.purge()


# --- rotation -------------------------------------------------------------------------------


def test_rotation_leaves_everything_open_and_the_old_kek_useless(made: Home) -> None:
    """After rotation all personal parts open, a backup's rows do not open with the new KEK."""
    for number in range(5):
        issue(made, f"a{number}")
    old = made.keyring.kek
    with made.store.read() as conn:
        backup = conn.execute(select(tables.record_key)).all()
    assert rotate_kek(made.store, made.vault, made.keyring) == 10
    assert made.keyring.kek != old
    with reopened(made.url, made.keyring) as again:
        assert [again.ledger.open_personal(n)["name"] for n in range(5)] == [
            f"ERIKSSON a{n}" for n in range(5)
        ]
        assert again.check() == 5
        with again.store.read() as conn:
            anew = conn.execute(select(tables.record_key)).all()
        assert {row.wrapped for row in anew}.isdisjoint({row.wrapped for row in backup})
        assert {row.kek for row in anew} == {kek_id(again.keyring.kek)}
        with again.store.write() as conn:
            conn.execute(
                update(tables.record_key)
                .where(tables.record_key.c.record_id == backup[0].record_id)
                .values(kek=backup[0].kek, wrapped=backup[0].wrapped)
            )
            with pytest.raises(Unverified):
                again.vault.key(conn, backup[0].record_id)
    issue(made, "after")
    assert made.check() == 6


def test_the_node_works_on_through_a_rotation_that_rolled_back(made: Home) -> None:
    """If the rotation's transaction fails, old and new keys both go on opening."""
    issue(made, "before")
    with contextlib.suppress(ZeroDivisionError), made.store.write() as conn:
        made.vault.rotate(conn, b"\x05" * 32)
        raise ZeroDivisionError
    issue(made, "after")
    assert made.check() == 2


@pytest.mark.parametrize("step", ["written", "committed", "old gone", "replaced"])
def test_a_rotation_cut_off_anywhere_is_finished_or_undone(made: Home, step: str) -> None:
    """Whatever step a rotation was killed at, the next start opens everything with one KEK."""
    issue(made, "a")
    fresh = b"\x06" * 32
    made.keyring.write("kek.next", fresh.hex().encode())
    if step != "written":
        with made.store.write() as conn:
            made.vault.rotate(conn, fresh)
    if step in ("old gone", "replaced"):
        made.keyring.destroy("kek.key")
    if step == "replaced":
        made.keyring.write("kek.key", fresh.hex().encode())
    with reopened(made.url, made.keyring) as again:
        assert (again.keyring.kek == fresh) == (step != "written")
        assert not again.keyring.has("kek.next")
        assert again.ledger.open_personal(0) == {"name": "ERIKSSON a"}
        assert again.check() == 1


_ROTATE = """
import sys
from pathlib import Path
from comity.record.keyring import Keyring, open_vault, rotate_kek
from comity.record.store import open_store

keyring = Keyring(Path(sys.argv[1]) / "keys")
store = open_store(sys.argv[2], key=keyring.store_key)
vault = open_vault(store, keyring)
while True:
    rotate_kek(store, vault, keyring)
    sys.stdout.write("x")
    sys.stdout.flush()
"""


def test_rotation_survives_being_killed(tmp_path: Path) -> None:
    """A process rotating without pause is killed six times; nothing is ever lost."""
    chance = random.Random(7)  # noqa: S311 - which moment is no secret
    with home(tmp_path) as made:
        for number in range(200):
            made.ledger.write(lambda conn, n=number: made.ledger.append(conn, "x", {}, {"n": n}))  # type: ignore[misc]
        for _ in range(6):
            child = subprocess.Popen(
                [sys.executable, "-c", _ROTATE, str(tmp_path), made.url], stdout=subprocess.PIPE
            )
            assert child.stdout is not None
            # It works on while this reads: the kill lands wherever it has got to by then.
            child.stdout.read(chance.randint(1, 12))
            child.kill()
            child.wait()
            child.stdout.close()
            with reopened(made.url, made.keyring) as again:
                assert again.check() == 200
                with again.store.read() as conn:
                    keks = conn.execute(select(tables.record_key.c.kek).distinct()).scalars().all()
                    assert keks == [kek_id(again.keyring.kek)]


def test_another_kek_is_refused(made: Home) -> None:
    """A vault under a foreign KEK does not bind to the store, and opens nothing of it."""
    issue(made, "a")
    foreign = Vault(b"\x44" * 32)
    with made.store.write() as conn:
        with pytest.raises(Unverified) as caught:
            foreign.bind(conn)
        assert caught.value.code == "kek-wrong"
        with pytest.raises(Unverified):
            foreign.key(conn, "entry:0")
    made.keyring.replace("kek.key", (b"\x44" * 32).hex().encode())
    with pytest.raises(Unverified):
        open_vault(made.store, made.keyring)


def test_a_vault_left_behind_by_a_rotation_makes_no_keys(made: Home) -> None:
    """A process that still holds the old KEK is refused before it seals what nobody could open."""
    with reopened(made.url, made.keyring) as other:
        rotate_kek(other.store, other.vault, other.keyring)
        with pytest.raises(Unavailable, match="kek-rotated"):
            issue(made, "lost")
        with made.store.write() as conn, pytest.raises(Unavailable):
            made.vault.new_key(conn, "lost")
        issue(other, "kept")
        assert other.check() == 1


def test_a_kek_has_32_bytes() -> None:
    """A KEK of another length is refused."""
    with pytest.raises(ValueError, match="32"):
        Vault(b"short")


# --- key files ------------------------------------------------------------------------------


def test_a_keyring_is_made_once(tmp_path: Path) -> None:
    """A second creation in one directory is a Conflict and leaves the keys as they were."""
    keyring = keyring_module.Keyring.create(tmp_path / "keys", "log.example/uto")
    before = (keyring.signer.skey, keyring.kek, keyring.store_key)
    with pytest.raises(Conflict):
        keyring_module.Keyring.create(tmp_path / "keys", "log.example/uto")
    again = keyring_module.Keyring(tmp_path / "keys")
    assert (again.signer.skey, again.kek, again.store_key) == before
    modes_of = {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes_of == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_loose_permissions_are_refused(tmp_path: Path, mode: int) -> None:
    """A key file that group or others may touch is refused, with what to do."""
    keyring = keyring_module.Keyring.create(tmp_path / "keys", "log.example/uto")
    (tmp_path / "keys" / "kek.key").chmod(mode)
    with pytest.raises(Unverified) as caught:
        _ = keyring.kek
    assert "chmod" in caught.value.hint
    (tmp_path / "keys").chmod(mode | 0o700)
    with pytest.raises(Unverified):
        keyring_module.Keyring(tmp_path / "keys")


def test_links_strange_files_and_names_are_refused(tmp_path: Path) -> None:
    """A symbolic link, a missing file, a damaged file or a path outside is never read as a key."""
    keyring = keyring_module.Keyring.create(tmp_path / "keys", "log.example/uto")
    (tmp_path / "keys" / "link.key").symlink_to(tmp_path / "keys" / "kek.key")
    for bad in ("link.key", "absent.key"):
        with pytest.raises(ComityError):
            keyring.read(bad)
    for outside in ("../kek.key", "/etc/passwd", "", ".hidden", "A"):
        with pytest.raises(ValueError, match="name"):
            keyring.read(outside)
    for content in (b"", b"zz" * 32, b"00" * 31, b"\xff" * 64):
        keyring.replace("kek.key", content)
        with pytest.raises(ComityError) as caught:
            _ = keyring.kek
        assert "zz" not in str(caught.value)
    with pytest.raises(NotFound):
        keyring_module.Keyring(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unverified):
        keyring_module.Keyring(tmp_path / "file")


def test_key_files_are_replaced_whole_and_destroyed(tmp_path: Path) -> None:
    """A replaced file has the new content and no leftovers; a destroyed one is gone."""
    keyring = keyring_module.Keyring.create(tmp_path / "keys", "log.example/uto")
    keyring.write("tls.pem", b"one")
    with pytest.raises(Conflict):
        keyring.write("tls.pem", b"two")
    keyring.replace("tls.pem", b"two")
    assert keyring.read("tls.pem") == b"two"
    keyring.destroy("tls.pem")
    keyring.destroy("tls.pem")
    assert not keyring.has("tls.pem")
    assert len(list((tmp_path / "keys").iterdir())) == 3


def test_personal_parts_are_counted_by_their_keys(made: Home) -> None:
    """Each personal part has one key row, each subject one more, and no other key is made."""
    issue(made, "a")
    issue(made, "b")
    with made.store.read() as conn:
        count = conn.execute(select(func.count()).select_from(tables.record_key)).scalar_one()
    assert count == 4
