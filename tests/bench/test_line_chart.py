"""Drawings place values on their axes."""

import re

import pytest

from bench.line_chart import Panel, svg


def points(drawing: str) -> list[tuple[float, float]]:
    """The places of the first line."""
    (path,) = re.findall(r'd="M([\d. L]+)" fill="none"', drawing)
    return [(float(x), float(y)) for x, y in (place.split() for place in path.split("L"))]


def test_a_logarithmic_axis_gives_each_power_of_ten_the_same_length() -> None:
    line = [(10.0, 1.0), (100.0, 10.0), (1000.0, 100.0)]
    (x0, y0), (x1, y1), (x2, y2) = points(
        svg([Panel("p", {"a": line})], "x", dark=False, logarithmic=True)
    )
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y0 - y1 == pytest.approx(y1 - y2, abs=0.2)
    assert y0 > y1


def test_a_linear_axis_begins_at_zero() -> None:
    drawing = svg([Panel("p", {"a": [(0.0, 50.0), (5.0, 100.0)]})], "x", dark=False)
    (_, half), (_, top) = points(drawing)
    bottom = 2 * half - top
    assert ">0</text>" in drawing
    assert bottom == pytest.approx(220, abs=0.2)


def test_names_are_text_whatever_their_characters() -> None:
    assert "a &lt;b&gt;" in svg([Panel("p", {"a <b>": [(0.0, 1.0)]})], "x", dark=True)


def test_a_panel_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="no points"):
        svg([Panel("p", {})], "x", dark=False)


def test_a_mark_stands_at_its_value_in_every_panel() -> None:
    panels = [Panel(name, {"a": [(0.0, 1.0), (10.0, 1.0)]}) for name in ("p", "q")]
    drawing = svg(panels, "x", dark=False, marks={"here": 5.0})
    (left, _), (right, _) = points(svg(panels[:1], "x", dark=False))
    places = re.findall(r'd="M([\d.]+) [\d.]+V', drawing)
    assert [float(x) for x in places] == [pytest.approx((left + right) / 2, abs=0.2)] * 2
    assert drawing.count(">here</text>") == 2
