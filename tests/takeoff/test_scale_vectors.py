"""Lines and viewports of a PDF are found where they are seen on the page image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from takeoff.limits import RenderLimits
from takeoff.scale.vector_layer import Line, VectorLayerUnreadable, read_vector_layer
from tests.takeoff.files import pdf_bytes, written
from tests.takeoff.sheets import Sheet, detected, layers, points_per_foot

_FEET = {"ft": 1.0, "in": 12.0, "m": 0.3048, "mm": 304.8}


def _ends(line: Line) -> list[tuple[float, float]]:
    return sorted([(line.x0, line.y0), (line.x1, line.y1)])


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (0, [(100, 1100), (300, 1100)]),
        (90, [(100, 100), (100, 300)]),
        (180, [(1500, 100), (1700, 100)]),
        (270, [(1100, 1500), (1100, 1700)]),
    ],
)
def test_lines_lie_where_they_are_seen_however_the_page_is_turned(
    tmp_path: Path, turn: int, expected: list[tuple[float, float]]
) -> None:
    sheet = Sheet()
    sheet.canvas.line(72, 72, 216, 72)
    path = sheet.save(tmp_path, lambda pdf: pdf.pages[0].rotate(turn, relative=False))

    (line,) = layers(path)[1].lines

    for end, truth in zip(_ends(line), sorted(expected), strict=True):
        assert end == pytest.approx(truth, abs=0.1)


def test_the_matrices_of_nested_forms_are_applied(tmp_path: Path) -> None:
    sheet = Sheet()
    canvas = sheet.canvas
    canvas.beginForm("inner")
    canvas.line(0, 0, 10, 0)
    canvas.endForm()
    canvas.beginForm("outer")
    canvas.translate(5, 0)
    canvas.scale(2, 2)
    canvas.doForm("inner")
    canvas.endForm()
    canvas.translate(72, 72)
    canvas.rotate(90)
    canvas.scale(3, 3)
    canvas.doForm("outer")

    (line,) = layers(sheet.save(tmp_path))[1].lines

    # 15 points up from (72, 72), then 60 points long.
    assert line.x0 == line.x1 == pytest.approx(100, abs=0.1)
    assert sorted((line.y0, line.y1)) == pytest.approx(
        [1200 - 147 / 0.72, 1200 - 87 / 0.72], abs=0.1
    )


def test_closed_outlines_have_all_their_sides(tmp_path: Path) -> None:
    sheet = Sheet()
    path = sheet.canvas.beginPath()
    path.moveTo(100, 100)
    path.lineTo(200, 100)
    path.lineTo(200, 200)
    path.close()
    sheet.canvas.drawPath(path)

    assert len(layers(sheet.save(tmp_path))[1].lines) == 3


def test_a_cropped_page_in_its_own_units_is_placed_on_its_image(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.canvas.line(136, 150, 208, 150)

    def crop(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].cropbox = pikepdf.Array([100, 50, 640, 400])
        pdf.pages[0].obj["/UserUnit"] = 2

    (line,) = layers(sheet.save(tmp_path, crop))[1].lines

    assert _ends(line)[0] == pytest.approx((100, 250 / 0.36), abs=0.7)
    assert line.x1 - line.x0 == pytest.approx(200, abs=0.2)


def _with_viewport(
    unit: str, per_point: float, box: tuple[float, ...] = (50, 50, 900, 800)
) -> Callable[[pikepdf.Pdf], None]:
    def edit(pdf: pikepdf.Pdf) -> None:
        along = pikepdf.Dictionary(U=pikepdf.String(unit), C=per_point)
        whole = pikepdf.Dictionary(U=pikepdf.String(unit), C=1)
        measure = pikepdf.Dictionary(
            Type=pikepdf.Name.Measure,
            Subtype=pikepdf.Name.RL,
            R=pikepdf.String("1/4 in = 1 ft"),
            X=pikepdf.Array([along]),
            D=pikepdf.Array([whole]),
            A=pikepdf.Array([whole]),
        )
        pdf.pages[0].obj["/VP"] = pikepdf.Array(
            [pikepdf.Dictionary(BBox=pikepdf.Array(box), Name="Plan", Measure=measure)]
        )

    return edit


@pytest.mark.parametrize("unit", list(_FEET))
def test_a_measuring_viewport_gives_the_scale(tmp_path: Path, unit: str) -> None:
    edit = _with_viewport(unit, _FEET[unit] / 18)
    path = Sheet().save(tmp_path, edit)

    (viewport,) = layers(path)[1].viewports

    assert viewport.pixels_per_foot == pytest.approx(25, rel=1e-4)
    assert viewport.box == pytest.approx((50 / 0.72, 64 / 0.72, 1250, 814 / 0.72), abs=0.1)
    assert (viewport.text, viewport.name) == ("1/4 in = 1 ft", "Plan")


@pytest.mark.parametrize(("unit", "per_point"), [("deg", 1), ("ft", 0), ("ft", -1)])
def test_a_viewport_that_measures_no_length_is_left_out(
    tmp_path: Path, unit: str, per_point: float
) -> None:
    path = Sheet().save(tmp_path, _with_viewport(unit, per_point))

    assert layers(path)[1].viewports == ()


@pytest.mark.parametrize(
    "broken", [pikepdf.Array([1]), pikepdf.Dictionary(), pikepdf.Array([pikepdf.Dictionary()])]
)
def test_malformed_viewports_are_left_out(tmp_path: Path, broken: pikepdf.Object) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/VP"] = broken

    assert layers(Sheet().save(tmp_path, edit))[1].viewports == ()


def test_a_viewport_and_dimensions_calibrate(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.dimensions(18)

    verdict = detected(sheet.save(tmp_path, _with_viewport("ft", 1 / 18)))

    assert verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(18, rel=1e-3)
    assert verdict.method == "measuring viewport"


@pytest.mark.parametrize("number", [0, 2])
def test_a_page_that_is_not_there_is_an_error(tmp_path: Path, number: int) -> None:
    with pytest.raises(VectorLayerUnreadable):
        read_vector_layer(written(tmp_path, pdf_bytes()), number, 100, 100)


def test_reading_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    limits = RenderLimits(page_timeout_seconds=0.001)
    with pytest.raises(VectorLayerUnreadable, match="by hand"):
        read_vector_layer(written(tmp_path, pdf_bytes()), 1, 100, 100, limits)
