"""Each file under tests/vectors/proof ends exactly as its first line says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.errors import ComityError
from comity.proof import canonical, checkpoint, note, tlog, tlog_proof
from comity.proof.cosignature import WitnessSigner
from comity.proof.evidence import verify_evidence

HERE = Path(__file__).parent
VECTORS = sorted((HERE / "vectors" / "proof").glob("*/*.txt"))
PETER = note.Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
LOG = note.Signer("log.example/uto", b"\x01" * 32).verifier
WITNESSES = [
    WitnessSigner(f"witness.example/w{i}", bytes([16 + i]) * 32).verifier for i in range(3)
]
TRUSTED = [LOG.vkey, *(witness.vkey for witness in WITNESSES)]


def _leaf() -> bytes:
    return tlog.leaf_hash(_good_leaf())


def _good_leaf() -> bytes:
    good = (HERE / "vectors" / "proof" / "evidence" / "good.txt").read_bytes().split(b"\n\n", 1)[1]
    leaf = note.decode_base64(json.loads(good)["entries"][0]["leaf"])
    assert leaf is not None
    return leaf


READERS: dict[str, Callable[[bytes], object]] = {
    "note": lambda data: note.open_note(data, [PETER]),
    "checkpoint": lambda data: checkpoint.parse_checkpoint(data.decode()),
    "tlog-proof": lambda data: tlog_proof.check_tlog_proof(
        data, _leaf(), LOG, witnesses=WITNESSES, quorum=2
    ),
    "json": lambda data: canonical.parse_canonical(data, limit=1000),
    "evidence": lambda data: verify_evidence(data, trusted=TRUSTED),
}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_vector_ends_as_it_says(path: Path) -> None:
    """Every vector is accepted, or refused with exactly the code in its first line."""
    head, content = path.read_bytes().split(b"\n\n", 1)
    expected = head.decode().removeprefix("expect: ")
    read = READERS[path.parent.name]
    if expected == "ok":
        read(content)
        return
    with pytest.raises(ComityError) as caught:
        read(content)
    assert caught.value.code == expected
    assert "\n" not in str(caught.value)


def test_vectors_are_those_of_the_script(tmp_path: Path) -> None:
    """Running the script again writes the same files: no vector was edited by hand."""
    script = HERE / "vectors" / "proof" / "make.py"
    copy = tmp_path / "make.py"
    copy.write_text(script.read_text())
    subprocess.run(
        [sys.executable, str(copy)], check=True, env={"PYTHONPATH": str(HERE.parent / "src")}
    )
    made = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.glob("*/*.txt")}
    held = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in VECTORS}
    assert made == held
