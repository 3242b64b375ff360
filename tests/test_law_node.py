"""A node's law by commands: sign, trust, gate, release; who signed, on an annex and in a list."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from comity.api.machines import machine_app
from comity.bureau import lawbook, officer
from comity.bureau.law import law_folder
from comity.cli.main import comity
from comity.errors import Malformed, Unverified
from comity.law.pack import MAX_CLAUSES, parse_pack
from world import TRAINED, World, draft, world

REASON = "assessed for this one case: the conditions are on file"
CONDITION = "the minister has agreed in writing"
FORBIDDEN = f"""
[[clause]]
id      = "uto.ban"
kind    = "transfer"
cite    = "Data Act of Utopia (training) s. 8"
text    = "Nothing is given to a third country without the minister."
to      = ["third-country"]
allowed = false
[[clause.way_out]]
cite = "Data Act of Utopia (training) s. 8(2)"
text = "with the minister's agreement"
all  = ["{CONDITION}"]
"""


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Two nodes, and beside them the law of Utopia with a clause that forbids."""
    with world(tmp_path) as made:
        shutil.copytree(law_folder() / "uto.data", tmp_path / "narrow")
        with (tmp_path / "narrow" / "clauses.toml").open("a", encoding="utf-8") as file:
            file.write(FORBIDDEN)
        yield made
        made.check()


def run(two: World, country: str, *words: str, ok: int = 0) -> Any:
    """One command of ``comity law`` in a node's folder; what it prints as JSON."""
    done = plain(two, country, *words, "--json")
    assert done.exit_code == ok, done.output + repr(done.exception)
    return json.loads(done.stdout)


def plain(two: World, country: str, *words: str) -> Result:
    """The same, for people."""
    return CliRunner().invoke(comity, ["law", *words, "--home", str(two.folder / country)])


def test_sign_trust_gate_release(two: World) -> None:
    """The whole way by commands: signed, trusted, kept back, listed with the way out, released."""
    narrow, note = str(two.folder / "narrow"), str(two.folder / "narrow.signature")
    assert all(one["state"] == "OPEN" for one in run(two, "UTO", "gate")["rulings"])
    run(two, "UTO", "sign", narrow, "-o", note)
    trusted = run(two, "QMA", "trust", narrow, note)
    assert (trusted["country"], trusted["law"]) == ("UTO", "uto.data")
    made = two.issue()
    said = run(two, "UTO", "gate", ok=1)
    assert {one["state"] for one in said["rulings"]} == {"BLOCKED"}
    (kept,) = said["withheld"]
    assert kept["subject"] == made.id
    words = plain(two, "UTO", "gate").stdout
    assert "Data Act of Utopia (training) s. 8" in words
    assert CONDITION in words
    told = ("--reason", REASON, "--as", "clerk")
    run(two, "UTO", "release", kept["id"], "--established", CONDITION, *told)
    two.sync()
    assert two.holds(two.qma, made.id)
    assert [one["state"] for one in run(two, "UTO", "gate")["withheld"]] == ["released"]


def test_who_signed_stands_in_the_list_and_on_the_annex(two: World) -> None:
    """Signer or "not signed" where a node is asked; "not looked up" where none is."""
    run(two, "UTO", "sign", "uto.data", "-o", str(two.folder / "note"))
    signed = {one["law"]: one["signed_by"] for one in run(two, "UTO", "packs")}
    assert signed["uto.data"] == ["UTO"]
    assert signed["eu.short-stay"] == []
    assert "not signed" in plain(two, "UTO", "packs").stdout
    asked = ("ask", "--pack", "eu.short-stay", "--on", "2026-11-23", "--for", "court")
    assert "signed   not signed" in plain(two, "UTO", *asked, "nationality=SRB").stdout
    run(two, "UTO", "sign", "eu.short-stay", "-o", str(two.folder / "other"))
    assert "signed   by UTO" in plain(two, "UTO", *asked, "nationality=SRB").stdout
    assert run(two, "UTO", *asked, "nationality=SRB")["signed_by"] == ["UTO"]
    alone = CliRunner().invoke(comity, ["law", *asked, "nationality=SRB"]).stdout
    assert "signed   not looked up: no node was asked" in alone


def test_systems_at_home_see_and_release(two: World) -> None:
    """The API tells the sender why at once, lists what is kept back, lets an officer release."""
    lawbook.sign(two.uto, str(two.folder / "narrow"))
    bureau = officer.Officer("chief", "Lavinia Thorpewick", "bureau", "bureau", TRAINED)
    code = officer.register(two.uto, bureau)
    with TestClient(machine_app(two.uto)) as client:
        token = client.post("/session", json={"officer": "chief", "code": code}).json()["token"]
        headers = {"authorization": f"Bearer {token}"}
        made = client.post("/alerts", json=draft(), headers=headers).json()
        assert made["offered"] == 0
        assert made["withheld"][0]["state"] == "BLOCKED"
        assert made["withheld"][0]["findings"][0]["way_out"][0]["all"] == [CONDITION]
        (kept,) = client.get("/law/gate", headers=headers).json()["withheld"]
        body = {"established": [CONDITION], "reason": REASON}
        early = client.post(f"/law/release/{kept['id']}", json={"reason": REASON}, headers=headers)
        assert (early.status_code, early.json()["code"]) == (403, "law-shut")
        done = client.post(f"/law/release/{kept['id']}", json=body, headers=headers)
        assert done.json()["to"] == "QMA"
        again = client.post(f"/law/release/{kept['id']}", json=body, headers=headers)
        assert (again.status_code, again.json()["code"]) == (409, "release-done")
        court = {"pack": "eu.short-stay", "on": "2026-11-23", "court": True}
        assert client.post("/law/ask", json=court).json()["signed_by"] == []
    two.sync()
    assert two.holds(two.qma, made["alert"])


def test_a_note_that_is_no_signature_enters_nothing(two: World) -> None:
    """Any bytes, or a true note with some changed: one clear error, and the book as before."""
    folder = str(law_folder() / "qma.data")
    true = lawbook.sign(two.qma, folder)
    before = lawbook.book(two.uto)
    changed = st.builds(
        lambda at, byte: true[:at] + bytes([byte]) + true[at + 1 :],
        st.integers(0, len(true) - 1), st.integers(0, 255),
    ).filter(lambda data: data != true)  # fmt: skip

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=200) | changed)
    def refused(data: bytes) -> None:
        with pytest.raises((Unverified, Malformed)):
            lawbook.trust(two.uto, folder, data)

    refused()
    assert lawbook.book(two.uto) == before
    assert lawbook.trust(two.uto, folder, true).country == "QMA"


def test_a_text_changed_after_it_was_signed_is_refused(two: World) -> None:
    """The note is over the hash of every file: one word more, and it is another law."""
    true = lawbook.sign(two.uto, str(two.folder / "narrow"))
    with (two.folder / "narrow" / "clauses.toml").open("a", encoding="utf-8") as file:
        file.write("# one word more\n")
    with pytest.raises(Unverified, match="law-unsigned"):
        lawbook.trust(two.qma, str(two.folder / "narrow"), true)


def test_a_law_has_no_more_clauses_than_can_be_held_against_another() -> None:
    """Each clause is held against each of the other law: their number is bounded by the format."""
    head = 'law = "x.data"\ntitle = "t"\nstatus = "s"\n'
    clause = '[[clause]]\nid = "c{0}"\nkind = "keep"\ncite = "c"\ntext = "t"\nmax = "1 year"\n'
    whole = head + "".join(clause.format(n) for n in range(MAX_CLAUSES))
    assert len(parse_pack({"pack.toml": whole}).clauses) == MAX_CLAUSES
    with pytest.raises(Malformed, match="law-too-large"):
        parse_pack({"pack.toml": whole + clause.format("x")})
