"""The tree as static files: C2SP tlog-tiles (https://c2sp.org/tlog-tiles), tile height 8.

The n-th tile of level l holds up to 256 hashes; the i-th is the node (8 * l, 256 * n + i) of
``tlog``. A partial tile (width 1 to 255) is served under ``.p/<width>``. Entries are served in
bundles of 256, each entry after its length as two bytes, big-endian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from comity.errors import Malformed
from comity.proof import tlog

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRY_BYTES_MAX = 0xFFFF
"""An entry's length is written in two bytes."""

ENTRIES = -1
"""The level which ``Tile`` and ``tile_path`` give to entry bundles."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Tile ``index`` at ``level`` (0..63, or ENTRIES), with ``width`` 1..256 hashes or entries."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        """Refuse what no log serves."""
        if not (ENTRIES <= self.level <= 63 and self.index >= 0 and 1 <= self.width <= WIDTH):
            raise ValueError("no such tile")


def tile_path(tile: Tile) -> str:
    """``tile/<L>/<N>[.p/<W>]``, as in ``tile/0/x001/x234/067.p/8``."""
    digits = f"{tile.index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    return f"tile/{level}/{number}" + ("" if tile.width == WIDTH else f".p/{tile.width}")


def parse_tile_path(path: str) -> Tile:
    """Read what ``tile_path`` writes; Malformed otherwise."""
    bad = Malformed("tile-path", "not a tile's path", hint="tile/<level>/<number>[.p/<width>]")
    top, _, width = path.partition(".p/")
    parts = top.split("/")
    if len(path) > 100 or len(parts) < 3 or not path.isascii():
        raise bad
    digits = "".join(parts[2:]).replace("x", "")
    plain = digits.isdigit() and (not width or width.isdigit())
    if not plain or not (parts[1] == "entries" or parts[1].isdigit()):
        raise bad
    level = ENTRIES if parts[1] == "entries" else int(parts[1])
    try:
        tile = Tile(level, int(digits), int(width) if width else WIDTH)
    except ValueError:
        raise bad from None
    if tile_path(tile) != path or tile.index > tlog.SIZE_MAX >> HEIGHT:
        raise bad
    return tile


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Every tile of the tree of ``new`` entries which that of ``old`` lacks or has narrower."""
    level = 0
    while new >> (HEIGHT * level):
        before, now = old >> (HEIGHT * level), new >> (HEIGHT * level)
        for index in range(before >> HEIGHT, -(-now // WIDTH)):
            width = min(WIDTH, now - index * WIDTH)
            if index * WIDTH + width > before:
                yield Tile(level, index, width)
        level += 1


def tile_reader(load: Callable[[int, int], bytes]) -> tlog.Read:
    """A ``read`` for ``tlog`` over tiles: ``load(level, index)`` gives a tile's bytes, any width.

    Each tile is loaded once for the life of the reader.
    """
    seen: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        key = (tile_level, first >> HEIGHT)
        if key not in seen:
            seen[key] = load(*key)
        start = (first % WIDTH) * tlog.HASH_BYTES
        hashes = seen[key][start : start + (tlog.HASH_BYTES << height)]
        if len(hashes) != tlog.HASH_BYTES << height:
            raise Malformed("tile-too-narrow", "the tile does not reach so far")
        return _fold(hashes)

    return read


def format_entries(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length."""
    bundle = bytearray()
    for entry in entries:
        if len(entry) > ENTRY_BYTES_MAX:
            raise ValueError("an entry has at most 65535 bytes")
        bundle += len(entry).to_bytes(2, "big") + entry
    return bytes(bundle)


def parse_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle of 1 to 256; Malformed otherwise."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or at + 2 > len(bundle):
            raise Malformed("tile-entries", "the entry bundle is cut short")
        entries.append(bundle[at + 2 : end])
        at = end
    if not 1 <= len(entries) <= WIDTH:
        raise Malformed("tile-entries", "an entry bundle has 1 to 256 entries")
    return entries


def _fold(hashes: bytes) -> bytes:
    nodes = [hashes[i : i + tlog.HASH_BYTES] for i in range(0, len(hashes), tlog.HASH_BYTES)]
    while len(nodes) > 1:
        nodes = [tlog.node_hash(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]
