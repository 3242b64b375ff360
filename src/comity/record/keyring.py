"""Key files of a node: one directory, readable by its owner alone.

    signing.key   the node's Ed25519 key as skey text: log, envelopes, receipts
    kek.key       the key-encryption key, 64 hex digits
    store.key     the key of the SQLite file, 64 hex digits
    <name>        whatever other rooms keep here (TLS, HPKE), as bytes

A directory or file that group or others may touch, a symbolic link, or somebody else's file is
refused. Secrets appear in no repr, error or log.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from comity.errors import Conflict, Malformed, NotFound, Unverified
from comity.proof.note import Signer
from comity.record.store import Store
from comity.record.tables import setting
from comity.record.vault import KEY_BYTES, Vault, kek_id

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")
_FILE_BYTES_MAX = 1 << 20


class Keyring:
    """An existing directory of keys; ``create`` makes one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._check(directory, directory=True)

    @classmethod
    def create(cls, directory: Path, name: str) -> Keyring:
        """Make the directory and the node's first keys; ``name`` is the log's origin.

        Conflict if it holds keys already: a node never changes identity by accident.
        """
        signer = Signer(name, os.urandom(KEY_BYTES))
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        keyring = cls(directory)
        for file in ("signing.key", "kek.key", "store.key"):
            if keyring.has(file):
                raise Conflict("keyring-exists", "there are keys already", where=file)
        keyring.write("store.key", os.urandom(KEY_BYTES).hex().encode())
        keyring.write("kek.key", os.urandom(KEY_BYTES).hex().encode())
        # Written last: with it the keyring is complete.
        keyring.write("signing.key", signer.skey.encode())
        return keyring

    @property
    def signer(self) -> Signer:
        """The node's signing key."""
        return Signer.parse(self._text("signing.key"))

    @property
    def store_key(self) -> bytes:
        """The 32-byte key of the SQLite file."""
        return self._secret("store.key")

    @property
    def kek(self) -> bytes:
        """The 32-byte key-encryption key."""
        return self._secret("kek.key")

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return self._path(name).exists()

    def read(self, name: str) -> bytes:
        """The bytes of a key file; NotFound, or Unverified where others may read it."""
        path = self._path(name)
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            raise NotFound("key-missing", "no such key file", where=name) from None
        except OSError as error:
            raise Unverified("key-unreadable", f"{error.strerror}", where=name) from None
        with os.fdopen(handle, "rb") as file:
            self._check_mode(os.fstat(file.fileno()), name)
            return file.read(_FILE_BYTES_MAX)

    def write(self, name: str, content: bytes) -> None:
        """Write a new key file, mode 0600, on the disk before it returns; Conflict if it exists.

        Under its name the file is whole from the first moment: whoever is killed leaves none.
        """
        fresh = self._write_beside(name, content)
        try:
            os.link(fresh, self._path(name))
        except FileExistsError:
            raise Conflict("key-exists", "there is such a key file already", where=name) from None
        finally:
            fresh.unlink()
        self._sync()

    def replace(self, name: str, content: bytes) -> None:
        """Put a new content in a key file's place at once: old or new, never half."""
        self._write_beside(name, content).replace(self._path(name))
        self._sync()

    def destroy(self, name: str) -> None:
        """Overwrite a key file and remove it; nothing happens if there is none."""
        doomed = self._path(f"{name}.gone")
        # Moved away first: a file under its own name is never half overwritten. One that an
        # earlier call left behind is overwritten too.
        _overwrite(doomed)
        with suppress(FileNotFoundError):
            self._path(name).rename(doomed)
            self._sync()
        _overwrite(doomed)
        self._sync()

    def _write_beside(self, name: str, content: bytes) -> Path:
        path = self._path(f"{name}.new")
        path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return path

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError("not a key file's name")
        return self._directory / name

    def _text(self, name: str) -> str:
        try:
            return self.read(name).decode("ascii").strip()
        except UnicodeDecodeError:
            raise Malformed("key-form", "not a key file", where=name) from None

    def _secret(self, name: str) -> bytes:
        text = self._text(name)
        if re.fullmatch(r"[0-9a-f]{64}", text) is None:
            raise Malformed("key-form", "not 64 hex digits", where=name)
        return bytes.fromhex(text)

    def _sync(self) -> None:
        handle = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _check(self, path: Path, *, directory: bool) -> None:
        try:
            status = path.lstat()
        except FileNotFoundError:
            raise NotFound(
                "keyring-missing", "no such directory of keys", where=str(path)
            ) from None
        if stat.S_ISDIR(status.st_mode) != directory:
            raise Unverified("keyring-form", "not a directory", where=str(path))
        self._check_mode(status, str(path))

    @staticmethod
    def _check_mode(status: os.stat_result, where: str) -> None:
        if status.st_mode & 0o077 or status.st_uid != os.geteuid():
            raise Unverified(
                "key-permissions",
                "others may touch the node's keys",
                where=where,
                hint="chmod 700 the directory, chmod 600 its files, and own them",
            )

    def __repr__(self) -> str:
        """The directory's name only."""
        return f"Keyring({self._directory.name})"


def _overwrite(path: Path) -> None:
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(os.fstat(file.fileno()).st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def open_vault(store: Store, keyring: Keyring) -> Vault:
    """The vault of ``store`` under the keyring's KEK; finishes a rotation that was cut off.

    Unverified if the store's keys are wrapped by a KEK that is not here.
    """
    with store.write() as conn:
        tied = conn.execute(select(setting.c.value).where(setting.c.name == "kek")).scalar()
        if keyring.has("kek.next"):
            following = keyring._secret("kek.next")  # noqa: SLF001 - same module
            if tied == kek_id(following):
                _put_kek(keyring, following)
            else:
                keyring.destroy("kek.next")
        vault = Vault(keyring.kek)
        vault.bind(conn)
    return vault


def rotate_kek(store: Store, vault: Vault, keyring: Keyring) -> int:
    """Wrap every record's key under a new KEK and destroy the old one; how many keys.

    (1) the new KEK is on the disk as ``kek.next``; (2) one transaction wraps every key anew and
    names the new KEK; (3) it takes the place of ``kek.key``, which is overwritten. Cut off before
    (2) has committed, the old KEK stays in force; after, ``open_vault`` does (3).
    """
    fresh = os.urandom(KEY_BYTES)
    keyring.destroy("kek.next")
    keyring.write("kek.next", fresh.hex().encode())  # 1
    with store.write() as conn:  # 2
        count = vault.rotate(conn, fresh)
    _put_kek(keyring, fresh)  # 3
    store.purge()
    return count


def _put_kek(keyring: Keyring, kek: bytes) -> None:
    # The next KEK stays until the new file is in place: one of the two always holds it.
    if keyring.has("kek.key") and keyring.kek != kek:
        keyring.destroy("kek.key")
    if not keyring.has("kek.key"):
        keyring.write("kek.key", kek.hex().encode())
    keyring.destroy("kek.next")
