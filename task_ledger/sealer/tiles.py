"""Tiles and entry bundles: paths and contents of C2SP tlog-tiles."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from task_ledger.sealer.errors import InvalidTile
from task_ledger.sealer.merkle import HASH_SIZE

WIDTH: Final = 256
"""Hashes in a full tile, entries in a full bundle."""

MAX_ENTRY: Final = 0xFFFF
"""Maximum size of an entry in octets: its length is written with two octets."""


class Tile(NamedTuple):
    """A tile of the tree.

    Attributes:
        level: 0 holds leaf hashes; each hash of a higher level is the root of a full tile below.
        number: its position in the level.
        width: number of hashes, 1 to 256; below 256 it is partial.
    """

    level: int
    number: int
    width: int

    def path(self) -> str:
        """The tile's path below the log's prefix."""
        return f"tile/{self.level}/{_numbered(self.number, self.width)}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """The path of the entry bundle `index` with `width` entries."""
    return f"tile/entries/{_numbered(index, width)}"


def _numbered(index: int, width: int) -> str:
    if index < 0 or not 1 <= width <= WIDTH:
        raise ValueError(f"there is no tile {index} of width {width}")
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03d}")
    return "/".join(reversed(parts)) + ("" if width == WIDTH else f".p/{width}")


def tiles_between(old_size: int, size: int) -> Iterator[Tile]:
    """The tiles added when a tree grows from `old_size` to `size` leaves.

    Full tiles come before the partial one of their level, lower levels before higher ones.
    """
    level = 0
    while count := size >> 8 * level:
        old_count = old_size >> 8 * level
        for index in range(old_count // WIDTH, count // WIDTH):
            yield Tile(level, index, WIDTH)
        if count % WIDTH and count != old_count:
            yield Tile(level, count // WIDTH, count % WIDTH)
        level += 1


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile of `width`.

    Raises:
        InvalidTile: it has the wrong length.
    """
    if len(data) != width * HASH_SIZE:
        raise InvalidTile(
            f"a tile of width {width} has {width * HASH_SIZE} octets, not {len(data)}"
        )
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Encode an entry bundle: each entry is preceded by its length in two octets, big-endian.

    Raises:
        InvalidTile: an entry is too long.
    """
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise InvalidTile(f"an entry has at most {MAX_ENTRY} octets")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of `width`.

    Raises:
        InvalidTile: it has more or fewer entries, or its last one is truncated.
    """
    entries: list[bytes] = []
    place = 0
    while place < len(data):
        behind = place + 2 + int.from_bytes(data[place : place + 2], "big")
        if place + 2 > len(data) or behind > len(data):
            raise InvalidTile("the bundle's last entry is truncated")
        entries.append(data[place + 2 : behind])
        place = behind
    if len(entries) != width:
        raise InvalidTile(f"the bundle has {len(entries)} entries, not {width}")
    return entries
