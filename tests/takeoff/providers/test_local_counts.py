"""Tags count what they state; notes and lists are nothing that is counted."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.providers.local.stated import areas_sf_in, count_in, sides_sf_in, states_no_total
from takeoff.terms import Unit
from tests.takeoff.providers.drawings import find, sheet_of

Draw = Callable[[Callable[[Canvas], None]], Path]


def plants(canvas: Canvas, tags: Sequence[str], listed: int | None = None) -> None:
    """Draw tags above rows of four circles, and a list that has so many ARONIA."""
    for row, words in enumerate(tags):
        y = 650 - 120 * row
        canvas.drawString(100, y, words)
        for at in range(4):
            canvas.circle(110 + 22 * at, y - 25, 10)
    if listed is not None:
        rows = (("BOTANICAL NAME", "QTY"), ("ARONIA", str(listed)), ("CELTIS", "3"))
        for row, (left, right) in enumerate(rows):
            canvas.drawString(800, 600 - 15 * row, left)
            canvas.drawString(950, 600 - 15 * row, right)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6, ARONIA", 6),
        ("27 ARONIA", 27),
        ("(9) BIKE PARKING STALLS", 9),
        ("TWO (2) COLUMNS", 2),
        ("3 - ARONIA", 3),
        ("4x BOLLARD", 4),
        ("6 EA. ARONIA", 6),
        ("QTY: 12 ARONIA", 12),
        ("ARONIA (6 EA)", 6),
        ("ARONIA, QTY 6", 6),
        ("ARONIA", None),
        ("12 GA STEEL STUD", None),
        ("2 HR WALL", None),
        ("6' DOOR", None),
        ('24" COLUMN', None),
        ("2X6 STUD", None),
        ("(4) ANCHOR BOLTS, TYP.", None),
        ("3 EACH SIDE", None),
        ("F12", None),
        ("6 ARONIA 24 IN HIGH", 6),
        ("2 EA CELTIS 3 EA ARONIA", None),
        ("(2) CELTIS (3) ARONIA", None),
    ],
)
def test_a_tag_states_how_many_and_a_measure_does_not(text: str, number: int | None) -> None:
    assert count_in(text) == number


def test_a_number_that_holds_at_each_place_is_no_total() -> None:
    assert states_no_total("(4) ANCHOR BOLTS, TYP.")
    assert states_no_total("2 EA CELTIS 3 EA ARONIA")
    assert not states_no_total("ANCHOR BOLTS, TYP.")


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("CORRIDOR 6 189 SF", [189]),
        ("3,320.5 S.F.", [3320.5]),
        ("OFFICE 1,500 GSF / 1,320 NSF", [1500, 1320]),
        ("ROOM 10 M2", [107.639]),
        ("12.5 SQ. M.", [134.549]),
        ("LOT 0.5 ACRES", [21780]),
        ("OFFICE 136", []),
        ("24'-0\"", []),
    ],
)
def test_the_areas_that_a_text_states_are_read_in_square_feet(
    text: str, areas: list[float]
) -> None:
    assert areas_sf_in(text) == pytest.approx(areas, rel=1e-4)


def test_the_sides_that_a_text_states_make_an_area() -> None:
    assert sides_sf_in("BEDROOM 12'-6\" x 10'-0\"") == 125
    assert sides_sf_in("BEDROOM 12'-6\"") is None


@pytest.mark.parametrize("turn", [0, 90])
@pytest.mark.parametrize("listed", [None, 10])
def test_tags_count_what_they_state_and_a_list_that_agrees_makes_it_surer(
    drawn: Draw, tmp_path: Path, listed: int | None, turn: int
) -> None:
    path = drawn(lambda canvas: plants(canvas, ["6, ARONIA", "4, ARONIA"], listed))
    turned = tmp_path / "turned.pdf"
    with pikepdf.open(path) as pdf:
        pdf.pages[0].rotate(turn, relative=True)
        pdf.save(turned)

    found = find(sheet_of(turned), "Aronia", Unit.EA).elements
    assert len(found) == 10
    assert len({each.shape.points for each in found}) == 10
    # Four circles are drawn at each tag: only the tag of four has its own there.
    of_six, of_four = (
        {each.confidence for each in found if each.label == tag}
        for tag in ("6, ARONIA", "4, ARONIA")
    )
    assert (of_six, of_four) == (({0.9}, {0.95}) if listed is None else ({0.97}, {0.97}))


def test_a_list_that_has_another_number_than_the_tags_withholds_both(drawn: Draw) -> None:
    sheet = sheet_of(drawn(lambda canvas: plants(canvas, ["6, ARONIA", "4, ARONIA"], 12)))
    found = find(sheet, "Aronia", Unit.EA)
    assert found.elements == ()
    assert "The tags state 10, and the list on the sheet 12." in {
        each.reason for each in found.withheld
    }


def test_a_list_alone_is_nothing_that_is_drawn(drawn: Draw) -> None:
    found = find(sheet_of(drawn(lambda canvas: plants(canvas, [], 12))), "Aronia", Unit.EA)
    assert found.elements == ()


def test_tags_with_and_without_a_number_are_withheld(drawn: Draw) -> None:
    found = find(
        sheet_of(drawn(lambda canvas: plants(canvas, ["6, ARONIA", "ARONIA"]))), "Aronia", Unit.EA
    )
    assert found.elements == ()
    assert "1 more texts name it without a number" in found.withheld[0].reason


def test_tags_beneath_each_other_are_several(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.line(60, 400, 600, 400)
        canvas.drawString(100, 500, "(3) ARONIA")
        canvas.drawString(100, 488, "(2) CELTIS")

    sheet = sheet_of(drawn(body))
    assert len(find(sheet, "Aronia", Unit.EA).elements) == 3
    assert len(find(sheet, "Celtis", Unit.EA).elements) == 2


@pytest.mark.parametrize(
    "note",
    [
        "JOIST HANGERS, TYP.",
        "JOIST HANGERS",
        "NEW JOIST HANGERS ALONG G.L. (SIZE T.B.D.)",
        "PROVIDE JOIST HANGER AT EACH JOIST",
        "JOIST HANGER, TYP.",
    ],
)
def test_a_note_about_several_is_not_one_nor_the_bubbles_beside_it(drawn: Draw, note: str) -> None:
    def body(canvas: Canvas) -> None:
        for at, letter in enumerate("ABCDE"):
            canvas.circle(100 + 100 * at, 600, 14)
            canvas.drawCentredString(100 + 100 * at, 597, letter)
        canvas.drawString(320, 580, note)

    found = find(sheet_of(drawn(body)), "Joist hangers", Unit.EA)
    assert found.elements == ()
    assert [each.label for each in found.withheld] == [note]


def test_two_tags_that_are_read_as_one_are_withheld(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.line(60, 400, 600, 400)
        canvas.drawString(100, 500, "(2) CELTIS (3) ARONIA")

    found = find(sheet_of(drawn(body)), "Aronia", Unit.EA)
    assert found.elements == ()
    assert len(found.withheld) == 1


def test_what_fixes_a_thing_is_not_the_thing(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.line(60, 400, 600, 400)
        canvas.drawString(320, 580, "LVL BEAM HANGER")

    found = find(sheet_of(drawn(body)), "Beam", Unit.EA)
    assert found.elements == ()
    assert "names something else" in found.withheld[0].reason


def test_a_schedule_that_has_another_number_than_the_marks_withholds_them(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        for at in range(3):
            canvas.rect(100 + 100 * at, 300, 18, 18)
            canvas.drawString(122 + 100 * at, 305, "P1")
        for row, (mark, number) in enumerate((("MARK", "QTY"), ("P1", "4"), ("P2", "2"))):
            canvas.drawString(800, 600 - 15 * row, mark)
            canvas.drawString(900, 600 - 15 * row, number)

    found = find(sheet_of(drawn(body)), "P1", Unit.EA)
    assert found.elements == ()
    assert "3 are found, and the list on the sheet has 4: P1 4." in {
        each.reason for each in found.withheld
    }


def test_a_tag_that_runs_into_a_views_title_leaves_the_count_open(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        plants(canvas, ("2, ARONIA", '12, ARONIA ENLARGED PLAN SCALE: 1/4" = 1\'-0"'))

    found = find(sheet_of(drawn(body)), "Aronia", Unit.EA)
    assert found.elements == ()
    assert any("runs into the title of a view" in each.reason for each in found.withheld)
