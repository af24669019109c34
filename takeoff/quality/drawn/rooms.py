"""Draws rooms as plans do: closed, open, within buildings, with things in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from takeoff.quality.drawn.cell import Cell, Point
from takeoff.quality.drawn.truth import Known
from takeoff.terms import Unit

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Gap:
    """An opening in the south wall from ``west`` to ``east``, and what closes it."""

    west: float
    east: float
    has_door: bool


def closed_room(cell: Cell, name: str) -> Iterator[Known]:
    """Draw one closed room, alone in its cell."""
    box = _room_box(cell)
    thickness = _closed_walls(cell, box)
    inside = _inset(box, thickness)
    area = _area(inside)
    states_wrong = cell.draw.random() < 0.15
    stated = area * cell.draw.choice((0.8, 0.93, 1.05, 1.4)) if states_wrong else area
    lines = [name]
    if cell.draw.random() < 0.4 or states_wrong:
        lines.append(_stated(cell, stated))
    if not _label(cell, inside, lines):
        return
    yield Known(name, Unit.SF, None if states_wrong else area, "closed room")


def room_with_door(cell: Cell, name: str) -> Iterator[Known]:
    """Draw one room with an opening, with or without a door."""
    box = _room_box(cell)
    gap = _gap(cell, box)
    thickness = cell.draw.choice((0.0, 0.4, 0.5, 0.67))
    _open_walls(cell, box, gap, thickness)
    inside = _inset(box, thickness)
    if not _label(cell, inside, [name]):
        return
    yield Known(name, Unit.SF, _area(inside), "room with a door" if gap.has_door else "open room")


def building(cell: Cell, name: str, other: str) -> Iterator[Known]:
    """Draw two rooms in a building; one may be unnamed, and the wall between may be open."""
    box = _room_box(cell, least=20.0)
    west, south, east, north = box
    middle = west + (east - west) * cell.draw.uniform(0.4, 0.6)
    thickness = cell.draw.choice((0.0, 0.5))
    half = thickness / 2
    _closed_walls(cell, box, outer=cell.draw.choice((0.0, 0.67)))
    style = cell.draw.choice(("closed", "door", "open"))
    gap = _Gap(south + 4.0, south + 4.0 + cell.draw.choice((3.0, 3.5)), style == "door")
    for x in {middle - half, middle + half}:
        if style == "closed":
            cell.line((x, south), (x, north))
        else:
            cell.line((x, south), (x, gap.west))
            cell.line((x, gap.east), (x, north))
    if style != "closed" and thickness:
        for y in (gap.west, gap.east):
            cell.line((middle - half, y), (middle + half, y))
    if style == "door":
        _door(cell, (middle, gap.west), (middle, gap.east), (middle + 1.0, gap.west))
    if cell.draw.random() < 0.2:
        cell.line((west, north - 2.2), (middle - half, north - 2.2))
    first: Box = (west, south, middle - half, north)
    second: Box = (middle + half, south, east, north)
    if not _label(cell, first, [name], away=(middle - half - 4.0)):
        return
    yield Known(name, Unit.SF, _area(first), f"building, {style} between")
    if cell.draw.random() < 0.6 and _label(cell, (second[0] + 4.0, *second[1:]), [other]):
        yield Known(other, Unit.SF, _area(second), f"building, {style} between")


def room_with_things(cell: Cell, name: str) -> Iterator[Known]:
    """Draw a closed room with a table around its name, furniture, a counter or lines across it."""
    box = _room_box(cell, least=16.0)
    thickness = _closed_walls(cell, box)
    inside = _inset(box, thickness)
    west, south, east, north = inside
    wide, high = cell.text_size(name)
    x, y = (west + east) / 2, (south + north) / 2
    if wide > 0.5 * (east - west) or high > 0.5 * (north - south):
        return
    thing = cell.draw.choice(("table", "desks", "counter", "grid line", "dimension", "joint"))
    if thing == "table":
        reach = cell.draw.uniform(1.3, 1.8)
        half_x, half_y = wide / 2 * reach + 1.5, high / 2 + cell.draw.uniform(1.5, 2.5)
        half_x, half_y = min(half_x, (east - west) * 0.45), min(half_y, (north - south) * 0.45)
        cell.box(x - half_x, y - half_y, x + half_x, y + half_y)
    elif thing == "desks":
        for corner in (west + 1, (west + east) / 2 + 1):
            cell.box(corner, south + 1, corner + 3, south + 3)
    elif thing == "counter":
        depth = cell.draw.uniform(1.5, 2.5)
        cell.line((west, north - depth), (east, north - depth))
    elif thing == "grid line":
        at = cell.draw.uniform(0.2, 0.35) * (north - south) + south
        cell.line((box[0] - 4.0, at), (box[2] + 4.0, at))
    elif thing == "dimension":
        at = south + 0.25 * (north - south)
        cell.line((west, at), (east, at))
        feet = east - west
        cell.text((x, at + cell.letters), f"{int(feet)}'-{round(feet % 1 * 12) % 12}\"", 0.9)
    else:
        at = south + 0.2 * (north - south)
        cell.line((west, at), (east, at))
    cell.text((x, y), name)
    # A full-width line may be a counter, a joint or a wall; only the drafter knows.
    quantity = None if thing == "joint" else _area(inside)
    yield Known(name, Unit.SF, quantity, f"room with {thing}")


def framed_view(cell: Cell, name: str) -> Iterator[Known]:
    """Draw a room open at one side, in its own frame with the title of the view."""
    side = cell.side
    cell.box(0.02 * side, 0.02 * side, 0.98 * side, 0.98 * side)
    west, south, east, north = 0.25 * side, 0.3 * side, 0.75 * side, 0.8 * side
    cell.line((west, south), (west, north), (east, north), (east, south))
    if not _label(cell, (west, south, east, north), [name]):
        return
    cell.text((0.5 * side, 0.12 * side), 'ENLARGED PLAN  SCALE: 1/4" = 1\'-0"')
    yield Known(name, Unit.SF, None, "open at one side, in a frame")


def named_from_outside(cell: Cell, name: str) -> Iterator[Known]:
    """Draw a small room whose name is in the larger one beside it, with a leader."""
    box = _room_box(cell, least=18.0)
    _closed_walls(cell, box, outer=0.0)
    west, south, east, north = box
    small: Box = (west, south, west + 5.0, south + 5.0)
    cell.line((small[0], small[3]), (small[2], small[3]), (small[2], small[1]))
    wide, high = cell.text_size(name)
    x, y = (west + east) / 2 + 2, south + (north - south) * 0.7
    if x + wide / 2 > east or wide > 8 or y + high > north:
        return
    cell.text((x, y), name)
    cell.line((x - wide / 2 - 0.5 * cell.letters, y), (small[0] + 2.5, small[1] + 2.5))
    yield Known(name, Unit.SF, 25.0, "named from outside")


def _room_box(cell: Cell, least: float = 10.0) -> Box:
    margin = 6.0
    most = cell.side - 2 * margin
    wide = cell.draw.uniform(min(least, most), most)
    deep = cell.draw.uniform(min(least, most), most)
    west = margin + cell.draw.uniform(0, most - wide)
    south = margin + cell.draw.uniform(0, most - deep)
    return west, south, west + wide, south + deep


def _closed_walls(cell: Cell, box: Box, outer: float | None = None) -> float:
    """Draw the walls of a closed box; return their thickness inside it."""
    thickness = cell.draw.choice((0.0, 0.0, 0.5, 0.67, 1.0)) if outer is None else -outer
    for inset in {0.0, thickness}:
        ring = _corners(_inset(box, inset))
        if cell.draw.random() < 0.5:
            cell.loop(*ring)
        else:
            cell.lines(*ring, ring[0])
    return max(thickness, 0.0)


def _gap(cell: Cell, box: Box) -> _Gap:
    wide = cell.draw.choice((2.5, 3.0, 3.5, 4.0))
    west = cell.draw.uniform(box[0] + 1.5, box[2] - 1.5 - wide)
    return _Gap(west, west + wide, has_door=cell.draw.random() < 0.6)


def _open_walls(cell: Cell, box: Box, gap: _Gap, thickness: float) -> None:
    """Draw walls with an opening in the south one."""
    west, south, east, north = box
    inner = _inset(box, thickness)
    as_one = cell.draw.random() < 0.5
    draw = cell.line if as_one else cell.lines
    outside = (
        (gap.west, south), (west, south), (west, north),
        (east, north), (east, south), (gap.east, south),
    )  # fmt: skip
    draw(*outside)
    if thickness:
        draw(
            (gap.west, inner[1]), (inner[0], inner[1]), (inner[0], inner[3]),
            (inner[2], inner[3]), (inner[2], inner[1]), (gap.east, inner[1]),
        )  # fmt: skip
        for x in (gap.west, gap.east):
            cell.line((x, south), (x, inner[1]))
    if gap.has_door:
        y = south + thickness * cell.draw.choice((0.0, 0.5, 1.0))
        swing = y + cell.draw.choice((-1.0, 1.0))
        ends = [(gap.west, y), (gap.east, y)]
        if cell.draw.random() < 0.5:
            ends.reverse()
        _door(cell, ends[0], ends[1], (ends[0][0], swing))


def _door(cell: Cell, hinge: Point, latch: Point, towards: Point) -> None:
    """Draw a leaf that is open towards a point, and its swing."""
    wide = abs(latch[0] - hinge[0]) + abs(latch[1] - hinge[1])
    x = hinge[0] + wide * _sign(towards[0] - hinge[0])
    y = hinge[1] + wide * _sign(towards[1] - hinge[1])
    cell.line(hinge, (x, y))
    cell.arc(hinge, (x, y), latch, steps=cell.draw.choice((0, 0, 8, 16)))


def _label(cell: Cell, box: Box, lines: list[str], away: float | None = None) -> bool:
    """Write lines at a random place in a box, if they fit."""
    west, south, east, north = box
    east = min(east, away) if away is not None else east
    sizes = [cell.text_size(line) for line in lines]
    wide = max(size[0] for size in sizes) / 2 + 1.0
    high = max(size[1] for size in sizes) / 2 + 1.0 + 1.5 * cell.letters * len(lines)
    # Lines are below each other on the sheet, however the cell is rotated.
    room = max(wide, high) if len(lines) > 1 else 0.0
    wide, high = max(wide, room), max(high, room)
    if west + wide >= east - wide or south + high >= north - high:
        return False
    x = cell.draw.uniform(west + wide, east - wide)
    y = cell.draw.uniform(south + high, north - high)
    cell.paragraph((x, y), lines)
    return True


def _stated(cell: Cell, area: float) -> str:
    return cell.draw.choice((f"{area:,.0f} SF", f"{area:.1f} S.F.", f"{area / 10.7639:.1f} M2"))


def _inset(box: Box, by: float) -> Box:
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def _corners(box: Box) -> tuple[Point, ...]:
    west, south, east, north = box
    return (west, south), (east, south), (east, north), (west, north)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
