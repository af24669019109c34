"""Finds leaders: thin lines from a text to what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.strtree import STRtree

from takeoff.phrases import Box
from takeoff.providers.local.labels import Label
from takeoff.vectors import Paths

_Point = tuple[float, float]

# In heights of a text: maximum distance of a leader's start, and its minimum length.
_BEGINS, _REACHES = 1.3, 1.5
_MOST_POINTS: Final = 40
_TOUCH_PX: Final = 1.5


@dataclass(frozen=True)
class Leader:
    """A line, path number ``part`` of the sheet, from a label to ``tip``."""

    label: Label
    tip: _Point
    part: int


def leaders_of(paths: Paths, labels: Sequence[Label]) -> Iterator[Leader]:
    """Yield the lines that begin unconnected beside a label and end elsewhere.

    A line that meets another at its start is no leader but the corner of something drawn.
    """
    lines = [
        (at, shapely.LineString(path.points))
        for at, path in enumerate(paths.paths)
        if path.stroked and len(path.points) >= 2
    ]
    open_ends = [
        (at, path.points[0], path.points[-1])
        for at, path in enumerate(paths.paths)
        if path.stroked and not path.closed and not path.dashed and len(path.points) <= _MOST_POINTS
    ]
    if not open_ends:
        return
    everything = STRtree([line for _, line in lines])
    begins = [(at, one, other) for at, a, b in open_ends for one, other in ((a, b), (b, a))]
    ends = STRtree(shapely.points([one for _, one, _ in begins]))
    for label in labels:
        box = shapely.box(*label.box)
        for index in ends.query(box, "dwithin", distance=_BEGINS * label.height):
            at, begin, tip = begins[index]
            if shapely.Point(tip).distance(box) < _REACHES * label.height:
                continue
            if _leaves_aside(begin, label.box, label.height) and _is_free(begin, everything):
                yield Leader(label, tip, at)


def _leaves_aside(begin: _Point, box: Box, height: float) -> bool:
    """Tell whether a line begins outside the text or at its edge."""
    shrunk = box[0] + 0.2 * height, box[1] + 0.2 * height, box[2] - 0.2 * height, box[3]
    x, y = begin
    return not (shrunk[0] < x < shrunk[2] and shrunk[1] < y < shrunk[3] - 0.2 * height)


def _is_free(at: _Point, lines: STRtree) -> bool:
    return len(lines.query(shapely.Point(at), "dwithin", distance=_TOUCH_PX)) <= 1


def tips_of(label: Label, leaders: Iterable[Leader]) -> list[_Point]:
    """Return where the leaders of a label end."""
    return [each.tip for each in leaders if each.label is label]
