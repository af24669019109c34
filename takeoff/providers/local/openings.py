"""Lines across openings in walls, where doors close."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import shapely

from takeoff.providers.local.arrangement import Arrangement
from takeoff.providers.local.doors import Door
from takeoff.providers.local.pieces import Frame, Piece, Point, steps_of

# In feet: maximum distance of a jamb from the hinge or the latch, along and across the wall.
_JAMB_BEFORE_FT, _JAMB_AFTER_FT, _WALL_FT = 0.9, 0.5, 1.4
SAME_OFFSET_PX: Final = 1.5
"""Pieces at most this far apart, across a direction, belong to one line."""
# The minimum cosine between a direction and pieces along it.
_ALONG: Final = math.cos(math.radians(3))
# Maximum distance between the leaves of double doors, in shares of their width.
_MEET: Final = 0.2
_BEYOND_PX: Final = 0.75


class Kind(StrEnum):
    """Why a wall continues across a gap. The values are shown as evidence."""

    DOOR = "a door"
    WALL = "an opening between the ends of a wall"
    GAP = "a gap"


@dataclass(frozen=True)
class Opening:
    """A line across an opening that is ``width_ft`` wide."""

    line: shapely.LineString
    kind: Kind
    width_ft: float


def widths_of(openings: Sequence[Opening]) -> str:
    """Return the first widths, rounded to half a foot, for use in a reason: `4 ft, 2.5 ft`."""
    return ", ".join(f"{round(2 * each.width_ft) / 2:g} ft" for each in openings[:3])


def at_doors(
    doors: Sequence[Door], arrangement: Arrangement, feet_per_pixel: float
) -> Iterator[Opening]:
    """Yield lines between the jambs of doors, one for each face of the wall."""
    for hinge, latch in _spans(doors):
        width = math.dist(hinge, latch)
        if width == 0:
            continue
        frame = Frame(hinge, ((latch[0] - hinge[0]) / width, (latch[1] - hinge[1]) / width))
        reach = _WALL_FT / feet_per_pixel
        near = arrangement.near(shapely.LineString([hinge, latch]), reach)
        pieces = [piece for line in near for piece in _pieces(line, frame, reach)]
        found = list(_across(pieces, width, feet_per_pixel))
        if not found:
            found = list(_to_walls_aside(pieces, near, frame, width, feet_per_pixel))
        for start, end in found:
            yield opening(start, end, Kind.DOOR, feet_per_pixel)


def opening(start: Point, end: Point, kind: Kind, feet_per_pixel: float) -> Opening:
    """Return an opening from a place of the page to another."""
    width = math.dist(start, end) * feet_per_pixel
    return Opening(shapely.LineString([start, end]), kind, width)


def _spans(doors: Sequence[Door]) -> Iterator[tuple[Point, Point]]:
    """Yield where doors close: from the hinge to the latch, or to the other leaf's hinge."""
    for door in doors:
        width = math.dist(door.hinge, door.latch)
        double = [
            other.hinge
            for other in doors
            if other is not door
            and math.dist(other.latch, door.latch) < _MEET * width
            and math.dist(other.hinge, door.hinge) > 1.6 * width
        ]
        yield door.hinge, (double[0] if double else door.latch)


def _pieces(line: shapely.LineString, frame: Frame, reach: float) -> Iterator[Piece]:
    """Yield the pieces of a line along the frame's direction."""
    for one, other in steps_of(line):
        piece = frame.piece(one, other)
        length = math.dist(one, other)
        if length == 0 or piece.end - piece.start < _ALONG * length:
            continue
        if abs(piece.across) <= reach:
            yield piece


def _across(
    pieces: Sequence[Piece], width: float, feet_per_pixel: float
) -> Iterator[tuple[Point, Point]]:
    """Yield the openings where a face of the wall ends at both jambs."""
    before, after = _JAMB_BEFORE_FT / feet_per_pixel, _JAMB_AFTER_FT / feet_per_pixel
    left = [each for each in pieces if -before <= each.end <= after]
    right = [each for each in pieces if width - after <= each.start <= width + before]
    seen: set[int] = set()
    for one in sorted(left, key=lambda each: -each.end):
        for other in sorted(right, key=lambda each: each.start):
            if abs(one.across - other.across) <= SAME_OFFSET_PX:
                key = round(one.across / SAME_OFFSET_PX)
                if key not in seen:
                    seen.add(key)
                    yield one.places[1], other.places[0]
                break


def _to_walls_aside(
    pieces: Sequence[Piece],
    lines: Sequence[shapely.LineString],
    frame: Frame,
    width: float,
    feet_per_pixel: float,
) -> Iterator[tuple[Point, Point]]:
    """Yield the openings where a face of the wall ends at one jamb and the opening extends to a
    crossing wall.
    """
    before, after = _JAMB_BEFORE_FT / feet_per_pixel, _JAMB_AFTER_FT / feet_per_pixel
    for each in pieces:
        if -before <= each.end <= after:
            end = _hit(lines, frame, each.across, width - after, width + before)
            if end is not None:
                yield each.places[1], frame.at(end + _BEYOND_PX, each.across)
        elif width - after <= each.start <= width + before:
            start = _hit(lines, frame, each.across, -before, after)
            if start is not None:
                yield frame.at(start - _BEYOND_PX, each.across), each.places[0]


def _hit(
    lines: Sequence[shapely.LineString], frame: Frame, across: float, low: float, high: float
) -> float | None:
    """Return where a line crosses between ``low`` and ``high``, nearest to the door."""
    probe = shapely.LineString([frame.at(low, across), frame.at(high, across)])
    found: list[float] = []
    for line in lines:
        for part in shapely.get_parts(probe.intersection(line)):
            if isinstance(part, shapely.Point):
                found.append(frame.to_frame((part.x, part.y))[0])
    if not found:
        return None
    return min(found, key=abs) if low < 0 else min(found)
