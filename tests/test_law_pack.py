"""The reader of law packs: what it takes, and each refusal with file, rule and hint."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import ComityError, Malformed
from comity.law.pack import MAX_BYTES, pack_hash, parse_pack, sets_on
from law_packs import HEAD, NOW, ask, files, names, pack_of, project_pack, rule

VECTORS = sorted((Path(__file__).parent / "vectors" / "law-pack").glob("*.toml"))


@pytest.mark.parametrize("vector", [pytest.param(path, id=path.stem) for path in VECTORS])
def test_vector_is_refused_by_its_code(vector: Path) -> None:
    """Each broken pack is refused for what is wrong with it, in one line that says where."""
    text = vector.read_text("utf-8")
    expected = text.splitlines()[0].removeprefix("# expect: ")
    with pytest.raises(Malformed) as refused:
        parse_pack({"pack.toml": text})
    error = refused.value
    assert error.code == expected
    assert error.where.startswith("pack.toml")
    assert error.hint
    assert "\n" not in str(error)


def test_an_error_in_a_second_file_names_that_file_and_rule() -> None:
    """The place of a refusal is the file and the rule, not the pack."""
    body = rule("a.b", "nationality == FRAU", "exempt")
    with pytest.raises(Malformed) as refused:
        parse_pack({"pack.toml": HEAD, "rules.toml": body})
    assert refused.value.where == "rules.toml rule a.b"
    assert refused.value.hint


def test_an_unknown_name_comes_with_the_nearest_known_one() -> None:
    """The hint of an unknown name is the name that was probably meant."""
    with pytest.raises(Malformed, match="did you mean nationality"):
        pack_of(rule("a.b", "nationalty == FRA", "exempt"))


def test_ids_are_unique_over_all_files() -> None:
    """A rule id that stands in two files of a pack is refused."""
    body = rule("a.b", "always", "exempt")
    with pytest.raises(Malformed, match="law-id-twice"):
        parse_pack({"pack.toml": HEAD, "one.toml": body, "two.toml": body})


def test_a_pack_without_head_is_refused() -> None:
    """A pack needs its pack.toml."""
    with pytest.raises(Malformed, match="law-key-missing"):
        parse_pack({"rules.toml": rule("a.b", "always", "exempt")})


def test_only_the_head_file_carries_the_head() -> None:
    """Law and title stand in pack.toml and nowhere else."""
    with pytest.raises(Malformed, match="law-key-unknown"):
        parse_pack({"pack.toml": HEAD, "rules.toml": HEAD})


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({"pack.toml": "#" * (MAX_BYTES + 1)}, id="bytes"),
        pytest.param({f"{n}.toml": "" for n in range(65)}, id="files"),
        pytest.param(
            {"pack.toml": HEAD + "[[rule]]\n" * 10_001},
            id="rules",
        ),
    ],
)
def test_hostile_size_is_refused(texts: dict[str, str]) -> None:
    """A pack that is too large is refused before it costs anything."""
    with pytest.raises(Malformed, match="law-too-large"):
        parse_pack(texts)


def test_hostile_depth_of_tables_is_refused() -> None:
    """Nested arrays, shallow enough for the parser or not, end in one clear error."""
    for depth in (50, 5_000, 100_000):
        with pytest.raises(Malformed, match=r"law-too-deep|law-toml"):
            parse_pack({"pack.toml": HEAD + "sources = " + "[" * depth + "]" * depth})


def test_hostile_depth_of_a_condition_is_refused() -> None:
    """Brackets and nots beyond 40 levels are refused, not recursed into."""
    for deep in ("(" * 60 + "biometric" + ")" * 60, "not " * 300 + "biometric"):
        with pytest.raises(Malformed, match="law-too-deep"):
            pack_of(rule("a.b", deep, "exempt"))


def test_hostile_length_of_a_condition_is_refused() -> None:
    """A condition of more than 2,000 characters is refused."""
    with pytest.raises(Malformed, match="law-too-large"):
        pack_of(rule("a.b", " or ".join(["biometric"] * 400), "exempt"))


def test_hostile_sharing_of_definitions_and_sets_costs_nothing() -> None:
    """What two names each stand for twice, sixty times over, is counted and never spelled out."""
    twice = "".join(
        f'[sets.s{n}]\nincludes = ["s{n - 1}", "s{n - 2}"]\nin_force = [2000-01-01]\ncite = "s"\n'
        for n in range(2, 400)
    )
    first = "".join(
        f'[sets.s{n}]\nmembers = ["FRA"]\nin_force = [2000-01-01]\ncite = "s"\n' for n in (0, 1)
    )
    assert sets_on(pack_of(first + twice), NOW)["s399"] == {"FRA"}
    flags = '[definitions.d0]\ncite = "s"\nwhen = "biometric"\n' + "".join(
        f'[definitions.d{n}]\ncite = "s"\nwhen = "d{n - 1} or d{n - 1}"\n' for n in range(1, 10)
    )
    pack = pack_of(flags + rule("a.b", "d9", "exempt"))
    assert ask(pack, biometric="yes").outcome == "exempt"


def test_many_definitions_are_read_in_any_order() -> None:
    """Ten thousand names, each after the one it rests on, cost one pass."""
    names_ = "".join(f'[definitions.d{n}]\ncite = "s"\nwhen = "d{n + 1}"\n' for n in range(10_000))
    last = '[definitions.d10000]\ncite = "s"\nwhen = "biometric"\n'
    assert ask(pack_of(names_ + last + rule("a.b", "d0", "x")), biometric="yes").outcome == "x"


def test_a_long_chain_of_exceptions_is_read() -> None:
    """Two thousand exceptions to exceptions cost neither recursion nor memory."""
    rules = [rule("r0", "always", "exempt")]
    rules += [rule(f"r{n}", "always", "exempt", f"r{n - 1}") for n in range(1, 2_000)]
    pack = pack_of("".join(rules))
    assert pack.beats[-1] == (1 << 1_999) - 1


def test_the_hash_is_of_the_content() -> None:
    """The same files have the same hash in any order; any change of a byte changes it."""
    one = {"pack.toml": HEAD, "rules.toml": rule("a.b", "always", "exempt")}
    assert parse_pack(one).hash == parse_pack(dict(reversed(one.items()))).hash
    assert pack_hash(one) != pack_hash({**one, "pack.toml": HEAD + " "})
    assert pack_hash({"a": "bc"}) != pack_hash({"ab": "c"})


@pytest.mark.parametrize("name", names())
def test_every_pack_of_the_project_is_read(name: str) -> None:
    """Each pack of the project loads, under its own name, with a citation and text per rule."""
    pack = project_pack(name)
    assert pack.name == name
    assert all(one.cite and one.text for one in pack.rules)


def test_both_days_of_a_period_are_included() -> None:
    """in_force includes its first and its last day (Regulation 1182/71 art. 4)."""
    dated = rule("a.b", "always", "exempt", more="in_force = [2026-03-06, 2027-03-06]")
    pack = pack_of(dated)
    day = datetime.date
    outcomes = [
        ask(pack, on=on).outcome
        for on in (day(2026, 3, 5), day(2026, 3, 6), day(2027, 3, 6), day(2027, 3, 7))
    ]
    assert outcomes == ["GAP", "exempt", "exempt", "GAP"]


def test_outside_its_own_period_a_pack_says_nothing() -> None:
    """Before the pack's in_force every question is a GAP."""
    pack = pack_of(rule("a.b", "always", "exempt"), HEAD + "in_force = [2020-01-01]\n")
    assert ask(pack, on=datetime.date(2019, 12, 31)).outcome == "GAP"
    assert ask(pack, on=datetime.date(2020, 1, 1)).outcome == "exempt"


def test_a_set_holds_what_its_parts_hold_on_the_date() -> None:
    """Parts of a set and included sets are taken as they stand on the date asked about."""
    body = """
[[sets.club]]
members = ["FRA"]
in_force = [2000-01-01]
cite = "Treaty"
[[sets.club]]
members = ["GBR"]
in_force = [2000-01-01, 2020-12-31]
cite = "Treaty"
[sets.wide]
includes = ["club"]
members = ["NOR"]
in_force = [2010-01-01]
cite = "Treaty"
"""
    pack = pack_of(body)
    assert sets_on(pack, datetime.date(2009, 1, 1))["wide"] == frozenset()
    assert sets_on(pack, datetime.date(2020, 12, 31))["wide"] == {"FRA", "GBR", "NOR"}
    assert sets_on(pack, NOW)["wide"] == {"FRA", "NOR"}


def test_germany_is_one_country_under_both_codes() -> None:
    """D and DEU are one value in sets, conditions and facts; so are XKX and RKS."""
    body = '[sets.s]\nmembers = ["DEU"]\nin_force = [2000-01-01]\ncite = "Act"\n'
    pack = pack_of(body + rule("a.b", "nationality in s or nationality == XKX", "exempt"))
    for code in ("D", "DEU", "d<<", "RKS", "XKX"):
        assert ask(pack, nationality=code).outcome == "exempt"


def refusal(texts: dict[str, str]) -> str:
    """Read a pack; give what the refusal says, or nothing where it was read."""
    try:
        parse_pack(texts)
    except ComityError as error:
        return str(error)
    return ""


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_fuzz_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    """No text makes the reader fail in any other way than its own errors."""
    assert "\n" not in refusal({"pack.toml": text})


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab=[]().,\"' ", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner),
    max_leaves=8,
)


def toml_of(value: object) -> str:
    """Write a JSON value as an inline TOML value (null as false)."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml_of(item) for item in value) + "]"
    return "false" if value is None else json.dumps(value)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        "sets facts definitions rule presume stay_limit clause case accepted questions party law"
        " title status format in_force sources".split()
    ),
    JSONISH,
)
def test_fuzz_any_value_under_any_key_is_read_or_refused(key: str, value: object) -> None:
    """A known key with a value of any shape is read or refused, never a crash."""
    text = "\n".join(line for line in HEAD.splitlines() if not line.startswith(key))
    said = refusal({"pack.toml": f"{key} = {toml_of(value)}\n{text}\n"})
    assert not said or "[law-" in said or "[stay-" in said


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_fuzz_a_damaged_pack_is_read_or_refused(data: st.DataObject) -> None:
    """A real pack with a piece cut out, doubled or overwritten is read or refused."""
    texts = dict(files("gh.entry"))
    name = data.draw(st.sampled_from(sorted(texts)))
    text = texts[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    piece = data.draw(st.sampled_from(["", text[start:end] * 2, '"', "]", "\x00", "= 1\n"]))
    assert "\n" not in refusal({**texts, name: text[:start] + piece + text[end:]})
