"""Tiles, bundles and their paths are those of C2SP tlog-tiles."""

import pytest

from task_ledger.sealer.errors import InvalidTile
from task_ledger.sealer.tiles import (
    MAX_ENTRY,
    Tile,
    bundle_path,
    decode_bundle,
    decode_tile,
    encode_bundle,
    tiles_between,
)


def test_a_path_has_the_number_in_groups_of_three_digits() -> None:
    # The specification's example.
    assert Tile(0, 1234067, 256).path() == "tile/0/x001/x234/067"
    assert Tile(2, 0, 1).path() == "tile/2/000.p/1"
    assert bundle_path(1000, 255) == "tile/entries/x001/000.p/255"
    for number, width in ((-1, 256), (0, 0), (0, 257)):
        with pytest.raises(ValueError, match="no tile"):
            bundle_path(number, width)


def test_a_tree_has_the_tiles_that_the_specification_says() -> None:
    tiles = list(tiles_between(0, 70_000))
    assert tiles == [
        *(Tile(0, number, 256) for number in range(273)),
        Tile(0, 273, 112),
        Tile(1, 0, 256),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles_between(0, 256)) == [Tile(0, 0, 256), Tile(1, 0, 1)]


def test_only_new_tiles_are_listed() -> None:
    assert list(tiles_between(300, 300)) == []
    assert list(tiles_between(300, 301)) == [Tile(0, 1, 45)]
    assert list(tiles_between(511, 513)) == [Tile(0, 1, 256), Tile(0, 2, 1), Tile(1, 0, 2)]


@pytest.mark.parametrize("entries", [[], [b""], [b"a", b"", b"xyz" * 5000], [b"a" * MAX_ENTRY]])
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


def test_a_bundle_is_of_the_width_that_its_path_says() -> None:
    data = encode_bundle([b"one", b"two"])
    for cut in range(len(data)):
        with pytest.raises(InvalidTile):
            decode_bundle(data[:cut], 2)
    for width in (1, 3):
        with pytest.raises(InvalidTile):
            decode_bundle(data, width)


def test_an_entry_that_no_bundle_can_hold_is_refused() -> None:
    with pytest.raises(InvalidTile):
        encode_bundle([b"a" * (MAX_ENTRY + 1)])


def test_a_tile_is_of_the_width_that_its_path_says() -> None:
    assert decode_tile(bytes(96), 3) == [bytes(32)] * 3
    for length in (95, 97, 64, 0):
        with pytest.raises(InvalidTile):
            decode_tile(bytes(length), 3)
