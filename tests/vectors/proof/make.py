"""Write the vectors of the proof formats: one failure in each file, named by it.

A file holds ``expect: ok`` or ``expect: <code>``, an empty line, and the bytes. Public examples
(C2SP, Go's sumdb) are keyed in as facts; the rest is derived from fixed test keys, so that running
this again changes nothing.

    python tests/vectors/proof/make.py
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from comity.proof import checkpoint, note, tlog, tlog_proof
from comity.proof.commitment import commit
from comity.proof.cosignature import WitnessSigner
from comity.proof.evidence import Piece, format_evidence

HERE = Path(__file__).parent
LOG = note.Signer("log.example/uto", b"\x01" * 32)
OTHER = note.Signer("log.example/uto", b"\x02" * 32)
WITNESSES = [WitnessSigner(f"witness.example/w{i}", bytes([16 + i]) * 32) for i in range(3)]
SALT, PERSONAL = b"\x07" * 32, b'{"name":"ERIKSSON"}'
LAW = "Article 1. Be just.\n"
LEAF = (
    '{"commitment":"' + commit(SALT, PERSONAL).hex() + '","kind":"check:asked","public":{"policy":"'
    + hashlib.sha256(LAW.encode()).hexdigest() + '"},"time":"2026-11-23T08:00Z","v":1}'
).encode()  # fmt: skip
LEAVES = [LEAF, *(b'{"kind":"x","public":{"n":%d},"time":"","v":1}' % n for n in range(1, 7))]
PETER = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
SUMDB = (
    "go.sum database tree\n49189689\nftjbAOzaupaIvaPo/G+Dk63nxOZ2s1OPOKIaPtXs7S4=\n"
    "\n"
    "— sum.golang.org Az3grlKZssqRoMNPpZfKt0TphbbcF+pzXqElURJKRNFKfaUAgqeI5k2AORH0QAhg/ebRwyIqD/"
    "OqP4oLtLnNumvOBAM=\n"
)


def put(kind: str, name: str, expect: str, content: bytes | str) -> None:
    """Write one vector."""
    raw = content.encode() if isinstance(content, str) else content
    (HERE / kind).mkdir(exist_ok=True)
    (HERE / kind / f"{name}.txt").write_bytes(f"expect: {expect}\n\n".encode() + raw)


def signed(signer: note.Signer = LOG, witnesses: int = 2, origin: str = LOG.name) -> bytes:
    """The signed head of LEAVES."""
    hashes = [tlog.leaf_hash(leaf) for leaf in LEAVES]
    text = checkpoint.format_checkpoint(
        checkpoint.Checkpoint(origin, len(LEAVES), tlog.root(hashes))
    )
    lines = [witness.cosign(text, at=1_700_000_000) for witness in WITNESSES[:witnesses]]
    return note.sign_note(text, [signer], others=lines)


def proof(index: int = 0, head: bytes | None = None) -> bytes:
    """The proof of LEAVES[index]."""
    nodes = tlog.Frontier().grow(tlog.leaf_hash(leaf) for leaf in LEAVES)[1]
    held = {(level, place): node for level, place, node in nodes}
    path = tlog.prove_inclusion(index, len(LEAVES), lambda level, place: held[level, place])
    return tlog_proof.format_tlog_proof(
        tlog_proof.TlogProof(index, tuple(path), signed() if head is None else head)
    )


def make_notes() -> None:
    """Signed notes; the key is PeterNeumann's of Go's documentation."""
    text, line = PETER.rsplit("\n\n", 1)
    stranger = note.Signature("stranger", b"\0\0\0\0", b"1" * 64).line()
    put("note", "published-example", "ok", PETER)
    put("note", "unknown-signature-beside", "ok", PETER + stranger)
    put("note", "only-unknown-signature", "note-unsigned", f"{text}\n\n{stranger}")
    put("note", "text-altered", "note-signature", PETER.replace("answer", "anwser"))
    put("note", "signature-altered", "note-signature", PETER.replace("x08go/ZJ", "x08go/ZK"))
    put("note", "key-id-altered", "note-unsigned", PETER.replace("x08g", "y08g"))
    put("note", "name-altered", "note-unsigned", PETER.replace("PeterN", "PetraN"))
    put("note", "no-final-newline", "note-form", PETER[:-1])
    put("note", "no-empty-line", "note-form", PETER.replace("\n\n", "\n"))
    put("note", "no-signature-line", "note-signature-count", f"{text}\n\n")
    put("note", "signatures-101", "note-signature-count", PETER + stranger * 100)
    put("note", "carriage-return", "note-text", PETER.replace("problem,\n", "problem,\r\n"))
    put("note", "control-character", "note-text", PETER.replace("If", "\x01If"))
    put("note", "not-utf8", "note-not-utf8", PETER.encode().replace(b"If", b"\xff"))
    put("note", "hyphen-for-dash", "note-signature-line", PETER.replace("— ", "- "))
    put("note", "two-spaces", "note-signature-line", PETER.replace("— P", "—  P"))
    put("note", "base64-unpadded", "note-signature-line", PETER.replace("nAM=", "nAM"))
    put("note", "base64-loose-bits", "note-signature-line", PETER.replace("nAM=", "nAN="))
    put("note", "base64-newline-inside", "note-signature-line", PETER.replace("UG/S", "UG\n/S"))
    put(
        "note", "signature-too-short", "note-signature-line", f"{text}\n\n— PeterNeumann x08goA==\n"
    )
    put("note", "plus-in-name", "note-key-name", PETER.replace("PeterN", "Peter+N"))
    put("note", "trailing-empty-line", "note-signature-count", PETER + "\n")
    put("note", "empty", "note-form", "")
    assert line.startswith("— PeterNeumann")


def make_checkpoints() -> None:
    """Texts of checkpoints."""
    text, _ = note.split_note(SUMDB.encode())
    put("checkpoint", "published-sumdb", "ok", text)
    put("checkpoint", "extension", "ok", f"{text}extension\n")
    put("checkpoint", "empty-tree", "ok", text.replace("49189689", "0"))
    put("checkpoint", "largest", "ok", text.replace("49189689", str(2**63 - 1)))
    put("checkpoint", "size-leading-zero", "checkpoint-size", text.replace("491", "0491"))
    put("checkpoint", "size-signed", "checkpoint-size", text.replace("491", "+491"))
    put("checkpoint", "size-negative", "checkpoint-size", text.replace("491", "-491"))
    put("checkpoint", "size-too-large", "checkpoint-size", text.replace("49189689", str(2**63)))
    put("checkpoint", "size-not-ascii", "checkpoint-size", text.replace("49189689", "４９"))
    put("checkpoint", "size-hexadecimal", "checkpoint-size", text.replace("49189689", "0x2f"))
    put("checkpoint", "size-superscript", "checkpoint-size", text.replace("49189689", "4²"))
    put("checkpoint", "root-short", "checkpoint-root", text.replace("ftjbAOza", "ftjb"))
    put("checkpoint", "root-unpadded", "checkpoint-root", text.replace("7S4=", "7S4"))
    put("checkpoint", "root-loose-bits", "checkpoint-root", text.replace("7S4=", "7S5="))
    put("checkpoint", "no-final-newline", "checkpoint-form", text[:-1])
    put("checkpoint", "no-root-line", "checkpoint-form", "\n".join(text.split("\n")[:2]) + "\n")
    put("checkpoint", "empty-origin", "checkpoint-form", text.replace("go.sum database tree", ""))
    put("checkpoint", "empty-extension", "checkpoint-form", f"{text}\n")
    put("checkpoint", "empty", "checkpoint-form", "")


def make_proofs() -> None:
    """Proofs of LEAVES[0], checked with LOG's key and a quorum of two of WITNESSES."""
    good = proof().decode()
    path = good.split("\n")[2:4]
    put("tlog-proof", "good", "ok", good)
    put("tlog-proof", "extra", "ok", good.replace("\nindex", "\nextra AAAA\nindex"))
    put("tlog-proof", "wrong-version", "tlog-proof-form", good.replace("@v1", "@v2"))
    put("tlog-proof", "index-of-another", "inclusion-root", good.replace("index 0", "index 1"))
    put("tlog-proof", "index-outside", "inclusion-index", good.replace("index 0", "index 7"))
    put("tlog-proof", "index-padded", "tlog-proof-index", good.replace("index 0", "index 00"))
    put("tlog-proof", "index-missing", "tlog-proof-index", good.replace("index 0\n", ""))
    put("tlog-proof", "path-short", "inclusion-root", good.replace(path[0] + "\n", ""))
    put("tlog-proof", "path-long", "inclusion-length", good.replace(path[0], "\n".join(path)))
    put("tlog-proof", "path-swapped", "inclusion-root",
        good.replace("\n".join(path), "\n".join(path[::-1])))  # fmt: skip
    put("tlog-proof", "path-64", "tlog-proof-path", good.replace(path[0], "\n".join(path * 32)))
    put("tlog-proof", "path-not-base64", "tlog-proof-path", good.replace(path[0][:4], "????"))
    put("tlog-proof", "path-short-hash", "tlog-proof-path", good.replace(path[0], "AAAA"))
    put("tlog-proof", "extra-empty", "tlog-proof-not-canonical",
        good.replace("\nindex", "\nextra \nindex"))  # fmt: skip
    put("tlog-proof", "extra-not-base64", "tlog-proof-extra",
        good.replace("\nindex", "\nextra ?\nindex"))  # fmt: skip
    put("tlog-proof", "not-utf8", "tlog-proof-not-utf8", good.encode().replace(b"@v1", b"\xff"))
    put("tlog-proof", "no-checkpoint", "note-form", good.split("\n\n", maxsplit=1)[0] + "\n\n")
    put("tlog-proof", "one-witness", "tlog-proof-quorum", proof(head=signed(witnesses=1)))
    put("tlog-proof", "another-key", "tlog-proof-log", proof(head=signed(OTHER)))
    put(
        "tlog-proof", "another-origin", "tlog-proof-log", proof(head=signed(origin="log.example/x"))
    )
    put("tlog-proof", "witness-line-altered", "note-signature", good[:-6] + "AAA==\n"
        if good.endswith("==\n") else good[:-6] + "AAAA=\n")  # fmt: skip
    put("tlog-proof", "empty", "tlog-proof-form", "")


def make_json() -> None:
    """JSON texts read by ``parse_canonical`` with a limit of 1,000 bytes."""
    for name, expect, text in (
        ("canonical", "ok", '{"a":[1,true,null,"é"],"b":-1}'),
        ("rfc8785-numbers", "ok", "[333333333.3333333,1e+30,4.5,0.002,1e-27]"),
        ("space", "json-not-canonical", '{"a": 1}'),
        ("keys-unsorted", "json-not-canonical", '{"b":1,"a":1}'),
        ("needless-escape", "json-not-canonical", r'"\u0061"'),
        ("number-with-zero", "json-not-canonical", "1.0"),
        ("minus-zero", "json-not-canonical", "-0"),
        ("duplicate-key", "json-duplicate-key", '{"a":1,"a":1}'),
        ("duplicate-key-escaped", "json-duplicate-key", r'{"a":1,"\u0061":1}'),
        ("nan", "json-not-a-number", "NaN"),
        ("infinity", "json-not-a-number", "[-Infinity]"),
        ("integer-too-large", "json-number-range", "9007199254740992"),
        ("float-too-large", "json-number-range", "1e999"),
        ("lone-surrogate", "json-not-canonicalisable", r'"\ud800"'),
        ("depth-33", "json-too-deep", "[" * 33 + "]" * 33),
        ("depth-32", "ok", "[" * 32 + "]" * 32),
        ("brackets-in-text", "ok", '"' + "[" * 100 + '"'),
        ("depth-behind-text", "json-too-deep", '["\\"",' + "[" * 33 + "]" * 34),
        ("two-values", "json-syntax", "1 2"),
        ("cut-short", "json-syntax", '{"a":'),
        ("control-character", "json-syntax", '"\x01"'),
        ("byte-order-mark", "json-syntax", "\ufeff1"),
        ("too-large", "json-too-large", '"' + "a" * 999 + '"'),
        ("empty", "json-syntax", ""),
    ):
        put("json", name, expect, text)
    put("json", "not-utf8", "json-not-utf8", b'"\xff"')


def evidence(**changes: object) -> bytes:
    """Evidence about two entries, with top fields changed and sealed again."""
    pieces = [Piece(LEAVES[0], proof(), (SALT, PERSONAL)), Piece(LEAVES[3], proof(3))]
    witnesses = [witness.verifier for witness in WITNESSES]
    good = format_evidence(pieces, LOG, witnesses=witnesses, quorum=2, claims=[("law", LAW)])
    return reseal(json.loads(good) | changes) if changes else good


def reseal(body: dict[str, object]) -> bytes:
    """Seal a body anew, as a node that lies would."""

    def encode(value: dict[str, object]) -> str:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    rest = {name: value for name, value in body.items() if name != "seal"}
    digest = hashlib.sha256(encode(rest).encode()).hexdigest()
    text = f"comity-evidence/v1\n{digest}\n"
    return encode(rest | {"seal": note.sign_note(text, [LOG]).decode()}).encode()


def make_evidence() -> None:
    """Files of evidence, verified with every key of it trusted."""
    good = evidence()
    body = json.loads(good)
    first, second = body["entries"]
    claim = body["claims"][0]
    put("evidence", "good", "ok", good)
    put("evidence", "spaced", "json-not-canonical", good.replace(b'","', b'", "', 1))
    put("evidence", "no-entries", "evidence-form", evidence(entries=[]))
    put("evidence", "unknown-field", "evidence-form", evidence(surprise=1))
    put("evidence", "other-format", "evidence-form", evidence(format="comity-evidence/v2"))
    put("evidence", "quorum-negative", "evidence-form", evidence(quorum=-1))
    put("evidence", "quorum-text", "evidence-form", evidence(quorum="2"))
    put("evidence", "quorum-three", "tlog-proof-quorum", evidence(quorum=3))
    put("evidence", "witness-twice", "evidence-form", evidence(witnesses=body["witnesses"][:1] * 2))
    put("evidence", "witness-number", "evidence-form", evidence(witnesses=[1]))
    put("evidence", "witness-key-altered", "note-vkey-id",
        evidence(witnesses=[body["witnesses"][0].replace("w0", "w9")]))  # fmt: skip
    put("evidence", "log-untrusted", "evidence-log-untrusted", evidence(log=OTHER.verifier.vkey))
    put("evidence", "entry-twice", "evidence-index", evidence(entries=[first, first]))
    put("evidence", "index-wrong", "evidence-index", evidence(entries=[first | {"index": 2}]))
    put("evidence", "leaf-of-another", "inclusion-root",
        evidence(entries=[first | {"leaf": second["leaf"]}]))  # fmt: skip
    put("evidence", "leaf-altered", "inclusion-root",
        evidence(entries=[first | {"leaf": base64.b64encode(LEAF.replace(b"asked", b"ASKED")).decode()}]))  # fmt: skip  # noqa: E501
    put("evidence", "personal-altered", "evidence-commitment", evidence(entries=[
        first | {"opened": first["opened"] | {"personal": base64.b64encode(b"{}").decode()}}
    ]))  # fmt: skip
    put("evidence", "salt-altered", "evidence-commitment", evidence(entries=[
        first | {"opened": first["opened"] | {"salt": base64.b64encode(b"\x08" * 32).decode()}}
    ]))  # fmt: skip
    put("evidence", "opened-without-commitment", "evidence-commitment",
        evidence(entries=[first, second | {"opened": first["opened"]}]))  # fmt: skip
    put(
        "evidence",
        "claim-altered",
        "evidence-claim",
        evidence(claims=[claim | {"text": "Other.\n"}]),
    )
    put("evidence", "claim-unbound", "evidence-claim-unbound", evidence(claims=[
        {"name": "law", "text": "x", "sha256": hashlib.sha256(b"x").hexdigest()}
    ]))  # fmt: skip
    put("evidence", "seal-of-another-file", "evidence-seal",
        good.replace(json.dumps(body["seal"], ensure_ascii=False).encode(),
                     json.dumps(json.loads(evidence(quorum=1))["seal"], ensure_ascii=False).encode()))  # fmt: skip  # noqa: E501
    put("evidence", "empty", "json-syntax", b"")


def main() -> None:
    """Write them all."""
    make_notes()
    make_checkpoints()
    make_proofs()
    make_json()
    make_evidence()


if __name__ == "__main__":
    main()
