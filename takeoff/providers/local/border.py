"""Finds a sheet's border and title block, which are not part of the building."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import shapely

from takeoff.phrases import Box, Phrase
from takeoff.providers.local.outlines import Outline
from takeoff.vectors import Paths

# In shares of the page's side: minimum length of a border line, its maximum distance from the edge,
# and minimum length of a line that separates the title block.
_LONGEST, _NEAR_EDGE, _LONG = 0.8, 0.12, 0.6
# In shares of the page's side: the maximum extent of a title block from the right and the bottom.
_BLOCK_REACH: Final = 0.34
# In shares of the page: from this width and height on, a box is the border; a title block is
# smaller.
_BORDER_SIDE, _BLOCK_AREA = 0.7, 0.25
_ALONG_PX, _LEAST_ALONG = 3.0, 0.08
_BLOCK_WORDS: Final = re.compile(
    r"\b(?:SHEET|DRAWN|CHECKED|CHKD|DATE|PROJECT|SCALE|REVISIONS?|REV|DRAWING|DWG|JOB|ARCHITECT"
    r"|ENGINEER|CLIENT|OWNER|SEAL|STAMP|PHASE|TITLE|DESCRIPTION|ISSUED?|COPYRIGHT|CONSULTANTS?)\b"
)
_LEAST_WORDS: Final = 2


@dataclass(frozen=True)
class Border:
    """The long lines along the edges of a page of ``width`` x ``height`` pixels, and the boxes of
    its title block.
    """

    width: float
    height: float
    lines: shapely.MultiLineString
    title_blocks: tuple[Box, ...]

    def is_around_sheet(self, polygon: shapely.Polygon) -> bool:
        """Tell whether a polygon is the border, or lies between it and the drawing."""
        left, top, right, bottom = polygon.bounds
        if right - left > _BORDER_SIDE * self.width and bottom - top > _BORDER_SIDE * self.height:
            return True
        if self.lines.is_empty or self.lines.distance(polygon) > _ALONG_PX:
            return False
        along = polygon.exterior.intersection(self.lines.buffer(_ALONG_PX)).length
        return along > _LEAST_ALONG * polygon.exterior.length

    def in_title_block(self, box: Box) -> bool:
        """Tell whether the middle of a text is in the title block."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return any(
            left <= x <= right and top <= y <= bottom
            for left, top, right, bottom in self.title_blocks
        )


def border_of(
    paths: Paths, outlines: Iterable[Outline], phrases: Sequence[Phrase], size: tuple[float, float]
) -> Border:
    """Return the border of a page of ``size`` pixels (width, height)."""
    width, height = size
    level, upright = _long_lines(paths, width, height)
    edge = [
        *(
            each
            for each in level
            if each[2] - each[0] > _LONGEST * width and not _inside(each[1], height)
        ),
        *(
            each
            for each in upright
            if each[3] - each[1] > _LONGEST * height and not _inside(each[0], width)
        ),
    ]
    lines = shapely.MultiLineString([((x, y), (end_x, end_y)) for x, y, end_x, end_y in edge])
    blocks = [
        *_strips(level, upright, phrases, size),
        *_boxes(outlines, lines, phrases, width * height),
    ]
    return Border(width, height, lines, tuple(blocks))


def _inside(at: float, side: float) -> bool:
    return _NEAR_EDGE * side < at < (1 - _NEAR_EDGE) * side


def _long_lines(paths: Paths, width: float, height: float) -> tuple[list[Box], list[Box]]:
    """Return the horizontal and vertical lines that are about as long as the page."""
    level: list[Box] = []
    upright: list[Box] = []
    for path in paths.paths:
        if path.dashed:
            continue
        closing = [path.points[0]] if path.closed else []
        points = [*path.points, *closing]
        for (x, y), (end_x, end_y) in pairwise(points):
            if abs(end_y - y) < 1 and abs(end_x - x) > _LONG * width:
                level.append((min(x, end_x), y, max(x, end_x), end_y))
            elif abs(end_x - x) < 1 and abs(end_y - y) > _LONG * height:
                upright.append((x, min(y, end_y), end_x, max(y, end_y)))
    return level, upright


def _strips(
    level: Sequence[Box],
    upright: Sequence[Box],
    phrases: Sequence[Phrase],
    size: tuple[float, float],
) -> Iterator[Box]:
    """Yield the strips at the right and the bottom that long lines separate, if they have a title
    block's words.
    """
    width, height = size
    for x in sorted({round(each[0]) for each in upright}):
        strip = (float(x), 0.0, width, height)
        if (1 - _BLOCK_REACH) * width < x < 0.97 * width and _tells_of_sheet(strip, phrases):
            yield strip
            break
    for y in sorted({round(each[1]) for each in level}):
        strip = (0.0, float(y), width, height)
        if (1 - _BLOCK_REACH) * height < y < 0.97 * height and _tells_of_sheet(strip, phrases):
            yield strip
            break


def _boxes(
    outlines: Iterable[Outline],
    lines: shapely.MultiLineString,
    phrases: Sequence[Phrase],
    area: float,
) -> Iterator[Box]:
    """Yield the boxes at the border that have a title block's words."""
    if lines.is_empty:
        return
    for each in outlines:
        wide, high = each.size
        is_box = each.polygon.area > 0.98 * wide * high
        if (
            is_box
            and 0.005 * area < each.polygon.area < _BLOCK_AREA * area
            and lines.distance(each.polygon) < _ALONG_PX
            and _tells_of_sheet(each.box, phrases)
        ):
            yield each.box


def _tells_of_sheet(box: Box, phrases: Sequence[Phrase]) -> bool:
    found: set[str] = set()
    for phrase in phrases:
        x, y = (phrase.box[0] + phrase.box[2]) / 2, (phrase.box[1] + phrase.box[3]) / 2
        if box[0] <= x <= box[2] and box[1] <= y <= box[3]:
            found.update(_BLOCK_WORDS.findall(phrase.text.upper()))
    return len(found) >= _LEAST_WORDS
