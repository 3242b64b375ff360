"""The Merkle tree of a transparency log: RFC 6962 section 2.1, RFC 9162 section 2.1.

Hashes are 32 bytes of SHA-256. ``level`` 0 is a leaf; the node (level, index) covers the entries
``[index << level, (index + 1) << level)`` and exists once all of them do. Proofs are computed
through ``read(level, index) -> hash`` over such complete nodes: storage is the caller's.

Wrong input of ours (an index outside the tree) is a ValueError, a bug; a proof that does not hold
is Unverified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from comity.errors import Unverified

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without entries (RFC 6962 2.1)."""

SIZE_MAX = 2**63 - 1

Read = Callable[[int, int], bytes]
"""``read(level, index)`` gives the hash of a complete node."""

Node = tuple[int, int, bytes]
"""(level, index, hash) of a node that has just become complete."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 2.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over ``leaf_hashes``, from nothing else; O(n)."""
    return Frontier().grow(leaf_hashes)[0].root()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The O(log n) that appending needs: ``size`` and the complete subtrees, largest first.

    ``hashes`` holds one hash for each set bit of ``size``.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse hashes that do not fit the size."""
        if not 0 <= self.size <= SIZE_MAX or len(self.hashes) != self.size.bit_count():
            raise ValueError("frontier does not fit its size")

    def grow(self, leaf_hashes: Iterable[bytes]) -> tuple[Frontier, list[Node]]:
        """Append leaves; return the new frontier and every node that became complete, in order."""
        stack = list(self.hashes)
        size = self.size
        complete: list[Node] = []
        sha256 = hashlib.sha256
        for leaf in leaf_hashes:
            complete.append((0, size, leaf))
            node, level, index = leaf, 0, size
            while index & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                level, index = level + 1, index >> 1
                complete.append((level, index, node))
            stack.append(node)
            size += 1
        return Frontier(size, tuple(stack)), complete

    def root(self) -> bytes:
        """The root of the tree of ``size`` entries."""
        if not self.hashes:
            return EMPTY_ROOT
        result = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            result = node_hash(left, result)
        return result


def frontier(size: int, read: Read) -> Frontier:
    """The frontier of the tree of ``size`` entries, out of its nodes."""
    return Frontier(size, tuple(read(level, index) for level, index in _subtrees(0, size)))


def root_at(size: int, read: Read) -> bytes:
    """The root of the tree when it had ``size`` entries."""
    return frontier(size, read).root()


def prove_inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """The path of entry ``index`` in the tree of ``size`` entries, from the leaf's sibling up.

    RFC 9162 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError("index outside the tree")
    lo, hi = 0, size
    path: list[bytes] = []
    while hi - lo > 1:
        middle = lo + _split(hi - lo)
        if index < middle:
            path.append(_range_root(middle, hi, read))
            hi = middle
        else:
            path.append(_range_root(lo, middle, read))
            lo = middle
    return path[::-1]


def prove_consistency(old: int, new: int, read: Read) -> list[bytes]:
    """The proof that the tree of ``old`` entries is a prefix of that of ``new``: RFC 9162 2.1.4.1.

    Empty for ``old`` = 0 (nothing to prove) and ``old`` = ``new``.
    """
    if not 0 <= old <= new:
        raise ValueError("sizes out of order")
    if old in (0, new):
        return []
    lo, hi = 0, new
    path: list[bytes] = []
    known = True
    while old != hi:
        middle = lo + _split(hi - lo)
        if old <= middle:
            path.append(_range_root(middle, hi, read))
            hi = middle
        else:
            path.append(_range_root(lo, middle, read))
            lo, known = middle, False
    if not known:
        path.append(_range_root(lo, hi, read))
    return path[::-1]


def check_inclusion(
    proof: Sequence[bytes], size: int, root_hash: bytes, index: int, leaf: bytes
) -> None:
    """Unverified unless ``proof`` leads from ``leaf`` (a leaf hash) to ``root_hash``.

    RFC 9162 2.1.3.2, its steps 1 to 5.
    """
    if not 0 <= index < size <= SIZE_MAX:  # 1
        raise Unverified("inclusion-index", "the index lies outside the tree")
    fn, sn, result = index, size - 1, leaf  # 2, 3
    for sibling in proof:  # 4
        if sn == 0:
            raise Unverified("inclusion-length", "the inclusion proof is too long")
        if fn & 1 or fn == sn:
            result = node_hash(sibling, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or result != root_hash:  # 5
        raise Unverified("inclusion-root", "the inclusion proof does not lead to the root")


def check_consistency(  # noqa: C901 - the steps of the RFC, in its order
    proof: Sequence[bytes], old: int, old_root: bytes, new: int, new_root: bytes
) -> None:
    """Unverified unless the tree (``old``, ``old_root``) is a prefix of (``new``, ``new_root``).

    RFC 9162 2.1.4.2, its steps 1 to 7. From size 0 nothing can be proved: that is an error here;
    the rule for a first contact belongs to the witness.
    """
    if not 0 < old <= new <= SIZE_MAX:
        raise Unverified("consistency-sizes", "the sizes allow no consistency proof")
    if old == new:
        if proof or old_root != new_root:
            raise Unverified("consistency-root", "one size with two roots")
        return
    if not proof:  # 1
        raise Unverified("consistency-length", "the consistency proof is empty")
    path = list(proof) if old & (old - 1) else [old_root, *proof]  # 2
    fn, sn = old - 1, new - 1  # 3
    while fn & 1:  # 4
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]  # 5
    for node in path[1:]:  # 6
        if sn == 0:
            raise Unverified("consistency-length", "the consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(node, fr), node_hash(node, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, node)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or fr != old_root or sr != new_root:  # 7
        raise Unverified("consistency-root", "the consistency proof does not lead to both roots")


def _split(width: int) -> int:
    """The largest power of two smaller than ``width`` (RFC 6962 2.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _subtrees(lo: int, hi: int) -> list[tuple[int, int]]:
    """The complete nodes that cover [lo, hi), left to right; lo is where such a cover may start."""
    found: list[tuple[int, int]] = []
    while lo < hi:
        level = (hi - lo).bit_length() - 1
        found.append((level, lo >> level))
        lo += 1 << level
    return found


def _range_root(lo: int, hi: int, read: Read) -> bytes:
    hashes = [read(level, index) for level, index in _subtrees(lo, hi)]
    result = hashes[-1]
    for left in hashes[-2::-1]:
        result = node_hash(left, result)
    return result
