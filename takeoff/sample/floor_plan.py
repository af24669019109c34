"""Sheet A-101: the floor plan."""

from __future__ import annotations

from takeoff.sample import building
from takeoff.sample.annotation import section_mark
from takeoff.sample.building import Opening, Wall
from takeoff.sample.paper import FINE, MEDIUM, THIN, Paper, Point
from takeoff.sample.truth import ElementTruth, RoomTruth

NOTES = (
    "GENERAL NOTES",
    "1. DIMENSIONS ARE TO GRID LINES UNLESS NOTED OTHERWISE.",
    '2. EXTERIOR WALLS ARE 8" CMU. INTERIOR PARTITIONS ARE',
    '    3-5/8" METAL STUDS AT 16" O.C. WITH 5/8" GYP. BD. EACH SIDE.',
    "3. SEE SHEET S-101 FOR FOUNDATIONS AND SLAB.",
    "4. VERIFY ALL ROUGH OPENINGS WITH THE DOOR SUPPLIER.",
    "5. SLOPE PAVING AWAY FROM THE BUILDING, 1:48 MINIMUM.",
    "6. FIRE EXTINGUISHER CABINETS AS SHOWN ON THE LIFE",
    "    SAFETY PLAN.",
    "7. PATCH AND SEAL ALL PENETRATIONS OF RATED WALLS.",
)
_WALL_GREY = 0.72


def draw_floor_plan(paper: Paper) -> tuple[list[RoomTruth], list[ElementTruth]]:
    """Draw walls, openings, columns and rooms; return what there is to measure."""
    pieces = [
        tuple(paper.at(point) for point in piece)
        for wall in building.WALLS
        for piece in _pieces(wall)
    ]
    # First all outlines, then all fills, so that only the outline of the union remains visible.
    for piece in pieces:
        paper.loop(piece, MEDIUM * 2)
    for piece in pieces:
        paper.loop(piece, 0, grey=_WALL_GREY)
    doors = [
        door
        for wall in building.WALLS
        for opening in wall.openings
        if (door := _draw_opening(paper, wall, opening)) is not None
    ]
    columns = [_column(paper, centre) for centre in building.INNER_COLUMNS]
    rooms = [_room(paper, room) for room in building.ROOMS]
    section_mark(paper, paper.at((60, -3.2)), "1", "A-301")
    section_mark(paper, paper.at((99, 40)), "2", "A-301")
    paper.text(paper.at((84, 10)), "LOADING COURT", 11, align="centre")
    return rooms, doors + columns


def _pieces(wall: Wall) -> list[tuple[Point, ...]]:
    """Return the solid parts of a wall between its openings, as boxes in feet."""
    half = wall.thickness / 2
    level = wall.start[1] == wall.end[1]
    low, high = (wall.start[0], wall.end[0]) if level else (wall.start[1], wall.end[1])
    edges = [low - half]
    for opening in sorted(wall.openings, key=lambda opening: opening.at):
        edges += [opening.at - opening.width / 2, opening.at + opening.width / 2]
    edges.append(high + half)
    across = wall.start[1] if level else wall.start[0]
    boxes: list[tuple[Point, ...]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        corners = ((start, -half), (end, -half), (end, half), (start, half))
        boxes.append(tuple(_along(level, across, corner) for corner in corners))
    return boxes


def _along(level: bool, across: float, corner: Point) -> Point:
    along, aside = corner
    return (along, across + aside) if level else (across + aside, along)


def _draw_opening(paper: Paper, wall: Wall, opening: Opening) -> ElementTruth | None:
    level = wall.start[1] == wall.end[1]
    across = wall.start[1] if level else wall.start[0]
    half = wall.thickness / 2
    low, high = opening.at - opening.width / 2, opening.at + opening.width / 2

    def place(along: float, aside: float) -> Point:
        return paper.at(_along(level, across, (along, aside)))

    outline = (place(low, -half), place(high, -half), place(high, half), place(low, half))
    if opening.kind == "window":
        for aside in (-half, -half / 4, half / 4, half):
            paper.line(place(low, aside), place(high, aside), FINE)
        return None
    if opening.kind == "overhead":
        paper.line(place(low, 0), place(high, 0), THIN, (9, 3))
    else:
        _leaves(paper, level, place(low, 0), place(high, 0), double=opening.width > 4)
    _door_tag(paper, place(opening.at, 1.6 if level else -2.0), opening.mark)
    return ElementTruth("door", opening.mark, outline, length_ft=opening.width)


def _leaves(paper: Paper, level: bool, low: Point, high: Point, *, double: bool) -> None:
    """Draw door leaves open to a right angle, with their swing."""
    span = abs(high[0] - low[0]) + abs(high[1] - low[1])
    leaf = span / 2 if double else span
    if level:
        paper.line(low, (low[0], low[1] + leaf), THIN)
        paper.arc(low, leaf, 0, 90)
        if double:
            paper.line(high, (high[0], high[1] + leaf), THIN)
            paper.arc(high, leaf, 90, 90)
    else:
        paper.line(low, (low[0] - leaf, low[1]), THIN)
        paper.arc(low, leaf, 90, 90)
        if double:
            paper.line(high, (high[0] - leaf, high[1]), THIN)
            paper.arc(high, leaf, 180, 90)


def _door_tag(paper: Paper, centre: Point, mark: str) -> None:
    x, y = centre
    hexagon = ((-15, 0), (-8, 9), (8, 9), (15, 0), (8, -9), (-8, -9))
    paper.loop([(x + dx, y + dy) for dx, dy in hexagon], FINE, grey=1.0)
    paper.text((x, y - 2.6), mark, 7.5, align="centre")


def _column(paper: Paper, centre: Point) -> ElementTruth:
    half = 4 / 12
    x, y = centre
    west, east, south, north = x - half, x + half, y - half, y + half
    corners = ((west, south), (east, south), (east, north), (west, north))
    outline = tuple(paper.at(corner) for corner in corners)
    paper.loop(outline, THIN, grey=0.0)
    return ElementTruth("column", "HSS8x8", outline)


def _room(paper: Paper, room: building.Room) -> RoomTruth:
    outline = room.outline()
    area = building.area(outline)
    x, y = paper.at(((room.box[0] + room.box[2]) / 2, (room.box[1] + room.box[3]) / 2))
    paper.text((x, y + 8), room.name, 11, align="centre", bold=True, mask=True)
    paper.box((x - 17, y - 10), 34, 14, FINE, grey=1.0)
    paper.text((x, y - 6.5), room.number, 9.5, align="centre")
    paper.text((x, y - 22), f"{area:,.0f} SF", 8.5, align="centre", mask=True)
    return RoomTruth(room.number, room.name, tuple(paper.at(point) for point in outline), area)
