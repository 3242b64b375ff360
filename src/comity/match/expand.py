# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
"""From a name part asked for to the words of the list that may be the same, and their rarity."""

from __future__ import annotations

import numpy as np

from comity.match.distance import common, osa
from comity.match.enter import (
    BONE,
    COARSE,
    COARSE_NEAR,
    NEAR,
    code_without,
    hash_without,
    symbol_at,
    word_chars,
)
from comity.match.likeness import UNSET, asked_chars, memo_at
from comity.match.question import (
    FAR,
    KIN_BLOCK,
    KIN_KEYS,
    KIN_MAX,
    KIN_ROOM,
    KIN_WIDE,
    PARTS_ASKED_MAX,
    SAME_MAX,
    SPAN,
    Kin,
    Memo,
    Parts,
    Questions,
)
from comity.match.sound import NATIVE, coarse, codes, hash_chars, length, letters, popcount
from comity.match.state import BONES, F64, FOLDED, HEARD, LETTERS, U16, Words
from comity.match.table import I32, ID_MASK, PRINT_MASK, U64, Chain, Table, locate, mix, whole
from comity.match.weights import ONE_LETTER, PLACE, VARIANT

NEAR_WEIGHT = 1 << 24
FUZZY_MAX = 160
"""Words of like sound whose skeletons are looked up at most."""
LATIN = np.uint64(((1 << 26) - 1) << 33)

W_PRIOR, W_RARITY, W_SYMBOL = PLACE["prior_people"], PLACE["rarity_most"], PLACE["coarse_symbol_u"]
U_TWO, U_BONES, U_INITIAL = PLACE["two_letters_u"], PLACE["skeleton_near_u"], PLACE["initial_u"]
U_BEGIN, U_WEAK = PLACE["beginning_u"], PLACE["weak_u"]


def collect_words(
    counts: I32, table: Table, chain: Chain, kin: Kin, listed: int
) -> int:  # fmt: skip
    """Collect the words under each of the keys listed that somebody bears; count them.

    ``kin.ends[i]`` is where those of key i end in ``kin.found``. A key with SAME_MAX or more gives
    none. Words nobody bears any more never count: the same list gives the same answer.
    """
    found, keys, ends = kin.found, kin.keys, kin.ends
    entries, bits, spans = table.entries, table.bits, kin.spans
    locate(table, keys, spans, listed)
    n = 0
    for k in range(listed):
        key = keys[k]
        start = n
        room = min(start + SAME_MAX, found.size)
        mark = (key << bits) & PRINT_MASK
        for i in range(spans[2 * k], spans[2 * k + 1]):
            e = entries[i]
            if (e & PRINT_MASK) == mark and n < room and counts[whole(e & ID_MASK)]:
                found[n] = e & ID_MASK
                n += 1
        if chain.fill[0]:
            at = chain.heads[whole(key & np.uint64(chain.heads.size - 1))]
            while at >= 0:
                v = chain.values[at] & ID_MASK
                if chain.hashes[at] == key and n < room and counts[whole(v)]:
                    found[n] = v
                    n += 1
                at = chain.after[at]
        if n == room:
            n = start
        ends[k] = n
    return n


def kin_add(kin: Kin, t: int, bones: np.uint64, weight: int) -> None:
    """Note a skeleton to look up for part t, with the most weight any word gives it."""
    n = kin.counts[t]
    for i in range(t * KIN_ROOM, t * KIN_ROOM + n):
        if kin.bones[i] == bones:
            kin.weights[i] = max(kin.weights[i], weight)
            return
    if n < KIN_ROOM:
        kin.bones[t * KIN_ROOM + n] = bones
        kin.weights[t * KIN_ROOM + n] = weight
        kin.counts[t] = n + 1


def kin_sort(kin: Kin, t: int, most: int) -> None:
    """Keep the ``most`` heaviest skeletons, heaviest first, in an order of their values alone."""
    n = kin.counts[t]
    first = t * KIN_ROOM
    for i in range(first, first + min(n, most)):
        best = i
        for j in range(i + 1, first + n):
            more = kin.weights[j] - kin.weights[best]
            if more > 0 or (more == 0 and kin.bones[j] < kin.bones[best]):
                best = j
        weight, bones = kin.weights[best], kin.bones[best]
        kin.weights[best], kin.bones[best] = kin.weights[i], kin.bones[i]
        kin.weights[i], kin.bones[i] = weight, bones
    kin.counts[t] = min(n, most)


def near_keys(kin: Kin, chars: U16) -> int:
    """List the keys under which every word one letter away stands; count them."""
    if chars.size < 3:
        return 0
    kin.keys[0] = mix(hash_chars(chars), NEAR)
    n = 1
    for i in range(chars.size):
        if i == 0 or chars[i] != chars[i - 1]:
            less = hash_without(chars, i)
            kin.keys[n] = less
            kin.keys[n + 1] = mix(less, NEAR)
            n += 2
    return n


def one_letter(
    words: Words, memo: Memo, kin: Kin, chars: U16, about: tuple[int, int, int, int]
) -> int:
    """Of n words collected, note those one letter away; give how many people bear them."""
    t, epoch, own, n = about
    total = 0
    for i in range(n):
        word = whole(kin.found[i])
        start = whole(words.starts[word])
        stop = whole(words.starts[word + 1])
        if word == own or abs(stop - start - chars.size) > 1:
            continue
        at = memo_at(memo, epoch, word)
        if memo.levels[at * PARTS_ASKED_MAX + t] != UNSET:
            continue
        if osa(chars, words.chars[start:stop]) <= 1:
            people = whole(words.counts[word])
            memo.levels[at * PARTS_ASKED_MAX + t] = np.uint8(ONE_LETTER)
            total += people
            kin_add(kin, t, words.codes[4 * word + BONES], people + NEAR_WEIGHT)
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


def alikeness(
    asked: tuple[np.uint64, np.uint64, np.uint64], listed: tuple[np.uint64, np.uint64, np.uint64],
    people: int, least: int,
) -> int:  # fmt: skip
    """Rank a word by letters and sounds it shares with a part: 0..255, or 0 where not above least.

    ``asked``, ``listed``: letters, skeleton, coarse sound; ``people`` bear the word. What each
    share adds at most is known before it is counted.
    """
    set_a, bones_a, folded_a = asked
    set_b, bones_b, folded_b = listed
    score = 80 * popcount(set_a & set_b & LATIN) // max(popcount((set_a | set_b) & LATIN), 1)
    bonus = 3 * doublings(people)
    # Half of 160 and half of 120: as many symbols in common as the shorter code has, at most.
    if min(score + 140 + bonus, 255) <= least:
        return 0
    size = max(length(bones_a) + length(bones_b), 1)
    score += 160 * common(bones_a, bones_b) // size
    if min(score + 60 + bonus, 255) <= least:
        return 0
    size = max(length(folded_a) + length(folded_b), 1)
    score += 120 * common(folded_a, folded_b) // size
    while people > 1 and score < 252:
        score += 3
        people >>= 1
    return min(score, 255)


def doublings(people: int) -> int:
    """Count how often a number, of 32 bits at most, can be halved until it is 1."""
    x = np.uint64(people)
    x |= x >> np.uint64(1)
    x |= x >> np.uint64(2)
    x |= x >> np.uint64(4)
    x |= x >> np.uint64(8)
    x |= x >> np.uint64(16)
    return popcount(x >> np.uint64(1))


def fetch_words(words: Words, kin: Kin, first: int, last: int) -> None:
    """Copy what is known of words collected side by side: reads that do not wait for each other."""
    codes, counts, found, known = words.codes, words.counts, kin.found, kin.known
    at = 0
    for i in range(first, last):
        word = whole(found[i])
        known[at] = np.uint64(counts[word])
        known[at + BONES] = codes[4 * word + BONES]
        known[at + LETTERS] = codes[4 * word + LETTERS]
        known[at + FOLDED] = codes[4 * word + FOLDED]
        at += 4


def kin_fuzzy(words: Words, parts: Parts, kin: Kin, t: int, n: int) -> int:
    """Note the skeletons of the most alike of n words collected; count those of its sound.

    At most FUZZY_MAX, and all of one rank or none: ``cut`` is the rank below, known so far.
    """
    kin.histogram[:] = 0
    known, scores, histogram = kin.known, kin.scores, kin.histogram
    folded = parts.codes[4 * t + FOLDED]
    asked = (parts.codes[4 * t + LETTERS], parts.codes[4 * t + BONES], folded)
    total = 0
    cut = 0
    passing = 0
    for first in range(0, n, KIN_BLOCK):
        last = min(first + KIN_BLOCK, n)
        fetch_words(words, kin, first, last)
        for i in range(first, last):
            at = 4 * (i - first)
            people = whole(known[at])
            listed = (known[at + LETTERS], known[at + BONES], known[at + FOLDED])
            if listed[2] == folded:
                total += people
            score = alikeness(asked, listed, people, cut)
            scores[i] = np.uint8(score)
            if score > cut:
                histogram[score] += 1
                passing += 1
                while passing > FUZZY_MAX:
                    cut += 1
                    passing -= histogram[cut]
    for i in range(n):
        if scores[i] > cut:
            word = whole(kin.found[i])
            kin_add(kin, t, words.codes[4 * word + BONES], whole(scores[i]) << 8)
    return total


def coarse_keys(kin: Kin, folded: np.uint64) -> int:
    """List the keys under which words of the same coarse sound, or one symbol off, stand."""
    kin.keys[0] = mix(folded, COARSE)
    size = length(folded)
    if size < 3:
        return 1
    kin.keys[1] = mix(folded, COARSE_NEAR)
    n = 2
    for i in range(size):
        if i == 0 or symbol_at(folded, i) != symbol_at(folded, i - 1):
            less = code_without(folded, i)
            kin.keys[n] = mix(less, COARSE)
            kin.keys[n + 1] = mix(less, COARSE_NEAR)
            n += 2
    return n


def less_keys(kin: Kin, bones: np.uint64) -> int:
    """List the keys of the skeletons that lack one consonant (kh or h, v or w)."""
    n = length(bones)
    if n < 3:
        return 0
    for i in range(n):
        kin.keys[i] = mix(code_without(bones, i), BONE)
    return n


def variants(
    words: Words, memo: Memo, kin: Kin, about: tuple[int, int, int]
) -> int:  # fmt: skip
    """Note n given-name variants collected (Aleksandr, Sasha); how many people bear them."""
    t, epoch, n = about
    total = 0
    for i in range(n):
        word = whole(kin.found[i])
        people = whole(words.counts[word])
        at = memo_at(memo, epoch, word)
        if memo.levels[at * PARTS_ASKED_MAX + t] == UNSET:
            memo.levels[at * PARTS_ASKED_MAX + t] = np.uint8(VARIANT)
            total += people
            kin_add(kin, t, words.codes[4 * word + BONES], people + NEAR_WEIGHT)
    return total


def own_word(words: Words, found: U64, chars: U16, n: int) -> int:
    """Find the word itself among n collected; -1 where nobody bears it."""
    for i in range(n):
        word = whole(found[i])
        if osa(chars, word_chars(words, word)) == 0:
            return word
    return -1


def expand(
    words: Words, tables: tuple[Table, Chain], q: Questions, desk: tuple[Parts, Memo, Kin],
    about: tuple[int, int, int, bool],
) -> tuple[int, int, int, int, int, int]:  # fmt: skip
    """Prepare part t: its codes and kin; count people by level of likeness.

    ``about``: part, its row in ``q``, epoch, and whether to look far, for want of a birth date.
    Returns the people who bear the word, one of its sound, a one-letter neighbour, one of its
    skeleton, one of its coarse sound, a variant.
    """
    parts, memo, kin = desk
    t, row, epoch, wide = about
    table, chain = tables
    counts = words.counts
    chars = asked_chars(q, row)
    heard, bones = codes(chars)
    parts.codes[4 * t + HEARD] = heard
    parts.codes[4 * t + BONES] = bones
    parts.codes[4 * t + LETTERS] = letters(chars)
    parts.codes[4 * t + FOLDED] = coarse(bones)
    kin.keys[0] = hash_chars(chars)
    own = own_word(words, kin.found, chars, collect_words(counts, table, chain, kin, 1))
    parts.words[t] = own
    exact = whole(counts[own]) if own >= 0 else 0
    kin.counts[t] = 0
    kin_add(kin, t, bones, NEAR_WEIGHT << 16)
    varied = 0
    listed = min(q.variant_starts[row + 1] - q.variant_starts[row], KIN_KEYS)
    if listed:
        for i in range(listed):
            kin.keys[i] = q.variants[q.variant_starts[row] + i]
        n = collect_words(counts, table, chain, kin, listed)
        varied = variants(words, memo, kin, (t, epoch, n))
    n = collect_words(counts, table, chain, kin, near_keys(kin, chars))
    near = one_letter(words, memo, kin, chars, (t, epoch, own, n))
    kin.keys[0] = mix(bones, BONE)
    n = collect_words(counts, table, chain, kin, 1)
    alike, sounds = same_skeleton(words, parts, kin.found, t, n)
    folded = 0
    if not (bones & NATIVE):
        listed = less_keys(kin, bones)
        collect_words(counts, table, chain, kin, listed)
        for i in range(listed):
            if kin.ends[i] > (kin.ends[i - 1] if i else 0):
                kin_add(kin, t, code_without(bones, i), 1)
        if wide:
            listed = coarse_keys(kin, parts.codes[4 * t + FOLDED])
            n = collect_words(counts, table, chain, kin, listed)
            folded = kin_fuzzy(words, parts, kin, t, n)
    kin_sort(kin, t, KIN_WIDE if wide else KIN_MAX)
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
        share = u[i] + 0.7 / size
        parts.bits[t * SPAN + i] = min(np.log2(w[i - 1] / share), w[W_RARITY])
        parts.bits[t * SPAN + FAR + i] = min(np.log2(w[i + 10] / share), w[W_RARITY])
    parts.bits[t * SPAN] = 0.0
    parts.bits[t * SPAN + FAR] = 0.0
