"""The local provider on generated drawings of which every quantity is known."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.geometry import measure
from takeoff.providers import (
    CannotSee,
    Sheet,
)
from takeoff.providers.local.vocabulary import thickness_in
from takeoff.sample import write_sample
from takeoff.terms import Unit
from tests.takeoff.providers.drawings import FOOT, LOCAL, find, sheet_of, total


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    path = tmp_path_factory.mktemp("local") / "sample.pdf"
    truth = write_sample(path)
    elements = truth.sheets[1].elements
    slab = next(each for each in elements if each.kind == "slab")
    strip = next(each for each in elements if each.kind == "strip footing")
    assert slab.area_sf
    assert slab.length_ft
    assert strip.area_sf
    assert strip.length_ft
    return path, {
        "slab SF": slab.area_sf,
        "slab LF": slab.length_ft,
        "strip SF": strip.area_sf,
        "strip LF": strip.length_ft,
        "pads": len([each for each in elements if each.kind == "pad footing"]),
        "doors": len([each for each in truth.sheets[0].elements if each.kind == "door"]),
        "columns": len([each for each in truth.sheets[0].elements if each.kind == "column"]),
    }


@pytest.mark.parametrize(
    ("page", "name", "unit", "known"),
    [
        (2, "Slab on grade", Unit.SF, "slab SF"),
        (2, "S.O.G.", Unit.SF, "slab SF"),
        (2, "Concrete slabs", Unit.SF, "slab SF"),
        (2, "Slab edge", Unit.LF, "slab LF"),
        (2, "Wall footing WF1", Unit.LF, "strip LF"),
        (2, "WF1", Unit.SF, "strip SF"),
        (2, "Pad footing F1", Unit.EA, "pads"),
        (1, "Doors", Unit.EA, "doors"),
        (1, "Steel columns", Unit.EA, "columns"),
    ],
)
def test_quantities_of_the_sample_are_right_to_a_thousandth_and_counts_exact(
    sample: tuple[Path, dict[str, float]], page: int, name: str, unit: Unit, known: str
) -> None:
    path, truth = sample
    sheet = sheet_of(path, page, points_per_foot=18)
    detection = find(sheet, name, unit)
    assert total(sheet, detection, unit) == pytest.approx(
        truth[known], rel=1e-3 if unit is not Unit.EA else 0
    )
    assert all(0 < each.confidence <= 1 and each.evidence for each in detection.elements)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_rotated_sheet_measures_the_same(
    sample: tuple[Path, dict[str, float]], tmp_path: Path, turn: int
) -> None:
    path, truth = sample
    turned = tmp_path / "turned.pdf"
    with pikepdf.open(path) as pdf:
        pdf.pages[1].rotate(turn, relative=True)
        pdf.save(turned)
    sheet = sheet_of(turned, 2, points_per_foot=18)
    slab = find(sheet, "Slab on grade", Unit.SF)
    assert total(sheet, slab, Unit.SF) == pytest.approx(truth["slab SF"], rel=1e-3)
    assert all(each.shape.inside(sheet.width_px, sheet.height_px) for each in slab.elements)
    assert len(find(sheet, "F1", Unit.EA).elements) == truth["pads"]


def test_every_room_of_the_sample_is_measured_with_its_doors_shut(
    sample: tuple[Path, dict[str, float]],
) -> None:
    sheet = sheet_of(sample[0], 1, 18)
    truth = write_sample(sample[0].with_name("again.pdf")).sheets[0].rooms
    for room in truth:
        found = find(sheet, room.name, Unit.SF)
        (element,) = [each for each in found.elements if room.number in (each.label or "")]
        area = measure(element.shape, Unit.SF, sheet.feet_per_pixel, None).quantity
        assert area == pytest.approx(room.area_sf, rel=1e-3)
        assert "its label states the same area" in element.evidence


def test_a_place_without_walls_all_around_is_withheld(
    sample: tuple[Path, dict[str, float]],
) -> None:
    detection = find(sheet_of(sample[0], 1, 18), "Loading court", Unit.SF)
    assert detection.elements == ()
    assert [each.reason for each in detection.withheld] == [
        "Only the border of the sheet is around it."
    ]


def test_what_no_text_names_is_said_not_to_be_there(
    sample: tuple[Path, dict[str, float]],
) -> None:
    detection = find(sheet_of(sample[0], 2, 18), "F7", Unit.EA)
    assert detection.elements == ()
    assert "No text on the sheet" in detection.withheld[0].reason


def test_outlines_in_forms_with_matrices_are_measured_where_they_are_seen(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.beginForm("slab")
        canvas.rect(0, 0, 10 * FOOT, 20 * FOOT)
        canvas.drawString(FOOT, 5 * FOOT, "SLAB")
        canvas.endForm()
        canvas.beginForm("moved")
        canvas.translate(100, 50)
        canvas.rotate(90)
        canvas.doForm("slab")
        canvas.endForm()
        canvas.translate(400, 300)
        canvas.scale(1.5, 1.5)
        canvas.doForm("moved")

    sheet = sheet_of(drawn(body))
    assert total(sheet, find(sheet, "Slab", Unit.SF), Unit.SF) == pytest.approx(
        10 * 20 * 1.5**2, rel=1e-3
    )


def test_lines_that_meet_end_to_end_enclose_and_lines_that_cross_do_not(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        west, south, east, north = 100, 100, 100 + 30 * FOOT, 100 + 20 * FOOT
        canvas.line(west, south, east, south)
        canvas.line(east, north, east, south)
        canvas.line(east, north, west, north)
        canvas.line(west, south, west, north)
        canvas.line(200, 80, 200, 400)
        canvas.drawString(120, 150, "PAVING")
        canvas.line(600, 80, 600, 320)
        canvas.line(570, 110, 820, 110)
        canvas.line(570, 290, 820, 290)
        canvas.line(790, 80, 790, 320)
        canvas.drawString(650, 200, "TOPPING")

    sheet = sheet_of(drawn(body))
    paving = find(sheet, "Paving", Unit.SF)
    assert total(sheet, paving, Unit.SF) == pytest.approx(600, rel=1e-3)
    assert "end to end" in paving.elements[0].evidence
    topping = find(sheet, "Topping", Unit.SF)
    assert topping.elements == ()
    assert topping.withheld[0].reason == "No closed outline is around it."


def test_the_smallest_outline_is_taken_but_not_a_frame_around_the_label(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(50, 50, 700, 500)
        canvas.rect(100, 100, 40 * FOOT, 30 * FOOT)
        canvas.rect(145, 195, 80, 16)
        canvas.drawString(150, 200, "RAMP AREA")

    sheet = sheet_of(drawn(body))
    assert total(sheet, find(sheet, "Ramp", Unit.SF), Unit.SF) == pytest.approx(1200, rel=1e-3)


def test_two_labels_in_one_outline_measure_it_once_and_two_outlines_twice(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 20 * FOOT, 20 * FOOT)
        canvas.drawString(120, 120, "SLAB")
        canvas.drawString(220, 240, "SLAB")
        canvas.rect(500, 100, 10 * FOOT, 10 * FOOT)
        canvas.drawString(520, 140, "SLAB")

    sheet = sheet_of(drawn(body))
    slabs = find(sheet, "Slab", Unit.SF)
    assert len(slabs.elements) == 2
    assert total(sheet, slabs, Unit.SF) == pytest.approx(500, rel=1e-3)


def test_regions_filled_like_a_legends_swatch_are_its_elements(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.drawString(900, 700, "LEGEND")
        canvas.setFillColorRGB(0.2, 0.6, 0.9)
        canvas.rect(880, 676, 14, 10, fill=1)
        canvas.rect(100, 100, 20 * FOOT, 10 * FOOT, fill=1)
        canvas.rect(400, 300, 10 * FOOT, 10 * FOOT, fill=1)
        canvas.setFillColorRGB(0.9, 0.2, 0.2)
        canvas.rect(600, 100, 10 * FOOT, 10 * FOOT, fill=1)
        canvas.setFillGray(0)
        canvas.drawString(900, 678, "SIDEWALK")

    sheet = sheet_of(drawn(body))
    sidewalk = find(sheet, "Sidewalk", Unit.SF)
    assert total(sheet, sidewalk, Unit.SF) == pytest.approx(300, rel=1e-3)
    assert len(sidewalk.elements) == 2


def test_slabs_of_several_depths_are_kept_apart(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 20 * FOOT, 20 * FOOT)
        canvas.drawString(120, 120, '4" CONC. SLAB')
        canvas.rect(500, 100, 10 * FOOT, 10 * FOOT)
        canvas.drawString(505, 140, '6" CONC. SLAB')

    sheet = sheet_of(drawn(body))
    types = {each.subject.name: each for each in LOCAL.survey(sheet).types}
    assert {name: len(each.elements) for name, each in types.items()} == {
        "Slab, 4 in": 1,
        "Slab, 6 in": 1,
    }
    deep = find(sheet, "Slab", Unit.CY, 6.0)
    assert total(sheet, deep, Unit.CY, 6.0) == pytest.approx(100 * 0.5 / 27, rel=1e-3)
    assert [each.reason for each in deep.withheld] == ["It says 4 in, which is a different depth."]


def test_a_survey_believes_a_mark_only_with_its_word_on_the_sheet(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def finishes(canvas: Canvas) -> None:
        canvas.rect(300, 300, 50, 50)
        canvas.drawString(200, 200, "P-1")
        canvas.drawString(500, 500, "PAINT FINISHES")

    def piers(canvas: Canvas) -> None:
        canvas.rect(300, 300, 50, 50)
        canvas.drawString(200, 200, "P-1")
        canvas.drawString(500, 500, "CONCRETE PIERS")

    assert LOCAL.survey(sheet_of(drawn(finishes))).types == ()
    found = LOCAL.survey(sheet_of(drawn(piers))).types
    assert [each.subject.name for each in found] == ["Pier P-1"]


def test_a_fill_beside_a_note_is_no_legend(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.drawString(900, 700, "GENERAL NOTES")
        canvas.setFillColorRGB(0.2, 0.6, 0.9)
        canvas.rect(880, 676, 14, 10, fill=1)
        canvas.rect(100, 100, 20 * FOOT, 10 * FOOT, fill=1)
        canvas.setFillGray(0)
        canvas.drawString(900, 678, "SIDEWALK")

    assert find(sheet_of(drawn(body)), "Sidewalk", Unit.SF).elements == ()


def test_a_typical_symbol_is_counted_wherever_it_is_drawn(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        for column in range(7):
            canvas.rect(100 + 60 * column, 300, 18, 18)
        canvas.rect(700, 300, 36, 36)
        canvas.drawString(122, 305, "PIER TYP.")

    detection = find(sheet_of(drawn(body)), "Pier", Unit.EA)
    assert len(detection.elements) == 7


def test_a_symbol_without_its_mark_is_withheld_not_counted(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        for column in range(3):
            canvas.rect(100 + 100 * column, 300, 18, 18)
            if column < 2:
                canvas.drawString(122 + 100 * column, 305, "P1")

    detection = find(sheet_of(drawn(body)), "Pier P1", Unit.EA)
    assert len(detection.elements) == 2
    assert "carries no mark" in detection.withheld[0].reason


def test_a_mark_in_a_table_is_not_counted(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        for row, words in enumerate(("MARK", "F1", "F2")):
            canvas.rect(900, 600 - 20 * row, 60, 20)
            canvas.rect(960, 600 - 20 * row, 60, 20)
            canvas.drawString(905, 606 - 20 * row, words)
        canvas.drawString(200, 200, "F1")

    detection = find(sheet_of(drawn(body)), "F1", Unit.EA)
    assert len(detection.elements) == 1
    assert "table" in detection.withheld[0].reason


def test_a_scan_is_withheld_and_an_image_is_not_looked_at(tmp_path: Path) -> None:
    scan = Sheet(tmp_path / "p.png", 100, 100, None, 1, (), 0.1)
    detection = find(scan, "Slab", Unit.SF)
    assert detection.elements == ()
    assert "no vectors" in detection.withheld[0].reason
    assert LOCAL.survey(scan).types == ()
    with pytest.raises(CannotSee, match="Classify by text"):
        LOCAL.classify(tmp_path / "p.png")


@pytest.mark.parametrize(
    ("label", "inches"),
    [
        ('5" CONC. SLAB ON GRADE', 5.0),
        ('4 1/2" THK. CONC. TOPPING', 4.5),
        ("6 IN THICK SLAB", 6.0),
        ('3/4" CONC. PAVING', 0.75),
        ("150 MM CONC SLAB", 5.906),
        ("5\u201d S.O.G.", 5.0),
        ('#5 @ 12" O.C.', None),
        ("10'-6\" CONC. WALL", None),
        ("1' - 2\" SLAB EDGE", None),
        ("SLAB ON GRADE", None),
        ('0/0" CONC', None),
    ],
)
def test_the_thickness_is_read_off_the_label(label: str, inches: float | None) -> None:
    assert thickness_in(label) == inches


def test_a_label_that_contradicts_the_conditions_depth_is_told(
    sample: tuple[Path, dict[str, float]],
) -> None:
    sheet = sheet_of(sample[0], 2, 18)
    detection = find(sheet, "Slab on grade", Unit.CY, 6.0)
    assert "The label says 5 in, the condition 6 in." in detection.elements[0].evidence


def test_solid_shapes_are_columns_only_where_lines_of_a_grid_cross(
    drawn: Callable[[Callable[[Canvas], None]], Path],
) -> None:
    def body(canvas: Canvas) -> None:
        for x in (200, 400):
            canvas.line(x, 80, x, 600)
            for y in (200, 400):
                canvas.rect(x - 6, y - 6, 12, 12, stroke=0, fill=1)
        for y in (200, 400, 500):
            canvas.line(80, y, 600, y)
        # More heads of arrows that point at crossings than columns, and marks of levels beside.
        for x in (240, 280, 320, 360, 480, 520):
            canvas.line(x, 80, x, 600)
            arrow = canvas.beginPath()
            arrow.moveTo(x + 5, 500)
            arrow.lineTo(x - 5, 496)
            arrow.lineTo(x - 5, 504)
            arrow.close()
            canvas.drawPath(arrow, stroke=0, fill=1)
        for mark in range(8):
            canvas.rect(700 + 40 * mark, 300, 6, 6, stroke=0, fill=1)
            canvas.rect(706 + 40 * mark, 306, 6, 6, stroke=0, fill=1)

    sheet = sheet_of(drawn(body))
    columns = find(sheet, "Columns", Unit.EA).elements
    scale = sheet.width_px / 1224
    assert sorted(each.shape.points[0] for each in columns) == [
        pytest.approx((x * scale, (792 - y) * scale), abs=1) for x in (200, 400) for y in (400, 200)
    ]
    assert all("grid" in each.evidence for each in columns)
