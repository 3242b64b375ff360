"""The numbers of STYLE.md, held."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
WRITTEN = sorted({*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "tools").glob("*.py")})

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
POSITIONAL_MAX = 5

GRAB_BAGS = {
    "utils", "util", "helpers", "helper", "core", "common", "managers", "manager", "services",
    "service", "handlers", "handler", "base", "misc", "models", "interfaces", "impl",
}  # fmt: skip


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


WRITTEN = [path for path in SOURCES if path.parent.name != "versions"]
"""A migration is written by a tool: it is as long as the schema."""


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_modules_stay_small(path: Path) -> None:
    """A module has at most 400 lines."""
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES_MAX


def test_functions_stay_small() -> None:
    """A function has at most 60 lines, nine of ten at most 30."""
    sizes = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        for node in functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES_MAX} == {}
    ordered = sorted(sizes.values())
    assert ordered[int(len(ordered) * 0.9)] <= 30


def test_few_positional_parameters() -> None:
    """A function takes at most five positional parameters; more is a value with a name."""
    trains = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        for node in functions(path)
        if len(node.args.args) - (node.args.args[:1] != [] and node.args.args[0].arg == "self")
        > POSITIONAL_MAX
    ]
    assert trains == []


def test_no_grab_bags() -> None:
    """No module or package has a name under which anything could be put."""
    assert [str(p) for p in SOURCES if {p.stem, p.parent.name} & GRAB_BAGS] == []


def test_packages_do_not_reexport() -> None:
    """A package's __init__ says what the room is and holds no code (but the version)."""
    talkers = []
    for path in SOURCES:
        if path.name == "__init__.py":
            body = ast.parse(path.read_text("utf-8")).body
            code = [n for n in body if not isinstance(n, ast.Expr)]
            plain = all(isinstance(n, ast.Assign) for n in code)
            if not (body and isinstance(body[0], ast.Expr) and plain and len(code) <= 1):
                talkers.append(str(path.relative_to(ROOT)))
    assert talkers == []


def test_public_functions_say_what_they_do() -> None:
    """Every public function and class, and every public method of one, has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in SOURCES
        for node in public(ast.parse(path.read_text("utf-8")).body)
        if ast.get_docstring(node) is None
    ]
    assert silent == []


Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(body: list[ast.stmt]) -> Iterator[Documented]:
    """Every definition of a module or class that others may use; what is inside a function not."""
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def test_no_test_patches_our_own_code() -> None:
    """Tests use the real thing: no mock, no monkeypatched attribute of comity."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != "test_tidy.py"
        and re.search(r"unittest\.mock|mock\.patch|monkeypatch\.setattr", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_nothing_tracked_names_a_registry_or_this_machine() -> None:
    """No file names a package registry's host or a folder of one machine."""
    names = ["pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "/wo" + "rk/main"]
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    wrong = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.is_file() and any(n.encode() in path.read_bytes() for n in names):
            wrong.append(name)
    assert wrong == []


def test_changelog_has_an_unreleased_section() -> None:
    """The changelog follows Keep a Changelog and knows the present version."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## \[?\d+\.\d+\.\d+|^## Unreleased", text, re.MULTILINE)
