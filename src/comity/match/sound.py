# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
# ruff: noqa: C901, PLR0911, PLR0912, PLR1714, SIM109, SIM110
"""How a name part sounds: consonant skeleton, sound with vowels, coarse sound across scripts.

Codes are symbols packed 4 (or 5) bits each, first symbol highest used. Symbols of the skeleton:
1 initial vowel, 2 b, 3 p, 4 f v w, 5 d, 6 t, 7 k c q x, 8 g, 9 s z, 10 sh ch, 11 j, 12 m, 13 n,
14 l, 15 r; h, y and later vowels say nothing (scripts differ on them). Parts in other scripts
(any character above 127) have no sound: their code is a hash with the top bit set.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comity.match.table import mix, whole

U16 = NDArray[np.uint16]

NATIVE = np.uint64(1 << 63)
_SEED = np.uint64(0x5DEECE66D)
_NONE = np.uint64(0)
_FOUR = np.uint64(4)
_FIVE = np.uint64(5)
_NIBBLE = np.uint64(15)

# What a letter a..z stands for alone; 0: nothing, 1: a vowel (16 a, 17 e i y, 18 o u below).
_PLAIN = np.array(
    # a  b  c  d  e  f  g  h  i   j  k   l   m   n  o  p  q   r  s  t  u  v  w  x  y  z
    [1, 2, 7, 5, 1, 4, 8, 0, 1, 11, 7, 14, 12, 13, 1, 3, 7, 15, 9, 6, 1, 4, 4, 7, 1, 9],
    np.int64,
)
_VOWEL = np.array(
    [16, 0, 0, 0, 17, 0, 0, 0, 17, 0, 0, 0, 0, 0, 18, 0, 0, 0, 0, 0, 18, 0, 0, 0, 17, 0], np.int64
)
# Skeleton symbol to coarse class: labials, dentals, velars, sibilants, m, n, liquids.
COARSE = np.array([0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 6, 7, 7], np.int64)

C, D, E, G, H, IOTA, K, P, S, T, W, X, Y, Z = (ord(c) - 97 for c in "cdeghikpstwxyz")
F_SOUND, T_SOUND, K_SOUND, S_SOUND, SH_SOUND, J_SOUND = 4, 6, 7, 9, 10, 11


def hash_chars(chars: U16) -> np.uint64:
    """Hash the characters of a part; 64 bits."""
    h = _SEED
    for i in range(chars.size):
        h = mix(h, np.uint64(chars[i]))
    return h


def is_native(chars: U16) -> bool:
    """Say whether the part stands in its own script, not in Latin letters."""
    for i in range(chars.size):
        if chars[i] > 127:
            return True
    return False


def _letter(chars: U16, at: int) -> int:
    if at >= chars.size:
        return -1
    c = whole(chars[at]) - 97
    if c < 0 or c > 25:
        return -1
    return c


def consonant(chars: U16, at: int) -> int:
    """Read the sound at a position: symbol + 32 * letters used; letter groups are one sound."""
    c = _letter(chars, at)
    if c < 0:
        return 32
    n = _letter(chars, at + 1)
    if c == C:
        if n == H or n == Z:
            return SH_SOUND + 64
        if n == K:
            return K_SOUND + 64
        if n == E or n == IOTA or n == Y:
            return S_SOUND + 32
        if n == -1 and at > 0 and chars[at - 1] == 105:
            return SH_SOUND + 32
        return K_SOUND + 32
    if c == S:
        if n == C and _letter(chars, at + 2) == H:
            return SH_SOUND + 96
        if n == H or n == Z:
            return SH_SOUND + 64
        return S_SOUND + 32
    if c == T:
        if n == C and _letter(chars, at + 2) == H:
            return SH_SOUND + 96
        if n == H:
            return T_SOUND + 64
        return T_SOUND + 32
    if c == D:
        if n == Z and _letter(chars, at + 2) == H:
            return J_SOUND + 96
        if n == _J:
            return J_SOUND + 64
        return 5 + 32
    if n == H:
        if c == P:
            return F_SOUND + 64
        if c == Z:
            return SH_SOUND + 64
        if c == K or c == G:
            return int(_PLAIN[c]) + 64
    if c == W and at > 0:
        return 32
    if c == X and at == 0:
        return SH_SOUND + 32
    return int(_PLAIN[c]) + 32


_J = ord("j") - 97


def skeleton(chars: U16) -> np.uint64:
    """Code the consonants, doubles once, at most 15; a hash where the part has none."""
    code = _NONE
    last = 0
    count = 0
    at = 0
    while at < chars.size and count < 15:
        both = consonant(chars, at)
        symbol = both & 31
        if symbol <= 1 and at > 0:
            last = 0
        elif symbol > 0 and symbol != last:
            code = (code << _FOUR) | np.uint64(symbol)
            count += 1
            last = symbol
        if whole(chars[at]) - 97 == X and count < 15 and symbol == K_SOUND:
            code = (code << _FOUR) | np.uint64(S_SOUND)
            count += 1
            last = S_SOUND
        at += both >> 5
    return code


def sound(chars: U16) -> np.uint64:
    """Code consonants and kinds of vowels, at most 12 symbols of 5 bits."""
    code = _NONE
    last = 0
    count = 0
    at = 0
    while at < chars.size and count < 12:
        both = consonant(chars, at)
        symbol = both & 31
        if symbol == 1:
            symbol = whole(_VOWEL[whole(chars[at]) - 97])
            if last >= 16:
                symbol = 0
        if symbol > 0 and symbol != last:
            code = (code << _FIVE) | np.uint64(symbol)
            count += 1
            last = symbol
        at += both >> 5
    return code


def codes(chars: U16) -> tuple[np.uint64, np.uint64]:
    """Give (sound, skeleton) of a part; for a part in its own script twice its hash."""
    whole = hash_chars(chars) | NATIVE
    if is_native(chars):
        return whole, whole
    heard = sound(chars)
    bones = skeleton(chars)
    if bones == _NONE:
        bones = whole
    if heard == _NONE:
        heard = whole
    return heard, bones


def coarse(bones: np.uint64) -> np.uint64:
    """Fold a skeleton so that scripts without p, v, l or voiced sounds agree with those that do."""
    if bones & NATIVE:
        return bones
    code = _NONE
    last = 0
    for i in range(15):
        symbol = whole((bones >> np.uint64(56 - 4 * i)) & _NIBBLE)
        folded = whole(COARSE[symbol])
        if folded == 3 and last == 6:
            folded = 6
        if folded > 0 and folded != last:
            code = (code << _FOUR) | np.uint64(folded)
        if symbol > 0:
            last = folded
    return code


def length(code: np.uint64) -> int:
    """Count the symbols of a skeleton or coarse code; 0 for a hash."""
    if code & NATIVE:
        return 0
    count = 0
    if code >> np.uint64(32):
        count += 8
        code = code >> np.uint64(32)
    if code >> np.uint64(16):
        count += 4
        code = code >> np.uint64(16)
    if code >> np.uint64(8):
        count += 2
        code = code >> np.uint64(8)
    if code >> _FOUR:
        return count + 2
    return count + 1 if code else count


def letters(chars: U16) -> np.uint64:
    """Draw the set of letters, with the set of coarse sounds in bits 1..7, to pass over unlikes.

    Latin letters are bits 33..58; other characters fall anywhere modulo 64.
    """
    bits = _NONE
    for i in range(chars.size):
        bits |= np.uint64(1) << np.uint64(chars[i] & np.uint16(63))
    if not is_native(chars):
        folded = coarse(skeleton(chars))
        bits = bits & _LATIN
        while folded:
            bits |= np.uint64(1) << (folded & _NIBBLE)
            folded = folded >> _FOUR
    return bits


_LATIN = np.uint64(((1 << 26) - 1) << 33)


def popcount(bits: np.uint64) -> int:
    """Count the bits set."""
    x = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return whole((x * np.uint64(0x0101010101010101)) >> np.uint64(56))
