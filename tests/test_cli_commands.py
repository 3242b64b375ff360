"""Every command: it explains itself, answers in JSON where asked, and fails in one line."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.bureau.texts import texts_folder
from comity.cli.main import COMMANDS, comity
from transcript import run
from world import world

SERVING = {"node serve", "witness serve"}
"""Commands that go on until interrupted and print nothing."""


def leaves(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None, f"{path} {name} is listed but does not import"
        if isinstance(found, click.Group):
            yield from leaves(found, f"{path} {name}".strip())
        else:
            yield f"{path} {name}".strip(), found


def test_every_command_imports_and_has_a_line_of_its_own() -> None:
    """What the first page lists is there, with its purpose."""
    context = click.Context(comity)
    assert isinstance(comity, click.Group)
    for name, purpose in COMMANDS.items():
        assert comity.get_command(context, name) is not None
        assert purpose


def test_every_command_answers_in_json() -> None:
    """Each command that answers has ``--json``."""
    assert isinstance(comity, click.Group)
    for words, command in leaves(comity):
        options = {option for param in command.params for option in param.opts}
        assert "--json" in options or words in SERVING, words


def test_every_command_explains_itself() -> None:
    """``--help`` of each command says what it does in a sentence, and exits with 0."""
    assert isinstance(comity, click.Group)
    for words, command in leaves(comity):
        status, said = run(*words.split(), "--help")
        assert status == 0, words
        assert said.startswith("Usage:"), words
        assert (command.help or "").strip()[-1:] in ".)]:`", words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("law ask nationality=GEO", "missing option '--pack'"),
        ("law ask --pack gh.entry --on 2026-11-23 --for judge", "invalid value for '--for'"),
        ("law question", "no such command 'question'"),
        ("law packs --colour", "no such option"),
    ],
)
def test_a_wrong_command_line_is_one_line_too(words: str, said: str) -> None:
    """Lower-case, with where to read on; one object with ``--json``; exit status 2."""
    status, line = run(*words.split())
    assert status == 2
    assert line.startswith(f"comity: {said}"), line
    assert line.endswith("--help` explains it) [usage]\n")
    assert line.count("\n") == 1
    status, told = run(*words.split(), "--json")
    assert status == 2
    assert json.loads(told)["error"]["code"] == "usage"


def test_json_is_one_object_also_for_an_error(tmp_path: Path) -> None:
    """With ``--json`` the output is JSON whether it worked or not; nothing else is printed."""
    with world(tmp_path) as two:
        two.issue()
        two.close()
        home = ("--home", str(tmp_path / "QMA"), "--json")
        for words in (
            ("officer", "list"), ("alerts", "list"), ("alerts", "overdue"), ("match", "list"),
            ("match", "hits"), ("agreement", "list"), ("audit", "log"), ("audit", "verify"),
            ("officer", "retire", "nobody"),
            ("alert", "show", "UTO-none", "--as", "clerk", "--purpose", "to see what is held"),
            ("audit", "evidence", "--entry", "9999", "-o", str(tmp_path / "e")),
        ):  # fmt: skip
            status, said = run(*words, *home)
            value = json.loads(said)
            assert (status == 0) == ("error" not in value), words


@pytest.mark.parametrize(
    "words",
    [("check",), ("alerts", "import"), ("alert", "issue"), ("node", "join"), ("verify",), ("mrz",)],
    ids=" ".join,
)
def test_any_file_is_read_or_refused_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Whatever bytes a file holds: a true exit status, one line with a code, no traceback."""
    officer = "guard" if words == ("check",) else "clerk"
    with world(tmp_path) as two:
        two.close()
        file = tmp_path / "input"
        more = ["--home", str(tmp_path / "QMA")] if words[0] not in ("verify", "mrz") else []
        if words[0] in ("check", "alerts") or words == ("alert", "issue"):
            more += ["--as", officer]

        samples = st.one_of(
            st.binary(max_size=300), st.text(max_size=200).map(str.encode),
            st.sampled_from([
                b"", b"\n", b"\x00" * 1000, b"\xef\xbb\xbf", b"x" * 3_000_000, b"{}\n", b"[]",
                b"UNA:+.? '", b"UNA:+.? 'UNB+", b"UNB+UNOA:4+A+B'", b"surname,birth_date\n,\n",
                b"surname,surname\na,b\n", b"surname\n" + b'"' * 70_000, b"P<UTO" + b"<" * 39,
                b'{"id":1}\n', b'{"schema":"Person"}\n', b"<CONSOLIDATED_LIST>", b'1,"A","-0-"\n',
                "surname\n\u202eabc\ud7ff\n".encode(), b"[" * 100_000, b'{"a":' * 50_000,
            ]),
        )  # fmt: skip

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(samples)
        def hold(data: bytes) -> None:
            file.write_bytes(data)
            status, said = run(*words, str(file), *more)
            assert status in (0, 1, 3, 4, 5, 6, 7, 8), said
            if status > 1:
                assert said.startswith("comity: ")
                assert said.rstrip().endswith("]")
                assert said.count("\n") == 1
            assert "Traceback" not in said

        hold()


def test_a_reader_who_leaves_early_is_no_fault(tmp_path: Path) -> None:
    """Output into a pipe that closes ends quietly."""
    with world(tmp_path) as two:
        two.close()
    command = [sys.executable, "-m", "comity", "audit", "log", "--home", str(tmp_path / "UTO")]
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert b"Traceback" not in said
    assert b"fault" not in said


def test_progress_bar_is_for_people_only(tmp_path: Path) -> None:
    """A bar on a terminal; nothing of it in a pipe or beside JSON."""
    with world(tmp_path) as two:
        two.sync()
        two.close()
    file = tmp_path / "flight.csv"
    file.write_text("surname,birth_date,reference\nOakshott,1994-06-02,QM/1\n", "utf-8")
    command = [sys.executable, "-m", "comity", "check", str(file), "--as", "guard",
               "--home", str(tmp_path / "QMA")]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path), "TERM": "xterm"}

    def on_terminal(*more: str) -> bytes:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*command, *more], stdout=subprocess.DEVNULL, stderr=theirs, env=environment
        ) as process:
            os.close(theirs)
            said = b""
            while True:
                try:
                    piece = os.read(ours, 4096)
                except OSError:  # the other end is closed
                    break
                if not piece:
                    break
                said += piece
            process.wait()
        os.close(ours)
        return said

    assert b"flight.csv" in on_terminal()
    assert on_terminal("--json") == b""
    piped = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert piped.stderr == b""


def test_an_agreements_own_cases_are_run_before_it_is_signed(tmp_path: Path) -> None:
    """All hold: 0. One expects what the text does not give: 1, by name. None at all: an error."""
    folder = tmp_path / "draft"
    shutil.copytree(texts_folder() / "agreements" / "training-entry", folder)
    status, said = run("agreement", "cases", str(folder), "--json")
    assert (status, json.loads(said)["failed"]) == (0, 0)
    case = folder / "cases" / "good" / "feed-to-party.toml"
    case.write_text(case.read_text("utf-8").replace('"permitted"', '"refused"', 1), "utf-8")
    status, said = run("agreement", "cases", str(folder))
    assert status == 1
    assert "good/feed-to-party.toml: refused by" in said
    case.write_text("act = 'ask'", "utf-8")
    assert run("agreement", "cases", str(folder))[0] == 3
    shutil.rmtree(folder / "cases")
    status, said = run("agreement", "cases", str(folder))
    assert (status, "cases-none" in said) == (3, True)
