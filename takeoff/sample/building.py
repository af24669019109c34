"""The building of the sample: a small workshop with offices; lengths in feet.

Grid lines run along the middle of the outer walls. The south-east bay is an open loading court,
so the outline is an L.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Box = tuple[float, float, float, float]

COLUMN_LINES = (("A", 0.0), ("B", 24.0), ("C", 48.0), ("D", 72.0), ("E", 96.0))
ROW_LINES = (("1", 0.0), ("2", 20.0), ("3", 40.0), ("4", 60.0))
OUTLINE: tuple[Point, ...] = (
    (0.0, 0.0),
    (72.0, 0.0),
    (72.0, 20.0),
    (96.0, 20.0),
    (96.0, 60.0),
    (0.0, 60.0),
)
OUTER_WALL = 8 / 12
INNER_WALL = 5 / 12
SLAB_THICKNESS_IN = 5.0
STRIP_FOOTING_WIDTH = 2.0
PAD_FOOTING_SIDE = 4.0
PAD_FOOTING_THICKNESS_IN = 12.0
INNER_COLUMNS: tuple[Point, ...] = (
    (24.0, 20.0),
    (24.0, 40.0),
    (48.0, 20.0),
    (48.0, 40.0),
    (72.0, 40.0),
)


@dataclass(frozen=True)
class Opening:
    """An opening in a wall: the position of its middle along the wall, its width, its kind."""

    kind: str
    mark: str
    at: float
    width: float


@dataclass(frozen=True)
class Wall:
    """A straight wall, given by its centre line from ``start`` to ``end``."""

    start: Point
    end: Point
    thickness: float
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True)
class Room:
    """A room, given by its walls' centre lines as a box of west, south, east, north.

    ``walls`` names the walls in that order, O for outer and I for inner. ``jog`` is for a room
    whose east wall is thicker in the south: the north coordinate where that ends, and the
    additional thickness.
    """

    number: str
    name: str
    box: Box
    walls: str
    jog: tuple[float, float] | None = None

    def outline(self) -> tuple[Point, ...]:
        """Return the outline along the inner faces of the walls, counter-clockwise, in feet."""
        half = {"O": OUTER_WALL / 2, "I": INNER_WALL / 2}
        west, south, east, north = (
            edge + half[wall] * sign
            for edge, wall, sign in zip(self.box, self.walls, (1, 1, -1, -1), strict=True)
        )
        if self.jog is None:
            return ((west, south), (east, south), (east, north), (west, north))
        up_to, thicker = self.jog
        step = self.box[2] - thicker
        return (
            (west, south),
            (step, south),
            (step, up_to),
            (east, up_to),
            (east, north),
            (west, north),
        )


def _door(mark: str, at: float, width: float = 3.0) -> Opening:
    return Opening("door", mark, at, width)


def _window(at: float, width: float = 6.0) -> Opening:
    return Opening("window", "", at, width)


WALLS: tuple[Wall, ...] = (
    Wall(
        (0, 0),
        (72, 0),
        OUTER_WALL,
        (
            _window(6),
            _window(18),
            _window(29, 4.0),
            _door("101A", 36, 6.0),
            _window(43, 4.0),
            _window(54),
            _window(65),
        ),
    ),
    Wall((72, 0), (72, 20), OUTER_WALL, (Opening("overhead", "108A", 10, 12.0),)),
    Wall(
        (72, 20), (96, 20), OUTER_WALL, (_door("109A", 77), Opening("overhead", "109B", 87, 10.0))
    ),
    Wall((96, 20), (96, 60), OUTER_WALL, (_window(30), _window(50))),
    Wall(
        (0, 60),
        (96, 60),
        OUTER_WALL,
        (_window(6), _window(18), _window(36), _window(60), _window(84)),
    ),
    Wall((0, 0), (0, 60), OUTER_WALL, (_window(10), _door("106A", 23), _window(34), _window(51))),
    Wall((0, 20), (48, 20), INNER_WALL, (_door("102A", 8), _door("101B", 36))),
    Wall((12, 0), (12, 20), INNER_WALL),
    Wall((24, 0), (24, 20), INNER_WALL, (_door("103A", 14),)),
    Wall((0, 26), (48, 26), INNER_WALL, (_door("104A", 10), _door("105A", 34))),
    Wall((24, 26), (24, 60), INNER_WALL, (_door("107A", 50),)),
    Wall((0, 42), (24, 42), INNER_WALL, (_door("107B", 18),)),
    Wall((48, 0), (48, 60), INNER_WALL, (_door("106B", 23), _door("105B", 46, 6.0))),
    Wall((72, 20), (72, 60), INNER_WALL, (_door("109C", 50, 6.0),)),
)

ROOMS: tuple[Room, ...] = (
    Room("102", "OFFICE", (0, 0, 12, 20), "OOII"),
    Room("103", "CONFERENCE", (12, 0, 24, 20), "IOII"),
    Room("101", "LOBBY", (24, 0, 48, 20), "IOII"),
    Room("106", "CORRIDOR", (0, 20, 48, 26), "OIII"),
    Room("104", "OPEN OFFICE", (0, 26, 24, 42), "OIII"),
    Room("107", "BREAK ROOM", (0, 42, 24, 60), "OIIO"),
    Room("105", "TRAINING ROOM", (24, 26, 48, 60), "IIIO"),
    Room("108", "WORKSHOP", (48, 0, 72, 60), "IOIO", jog=(20 + OUTER_WALL / 2, OUTER_WALL / 2)),
    Room("109", "STORAGE", (72, 20, 96, 60), "IOOO"),
)


def offset_inwards(outline: tuple[Point, ...], distance: float) -> tuple[Point, ...]:
    """Move every side of a right-angled, counter-clockwise outline inwards by ``distance``."""
    moved: list[Point] = []
    for index, corner in enumerate(outline):
        x, y = corner
        before, after = outline[index - 1], outline[(index + 1) % len(outline)]
        for start, end in ((before, corner), (corner, after)):
            x -= _sign(end[1] - start[1]) * distance
            y += _sign(end[0] - start[0]) * distance
        moved.append((x, y))
    return tuple(moved)


def area(outline: tuple[Point, ...]) -> float:
    """Return the area of a closed outline, in its units squared."""
    pairs = zip(outline, outline[1:] + outline[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def perimeter(outline: tuple[Point, ...]) -> float:
    """Return the perimeter of a closed right-angled outline."""
    pairs = zip(outline, outline[1:] + outline[:1], strict=True)
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairs)


def feet_and_inches(feet: float) -> str:
    """Return a length as drawings write it: 24'-0"."""
    inches = round(feet * 12)
    return f"{inches // 12}'-{inches % 12}\""


def _sign(value: float) -> float:
    return (value > 0) - (value < 0)
