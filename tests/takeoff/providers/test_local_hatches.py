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
def test_a_region_of_hatching_alone_is_measured_within_5_percent_and_less_sure(
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
    assert total(sheet, found, Unit.SF) == pytest.approx(region.area / FOOT**2, rel=0.05)
    (paving,) = found.elements
    assert paving.confidence == pytest.approx(0.57)
    assert "hatching" in paving.evidence
    assert len(paving.shape.holes) == (1 if hole else 0)


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
