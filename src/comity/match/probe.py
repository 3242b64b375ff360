# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, SIM102
"""Gather the people a question may be about: list composite keys, look them up, filter."""

from __future__ import annotations

import numpy as np

from comity.match.enter import (
    BIRTH,
    MONO,
    ONE,
    PAPER_KEY,
    SOUND_DAY,
    SOUND_YEAR,
    pair_key,
    sieve_at,
)
from comity.match.question import (
    CANDIDATES_MAX,
    KEY_PEOPLE_MAX,
    KEYS_MAX,
    KIN_ROOM,
    SLOTS,
    Kin,
    Probes,
    Questions,
)
from comity.match.state import HEARD, I64, U8, YEAR_FIRST
from comity.match.table import (
    I32,
    ID_BITS,
    ID_MASK,
    PRINT_MASK,
    U64,
    VALUE_MASK,
    Chain,
    Table,
    locate,
    mix,
    whole,
)

ALL, DAY, YEAR, YEAR_LOOSE, YEAR_CLOSE = range(5)
"""Filters: take all; month or day agrees (or swapped, or unknown); year plausible; year within ten
or plausible; year within one or whole decades off."""
COUNTED = 8
"""Added to a filter: tell the officer where the key is passed over."""
MANY, SOME, FEW, RARE = KEY_PEOPLE_MAX, 1500, 300, 24
"""A key shared by so many people says too little and is passed over: the birth date; own parts;
like-sounding parts; a single part."""
ROOT = 37
FEW_PEOPLE = (1 << 11) - 1
"""Slots for people found, less one, at first; more come with the people."""
PAIR_KIN, PAIR_KIN_WIDE = 8, 1500
"""How many products of kin are tried: for a pair with a date, for all pairs of a name without."""


def plausible_year(a: int, b: int) -> bool:
    """Say whether b is a slip of a: one digit wrong, neighbours swapped, or two years off."""
    if abs(a - b) <= 2:
        return True
    wrong = 0
    x = a
    y = b
    for _ in range(4):
        if x % 10 != y % 10:
            wrong += 1
        x //= 10
        y //= 10
    swapped = a // 100 == b // 100 and a % 10 == (b // 10) % 10 and (a // 10) % 10 == b % 10
    return wrong == 1 or swapped


def passes(kind: int, wanted: int, payload: int) -> bool:
    """Apply a filter to a payload; ``wanted`` is the day (m << 5 | d) or the year asked for."""
    if kind == ALL or payload == 0 or wanted == 0:
        return True
    if kind == DAY:
        m = wanted >> 5
        d = wanted & 31
        pm = payload >> 5
        pd = payload & 31
        return m == pm or d == pd or (m == pd and d == pm) or pd == 0
    year = payload + YEAR_FIRST
    if kind == YEAR:
        return plausible_year(wanted, year)
    if kind == YEAR_CLOSE:
        return abs(wanted - year) <= 1 or (wanted - year) % 10 == 0
    return abs(wanted - year) <= 10 or plausible_year(wanted, year)


def payload_year(year: int) -> int:
    """Give the payload that stands for a year, 0 where it is unknown."""
    if year == 0:
        return 0
    return min(max(year - YEAR_FIRST, 1), 511)


def note(probes: Probes, n: int, key: np.uint64, rule: tuple[int, int, int]) -> int:
    """List a key to look up; ``rule``: filter, wanted, and from how many people it says nothing."""
    if n == KEYS_MAX:
        return n
    kind, wanted, most = rule
    probes.keys[n] = key
    probes.rules[n] = most << 36 | kind << 32 | wanted
    return n + 1


def date_keys(q: Questions, codes: U64, probes: Probes, question: int, n: int) -> int:
    """List the birth date itself, and each name part with parts of it."""
    parts = q.question_parts[question + 1] - q.question_parts[question]
    for i in range(q.question_dates[question], q.question_dates[question + 1]):
        date = whole(q.dates[i]) & 0x7FFFFF
        year = date >> 9
        m = (date >> 5) & 15
        d = date & 31
        if d:
            n = note(probes, n, mix(np.uint64(date), BIRTH), (ALL, 0, MANY))
            if d <= 12 and d != m:
                swapped = np.uint64((year << 9) | (d << 5) | m)
                n = note(probes, n, mix(swapped, BIRTH), (ALL, 0, MANY))
        for t in range(parts):
            sound = codes[4 * t + HEARD]
            key = mix(mix(sound, SOUND_YEAR), np.uint64(year))
            n = note(probes, n, key, (DAY, date & 511, SOME))
            if d:
                key = mix(mix(sound, SOUND_DAY), np.uint64(date & 511))
                n = note(probes, n, key, (YEAR, year, SOME))
    return n


def name_keys(q: Questions, kin: Kin, probes: Probes, question: int, n: int) -> int:
    """List pairs of parts of each name, single parts, names of one part."""
    born = q.question_dates[question]
    year = 0
    wide = q.question_dates[question + 1] == born
    if q.question_dates[question + 1] == born + 1:
        year = (whole(q.dates[born]) >> 9) & 16383
    for name in range(q.question_names[question], q.question_names[question + 1]):
        first = q.name_starts[name]
        last = q.name_starts[name + 1]
        size = last - first
        most = PAIR_KIN if not wide else PAIR_KIN_WIDE // max(size * (size - 1) // 2, 1)
        for i in range(first, last):
            t = whole(q.name_parts[i])
            for j in range(i + 1, last):
                u = whole(q.name_parts[j])
                n = _pairs(kin, probes, (t, u), (year, most), n)
            for a in range(min(kin.counts[t], 12 if wide else 4)):
                bones = kin.bones[t * KIN_ROOM + a]
                if a == 0 or size == 1:
                    n = note(probes, n, mix(mix(bones, bones), MONO), (YEAR_LOOSE, year, FEW))
                rare = RARE
                if wide:
                    rare = SOME if a == 0 else 4 * RARE
                n = note(probes, n, mix(bones, ONE), (YEAR_CLOSE, year, rare))
    return n


def _pairs(kin: Kin, probes: Probes, pair: tuple[int, int], about: tuple[int, int], n: int) -> int:
    """List the skeletons of two parts with each other: the parts' own, and their kin."""
    one, two = pair
    year, most = about
    for a in range(kin.counts[one]):
        for b in range(kin.counts[two]):
            if a > 0 and b > 0 and (a + 1) * (b + 1) > most:
                break
            key = pair_key(kin.bones[one * KIN_ROOM + a], kin.bones[two * KIN_ROOM + b])
            if a == 0 and b == 0:
                n = note(probes, n, key, (ALL, 0, RARE))
                n = note(probes, n, key, (YEAR_LOOSE | COUNTED, year, SOME))
            else:
                n = note(probes, n, key, (YEAR_CLOSE, year, FEW))
    return n


def gather(
    table: Table, chain: Chain, alive: U8, probes: Probes, about: tuple[int, int, bool]
) -> tuple[int, int]:
    """Take the living people under the listed keys that pass; give them, and the keys passed over.

    A key shared by too many gives nobody. Removed people never count, so that the
    same list gives the same candidates whatever its history.
    """
    epoch, listed, unchanged = about
    locate(table, probes.keys, probes.spans, listed)
    keys, rules, spans, found, people, slots, _, verdicts = probes
    entries, bits = table.entries, table.bits
    mask = FEW_PEOPLE
    count = 0
    over = 0
    for i in range(listed):
        rule = rules[i]
        kind = (rule >> 32) & 7
        most = rule >> 36
        wanted = rule & 0xFFFFFFFF
        told = (kind * 512 + (wanted if kind == DAY else payload_year(wanted))) * 512
        mark = (keys[i] << bits) & PRINT_MASK
        n = 0
        for j in range(spans[2 * i], spans[2 * i + 1]):
            e = entries[j]
            if (e & PRINT_MASK) == mark:
                packed = e & VALUE_MASK
                at = told + whole(packed >> ID_BITS)
                if verdicts[at] == 0:
                    yes = passes(kind, wanted, at - told)
                    verdicts[at] = np.uint8(2 if yes else 1)
                if verdicts[at] == 2 and (unchanged or alive[whole(packed & ID_MASK)]):
                    found[n] = packed
                    n += 1
                    if n == most:
                        break
        if chain.fill[0]:
            n = _chained(chain, alive, found, (keys[i], rule), n)
        if n == most:
            over += (rule >> 35) & 1
            n = 0
        for j in range(n):
            person = whole(found[j] & ID_MASK)
            at = (person * 40503) & mask
            while slots[at] >> 32 == epoch and slots[at] & 0xFFFFFFFF != person:
                at = (at + 1) & mask
            if slots[at] >> 32 != epoch and count < CANDIDATES_MAX:
                slots[at] = epoch << 32 | person
                people[count] = np.int32(person)
                count += 1
                if 2 * count > mask:
                    mask = widen(slots, people, (count, mask, epoch))
    return count, over


def widen(slots: I64, people: I32, about: tuple[int, int, int]) -> int:
    """Enter the people found so far in four times the slots; what stands there stays true."""
    count, mask, epoch = about
    mask = min(4 * mask + 3, SLOTS - 1)
    for i in range(count):
        at = (whole(people[i]) * 40503) & mask
        while slots[at] >> 32 == epoch:
            at = (at + 1) & mask
        slots[at] = epoch << 32 | whole(people[i])
    return mask


def _chained(chain: Chain, alive: U8, found: U64, rule: tuple[np.uint64, int], n: int) -> int:
    key, packed_rule = rule
    kind = (packed_rule >> 32) & 7
    wanted = packed_rule & 0xFFFFFFFF
    most = packed_rule >> 36
    at = chain.heads[whole(key & np.uint64(chain.heads.size - 1))]
    while at >= 0 and n < most:
        if chain.hashes[at] == key:
            packed = chain.values[at]
            if passes(kind, wanted, whole(packed >> ID_BITS)):
                if alive[whole(packed & ID_MASK)]:
                    found[n] = packed
                    n += 1
        at = chain.after[at]
    return n


def note_paper(probes: Probes, sieve: U64, n: int, packed: np.uint64) -> int:
    """List the key of a document number if the sieve has it."""
    key = mix(packed, PAPER_KEY)
    place, bit = sieve_at(key, sieve)
    if sieve[place] & bit:
        return note(probes, n, key, (ALL, 0, FEW))
    return n


def paper_keys(q: Questions, probes: Probes, sieve: U64, question: int, n: int) -> int:
    """List each document number and all numbers one character away."""
    for p in range(q.question_papers[question], q.question_papers[question + 1]):
        packed = q.papers[p]
        n = note_paper(probes, sieve, n, packed)
        if packed >> np.uint64(63):
            continue
        size = 0
        rest = packed
        while rest:
            probes.digits[size] = whole(rest % np.uint64(ROOT))
            rest //= np.uint64(ROOT)
            size += 1
        scale = np.uint64(1)
        for i in range(size):
            n = _one_off(probes, sieve, packed, (i, size, scale), n)
            scale *= np.uint64(ROOT)
    return n


def _one_off(
    probes: Probes, sieve: U64, packed: np.uint64, about: tuple[int, int, np.uint64], n: int
) -> int:
    """List the numbers that differ at one digit, lack it, or have it and the next exchanged."""
    i, size, scale = about
    digit = np.uint64(probes.digits[i])
    upper = packed // (scale * np.uint64(ROOT))
    lower = packed % scale
    n = note_paper(probes, sieve, n, upper * scale + lower)
    changed = packed - digit * scale
    for other in range(1, ROOT):
        if np.uint64(other) != digit and not _FOLDED[other]:
            n = note_paper(probes, sieve, n, changed + np.uint64(other) * scale)
    if i + 1 < size and probes.digits[i] != probes.digits[i + 1]:
        root = np.uint64(ROOT)
        both = digit * root + np.uint64(probes.digits[i + 1])
        pair = upper // root * root * root + both
        n = note_paper(probes, sieve, n, pair * scale + lower)
    return n


_FOLDED = np.array([c in "OQILZSBG" for c in " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"])
"""Symbols that packing.folded never leaves in a number."""
