"""Letters of other alphabets in the zone, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.documents.letters import (
    ARABIC,
    ARABIC_RESTORED,
    CYRILLIC,
    CYRILLIC_EXCEPTIONS,
    CYRILLIC_FIRST,
    LATIN,
)
from comity.documents.transliteration import (
    FORMS_MAX,
    arabic_of,
    forms_of,
    latin_of,
    transliterate,
)
from comity.errors import Malformed


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Ériksson Anna-María", "", "ERIKSSON ANNA MARIA"),
        ("Müller-Østergård", "", "MUELLER OESTERGAARD"),
        ("D'Artagnan, O’Connor", "", "DARTAGNAN OCONNOR"),
        ("straße Þór Œuvre", "", "STRASSE THOR OEUVRE"),
        ("Nguyễn Thị Ánh", "", "NGUYEN THI ANH"),
        ("Щербаков Юрий Объедков", "", "SHCHERBAKOV IURII OBIEEDKOV"),
        ("Щербаков", "bg", "SHTERBAKOV"),
        ("Єлизавета Юріївна Гнатюк", "uk", "YELYZAVETA YURIIVNA HNATIUK"),
        ("Ђорђе Живковић", "sr", "DORDE ZIVKOVIC"),
        ("Ѓорѓи Ќосев", "mk", "GJORGJI KJOSEV"),
        ("ابو بكر محمد بن زكريا الرازي", "", "ABW BKR MXHMD BN ZKRYA ALRAZY"),
        ("سميرة بادغيس", "", "SMYRXAH BADGYS"),
        ("الشمّاع", "", "ALXSHMMAE"),
        ("مُحَمَّد", "", "MXHMMD"),
        ("ﻣﺤﻤﺪ", "", "MXHMD"),
        ("چگونه پژمان", "", "XCXGGWNH PXJMAN"),
        ("A¸ ' B", "", "A B"),
        ("", "", ""),
    ],
)
def test_names_of_the_doc_and_its_tables(text: str, language: str, expected: str) -> None:
    """Names come out as tables A, B and C with their exceptions say."""
    assert transliterate(text, language=language) == expected


def test_every_form_that_a_document_may_show() -> None:
    """Where the Doc allows several forms all are given, the recommended first."""
    assert forms_of("Müller") == ("MUELLER", "MUXXLLER", "MULLER")
    assert forms_of("Ñandú") == ("NANDU", "NXXANDU")
    assert forms_of("Гнатюк") == ("GNATIUK", "HNATIUK")
    assert len(forms_of("ÜÜÜÜÜÜÜÜÜÜ")) <= FORMS_MAX


@pytest.mark.parametrize("text", ["Ελένη", "สมชาย", "김", "山田", "A1", "ق😀"])
def test_letters_of_no_table_are_refused(text: str) -> None:
    """A letter that the Doc does not transliterate is refused without repeating it."""
    with pytest.raises(Malformed) as caught:
        transliterate(text)
    assert caught.value.code == "letter-without-form"
    assert text not in str(caught.value)


def test_arabic_is_restored() -> None:
    """Table C is reversible: the original comes back from the zone."""
    assert arabic_of("ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY") == "ابو بكر محمد بن زكريا الرازي"
    assert arabic_of("SMYRXAH BADGYS") == "سميرة بادغيس"
    assert arabic_of("VICTOR") is None
    assert arabic_of("") is None


letters = sorted(letter for letter in ARABIC if letter not in "ېة")


@given(st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join))
def test_arabic_goes_there_and_back(text: str) -> None:
    """arabic_of(transliterate(t)) == t for every name without vowel signs and shadda."""
    assert arabic_of(transliterate(text)) == text


def test_no_arabic_form_begins_another() -> None:
    """Words of table C can be read in one way only."""
    forms = sorted(ARABIC_RESTORED)
    for one in forms:
        assert not [other for other in forms if other != one and other.startswith(one)]


def test_latin_letters_that_can_be_restored() -> None:
    """NXX and UXX say Ñ and Ü."""
    assert latin_of("NXXANDU MUXXLLER") == "ÑANDU MÜLLER"


@pytest.mark.parametrize("table", [LATIN, CYRILLIC, ARABIC])
def test_tables_hold_single_capitals_and_zone_letters(table: dict[str, str]) -> None:
    """Keys are single letters as upper() leaves them, forms are A-Z."""
    for letter, form in table.items():
        assert len(letter) == 1
        assert letter in ("ı", "ĸ") or letter.upper() == letter
        assert all(not each or (each.isascii() and each.isalpha()) for each in form)


def test_exceptions_are_about_letters_of_the_table() -> None:
    """No exception names a letter that the table does not have."""
    for exceptions in (*CYRILLIC_EXCEPTIONS.values(), *CYRILLIC_FIRST.values()):
        assert set(exceptions) <= set(CYRILLIC)


@given(st.text(max_size=60))
def test_no_text_breaks_the_tables(text: str) -> None:
    """Any text becomes words of A-Z, or is refused as Malformed."""
    try:
        form = transliterate(text)
    except Malformed:
        return
    assert form == " ".join(form.split())
    assert form in forms_of(text, language="")
    assert not form.replace(" ", "").strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
