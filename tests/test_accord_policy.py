"""What may be asked, seen and sent; what no agreement opens; what a fault does."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, TypeVar

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import accord_examples as examples
import accord_oracle as oracle
from accord_examples import ON, QUESTION, RECORD
from comity.accord.days import only_against_today
from comity.accord.engine import (
    Engine,
    agreement_entity,
    circumstances,
    question_entities,
    record_entity,
    request,
)
from comity.accord.policy import Policy
from comity.accord.question import Asker, Question, RecordFacts, Subject
from comity.errors import Malformed, Unverified
from comity.terms.authority import AUTHORITY_KINDS
from comity.terms.category import CATEGORIES
from comity.terms.field_group import FIELD_GROUPS
from comity.terms.purpose import PURPOSES

POLICY = examples.policy()
OPEN = examples.permissive()

WIDEST = (
    examples.AGREEMENT.replace(
        'purposes = ["border-check", "visa", "residence-permit", "return"]',
        f"purposes = {json.dumps(list(PURPOSES))}",
        1,
    )
    .replace(
        '"return", "entry-refusal-threat", "entry-refusal-ban", "travel-ban",\n'
        '  "arrest", "missing-protect", "child-travel-harm", "object",\n]\nclearance',
        f"{json.dumps(list(CATEGORIES))[1:-1]},\n]\nclearance",
        1,
    )
    .replace(
        'return = "strong"',
        "\n".join(
            ['return = "strong"']
            + [f'{p} = "strong"' for p in ("police-check", "asylum-security-check", "supervision")]
        ),
        1,
    )
)
WIDEST_OPEN = examples.permissive(WIDEST)
WHOLE = Engine(
    f"{examples.CONSTITUTION}\n{examples.POLICY}",
    examples.SCHEMA,
    [agreement_entity(POLICY.agreement)],
)

Value = TypeVar("Value")


def mostly(value: Value, other: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    """Give ``value`` in six of seven cases, so that a good part of the questions is lawful."""
    return st.integers(0, 6).flatmap(lambda n: other if n == 0 else st.just(value))


countries = st.sampled_from(["UTO", "QMA", "QZZ"])
origins = st.lists(countries, max_size=2, unique=True).map(tuple)
later = st.sampled_from([ON - datetime.timedelta(1), ON, ON + datetime.timedelta(400)])
rarely = mostly(value=False, other=st.booleans())
askers = st.builds(
    Asker,
    country=mostly("UTO", countries),
    authority=mostly("border-guard", st.sampled_from(list(AUTHORITY_KINDS))),
    officer=mostly("5f1c0a77", st.just(" ")),
    role=mostly("bureau", st.sampled_from(["first-line", ""])),
    trained_until=mostly(datetime.date(2028, 6, 1), later),
    clearance=mostly(2, st.integers(0, 3)),
)
subjects = st.builds(
    Subject, protected=st.booleans(), origins=origins, origins_known=st.booleans(),
    minor=mostly(value=False, other=st.sampled_from([True, None])),
)  # fmt: skip
questions = st.builds(
    Question,
    agreement=st.just("training-entry"),
    article=mostly("2", st.sampled_from(["3", "4", "5", "9"])),
    purpose=mostly("border-check", st.sampled_from(list(PURPOSES))),
    asker=askers,
    reference=mostly("case-9", st.just(" ")),
    subject=subjects,
    towards=mostly("QMA", countries),
    onward_to=mostly((), origins),
    second_officer=st.sampled_from(["", "5f1c0a77", "c0ffee01", "c0ffee01"]),
    subjects=mostly(1, st.just(2)),
    standing=rarely,
)
records = st.builds(
    RecordFacts,
    owner=mostly("QMA", countries),
    category=mostly("missing-protect", st.sampled_from(list(CATEGORIES))),
    state=mostly("active", st.just("withdrawn")),
    expires=mostly(datetime.date(2028, 6, 1), later),
    protected=st.booleans(),
    origins=origins,
    origins_known=st.booleans(),
    minor=rarely,
    contested=rarely,
    erased=rarely,
    flagged=rarely,
    decided=mostly(value=True, other=st.booleans()),
    final_judgment=rarely,
    possible_victim=rarely,
)
moments = mostly(ON, st.sampled_from([datetime.date(2025, 12, 31), datetime.date(2028, 2, 1)]))
GROUPS = tuple(FIELD_GROUPS)


def test_questions_of_this_file_are_often_lawful() -> None:
    """The generators give permits and refusals, so that equality with the oracle says much."""
    found: list[bool] = []

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(questions, records)
    def collect(question: Question, record: RecordFacts) -> None:
        found.append(WIDEST_OPEN.may_see(question, record, ("identity",), ON)[0].permitted)

    collect()
    assert 10 < sum(found) < len(found) - 10


@settings(max_examples=300, deadline=None)
@given(questions, moments)
def test_r05_widest_agreement_never_asks_what_is_forbidden(
    question: Question, on: datetime.date
) -> None:
    """Under an agreement that permits everything, exactly the constitution decides on asking."""
    decision = WIDEST_OPEN.may_ask(question, on)
    assert decision.errors == ()
    forbidden = oracle.breaks_ask(question, WIDEST_OPEN.agreement, on)
    assert decision.permitted == (not forbidden), decision.rule


@settings(max_examples=300, deadline=None)
@given(questions, records, moments)
def test_r05_widest_agreement_never_shows_what_is_forbidden(
    question: Question, record: RecordFacts, on: datetime.date
) -> None:
    """Under an agreement that permits everything, exactly the constitution decides on seeing."""
    question = replace(question, towards=record.owner)
    for group, decision in zip(
        GROUPS, WIDEST_OPEN.may_see(question, record, GROUPS, on), strict=True
    ):
        assert decision.errors == ()
        wrong = oracle.breaks_see(question, record, group, WIDEST_OPEN.agreement, on)
        assert decision.permitted == (not wrong), (group, decision.rule)


@settings(max_examples=300, deadline=None)
@given(countries, records, moments)
def test_r06_widest_agreement_never_sends_what_is_forbidden(
    party: str, record: RecordFacts, on: datetime.date
) -> None:
    """Under an agreement that permits everything, exactly the constitution decides on sending."""
    decision = WIDEST_OPEN.may_receive(party, record, on)
    assert decision.errors == ()
    wrong = oracle.breaks_receive(party, record, WIDEST_OPEN.agreement, on)
    assert decision.permitted == (not wrong), decision.rule


CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"minor": True},
    {"possible_victim": True},
    {"final_judgment": True},
    {"decided": False},
    {"flagged": True},
    {"contested": True},
    {"erased": True},
    {"protected": True},
    {"protected": True, "origins": ("UTO",), "origins_known": True},
    {"protected": True, "origins": ("QZZ",), "origins_known": True},
)


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_r05_each_category_with_each_fact(category: str) -> None:
    """For every category and every single fact, seeing and sending are as the articles say."""
    asker = replace(QUESTION.asker, clearance=3)
    question = replace(QUESTION, asker=asker, second_officer="c0ffee01")
    agreement = WIDEST_OPEN.agreement
    for change in CHANGES:
        record = replace(RECORD, category=category, **change)
        seen = WIDEST_OPEN.may_see(question, record, GROUPS, ON)
        for group, decision in zip(GROUPS, seen, strict=True):
            wrong = oracle.breaks_see(question, record, group, agreement, ON)
            assert decision.permitted == (not wrong), (change, group, decision.rule)
        sent = WIDEST_OPEN.may_receive("UTO", record, ON)
        wrong = oracle.breaks_receive("UTO", record, agreement, ON)
        assert sent.permitted == (not wrong), (change, sent.rule)


@pytest.mark.parametrize("purpose", list(PURPOSES))
@pytest.mark.parametrize("authority", list(AUTHORITY_KINDS))
def test_r05_each_purpose_with_each_person(purpose: str, authority: str) -> None:
    """For every purpose and authority, what may be asked about whom is as the articles say."""
    agreement = WIDEST_OPEN.agreement
    for protected in (False, True):
        for minor in (False, True, None):
            subject = Subject(protected, ("QZZ",), origins_known=True, minor=minor)
            asker = replace(QUESTION.asker, authority=authority)
            question = replace(QUESTION, purpose=purpose, asker=asker, subject=subject)
            asked = WIDEST_OPEN.may_ask(question, ON)
            wrong = oracle.breaks_ask(question, agreement, ON)
            assert asked.permitted == (not wrong), (protected, minor, asked.rule)


def test_permits_of_another_agreement_change_nothing() -> None:
    """With another agreement's widest permit loaded beside it, each decision is the same."""
    other = examples.EVERYTHING.replace('Agreement::"training-entry"', 'Agreement::"another"')
    engine = _engine(f"{FULL}\n{other}", examples.SCHEMA)
    context = json.dumps(CONTEXT)
    asked = [
        request(("Officer", "asker"), f"read:{group}", ("Record", "record"), context)
        for group in GROUPS
    ]
    assert engine.verdicts(asked, ENTITIES) == WHOLE.verdicts(asked, ENTITIES)


@settings(max_examples=100, deadline=None)
@given(questions, records)
def test_r05_adding_permits_never_lifts_a_prohibition(
    question: Question, record: RecordFacts
) -> None:
    """What the constitution refuses stays refused, by the same rule, when permits are added."""
    narrow = POLICY.may_see(question, record, GROUPS, ON)
    wide = OPEN.may_see(question, record, GROUPS, ON)
    for before, after in zip(narrow, wide, strict=True):
        if before.rule.startswith("base:"):
            assert (after.permitted, after.rule) == (False, before.rule)
        assert after.permitted or not before.permitted


@settings(max_examples=100, deadline=None)
@given(questions, records)
def test_r02_seen_is_within_granted(question: Question, record: RecordFacts) -> None:
    """What is seen under the training agreement is within its grants or its one policy."""
    cells = {
        (g.article, g.authority, purpose, category, group)
        for g in POLICY.agreement.grants
        for purpose in g.purposes
        for category in g.categories
        for group in g.groups
    }
    for group, decision in zip(GROUPS, POLICY.may_see(question, record, GROUPS, ON), strict=True):
        if decision.permitted and decision.rule == "grant:read":
            asked = (question.article, question.asker.authority, question.purpose)
            assert (*asked, record.category, group) in cells


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"purpose": ""}, "base:purpose"),
        ({"reference": "  "}, "base:reference"),
        ({"article": ""}, "no-permit"),
        ({"agreement": ""}, "engine-error"),
    ],
)
def test_r01_no_question_without_purpose_basis_and_reference(
    changes: dict[str, str], rule: str
) -> None:
    """Each of purpose, reference, article and agreement missing refuses the question."""
    decision = POLICY.may_ask(replace(QUESTION, **changes), ON)  # type: ignore[arg-type]
    assert (decision.permitted, decision.rule) == (False, rule)


@pytest.mark.parametrize(
    ("origins", "asked"),
    [
        (("DEU",), False),
        (("D",), False),
        (("d<<",), False),
        (("XXB",), False),
        (("XXA", "QZZ"), False),
        (("HKG",), False),
        (("HKG", "CHN"), True),
        (("nowhere",), False),
        ((), False),
        (("QZZ",), True),
    ],
)
def test_r06_country_fled_is_recognised_in_any_spelling(
    origins: tuple[str, ...], asked: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """An alias is the country; a status, a territory alone or nonsense is an unknown origin."""
    text = examples.AGREEMENT.replace('"QMA"', '"D"')
    policy = examples.permissive(text)
    subject = Subject(protected=True, origins=origins, origins_known=True, minor=False)
    record = replace(RECORD, owner="DEU", category="missing-protect", protected=True,
                     origins=origins, origins_known=True)  # fmt: skip
    for towards in ("D", "DEU"):
        question = replace(QUESTION, towards=towards, subject=subject)
        assert policy.may_ask(question, ON).permitted is asked
    assert policy.may_receive("DEU", record, ON).permitted is asked


@pytest.mark.parametrize("purpose", ["police-check", "return"])
def test_r03_protection_data_is_not_read_for_another_purpose(purpose: str) -> None:
    """A protected person's record is refused for policing and return, under any agreement."""
    record = replace(RECORD, protected=True, origins=("QZZ",), origins_known=True)
    question = replace(QUESTION, purpose=purpose)
    (decision,) = WIDEST_OPEN.may_see(question, record, ("identity",), ON)
    assert decision.rule == "base:protection-purpose-read"


def test_r07_onward_is_refused_to_both() -> None:
    """An answer meant for a country that is no party is neither asked for nor shown."""
    question = replace(QUESTION, onward_to=("QPC",))
    assert OPEN.may_ask(question, ON).rule == "base:onward"
    assert OPEN.may_see(question, RECORD, ("identity",), ON)[0].rule == "base:onward"


@pytest.mark.parametrize("changes", [{"subjects": 2}, {"subjects": 200}, {"standing": True}])
def test_r11_no_bulk_and_no_subscription(changes: dict[str, Any]) -> None:
    """Many persons in one question, or a standing question, is refused under any agreement."""
    assert not OPEN.may_ask(replace(QUESTION, **changes), ON).permitted


def test_r29_alert_of_the_country_fled_is_quarantined() -> None:
    """An alert of the country that a refugee fled is shown in no group."""
    fled = Subject(protected=True, origins=("QMA",), origins_known=True, minor=False)
    for decision in OPEN.may_see(replace(QUESTION, subject=fled), RECORD, GROUPS[:6], ON):
        assert decision.rule == "base:quarantine"


def test_r44_age_in_doubt_counts_as_a_child() -> None:
    """Where age is unknown a return check is refused as for a child."""
    doubt = replace(QUESTION.subject, minor=None)
    decision = OPEN.may_ask(replace(QUESTION, subject=doubt, purpose="return"), ON)
    assert decision.rule == "base:minor-purpose"


def test_r44_every_coercive_category_is_closed_for_a_child() -> None:
    """The categories closed for a child are those that the table of terms calls coercive."""
    child = replace(RECORD, minor=True)
    closed = {
        name
        for name in CATEGORIES
        if WIDEST_OPEN.may_receive("UTO", replace(child, category=name), ON).rule
        == "base:minor-alert"
    }
    assert closed == {name for name, row in CATEGORIES.items() if row.coercive}


def test_r49_biometrics_never_leave_their_owner() -> None:
    """No agreement, second officer or clearance opens biometrics to another country."""
    question = replace(
        QUESTION, second_officer="c0ffee01", asker=replace(QUESTION.asker, clearance=10)
    )
    (decision,) = OPEN.may_see(question, RECORD, ("biometrics",), ON)
    assert decision.rule == "base:biometrics"


def test_sensitive_groups_need_four_eyes() -> None:
    """The groups that need a second officer are those that the table of terms calls sensitive."""
    decisions = OPEN.may_see(QUESTION, RECORD, GROUPS, ON)
    found = {g for g, d in zip(GROUPS, decisions, strict=True) if d.rule == "base:four-eyes"}
    assert found == {name for name, row in FIELD_GROUPS.items() if row.sensitive}


def test_decision_comes_with_rule_article_and_text() -> None:
    """A permit cites the agreement's article, a refusal the constitution's, with text and hash."""
    permit = POLICY.may_ask(QUESTION, ON)
    assert permit.permitted
    assert permit.article.startswith("Training agreement on alerts for entry and stay, art. 2")
    refusal = POLICY.may_ask(replace(QUESTION, reference=""), ON)
    assert refusal.article.startswith("Constitution of exchange, art. 2")
    article = POLICY.constitution.articles["2"]
    assert (refusal.text, refusal.text_sha256) == (article.text, article.text_sha256)


@settings(max_examples=50, deadline=None)
@given(questions, records)
def test_r30_every_answer_has_one_shape(question: Question, record: RecordFacts) -> None:
    """Permit, refusal and error have the same keys with the same types, none of them empty."""
    decisions = [POLICY.may_ask(question, ON), *POLICY.may_see(question, record, GROUPS, ON)]
    decisions.append(POLICY.may_receive(question.towards, record, ON))
    for decision in decisions:
        shape = {key: type(value) for key, value in decision.as_dict().items()}
        assert shape == {
            "permitted": bool, "rule": str, "article": str, "text": str, "text_sha256": str,
            "errors": list,
        }  # fmt: skip
        assert len(decision.text_sha256) == 64
        assert all([decision.rule, decision.article, decision.text])


def test_volume_is_refused_at_the_limit() -> None:
    """The question after the last one of the day is refused."""
    limit = POLICY.agreement.limits.volume_per_day
    assert POLICY.may_ask(QUESTION, ON, asked_today=limit - 1).permitted
    assert POLICY.may_ask(QUESTION, ON, asked_today=limit).rule == "base:volume"


def test_suspension_takes_effect_and_keeps_the_hash() -> None:
    """A suspended agreement refuses everything and is still the one that was signed."""
    suspended = POLICY.agreement.suspend()
    assert suspended.sha256 == POLICY.agreement.sha256
    policy = Policy(POLICY.constitution, suspended)
    assert policy.may_ask(QUESTION, ON).rule == "base:in-force"
    assert policy.may_receive("UTO", RECORD, ON).rule == "base:in-force-feed"


def test_cached_decision_is_the_same_decision() -> None:
    """A decision from the cache equals one by a policy that has decided nothing yet."""
    first = POLICY.may_see(QUESTION, RECORD, GROUPS, ON)
    again = POLICY.may_see(replace(QUESTION, reference="other"), RECORD, GROUPS, ON)
    assert first == again == examples.policy().may_see(QUESTION, RECORD, GROUPS, ON)


@settings(max_examples=60, deadline=None)
@given(
    st.dates(datetime.date(2026, 11, 1), datetime.date(2026, 12, 15)),
    st.dates(datetime.date(2026, 11, 1), datetime.date(2026, 12, 15)),
)
def test_folded_dates_decide_as_the_dates_themselves(
    trained: datetime.date, expires: datetime.date
) -> None:
    """A decision by the side of the day equals the engine's on the dates as they are."""
    question = replace(QUESTION, asker=replace(QUESTION.asker, trained_until=trained))
    record = replace(RECORD, expires=expires)
    context = json.dumps(circumstances(question, ON, within_volume=True))
    asked = request(("Officer", "asker"), "read:identity", ("Record", "record"), context)
    entities = [*question_entities(question), record_entity(record)]
    (verdict,) = WHOLE.verdicts([asked], entities)
    (decision,) = POLICY.may_see(question, record, ("identity",), ON)
    assert decision.permitted == verdict.allowed == (trained >= ON and expires >= ON)


@pytest.mark.parametrize(
    ("condition", "folds"),
    [
        ("resource.expires >= context.on", True),
        ("context.on != resource.expires", True),
        ("resource.expires > 20270101", False),
        ("resource.expires > principal.trainedUntil", False),
        ("resource.expires > context.agreement.until", False),
        ("!(resource.erased || resource.expires == 20280101)", False),
    ],
)
def test_date_read_otherwise_is_not_folded(condition: str, folds: bool) -> None:  # noqa: FBT001
    """A rule that compares the last day with anything but today gets the very day."""
    permits = examples.POLICY.replace("principal.clearance >= 2", condition)
    policy = examples.bound(examples.AGREEMENT, permits, examples.constitution())
    forms = [rule.form for rule in policy.agreement.rules.values()]
    assert only_against_today(forms, "expires") is folds


def test_permit_by_a_fixed_day_sees_that_day() -> None:
    """Two alerts on the same side of today differ where a permit names a day between them."""
    permits = examples.POLICY.replace("principal.clearance >= 2", "resource.expires > 20270101")
    policy = examples.bound(examples.AGREEMENT, permits, examples.constitution())
    desk = replace(QUESTION.asker, authority="bureau", role="bureau")
    question = replace(QUESTION, article="5", purpose="visa", asker=desk)
    for last, permitted in ((datetime.date(2027, 1, 1), False), (datetime.date(2027, 1, 2), True)):
        record = replace(RECORD, expires=last)
        assert policy.may_see(question, record, ("warnings",), ON)[0].permitted is permitted


def test_policy_refuses_another_constitution() -> None:
    """An agreement made under one constitution does not run under another."""
    other = examples.without_rule("base:flagged")
    with pytest.raises(Unverified, match="agreement-constitution"):
        Policy(other, POLICY.agreement)


def test_policy_outside_the_schema_is_refused() -> None:
    """A permit on a fact that the schema does not know is refused when it is compiled."""
    permits = examples.POLICY.replace("principal.clearance >= 2", "principal.rank >= 2")
    with pytest.raises(Malformed, match="policy-schema"):
        examples.bound(examples.AGREEMENT, permits, examples.constitution())


# ---- faults: each dropped fact, key, text refuses ----------------------------------------------


def _engine(policies: str, schema: str) -> Engine:
    return Engine(policies, schema, [agreement_entity(POLICY.agreement)])


FULL = f"{examples.CONSTITUTION}\n{examples.POLICY}"
ENTITIES = [*question_entities(QUESTION), record_entity(RECORD)]
CONTEXT = circumstances(QUESTION, ON, within_volume=True)


def _see(engine: Engine, entities: list[dict[str, Any]], context: Any) -> bool:
    asked = request(
        ("Officer", "asker"), "read:identity", ("Record", "record"), json.dumps(context)
    )
    (verdict,) = engine.verdicts([asked], entities)
    return verdict.allowed


def test_faultless_request_is_allowed() -> None:
    """The request that the fault table starts from is permitted, so each refusal is the fault's."""
    assert _see(_engine(FULL, examples.SCHEMA), ENTITIES, CONTEXT)


ATTRIBUTES = [(n, key) for n, entity in enumerate(ENTITIES) for key in entity["attrs"]]


def _loosened() -> str:
    """Give the schema with every fact optional, as a careless operator might."""
    return examples.SCHEMA.replace(": ", "?: ").replace("principal?:", "principal:").replace(
        "resource?:", "resource:").replace("context?:", "context:")  # fmt: skip


@pytest.mark.parametrize("schema", [examples.SCHEMA, _loosened()], ids=["strict", "loosened"])
@pytest.mark.parametrize(("entity", "key"), ATTRIBUTES)
def test_dropped_attribute_refuses(entity: int, key: str, schema: str) -> None:
    """Drop any fact of officer, traveller or record: refused, also under a careless schema."""
    entities = json.loads(json.dumps(ENTITIES))
    del entities[entity]["attrs"][key]
    if schema == examples.SCHEMA or (entity, key) not in UNREAD:
        assert not _see(_engine(FULL, schema), entities, CONTEXT)


UNREAD = {
    (1, "origins"), (1, "originsKnown"), (2, "origins"), (2, "originsKnown"), (2, "contested"),
}  # fmt: skip
"""Facts that no rule reads on this request: left of the `&&` stands a false, or another action."""


@pytest.mark.parametrize("key", list(CONTEXT))
def test_dropped_context_refuses(key: str) -> None:
    """Drop any key of the circumstances: refused."""
    context = {name: value for name, value in CONTEXT.items() if name != key}
    assert not _see(_engine(FULL, examples.SCHEMA), ENTITIES, context)


@pytest.mark.parametrize("entity", range(3))
def test_dropped_entity_refuses(entity: int) -> None:
    """Leave out the officer, the traveller or the record: refused."""
    kept = [e for n, e in enumerate(ENTITIES) if n != entity]
    assert not _see(_engine(FULL, examples.SCHEMA), kept, CONTEXT)


def test_dropped_agreement_refuses() -> None:
    """Leave out the agreement: refused."""
    engine = Engine(FULL, examples.SCHEMA, [])
    assert not _see(engine, ENTITIES, CONTEXT)


@pytest.mark.parametrize("policies", ["", examples.POLICY])
def test_dropped_constitution_refuses(policies: str) -> None:
    """Without the constitution there is no generic permit: refused."""
    assert not _see(_engine(policies, examples.SCHEMA), ENTITIES, CONTEXT)


def test_dropped_schema_refuses_to_start() -> None:
    """Without the schema the engine does not start: no fact of an agreement fits it."""
    with pytest.raises(ValueError, match="entity"):
        _engine(FULL, "")


def test_cedar_fails_open_and_the_engine_does_not() -> None:
    """Where a prohibition errs Cedar itself says Allow; the engine refuses and keeps the error."""
    schema = examples.SCHEMA.replace("  erased: Bool,", "  erased?: Bool,")
    record = replace(RECORD, erased=True)
    entities = [*question_entities(QUESTION), record_entity(record)]
    del entities[2]["attrs"]["erased"]
    asked = request(
        ("Officer", "asker"), "read:identity", ("Record", "record"), json.dumps(CONTEXT)
    )
    everything = [agreement_entity(POLICY.agreement), *entities]
    raw = cedarpy.is_authorized(asked, FULL, everything, schema)
    assert raw.decision is cedarpy.Decision.Allow
    (verdict,) = _engine(FULL, schema).verdicts([asked], entities)
    assert not verdict.allowed
    assert verdict.errors


@pytest.mark.parametrize(
    "change",
    [
        lambda q: replace(q, agreement="another"),
        lambda q: replace(q, towards="\ud800"),
        lambda q: replace(q, onward_to=None),
        lambda q: replace(q, subjects="1"),
        lambda q: replace(q, subjects=2**70),
        lambda q: replace(q, standing=None),
        lambda q: replace(q, reference=None),
        lambda q: replace(q, asker=None),
        lambda q: replace(q, subject=None),
        lambda q: replace(q, subject=replace(q.subject, origins=["UTO"])),
        lambda q: replace(q, subject=replace(q.subject, protected="no")),
        lambda q: replace(q, asker=replace(q.asker, trained_until=None)),
        lambda q: replace(q, asker=replace(q.asker, clearance=1.5)),
    ],
)
def test_unreadable_fact_is_an_engine_error(change: Callable[[Question], Question]) -> None:
    """A fact of a wrong type refuses with rule engine-error, for asking and for seeing."""
    question = change(QUESTION)
    ask = POLICY.may_ask(question, ON)
    assert (ask.permitted, ask.rule) == (False, "engine-error")
    assert ask.errors
    for decision in POLICY.may_see(question, RECORD, GROUPS, ON):
        assert (decision.permitted, decision.rule) == (False, "engine-error")


@pytest.mark.parametrize("name", [field.name for field in fields(RecordFacts)])
def test_record_without_a_fact_is_an_engine_error(name: str) -> None:
    """A record with any one fact absent is neither shown nor sent."""
    record = replace(RECORD, **{name: None})  # type: ignore[arg-type]
    (seen,) = POLICY.may_see(QUESTION, record, ("identity",), ON)
    sent = POLICY.may_receive("UTO", record, ON)
    assert (seen.rule, sent.rule) == ("engine-error", "engine-error")


def test_engine_error_names_the_rule() -> None:
    """An error names the rule that could not be applied, not the engine's number for it."""
    decision = POLICY.may_ask(replace(QUESTION, agreement="another"), ON)
    assert "base:clearance" in decision.errors[0]
    assert "policy2" not in "".join(decision.errors)


def test_unknown_field_group_refuses_alone() -> None:
    """A field group that no schema knows is refused and does not open or close the others."""
    first, second = POLICY.may_see(QUESTION, RECORD, ("ethnicity", "identity"), ON)
    assert (first.rule, second.rule) == ("engine-error", "grant:read")
