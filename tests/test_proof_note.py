"""Notes, checkpoints, cosignatures and tlog-proofs: published examples, every flip, every fuzz."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import ComityError, Malformed
from comity.proof import checkpoint, note, tlog, tlog_proof
from comity.proof.cosignature import WitnessSigner, WitnessVerifier, cosigned_at

SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB = (
    "go.sum database tree\n49189689\nftjbAOzaupaIvaPo/G+Dk63nxOZ2s1OPOKIaPtXs7S4=\n\n"
    "— sum.golang.org Az3grlKZssqRoMNPpZfKt0TphbbcF+pzXqElURJKRNFKfaUAgqeI5k2AORH0QAhg/ebRwyIqD/"
    "OqP4oLtLnNumvOBAM=\n"
).encode()
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

LOG = note.Signer("log.example/uto", b"\x01" * 32)
WITNESS = WitnessSigner("witness.example/w0", b"\x02" * 32)
TEXT = checkpoint.format_checkpoint(checkpoint.Checkpoint(LOG.name, 1, tlog.leaf_hash(b"a")))
SIGNED = note.sign_note(TEXT, [LOG], others=[WITNESS.cosign(TEXT, at=1_700_000_000)])
PROOF = tlog_proof.format_tlog_proof(tlog_proof.TlogProof(0, (), SIGNED))


def test_go_checksum_database_head_verifies() -> None:
    """A head signed by Go's checksum database in 2026 opens under its published key."""
    opened = note.open_note(SUMDB, [note.Verifier.parse(SUMDB_KEY)])
    head = checkpoint.parse_checkpoint(opened.text)
    assert (head.origin, head.size) == ("go.sum database tree", 49189689)
    assert checkpoint.format_checkpoint(head) == opened.text


def test_go_example_key_signs_the_published_note() -> None:
    """The key in Go's documentation signs, byte for byte, the note printed there."""
    signer = note.Signer.parse(PETER_SKEY)
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signed = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
        "RZb6KE6RyyBwJnAM=\n"
    )
    assert note.sign_note(text, [signer]) == f"{text}\n{signed}".encode()
    assert (signer.verifier.vkey, signer.skey) == (PETER_VKEY, PETER_SKEY)


def test_rfc8032_first_vectors() -> None:
    """Ed25519 signs RFC 8032's tests 1 and 2 as printed there."""
    for seed, public, message, signature in (
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         ("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         ("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")),
    ):  # fmt: skip
        signer = note.Signer("test", bytes.fromhex(seed))
        assert signer.verifier.public.hex() == public
        assert signer.sign(bytes.fromhex(message)).hex() == signature


def test_published_witness_key_and_cosignature_time() -> None:
    """A witness key and a cosignature's time of transparency-dev's tests read as printed there."""
    vkey = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
    assert WitnessVerifier.parse(vkey).vkey == vkey
    value = base64.b64decode(
        "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEB"
        "YJXORmnFBOBA=="
    )
    assert cosigned_at(note.Signature("w", value[:4], value[4:])) == 1727964367


@pytest.mark.parametrize(
    "vkey",
    ["", "a", "a+b", SUMDB_KEY[:-1], SUMDB_KEY + "A", SUMDB_KEY.replace("033de0ae", "033DE0AE"),
     SUMDB_KEY.replace("033de0ae", "133de0ae"), SUMDB_KEY.replace("sum", "sun"), "+" + SUMDB_KEY,
     "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
     SUMDB_KEY + "\n", "a b+033de0ae+" + SUMDB_KEY[-44:]],
)  # fmt: skip
def test_other_vkeys_are_refused(vkey: str) -> None:
    """A key with a wrong id, type, length or name is Malformed, not half-read."""
    with pytest.raises(Malformed):
        note.Verifier.parse(vkey)


def test_every_altered_signing_key_is_refused() -> None:
    """No prefix and no flipped character of a signing key makes a key, and none is repeated."""
    for place in range(len(PETER_SKEY)):
        flipped = PETER_SKEY[:place] + chr(ord(PETER_SKEY[place]) ^ 1) + PETER_SKEY[place + 1 :]
        for bad in (PETER_SKEY[:place], flipped):
            with pytest.raises(Malformed) as caught:
                note.Signer.parse(bad)
            assert "AYEKFALV" not in str(caught.value)


def test_a_signer_never_shows_its_seed() -> None:
    """Neither repr nor str of a signer holds private bytes."""
    signer = note.Signer.parse(PETER_SKEY)
    assert repr(signer) == str(signer) == f"Signer({PETER_VKEY})"
    assert "0202" not in repr(WITNESS)


def test_two_trusted_keys_of_one_name_and_id_are_refused() -> None:
    """An ambiguous set of trusted keys is refused before anything is opened."""
    with pytest.raises(Malformed, match="share"):
        note.open_note(SIGNED, [LOG.verifier, note.Verifier(LOG.name, LOG.verifier.public)])


def test_a_witness_key_is_no_log_key() -> None:
    """The same seed as a witness's key has another id: its lines are no signatures of a log."""
    witness = WitnessSigner(LOG.name, b"\x01" * 32)
    assert witness.key_id != LOG.key_id
    cosigned = note.sign_note(TEXT, [], others=[witness.cosign(TEXT, at=1)])
    with pytest.raises(ComityError) as caught:
        note.open_note(cosigned, [LOG.verifier])
    assert caught.value.code == "note-unsigned"


def test_a_witness_time_beyond_the_range_is_refused() -> None:
    """A time of 2^63 is not signed, and with its top bit set not accepted."""
    with pytest.raises(ValueError, match="range"):
        WITNESS.cosign(TEXT, at=2**63)
    line = WITNESS.cosign(TEXT, at=5)
    assert WITNESS.verifier.verifies(TEXT.encode(), line.value)
    assert not WITNESS.verifier.verifies(TEXT.encode(), b"\xff" + line.value[1:])
    assert not WITNESS.verifier.verifies(TEXT.encode(), line.value[8:])


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80])
def test_every_flipped_byte_of_a_signed_head_is_noticed(bit: int) -> None:
    """Whichever byte of a cosigned head is altered, log and witness no longer both verify."""
    keys: list[note.NoteVerifier] = [LOG.verifier, WITNESS.verifier]
    assert note.verified_by(note.open_note(SIGNED, keys), keys) == 2
    for place in range(len(SIGNED)):
        altered = SIGNED[:place] + bytes([SIGNED[place] ^ bit]) + SIGNED[place + 1 :]
        try:
            assert note.verified_by(note.open_note(altered, keys), keys) < 2
        except ComityError:
            continue


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x80])
def test_every_flipped_byte_of_a_proof_is_refused(bit: int) -> None:
    """Whichever byte of a tlog-proof is altered, it is refused with one line."""
    leaf, witnesses = tlog.leaf_hash(b"a"), [WITNESS.verifier]
    tlog_proof.check_tlog_proof(PROOF, leaf, LOG.verifier, witnesses=witnesses, quorum=1)
    for place in range(len(PROOF)):
        altered = PROOF[:place] + bytes([PROOF[place] ^ bit]) + PROOF[place + 1 :]
        with pytest.raises(ComityError):
            tlog_proof.check_tlog_proof(altered, leaf, LOG.verifier, witnesses=witnesses, quorum=1)


def test_every_beginning_of_a_proof_is_refused() -> None:
    """A proof cut anywhere is refused."""
    for end in range(len(PROOF)):
        with pytest.raises(ComityError):
            tlog_proof.check_tlog_proof(
                PROOF[:end],
                tlog.leaf_hash(b"a"),
                LOG.verifier,
                witnesses=[WITNESS.verifier],
                quorum=1,
            )


_LINES = st.lists(
    st.sampled_from(
        ["c2sp.org/tlog-proof@v1", "index 0", "index 1", "", "extra AAAA", "1", "0", LOG.name,
         "A" * 43 + "=", "— log.example/uto " + "A" * 96, "— a AAAAAAAA", "x y", "\x00", "é"]
    ),
    max_size=14,
)  # fmt: skip


@given(st.one_of(st.binary(max_size=300), _LINES.map(lambda lines: "\n".join(lines).encode())))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Arbitrary bytes, and lines shuffled from real ones, end in a value or a ComityError."""
    for read in (
        lambda raw: note.open_note(raw, [LOG.verifier]),
        note.split_note,
        tlog_proof.parse_tlog_proof,
        lambda raw: checkpoint.parse_checkpoint(raw.decode(errors="replace")),
        lambda raw: note.parse_signature(raw.decode(errors="replace")),
        lambda raw: note.Verifier.parse(raw.decode(errors="replace")),
        lambda raw: WitnessVerifier.parse(raw.decode(errors="replace")),
        lambda raw: note.Signer.parse(raw.decode(errors="replace")),
    ):
        with contextlib.suppress(ComityError):
            read(data)


@given(
    st.text(alphabet=st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_reads_back(origin: str, size: int, root: bytes) -> None:
    """What is written as a checkpoint is read as the same checkpoint."""
    made = checkpoint.Checkpoint(origin, size, root)
    assert checkpoint.parse_checkpoint(checkpoint.format_checkpoint(made)) == made
