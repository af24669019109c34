"""Finds gaps between pieces of one straight line, across which a wall may continue."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import shapely

from takeoff.providers.local.arrangement import Arrangement
from takeoff.providers.local.openings import SAME_OFFSET_PX, Kind, Opening, opening
from takeoff.providers.local.pieces import Frame, Piece, Point, steps_of

# Width of a gap and thickness of its wall, in feet.
_NARROWEST_FT, _WIDEST_FT, _THINNEST_FT, _THICKEST_FT = 1.5, 12.0, 0.2, 1.6
_LEAST_PIECE_FT: Final = 0.25
_SAME_TURN: Final = math.radians(1.5)
_ALIGNED_FT: Final = 0.4
# How far a line continues on both sides of a place that it passes.
_PASSES_FT, _PASSES_PX = 0.6, 2.0


def at_gaps(arrangement: Arrangement, feet_per_pixel: float) -> tuple[list[Opening], list[Opening]]:
    """Return lines across gaps of 1.5 to 12 feet between pieces of one straight line: those where
    both faces of a wall end, and the others. There is no gap where both pieces end at passing
    lines, such as the walls on both sides of a corridor.
    """
    walls: list[Opening] = []
    gaps: list[Opening] = []
    aside = _PASSES_FT / feet_per_pixel
    for frame, pieces in _by_turn(arrangement.lines, _LEAST_PIECE_FT / feet_per_pixel):
        found = [
            gap
            for gap in _gaps(pieces, feet_per_pixel)
            if not all(
                _is_passed(arrangement, frame, at, gap.across, aside) for at in (gap.start, gap.end)
            )
        ]
        for each in found:
            paired = any(_faces_same_opening(each, other, feet_per_pixel) for other in found)
            kind = Kind.WALL if paired else Kind.GAP
            (walls if paired else gaps).append(opening(*each.places, kind, feet_per_pixel))
    return walls, gaps


def _is_passed(
    arrangement: Arrangement, frame: Frame, at: float, across: float, aside: float
) -> bool:
    """Tell whether a line crosses the frame's direction at a place, continuing on both sides."""
    place = shapely.Point(frame.at(at, across))
    sides = [shapely.Point(frame.at(at, across + each)) for each in (-aside, aside)]
    near = arrangement.near(place, _PASSES_PX)
    return all(any(line.distance(side) < _PASSES_PX for line in near) for side in sides)


def _by_turn(
    lines: Iterable[shapely.LineString], least: float
) -> Iterator[tuple[Frame, list[Piece]]]:
    groups: dict[int, list[tuple[Point, Point]]] = defaultdict(list)
    for line in lines:
        for start, end in steps_of(line):
            if math.dist(start, end) >= least:
                turn = math.atan2(end[1] - start[1], end[0] - start[0]) % math.pi
                groups[round(turn / _SAME_TURN) % round(math.pi / _SAME_TURN)].append((start, end))
    for turn, ends in groups.items():
        angle = turn * _SAME_TURN
        frame = Frame((0.0, 0.0), (math.cos(angle), math.sin(angle)))
        pieces = [frame.piece(one, other) for one, other in ends]
        yield frame, pieces


def _gaps(pieces: Sequence[Piece], feet_per_pixel: float) -> Iterator[Piece]:
    """Yield the gaps between pieces that lie on one line."""
    narrow, wide = _NARROWEST_FT / feet_per_pixel, _WIDEST_FT / feet_per_pixel
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.across):
        if rows and piece.across - rows[-1][-1].across <= SAME_OFFSET_PX / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        ordered = sorted(row, key=lambda each: each.start)
        last = ordered[0]
        for piece in ordered:
            if narrow <= piece.start - last.end <= wide:
                places = (last.places[1], piece.places[0])
                yield Piece(piece.across, last.end, piece.start, places)
            last = piece if piece.end > last.end else last


def _faces_same_opening(one: Piece, other: Piece, feet_per_pixel: float) -> bool:
    apart = abs(one.across - other.across) * feet_per_pixel
    aligned = _ALIGNED_FT / feet_per_pixel
    return (
        _THINNEST_FT <= apart <= _THICKEST_FT
        and abs(one.start - other.start) <= aligned
        and abs(one.end - other.end) <= aligned
    )
