"""The refusal of entry: asked first, complete, decided by a named person, readable."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from comity.bureau.refusal_form import forms_folder, print_form
from comity.errors import ComityError, Malformed, NotFound, NotPermitted
from comity.law.ground import CHOICES, GROUNDS
from comity.law.presence import Stay
from comity.law.refusal import (
    Crossing,
    Officer,
    Person,
    Presented,
    ProtectionAnswer,
    Refusal,
    Remedy,
    Visa,
    answer_protection,
    claim_protection,
    fill,
    issue,
    missing,
    open_refusal,
    rely,
    repeats,
)
from comity.law.stay import count
from comity.law.stay_limit import StayLimit
from comity.law.suggestion import Suggestion, suggestion_from_stay

OFFICER = Officer("Ada Example", "BG-0042", "Border Guard of Utopia")
REASONS = "The stamps show 97 days within the last 180; the traveller confirmed each of them."
LANGUAGES = ("en", "fr", "es", "pt", "ar")
SUGGESTED = Suggestion("F", "stay.90-180", "Reg (EU) 2016/399 art. 6(1)", "no more than 90 days in")


def opened() -> Refusal:
    """A case with person, document and crossing known."""
    return open_refusal(
        person=Person("SPECIMEN", "ANNA MARIA", "1974-08-12", "Zenith", "F", "UTO", "UTO"),
        document=Presented("ordinary", "L898902C3", "UTO", "2020-04-16"),
        crossing=Crossing("Port Utopia", "2026-11-23", "14:35", "Dalmara", "flight QX 123"),
        suggestions=(SUGGESTED,),
    )


def asked(*, seeks: bool = False) -> Refusal:
    """The same after the question about protection."""
    answer = ProtectionAnswer(seeks, OFFICER, "2026-11-23", "14:20", "en")
    return answer_protection(opened(), answer)


def complete(language: str = "en") -> Refusal:
    """A case with nothing left empty."""
    case = fill(
        asked(),
        visa=Visa(*["-"] * 7),
        remedy=Remedy("Aliens Act s. 12", "Court of Utopia", "15 days", "in writing", "legal aid"),
        national_law="Aliens Act s. 5",
        language=language,
        understood=language,
        title_held="no",
        ees_recorded="yes",
        signature="signed",
    )
    return rely(case, "F", days_used="97")


def code(act: object, *arguments: object, **named: object) -> str:
    """The code of the error that an act raises."""
    with pytest.raises(ComityError) as caught:
        act(*arguments, **named)  # type: ignore[operator]
    return caught.value.code


def test_r28_protection_is_asked_before_anything_else() -> None:
    """No field filled, no ground relied on, nothing issued before the question is answered."""
    case = opened()
    assert code(fill, case, national_law="s. 5") == "refusal-protection-unasked"
    assert code(rely, case, "A") == "refusal-protection-unasked"
    assert code(issue, case, OFFICER, REASONS, "2026-11-23") == "refusal-protection-unasked"


def test_r28_yes_makes_refusal_impossible() -> None:
    """Who seeks protection goes to the asylum authority; every step of a refusal is closed."""
    case = asked(seeks=True)
    assert case.stage == "asylum"
    assert code(fill, case, national_law="s. 5") == "refusal-protection-claimed"
    assert code(rely, case, "A") == "refusal-protection-claimed"
    assert code(issue, case, OFFICER, REASONS, "2026-11-23") == "refusal-protection-claimed"
    answer = ProtectionAnswer(False, OFFICER, "2026-11-23", "14:30", "en")
    assert code(answer_protection, case, answer) == "refusal-protection-claimed"
    assert code(print_form, case, draft=True) == "refusal-protection-claimed"


def test_r28_protection_may_be_claimed_at_any_time() -> None:
    """Also with the form complete, and after it was issued."""
    for case in (complete(), issue(complete(), OFFICER, REASONS, "2026-11-23")):
        claimed = claim_protection(case)
        assert code(issue, claimed, OFFICER, REASONS, "2026-11-23") == "refusal-protection-claimed"
        assert code(print_form, claimed) == "refusal-protection-claimed"


def test_r28_the_question_is_asked_by_a_named_person_in_a_language() -> None:
    """Who asked, when and in which language is part of the answer."""
    blank = ProtectionAnswer(False, OFFICER, "2026-11-23", "14:20", "")
    assert code(answer_protection, opened(), blank) == "refusal-incomplete"
    unnamed = ProtectionAnswer(False, Officer(), "2026-11-23", "14:20", "en")
    assert code(answer_protection, opened(), unnamed) == "refusal-officer-unnamed"
    again = ProtectionAnswer(False, OFFICER, "2026-11-23", "14:40", "en")
    assert code(answer_protection, asked(), again) == "refusal-protection-answered"


def test_r36_a_named_person_decides() -> None:
    """No name, no number, or the name of a machine: no decision."""
    for officer in (
        Officer("", "1", "Border Guard"),
        Officer("Ada Example", "", "Border Guard"),
        Officer("Comity", "1", "Border Guard"),
        Officer("The System", "1", "Border Guard"),
    ):
        assert code(issue, complete(), officer, REASONS, "2026-11-23") == "refusal-officer-unnamed"
    nowhere = Officer("Ada Example", "1", "")
    assert code(issue, complete(), nowhere, REASONS, "2026-11-23") == "refusal-incomplete"


@pytest.mark.parametrize(
    "reasons", ["", "overstay", SUGGESTED.text, "NO MORE  than 90 days in", SUGGESTED.cite]
)
def test_r36_the_reasons_are_the_officers_own(reasons: str) -> None:
    """Empty, short or copied reasons are refused."""
    assert code(issue, complete(), OFFICER, reasons, "2026-11-23") == "refusal-reasons-not-own"


def test_r36_the_same_reasons_again_and_again_are_flagged() -> None:
    """Copies of one's own reasons count too, whatever their case and spacing."""
    earlier = [REASONS, REASONS.upper(), REASONS + " "]
    assert repeats(REASONS, earlier, most=2)
    assert not repeats(REASONS, earlier, most=3)


def test_a_suggestion_never_ticks_a_box() -> None:
    """What the law pack found is beside the box; without the officer no ground is relied on."""
    case = asked()
    assert case.suggestions
    assert case.grounds == ()
    assert "grounds" in missing(case)


def test_r34_a_form_with_an_empty_field_cannot_be_issued() -> None:
    """Each field of the form, emptied alone, stops it and is named."""
    whole = complete()
    assert missing(whole) == ()
    for part in ("person", "document", "visa", "crossing", "remedy"):
        value = getattr(whole, part)
        for name in value.__dataclass_fields__:
            holed = replace(whole, **{part: replace(value, **{name: " "})})
            assert missing(holed) == (f"{part}.{name}",)
            assert code(issue, holed, OFFICER, REASONS, "2026-11-23") == "refusal-incomplete"
    for name in ("national_law", "title_held", "ees_recorded", "signature"):
        assert missing(replace(whole, **{name: ""})) == (name,)  # type: ignore[arg-type]
    assert missing(replace(whole, grounds=())) == ("grounds",)
    assert code(issue, whole, OFFICER, REASONS, " ") == "refusal-incomplete"


def test_r34_the_remedy_is_never_a_dash() -> None:
    """A dash says that nothing was presented; it is no remedy, no deadline and no law."""
    whole = complete()
    dashed = replace(whole, remedy=replace(whole.remedy, deadline="-"), national_law="-")
    assert missing(dashed) == ("remedy.deadline", "national_law")


def test_r34_an_alert_names_the_state_whose_data_weighed() -> None:
    """Ground H needs the register, the issuing state and where to have the alert corrected."""
    case = rely(complete(), "H")
    assert missing(case) == ("ground H.source", "ground H.alert_state", "ground H.alert_remedy")
    told = rely(case, "H", source="SIS", alert_state="DEU", alert_remedy="authority of that state")
    assert missing(told) == ()
    assert told.grounds[-1].detail("alert_state") == "D"
    assert code(rely, case, "H", alert_state="QQQ") == "country-unknown"


def test_r35_the_essence_of_security_grounds_or_the_record_why_not() -> None:
    """Ground I needs its essence, or who withheld it, by which decision, and the court's file."""
    case = rely(complete(), "I", threat="public health", national_law="Health Act s. 3")
    assert missing(case) == ("ground I.essence",)
    said = {"threat": "public health", "national_law": "Health Act s. 3"}
    assert missing(rely(case, "I", essence="outbreak at origin", **said)) == ()
    half = rely(case, "I", withheld_by="Ministry", **said)
    assert missing(half) == ("ground I.withheld_reference", "ground I.court_file")
    full = rely(case, "I", withheld_by="M", withheld_reference="R 1", court_file="F 1", **said)
    assert missing(full) == ()


def test_r33_a_title_or_an_official_passport_is_consulted_on_first() -> None:
    """Holders of a right to enter or of an official passport: consult before refusing."""
    titled = fill(complete(), title_held="yes")
    assert missing(titled) == ("consultation",)
    assert missing(fill(titled, consultation="issuing state, 2026-11-23, ref 7")) == ()
    official = replace(complete(), document=Presented("service", "X1", "UTO", "2020-01-01"))
    assert missing(official) == ("consultation",)


def test_a_language_the_person_does_not_understand_needs_an_interpreter() -> None:
    """The form may be in another language only with an interpreter named."""
    case = fill(complete(), understood="ka")
    assert missing(case) == ("interpreter",)
    assert missing(fill(case, interpreter="I. Example, by telephone")) == ()


def test_a_refusal_to_sign_is_noted_under_comments() -> None:
    """Annex V part A(1)(a): the officer says so under comments."""
    case = fill(complete(), signature="refused")
    assert missing(case) == ("comments",)


@pytest.mark.parametrize(
    ("letter", "details"),
    [("E", ["documents_missing"]), ("F", ["days_used"]), ("J", ["biometrics_for"])],
)
def test_grounds_with_boxes_need_them(letter: str, details: list[str]) -> None:
    """E names the documents, F the days counted, J what the biometrics were for."""
    bare = [name for name in missing(rely(complete(), letter)) if f"ground {letter}" in name]
    assert bare == [f"ground {letter}.{name}" for name in details]


def test_unknown_grounds_fields_and_boxes_are_refused() -> None:
    """There are ten grounds, the fields of the form, and its boxes."""
    assert code(rely, complete(), "K") == "refusal-ground"
    assert code(fill, complete(), reasons="x") == "refusal-field"
    assert code(fill, complete(), stage="issued") == "refusal-field"
    assert code(fill, complete(), language="de") == "refusal-choice"
    assert code(rely, complete(), "J", biometrics_for="curiosity") == "refusal-choice"


def test_an_issued_form_cannot_be_changed() -> None:
    """After the decision no field and no ground changes."""
    issued = issue(complete(), OFFICER, REASONS, "2026-11-23")
    assert issued.stage == "issued"
    assert code(fill, issued, comments="x") == "refusal-issued"
    assert code(rely, issued, "A") == "refusal-issued"
    assert code(issue, issued, OFFICER, REASONS, "2026-11-24") == "refusal-issued"


def test_errors_hold_no_personal_data() -> None:
    """An error names fields, never what stands in them."""
    with pytest.raises(Malformed) as caught:
        issue(replace(complete(), national_law=""), OFFICER, REASONS, "2026-11-23")
    assert "SPECIMEN" not in str(caught.value)
    assert caught.value.where == "national_law"


def test_days_suggest_ground_f_only_beyond_doubt() -> None:
    """A count that leaves no day on any reading suggests F; a range with a day left does not."""
    limit = StayLimit(id="stay.90-180", cite="art. 6(1)", days=90, window="rolling", span=180)
    over = count([Stay(date(2026, 1, 1), date(2026, 4, 5))], limit, date(2026, 4, 5))
    found = suggestion_from_stay(over)
    assert found is not None
    assert (found.letter, found.text) == ("F", "95 days used: 90 days in any rolling 180 days")
    doubt = count([Stay(date(2026, 1, 1), None)], limit, date(2026, 4, 30))
    assert suggestion_from_stay(doubt) is None


# The printed form.


def words(language: str) -> dict[str, object]:
    """The words of the form in one language."""
    return tomllib.loads((forms_folder() / "refusal" / f"{language}.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    """Ten grounds, all details and choices, the same keys in every language, none empty."""
    own, english = words(language), words("en")
    assert own.keys() == english.keys()
    for table in ("ground", "detail", "choice"):
        assert own[table].keys() == english[table].keys()  # type: ignore[attr-defined]
        assert all(own[table].values())  # type: ignore[attr-defined]
    assert list(own["ground"]) == list(GROUNDS)  # type: ignore[call-overload]
    needed = {name for ground in GROUNDS.values() for name in ground.details}
    assert needed <= own["detail"].keys()  # type: ignore[attr-defined]
    boxes = {box for name in needed & CHOICES.keys() for box in CHOICES[name]}
    assert boxes == own["choice"].keys()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_r34_the_form_prints_tagged_in_the_language_of_its_reader(language: str) -> None:
    """PDF/UA: tagged, with title and language; Arabic with its own typeface embedded."""
    issued = issue(complete(language), OFFICER, REASONS, "2026-11-23")
    printed = print_form(issued)
    assert printed.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in printed
    assert b"pdfuaid" in printed
    assert f"/Lang({language})".encode() in printed.replace(b"/Lang (", b"/Lang(")
    assert (b"NotoNaskhArabic" in printed) == (language == "ar")


def test_the_same_form_prints_to_the_same_bytes() -> None:
    """The day printed in the file is that of the decision, not of the printing."""
    issued = issue(complete(), OFFICER, REASONS, "2026-11-23")
    assert print_form(issued) == print_form(issued)


def test_no_interpreter_and_no_consultation_leave_no_line() -> None:
    """A dash there is no document that was "none presented": the line is left out."""
    case = complete()
    without = print_form(replace(case, interpreter="", consultation=""), draft=True)
    assert print_form(replace(case, interpreter="-", consultation="-"), draft=True) == without


def test_only_an_issued_form_is_printed_and_a_draft_says_what_it_is() -> None:
    """Software prepares; what nobody decided prints only as a draft."""
    case = complete()
    assert code(print_form, case) == "refusal-not-issued"
    draft = print_form(case, draft=True)
    assert draft != print_form(issue(case, OFFICER, REASONS, "2026-11-23"))
    assert print_form(opened(), draft=True).startswith(b"%PDF-")


def test_what_was_written_is_text_and_never_code() -> None:
    """Markup, code and quotes in a field are printed as they stand."""
    nasty = '#read("/etc/passwd") $x$ *b* \\ "quotes" <tag> // @ref'
    case = issue(fill(complete(), comments=nasty), OFFICER, REASONS + nasty, "2026-11-23")
    assert print_form(case).startswith(b"%PDF-")


def test_unknown_languages_and_endless_texts_are_refused() -> None:
    """No path, no missing language, no flood."""
    issued = issue(complete(), OFFICER, REASONS, "2026-11-23")
    with pytest.raises(NotFound, match="refusal-language"):
        print_form(issued, language="../en")
    with pytest.raises(NotPermitted, match="refusal-too-long"):
        print_form(replace(issued, comments="x" * 30_000))


def test_the_typeface_ships_with_its_licence() -> None:
    """The Arabic typeface is under the Open Font License, which lies beside it."""
    fonts: Path = forms_folder() / "fonts"
    assert "SIL Open Font License" in (fonts / "OFL.txt").read_text("utf-8")
    assert sorted(path.name for path in fonts.glob("*.ttf")) == [
        "NotoNaskhArabic-Bold.ttf",
        "NotoNaskhArabic-Regular.ttf",
    ]
