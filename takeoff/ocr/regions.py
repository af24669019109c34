"""Chooses the parts of a page image to read: tiles, title block strips, surroundings of scales."""

from __future__ import annotations

from collections.abc import Iterable

from takeoff.phrases import Box
from takeoff.reading.word import Word

Region = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the image that is read."""

# The engine reduces an image of more than 2,000 pixels, and then misses most of its text.
TILE_PX, OVERLAP_PX = 1800, 160
# The engine enlarges smaller parts, which costs time and does not improve the result.
_LEAST_PX = 736
# Of the sides of the sheet.
_STRIP = 0.2
# Margins around the word SCALE, in its heights: the scale follows it, the view's title is above.
_BEFORE, _BEHIND, _ABOVE, _BELOW = 4, 25, 6, 6
_MAX_SCALES = 8


def tiles(region: Region) -> list[Region]:
    """Return ``region`` in tiles of at most 1,800 pixels a side that overlap by 160 or more."""
    left, top, right, bottom = region
    return [
        (left + x, top + y, min(left + x + TILE_PX, right), min(top + y + TILE_PX, bottom))
        for y in _starts(bottom - top)
        for x in _starts(right - left)
    ]


def title_block_strips(width: int, height: int) -> list[Region]:
    """Return the right 20 % of an image, and the bottom 20 % of the rest."""
    across, down = max(_LEAST_PX, int(width * _STRIP)), max(_LEAST_PX, int(height * _STRIP))
    right = max(0, width - across)
    strips = [(right, 0, width, height)]
    if right:
        strips.append((0, max(0, height - down), min(right + OVERLAP_PX, width), height))
    return strips


def near_scales(words: Iterable[Word], width: int, height: int) -> list[Region]:
    """Return the surroundings of each word SCALE outside the title block strips."""
    strips = title_block_strips(width, height)
    regions: list[Region] = []
    for word in words:
        if "SCALE" not in word.text.upper() or _inside(_box(word), strips + regions):
            continue
        high = word.bottom - word.top
        regions.append(
            _grown(
                (
                    word.left - _BEFORE * high,
                    word.top - _ABOVE * high,
                    word.right + _BEHIND * high,
                    word.bottom + _BELOW * high,
                ),
                width,
                height,
            )
        )
    return regions[:_MAX_SCALES]


def _starts(length: int) -> list[int]:
    if length <= TILE_PX:
        return [0]
    count = -(-(length - OVERLAP_PX) // (TILE_PX - OVERLAP_PX))
    return [round(index * (length - TILE_PX) / (count - 1)) for index in range(count)]


def _box(word: Word) -> Box:
    return word.left, word.top, word.right, word.bottom


def _inside(box: Box, regions: Iterable[Region]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in regions)


def _grown(box: Box, width: int, height: int) -> Region:
    left, right = _between(box[0], box[2], width)
    top, bottom = _between(box[1], box[3], height)
    return left, top, right, bottom


def _between(start: float, end: float, length: int) -> tuple[int, int]:
    """Return the interval, widened to the engine's minimum and clipped to 0 to ``length``."""
    side = min(max(int(end - start), _LEAST_PX), TILE_PX, length)
    first = min(max(0, int((start + end - side) / 2)), length - side)
    return first, first + side
