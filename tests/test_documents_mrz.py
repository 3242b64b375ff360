"""Machine-readable zones: reading, checking, writing."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.documents.check_digit import ALPHABET, compute_digit
from comity.documents.layout import LAYOUTS, Format
from comity.documents.mrz import NOTES, Fields, format_mrz, identity_of, read_mrz
from comity.documents.name_field import format_names, read_names
from comity.errors import ComityError, Malformed

ON = datetime.date(2026, 11, 23)
SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
VECTORS = sorted((Path(__file__).parent / "vectors" / "mrz").glob("*.txt"))


def load(path: Path) -> tuple[dict[str, str], str]:
    """Split a vector into its expectations and the zone."""
    head, _, zone = path.read_text(encoding="utf-8").partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines() if ": " in line), zone


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector_reads_as_it_says(path: Path) -> None:
    """Each vector holds, fails or is refused exactly as its first lines say."""
    expect, zone = load(path)
    verdict, _, rest = expect["expect"].partition(" ")
    if verdict == "malformed":
        with pytest.raises(Malformed) as caught:
            read_mrz(zone, on=ON)
        assert caught.value.code == rest
        return
    reading = read_mrz(zone, on=ON)
    assert [each.field for each in reading.checks if not each.holds] == rest.split()
    for field, value in expect.items():
        if field == "birth":
            assert [str(date) for date in reading.inferred.birth_dates] == value.split()
        elif field == "note":
            assert value in reading.notes
        elif field not in ("about", "expect"):
            assert getattr(reading.read, field) == value


def test_vectors_are_there() -> None:
    """The vectors are found, so that no run passes by testing nothing."""
    assert len(VECTORS) >= 40


@pytest.mark.parametrize(
    ("text", "digit"), [("520727", "3"), ("AB2134<<<", "5"), ("", "0"), ("L898902C3", "6")]
)
def test_check_digit_of_the_doc(text: str, digit: str) -> None:
    """The worked examples of Doc 9303-3, 4.9 come out as printed there."""
    assert compute_digit(text) == digit


@given(st.text(ALPHABET, min_size=1, max_size=90), st.data())
def test_check_digit_finds_one_wrong_figure(text: str, data: st.DataObject) -> None:
    """One digit read as another digit is always found, since weights and ten have no divisor."""
    place = data.draw(st.integers(0, len(text) - 1))
    before = text[:place] + data.draw(st.sampled_from("01234")) + text[place + 1 :]
    after = text[:place] + data.draw(st.sampled_from("56789")) + text[place + 1 :]
    assert compute_digit(before) != compute_digit(after)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
word = st.text(LETTERS, min_size=1, max_size=12)
two_digits = st.integers(0, 99).map("{:02d}".format)
date = st.one_of(
    st.tuples(two_digits, two_digits, two_digits).map("".join),
    two_digits.map(lambda year: f"{year}<<<<"),
    st.just("<<<<<<"),
)


@st.composite
def zones(draw: st.DrawFn) -> Fields:
    """Draw what any format can hold without loss."""
    format_: Format = draw(st.sampled_from(sorted(LAYOUTS)))
    first, last = LAYOUTS[format_].name
    words = draw(st.lists(word, min_size=1, max_size=4))
    while sum(map(len, words)) + len(words) + 1 >= last - first:
        words = words[:-1] or ["A"]
    part = draw(st.integers(1, len(words)))
    long = 20 if format_ == "TD1" else 12 if format_ == "TD2" else 9
    signs = LETTERS + "0123456789"
    number = draw(st.text(signs, max_size=long))
    kind = {"TD1": "I", "TD2": "I", "TD3": "P", "MRV-A": "V", "MRV-B": "V"}[format_]
    return Fields(
        format_,
        kind + draw(st.sampled_from(["", "D", "V"])),
        draw(st.sampled_from(["UTO", "D", "QMA", "XXB"])),
        " ".join(words[:part]),
        " ".join(words[part:]),
        number,
        draw(st.sampled_from(["UTO", "D", "QZZ", ""])),
        draw(date),
        draw(st.sampled_from("FMX<")),
        draw(date),
        draw(st.text(signs, max_size=7)) if len(number) <= 9 else "",
        draw(st.text(signs, max_size=11)) if format_ == "TD1" else "",
    )


@given(zones())
def test_what_is_written_is_read(fields: Fields) -> None:
    """read_mrz(format_mrz(f)).read == f, every check digit holds, and lines survive."""
    lines = format_mrz(fields)
    reading = read_mrz("\r\n".join(lines), on=ON)
    assert reading.read == fields
    assert reading.holds
    assert reading.lines == lines
    assert read_mrz("".join(lines)).read == fields


@given(
    st.lists(word, min_size=1, max_size=9).map(" ".join),
    st.lists(word, max_size=9).map(" ".join),
    st.sampled_from([30, 31, 39]),
)
@example("A" * 26 + " " + "B" * 9, "C", 30)
@example("A B C D E F G H I J K L M N O P Q R S", "T U", 30)
def test_a_cut_name_says_so(surname: str, forenames: str, width: int) -> None:
    """A name too long fills its field, ends in a letter, and is read as possibly cut."""
    field, cut = format_names(surname, forenames, width)
    names = read_names(field)
    assert len(field) == width
    assert names.cut is cut
    if cut:
        assert field[-1] in LETTERS
        assert bool(names.forenames) == bool(forenames)
    else:
        assert (names.surname, names.forenames) == (surname, forenames)


@given(st.one_of(st.text(max_size=120), st.text(ALPHABET + "\n", max_size=120)))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is read or refused as Malformed, in one line and without quoting it."""
    try:
        notes = set(read_mrz(text, on=ON).notes)
    except Malformed as error:
        notes = set()
        said = str(error)
    else:
        said = ""
    assert "\n" not in said
    assert notes <= set(NOTES)


@given(st.integers(0, 87), st.sampled_from(ALPHABET))
def test_no_misread_sign_breaks_the_reader(place: int, sign: str) -> None:
    """The specimen with any one sign replaced is read, and its identity can be told."""
    text = "".join(SPECIMEN)
    text = text[:place] + sign + text[place + 1 :]
    if not text.startswith("V"):
        assert identity_of(read_mrz(text, on=ON)).names


def test_nothing_is_inferred_without_a_day() -> None:
    """Without a day no century is chosen, and the identity has no birth date."""
    reading = read_mrz(SPECIMEN)
    assert reading.inferred.birth_dates == ()
    assert identity_of(reading).birth_dates == ()
    assert reading.read.birth_date == "740812"


def test_specimen_identity() -> None:
    """The specimen gives name, date, nationality, sex and document."""
    identity = identity_of(read_mrz(SPECIMEN, on=ON))
    assert identity.names[0].full == "ANNA MARIA ERIKSSON"
    assert str(identity.birth_dates[0]) == "1974-08-12"
    assert identity.nationalities == ("UTO",)
    assert identity.sex == "F"
    assert identity.documents[0].number == "L898902C3"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"surname": "Eriksson"}, "surname"),
        ({"surname": ""}, "surname"),
        ({"forenames": "ANNA  MARIA"}, "forenames"),
        ({"document_number": "1234567890"}, "document_number"),
        ({"birth_date": "7408"}, "birth_date"),
        ({"sex": ""}, "sex"),
        ({"issuer": "UTOP"}, "issuer"),
        ({"optional": "é"}, "optional"),
    ],
)
def test_what_does_not_fit_is_not_written(change: dict[str, str], where: str) -> None:
    """A field that the format cannot hold is refused with its name."""
    read = read_mrz(SPECIMEN).read
    values = {name: getattr(read, name) for name in Fields.__dataclass_fields__} | change
    with pytest.raises(ComityError) as caught:
        format_mrz(Fields(**values))
    assert caught.value.where == where


def test_errors_do_not_quote_the_document() -> None:
    """A refusal names line and position, never what stands there."""
    with pytest.raises(Malformed) as caught:
        read_mrz((SPECIMEN[0].replace("ANNA", "ANNa"), SPECIMEN[1]))
    assert caught.value.where == "line 1 position 19"
    assert "ERIKSSON" not in str(caught.value)
