"""A label claims the outline around it only as surely as it names it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.terms import Unit
from tests.takeoff.providers.drawings import FOOT, LOCAL, find, sheet_of, total

Draw = Callable[[Callable[[Canvas], None]], Path]


@pytest.mark.parametrize(
    "note",
    [
        "FOOTING WIDTH, TYP.",
        "FOOTING AT EXISTING GRADE ELEVATION",
        "ALIGN FOOTING WITH WALL ABOVE",
        "TOP OF FOOTING 98'-0\"",
        "THICKENED FOOTING",
        "0' - 4\" FOOTING R.B.",
    ],
)
@pytest.mark.parametrize("unit", [Unit.SF, Unit.LF, Unit.EA])
def test_a_note_about_a_measure_or_a_part_claims_no_outline(
    drawn: Draw, note: str, unit: Unit
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 60 * FOOT, 40 * FOOT)
        canvas.drawString(300, 300, note)

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Footing", unit)
    assert found.elements == ()
    assert [each.label for each in found.withheld] == [note]
    assert "does not name the thing" in found.withheld[0].reason


def test_a_condition_about_a_part_is_found_by_a_label_about_it(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 20 * FOOT, 10 * FOOT)
        canvas.drawString(150, 150, "EDGE OF SLAB")

    sheet = sheet_of(drawn(body))
    assert total(sheet, find(sheet, "Slab edge", Unit.LF), Unit.LF) == pytest.approx(60, rel=1e-3)
    assert find(sheet, "Slab", Unit.LF).elements == ()


def test_a_label_alone_in_its_outline_is_sure_and_one_with_rivals_claims_nothing(
    drawn: Draw,
) -> None:
    def body(canvas: Canvas) -> None:
        for column, rivals in enumerate(((), ("RAMP",), ("RAMP", "STAIR FOOTING"))):
            left = 60 + 380 * column
            canvas.rect(left, 100, 30 * FOOT, 40 * FOOT)
            canvas.drawString(left + 20, 150, "SLAB")
            for row, rival in enumerate(rivals):
                canvas.drawString(left + 20, 250 + 60 * row, rival)

    sheet = sheet_of(drawn(body))
    slabs = find(sheet, "Slab", Unit.SF)
    assert [each.confidence for each in slabs.elements] == [0.95]
    assert sorted(each.reason for each in slabs.withheld) == [
        'The outline around it also holds "RAMP", "STAIR FOOTING".',
        'The outline around it also holds "RAMP".',
    ]
    assert find(sheet, "Ramp", Unit.SF).elements == ()


def test_what_is_named_in_an_outline_of_its_own_is_no_rival_and_counted_in_less_surely(
    drawn: Draw,
) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 60 * FOOT, 40 * FOOT)
        canvas.drawString(120, 120, '5" CONC. SLAB')
        canvas.rect(300, 200, 15 * FOOT, 15 * FOOT)
        canvas.drawString(320, 250, "PIT")
        canvas.drawString(320, 230, "2")

    sheet = sheet_of(drawn(body))
    (slab,) = find(sheet, "Slab", Unit.SF).elements
    assert slab.confidence == pytest.approx(0.95 * 0.85, abs=1e-3)
    assert "outlines in it of 9% that are counted in" in slab.evidence
    (kind,) = LOCAL.survey(sheet).types
    assert [each.confidence for each in kind.elements] == [slab.confidence]


def test_a_survey_knows_rivals_too(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 60 * FOOT, 40 * FOOT)
        canvas.drawString(120, 120, '5" CONC. SLAB')
        canvas.drawString(320, 250, "EQUIPMENT PLATFORM")

    survey = LOCAL.survey(sheet_of(drawn(body)))
    assert survey.types == ()
    assert [each.reason for each in survey.withheld] == [
        'The outline around it also holds "EQUIPMENT PLATFORM".'
    ]


def test_a_label_across_the_edge_of_an_outline_is_less_sure(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 20 * FOOT, 20 * FOOT)
        canvas.drawString(240, 200, "SIDEWALK")

    (found,) = find(sheet_of(drawn(body)), "Sidewalk", Unit.SF).elements
    assert found.confidence == pytest.approx(0.95 * 0.6)
    assert "runs across its edge" in found.evidence


@pytest.mark.parametrize(("apart_ft", "is_wall"), [(7.5, True), (8.5, False)])
def test_outlines_around_a_room_are_no_wall(drawn: Draw, apart_ft: float, is_wall: bool) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 60 * FOOT, 40 * FOOT)
        inner = (60 - 2 * apart_ft) * FOOT, (40 - 2 * apart_ft) * FOOT
        canvas.rect(100 + apart_ft * FOOT, 100 + apart_ft * FOOT, *inner)
        canvas.drawString(120, 150, "WALL")

    found = find(sheet_of(drawn(body)), "Wall", Unit.SF)
    assert ["apart" in each.evidence for each in found.elements] == [True] * is_wall
    assert len(found.withheld) == (not is_wall)


def test_a_region_that_is_wide_is_no_wall(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 20 * FOOT, 20 * FOOT)
        canvas.drawString(150, 180, "CMU WALL")
        canvas.rect(400, 100, 30 * FOOT, 2.5 * FOOT)
        canvas.drawString(410, 106, "CMU WALL")

    found = find(sheet_of(drawn(body)), "Wall", Unit.SF)
    assert [round(each.shape.area_px or 0) for each in found.elements] == [
        round(30 * 2.5 * (FOOT * 150 / 72) ** 2)
    ]
    assert [each.reason for each in found.withheld] == [
        "What is around it is some 10 ft wide, and no wall."
    ]


def test_an_outline_of_another_area_than_its_label_states_is_withheld(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for left, stated in ((60, 1_180), (460, 189)):
            canvas.rect(left, 100, 40 * FOOT, 30 * FOOT)
            canvas.drawString(left + 40, 200, f"CORRIDOR {stated:,} SF")

    sheet = sheet_of(drawn(body))
    found = find(sheet, "Corridor", Unit.SF)
    assert [each.label for each in found.elements] == ["CORRIDOR 1,180 SF"]
    assert [each.reason for each in found.withheld] == [
        "It says 189 SF, and the outline around it has 1,200 SF."
    ]


def test_an_outline_around_several_numbered_rooms_is_none_of_them(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(60, 100, 60 * FOOT, 40 * FOOT)
        canvas.drawString(100, 150, "OFFICE 136")
        canvas.drawString(300, 350, "BREAK ROOM 134")
        canvas.drawString(200, 250, '5" CONC. SLAB')
        canvas.rect(700, 100, 20 * FOOT, 20 * FOOT)
        canvas.drawString(720, 150, "OFFICE 137")

    sheet = sheet_of(drawn(body))
    offices = find(sheet, "Office", Unit.SF)
    assert [each.label for each in offices.elements] == ["OFFICE 137"]
    assert [each.reason for each in offices.withheld] == [
        'The outline around it also holds "BREAK ROOM 134".'
    ]
    # Rooms stand on a slab: they are nothing against it.
    assert total(sheet, find(sheet, "Slab", Unit.SF), Unit.SF) == pytest.approx(2400, rel=1e-3)


def test_a_name_of_something_else_that_has_the_word_in_it_claims_nothing(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 40 * FOOT, 30 * FOOT)
        canvas.drawString(150, 200, "GARAGE DOOR")
        canvas.rect(600, 100, 40 * FOOT, 30 * FOOT)
        canvas.drawString(650, 200, "STAIR HALL")
        canvas.rect(600, 450, 20 * FOOT, 20 * FOOT)
        canvas.drawString(620, 500, "CONCRETE PAD")

    sheet = sheet_of(drawn(body))
    garage = find(sheet, "Garage", Unit.SF)
    assert garage.elements == ()
    assert "names something else" in garage.withheld[0].reason
    assert [each.label for each in find(sheet, "Hall", Unit.SF).elements] == ["STAIR HALL"]
    assert [each.label for each in find(sheet, "Concrete", Unit.SF).elements] == ["CONCRETE PAD"]
    assert len(find(sheet, "Doors", Unit.EA).elements) == 1


def test_the_heading_of_a_table_names_nothing_that_is_drawn(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(100, 100, 40 * FOOT, 30 * FOOT)
        canvas.drawString(120, 330, "FOOTING SCHEDULE - NORTH WING")
        canvas.rect(600, 100, 20 * FOOT, 20 * FOOT)
        canvas.drawString(605, 150, "FOOTING PER SCHEDULE ON S-601")

    found = find(sheet_of(drawn(body)), "Footing", Unit.SF)
    assert [each.label for each in found.elements] == ["FOOTING PER SCHEDULE ON S-601"]
    assert [each.label for each in found.withheld] == ["FOOTING SCHEDULE - NORTH WING"]


def test_a_hatching_that_ends_beneath_its_label_is_withheld(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for row in range(40):
            canvas.line(100, 100 + 5 * row, 400, 100 + 5 * row)
        canvas.drawString(340, 200, "PAVING AND WALKS")

    found = find(sheet_of(drawn(body)), "Paving", Unit.SF)
    assert found.elements == ()
    assert [each.reason for each in found.withheld] == ["The hatching around it ends beneath it."]
