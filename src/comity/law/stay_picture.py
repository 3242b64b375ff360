"""The window as a picture: one row a month, one square a day, as accessible SVG.

Nothing is told by colour: days of stay are hatched, days under a title dotted, days in breach
crossed and framed, so the picture holds in print, in black and white and for a reader who cannot
tell colours apart. ``<title>`` and ``<desc>`` say the same in words for a reader who does not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from comity.errors import Malformed
from comity.law.presence import Stay, presence
from comity.law.stay import StayAnswer, breach_days

_SIDE, _LEFT, _TOP, _ROW = 15, 74, 44, 22
_MOST_MONTHS = 40


@dataclass(frozen=True, slots=True)
class PictureWords:
    """The words of the picture, for other languages."""

    title: str = "Days of stay from {first} to {last}"
    used: str = "{used} days used of the limit: {limit}."
    left: str = "{left} days left; last lawful day: {day}."
    breach: str = "{days} days in breach in this window."
    stays: str = "Stays: {spans}."
    none: str = "none"
    legend: tuple[str, str, str, str] = (
        "day of stay",
        "day under a permit or long-stay visa, not counted",
        "day of stay beyond the limit",
        "day asked",
    )
    months: tuple[str, ...] = (
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    )  # fmt: skip


def draw_window(
    answer: StayAnswer,
    stays: Sequence[Stay],
    *,
    words: PictureWords | None = None,
    counting_from: Mapping[str, date] | None = None,
) -> str:
    """The window of ``answer`` as an SVG document; unknown exits are drawn as late as can be.

    ``stays`` and ``counting_from`` are what was counted.
    """
    words = words or PictureWords()
    first, last = answer.window
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > _MOST_MONTHS:
        raise Malformed("picture-too-large", f"the window spans more than {_MOST_MONTHS} months")
    seen = presence(
        stays,
        answer.on,
        longest=True,
        exit_day=answer.limit.counts != "entry day",
        counting_from=counting_from,
    )
    exceeded = breach_days(stays, answer.limit, answer.on, counting_from=counting_from)
    breach = {day for day in exceeded if day >= first}
    marks = {
        day: "breach" if day in breach else kind
        for kind, spans in (("titled", seen.titled), ("stay", seen.counted))
        for low, high in spans
        for day in _days(max(low, first.toordinal()), min(high, last.toordinal()))
    }
    size = (_LEFT + 31 * _SIDE + 12, _TOP + months * _ROW + 96)
    body = [
        *_frame(size, _title(answer, words), _description(answer, stays, len(breach), words)),
        *(_row(number, first, words) for number in range(months)),
        *(_square(day, marks.get(day, ""), answer) for day in _days(*_ends(answer))),
        *_legend(_TOP + months * _ROW + 14, words),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _ends(answer: StayAnswer) -> tuple[int, int]:
    first, last = answer.window
    return first.toordinal(), last.toordinal()


def _days(low: int, high: int) -> list[date]:
    return [date.fromordinal(day) for day in range(low, high + 1)]


def _title(answer: StayAnswer, words: PictureWords) -> str:
    first, last = answer.window
    return words.title.format(first=first, last=last)


def _description(
    answer: StayAnswer, stays: Sequence[Stay], breach: int, words: PictureWords
) -> str:
    most = answer.most
    spans = ", ".join(
        f"{stay.entry}/{stay.exit or '?'}" + (f" ({stay.title})" if stay.title else "")
        for stay in stays
        if stay.entry <= answer.on
    )
    return " ".join(
        [
            words.used.format(used=most.used, limit=answer.limit.describe()),
            words.left.format(left=most.left, day=most.last_lawful_day or words.none),
            words.breach.format(days=breach),
            words.stays.format(spans=spans or words.none),
        ]
    )


def _frame(size: tuple[int, int], title: str, description: str) -> list[str]:
    width, height = size
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"',
        f'height="{height}" role="img" aria-labelledby="window-title window-desc"',
        'font-family="system-ui, sans-serif" font-size="11">',
        f'<title id="window-title">{escape(title)}</title>',
        f'<desc id="window-desc">{escape(description)}</desc>',
        "<defs>",
        (
            '<pattern id="stay" width="4" height="4" patternUnits="userSpaceOnUse">'
            '<path d="M-1 5L5-1M-1 1L1-1M3 5L5 3" stroke="#000" stroke-width="1"/></pattern>'
        ),
        (
            '<pattern id="titled" width="5" height="5" patternUnits="userSpaceOnUse">'
            '<circle cx="2.5" cy="2.5" r="1" fill="#000"/></pattern>'
        ),
        (
            '<pattern id="breach" width="5" height="5" patternUnits="userSpaceOnUse">'
            '<path d="M0 0L5 5M0 5L5 0" stroke="#000" stroke-width="1.3"/></pattern>'
        ),
        "</defs>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="8" y="18" font-size="13" font-weight="bold">{escape(title)}</text>',
        *(
            f'<text x="{_LEFT + (day - 1) * _SIDE + 7}" y="38" text-anchor="middle" '
            f'font-size="9">{day}</text>'
            for day in (1, 5, 10, 15, 20, 25, 31)
        ),
    ]


def _row(number: int, first: date, words: PictureWords) -> str:
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    label = f"{words.months[month]} {year}"
    return f'<text x="8" y="{_TOP + number * _ROW + 12}">{escape(label)}</text>'


def _square(day: date, kind: str, answer: StayAnswer) -> str:
    first = answer.window[0]
    row = (day.year - first.year) * 12 + day.month - first.month
    x, y = _LEFT + (day.day - 1) * _SIDE, _TOP + row * _ROW
    fill = f"url(#{kind})" if kind else "none"
    heavy = kind == "breach" or day == answer.on
    square = (
        f'<rect x="{x}" y="{y}" width="{_SIDE - 2}" height="{_SIDE - 2}" fill="{fill}" '
        f'stroke="#000" stroke-width="{2 if heavy else 0.5}"/>'
    )
    if day == answer.on:
        square += _arrow(x, y)
    return square


def _arrow(x: int, y: int) -> str:
    middle = x + _SIDE // 2 - 1
    return f'<path d="M{middle} {y + 14}l-4 5h8z" fill="#000"/>'


def _legend(top: int, words: PictureWords) -> list[str]:
    lines = []
    for number, (kind, text) in enumerate(
        zip(("stay", "titled", "breach", ""), words.legend, strict=True)
    ):
        y = top + number * 18
        fill = f"url(#{kind})" if kind else "none"
        lines.append(
            f'<rect x="{_LEFT}" y="{y}" width="13" height="13" fill="{fill}" stroke="#000" '
            f'stroke-width="{0.5 if kind in ("stay", "titled") else 2}"/>'
        )
        if not kind:
            lines.append(_arrow(_LEFT, y))
        lines.append(f'<text x="{_LEFT + 20}" y="{y + 11}">{escape(text)}</text>')
    return lines
