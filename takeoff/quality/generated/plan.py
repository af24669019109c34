"""Draws a plan with its surroundings: dimensions, levels, a scale bar, callouts, grids."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from takeoff.quality.generated.lengths import LengthStyle
from takeoff.quality.generated.pen import BOLD, FONT, Pen
from takeoff.scale.ratio import FEET_PER_METRE

Point = tuple[float, float]
_ROOMS = ("OFFICE", "STORAGE", "CORRIDOR", "LIVING ROOM", "GARAGE", "LOBBY", "KITCHEN")


@dataclass(frozen=True)
class View:
    """A plan's place on the unreduced sheet, in points, and its scale."""

    corner: Point
    points_per_foot: float
    bays: tuple[float, ...]
    depth: float

    @property
    def width(self) -> float:
        """Its drawn width."""
        return sum(self.bays) * self.points_per_foot

    @property
    def height(self) -> float:
        """Its drawn height."""
        return self.depth * self.points_per_foot


def bays_of(chance: Random, style: LengthStyle, feet: float) -> tuple[float, ...]:
    """Return the widths of bays, in feet, that fill about ``feet``."""
    count = chance.randint(3, 7)
    rough = [chance.uniform(0.4, 1.6) * feet / count for _ in range(count)]
    return tuple(max(round(each / style.step), 1) * style.step for each in rough)


def draw_rooms(pen: Pen, chance: Random, view: View) -> None:
    """Draw the bays as rooms, with names and numbers."""
    x, y = view.corner
    for number, bay in enumerate(view.bays, 101):
        wide = bay * view.points_per_foot
        pen.box((x, y), wide, view.height)
        pen.text((x + wide / 2, y + view.height / 2 + 8), chance.choice(_ROOMS), 7, align=0.5)
        pen.text((x + wide / 2, y + view.height / 2 - 4), str(number), 7, align=0.5)
        pen.box((x + wide / 2 - 12, y + view.height / 2 - 6), 24, 10)
        x += wide


def draw_walls(pen: Pen, chance: Random, view: View) -> None:
    """Draw other lines near dimensions: walls, hatching, stairs, of any length."""
    x, y = view.corner
    for _ in range(chance.randint(20, 150)):
        at = x + chance.uniform(-60, view.width), y + chance.uniform(-70, view.height)
        far = chance.uniform(8, 200)
        upwards = chance.random() < 0.4
        pen.line(at, (at[0], at[1] + far) if upwards else (at[0] + far, at[1]))


def draw_dimensions(pen: Pen, chance: Random, view: View, style: LengthStyle) -> None:
    """Draw a chain of dimensions under the plan, an overall one, and one that reads upwards.

    Some plans only get a part of the chain.
    """
    x, y = view.corner
    size = chance.choice((6.5, 8.0, 9.0))
    kept = chance.choice((1.0, 1.0, 0.6))
    for bay in view.bays:
        wide = bay * view.points_per_foot
        if chance.random() < kept:
            words = _written(chance, style, bay)
            _Dimension((x, y - 30), wide, words, size).draw(pen)
        x += wide
    if kept < 1:
        return
    whole = style.write(sum(view.bays))
    _Dimension((view.corner[0], y - 60), view.width, whole, size).draw(pen)
    depth = style.write(view.depth)
    _Dimension((view.corner[0] - 30, y), view.height, depth, size).draw(pen, turn=90)


def _written(chance: Random, style: LengthStyle, feet: float) -> str:
    """Return a length as written; surveyed drawings round it."""
    off = chance.uniform(-0.5, 0.5) * style.step * 4 if style.rounded else 0.0
    return style.write(feet + off)


@dataclass(frozen=True)
class _Dimension:
    start: Point
    points: float
    words: str
    size: float

    def draw(self, pen: Pen, turn: float = 0) -> None:
        canvas = pen.canvas
        canvas.saveState()
        canvas.translate(*self.start)
        canvas.rotate(turn)
        canvas.line(0, 0, self.points, 0)
        for end in (0.0, self.points):
            canvas.line(end, -8, end, 8)
            canvas.line(end - 3, -3, end + 3, 3)
        canvas.setFont(FONT, self.size)
        canvas.drawCentredString(self.points / 2, 3, self.words)
        canvas.restoreState()


def draw_levels(pen: Pen, chance: Random, view: View, style: LengthStyle) -> None:
    """Draw level marks over the plan: named levels in a column, or a repeated step."""
    x, y = view.corner[0], view.corner[1] + view.height + 40
    if chance.random() < 0.5:
        step = style.write(chance.choice((1.0, 11 / 6, 2.5, 0.75)))
        for place in range(chance.randint(4, 10)):
            pen.line((x + place * 60, y), (x + place * 60 + 44, y))
            pen.text((x + place * 60 + 22, y + 3), step, 7, align=0.5)
        return
    names = ("FIRST FLOOR", "SECOND FLOOR", "T.O. WALL", "ROOF BEARING", "T.O. FOOTING")
    level = 100.0
    for row, name in enumerate(chance.sample(names, chance.randint(2, 5))):
        pen.line((x, y + row * 26), (x + 120, y + row * 26))
        pen.text((x + 60, y + row * 26 + 11), name, 7, align=0.5)
        pen.text((x + 60, y + row * 26 + 2), style.write(level), 7, align=0.5)
        level += chance.uniform(8, 14)


def draw_bar(pen: Pen, chance: Random, at: Point, points_per_foot: float, *, metric: bool) -> None:
    """Draw a scale bar of boxes, in feet or in metres, with its unit in one of many forms."""
    per_unit = points_per_foot * (FEET_PER_METRE if metric else 1.0)
    unit = next(each for each in (0.5, 1, 2, 5, 10, 20, 50, 100) if each * per_unit >= 18)
    lengths = [0.0] + [unit * step for step in chance.choice(((1, 2, 4), (1, 2, 5), (1, 2, 3, 4)))]
    labels = [f"{length:g}" for length in lengths]
    form = chance.randrange(3)
    if form == 0:
        labels[-1] += chance.choice((" m", "m", " M")) if metric else chance.choice(("'", " FT"))
    elif form == 1:
        mark = " m" if metric else "'"
        labels = [labels[0], *(label + mark for label in labels[1:])]
    for start, end in pairwise(lengths):
        pen.box((at[0] + start * per_unit, at[1]), (end - start) * per_unit, 6)
    for label, length in zip(labels, lengths, strict=True):
        pen.text((at[0] + length * per_unit, at[1] + 9), label, 6, align=0.5)
    if form == 2:
        word = chance.choice(("METRES", "METERS", "SCALE IN METRES") if metric else ("FEET", "FT"))
        pen.text((at[0] + lengths[-1] * per_unit + 16, at[1]), word, 6)


def draw_callouts(pen: Pen, chance: Random, view: View, numbers: tuple[str, ...]) -> None:
    """Draw callouts of sections on other sheets around the plan and in the margins."""
    for number in numbers:
        x = chance.choice((view.corner[0] - 60, pen.size[0] - 60, view.corner[0] + view.width / 2))
        y = chance.choice((40.0, 90.0, view.corner[1] + view.height + 120))
        pen.circle((x, y), 14)
        pen.line((x - 14, y), (x + 14, y))
        pen.text((x, y + 4), str(chance.randint(1, 9)), 7, align=0.5)
        pen.text((x, y - 9), number, 7, align=0.5)


def draw_grid(pen: Pen, view: View) -> None:
    """Draw grid lines through the bays with their bubbles under the plan."""
    x, y = view.corner
    for place, bay in enumerate((0.0, *view.bays)):
        x += bay * view.points_per_foot
        pen.line((x, y - 90), (x, y + view.height))
        pen.circle((x, y - 102), 12)
        pen.text((x, y - 106), f"{chr(65 + place)}", 11, align=0.5, font=BOLD)
