"""Cut verifier/comity_verify.py, the single-file verifier, out of the project's own code.

    python tools/cut_verifier.py            write it
    python tools/cut_verifier.py --check    exit 1 if it is stale

From ``tools/verifier_command.py`` on, every definition that is reached is taken over word for
word, apart from the names of modules (``note.open_note`` becomes ``open_note``). Two definitions
of one name get their module's name in front. Imports of anything but the standard library and
``cryptography`` are refused.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "verifier" / "comity_verify.py"
ORDER = (
    "comity.errors",
    "comity.proof.canonical",
    "comity.proof.note",
    "comity.proof.cosignature",
    "comity.proof.tlog",
    "comity.proof.checkpoint",
    "comity.proof.commitment",
    "comity.proof.tlog_proof",
    "comity.proof.tile",
    "comity.proof.audit",
    "comity.proof.evidence",
    "tools.verifier_command",
)
NOTICE = """\
# Cut by tools/cut_verifier.py out of the project's code. Do not edit: change that, and cut.
# ruff: noqa
# mypy: ignore-errors"""

Key = tuple[str, str]
"""(module, name) of a definition."""


@dataclass
class Module:
    """One source file: its text, its definitions, and what its imported names mean."""

    name: str
    source: str
    tree: ast.Module
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    names: dict[str, Key] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)


def read_module(name: str) -> Module:
    """Read a module of ORDER and see what it defines and imports."""
    base = ROOT if name.startswith("tools") else ROOT / "src"
    source = (base / (name.replace(".", "/") + ".py")).read_text()
    module = Module(name, source, ast.parse(source))
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            module.definitions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            module.definitions |= {item.id: node for item in targets if isinstance(item, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comity"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in ORDER:
                    module.modules[alias.asname or alias.name] = whole
                else:
                    module.names[alias.asname or alias.name] = (node.module or "", alias.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            origin = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            module.outside |= {alias.name: origin for alias in node.names}
    return module


def uses(module: Module, node: ast.AST) -> list[tuple[ast.expr, Key]]:
    """Each mention, in ``node``, of a definition of the project, and which one it is."""
    found: list[tuple[ast.expr, Key]] = []
    for item in ast.walk(node):
        if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
            if item.value.id in module.modules:
                found.append((item, (module.modules[item.value.id], item.attr)))
        elif isinstance(item, ast.Name) and item.id in module.names:
            found.append((item, module.names[item.id]))
        elif isinstance(item, ast.Name) and item.id in module.definitions:
            found.append((item, (module.name, item.id)))
    return found


def reach(modules: dict[str, Module], start: Key) -> set[Key]:
    """Every definition that ``start`` needs."""
    seen: set[Key] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        module = modules[key[0]]
        waiting += [used for _, used in uses(module, module.definitions[key[1]])]
    return seen


def rename(keys: set[Key]) -> dict[Key, str]:
    """The name of each definition in the single file."""
    names: dict[Key, str] = {}
    for module, name in keys:
        shared = sum(other == name for _, other in keys) > 1
        short = module.rpartition(".")[2]
        names[module, name] = f"_{short}_{name.lstrip('_')}" if shared else name
    return names


def cut_definition(module: Module, name: str, names: dict[Key, str]) -> str:
    """The definition's text with the names it has in the single file."""
    node = module.definitions[name]
    first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
    lines = module.source.splitlines()
    edits = [
        (item.lineno, item.col_offset, item.end_col_offset or 0, names[key])
        for item, key in uses(module, node)
    ]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        line = lines[node.lineno - 1]
        at = line.index(f" {node.name}") + 1
        edits.append((node.lineno, at, at + len(node.name), names[module.name, name]))
    for line_number, start, end, text in sorted(edits, reverse=True):
        raw = lines[line_number - 1].encode()
        lines[line_number - 1] = (raw[:start] + text.encode() + raw[end:]).decode()
    return "\n".join(lines[first - 1 : node.end_lineno])


def cut() -> str:
    """The text of the single file."""
    modules = {name: read_module(name) for name in ORDER}
    keys = reach(modules, ("tools.verifier_command", "main"))
    names = rename(keys)
    parts: list[str] = []
    imports: dict[str, set[str]] = {}
    for name in ORDER:
        module = modules[name]
        wanted = [node for node in module.tree.body if _names(module, node) & _of(keys, name)]
        if wanted:
            parts.append(f"# --- {name} " + "-" * (92 - len(name)))
        for node in wanted:
            parts.append(cut_definition(module, min(_names(module, node)), names))
            for item in ast.walk(node):
                if isinstance(item, ast.Name) and item.id in module.outside:
                    imports.setdefault(module.outside[item.id], set()).add(item.id)
    command = modules["tools.verifier_command"]
    doc = ast.get_docstring(command.tree, clean=False)
    head = (
        f'#!/usr/bin/env python3\n{NOTICE}\n"""{doc}"""\n\nfrom __future__ import annotations\n\n'
    )
    tail = '\n\n\nif __name__ == "__main__":\n    sys.exit(main())\n'
    return head + format_imports(imports) + "\n\n\n" + "\n\n\n".join(parts) + tail


def format_imports(imports: dict[str, set[str]]) -> str:
    """The import lines; ``imports`` maps a package ("" for plain imports) to names."""
    allowed = sys.stdlib_module_names | {"cryptography"}
    needed = imports.get("", set()) | {origin for origin in imports if origin}
    if strange := {name for name in needed if name.split(".")[0] not in allowed}:
        raise SystemExit(f"cut_verifier: the verifier may not need {sorted(strange)}")
    plain = [f"import {name}" for name in sorted(imports.get("", set()))]
    named = [
        f"from {origin} import {', '.join(sorted(names))}"
        for origin, names in sorted(imports.items())
        if origin
    ]
    return "\n".join([*plain, *named])


def _names(module: Module, node: ast.stmt) -> set[str]:
    return {name for name, item in module.definitions.items() if item is node}


def _of(keys: set[Key], module: str) -> set[str]:
    return {name for where, name in keys if where == module}


def main() -> int:
    """Write the file, or compare it."""
    text = cut()
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.exists() and TARGET.read_text() == text else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
