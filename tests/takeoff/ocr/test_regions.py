"""Which parts of an image are read."""

from itertools import pairwise

import pytest

from takeoff.ocr.regions import OVERLAP_PX, TILE_PX, near_scales, tiles, title_block_strips
from tests.takeoff.lettering import lettered


@pytest.mark.parametrize("width", [300, 1800, 1801, 3440, 8400, 9600])
def test_tiles_cover_everything_with_overlap_and_are_small_enough(width: int) -> None:
    found = sorted({(left, right) for left, _, right, _ in tiles((0, 0, width, 500))})

    assert found[0][0] == 0
    assert found[-1][1] == width
    assert all(right - left <= TILE_PX for left, right in found)
    assert all(left <= before - OVERLAP_PX for (_, before), (left, _) in pairwise(found))


def test_tiles_of_a_part_lie_where_it_is() -> None:
    assert tiles((1000, 2000, 1900, 2500)) == [(1000, 2000, 1900, 2500)]


def test_the_strips_of_the_title_block_are_at_the_right_and_at_the_bottom() -> None:
    assert title_block_strips(7200, 4800) == [(5760, 0, 7200, 4800), (0, 3840, 5920, 4800)]


def test_a_small_image_is_one_strip() -> None:
    assert title_block_strips(600, 400) == [(0, 0, 600, 400)]


def test_around_the_word_scale_is_read_once_and_not_again_in_a_strip() -> None:
    words = [
        *lettered("SCALE: 1/4", (1000, 1000)),
        *lettered("scale", (1010, 1050)),
        *lettered("SCALE", (7000, 1000)),
        *lettered("PLAN", (3000, 1000)),
    ]

    (region,) = near_scales(words, 7200, 4800)

    assert region[0] < 1000 < region[2] - 300
    assert region[1] < 900 < region[3]
