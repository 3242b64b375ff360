"""Evidence and its single-file verifier: both refuse every altered byte alike."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import itertools
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import ComityError
from comity.proof import canonical, note
from comity.proof.commitment import commit, opens
from comity.proof.cosignature import WitnessSigner
from comity.proof.evidence import verify_evidence

ROOT = Path(__file__).parent.parent
VERIFIER = ROOT / "verifier" / "comity_verify.py"
VECTORS = ROOT / "tests" / "vectors" / "proof" / "evidence"
GOOD = (VECTORS / "good.txt").read_bytes().split(b"\n\n", 1)[1]
LOG = note.Signer("log.example/uto", b"\x01" * 32).verifier
TRUSTED = [
    LOG.vkey,
    *(WitnessSigner(f"witness.example/w{i}", bytes([16 + i]) * 32).verifier.vkey for i in range(3)),
]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("comity_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["comity_verify"] = module
    spec.loader.exec_module(module)
    return module


CUT = _load()


def _outcomes(data: bytes) -> tuple[str, str]:
    """How the project and the single file end on ``data``: "ok" or a code."""
    found = []
    for verify, error in ((verify_evidence, ComityError), (CUT.verify_evidence, CUT.ComityError)):
        try:
            verify(data, trusted=TRUSTED)
            found.append("ok")
        except error as refusal:
            found.append(str(refusal.code))
    return found[0], found[1]


def _run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # -I: neither the project nor anything beside it is on the path.
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, timeout=60,
    )  # fmt: skip


def test_the_verifier_is_cut_from_this_code() -> None:
    """The single file is what the cutter makes of the project today."""
    cutter = ROOT / "tools" / "cut_verifier.py"
    done = subprocess.run([sys.executable, str(cutter), "--check"], check=False)
    assert done.returncode == 0, "run python tools/cut_verifier.py"


def test_the_verifier_imports_nothing_of_the_project() -> None:
    """The single file imports the standard library and cryptography only."""
    for node in ast.walk(ast.parse(VERIFIER.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "comity"]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | {"cryptography"}


def test_good_evidence_says_what_it_shows() -> None:
    """The verdict names log, size, witnesses and claims, and shows opened parts alone."""
    verdict = verify_evidence(GOOD, trusted=TRUSTED)
    assert (verdict.origin, verdict.size, verdict.witnesses) == ("log.example/uto", 7, 2)
    assert verdict.trusted
    assert verdict.claims == ("law",)
    assert [entry.personal for entry in verdict.entries] == [{"name": "ERIKSSON"}, None]
    assert [step.number for step in verdict.steps] == list(range(8))


def test_without_trusted_keys_the_verdict_says_so() -> None:
    """Evidence checked against its own keys alone is never called trusted."""
    assert not verify_evidence(GOOD).trusted


def test_an_untrusted_witness_does_not_count() -> None:
    """With only one of its witnesses trusted, evidence that needs two is refused."""
    with pytest.raises(ComityError) as caught:
        verify_evidence(GOOD, trusted=TRUSTED[:2])
    assert caught.value.code == "tlog-proof-quorum"
    assert verify_evidence(GOOD, trusted=TRUSTED[:2], quorum=1).witnesses == 1
    with pytest.raises(ComityError):
        verify_evidence(GOOD, trusted=TRUSTED, quorum=3)


@pytest.mark.parametrize("bit", [0x01, 0x04, 0x20, 0x80])
def test_r52_every_flipped_byte_is_refused_by_both(bit: int) -> None:
    """One altered byte anywhere in the file, and both verifiers refuse it with the same code."""
    for place in range(len(GOOD)):
        altered = GOOD[:place] + bytes([GOOD[place] ^ bit]) + GOOD[place + 1 :]
        ours, theirs = _outcomes(altered)
        assert ours == theirs != "ok"


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.txt")), ids=lambda path: path.stem)
def test_both_agree_on_each_vector(path: Path) -> None:
    """Each vector of evidence ends the same way in the single file."""
    ours, theirs = _outcomes(path.read_bytes().split(b"\n\n", 1)[1])
    assert ours == theirs


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.sampled_from(sorted(json.loads(GOOD))), _JSON)
def test_any_field_of_any_type_is_refused_alike(field: str, value: object) -> None:
    """A field replaced by any JSON is refused, with the same code and without a traceback."""
    body = json.loads(GOOD)
    ours, theirs = _outcomes(canonical.canonical(body | {field: value}))
    assert ours == theirs
    assert ours != "ok" or body[field] == value


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_alike(data: bytes) -> None:
    """Arbitrary bytes are refused alike by both."""
    ours, theirs = _outcomes(data)
    assert ours == theirs != "ok"


def test_r52_the_command_verifies_and_prints_each_step(tmp_path: Path) -> None:
    """With trusted keys: one line for each step, "verified" last, exit status 0."""
    (tmp_path / "bundle").write_bytes(GOOD)
    (tmp_path / "keys").write_text("\n".join(TRUSTED) + "\n")
    done = _run("bundle", "--trust", "keys", "--show", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line[:3] for line in lines[:8]] == [f"({number})" for number in range(8)]
    assert lines[-1] == "verified"
    assert json.loads(lines[8])["personal"] == {"name": "ERIKSSON"}


def test_the_command_warns_without_trusted_keys(tmp_path: Path) -> None:
    """Without --trust the last line tells the supervisor to compare the keys."""
    (tmp_path / "bundle").write_bytes(GOOD)
    done = _run("bundle", cwd=tmp_path)
    assert done.returncode == 0
    assert "compare the keys by hand" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 100, b"[" * 5000, GOOD[:-1], GOOD.replace(b"Article", b"Artikle"), b"1" * 5000,
     b'{"a":' * 20 + b"1" + b"}" * 20, b'"\\ud800"', b" " * 16_000_001],
    ids=itertools.count(),
)  # fmt: skip
def test_the_command_refuses_in_one_line(content: bytes, tmp_path: Path) -> None:
    """Whatever the bytes: exit status 1, one line on stderr, no traceback."""
    (tmp_path / "bundle").write_bytes(content)
    done = _run("bundle", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("comity-verify: refused: ")
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout


def test_the_command_says_when_a_file_is_missing(tmp_path: Path) -> None:
    """A file that is not there, or keys that are no text: exit status 2 in one line."""
    (tmp_path / "bundle").write_bytes(GOOD)
    (tmp_path / "keys").write_bytes(b"\xff")
    for arguments in (["absent"], ["bundle", "--trust", "absent"], ["bundle", "--trust", "keys"]):
        done = _run(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1


def test_rfc8785_example() -> None:
    """RFC 8785's example (section 3.2.2) has the canonical form printed there."""
    source = (
        '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        r'"string": "\u20ac$\u000F\u000aA' + "'" + r'\u0042\u0022\u005c\\\"\/",'
        '"literals": [null, true, false]}'
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    )
    assert (
        canonical.canonical(canonical.parse_json(source.encode(), limit=999)).decode() == expected
    )


_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(),
        st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
)  # fmt: skip


@given(_VALUES)
def test_the_quick_encoder_is_the_standard(value: object) -> None:
    """The quick path writes what the reference library writes, and it reads back the same."""
    import rfc8785  # noqa: PLC0415 - the reference, needed here alone

    try:
        data = canonical.canonical(value)
    except ComityError:
        with pytest.raises((rfc8785.CanonicalizationError, UnicodeError)):
            rfc8785.dumps(value)  # type: ignore[arg-type]
        return
    assert data == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert canonical.canonical(canonical.parse_canonical(data, limit=10**6)) == data
    with contextlib.suppress(ComityError):
        assert canonical.plain(value) == data


@pytest.mark.parametrize("value", [1.5, {"é": 1}, {1: 2}, float("nan"), "\ud800", b"", 2**53])
def test_what_may_stand_in_the_log_is_plain(value: object) -> None:
    """Fractions, keys beyond ASCII and values without a JSON form stay out of log and evidence."""
    with pytest.raises(ComityError) as caught:
        canonical.plain({"a": value})
    assert caught.value.code == "json-not-plain"


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=50), st.binary(max_size=50))
def test_a_commitment_opens_to_one_value(salt: bytes, personal: bytes, other: bytes) -> None:
    """A commitment opens with its salt and its value, and with no other."""
    made = commit(salt, personal)
    assert opens(made, salt, personal)
    assert not opens(made, salt[:-1], personal)
    assert opens(made, salt, other) == (personal == other)
