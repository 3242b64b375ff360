# Kernels: numba compiles plain loops and branches, not comprehensions and tuples of choices.
"""Edit distances of name parts and of their codes, bounded and bit by bit."""

from __future__ import annotations

import numpy as np

from comity.match.sound import U16, popcount

_ONE = np.uint64(1)
_NONE = np.uint64(0)
_FOUR = np.uint64(4)
_NIBBLE = np.uint64(15)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


def osa(a: U16, b: U16) -> int:
    """Count insertions, deletions, substitutions and swaps of neighbours from a to b.

    Bit-parallel (Hyyro 2003); ``a`` has 1 to 64 characters, else the longer length.
    """
    m = a.size
    n = b.size
    if m == 0 or m > 64:
        return max(m, n)
    vp = _ALL
    vn = _NONE
    d0 = _NONE
    before = _NONE
    top = _ONE << np.uint64(m - 1)
    distance = m
    for j in range(n):
        c = b[j]
        pm = _NONE
        for i in range(m):
            if a[i] == c:
                pm |= _ONE << np.uint64(i)
        swap = (((~d0) & pm) << _ONE) & before
        d0 = (((pm & vp) + vp) ^ vp) | pm | vn
        d0 |= swap
        hp = vn | ~(d0 | vp)
        hn = d0 & vp
        if hp & top:
            distance += 1
        if hn & top:
            distance -= 1
        hp = (hp << _ONE) | _ONE
        hn = hn << _ONE
        vp = hn | ~(d0 | hp)
        vn = hp & d0
        before = pm
    return distance


def common(a: np.uint64, b: np.uint64) -> int:
    """Count the symbols of the longest common subsequence of two packed codes (4 bits each).

    Bit-parallel on every fourth bit (Hyyro 2004); the bits between stay ones and pass carries on.
    """
    state = _ALL
    while b:
        other = a ^ ((b & _NIBBLE) * _EACH)
        b = b >> _FOUR
        other = other | (other >> _ONE)
        other = other | (other >> np.uint64(2))
        both = state & ~other & _EACH
        state = (state + both) | (state - both)
    return popcount(~state & _EACH)


_EACH = np.uint64(0x1111111111111111)
