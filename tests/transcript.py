"""Transcripts: commands with the output and exit status they must have, as a person reads them.

A script is a text file::

    # a comment
    > drafts.jsonl              a file, whose lines follow with "| " before each
    | {"category": "..."}
    & node serve --home UTO     a process that goes on until the script ends (waits for its line)
    $ node init UTO --country UTO
    node of ... created in UTO
    fingerprint: <fingerprint>
    ? 0

What differs between two runs is written as a word in angles (``<time>``, ``<hex>``); ids of
matches are numbered in the order in which they appear (``m-1``), and may be used in commands so.
``python tests/transcript.py --reset`` writes the scripts anew from what the commands say now.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from comity.cli.main import main

SCRIPTS = Path(__file__).parent / "scripts"
ROOT = Path(__file__).parent.parent

_SAME = (
    (re.compile(r"\b[0-9a-f]{4}(?: [0-9a-f]{4}){7}\b"), "<fingerprint>"),
    (re.compile(r"^(?:(?:alfa|bravo|charlie|delta|echo|foxtrot|\d) ?){4}$"), "<spoken>"),
    (re.compile(r"(?<=once: )[0-9a-f]{16}\b"), "<code>"),
    (re.compile(r"\b[\w./-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}"), "<key>"),
    (re.compile(r"\b[0-9a-f]{32,128}\b"), "<hex>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+00:00|Z| UTC)?"), "<time>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "<date>"),
    (re.compile(r"\b\d+ bytes\b"), "<size> bytes"),
    (re.compile(r"(?<=is )[+-]\d+ s\b"), "<seconds> s"),
)
_MATCH = re.compile(r"\bm-[0-9a-f]{16}\b")


def run(*words: str) -> tuple[int, str]:
    """Run one ``comity`` command in this process: its exit status and what it printed."""
    told = io.StringIO()
    before = sys.argv
    sys.argv = ["comity", *words]
    try:
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            main()
    except SystemExit as end:
        return int(end.code or 0), told.getvalue()
    finally:
        sys.argv = before
    return 0, told.getvalue()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


class Play:
    """One run of a script in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.matches: list[str] = []
        self.ports: dict[str, str] = {}
        self.running: list[subprocess.Popen[bytes]] = []

    def lines(self, script: str) -> list[str]:
        """The script as it comes out now."""
        out: list[str] = []
        lines = iter(script.splitlines())
        for line in lines:
            if line.startswith("$ "):
                out += self._command(line)
            elif line.startswith("> "):
                (self.folder / line[2:]).write_text("", "utf-8")
                self._file = self.folder / line[2:]
                out.append(line)
            elif line.startswith("| "):
                with self._file.open("a", encoding="utf-8") as stream:
                    stream.write(line[2:] + "\n")
                out.append(line)
            elif line.startswith("& "):
                self._start(line[2:])
                out.append(line)
            elif line.startswith("#") or not line:
                out.append(line)
        return out

    def close(self) -> None:
        """End what was started."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(timeout=20)
            assert process.stderr is not None
            process.stderr.close()

    def _command(self, line: str) -> list[str]:
        status, said = run(*self._words(line[2:]))
        shown = [self._plain(each) for each in said.splitlines()]
        return [line, *(f"  {each}" for each in shown if each), f"? {status}"]

    def _words(self, line: str) -> list[str]:
        found = re.findall(r"'([^']*)'|(\S+)", line)
        return [self._real(quoted or plain) for quoted, plain in found]

    def _real(self, word: str) -> str:
        word = word.replace("ROOT", str(ROOT))
        for name in re.findall(r"PORT\d", word):
            self.ports.setdefault(name, str(free_port()))
            word = word.replace(name, self.ports[name])
        number = re.fullmatch(r"m-(\d{1,2})", word)
        return self.matches[int(number[1]) - 1] if number else word

    def _plain(self, line: str) -> str:
        for found in _MATCH.findall(line):
            if found not in self.matches:
                self.matches.append(found)
            line = line.replace(found, f"m-{self.matches.index(found) + 1}")
        line = line.replace(str(ROOT), "ROOT").replace(str(self.folder), "HERE")
        for name, port in self.ports.items():
            line = re.sub(rf"\b{port}\b", name, line)
        for pattern, word in _SAME:
            line = pattern.sub(word, line)
        return re.sub(r"-{3,}( +-{3,})*", "---", re.sub(r"(?<=\S) {3,}", "  ", line)).rstrip()

    def _start(self, line: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "comity", *self._words(line)],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        )  # fmt: skip
        self.running.append(process)
        assert process.stderr is not None
        process.stderr.readline()  # its first line says that it serves


def play(file: Path, folder: Path) -> str:
    """Run the script in ``folder``; what it says now."""
    before = Path.cwd()
    os.chdir(folder)
    one = Play(folder)
    try:
        return "\n".join(one.lines(file.read_text("utf-8"))) + "\n"
    finally:
        one.close()
        os.chdir(before)


if __name__ == "__main__" and "--reset" in sys.argv:
    for each in sorted(SCRIPTS.glob("*.txt")):
        with tempfile.TemporaryDirectory() as place:
            each.write_text(play(each, Path(place).resolve()), "utf-8")
