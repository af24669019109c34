"""Draws title blocks of many layouts, with and without a number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from takeoff.quality.generated.pen import BOLD, FONT, Pen

_DISCIPLINES = "ASCMEPLI"
_ONE_LINE = ("FLOOR PLAN", "Foundation Plan", "ROOF FRAMING PLAN", "SITE PLAN", "Wall Sections")
_TWO_LINES = (
    ("Elevations - South &", "East"),
    ("SECOND FLOOR PLAN -", "AREA B"),
    ("FIRST FLOOR", "REFLECTED CEILING PLAN"),
    ("SCHEDULES AND", "LEGENDS"),
    ("Second & Third", "Floor Plan"),
)
_MORE_LINES = (
    ("FLOOR PLAN -", "LEVEL 01 -", "AREA A"),
    ("FLOOR PLAN -", "LEVEL 01 - AREA", "A - POWER &", "SIGNAL"),
    ("PARTIAL FOUNDATION", "PLAN AND", "DETAILS"),
)
_PROJECTS = ("HARBOR STREET WORKSHOP", "Lakeside Clinic Addition", "MILL ROAD DEPOT")
LAYOUTS = ("labelled", "plain", "bottom", "turned", "blank", "none")


@dataclass(frozen=True)
class Block:
    """The texts of a title block; blank fields are empty."""

    layout: str
    number: str
    title: tuple[str, ...]

    @property
    def title_text(self) -> str | None:
        """The title on one line."""
        return " ".join(self.title) or None


def some_block(chance: Random) -> Block:
    """Return some title block; one sheet in five has no number."""
    layout = chance.choice(LAYOUTS) if chance.random() < 0.7 else chance.choice(LAYOUTS[:4])
    if layout in ("blank", "none"):
        return Block(layout, "", ())
    title = chance.choice((*((line,) for line in _ONE_LINE), *_TWO_LINES, *_MORE_LINES))
    return Block(layout, some_number(chance), title)


def some_number(chance: Random) -> str:
    """Return some sheet number."""
    letter, digits = chance.choice(_DISCIPLINES), chance.randint(101, 605)
    minor = f"{chance.randint(1, 6)}.{chance.randint(0, 12)}"
    return chance.choice((f"{letter}-{digits}", f"{letter}{digits}", f"{letter}{minor}"))


def draw_block(pen: Pen, chance: Random, block: Block, scale: str | None) -> None:
    """Draw the title block with the statement of the scale, if it has one."""
    if block.layout == "none":
        return
    if block.layout == "blank":
        _blank(pen, chance)
    elif block.layout == "turned":
        _turned(pen, block, scale)
    elif block.layout == "bottom":
        _bottom(pen, block, scale)
    else:
        _strip(pen, chance, block, scale, labels=block.layout == "labelled")


def _blank(pen: Pen, chance: Random) -> None:
    x = pen.size[0] - 330
    pen.box((x, 20), 310, 120)
    pen.text((x + 6, 128), chance.choice(("DWG. NO.", "DRAWING NO.", "SHEET NUMBER")), 6)
    pen.text((x + 6, 90), chance.choice(_PROJECTS), 11)
    pen.text((x + 6, 30), "SIZE", 5)
    pen.text((x + 8, 22), chance.choice(("A1", "A3", "D")), 8)
    total = chance.randint(2, 12)
    pen.text((x + 210, 30), f"SHEET {chance.randint(1, total)} OF {total}", 8)
    pen.text((x + 120, 22), f"FORM {chance.choice('ACE')}-{chance.randint(10, 99)} REV 3", 5)


def _strip(pen: Pen, chance: Random, block: Block, scale: str | None, *, labels: bool) -> None:
    wide, high = 190.0, pen.size[1] - 40
    x = pen.size[0] - 20 - wide
    pen.box((x, 20), wide, high)
    align, font = chance.choice((0.0, 0.5, 1.0)), chance.choice((FONT, BOLD))
    edge = x + 8 + align * (wide - 16)
    pen.text((x + 8, high - 60), "PROJECT", 5)
    pen.text((x + wide / 2, high - 90), chance.choice(_PROJECTS), 12, align=0.5)
    size = 11.0
    top = 118 + size * 1.35 * len(block.title)
    for row, line in enumerate(block.title):
        pen.text((edge, top - size * 1.35 * row), line, size, align=align, font=font)
    pen.text((x + 8, 98), "DATE:", 5)
    pen.text((x + wide - 8, 98), "APRIL 23, 2021", 6, align=1.0)
    if labels:
        pen.text((x + 8, top + size + 8), "SHEET TITLE", 5)
        pen.text((x + 8, 76), chance.choice(("SHEET NUMBER", "SHEET NO.", "DRAWING NO.")), 5)
    pen.text((edge, 40), block.number, chance.choice((22.0, 28.0, 34.0)), align=align, font=font)
    if scale is not None:
        pen.text((x + 8, 88), scale, 6)


def _bottom(pen: Pen, block: Block, scale: str | None) -> None:
    wide, high = pen.size[0] - 40, 90.0
    pen.box((20, 20), wide, high)
    right = 20 + wide
    pen.text((right - 130, 84), "SHEET NO.", 5)
    pen.text((right - 120, 40), block.number, 26)
    pen.text((right - 380, 96), "DRAWING TITLE", 5)
    for row, line in enumerate(block.title):
        pen.text((right - 370, 82 - row * 14), line, 10)
    pen.text((40, 90), "PROJECT", 5)
    pen.text((40, 70), _PROJECTS[0], 12)
    if scale is not None:
        pen.text((right - 560, 70), scale, 7)


def _turned(pen: Pen, block: Block, scale: str | None) -> None:
    x, high = pen.size[0] - 110, pen.size[1] - 40
    pen.box((x, 20), 90, high)
    right = 20 + high
    pen.text((x + 10, right - 150), "SHEET NUMBER", 5, turn=90)
    pen.text((x + 50, right - 140), block.number, 28, turn=90)
    pen.text((x + 10, right - 460), "SHEET TITLE", 5, turn=90)
    for row, line in enumerate(block.title):
        pen.text((x + 26 + row * 13, right - 450), line, 10, turn=90)
    if scale is not None:
        pen.text((x + 80, right - 450), scale, 6, turn=90)
