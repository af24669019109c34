"""Draws a plan's annotations: dimensions, grid bubbles, marks, a scale bar."""

from __future__ import annotations

from itertools import pairwise

from takeoff.sample import building
from takeoff.sample.paper import CHAIN, FINE, HEAVY, MEDIUM, THIN, Paper, Point
from takeoff.sample.truth import DimensionTruth

_TICK = 5.0
_GAP, _OVERRUN = 6.0, 8.0
_DIMENSION_TEXT = 9.0


def dimension(paper: Paper, start: Point, end: Point, offset: float) -> DimensionTruth:
    """Draw a dimension string between two points of the building that share a row or a column.

    ``offset`` is the line's distance in points, positive upwards (or to the left).
    """
    a, b = paper.at(start), paper.at(end)
    feet = abs(end[0] - start[0]) + abs(end[1] - start[1])
    words = building.feet_and_inches(feet)
    level = start[1] == end[1]
    shift = (0.0, offset) if level else (-offset, 0.0)
    from_, to = ((x + shift[0], y + shift[1]) for x, y in (a, b))
    side = 1.0 if offset > 0 else -1.0
    for foot, head in ((a, from_), (b, to)):
        if level:
            paper.line((foot[0], foot[1] + side * _GAP), (head[0], head[1] + side * _OVERRUN), FINE)
        else:
            paper.line((foot[0] - side * _GAP, foot[1]), (head[0] - side * _OVERRUN, head[1]), FINE)
        paper.line((head[0] - _TICK, head[1] - _TICK), (head[0] + _TICK, head[1] + _TICK), MEDIUM)
    paper.line(from_, to, FINE)
    middle = (from_[0] + to[0]) / 2, (from_[1] + to[1]) / 2
    place = (middle[0], middle[1] + 3) if level else (middle[0] - 3, middle[1])
    turn = 0.0 if level else 90.0
    paper.text(place, words, _DIMENSION_TEXT, align="centre", turn=turn, mask=True)
    return DimensionTruth(words, from_, to, feet)


def grid(paper: Paper, above: float, left: float) -> None:
    """Draw the grid lines through the building with their bubbles, in points off the building."""
    top, right = building.ROW_LINES[-1][1], building.COLUMN_LINES[-1][1]
    for name, x in building.COLUMN_LINES:
        low, high = paper.at((x, 0)), paper.at((x, top))
        _bubble(paper, (high[0], high[1] + above), name)
        paper.line((low[0], low[1] - 24), (high[0], high[1] + above - 16), FINE, CHAIN)
    for name, y in building.ROW_LINES:
        west, east = paper.at((0, y)), paper.at((right, y))
        _bubble(paper, (west[0] - left, west[1]), name)
        paper.line((west[0] - left + 16, west[1]), (east[0] + 24, east[1]), FINE, CHAIN)


def _bubble(paper: Paper, centre: Point, name: str) -> None:
    paper.circle(centre, 16, MEDIUM)
    paper.text((centre[0], centre[1] - 5), name, 14, align="centre")


def dimension_rows(paper: Paper, near: float, far: float) -> list[DimensionTruth]:
    """Draw two rows of dimensions above and left of the plan: bay by bay, and overall."""
    drawn: list[DimensionTruth] = []
    columns = [x for _, x in building.COLUMN_LINES]
    rows = [y for _, y in building.ROW_LINES]
    top = rows[-1]
    for start, end in pairwise(columns):
        drawn.append(dimension(paper, (start, top), (end, top), near))
    drawn.append(dimension(paper, (columns[0], top), (columns[-1], top), far))
    for start, end in pairwise(rows):
        drawn.append(dimension(paper, (0, start), (0, end), near))
    drawn.append(dimension(paper, (0, rows[0]), (0, rows[-1]), far))
    return drawn


def view_title(paper: Paper, place: Point, number: str, title: str, scale_text: str) -> None:
    """Draw the title under a view: a bubble with its number, its name, its scale."""
    x, y = place
    paper.circle((x, y), 20, MEDIUM)
    paper.text((x, y - 6), number, 17, align="centre", bold=True)
    paper.text((x + 30, y + 7), title, 16, bold=True)
    paper.line((x + 20, y), (x + 430, y), HEAVY)
    paper.text((x + 30, y - 15), f"SCALE: {scale_text}", 10)


def section_mark(paper: Paper, place: Point, number: str, sheet: str) -> None:
    """Draw a section mark that points to a detail on another sheet; ``place`` in points."""
    x, y = place
    paper.loop(((x - 21, y), (x, y + 21), (x + 21, y)), FINE, grey=0.0)
    paper.circle(place, 15, THIN, grey=1.0)
    paper.line((x - 15, y), (x + 15, y), FINE)
    paper.text((x, y + 3.5), number, 8, align="centre")
    paper.text((x, y - 9), sheet, 7, align="centre")


def north_arrow(paper: Paper, place: Point) -> None:
    """Draw a north arrow around ``place``, in points."""
    x, y = place
    paper.circle(place, 24, THIN)
    paper.loop(((x, y + 24), (x - 9, y - 18), (x, y - 9)), FINE, grey=0.0)
    paper.loop(((x, y + 24), (x + 9, y - 18), (x, y - 9)), FINE)
    paper.text((x, y + 30), "N", 14, align="centre", bold=True)


def scale_bar(paper: Paper, place: Point) -> None:
    """Draw a graphic scale from ``place`` (points): 0, 4, 8 and 16 feet."""
    x, y = place
    foot = paper.points_per_foot
    for start, end, dark in ((0, 4, True), (4, 8, False), (8, 16, True)):
        paper.box((x + start * foot, y), (end - start) * foot, 7, FINE, grey=0.0 if dark else 1.0)
    for feet in (0, 4, 8, 16):
        paper.text((x + feet * foot, y + 11), f"{feet}'", 8, align="centre")
    paper.text((x, y - 12), "GRAPHIC SCALE IN FEET", 7)
