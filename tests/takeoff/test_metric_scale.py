"""Metric sheets are calibrated by their dimensions and bars, and numbers elsewhere are none."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from takeoff.phrases import phrases_of
from takeoff.scale.dimension_strings import dimension_strings
from takeoff.scale.evidence import Source
from takeoff.scale.metric_text import metres_per_whole_number, parse_metric_length
from takeoff.scale.paper_size import print_share
from takeoff.scale.scale_bar import find_scale_bars
from tests.takeoff.lettering import lettered, page
from tests.takeoff.sheets import Sheet, detected, layers, points_per_foot

_MM = 72 / 25.4
_A1, _A3 = (841 * _MM, 594 * _MM), (420 * _MM, 297 * _MM)
# 1:100: a metre is this many points.
_POINTS_PER_METRE = 10 * _MM
_LENGTHS = (3.6, 4.2, 5.4, 6.0)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3600", 3.6),
        ("4 200", 4.2),
        ("4,200", 4.2),
        ("4.200", 4.2),
        ("12 450", 12.45),
        ("3.60", 3.6),
        ("3,60", 3.6),
        ("0.90", 0.9),
        ("900", 0.9),
        ("3600 mm", 3.6),
        ("3,600 mm", 3.6),
        ("3.6 m", 3.6),
        ("3.600 m", 3.6),
        ("360 cm", 3.6),
        ("3600 TYP.", 3.6),
        ("2400 c/c", 2.4),
    ],
)
def test_a_metric_dimension_is_read_in_metres(text: str, metres: float) -> None:
    assert parse_metric_length(text, bare=True) == pytest.approx(metres)


@pytest.mark.parametrize(
    "text", ["+3.60", "-0,15", "\u00b10.00", "12", "3.6", "101A", "24.5 m\u00b2", "1:100", "0", ""]
)
def test_a_level_an_area_or_a_room_is_no_metric_dimension(text: str) -> None:
    assert parse_metric_length(text, bare=True) is None


def test_a_number_without_a_unit_counts_only_where_it_may() -> None:
    assert parse_metric_length("3600", bare=False) is None
    assert parse_metric_length("3600 mm", bare=False) == pytest.approx(3.6)


def test_a_note_makes_whole_numbers_centimetres() -> None:
    assert metres_per_whole_number(["ALL DIMENSIONS IN CM"]) == 0.01
    assert metres_per_whole_number(["ALL DIMENSIONS ARE IN MILLIMETRES", "LEVELS IN M"]) == 0.001
    assert metres_per_whole_number(["PIPE COVER IN CM"]) == 0.001


def test_numbers_on_an_imperial_sheet_are_no_dimensions() -> None:
    rooms = [lettered(str(number), (400 + number, 500)) for number in (101, 204, 350)]
    dimensions = [lettered(text, (900, 40 * row)) for row, text in enumerate(("12'-0\"",) * 3, 1)]
    metric = phrases_of(page(*rooms))

    assert len(dimension_strings(metric, imperial=False)) == 3
    assert dimension_strings(metric, imperial=True) == []
    assert len(dimension_strings(phrases_of(page(*rooms, *dimensions)), imperial=False)) == 3


def _metric_sheet(form: str, scale: str, size: tuple[float, float] = _A1) -> Sheet:
    """A sheet at 1:100 whose dimensions are written as ``form`` and whose scale is ``scale``."""
    sheet = Sheet(size)
    sheet.number("A-101")
    for row, metres in enumerate(_LENGTHS):
        words = form.format(mm=f"{metres * 1000:.0f}", m=f"{metres:.2f}", km=f"{metres:.3f}")
        sheet.dimension(150, 300 + row * 40, words, metres * _POINTS_PER_METRE)
    sheet.view(150, 200, "GROUND FLOOR PLAN", scale)
    return sheet


@pytest.mark.parametrize("form", ["{mm}", "{m}", "{mm} mm", "{m} m", "{km}"])
@pytest.mark.parametrize("scale", ["SCALE 1:100", "1/100", "M1:100"])
def test_metric_dimensions_and_a_written_scale_calibrate(
    tmp_path: Path, form: str, scale: str
) -> None:
    verdict = detected(_metric_sheet(form, scale).save(tmp_path))

    assert verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(8.64, rel=2e-3)
    assert verdict.method is Source.DIMENSIONS


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_metric_dimensions_are_read_however_the_page_is_turned(tmp_path: Path, turn: int) -> None:
    sheet = _metric_sheet("{mm}", "SCALE 1:100")

    path = sheet.save(tmp_path, lambda pdf: pdf.pages[0].rotate(turn, relative=False))

    assert detected(path).calibrated


def test_dimensions_in_millimetres_on_a_reduced_print_are_not_believed(tmp_path: Path) -> None:
    verdict = detected(_metric_sheet("{mm}", "SCALE 1:50").save(tmp_path))

    assert not verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(8.64, rel=2e-3)


@pytest.mark.parametrize(
    ("labels", "unit"),
    [
        (("0", "1", "2", "5 m"), ""),
        (("0", "1m", "2m", "5m"), ""),
        (("0", "1", "2", "5"), "METRES"),
        (("0", "1", "2", "5"), "SCALE IN METERS"),
        (("0", "1", "2", "5"), "M"),
        (("0", "1000", "2000", "5000 mm"), ""),
    ],
)
def test_a_bar_in_metres_gives_the_scale(
    tmp_path: Path, labels: tuple[str, ...], unit: str
) -> None:
    sheet = Sheet()
    per_label = _POINTS_PER_METRE / (1000 if "mm" in labels[-1] else 1)
    places = [float(label.rstrip(" m")) * per_label for label in labels]
    for start, end in pairwise(places):
        sheet.canvas.rect(200 + start, 100, end - start, 6)
    sheet.canvas.setFont("Helvetica", 7)
    for label, place in zip(labels, places, strict=True):
        sheet.canvas.drawCentredString(200 + place, 109, label)
    sheet.text(200 + places[-1] + 16, 109 if unit == "M" else 100, unit, 7)
    text, vectors = layers(sheet.save(tmp_path))

    (bar,) = find_scale_bars(phrases_of(text.words), vectors.lines)

    assert bar.metric
    assert bar.pixels_per_foot * 0.72 == pytest.approx(8.64, rel=1e-3)


def test_a_bar_between_two_units_is_none(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.bar(200, 100, 9, ("0", "5", "10", "20"))
    sheet.text(395, 109, "FEET", 7)
    sheet.text(395, 101.5, "METRES", 7)
    text, vectors = layers(sheet.save(tmp_path))

    assert find_scale_bars(phrases_of(text.words), vectors.lines) == []


def test_a_scale_for_another_size_of_paper_is_that_of_the_print(tmp_path: Path) -> None:
    # 1:50 on A1 is 1:100 on A3, which is half as large.
    verdict = detected(_metric_sheet("{mm}", "1:50 @ A1", _A3).save(tmp_path))

    assert verdict.calibrated
    assert verdict.scale_text == "1:50 @ A1"
    assert points_per_foot(verdict) == pytest.approx(8.64, rel=2e-3)


def test_a_scale_for_a_size_of_paper_says_nothing_on_a_sheet_of_no_such_size(
    tmp_path: Path,
) -> None:
    sheet = Sheet((1000, 700))
    sheet.view(150, 200, "GROUND FLOOR PLAN", "1:100 @ A1")

    verdict = detected(sheet.save(tmp_path))

    assert verdict.pixels_per_foot is None
    assert "size of paper" in verdict.reasons[0]


def test_shares_of_paper_sizes() -> None:
    assert print_share("A1", (33.1, 23.4)) == 1
    assert print_share("A1", (11.7, 16.5)) == pytest.approx(0.5, rel=2e-3)
    assert print_share("A1", (36, 24)) is None
