"""The law asked before anything leaves: two whole nodes, and laws that block, clash and change."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from comity.accord.agreement import Agreement, bind_agreement, parse_agreement
from comity.bureau import agreement, alert, alignment, lawbook, match, withheld
from comity.bureau.law import law_folder, read_files
from comity.bureau.node import Node
from comity.bureau.release import release
from comity.bureau.texts import texts_folder
from comity.errors import Malformed, NotFound, NotPermitted, Unverified
from comity.exchange import feed
from comity.law.pack import parse_pack
from comity.record import tables
from world import AGREEMENT, CLERK, DAY, GUARD, OTHER, World, draft, world

ROOT = Path(__file__).parent.parent
REASON = "assessed for this one case: the conditions are on file"
ALLOW = 'to      = ["third-country", "member-state-system"]\nallowed = true'
FORBID = ALLOW.replace("allowed = true", "allowed = false")
WAY_OUT = """
[[clause.way_out]]
cite     = "Data Act of Utopia (training) s. 2(2)"
text     = "one identified person, to bring that person home"
purposes = {0}
any      = ["the court has agreed", "the person has agreed"]
all      = ["a return decision is final"]
"""
ALL = ("border-check", "visa", "residence-permit", "return")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """Utopia and Arcadia; their training laws let everything of the agreement out."""
    with world(tmp_path) as made:
        yield made
        made.check()


def declare(two: World, node: Node, *changes: tuple[str, str]) -> lawbook.Declared:
    """A country changes its training law: signs the new text, and the other enters it."""
    folder = two.folder / "laws" / node.country.lower()
    folder.mkdir(parents=True, exist_ok=True)
    files = read_files(law_folder() / f"{node.country.lower()}.data")
    for name, text in files.items():
        for old, new in changes:
            assert any(old in one for one in files.values()), old
            text = text.replace(old, new)  # noqa: PLW2901
        (folder / name).write_text(text, "utf-8")
    signed = lawbook.sign(node, str(folder))
    other = two.qma if node is two.uto else two.uto
    return lawbook.trust(other, str(folder), signed)


def leaves(node: Node) -> int:
    """How many alerts and letters stand to go out of a node, or have gone."""
    with node.store.read() as conn:
        puts = select(func.count()).select_from(tables.feed).where(tables.feed.c.op == "put")
        waiting = tables.outbox.c.state != "held"
        letters = select(func.count()).select_from(tables.outbox).where(waiting)
        return int(conn.execute(puts).scalar_one() + conn.execute(letters).scalar_one())


def narrowed(node: Node, category: str) -> tuple[str, str]:
    """The change of a country's law that lets one category of alert out no more."""
    old = f'[[clause]]\nid      = "{node.country.lower()}.transfer"\n'
    clause = '[[clause]]\nid = "x.categories"\nkind = "categories"\ntext = "Not these."\n'
    clause += f'cite = "Data Act (training) s. 9"\nforbidden = ["{category}"]\n\n'
    return old, clause + old


def test_what_the_law_lets_out_goes(two: World) -> None:
    """The laws the training agreement names are asked, and are open for all it exchanges."""
    rulings = alignment.rulings(two.uto)
    assert {one.category for one in rulings} == set(_agreed().categories)
    assert all(one.open and one.giver == ("uto.data",) for one in rulings)
    made = two.issue()
    assert two.holds(two.qma, made.id)


def test_blocked_nothing_leaves_and_the_sender_is_told_why(two: World) -> None:
    """No row in the feed, no byte at the peer; the log and the issuer have the article."""
    declare(two, two.uto, (ALLOW, FORBID))
    before = two.uto.ledger.size()
    issued = alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(local_id="kept"))])[0]
    two.sync()
    assert (issued.offered, leaves(two.uto)) == (0, 0)
    assert not two.holds(two.qma, issued.alert.id)
    assert two.ask().state == "no-match"
    (why,) = issued.withheld
    assert (why.peer, why.state) == ("QMA", "BLOCKED")
    assert why.cite == "Data Act of Utopia (training) s. 2"
    entries = list(two.uto.ledger.entries(before, two.uto.ledger.size()))
    (entry,) = [one for one in entries if one.kind == "law:withheld"]
    assert entry.public["cite"] == why.cite
    assert "kept" not in str(entry.public)
    (kept,) = withheld.listing(two.uto)
    assert (kept.subject, kept.peer, kept.state) == (issued.alert.id, "QMA", "withheld")


def test_only_the_category_the_law_names_is_kept_back(two: World) -> None:
    """The gate is asked for each category: one alert stays, the other goes."""
    declare(two, two.uto, narrowed(two.uto, "entry-refusal-ban"))
    kept = two.issue()
    gone = two.issue(OTHER, category="entry-refusal-threat", basis="conviction", local_id="gone")
    assert not two.holds(two.qma, kept.id)
    assert two.holds(two.qma, gone.id)


def test_a_purpose_the_law_does_not_allow_is_blocked(two: World) -> None:
    """The agreement exchanges for visas too: a law without that purpose lets nothing out for it."""
    change = ('allowed = ["border-check", "visa", ', 'allowed = ["border-check", ')
    declare(two, two.uto, change)
    declare(two, two.qma, change)
    shut = {one.category for one in alignment.rulings(two.uto) if not one.open}
    assert "entry-refusal-ban" in shut
    assert "arrest" not in shut


def test_a_law_that_changes_on_a_day_opens_and_shuts_by_itself(two: World) -> None:
    """Blocked until the day; on it what was kept back goes; after it what went is withdrawn."""
    first, last = two.clock.now().date() + 2 * DAY, two.clock.now().date() + 4 * DAY
    days = f"in_force = [{first}, {last}]\n"
    declare(two, two.uto, (ALLOW, ALLOW + "\n" + days))
    made = two.issue()
    assert not two.holds(two.qma, made.id)
    two.clock.advance(2 * DAY)
    two.sync()
    two.sync()
    assert two.holds(two.qma, made.id)
    two.clock.advance(3 * DAY)
    two.sync()
    two.sync()
    assert not two.holds(two.qma, made.id)
    assert [one.subject for one in withheld.listing(two.uto)] == [made.id]


def test_no_page_is_served_by_the_law_of_yesterday(two: World) -> None:
    """The day turns between the round of the owner and the question of the peer: nothing goes."""
    last = two.clock.now().date()
    declare(two, two.uto, (ALLOW, ALLOW + f"\nin_force = [2020-01-01, {last}]\n"))
    made = alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft())])[0]
    assert made.offered == 1
    two.clock.advance(DAY)
    two.round(two.qma)
    assert not two.holds(two.qma, made.alert.id)


def test_a_withdrawal_passes_whatever_the_law_says(two: World) -> None:
    """The law shuts, and the copy goes too; a withdrawal is never asked about."""
    made = two.issue()
    two.to_uto.up = two.to_qma.up = False
    declare(two, two.uto, (ALLOW, FORBID))
    done = alert.withdraw(
        two.uto, CLERK, made.id, event="decision-withdrawn", reason="annulled on appeal"
    )
    assert done.told == ("QMA",)
    two.to_uto.up = two.to_qma.up = True
    two.sync()
    assert not two.holds(two.qma, made.id)
    assert withheld.listing(two.uto) == []


def test_what_was_kept_back_and_then_withdrawn_never_goes(two: World) -> None:
    """An alert that ends while the law keeps it back is forgotten there; no later law sends it."""
    declare(two, two.uto, (ALLOW, FORBID))
    made = two.issue()
    alert.withdraw(two.uto, CLERK, made.id, event="decision-withdrawn", reason="annulled on appeal")
    assert withheld.listing(two.uto) == []
    declare(two, two.uto)
    two.sync()
    two.sync()
    assert not two.holds(two.qma, made.id)
    assert leaves(two.uto) == 0


def test_a_new_version_that_may_not_go_takes_the_old_copy_with_it(two: World) -> None:
    """No holder keeps a version of which the law keeps back the next."""
    made = two.issue()
    declare(two, two.uto, (ALLOW, FORBID))
    alert.extend(
        two.uto, CLERK, made.id,
        until=made.expires + 300 * DAY, assessment="assessed anew: the ground still stands",
    )  # fmt: skip
    two.sync()
    assert not two.holds(two.qma, made.id)


def test_a_hit_the_law_keeps_back_is_told_once_it_lets_it_out(two: World) -> None:
    """The finder's law is asked: no letter is made, the officer is told why; later it goes once."""
    two.issue()
    declare(two, two.qma, narrowed(two.qma, "entry-refusal-ban"))
    done = two.hit()
    assert (done.state, done.message, leaves(two.qma)) == ("confirmed", "", 0)
    assert done.withheld is not None
    assert done.withheld.cite == "Data Act (training) s. 9"
    two.sync()
    assert match.hits(two.uto) == []
    declare(two, two.qma)
    two.sync()
    two.sync()
    assert len(match.hits(two.uto)) == 1
    assert withheld.listing(two.qma) == []


def test_a_letter_whose_law_changed_while_the_line_was_down_is_held(two: World) -> None:
    """Queued lawfully, not yet delivered, then shut: it stays; opened again: it goes, once."""
    two.issue()
    two.to_uto.up = False
    assert two.hit().message
    two.round(two.qma)
    declare(two, two.qma, narrowed(two.qma, "entry-refusal-ban"))
    two.to_uto.up = True
    two.round(two.qma)
    assert match.hits(two.uto) == []
    two.clock.advance(9 * DAY)
    declare(two, two.qma)
    two.round(two.qma)
    two.round(two.qma)
    assert len(match.hits(two.uto)) == 1


def test_the_way_out_lets_one_alert_out_and_no_other(two: World) -> None:
    """BLOCKED: only with every condition, in the words of the clause; the next alert stays."""
    purposes = str(list(ALL)).replace("'", '"')
    declare(two, two.uto, (ALLOW, FORBID + WAY_OUT.format(purposes)))
    made = two.issue()
    (kept,) = withheld.listing(two.uto)
    words = ("a return decision is final", "the court has agreed")
    with pytest.raises(NotPermitted, match="law-shut") as refused:
        release(two.uto, CLERK, kept.id, conditions=words[1:], reason=REASON)
    assert words[0] in refused.value.hint
    with pytest.raises(Malformed, match="release-condition"):
        release(two.uto, CLERK, kept.id, conditions=("it seems useful",), reason=REASON)
    with pytest.raises(NotPermitted, match="role-not-permitted"):
        release(two.uto, GUARD, kept.id, conditions=words, reason=REASON)
    with pytest.raises(Malformed, match="release-reason"):
        release(two.uto, CLERK, kept.id, conditions=words, reason="fine")
    release(two.uto, CLERK, kept.id, conditions=words, reason=REASON)
    two.sync()
    assert two.holds(two.qma, made.id)
    other = two.issue(OTHER, local_id="other")
    assert not two.holds(two.qma, other.id)
    declare(two, two.uto, (ALLOW, FORBID))
    two.sync()
    assert not two.holds(two.qma, made.id)


def test_a_way_out_for_another_purpose_is_no_way_out(two: World) -> None:
    """Where the agreement exchanges for border checks too, a way out for returns does not do."""
    declare(two, two.uto, (ALLOW, FORBID + WAY_OUT.format('["return"]')))
    two.issue()
    (kept,) = withheld.listing(two.uto)
    words = ("a return decision is final", "the court has agreed")
    with pytest.raises(NotPermitted, match="law-shut"):
        release(two.uto, CLERK, kept.id, conditions=words, reason=REASON)


def test_a_conflict_is_settled_by_a_person_for_one_case(two: World) -> None:
    """CONFLICT: the receiver must keep longer than the giver allows; an officer decides, once."""
    declare(two, two.qma, ('max  = "3 years"', 'min  = "10 years"'))
    made = two.issue()
    (kept,) = withheld.listing(two.uto)
    (why,) = alert.issue(two.uto, CLERK, [alert.draft(two.uto, draft(OTHER))])[0].withheld
    assert (why.state, [finding.kind for finding in why.shut_by]) == ("CONFLICT", ["keep"])
    with pytest.raises(Malformed, match="release-conflict"):
        release(two.uto, CLERK, kept.id, settle=("onward",), reason=REASON)
    release(two.uto, CLERK, kept.id, settle=("keep",), reason=REASON)
    two.sync()
    assert two.holds(two.qma, made.id)


def test_a_conflict_that_the_agreement_settles_does_not_shut(two: World) -> None:
    """The parties have signed how they resolve it: alerts go, in that direction alone."""
    settled = '[[law.settled]]\ngiver = "UTO"\nreceiver = "QMA"\nkind = "keep"\narticle = "1"\n'
    renew(two, f"{settled}\n[[article]]\n")
    declare(two, two.qma, ('max  = "3 years"', 'min  = "10 years"'))
    assert two.holds(two.qma, two.issue().id)


@pytest.mark.parametrize(("word", "goes"), [("open", True), ("shut", False)])
def test_a_giver_without_a_declared_law_follows_the_agreement(
    two: World,
    word: str,
    goes: bool,  # noqa: FBT001
) -> None:
    """Nobody has declared a law: the agreement says whether that is open or shut."""
    renew(two, "[[article]]\n", undeclared=word, named=False)
    assert two.holds(two.qma, two.issue().id) is goes


def test_a_country_that_declares_a_law_later_is_asked_from_then_on(two: World) -> None:
    """Undeclared and open; then Utopia signs a law that forbids: what went is withdrawn."""
    renew(two, "[[article]]\n", named=False)
    made = two.issue()
    assert two.holds(two.qma, made.id)
    declare(two, two.uto, (ALLOW, FORBID))
    two.sync()
    two.sync()
    assert not two.holds(two.qma, made.id)


def test_a_receiver_that_declares_nothing_is_a_third_country(two: World) -> None:
    """A law that forbids third countries forbids the one whose law nobody knows."""
    renew(two, "[[article]]\n", named=False)
    declare(two, two.uto, (ALLOW, 'to      = ["third-country"]\nallowed = false'))
    assert not two.holds(two.qma, two.issue().id)


def test_an_agreement_that_names_a_law_without_its_text_is_not_signed(two: World) -> None:
    """The text is not here, or is another than the hash says: nobody signs or adopts that."""
    text = _text()
    digest = parse_pack(read_files(law_folder() / "uto.data")).hash
    for old, new, code in (
        ('law = "uto.data"', 'law = "uto.nowhere"', "law-pack-missing"),
        (digest, "0" * 64, "law-pack-other"),
    ):
        other = agreement.Text(text.data.replace(digest, "1" * 64).replace(old, new), text.policy)
        if code == "law-pack-other":
            other = agreement.Text(text.data.replace(old, new), text.policy)
        with pytest.raises((NotFound, Unverified), match=code):
            agreement.sign(two.uto, other)


def test_only_a_joined_country_declares_its_law(two: World) -> None:
    """A note of another text, of nobody, or no note at all is refused; nothing is entered."""
    folder = str(law_folder() / "qma.data")
    ours = lawbook.sign(two.uto, str(law_folder() / "uto.data"))
    before = lawbook.book(two.uto)
    for signature in (ours, b"", b"garbage\n", ours.replace(b"UTO", b"QMA"), b"x" * 100_000):
        with pytest.raises((Unverified, Malformed)):
            lawbook.trust(two.uto, folder, signature)
    assert lawbook.book(two.uto) == before


def test_a_newer_text_takes_the_place_of_the_older(two: World) -> None:
    """One text of a law speaks; the older is kept, since acts were done under it."""
    first = declare(two, two.uto)
    second = declare(two, two.uto, (ALLOW, FORBID))
    spoken = [one for one in lawbook.book(two.qma) if one.country == "UTO"]
    assert [one.hash for one in spoken] == [second.hash]
    assert lawbook.signers(two.qma, first.hash) == ("UTO",)
    assert lawbook.signers(two.qma, "0" * 64) == ()


def test_the_log_and_the_rows_hold_after_a_restart(two: World) -> None:
    """What is kept back stays kept back when the node stops and starts."""
    declare(two, two.uto, (ALLOW, FORBID))
    made = two.issue()
    two.reopen()
    two.sync()
    assert not two.holds(two.qma, made.id)
    declare(two, two.uto)
    two.sync()
    two.sync()
    assert two.holds(two.qma, made.id)


def test_many_alerts_move_between_feed_and_what_is_kept_back(two: World) -> None:
    """More than one chunk shuts and opens whole: none is lost, none is left."""
    alerts = [alert.draft(two.uto, draft(local_id=f"n{n}")) for n in range(1100)]
    alert.issue(two.uto, CLERK, alerts)
    for changes, expected in (((narrowed(two.uto, "entry-refusal-ban"),), 0), ((), 1100)):
        declare(two, two.uto, *changes)
        alignment.align_all(two.uto)
        with two.uto.store.read() as conn:
            live = feed.live(conn, agreement=AGREEMENT, peer="QMA")
        assert len(live) == expected
        assert sum(withheld.counts(two.uto).values()) == 1100 - expected


def test_the_gate_holds_on_the_larger_store_too(tmp_path: Path) -> None:
    """PostgreSQL: an alert and a hit are kept back, listed, and go when the law lets them out."""
    with world(tmp_path, kind="postgresql") as two:
        declare(two, two.uto, (ALLOW, FORBID))
        made = two.issue()
        assert not two.holds(two.qma, made.id)
        declare(two, two.uto)
        two.sync()
        two.sync()
        assert two.holds(two.qma, made.id)
        declare(two, two.qma, narrowed(two.qma, "entry-refusal-ban"))
        assert two.hit().message == ""
        assert [one.kind for one in withheld.listing(two.qma)] == ["hit"]
        declare(two, two.qma)
        two.sync()
        assert len(match.hits(two.uto)) == 1
        two.check()


def test_every_way_out_of_the_node_goes_through_the_gate() -> None:
    """Only these modules put anything into a feed or the outbox, and each asks the law first."""
    found = set()
    for path in sorted((ROOT / "src" / "comity").rglob("*.py")):
        if path.parent.name == "exchange":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                base = node.func.value
                name = base.id if isinstance(base, ast.Name) else ""
                if (name, node.func.attr) in {
                    ("feed", "append"), ("feed", "append_many"), ("outbox", "queue"),
                }:  # fmt: skip
                    found.add(path.relative_to(ROOT / "src" / "comity").as_posix())
    assert found == {"bureau/alignment.py", "bureau/letters.py", "bureau/offer.py"}


def renew(
    two: World, before_articles: str, *, undeclared: str = "open", named: bool = True
) -> None:
    """Both suspend the agreement, and sign and adopt it anew with other words on the law."""
    text = _text()
    head, rest = text.data.split("[[article]]\n", 1)
    if not named:
        head = head.split("[law]")[0] + f'[law]\nundeclared = "{undeclared}"\n\n'
    data = bind_agreement(head + before_articles + rest, text.policy, two.uto.constitution)
    fresh = agreement.Text(data, text.policy)
    for node in two.nodes:
        agreement.suspend(node, AGREEMENT, reason="renegotiated")
    signatures = [agreement.sign(node, fresh) for node in two.nodes]
    for node in two.nodes:
        agreement.adopt(node, fresh, signatures)


def _text() -> agreement.Text:
    return agreement.read_folder(texts_folder() / "agreements" / AGREEMENT)


def _agreed() -> Agreement:
    text = _text()
    return parse_agreement(text.data, text.policy)
