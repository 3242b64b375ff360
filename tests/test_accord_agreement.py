"""Agreements and constitutions: their formats are closed, their texts bound, their hashes exact."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import accord_examples as examples
from accord_examples import AGREEMENT, ARTICLES, CONSTITUTION, POLICY, SCHEMA
from comity.accord.agreement import bind_agreement, parse_agreement, signing_text
from comity.accord.constitution import bind_constitution, parse_constitution
from comity.accord.refusals import REFUSALS, refusal_of
from comity.errors import ComityError, Malformed, Unverified
from comity.terms.authority import AUTHORITY_KINDS
from comity.terms.category import CATEGORIES
from comity.terms.field_group import FIELD_GROUPS
from comity.terms.purpose import PURPOSES

UNDER = examples.constitution()


def test_training_agreement_says_what_it_is() -> None:
    """The example is between training states, encoded but not reviewed, and within its limits."""
    agreement = examples.agreement()
    assert agreement.parties == ("UTO", "QMA")
    assert agreement.status == UNDER.status == "encoded, not reviewed"
    assert agreement.limits.lease_hours <= 48
    assert agreement.limits.witness_grace_hours <= 48
    assert set(agreement.thresholds) == set(agreement.purposes)
    assert agreement.constitution == UNDER.sha256


def test_signing_text_is_the_same_for_both_and_complete() -> None:
    """Two parties with the same texts sign the same lines, which name both hashes."""
    text = signing_text(examples.agreement(), UNDER)
    assert text == signing_text(parse_agreement(AGREEMENT, POLICY), examples.constitution())
    assert text.startswith("comity.agreement/v1\ntraining-entry\n")
    assert text.endswith("\n")
    assert "\n\n" not in text
    assert UNDER.sha256 in text
    assert examples.agreement().sha256 in text


def test_layout_does_not_change_the_hash() -> None:
    """Comments, blank lines and line ends are not part of what is signed."""
    other = "# a note\n\n" + AGREEMENT.replace("\n", "\r\n")
    policy = "// a note\n" + POLICY.replace("  &&", "\n     &&")
    assert parse_agreement(other, policy).sha256 == examples.agreement().sha256
    cedar = "// a note\n" + CONSTITUTION
    assert parse_constitution(cedar, ARTICLES + "\n# end", SCHEMA + "\n// end").sha256 == (
        UNDER.sha256
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lease_hours = 48", "lease_hours = 47"),
        ("until = 2028-12-31", "until = 2028-12-30"),
        ('border-check = "possible"', 'border-check = "strong"'),
        ('by = "Supervisory', 'by = "The supervisory'),
        ('title = "Training', 'title = "The training'),
        ('status = "encoded, not reviewed"', 'status = "reviewed"'),
    ],
)
def test_every_value_changes_the_hash(old: str, new: str) -> None:
    """Whatever value of the agreement changes, the hash that the parties sign changes."""
    assert AGREEMENT.count(old) >= 1
    assert parse_agreement(AGREEMENT.replace(old, new, 1), POLICY).sha256 != (
        examples.agreement().sha256
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Visa authorities may ask", "Any authority may ask"),
        ('"visa-authority"\npurposes', '"immigration-authority"\npurposes'),
        ('groups = ["identity", "documents", "alert", "contact"]\n\n[[grant]]\narticle = "4"',
         'groups = ["identity", "documents", "alert", "warnings"]\n\n[[grant]]\narticle = "4"'),
    ],
)  # fmt: skip
def test_changed_article_or_grant_is_unverified(old: str, new: str) -> None:
    """A word of an article, or a cell of the table under it, changed since they were bound."""
    assert old in AGREEMENT
    with pytest.raises(Unverified, match="article-binding"):
        parse_agreement(AGREEMENT.replace(old, new, 1), POLICY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("principal.clearance >= 2", "principal.clearance >= 1"),
        ('@article("5")', '@article("4")'),
        (POLICY, ""),
    ],
)
def test_changed_policy_is_unverified(old: str, new: str) -> None:
    """A policy changed or left out since its article was bound is refused."""
    with pytest.raises(Unverified, match="article-binding"):
        parse_agreement(AGREEMENT, POLICY.replace(old, new, 1))


@pytest.mark.parametrize(
    ("which", "old", "new"),
    [
        (0, "resource.erased ||", "!resource.erased ||"),
        (0, '"arrest", "discreet-check"', '"discreet-check"'),
        (0, '@article("12")', '@article("13")'),
        (1, "every country is treated as that country", "no country is treated as that country"),
        (1, 'title = "Non-refoulement"', 'title = "Refoulement"'),
        (1, "Geneva Convention 1951 art. 33; Reg", "Geneva Convention 1951 art. 32; Reg"),
    ],
)
def test_changed_constitution_is_unverified(which: int, old: str, new: str) -> None:
    """A word of an article or an operator of a rule of the constitution changed."""
    texts = [CONSTITUTION, ARTICLES, SCHEMA]
    assert old in texts[which]
    texts[which] = texts[which].replace(old, new, 1)
    with pytest.raises(Unverified, match="article-binding"):
        parse_constitution(*texts)


def _rule(name: str) -> str:
    found = re.search(rf'@id\("{name}"\).*?;\n', CONSTITUTION, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize("name", list(UNDER.rules))
def test_constitution_without_a_rule_does_not_load(name: str) -> None:
    """Take any rule out of the file: its article no longer holds, and nothing starts."""
    with pytest.raises((Unverified, Malformed)):
        parse_constitution(CONSTITUTION.replace(_rule(name), ""), ARTICLES, SCHEMA)


@pytest.mark.parametrize(
    ("cedar", "articles", "schema", "code"),
    [
        ("", ARTICLES, SCHEMA, "constitution-empty"),
        (CONSTITUTION.replace("grant:ask", "base:ask"), ARTICLES, SCHEMA, "constitution-effect"),
        (CONSTITUTION.replace("base:active", "active"), ARTICLES, SCHEMA, "constitution-effect"),
        (CONSTITUTION, ARTICLES.replace('id = "no-permit"', 'id = "other"'), SCHEMA, "missing"),
        (CONSTITUTION, ARTICLES + ARTICLES[ARTICLES.index("[[") :], SCHEMA, "article-twice"),
        (CONSTITUTION.replace('@article("18")', '@article("99")'), ARTICLES, SCHEMA, "without"),
        (CONSTITUTION, ARTICLES, SCHEMA.replace("minor: Bool", "minor?: Bool"), "optional"),
        (CONSTITUTION, ARTICLES, SCHEMA.replace("entity Record", "entity"), "schema-syntax"),
        (CONSTITUTION, ARTICLES, SCHEMA.replace("contested: Bool,", ""), "policy-schema"),
        (CONSTITUTION, ARTICLES, "entity A = " + "{a:\n" * 900, "policy-deep"),
        (CONSTITUTION, "title = 1", SCHEMA, "sheet-type"),
    ],
)
def test_broken_constitution_is_refused(
    cedar: str, articles: str, schema: str, code: str
) -> None:  # fmt: skip
    """A constitution that is not whole is refused by its code."""
    with pytest.raises(Malformed, match=code):
        parse_constitution(cedar, articles, schema)


def test_article_without_a_rule_is_refused() -> None:
    """A promise that no rule carries out does not stand in a constitution."""
    extra = (
        '[[article]]\nid = "20"\ntitle = "A promise"\ncite = "none"\ntext = "We promise."\n'
        f'binds = "{"0" * 64}"\n'
    )
    articles = bind_constitution(CONSTITUTION, f"{ARTICLES}\n{extra}")
    with pytest.raises(Malformed, match="article-ruleless"):
        parse_constitution(CONSTITUTION, articles, SCHEMA)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("until = 2028-12-31", "", "sheet-missing"),
        ("in_force = 2026-01-01", "", "sheet-missing"),
        ("in_force = 2026-01-01", 'in_force = "2026-01-01"', "sheet-type"),
        ("in_force = 2026-01-01", "in_force = 2026-01-01T00:00:00", "sheet-type"),
        ("in_force = 2026-01-01", "in_force = 2030-01-01", "agreement-dates"),
        ("lease_hours = 48", "lease_hours = 49", "sheet-range"),
        ("lease_hours = 48", "lease_hours = true", "sheet-type"),
        ("witness_grace_hours = 24", "witness_grace_hours = 49", "sheet-range"),
        ("volume_per_day = 250000", "volume_per_day = 0", "sheet-range"),
        ('parties = ["UTO", "QMA"]', 'parties = ["UTO"]', "agreement-parties"),
        ('parties = ["UTO", "QMA"]', 'parties = ["UTO", "UTO"]', "sheet-words"),
        ('parties = ["UTO", "QMA"]', 'parties = ["UTO", "XQX"]', "country-unknown"),
        ('parties = ["UTO", "QMA"]', 'parties = ["UTO", "DEU"]', "agreement-party-code"),
        ('purposes = ["border-check", "visa",', 'purposes = ["border-check", "v",', "unknown-term"),
        ('  "arrest", "missing', '  "arrests", "missing', "unknown-term"),
        ('groups = ["identity",', 'groups = ["identities",', "unknown-term"),
        ('authority = "bureau"', 'authority = "carrier"', "unknown-term"),
        ('purposes = ["border-check"]', 'purposes = ["visa"]', "unknown-term"),
        ('article = "2"', 'article = "22"', "unknown-term"),
        ('border-check = "possible"', 'border-check = "name-only"', "agreement-band"),
        ('border-check = "possible"', "", "sheet-missing"),
        ("[assessment]", "[impact]", "sheet-missing"),
        ("clearance = 1", "clearance = 1\ncolour = 1", "sheet-unknown-key"),
        ("hit_days = 1095", "hit_days = 1095\ndays = 1", "sheet-unknown-key"),
        ('agreement = "training-entry"', 'agreement = "Training Entry"', "sheet-id"),
        ('title = "Training', 'title = "\\u202eTraining', "sheet-control"),
        ('title = "Training', 'title = "\\u0000Training', "sheet-control"),
        ('title = "Training agreement', 'title = "a\\nparties QZZ QRD', "sheet-lines"),
        ('sha256 = "9f2c', 'sha256 = "9F2C', "sheet-hash"),
        ("clearance = 1", "clearance = ", "sheet-toml"),
        ("clearance = 1", f"clearance = {'[' * 50_000}", "sheet-toml"),
        ("clearance = 1", f"{'a.' * 20_000}a = 1", "sheet-deep"),
        ("clearance = 1", f"x = '{'x' * 300_000}'", "sheet-long"),
    ],
)
def test_broken_agreement_is_refused(old: str, new: str, code: str) -> None:
    """One failure each: undated, unknown word, out of range, unknown key, hostile text."""
    assert old in AGREEMENT
    with pytest.raises(Malformed, match=code) as caught:
        parse_agreement(AGREEMENT.replace(old, new, 1), POLICY)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("// " + "x" * 300_000, "policy-text"),
        (POLICY.replace("permit", "forbid"), "policy-effect"),
        (POLICY.replace('@id("training-entry:', '@id("other:'), "policy-id"),
        (POLICY.replace('Agreement::"training-entry"', 'Agreement::"other"'), "policy-slice"),
        (POLICY.replace('context.agreement == Agreement::"training-entry"\n  &&', ""), "slice"),
        (POLICY.replace("when", "unless"), "policy-slice"),
        (POLICY.replace('"training-entry"\n  &&', '"training-entry"\n  ||'), "policy-slice"),
        (POLICY.replace("principal.role ==", "principal.riskScore =="), "refused-word"),
        (POLICY.replace('"bureau"', '"ethnic-desk"'), "refused-word"),
        ("\n".join(POLICY.replace("visa-warn", f"v{n}-warn") for n in range(11)), "policy-many"),
    ],
)
def test_policy_of_an_agreement_only_permits_its_own(text: str, code: str) -> None:
    """A policy that forbids, or could decide on another agreement, is refused."""
    with pytest.raises(Malformed, match=code):
        parse_agreement(AGREEMENT, text)


def test_r61_agreement_without_assessment_is_refused() -> None:
    """Without the hash of an assessment no agreement loads; past its last day none decides."""
    start, end = AGREEMENT.index("[assessment]"), AGREEMENT.index("[thresholds]")
    with pytest.raises(Malformed, match="assessment"):
        parse_agreement(AGREEMENT[:start] + AGREEMENT[end:], POLICY)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.id)
def test_r42_refused_words_cannot_be_written(refusal: object) -> None:
    """Each word of the table is refused as a key, as a group and as a purpose."""
    assert isinstance(refusal, type(REFUSALS[0]))
    for word in refusal.words:
        for text in (
            AGREEMENT.replace("clearance = 1", f"clearance = 1\n{word} = 1", 1),
            AGREEMENT.replace("[limits]", f"[limits]\n{word}_per_day = 1", 1),
            AGREEMENT.replace('groups = ["identity"', f'groups = ["{word}"', 1),
            AGREEMENT.replace('purposes = ["border-check"', f'purposes = ["{word}"', 1),
        ):
            with pytest.raises(Malformed, match="agreement-refused-word") as caught:
                parse_agreement(text, POLICY)
            assert caught.value.what == refusal.why


@pytest.mark.parametrize(
    "name",
    ["risk_score", "RiskScore", "risk-score", "personScores", "religion", "religious_belief",
     "sexual-orientation", "ethnicity", "race", "tribe", "movementSubscription", "subscribe",
     "liveTracking", "emotion_ai", "lie-detector-deception", "dialectId", "social_media",
     "predictedRoute", "profiling", "biometric-template", "asylum-file", "DNA", "auto-refusal"],
)  # fmt: skip
def test_refusal_sees_through_spelling(name: str) -> None:
    """Case, hyphens, underscores and camel case do not hide a refused word."""
    assert refusal_of(name) is not None


def test_refusals_leave_the_vocabulary_alone() -> None:
    """No purpose, authority, category or field group of the vocabulary is refused."""
    known = [*PURPOSES, *AUTHORITY_KINDS, *CATEGORIES, *FIELD_GROUPS]
    known += ["sector", "trace", "grace_hours", "intersection", "embrace"]
    assert [word for word in known if refusal_of(word)] == []


def test_articles_may_name_what_they_forbid() -> None:
    """The prose of an article may speak of a refused thing."""
    text = AGREEMENT.replace("Visa authorities may", "No risk score is made. Visa authorities may")
    agreement = parse_agreement(bind_agreement(text, POLICY, UNDER), POLICY)
    assert agreement.articles["3"].text.startswith("No risk score is made.")


def test_binding_again_gives_the_same_text() -> None:
    """Binding texts that are bound changes nothing."""
    assert bind_constitution(CONSTITUTION, ARTICLES) == ARTICLES
    assert bind_agreement(AGREEMENT, POLICY, UNDER) == AGREEMENT


def test_agreement_needs_no_policy_file() -> None:
    """An agreement that says all in its table needs no policy file."""
    bound = bind_agreement(AGREEMENT, "", UNDER)
    assert parse_agreement(bound).rules == {}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_fuzzed_agreement_never_breaks(data: st.DataObject) -> None:
    """Any edit of an agreement gives an agreement or one ComityError of one line."""
    at = data.draw(st.integers(0, len(AGREEMENT)))
    piece = data.draw(st.text(max_size=8) | st.sampled_from(["[", "]]", '"', "=", "\n", "{", "."]))
    text = AGREEMENT[:at] + piece + AGREEMENT[at + data.draw(st.integers(0, 40)) :]
    assert "\n" not in examples.outcome(lambda: parse_agreement(text, POLICY))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_garbage_is_no_agreement(text: str) -> None:
    """Garbage is never an agreement or a constitution."""
    with pytest.raises(ComityError):
        parse_agreement(text)
    with pytest.raises(ComityError):
        parse_constitution(CONSTITUTION, text, SCHEMA)


def _sha256(value: object) -> str:
    # RFC 8785 for texts without floats: sorted keys, no white space, UTF-8 as it is
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_hashes_follow_the_specification() -> None:
    """The hashes of docs/spec/agreement.md, computed by another hand, are those of the loader."""
    data = tomllib.loads(AGREEMENT)
    forms = json.loads(cedarpy.policies_to_json_str(POLICY))["staticPolicies"]
    (policy,) = forms.values()
    article = data["article"][1]
    rules = {"grant:1": data["grant"][0]}
    content = {"cite": article["cite"], "rules": rules, "text": article["text"].strip(),
               "title": article["title"]}  # fmt: skip
    assert _sha256(content) == article["binds"]
    for key in ("in_force", "until"):
        data[key] = data[key].isoformat()
    data["assessment"]["until"] = data["assessment"]["until"].isoformat()
    whole = {"agreement": data, "constitution": UNDER.sha256, "policy": [policy]}
    assert _sha256(whole) == examples.agreement().sha256
