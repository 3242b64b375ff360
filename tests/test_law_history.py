"""The visa lists through time, keyed here a second time from the acts, apart from the pack."""

from __future__ import annotations

import datetime

import pytest

from comity.law.pack import sets_on
from comity.law.view import view_of
from comity.terms.country import COUNTRIES
from law_packs import NOW, ask, project_pack

DAY = datetime.timedelta(days=1)
# date of effect, nationalities, act: moved from annex I to annex II
TO_ANNEX_II = """
2010-12-15 ALB BIH : Reg 1091/2010
2011-01-11 TWN : Reg 1211/2010
2014-04-28 MDA : Reg 259/2014
2015-05-06 ARE : Reg 509/2014
2015-05-28 DMA GRD LCA TLS TTO VCT VUT WSM : Reg 509/2014
2015-11-21 TON : Reg 509/2014
2015-12-03 COL : Reg 509/2014
2015-12-08 PLW : Reg 509/2014
2016-03-15 PER : Reg 509/2014
2016-06-24 KIR : Reg 509/2014
2016-06-28 MHL : Reg 509/2014
2016-07-01 TUV : Reg 509/2014
2016-09-20 FSM : Reg 509/2014
2016-10-08 SLB : Reg 509/2014
2017-03-28 GEO : Reg 2017/372
2017-06-11 UKR : Reg 2017/850
2024-01-01 RKS : Reg 2023/850
"""
MOVES = [
    (datetime.date.fromisoformat(line.split()[0]), code)
    for line in TO_ANNEX_II.strip().splitlines()
    for code in line.split(":")[0].split()[1:]
]
ANNEX_I = """
Afghanistan AFG, Angola AGO, Armenia ARM, Azerbaijan AZE, Burundi BDI, Benin BEN, Burkina BFA,
Bangladesh BGD, Bahrain BHR, Belarus BLR, Belize BLZ, Bolivia BOL, Bhutan BTN, Botswana BWA,
Central African Republic CAF, China CHN, Ivory Coast CIV, Cameroon CMR, DR Congo COD, Congo COG,
Comoros COM, Cabo Verde CPV, Cuba CUB, Djibouti DJI, Dominican Republic DOM, Algeria DZA,
Ecuador ECU, Egypt EGY, Eritrea ERI, Ethiopia ETH, Fiji FJI, Gabon GAB, Ghana GHA, Guinea GIN,
Gambia GMB, Guinea-Bissau GNB, Equatorial Guinea GNQ, Guyana GUY, Haiti HTI, Indonesia IDN,
India IND, Iran IRN, Iraq IRQ, Jamaica JAM, Jordan JOR, Kazakhstan KAZ, Kenya KEN, Kyrgyzstan KGZ,
Cambodia KHM, Kuwait KWT, Laos LAO, Lebanon LBN, Liberia LBR, Libya LBY, Sri Lanka LKA,
Lesotho LSO, Morocco MAR, Madagascar MDG, Maldives MDV, Mali MLI, Myanmar MMR, Mongolia MNG,
Mozambique MOZ, Mauritania MRT, Malawi MWI, Namibia NAM, Niger NER, Nigeria NGA, Nepal NPL,
Oman OMN, Pakistan PAK, Philippines PHL, Papua New Guinea PNG, North Korea PRK, Palestine PSE,
Qatar QAT, Russia RUS, Rwanda RWA, Saudi Arabia SAU, Sudan SDN, Senegal SEN, Sierra Leone SLE,
Somalia SOM, South Sudan SSD, Sao Tome and Principe STP, Suriname SUR, Eswatini SWZ, Syria SYR,
Chad TCD, Togo TGO, Thailand THA, Tajikistan TJK, Turkmenistan TKM, Tunisia TUN, Turkey TUR,
Tanzania TZA, Uganda UGA, Uzbekistan UZB, Vietnam VNM, Vanuatu VUT, Yemen YEM, South Africa ZAF,
Zambia ZMB, Zimbabwe ZWE
"""
BIOMETRIC = "ALB BIH GEO MDA MKD MNE RKS SRB UKR".split()


@pytest.mark.parametrize(("day", "code"), MOVES, ids=[f"{c} {d}" for d, c in MOVES])
def test_history_required_the_day_before_exempt_on_the_day(day: datetime.date, code: str) -> None:
    """Each country that moved to annex II was required the day before and exempt on the day."""
    pack = project_pack("eu.short-stay")
    facts = {"nationality": code, "document": "ordinary", "biometric": "yes"}
    assert ask(pack, "visa", day - DAY, **facts).outcome == "required"
    assert ask(pack, "visa", day, **facts).outcome == "exempt"


def test_annex_one_today_is_the_list_of_the_act() -> None:
    """Annex I holds these 104 countries and entities on 23 November 2026, and no other."""
    listed = {entry.split()[-1] for entry in ANNEX_I.replace("\n", " ").split(",")}
    assert sets_on(project_pack("eu.short-stay"), NOW)["annex_I"] == listed
    assert len(listed) == 104


def test_every_state_is_in_one_list_or_has_free_movement() -> None:
    """On every day of change each state stands in exactly one of the three groups."""
    pack = project_pack("eu.short-stay")
    groups = ("annex_I", "annex_II", "free_movement")
    for day in sorted({day for day, _ in MOVES} | {NOW, datetime.date(2021, 1, 1)}):
        sets = sets_on(pack, day)
        for code, country in COUNTRIES.items():
            held = [name for name in groups if code in sets[name]]
            expected = 1 if country.kind == "state" else len(held)
            assert len(held) == expected, (code, day, held)
            assert len(held) <= 1, (code, day, held)


def test_annex_two_has_its_special_parts() -> None:
    """Hong Kong, Macao, five kinds of British nationals, Taiwan and Kosovo stand in annex II."""
    sets = sets_on(project_pack("eu.short-stay"), NOW)
    assert set("HKG MAC GBN GBD GBO GBP GBS TWN RKS".split()) <= sets["annex_II"]


@pytest.mark.parametrize(
    ("day", "question", "facts", "cite"),
    [
        ("2018-12-17", "visa", {"nationality": "IND"}, "Reg (EC) 539/2001 art. 1(1)"),
        ("2018-12-18", "visa", {"nationality": "IND"}, "Reg (EU) 2018/1806 art. 3(1)"),
        ("2016-04-11", "document_ok", {"expires": "2016-04-01"}, "Reg (EC) 562/2006 art. 5(1)(a)"),
        ("2016-04-12", "document_ok", {"expires": "2016-04-01"}, "Reg (EU) 2016/399 art. 6(1)(a)"),
    ],
)
def test_an_answer_cites_the_act_of_its_day(
    day: str, question: str, facts: dict[str, str], cite: str
) -> None:
    """Nobody is told that an act required something before there was that act."""
    on = datetime.date.fromisoformat(day)
    facts = {"document": "ordinary", **facts}
    decision = ask(project_pack("eu.short-stay"), question, on, **facts)
    assert [rule.cite[: len(cite)] for rule in decision.deciding] == [cite]


def test_no_citation_is_younger_than_the_answer() -> None:
    """On the day before the codification no rule on visas or documents cites it."""
    pack = project_pack("eu.short-stay")
    for day, act in (("2018-12-17", "Reg (EU) 2018/1806"), ("2016-04-11", "Reg (EU) 2016/399")):
        on = datetime.date.fromisoformat(day)
        for question in ("visa", "document_ok", "entry"):
            for rule in view_of(pack, question, on).rules:
                assert act not in rule.cite.replace(f"(now {act}", ""), rule.id


@pytest.mark.parametrize("code", BIOMETRIC)
def test_only_biometric_passports_of_nine_are_exempt(code: str) -> None:
    """Nine entries of annex II carry the footnote on biometric passports."""
    pack = project_pack("eu.short-stay")
    assert sets_on(pack, NOW)["biometric_only"] == set(BIOMETRIC)
    answers = [
        ask(pack, "visa", NOW, nationality=code, document="ordinary", biometric=word).outcome
        for word in ("yes", "no", "unknown")
    ]
    assert answers == ["exempt", "required", "UNKNOWN"]


@pytest.mark.parametrize(
    ("day", "states"),
    [
        ("2011-12-18", 25),
        ("2011-12-19", 26),
        ("2022-12-31", 26),
        ("2023-01-01", 27),
        ("2024-03-30", 27),
        ("2024-03-31", 29),
        ("2026-11-23", 29),
    ],
)
def test_the_schengen_area_grows(day: str, states: int) -> None:
    """25 states, then Liechtenstein, Croatia, Bulgaria and Romania: 29."""
    sets = sets_on(project_pack("eu.short-stay"), datetime.date.fromisoformat(day))
    assert len(sets["schengen_states"]) == states
    assert not sets["schengen_states"] & sets["not_in_full"]
    assert not {"CYP", "IRL"} & sets["schengen_states"]


@pytest.mark.parametrize(
    ("issuer", "day", "outcome"),
    [
        ("HRV", "2013-06-30", "state_option"),
        ("HRV", "2013-07-01", "exempt"),
        ("BGR", "2012-01-01", "exempt"),
        ("ROU", "2012-01-01", "exempt"),
        ("CYP", "2026-11-23", "exempt"),
        ("IRL", "2026-11-23", "state_option"),
        ("GBR", "2020-12-31", "state_option"),
        ("GBR", "2021-01-01", "state_option"),
        ("LIE", "2026-11-23", "exempt"),
        ("UKR", "2017-06-10", "required"),
        ("UKR", "2017-06-11", "state_option"),
        ("RKS", "2023-12-31", "required"),
        ("RKS", "2024-01-01", "state_option"),
        ("VUT", "2025-02-02", "state_option"),
        ("VUT", "2025-02-03", "required"),
        ("UNO", "2026-11-23", "GAP"),
    ],
)
@pytest.mark.parametrize(
    ("nationality", "document"),
    [("XXA", "stateless-1954"), ("XXB", "convention-1951"), ("XXC", "alien")],
)
def test_refugees_and_stateless_by_who_issued_the_document(
    issuer: str, day: str, outcome: str, nationality: str, document: str
) -> None:
    """Art. 3(2), 4(2)(c), 6(2)(b) and (d): the issuing state decides, as it stood on the day."""
    on = datetime.date.fromisoformat(day)
    facts = {"nationality": nationality, "document": document, "issuer": issuer}
    assert ask(project_pack("eu.short-stay"), "visa", on, **facts).outcome == outcome


def test_dropping_any_part_of_a_list_changes_the_list_on_some_day() -> None:
    """No dated part of a set is idle: each adds a member on its first day."""
    pack = project_pack("eu.short-stay")
    for dated in pack.sets.values():
        for part in dated.parts:
            day = max(part.period.first or NOW, datetime.date(2009, 12, 19))
            others = [
                one.members for one in dated.parts if one is not part and one.period.covers(day)
            ]
            assert part.members - frozenset().union(*others) == part.members, dated.id
