"""Regions that nothing but hatching draws are outlined roughly, and said to be rough."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import shapely
from reportlab.pdfgen.canvas import Canvas

from takeoff.terms import Unit
from tests.takeoff.providers.drawings import FOOT, find, sheet_of, total

Draw = Callable[[Callable[[Canvas], None]], Path]

SQUARE = [(100, 100), (400, 100), (400, 350), (100, 350)]
CONCAVE = [(100, 100), (460, 100), (460, 220), (240, 220), (240, 400), (100, 400)]
TRIANGLE = [(100, 100), (500, 100), (300, 420)]


def hatch(
    canvas: Canvas, region: shapely.Polygon, degrees: float, spacing: float, phase: float = 0.3
) -> None:
    """Draw the lines of a hatch where they lie in a region, and nothing of its edge."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for step in range(-400, 400):
        across = (step + phase) * spacing
        x, y = -sin * across, cos * across
        line = shapely.LineString(
            [(x - 2000 * cos, y - 2000 * sin), (x + 2000 * cos, y + 2000 * sin)]
        )
        for part in lines_of(line.intersection(region)):
            (left, bottom), (right, top) = part.coords
            canvas.line(left, bottom, right, top)


def lines_of(geometry: shapely.Geometry) -> Iterable[shapely.LineString]:
    return [each for each in shapely.get_parts(geometry) if each.length > 0]


@pytest.mark.parametrize("degrees", [0, 45, 90, 120])
@pytest.mark.parametrize(
    ("corners", "hole"),
    [(SQUARE, None), (CONCAVE, None), (TRIANGLE, None), (SQUARE, (200, 230, 280, 300))],
    ids=["rectangle", "concave", "triangle", "with a hole"],
)
def test_a_region_of_hatching_alone_is_measured_within_2_percent_and_less_sure(
    drawn: Draw,
    corners: list[tuple[float, float]],
    hole: tuple[float, float, float, float] | None,
    degrees: float,
) -> None:
    region = shapely.Polygon(corners, [shapely.box(*hole).exterior.coords] if hole else [])

    def body(canvas: Canvas) -> None:
        hatch(canvas, region, degrees, spacing=6)
        canvas.drawString(150, 150, "PAVING")

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Paving", Unit.SF)
    assert total(sheet, found, Unit.SF) == pytest.approx(region.area / FOOT**2, rel=0.02)
    (paving,) = found.elements
    assert paving.confidence == pytest.approx(0.57)
    assert "hatching" in paving.evidence
    assert len(paving.shape.holes) == (1 if hole else 0)


def test_a_hatching_reaches_half_a_spacing_beyond_its_first_and_its_last_line(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for row in range(12):
            canvas.line(100, 110 + 20 * row, 400, 110 + 20 * row)
        canvas.drawString(200, 200, "PAVING")

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Paving", Unit.SF)
    assert total(sheet, found, Unit.SF) == pytest.approx(300 * 240 / FOOT**2, rel=1e-3)


def test_an_outline_goes_before_the_hatching_in_it(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 40 * FOOT, 20 * FOOT)
        hatch(canvas, shapely.box(110, 110, 300, 270), 45, 6)
        canvas.drawString(150, 150, "PAVING")

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Paving", Unit.SF)
    assert total(sheet, found, Unit.SF) == pytest.approx(800, rel=1e-3)


def test_two_hatched_regions_are_two_and_a_few_parallel_lines_are_none(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for left in (100, 500):
            hatch(canvas, shapely.box(left, 100, left + 180, 280), 45, 6)
            canvas.drawString(left + 60, 180, "PAVING")
        for step in range(5):
            canvas.line(800 + 6 * step, 100, 800 + 6 * step, 300)
        canvas.drawString(802, 180, "PAVING")

    found = find(sheet_of(drawn(body)), "Paving", Unit.SF)
    assert len(found.elements) == 2
    assert [each.reason for each in found.withheld] == ["No closed outline is around it."]


@pytest.mark.parametrize(
    "spacings",
    [[4, 9, 5, 12, 6, 15, 7, 18, 5, 11, 4, 10, 6, 13], [36.0] * 14],
    ids=["unequal", "far apart"],
)
def test_parallel_lines_that_are_no_hatching_cover_nothing(
    drawn: Draw, spacings: list[float]
) -> None:
    def body(canvas: Canvas) -> None:
        at = 100.0
        for spacing in spacings:
            canvas.line(100, at, 500, at)
            at += spacing
        canvas.drawString(200, (100 + at) / 2, "PAVING")

    found = find(sheet_of(drawn(body)), "Paving", Unit.SF)
    assert found.elements == ()


def test_lines_that_are_drawn_twice_are_the_same_hatching(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for phase in (0.3, 0.4):
            hatch(canvas, shapely.Polygon(SQUARE), 0, 6, phase)
        canvas.drawString(150, 150, "PAVING")

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Paving", Unit.SF)
    assert total(sheet, found, Unit.SF) == pytest.approx(
        shapely.Polygon(SQUARE).area / FOOT**2, rel=0.02
    )


def test_lines_that_are_drawn_again_in_part_hide_nothing_of_the_hatching(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for row in range(12):
            canvas.line(100, 110 + 20 * row, 400, 110 + 20 * row)
            canvas.line(100, 109.5 + 20 * row, 200, 109.5 + 20 * row)
        canvas.drawString(300, 200, "PAVING")

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Paving", Unit.SF)
    assert total(sheet, found, Unit.SF) == pytest.approx(300 * 240 / FOOT**2, rel=0.01)


def test_a_few_lines_in_many_pieces_and_dashed_lines_are_no_hatching(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for row in range(5):
            for piece in range(4):
                left = 100 + 100 * piece + 50 * (row % 2)
                canvas.line(left, 100 + 6 * row, left + 99, 100 + 6 * row)
        canvas.drawString(230, 109, "PAVING")
        canvas.setDash(3, 3)
        hatch(canvas, shapely.box(600, 100, 900, 300), 0, 6)
        canvas.drawString(700, 200, "PAVING")

    found = find(sheet_of(drawn(body)), "Paving", Unit.SF)
    assert found.elements == ()


def test_a_strip_of_hatching_that_is_hardly_higher_than_the_label_is_not_what_it_names(
    drawn: Draw,
) -> None:
    def body(canvas: Canvas) -> None:
        for tick in range(60):
            canvas.line(100 + 4 * tick, 98, 100 + 4 * tick, 112)
        canvas.drawString(200, 100, "PAVING")

    found = find(sheet_of(drawn(body)), "Paving", Unit.SF)
    assert found.elements == ()
