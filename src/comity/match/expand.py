# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
"""From a name part asked for to the words of the list that may be the same, and their rarity."""

from __future__ import annotations

import numpy as np

from comity.match.distance import osa
from comity.match.enter import BONE, COARSE, NEAR, hash_without, word_chars
from comity.match.likeness import UNSET, asked_chars, memo_at
from comity.match.question import (
    KIN_MAX,
    KIN_ROOM,
    PARTS_ASKED_MAX,
    Kin,
    Memo,
    Parts,
    Questions,
)
from comity.match.sound import NATIVE, coarse, codes, hash_chars, length, letters
from comity.match.state import BONES, F64, FOLDED, HEARD, LETTERS, U16, Words
from comity.match.table import ID_MASK, U64, Chain, Table, collect, mix, whole
from comity.match.weights import ONE_LETTER, PLACE, VARIANT

NEAR_WEIGHT = 1 << 24

W_PRIOR, W_RARITY, W_SYMBOL = PLACE["prior_people"], PLACE["rarity_most"], PLACE["coarse_symbol_u"]
U_TWO, U_BONES, U_INITIAL = PLACE["two_letters_u"], PLACE["skeleton_near_u"], PLACE["initial_u"]
U_BEGIN, U_WEAK = PLACE["beginning_u"], PLACE["weak_u"]


def kin_add(kin: Kin, t: int, bones: np.uint64, weight: int) -> None:
    """Note a skeleton to look up for part t; weights of the same skeleton add up."""
    n = kin.counts[t]
    for i in range(t * KIN_ROOM, t * KIN_ROOM + n):
        if kin.bones[i] == bones:
            kin.weights[i] += weight
            return
    if n < KIN_ROOM:
        kin.bones[t * KIN_ROOM + n] = bones
        kin.weights[t * KIN_ROOM + n] = weight
        kin.counts[t] = n + 1


def kin_sort(kin: Kin, t: int) -> None:
    """Keep the heaviest KIN_MAX skeletons, heaviest first, in an order of their values alone."""
    n = kin.counts[t]
    first = t * KIN_ROOM
    for i in range(first, first + min(n, KIN_MAX)):
        best = i
        for j in range(i + 1, first + n):
            more = kin.weights[j] - kin.weights[best]
            if more > 0 or (more == 0 and kin.bones[j] < kin.bones[best]):
                best = j
        weight, bones = kin.weights[best], kin.bones[best]
        kin.weights[best], kin.bones[best] = kin.weights[i], kin.bones[i]
        kin.weights[i], kin.bones[i] = weight, bones
    kin.counts[t] = min(n, KIN_MAX)


def _near(words: Words, memo: Memo, kin: Kin, chars: U16, about: tuple[int, int, int, int]) -> int:
    """Of n words collected, note those one letter away; give how many people bear them."""
    t, epoch, own, n = about
    total = 0
    for i in range(n):
        word = whole(kin.found[i] & ID_MASK)
        people = whole(words.counts[word])
        if people == 0 or word == own:
            continue
        at = memo_at(memo, epoch, word)
        if at < 0 or memo.levels[at * PARTS_ASKED_MAX + t] != UNSET:
            continue
        if osa(chars, word_chars(words, word)) <= 1:
            memo.levels[at * PARTS_ASKED_MAX + t] = np.uint8(ONE_LETTER)
            total += people
            kin_add(kin, t, words.codes[4 * word + BONES], people + NEAR_WEIGHT)
    return total


def one_letter(
    words: Words, tables: tuple[Table, Chain], desk: tuple[Memo, Kin], chars: U16,
    about: tuple[int, int, int],
) -> int:  # fmt: skip
    """Find every word one letter away (insertion, deletion, substitution, swap)."""
    table, chain = tables
    memo, kin = desk
    t, epoch, own = about
    if chars.size < 3:
        return 0
    n = collect(table, chain, mix(hash_chars(chars), NEAR), kin.found)
    total = _near(words, memo, kin, chars, (t, epoch, own, n))
    for i in range(chars.size):
        if i == 0 or chars[i] != chars[i - 1]:
            less = hash_without(chars, i)
            n = collect(table, chain, less, kin.found)
            total += _near(words, memo, kin, chars, (t, epoch, own, n))
            n = collect(table, chain, mix(less, NEAR), kin.found)
            total += _near(words, memo, kin, chars, (t, epoch, own, n))
    return total


def same_skeleton(words: Words, parts: Parts, found: U64, t: int, n: int) -> tuple[int, int]:
    """Count the people who bear a word of the same skeleton, of the same sound (not the word)."""
    alike = 0
    heard = 0
    for i in range(n):
        word = whole(found[i] & ID_MASK)
        if words.codes[4 * word + BONES] == parts.codes[4 * t + BONES] and word != parts.words[t]:
            alike += whole(words.counts[word])
            if words.codes[4 * word + HEARD] == parts.codes[4 * t + HEARD]:
                heard += whole(words.counts[word])
    return alike, heard


def same_coarse(words: Words, kin: Kin, bones: np.uint64, t: int, n: int) -> int:
    """Count the people with a word of the same coarse sound; note their skeletons."""
    total = 0
    for i in range(n):
        word = whole(kin.found[i] & ID_MASK)
        people = whole(words.counts[word])
        if people and words.codes[4 * word + BONES] != bones:
            total += people
            kin_add(kin, t, words.codes[4 * word + BONES], people)
    return total


def less_one(table: Table, chain: Chain, kin: Kin, bones: np.uint64, t: int) -> None:
    """Note the skeletons that lack one consonant of the part's (kh or h, v or w, r or rr)."""
    n = length(bones)
    if n < 3:
        return
    for i in range(n):
        low = np.uint64(4 * i)
        rest = bones & ((np.uint64(1) << low) - np.uint64(1))
        less = ((bones >> (low + np.uint64(4))) << low) | rest
        if collect(table, chain, mix(less, BONE), kin.found):
            kin_add(kin, t, less, 1)


def variants(
    words: Words, tables: tuple[Table, Chain], desk: tuple[Memo, Kin], hashes: U64,
    about: tuple[int, int],
) -> int:  # fmt: skip
    """Note the given-name variants (Aleksandr, Sasha); give how many people bear them."""
    memo, kin = desk
    t, epoch = about
    total = 0
    for v in range(hashes.size):
        for i in range(collect(tables[0], tables[1], hashes[v], kin.found)):
            word = whole(kin.found[i] & ID_MASK)
            people = whole(words.counts[word])
            at = memo_at(memo, epoch, word)
            if at >= 0 and people and memo.levels[at * PARTS_ASKED_MAX + t] == UNSET:
                memo.levels[at * PARTS_ASKED_MAX + t] = np.uint8(VARIANT)
                total += people
                kin_add(kin, t, words.codes[4 * word + BONES], people + NEAR_WEIGHT)
    return total


def own_word(words: Words, tables: tuple[Table, Chain], kin: Kin, chars: U16) -> int:
    """Find the word itself among the words somebody bears; -1 where nobody does."""
    n = collect(tables[0], tables[1], hash_chars(chars), kin.found)
    for i in range(n):
        word = whole(kin.found[i] & ID_MASK)
        if words.counts[word] and osa(chars, word_chars(words, word)) == 0:
            return word
    return -1


def expand(
    words: Words, tables: tuple[Table, Chain], q: Questions, desk: tuple[Parts, Memo, Kin],
    about: tuple[int, int, int, bool],
) -> tuple[int, int, int, int, int, int]:  # fmt: skip
    """Prepare part t: its codes and kin; count people by level of likeness.

    ``about``: part, its row in ``q``, epoch, and whether the name stands in a script whose sounds
    fold (see sound.coarse). Returns the people who bear the word, one of its sound, a one-letter
    neighbour, one of its skeleton, one of its coarse sound, a variant.
    """
    parts, memo, kin = desk
    t, row, epoch, distant = about
    chars = asked_chars(q, row)
    heard, bones = codes(chars)
    parts.codes[4 * t + HEARD] = heard
    parts.codes[4 * t + BONES] = bones
    parts.codes[4 * t + LETTERS] = letters(chars)
    parts.codes[4 * t + FOLDED] = coarse(bones)
    own = own_word(words, tables, kin, chars)
    parts.words[t] = own
    exact = whole(words.counts[own]) if own >= 0 else 0
    kin.counts[t] = 0
    kin_add(kin, t, bones, NEAR_WEIGHT << 16)
    hashes = q.variants[q.variant_starts[row] : q.variant_starts[row + 1]]
    varied = variants(words, tables, (memo, kin), hashes, (t, epoch))
    near = one_letter(words, tables, (memo, kin), chars, (t, epoch, own))
    n = collect(tables[0], tables[1], mix(bones, BONE), kin.found)
    alike, sounds = same_skeleton(words, parts, kin.found, t, n)
    folded = 0
    if not (bones & NATIVE):
        less_one(tables[0], tables[1], kin, bones, t)
        sound = parts.codes[4 * t + FOLDED]
        if distant and length(sound) >= 3:
            n = collect(tables[0], tables[1], mix(sound, COARSE), kin.found)
            folded = same_coarse(words, kin, bones, t, n)
    kin_sort(kin, t)
    return exact, sounds, near, alike, folded, varied


def part_bits(
    parts: Parts, w: F64, t: int, people: float, counts: tuple[int, int, int, int, int, int]
) -> None:
    """Turn the counts of ``expand`` into the bits of each level for part t."""
    exact, heard, near, alike, folded, varied = counts
    size = people + w[W_PRIOR]
    symbols = max(length(parts.codes[4 * t + FOLDED]), 2)
    u = np.zeros(12, np.float64)
    u[1] = exact / size
    u[2] = (exact + heard) / size
    u[3] = near / size + 0.00003
    u[4] = (exact + alike) / size
    u[5] = w[U_TWO] + 2.0 * near / size
    u[6] = w[U_BONES] + 4.0 * (exact + alike) / size
    u[7] = max(w[W_SYMBOL] ** symbols, (exact + alike + folded) / size)
    u[8] = w[U_INITIAL]
    u[9] = w[U_BEGIN] + (exact + alike) / size
    u[10] = varied / size + 0.0003
    u[11] = w[U_WEAK]
    for i in range(1, 12):
        parts.bits[t * 12 + i] = min(np.log2(w[i - 1] / (u[i] + 0.7 / size)), w[W_RARITY])
    parts.bits[t * 12] = 0.0
