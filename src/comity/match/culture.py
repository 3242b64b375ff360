"""A culture, as far as names go: what invented people are named after (see synthetic.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """How often names are borne: the commonest by a share ``top`` of people, ``kinds`` in all."""

    top: float
    kinds: int


@dataclass(frozen=True, slots=True)
class Culture:
    """Where names come from.

    ``share`` of the list; heads keyed by hand, commonest first (``men``, ``women``, ``family``);
    syllables of the tail: ``starts``, ``ends`` of family names, ``given_ends``; ``forms`` with
    their shares: g a given name, m a man's, p a patronymic, f a family name, else as it stands;
    ``feminine``: endings of family names and what women bear instead.
    """

    name: str
    share: float
    states: tuple[str, ...]
    given_law: Law
    family_law: Law
    forms: tuple[tuple[float, str], ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    family: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    given_ends: tuple[str, ...]
    feminine: tuple[tuple[str, str], ...] = ()


def split(text: str) -> tuple[str, ...]:
    """Give the words of a text, each once."""
    return tuple(dict.fromkeys(text.split()))
