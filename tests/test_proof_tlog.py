"""The Merkle tree, its proofs and its tiles, against published values and against itself."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed, Unverified
from comity.proof import tile, tlog

# The eight entries and roots of RFC 6962's reference tests (Certificate Transparency, also in
# transparency-dev/merkle), keyed in by hand.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tree:
    """A tree in memory."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.leaves = [tlog.leaf_hash(entry) for entry in entries]
        _, nodes = tlog.Frontier().grow(self.leaves)
        self.nodes = {(level, index): node for level, index, node in nodes}

    def read(self, level: int, index: int) -> bytes:
        """A complete node."""
        return self.nodes[level, index]

    def root(self, size: int) -> bytes:
        """The root at ``size``."""
        return tlog.root_at(size, self.read)


SAMPLE = Tree([b"entry %d" % number for number in range(70)])


def _by_the_book(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, as the RFC writes it."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return tlog.node_hash(_by_the_book(leaves[:split]), _by_the_book(leaves[split:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    """The roots of the published trees are ours."""
    leaves = [tlog.leaf_hash(entry) for entry in ENTRIES[:size]]
    assert tlog.root(leaves).hex() == ROOTS[size - 1]


def test_empty_root_is_the_published_one() -> None:
    """The tree without entries has the SHA-256 of nothing as its root."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tlog.root([]).hex() == tlog.EMPTY_ROOT.hex() == empty


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_published_inclusion_paths(index: int, size: int) -> None:
    """The published inclusion proofs are what we prove, and they check."""
    tree = Tree(ENTRIES)
    path = tlog.prove_inclusion(index, size, tree.read)
    assert [node.hex() for node in path] == INCLUSION[index, size]
    tlog.check_inclusion(path, size, bytes.fromhex(ROOTS[size - 1]), index, tree.leaves[index])


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int) -> None:
    """The published consistency proofs are what we prove, and they check."""
    path = tlog.prove_consistency(old, new, Tree(ENTRIES).read)
    assert [node.hex() for node in path] == CONSISTENCY[old, new]
    old_root, new_root = (bytes.fromhex(ROOTS[size - 1]) for size in (old, new))
    tlog.check_consistency(path, old, old_root, new, new_root)


@given(st.lists(st.binary(max_size=8), max_size=80), st.data())
def test_growing_in_any_steps_is_the_book(entries: list[bytes], data: st.DataObject) -> None:
    """However a tree is grown, its root is the one of the RFC's recursive definition."""
    leaves = [tlog.leaf_hash(entry) for entry in entries]
    cut = data.draw(st.integers(0, len(leaves)))
    first, early = tlog.Frontier().grow(leaves[:cut])
    second, late = first.grow(leaves[cut:])
    assert second.root() == _by_the_book(leaves)
    held = {(level, index): node for level, index, node in [*early, *late]}
    assert len(held) == len(early) + len(late)
    assert tlog.frontier(len(leaves), lambda level, index: held[level, index]) == second


def test_every_proof_of_small_trees_checks() -> None:
    """Each entry of each tree, and each pair of sizes, proves and checks."""
    for size in range(1, 70):
        root = SAMPLE.root(size)
        for index in range(size):
            path = tlog.prove_inclusion(index, size, SAMPLE.read)
            tlog.check_inclusion(path, size, root, index, SAMPLE.leaves[index])
        for old in range(1, size + 1):
            path = tlog.prove_consistency(old, size, SAMPLE.read)
            tlog.check_consistency(path, old, SAMPLE.root(old), size, root)


def test_no_proof_serves_another_place() -> None:
    """An inclusion proof fails under every other index, size and leaf."""
    for size in range(1, 20):
        for index in range(size):
            path = tlog.prove_inclusion(index, size, SAMPLE.read)
            for other in range(size):
                if other != index:
                    with pytest.raises(Unverified):
                        tlog.check_inclusion(
                            path, size, SAMPLE.root(size), other, SAMPLE.leaves[index]
                        )
                    with pytest.raises(Unverified):
                        tlog.check_inclusion(
                            path, size, SAMPLE.root(size), index, SAMPLE.leaves[other]
                        )


@given(st.integers(1, 69), st.integers(1, 69), st.data())
def test_every_altered_consistency_proof_fails(a: int, b: int, data: st.DataObject) -> None:
    """A hash flipped, dropped, doubled or a root exchanged: refused."""
    old, new = sorted((a, b))
    old_root, new_root = SAMPLE.root(old), SAMPLE.root(new)
    path = tlog.prove_consistency(old, new, SAMPLE.read)
    wrong = bytes(32)
    with pytest.raises(Unverified):
        tlog.check_consistency(path, old, wrong, new, new_root)
    with pytest.raises(Unverified):
        tlog.check_consistency(path, old, old_root, new, wrong)
    with pytest.raises(Unverified):
        tlog.check_consistency([*path, wrong], old, old_root, new, new_root)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        for altered in (
            [*path[:place], wrong, *path[place + 1 :]],
            [*path[:place], *path[place + 1 :]],
            [*path[:place], path[place], *path[place:]],
        ):
            with pytest.raises(Unverified):
                tlog.check_consistency(altered, old, old_root, new, new_root)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 4), (-1, 3), (0, 0), (1, 2**63)])
def test_sizes_without_a_proof_are_refused(old: int, new: int) -> None:
    """From nothing, or backwards, nothing is proved: that is the witness's rule, not ours."""
    with pytest.raises(Unverified):
        tlog.check_consistency([], old, tlog.EMPTY_ROOT, new, tlog.EMPTY_ROOT)


def test_our_own_wrong_questions_are_bugs() -> None:
    """Asking for a proof outside the tree is a ValueError, not an answer."""
    with pytest.raises(ValueError, match="outside"):
        tlog.prove_inclusion(3, 3, SAMPLE.read)
    with pytest.raises(ValueError, match="order"):
        tlog.prove_consistency(4, 3, SAMPLE.read)
    with pytest.raises(ValueError, match="frontier"):
        tlog.Frontier(3, (b"",))


# C2SP tlog-tiles gives x001/x234/067; golang/mod's test table gives the others' shape.
PATHS = {
    "tile/0/x001/x234/067": tile.Tile(0, 1234067),
    "tile/0/001": tile.Tile(0, 1),
    "tile/0/001.p/5": tile.Tile(0, 1, 5),
    "tile/5/x123/x456/078.p/2": tile.Tile(5, 123456078, 2),
    "tile/entries/x003/x057/500": tile.Tile(tile.ENTRIES, 3057500),
    "tile/entries/000.p/255": tile.Tile(tile.ENTRIES, 0, 255),
    "tile/63/000": tile.Tile(63, 0),
}


@pytest.mark.parametrize("path", PATHS)
def test_tile_paths(path: str) -> None:
    """Paths read and write as the specification's examples do."""
    assert tile.parse_tile_path(path) == PATHS[path]
    assert tile.tile_path(PATHS[path]) == path


@pytest.mark.parametrize(
    "path",
    ["", "tile", "tile/0", "tile/0/", "tile/64/000", "tile/-1/000", "tile/00/000", "tile/0/0",
     "tile/0/123/456", "tile/0/x123/x456", "tile/0/x000/001", "tile/0/001.p/0", "tile/0/001.p/256",
     "tile/0/001.p/05", "tile/0/001.p/", "tile/data/001", "tile/0/../001", "tile/0/٠٠١",
     "tile/0/001/", "/tile/0/001", "tile/0/x" + "9/x" * 40, "tile/0/" + "x999/" * 6 + "999"],
)  # fmt: skip
def test_other_paths_are_no_tiles(path: str) -> None:
    """What the specification would not write is refused."""
    with pytest.raises(Malformed):
        tile.parse_tile_path(path)


@given(st.text(max_size=40))
def test_any_text_is_a_tile_path_or_malformed(text: str) -> None:
    """Reading a path accepts what writes back the same, or says Malformed."""
    with contextlib.suppress(Malformed):
        assert tile.tile_path(tile.parse_tile_path(text)) == text


def test_tiles_of_the_specifications_example() -> None:
    """A tree of 70,000 has the tiles that C2SP tlog-tiles counts; 256 has a partial level 1."""
    tiles = list(tile.tiles_between(0, 70_000))
    full = [item for item in tiles if item.width == tile.WIDTH]
    assert sum(item.level == 0 for item in full) == 273
    assert sum(item.level == 1 for item in full) == 1
    assert [item for item in tiles if item.width != tile.WIDTH] == [
        tile.Tile(0, 273, 112), tile.Tile(1, 1, 17), tile.Tile(2, 0, 1)
    ]  # fmt: skip
    assert list(tile.tiles_between(0, 256)) == [tile.Tile(0, 0), tile.Tile(1, 0, 1)]


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_new_tiles_are_those_that_changed(a: int, b: int) -> None:
    """Between two sizes exactly the tiles are new which the larger tree has and the smaller not."""
    old, new = sorted((a, b))
    before = set(tile.tiles_between(0, old))
    assert set(tile.tiles_between(old, new)) == set(tile.tiles_between(0, new)) - before


def test_every_node_is_read_out_of_tiles() -> None:
    """Nodes read through tiles are the nodes of the tree; a tile too narrow is refused."""
    tree = Tree([b"%d" % number for number in range(600)])

    def load(level: int, index: int) -> bytes:
        places = range(index * 256, index * 256 + 256)
        return b"".join(tree.nodes.get((8 * level, place), b"") for place in places)

    read = tile.tile_reader(load)
    assert all(read(level, index) == node for (level, index), node in tree.nodes.items())
    with pytest.raises(Malformed):
        read(0, 600)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entry_bundles_come_back(entries: list[bytes]) -> None:
    """Entries read out of a bundle are those that went in."""
    assert tile.parse_entries(tile.format_entries(entries)) == entries


@given(st.binary(max_size=100))
def test_any_bytes_are_a_bundle_or_malformed(data: bytes) -> None:
    """A bundle is read so that it writes back the same, or it is Malformed."""
    with contextlib.suppress(Malformed):
        assert tile.format_entries(tile.parse_entries(data)) == data
