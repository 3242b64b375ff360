# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, FBT001, SIM110
"""Enter words and people into the tables: which keys an identity can be found by.

Keys of a person (b: skeleton of a name part, s: its sound, y m d: birth date):
(y m d) · (s y) with m d as payload · (s m d) with y as payload · (b b') for parts of one name,
(b) and (b b) where a name has one part, each with y as payload; numbers of documents; the id.
"""

from __future__ import annotations

import numpy as np

from comity.match.card import nations_on
from comity.match.sound import NATIVE, U16, coarse, codes, hash_chars, length, letters
from comity.match.state import (
    BONES,
    COLUMNS,
    DATE_START,
    DATED,
    DIGEST,
    FOLDED,
    HEARD,
    LETTERS,
    LIVE,
    NAME_START,
    NATIONAL,
    NATIONS,
    PAPER_START,
    U8,
    YEAR_FIRST,
    YEARS,
    Figures,
    People,
    Texts,
    Words,
)
from comity.match.table import (
    ID_MASK,
    PRINT_MASK,
    U32,
    U64,
    WIDTH,
    Chain,
    Table,
    bucket_shift,
    collect,
    mix,
    push,
    value,
    whole,
)

PERSON_KEYS_MAX = 4096
"""Keys of one identity at most; the names named first come first."""

NEAR = np.uint64(0xB0)
BONE = np.uint64(0xB1)
COARSE = np.uint64(0xB2)
COARSE_NEAR = np.uint64(0xBB)
BIRTH = np.uint64(0xB3)
SOUND_YEAR = np.uint64(0xB4)
SOUND_DAY = np.uint64(0xB5)
PAIR = np.uint64(0xB6)
ONE = np.uint64(0xB7)
MONO = np.uint64(0xB8)
PAPER_KEY = np.uint64(0xB9)
ID_KEY = np.uint64(0xBA)

_NONE = np.uint64(0)
_NIBBLE = np.uint64(15)
_OTHER = np.uint64(0xD1)
_SEED = np.uint64(0x5DEECE66D)


def year_payload(year: int) -> np.uint64:
    """Fit a year into 9 bits: 0 unknown, else 1..511 for 1701..2211."""
    if year == 0:
        return np.uint64(0)
    return np.uint64(min(max(year - YEAR_FIRST, 1), YEARS - 1))


def pair_key(a: np.uint64, b: np.uint64) -> np.uint64:
    """Key of two parts of one name in any order."""
    if a > b:
        return mix(mix(b, a), PAIR)
    return mix(mix(a, b), PAIR)


def hash_without(chars: U16, skip: int) -> np.uint64:
    """Hash a word without one character."""
    h = _SEED
    for i in range(chars.size):
        if i != skip:
            h = mix(h, np.uint64(chars[i]))
    return h


def symbol_at(code: np.uint64, at: int) -> np.uint64:
    """Give symbol ``at`` of a packed code, 0 the last."""
    return (code >> np.uint64(4 * at)) & _NIBBLE


def code_without(code: np.uint64, at: int) -> np.uint64:
    """Give a packed code without symbol ``at``, 0 the last."""
    low = np.uint64(4 * at)
    rest = code & ((np.uint64(1) << low) - np.uint64(1))
    return ((code >> (low + np.uint64(4))) << low) | rest


def word_chars(words: Words, word: int) -> U16:
    """Give the characters of a word."""
    return words.chars[whole(words.starts[word]) : whole(words.starts[word + 1])]


def code_words(words: Words, first: int, last: int) -> None:
    """Compute the codes of words first..last-1 from their characters."""
    for w in range(first, last):
        chars = word_chars(words, w)
        heard, bones = codes(chars)
        words.codes[4 * w + HEARD] = heard
        words.codes[4 * w + BONES] = bones
        words.codes[4 * w + LETTERS] = letters(chars)
        words.codes[4 * w + FOLDED] = coarse(bones)


def word_keys(words: Words, word: int, out: U64) -> int:
    """Write the keys of a word: itself, skeleton, coarse sound, itself less each character."""
    chars = word_chars(words, word)
    bones = words.codes[4 * word + BONES]
    out[0] = hash_chars(chars)
    out[1] = mix(bones, BONE)
    count = 2
    folded = words.codes[4 * word + FOLDED]
    size = length(folded)
    if size >= 2:
        out[2] = mix(folded, COARSE)
        count = 3
    if size >= 3:
        for i in range(size):
            if i == 0 or symbol_at(folded, i) != symbol_at(folded, i - 1):
                out[count] = mix(code_without(folded, i), COARSE_NEAR)
                count += 1
    if chars.size >= 3:
        for i in range(chars.size):
            if i == 0 or chars[i] != chars[i - 1]:
                out[count] = mix(hash_without(chars, i), NEAR)
                count += 1
    return count


def enter_words(words: Words, chain: Chain, first: int, last: int) -> None:
    """Push the keys of words first..last-1 into the delta (which has room)."""
    out = np.zeros(64, np.uint64)
    for w in range(first, last):
        n = word_keys(words, w, out)
        for i in range(n - 1, -1, -1):
            push(chain, out[i], np.uint64(w))


def list_word_keys(words: Words, count: int, keys: U64, ids: U64) -> int:
    """Write the keys of all words with their ids; count them."""
    out = np.zeros(64, np.uint64)
    total = 0
    for w in range(count):
        for i in range(word_keys(words, w, out)):
            keys[total] = out[i]
            ids[total] = np.uint64(w)
            total += 1
    return total


def _put(to: tuple[U64, U64], n: int, key: np.uint64, packed: np.uint64) -> int:
    if n == to[0].size:
        return n
    to[0][n] = key
    to[1][n] = packed
    return n + 1


def _pair_keys(skeletons: U64, to: tuple[U64, U64], n: int, packed: np.uint64, check: bool) -> int:
    for j in range(skeletons.size):
        for i in range(j + 1, skeletons.size):
            key = pair_key(skeletons[j], skeletons[i])
            known = False
            if check:
                for seen in range(n):
                    known = known or to[0][seen] == key
            if not known:
                n = _put(to, n, key, packed)
    return n


def _date_keys(date: int, sound: np.uint64, to: tuple[U64, U64], n: int, ident: np.uint64) -> int:
    year = whole(date >> 9) & 16383
    day = np.uint64(date & 511)
    n = _put(to, n, mix(mix(sound, SOUND_YEAR), np.uint64(year)), value(day, ident))
    if date & 31:
        n = _put(to, n, mix(mix(sound, SOUND_DAY), day), value(year_payload(year), ident))
    return n


def _seen(codes: U64, at: int) -> bool:
    for i in range(at):
        if codes[i] == codes[at]:
            return True
    return False


def person_keys(people: People, words: Words, person: int, to: tuple[U64, U64]) -> int:
    """Write the keys of a person by name and date, and their packed values; count them."""
    ident = np.uint64(person)
    row = person * COLUMNS
    names = whole(people.rows[row + NAME_START])
    names_end = whole(people.rows[row + COLUMNS + NAME_START])
    born = whole(people.rows[row + DATE_START])
    born_end = whole(people.rows[row + COLUMNS + DATE_START])
    year = np.uint64(0)
    if born_end == born + 1:
        year = year_payload(whole(people.dates[born] >> 9) & 16383)
    packed = value(year, ident)
    first = whole(people.names[names])
    last = whole(people.names[names_end])
    bones = np.zeros(last - first, np.uint64)
    for i in range(first, last):
        bones[i - first] = words.codes[4 * whole(people.parts[i]) + BONES]
    n = 0
    for i in range(names, names_end):
        of_name = bones[whole(people.names[i]) - first : whole(people.names[i + 1]) - first]
        if of_name.size == 1:
            n = _put(to, n, mix(mix(of_name[0], of_name[0]), MONO), packed)
        n = _pair_keys(of_name, to, n, packed, names_end > names + 1)
    for i in range(bones.size):
        if not _seen(bones, i):
            n = _put(to, n, mix(bones[i], ONE), packed)
    for i in range(first, last):
        bones[i - first] = words.codes[4 * whole(people.parts[i]) + HEARD]
    for i in range(bones.size):
        if not _seen(bones, i):
            for t in range(born, born_end):
                n = _date_keys(people.dates[t], bones[i], to, n, ident)
    for t in range(born, born_end):
        if people.dates[t] & 31:
            key = mix(np.uint64(people.dates[t] & 0x7FFFFF), BIRTH)
            n = _put(to, n, key, value(_NONE, ident))
    return n


def all_keys(people: People, words: Words, texts: Texts, person: int, to: tuple[U64, U64]) -> int:
    """Write every key of a person: by name and date, by documents, by id."""
    n = person_keys(people, words, person, to)
    row = person * COLUMNS + PAPER_START
    ident = np.uint64(person)
    for i in range(whole(people.rows[row]), whole(people.rows[row + COLUMNS])):
        n = _put(to, n, mix(people.papers[i], PAPER_KEY), ident)
    return _put(to, n, mix(id_hash(texts, person), ID_KEY), ident)


def sieve_at(key: np.uint64, sieve: U64) -> tuple[int, np.uint64]:
    """Give the place and the bit of a document's key in the sieve."""
    place = whole((key >> np.uint64(6)) & np.uint64(sieve.size - 1))
    return place, np.uint64(1) << (key & np.uint64(63))


def sieve_papers(people: People, first: int, last: int) -> None:
    """Set the bits of the document numbers of people first..last-1."""
    for i in range(
        whole(people.rows[first * COLUMNS + PAPER_START]),
        whole(people.rows[last * COLUMNS + PAPER_START]),
    ):
        place, bit = sieve_at(mix(people.papers[i], PAPER_KEY), people.sieve)
        people.sieve[place] |= bit


def enter_person(people: People, words: Words, texts: Texts, chain: Chain, person: int) -> None:
    """Push the keys of a person into the delta (which has room)."""
    to = (np.zeros(PERSON_KEYS_MAX, np.uint64), np.zeros(PERSON_KEYS_MAX, np.uint64))
    for i in range(all_keys(people, words, texts, person, to)):
        push(chain, to[0][i], to[1][i])


def count_keys(
    people: People, words: Words, texts: Texts, span: tuple[int, int], counts: U32
) -> None:
    """Count the keys of people first..last-1 by bucket: bucket b in ``counts[b + 1]``."""
    first, last = span
    to = (np.zeros(PERSON_KEYS_MAX, np.uint64), np.zeros(PERSON_KEYS_MAX, np.uint64))
    down = bucket_shift(counts)
    for person in range(first, last):
        for i in range(all_keys(people, words, texts, person, to)):
            counts[whole(to[0][i] >> down) + 1] += np.uint32(1)


def place_keys(
    people: People, words: Words, texts: Texts, span: tuple[int, int], to: tuple[U32, U64]
) -> None:
    """Write the keys of people first..last-1, in their order, where ``to`` says; moves that on."""
    first, last = span
    starts, entries = to
    keys = (np.zeros(PERSON_KEYS_MAX, np.uint64), np.zeros(PERSON_KEYS_MAX, np.uint64))
    down = bucket_shift(starts)
    bits = WIDTH - down
    for person in range(first, last):
        for i in range(all_keys(people, words, texts, person, keys)):
            b = whole(keys[0][i] >> down)
            entries[whole(starts[b])] = ((keys[0][i] << bits) & PRINT_MASK) | keys[1][i]
            starts[b] += np.uint32(1)


def count_people(
    people: People, words: Words, texts: Texts, figures: Figures, span: tuple[int, int, int]
) -> None:
    """Add (step 1) or take away (step -1) people first..last-1 in all frequencies."""
    first, last, step = span
    for p in range(first, last):
        row = p * COLUMNS
        start = whole(people.names[people.rows[row + NAME_START]])
        stop = whole(people.names[people.rows[row + COLUMNS + NAME_START]])
        for i in range(start, stop):
            again = False
            for j in range(start, i):
                again = again or people.parts[j] == people.parts[i]
            if not again:
                words.counts[people.parts[i]] += np.int32(step)
        born = whole(people.rows[row + DATE_START])
        if whole(people.rows[row + COLUMNS + DATE_START]) > born:
            year = (whole(people.dates[born]) >> 9) & 16383
            figures.years[min(max(year - YEAR_FIRST, 0), YEARS - 1)] += np.int32(step)
            figures.sizes[DATED] += step
        packed = nations_on(people.cards, p)
        while packed:
            figures.nations[(packed & 0xFFFF) % NATIONS] += np.int32(step)
            figures.sizes[NATIONAL] += step
            packed >>= 16
        figures.sizes[LIVE] += step
        h = _OTHER
        for i in range(texts.starts[p], texts.starts[p + 1]):
            h = mix(h, np.uint64(texts.data[i]))
        figures.sizes[DIGEST] ^= whole(h >> np.uint64(1))


def id_hash(texts: Texts, person: int) -> np.uint64:
    """Hash one id; also breaks ties between equal weights, the same after any rebuild."""
    h = NATIVE
    for i in range(texts.starts[person], texts.starts[person + 1]):
        if texts.data[i] == 30:
            break
        h = mix(h, np.uint64(texts.data[i]))
    return mix(h, _OTHER)


def hash_ids(texts: Texts, out: U64) -> None:
    """Hash the ids of the first ``out.size`` people."""
    for p in range(out.size):
        out[p] = id_hash(texts, p)


def find_word(words: Words, table: Table, chain: Chain, chars: U16, out: U64) -> int:
    """Find the id of a word of the list; -1 where it is new."""
    n = collect(table, chain, hash_chars(chars), out)
    for i in range(n):
        word = whole(out[i] & ID_MASK)
        start = whole(words.starts[word])
        if whole(words.starts[word + 1]) - start == chars.size:
            same = True
            for j in range(chars.size):
                same = same and words.chars[start + j] == chars[j]
            if same:
                return word
    return -1


def find_id(texts: Texts, alive: U8, tables: tuple[Table, Chain], key: U8, out: U64) -> int:
    """Find the living person of an id (its bytes, at least one); -1 where there is none."""
    h = NATIVE
    for i in range(key.size):
        h = mix(h, np.uint64(key[i]))
    n = collect(tables[0], tables[1], mix(mix(h, _OTHER), ID_KEY), out)
    for i in range(n):
        person = whole(out[i] & ID_MASK)
        start = texts.starts[person]
        held = texts.starts[person + 1] - start
        same = alive[person] != 0 and held >= key.size
        if same and held > key.size:
            same = texts.data[start + key.size] == 30
        if same:
            for j in range(key.size):
                same = same and texts.data[start + j] == key[j]
        if same:
            return person
    return -1


def rehash(old: Chain, new: Chain) -> None:
    """Move the entries of a full chain to a larger one, in their order."""
    for i in range(old.fill[0]):
        push(new, old.hashes[i], old.values[i])
