"""A person points at a room or at a symbol, and what is drawn there is measured."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.models import CERTAIN
from takeoff.providers import Element
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.picking import NothingThere, alike_at, fill_at
from takeoff.vectors import read_paths
from tests.takeoff.providers.drawings import DPI, FOOT, HIGH, sheet_of

Draw = Callable[[Callable[[Canvas], None]], Path]
Point = tuple[float, float]
SQUARE: Sequence[Point] = ((0, 0), (30, 0), (30, 20), (0, 20), (0, 0))


def at(x: float, y: float) -> Point:
    """A place in feet from (10, 10), in points."""
    return (10 + x) * FOOT, (10 + y) * FOOT


def on_image(x: float, y: float) -> Point:
    """The same in pixels of the page image."""
    left, bottom = at(x, y)
    return left * DPI / 72, (HIGH - bottom) * DPI / 72


def lines(canvas: Canvas, *points: Point) -> None:
    for one, other in pairwise(points):
        canvas.line(*at(*one), *at(*other))


def read(drawn: Draw, body: Callable[[Canvas], None]) -> DrawnSheet:
    sheet = sheet_of(drawn(body))
    assert sheet.source is not None
    return DrawnSheet.of(sheet, read_paths(sheet.source, 1, sheet.width_px, sheet.height_px))


def square_feet(sheet: DrawnSheet, element: Element) -> int:
    return round(element.shape.geometry.area * sheet.feet_per_pixel**2)


def test_a_click_fills_the_room_that_the_lines_enclose(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        lines(canvas, *SQUARE)
        lines(canvas, (12, 0), (12, 20))
        canvas.drawCentredString(*at(5, 10), "OFFICE 101")

    sheet = read(drawn, body)
    left, right = fill_at(sheet, *on_image(6, 4)), fill_at(sheet, *on_image(20, 4))
    assert [square_feet(sheet, each) for each in (left, right)] == [240, 360]
    assert (left.label, right.label) == ("OFFICE 101", None)
    # Whatever it is, a person accepts it.
    assert max(left.confidence, right.confidence) < CERTAIN


@pytest.mark.parametrize(
    ("opened", "sure", "says"),
    [
        ("by a door", 0.8, "the doors shut"),
        ("in a wall of two lines", 0.55, "openings between walls shut"),
        ("in a single line", 0.4, "gaps in lines shut"),
    ],
)
def test_an_open_room_is_shut_by_the_rules_for_gaps_and_less_sure(
    drawn: Draw, opened: str, sure: float, says: str
) -> None:
    def body(canvas: Canvas) -> None:
        if opened == "in a wall of two lines":
            for inset in (0.0, 0.5):
                lines(canvas, (14, -inset), (30 + inset, -inset), (30 + inset, 20 + inset))
                lines(canvas, (30 + inset, 20 + inset), (-inset, 20 + inset), (-inset, -inset))
                lines(canvas, (-inset, -inset), (10, -inset))
            lines(canvas, (14, 0), (14, -0.5))
            lines(canvas, (10, 0), (10, -0.5))
        else:
            width = 3 if opened == "by a door" else 4
            lines(canvas, (10 + width, 0), (30, 0), (30, 20), (0, 20), (0, 0), (10, 0))
        if opened == "by a door":
            x, y = at(10, 0)
            canvas.line(x, y, x, y + 3 * FOOT)
            canvas.arc(x - 3 * FOOT, y - 3 * FOOT, x + 3 * FOOT, y + 3 * FOOT, 0, 90)

    sheet = read(drawn, body)
    found = fill_at(sheet, *on_image(20, 10))
    assert (square_feet(sheet, found), found.confidence) == (600, sure)
    assert says in found.evidence


def test_where_nothing_encloses_the_place_nothing_is_filled(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(30, 30, 1164, 732)
        lines(canvas, *SQUARE)

    sheet = read(drawn, body)
    for place in ((60, 60), (-20, -20)):
        with pytest.raises(NothingThere, match="Draw the outline"):
            fill_at(sheet, *on_image(*place))


def test_a_threshold_or_a_symbol_is_no_room(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        lines(canvas, *SQUARE)
        lines(canvas, (10, 10), (14, 10), (14, 11), (10, 11), (10, 10))
        lines(canvas, (20, 10), (23, 10), (23, 12), (20, 12), (20, 10))

    sheet = read(drawn, body)
    with pytest.raises(NothingThere, match=r"enclose 4\.0 SF"):
        fill_at(sheet, *on_image(12, 10.5))
    assert square_feet(sheet, fill_at(sheet, *on_image(21, 11))) == 6


def symbols(canvas: Canvas) -> None:
    """Five lavatories, turned and mirrored; a larger one, another form and one with a text."""

    def lavatory(x: float, y: float, turn: int, size: float = 2.0, mirrored: bool = False) -> None:
        canvas.saveState()
        canvas.translate(*at(x, y))
        canvas.rotate(turn)
        path = canvas.beginPath()
        flip = -1 if mirrored else 1
        corners = ((0, 0), (size, 0), (size, size / 2), (size / 2, size), (0, size))
        for place, (dx, dy) in enumerate(corners):
            (path.moveTo if place == 0 else path.lineTo)(flip * dx * FOOT, dy * FOOT)
        path.close()
        canvas.drawPath(path)
        canvas.restoreState()

    for place, turn in enumerate((0, 90, 180, 270)):
        lavatory(10 * place, 0, turn)
    lavatory(40, 0, 0, mirrored=True)
    lavatory(0, 20, 0, size=3.0)
    canvas.rect(*at(20, 20), 2 * FOOT, 2 * FOOT)
    lavatory(40, 20, 0)
    canvas.setFont("Helvetica", 6)
    canvas.drawCentredString(*at(40.8, 20.6), "B")


def test_all_that_look_like_the_picked_symbol_are_counted_and_no_other(drawn: Draw) -> None:
    sheet = read(drawn, symbols)
    found = alike_at(sheet, *on_image(0.5, 0.5))
    assert len(found) == 5
    assert {each.shape.kind.value for each in found} == {"point"}
    assert all(0.7 < each.confidence < CERTAIN for each in found)
    # The other form is alone; so is the one that carries a text.
    assert len(alike_at(sheet, *on_image(21, 21))) == 1
    (with_text,) = alike_at(sheet, *on_image(40.3, 20.3))
    assert with_text.label == "B"


def test_where_no_symbol_is_drawn_none_is_counted(drawn: Draw) -> None:
    sheet = read(drawn, symbols)
    with pytest.raises(NothingThere, match="Click inside of one"):
        alike_at(sheet, *on_image(60, 40))
