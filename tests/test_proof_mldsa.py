"""Cosignatures by ML-DSA-44: against another implementation, and every misuse."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from comity.errors import ComityError, Malformed
from comity.proof import checkpoint, note, tlog, tlog_proof
from comity.proof.cosignature import (
    SUBTREE_V1,
    WitnessSigner,
    WitnessVerifier,
    cosigned_at,
    mldsa44_verifies,
    subtree_message,
)

# Key and signature made by filippo.io/torchwood, published in transparency-dev/formats' tests.
PUBLISHED = (Path(__file__).parent / "vectors" / "mldsa44" / "torchwood-subtree.txt").read_text()
LOG = note.Signer("log.example/uto", b"\x01" * 32)
WITNESS = WitnessSigner("witness.example/pq", b"\x02" * 32, SUBTREE_V1)
HEAD = checkpoint.Checkpoint(LOG.name, 1, tlog.leaf_hash(b"a"))
TEXT = checkpoint.format_checkpoint(HEAD)
LINE = WITNESS.cosign(TEXT, at=1_700_000_000)


def test_another_implementations_subtree_signature_verifies() -> None:
    """The published key reads, and its published signature verifies for its subtree alone."""
    vkey, origin, start, end, root, line = PUBLISHED.splitlines()
    witness = WitnessVerifier.parse(vkey)
    assert (witness.kind, witness.vkey) == (SUBTREE_V1, vkey)
    signature = note.parse_signature(line)
    assert (signature.name, signature.key_id) == (witness.name, witness.key_id)
    root_hash = note.decode_base64(root)
    assert root_hash is not None
    subtree = checkpoint.Checkpoint(origin, int(end), root_hash)
    made = signature.value[8:]

    def verifies(head: checkpoint.Checkpoint, first: int, name: str = witness.name) -> bool:
        message = subtree_message(name, cosigned_at(signature), head, start=first)
        return mldsa44_verifies(witness.public, message, made)

    assert verifies(subtree, int(start))
    assert not verifies(subtree, 0)
    assert not verifies(dataclasses.replace(subtree, size=14), int(start))
    assert not verifies(dataclasses.replace(subtree, origin="example.com/x"), int(start))
    assert not verifies(dataclasses.replace(subtree, root=bytes(32)), int(start))
    assert not verifies(subtree, int(start), "witness.example/w2")


def test_a_head_cosigned_with_it_verifies() -> None:
    """A proof whose head carries an ML-DSA cosignature counts it towards the quorum."""
    signed = note.sign_note(TEXT, [LOG], others=[LINE])
    proof = tlog_proof.format_tlog_proof(tlog_proof.TlogProof(0, (), signed))
    witnesses = [WitnessVerifier.parse(WITNESS.verifier.vkey)]
    leaf = tlog.leaf_hash(b"a")
    proven = tlog_proof.check_tlog_proof(proof, leaf, LOG.verifier, witnesses=witnesses, quorum=1)
    assert proven.witnesses == 1
    assert cosigned_at(LINE) == 1_700_000_000


@pytest.mark.parametrize("place", [0, 4, 7, 8, 100, 2427])
def test_an_altered_signature_or_time_does_not_verify(place: int) -> None:
    """A byte of time or signature altered, or one missing: not this witness's."""
    value = LINE.value[:place] + bytes([LINE.value[place] ^ 1]) + LINE.value[place + 1 :]
    assert WITNESS.verifier.verifies(TEXT.encode(), LINE.value)
    assert not WITNESS.verifier.verifies(TEXT.encode(), value)
    assert not WITNESS.verifier.verifies(TEXT.encode(), LINE.value[:place])
    assert not WITNESS.verifier.verifies(TEXT.encode().replace(b"\n1\n", b"\n2\n"), LINE.value)


def test_what_it_does_not_cover_is_not_accepted() -> None:
    """Extension lines, a text that is no head, and time 0 are neither signed nor accepted."""
    for text in (f"{TEXT}extension\n", "no head\n", TEXT.replace(LOG.name, "x" * 256)):
        with pytest.raises(Malformed):
            WITNESS.cosign(text, at=5)
        assert not WITNESS.verifier.verifies(text.encode(), LINE.value)
    with pytest.raises(ValueError, match="range"):
        WITNESS.cosign(TEXT, at=0)
    message = subtree_message(WITNESS.name, 0, HEAD)
    undated = bytes(8) + WITNESS._key.sign(message)
    assert not WITNESS.verifier.verifies(TEXT.encode(), undated)


def test_keys_of_other_lengths_or_types_are_refused() -> None:
    """A key cut short, of an unknown type, or under the other type's number is Malformed."""
    vkey = WITNESS.verifier.vkey
    for bad in (vkey[:-4], vkey + "AAAA", vkey.replace("+B", "+C", 1), "a" * 1001, vkey[:1500]):
        with pytest.raises(ComityError):
            WitnessVerifier.parse(bad)
    for kind, public in ((4, bytes(1312)), (6, bytes(32)), (5, bytes(32))):
        with pytest.raises(Malformed):
            WitnessVerifier("w", public, kind)
    with pytest.raises(Malformed):
        note.Verifier.parse(vkey)
    assert len(repr(WITNESS)) < 60
