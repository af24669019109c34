"""The unit decides what is measured of a shape."""

import math
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takeoff.geometry import BadShape, NotCalibrated, Shape, UnitDoesNotFit, feet_per_pixel, measure
from takeoff.models import Page
from takeoff.terms import GeometryType, Unit

FEET = 1 / 10
SQUARE = Shape(GeometryType.POLYGON, ((0, 0), (200, 0), (200, 100), (0, 100)))
RING = Shape(SQUARE.kind, SQUARE.points, (((50, 25), (150, 25), (150, 75), (50, 75)),))
BOX = Shape(GeometryType.RECTANGLE, ((200, 100), (0, 0)))
CIRCLE = Shape(GeometryType.CIRCLE, ((50, 50),), radius=20)
PATH = Shape(GeometryType.POLYLINE, ((0, 0), (30, 40), (30, 140)))
LINE = Shape(GeometryType.LINE, ((0, 0), (30, 40)))
POINT = Shape(GeometryType.POINT, ((5, 5),))


@pytest.mark.parametrize(
    ("shape", "unit", "quantity"),
    [
        (SQUARE, Unit.SF, 200.0),
        (SQUARE, Unit.LF, 60.0),
        (SQUARE, Unit.CY, 200 * 0.5 / 27),
        (SQUARE, Unit.EA, 1.0),
        (BOX, Unit.SF, 200.0),
        (RING, Unit.SF, 150.0),
        (RING, Unit.LF, 90.0),
        (CIRCLE, Unit.SF, math.pi * 4),
        (CIRCLE, Unit.LF, math.pi * 4),
        (SQUARE, Unit.M2, 200 * 0.09290304),
        (SQUARE, Unit.M, 60 * 0.3048),
        (SQUARE, Unit.M3, 200 * 0.09290304 * 6 * 0.0254),
        (PATH, Unit.M, 15 * 0.3048),
        (PATH, Unit.LF, 15.0),
        (LINE, Unit.LF, 5.0),
        (POINT, Unit.EA, 1.0),
    ],
)
def test_a_shape_amounts_to(shape: Shape, unit: Unit, quantity: float) -> None:
    assert measure(shape, unit, FEET, 6.0).quantity == pytest.approx(quantity)


@pytest.mark.parametrize(
    ("shape", "unit"),
    [
        (line, unit)
        for line in (PATH, LINE)
        for unit in (Unit.SF, Unit.CY, Unit.EA, Unit.M2, Unit.M3)
    ]
    + [(POINT, unit) for unit in Unit if unit is not Unit.EA],
)
def test_a_line_has_length_only_and_a_point_counts_only(shape: Shape, unit: Unit) -> None:
    with pytest.raises(UnitDoesNotFit):
        measure(shape, unit, FEET, 6.0)


@pytest.mark.parametrize("depth", [None, 0.0, -1.0, math.nan])
def test_a_volume_needs_a_depth(depth: float | None) -> None:
    with pytest.raises(UnitDoesNotFit, match="depth"):
        measure(SQUARE, Unit.CY, FEET, depth)
    with pytest.raises(UnitDoesNotFit, match="depth"):
        measure(SQUARE, Unit.M3, FEET, depth)


def page(**values: Any) -> Page:
    return Page(id=uuid.uuid4(), **values)


def test_a_page_that_is_not_calibrated_has_no_scale() -> None:
    assert feet_per_pixel(page(calibrated=True, scale_value=37.5)) == 1 / 37.5
    with pytest.raises(NotCalibrated, match="set it by hand"):
        feet_per_pixel(page(calibrated=False, scale_value=37.5))
    with pytest.raises(NotCalibrated):
        feet_per_pixel(page(calibrated=True, scale_value=None))


@pytest.mark.parametrize(
    ("kind", "points", "more"),
    [
        (GeometryType.POLYGON, ((0, 0), (1, 1), (1, 0), (0, 1)), {}),
        (GeometryType.POLYGON, ((0, 0), (1, 1)), {}),
        (GeometryType.POLYGON, ((0, 0), (1, 1), (2, 2)), {}),
        (GeometryType.POLYGON, ((0, 0), (math.inf, 1), (2, 2)), {}),
        (GeometryType.RECTANGLE, ((0, 0), (0, 5)), {}),
        (GeometryType.RECTANGLE, ((0, 0), (1, 0), (1, 1)), {}),
        (GeometryType.POLYLINE, ((1, 1), (1, 1)), {}),
        (GeometryType.LINE, ((0, 0), (1, 1), (2, 2)), {}),
        (GeometryType.POINT, (), {}),
        (GeometryType.CIRCLE, ((0, 0),), {}),
        (GeometryType.CIRCLE, ((0, 0),), {"radius": -1}),
        (GeometryType.POINT, ((0, 0),), {"radius": 1}),
        (GeometryType.LINE, ((0, 0), (1, 1)), {"holes": (((0, 0), (1, 0), (1, 1)),)}),
    ],
)
def test_points_that_make_no_shape_are_refused(
    kind: GeometryType, points: Any, more: dict[str, Any]
) -> None:
    with pytest.raises(BadShape):
        Shape(kind, points, **more)


@pytest.mark.parametrize("shape", [SQUARE, BOX, RING, CIRCLE, PATH, LINE, POINT])
def test_a_shape_comes_back_as_it_was_stored(shape: Shape) -> None:
    assert Shape.of_json(shape.kind, shape.as_json()) == shape


@pytest.mark.parametrize("stored", [None, [], {}, {"points": 5}, {"points": [[1]]}])
def test_what_was_not_stored_by_us_is_refused(stored: Any) -> None:
    with pytest.raises(BadShape):
        Shape.of_json(GeometryType.POINT, stored)


@given(st.floats(1, 5000), st.floats(1, 5000), st.floats(0.1, 10), st.floats(1, 500))
def test_scaling_there_and_back_keeps_the_area(
    wide: float, high: float, factor: float, pixels_per_foot: float
) -> None:
    box = Shape(GeometryType.RECTANGLE, ((0, 0), (wide, high)))
    there = box.scaled(factor, factor)
    feet = 1 / pixels_per_foot
    assert measure(there, Unit.SF, feet / factor, None).quantity == pytest.approx(
        measure(box, Unit.SF, feet, None).quantity
    )
