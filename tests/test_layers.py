"""The house holds: imports run downward only, without cycles; pure rooms stay pure."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent

PURE = ("law", "accord", "match", "proof", "documents", "lists", "manifests")


def test_contracts_hold() -> None:
    """The import contracts of pyproject.toml are kept."""
    lint = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_no_module_is_in_an_import_cycle() -> None:
    """No module imports itself by way of others."""
    graph = grimp.build_graph("comity", cache_dir=None)
    cyclic = [
        module
        for module in graph.modules
        for target in graph.find_modules_directly_imported_by(module)
        if graph.chain_exists(target, module)
    ]
    assert cyclic == []


def test_pure_rooms_read_no_clock_and_open_no_file() -> None:
    """No pure room calls today(), now(), open() or time()."""
    forbidden = {"today", "now", "utcnow", "open", "time", "getenv", "urandom"}
    found = []
    for room in PURE:
        for path in sorted((ROOT / "src" / "comity" / room).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    attribute = isinstance(node.func, ast.Attribute)
                    if name in forbidden and not (attribute and name == "open"):
                        found.append(f"{room}/{path.name}:{node.lineno}: {name}")
    assert found == []
