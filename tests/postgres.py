"""A PostgreSQL cluster of the tests' own: started once, in a temporary directory, then removed.

``from postgres import new_database`` and call it: it returns the URL of an empty database. The
cluster listens on a socket in its directory only and trusts whoever reaches it. The server refuses
to run as root, so then it runs as ``postgres`` or ``nobody``.
"""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

import psycopg

_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}


def new_database() -> str:
    """The URL of a new, empty database, as ``open_store`` takes it."""
    directory = _cluster()
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(host=str(directory), user="comity", dbname="postgres") as conn:
        conn.autocommit = True
        conn.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql+psycopg://comity@/{name}?host={directory}"


@functools.cache
def _cluster() -> Path:
    binaries = _binaries()
    # Not under pytest's directory: socket paths are short, and the account must reach it.
    directory = Path(tempfile.mkdtemp(prefix="comity-pg-", dir="/tmp"))
    account = _account()
    if account:
        os.chown(directory, account["user"], account["group"])
    run = functools.partial(
        subprocess.run, check=True, capture_output=True, cwd=directory, timeout=60, **account
    )
    data = directory / "data"
    run([binaries / "initdb", "-D", data, "-U", "comity", "-A", "trust", "-E", "UTF8", "-N"])
    settings = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    control: list[str | Path] = [binaries / "pg_ctl", "-D", data, "-w"]
    # The server inherits no pipe of ours: it would keep this call waiting for its end.
    subprocess.run(
        [*control, "-l", directory / "log", "-o", f"{settings} -k {directory}", "start"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory,
        timeout=60, **account,
    )  # fmt: skip
    atexit.register(_stop, control, account, directory)
    return directory


def _stop(control: list[str | Path], account: dict[str, Any], directory: Path) -> None:
    subprocess.run(
        [*control, "-m", "immediate", "stop"],
        check=False, capture_output=True, cwd="/", timeout=60, **account,
    )  # fmt: skip
    shutil.rmtree(directory, ignore_errors=True)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path is not None:
        return Path(on_path).resolve().parent
    raise AssertionError("these tests need PostgreSQL's server: apt-get install postgresql")


def _account() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
