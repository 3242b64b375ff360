"""Write the demo's inputs into demo/: invented persons of training states, seeded.

alerts.jsonl     drafts of alerts that Utopia (UTO) enters by hand
un-list.xml      a list in the true format of the UN Security Council consolidated list
manifest.csv     206 passengers to Arcadia (QMA); some are on the lists in another spelling,
                 some only share a name, some hold refugee travel documents

Run it again and nothing changes: `python tools/make_demo.py && git diff --exit-code demo`.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

DEMO = Path(__file__).parent.parent / "demo"

GIVEN = (
    "Anouk Belisar Corvina Darrow Elowen Fenwick Galia Hestor Ilvane Jorun Kessia Lorcan "
    "Mirelle Nadezh Orsolya Perrin Quillon Rosamund Severin Tamsin Ulrika Vesper Wystan "
    "Xanthe Yorick Zelda"
).split()
FAMILY = (
    "Ambervale Brackenreed Cindermoor Duskwater Everhollow Fallowmere Greymantle "
    "Hollowbrook Ironvale Juniperfield Kestrelmoor Larkhaven Mistlebank Northwold "
    "Oakhallow Pinegrove Quarrystone Ravenscar Silverfen Thornwick Umberland Violetdale "
    "Willowmarsh Yarrowfield"
).split()
STATES = ("QMA", "QNB", "QPC", "QRD", "QZZ")

Person = dict[str, Any]


def person(draw: random.Random, **given: Any) -> Person:
    """Draw one invented person; ``given`` fixes some of it."""
    born = datetime.date(1950, 1, 2) + datetime.timedelta(days=draw.randrange(20000))
    letters = "".join(draw.choice("BCDFGHJKLMNPRTVWXZ") for _ in range(2))
    drawn: Person = {
        "surname": draw.choice(FAMILY),
        "forenames": draw.choice(GIVEN),
        "birth_date": born.isoformat(),
        "nationality": draw.choice(STATES),
        "sex": draw.choice("FM"),
        "document_number": f"{letters}{draw.randrange(10**7):07d}",
        "document_kind": "ordinary",
    }
    drawn.update(given)
    drawn.setdefault("document_issuer", drawn["nationality"])
    return drawn


def identity(one: Person, *aliases: str) -> dict[str, Any]:
    """Give the identity of an alert about ``one``."""
    names = [
        {
            "full": f"{one['forenames']} {one['surname']}",
            "surname": one["surname"],
            "forenames": one["forenames"],
            "kind": "primary",
        }
    ]
    names += [{"full": a, "surname": "", "forenames": "", "kind": "alias"} for a in aliases]
    number = {
        "number": one["document_number"],
        "issuer": one["document_issuer"],
        "kind": "ordinary",
    }
    return {
        "names": names,
        "birth_dates": [{"date": one["birth_date"], "estimated": False}],
        "nationalities": [one["nationality"]],
        "sex": one["sex"],
        "documents": [number] if one["document_number"] else [],
        "birth_place": "",
    }


def draft(number: int, category: str, who: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give the draft of one alert as `comity alert issue` reads it."""
    return {
        "local_id": f"2026-{number:04d}",
        "category": category,
        "identity": who,
        "reason": more.pop("reason", "entry ban after a return that was enforced"),
        "reference": f"MOI/2026/{number:05d}",
        "authority": "Ministry of the Interior of Utopia",
        "decided_on": "2026-03-02",
        "proportionality": "individual assessment on file; no lighter measure would serve",
        **more,
    }


def drafts(draw: random.Random, wanted: list[Person]) -> list[dict[str, Any]]:
    """Give forty drafts: the ``wanted`` first, with their aliases, then persons who stay away."""
    listed = [
        draft(1, "entry-refusal-ban", identity(wanted[0]), basis="entry-ban"),
        draft(2, "entry-refusal-ban", identity(wanted[1], "الخضر مستلبانك"), basis="entry-ban"),
        draft(
            3,
            "entry-refusal-threat",
            identity(wanted[2], "Нортволд Корвина"),
            basis="conviction",
            reason="sentenced to three years for smuggling of persons",
            warnings=["violent"],
        ),
        draft(4, "entry-refusal-ban", identity(wanted[3]), basis="entry-ban"),
        draft(
            5,
            "return",
            identity(wanted[4]),
            reason="return decision",
            last_departure="2026-04-30",
            entry_ban=True,
        ),
        draft(6, "entry-refusal-ban", identity(wanted[5]), basis="entry-ban"),
    ]
    others = (person(draw) for _ in range(34))
    listed += [
        draft(number, "entry-refusal-ban", identity(one), basis="entry-ban")
        for number, one in enumerate(others, start=7)
    ]
    return listed


def individual(number: int, one: Person, alias: str = "") -> str:
    """Give one INDIVIDUAL of the consolidated list."""
    year, month, day = one["birth_date"].split("-")
    return f"""    <INDIVIDUAL>
      <DATAID>{9900000 + number}</DATAID>
      <VERSIONNUM>1</VERSIONNUM>
      <FIRST_NAME>{escape(one["forenames"].upper())}</FIRST_NAME>
      <SECOND_NAME>{escape(one["surname"].upper())}</SECOND_NAME>
      <UN_LIST_TYPE>Training</UN_LIST_TYPE>
      <REFERENCE_NUMBER>TRi.{number:03d}</REFERENCE_NUMBER>
      <LISTED_ON>2025-06-{1 + number % 28:02d}</LISTED_ON>
      <GENDER>{"Female" if one["sex"] == "F" else "Male"}</GENDER>
      <COMMENTS1>Invented person of a training state.</COMMENTS1>
      <NATIONALITY><VALUE>{one["nationality"]}</VALUE></NATIONALITY>
      <LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE>
      <INDIVIDUAL_ALIAS>
        <QUALITY>{"Good" if alias else ""}</QUALITY>
        <ALIAS_NAME>{escape(alias)}</ALIAS_NAME>
      </INDIVIDUAL_ALIAS>
      <INDIVIDUAL_DATE_OF_BIRTH>
        <TYPE_OF_DATE>EXACT</TYPE_OF_DATE>
        <DATE>{year}-{month}-{day}</DATE>
      </INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DOCUMENT>
        <TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>
        <NUMBER>{one["document_number"]}</NUMBER>
        <ISSUING_COUNTRY>{one["document_issuer"]}</ISSUING_COUNTRY>
      </INDIVIDUAL_DOCUMENT>
    </INDIVIDUAL>
"""


def un_list(draw: random.Random, wanted: list[Person]) -> str:
    """Give a list of thirty persons, the ``wanted`` first, and one entity."""
    people = wanted + [person(draw) for _ in range(30 - len(wanted))]
    inner = "".join(
        individual(n, one, "Quill of Umberland" if n == 1 else "")
        for n, one in enumerate(people, start=1)
    )
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00.000Z">
  <INDIVIDUALS>
{inner}  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY>
      <DATAID>9909999</DATAID>
      <VERSIONNUM>1</VERSIONNUM>
      <FIRST_NAME>ZEMBLAN TRAINING TRADING COMPANY</FIRST_NAME>
      <UN_LIST_TYPE>Training</UN_LIST_TYPE>
      <REFERENCE_NUMBER>TRe.001</REFERENCE_NUMBER>
      <LISTED_ON>2025-06-01</LISTED_ON>
    </ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>
"""


def manifest(draw: random.Random, wanted: list[Person], banned: list[Person]) -> list[Person]:
    """Give 206 passengers: listed ones in other spellings among others who have done nothing."""
    shown = [
        wanted[0],  # as listed
        {**wanted[1], "surname": "Misselbank", "forenames": "Elowenn"},  # another romanisation
        {**wanted[2], "document_number": wanted[2]["document_number"].replace("0", "O", 1)},
        {**person(draw), "surname": wanted[3]["surname"], "forenames": wanted[3]["forenames"]},
        wanted[4],
        {**banned[0], "birth_date": banned[0]["birth_date"][:4]},  # only the year of birth
        {**banned[1], "surname": banned[1]["forenames"], "forenames": banned[1]["surname"]},
    ]
    refugees = [
        person(
            draw,
            nationality="XXB",
            document_issuer="QNB",
            document_kind="convention-1951",
        )
        for _ in range(3)
    ]
    # One of them bears the very name and birth date of an alert: it must never be asked.
    refugees[0].update({k: wanted[5][k] for k in ("surname", "forenames", "birth_date", "sex")})
    others = [person(draw) for _ in range(206 - len(shown) - len(refugees))]
    people = shown + refugees + others
    draw.shuffle(people)
    return people


def write() -> None:
    """Write the three files."""
    draw = random.Random(20261123)  # noqa: S311 - invented persons, not keys
    wanted = [
        person(draw, surname="Thornwick", forenames="Severin", document_number="UT4417205"),
        person(draw, surname="Mistlebank", forenames="Elowen", document_number="", sex="F"),
        person(draw, surname="Northwold", forenames="Corvina", document_number="NZ0093017"),
        person(draw, surname="Larkhaven", forenames="Perrin"),
        person(draw, surname="Duskwater", forenames="Galia", sex="F"),
        person(draw, surname="Silverfen", forenames="Hestor", sex="M"),
    ]
    banned = [
        person(draw, surname="Umberland", forenames="Quillon"),
        person(draw, surname="Ravenscar", forenames="Jorun"),
    ]
    DEMO.mkdir(exist_ok=True)
    lines = [json.dumps(d, ensure_ascii=False, sort_keys=True) for d in drafts(draw, wanted)]
    (DEMO / "alerts.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (DEMO / "un-list.xml").write_text(un_list(draw, banned), "utf-8")
    people = manifest(draw, wanted, banned)
    for number, one in enumerate(people, start=1):
        one["reference"] = f"QM617/{number:03d}"
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, list(people[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(people)
    (DEMO / "manifest.csv").write_text(sheet.getvalue(), "utf-8")


if __name__ == "__main__":
    write()
