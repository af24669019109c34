"""A label claims the room that it stands in, or says why that cannot be told."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.providers import Detection
from takeoff.terms import Unit
from tests.takeoff.providers.drawings import FOOT, HIGH, WIDE, find, sheet_of, total

Draw = Callable[[Callable[[Canvas], None]], Path]
Point = tuple[float, float]


def room(canvas: Canvas, *points: Point) -> None:
    """Draw lines between points in feet from (10, 10)."""
    for (x, y), (end_x, end_y) in pairwise(points):
        canvas.line(*_at(x, y), *_at(end_x, end_y))


def name(canvas: Canvas, x: float, y: float, *lines: str) -> None:
    for row, words in enumerate(lines):
        left, bottom = _at(x, y)
        canvas.drawCentredString(left, bottom - 11 * row, words)


def door(canvas: Canvas, hinge: Point, wide: float, *, leaf: bool = True) -> None:
    """Draw a door in a level wall that shuts to the east of its hinge and opens north."""
    x, y = _at(*hinge)
    if leaf:
        canvas.line(x, y, x, y + wide * FOOT)
    reach = wide * FOOT
    canvas.arc(x - reach, y - reach, x + reach, y + reach, 0, 90)


def _at(x: float, y: float) -> Point:
    return (10 + x) * FOOT, (10 + y) * FOOT


def claimed(drawn: Draw, body: Callable[[Canvas], None], named: str = "Shop") -> list[float]:
    """Return the areas of what is claimed, in whole square feet."""
    sheet = sheet_of(drawn(body))
    found = find(sheet, named, Unit.SF)
    one_each = [Detection(found.answered, (each,)) for each in found.elements]
    return [round(total(sheet, each, Unit.SF)) for each in one_each]


def why_not(drawn: Draw, body: Callable[[Canvas], None], named: str = "Shop") -> str:
    found = find(sheet_of(drawn(body)), named, Unit.SF)
    assert found.elements == ()
    (withheld,) = found.withheld
    return withheld.reason


SQUARE: Sequence[Point] = ((0, 0), (30, 0), (30, 20), (0, 20), (0, 0))
OPEN: Sequence[Point] = ((14, 0), (30, 0), (30, 20), (0, 20), (0, 0), (10, 0))


@pytest.mark.parametrize("insets", [(1,), (1, 26), (1, 26, 51), (100,)])
def test_frames_of_the_sheet_are_no_room_and_neither_is_what_lies_between_them(
    drawn: Draw, insets: Sequence[int]
) -> None:
    def body(canvas: Canvas) -> None:
        for inset in insets:
            canvas.rect(inset, inset, WIDE - 2 * inset, HIGH - 2 * inset)
        name(canvas, 50, 40, "SHOP")

    assert why_not(drawn, body) == "Only the border of the sheet is around it."


def test_a_room_whose_wall_is_two_outlines_is_measured_within_the_wall(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 20 * FOOT, 16 * FOOT)
        canvas.rect(*_at(0.5, 0.5), 19 * FOOT, 15 * FOOT)
        name(canvas, 10, 8, "SHOP")

    assert claimed(drawn, body) == [285]


def test_a_door_shuts_the_room_and_its_swing_takes_nothing_off(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *OPEN)
        door(canvas, (10, 0), 4)
        name(canvas, 15, 14, "SHOP")

    assert claimed(drawn, body) == [600]
    (found,) = find(sheet_of(drawn(body)), "Shop", Unit.SF).elements
    assert found.confidence == pytest.approx(0.95 * 0.8)
    assert "with a door shut" in found.evidence


def test_a_swing_without_a_leaf_is_no_door(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *OPEN)
        door(canvas, (10, 0), 4, leaf=False)
        name(canvas, 15, 14, "SHOP")

    assert find(sheet_of(drawn(body)), "Shop", Unit.SF).elements == ()


def test_two_leaves_shut_one_opening(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, (16, 0), (30, 0), (30, 20), (0, 20), (0, 0), (10, 0))
        door(canvas, (10, 0), 3)
        x, y = _at(16, 0)
        canvas.line(x, y, x, y + 3 * FOOT)
        canvas.arc(x - 3 * FOOT, y - 3 * FOOT, x + 3 * FOOT, y + 3 * FOOT, 90, 90)
        name(canvas, 15, 14, "SHOP")

    assert claimed(drawn, body) == [600]


def test_a_door_beside_a_wall_that_stands_across_shuts_up_to_it(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, (30, 0), (30, 20), (0, 20), (0, 0), (27, 0))
        door(canvas, (27, 0), 3)
        name(canvas, 12, 14, "SHOP")

    assert claimed(drawn, body) == [600]


def test_an_opening_between_the_ends_of_a_wall_is_shut_less_surely(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *OPEN)
        room(canvas, (14, -0.5), (30.5, -0.5), (30.5, 20.5), (-0.5, 20.5), (-0.5, -0.5), (10, -0.5))
        for x in (10, 14):
            room(canvas, (x, 0), (x, -0.5))
        name(canvas, 15, 14, "SHOP")

    assert claimed(drawn, body) == [600]
    (found,) = find(sheet_of(drawn(body)), "Shop", Unit.SF).elements
    assert found.confidence < 0.6
    assert "openings of 4 ft" in found.evidence


def test_a_gap_in_a_single_line_is_told_and_not_shut(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *OPEN)
        name(canvas, 15, 14, "SHOP")

    reason = why_not(drawn, body)
    assert "is open" in reason
    assert "it has 600 SF" in reason


def test_a_partition_with_a_gap_in_a_closed_building_leaves_two_figures(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 40 * FOOT, 20 * FOOT)
        room(canvas, (20, 0), (20, 8))
        room(canvas, (20, 12), (20, 20))
        name(canvas, 10, 10, "SHOP")

    reason = why_not(drawn, body)
    assert "800 SF" in reason
    assert "400 SF" in reason


def test_a_partition_is_a_wall_where_another_name_stands_beyond_it(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 40 * FOOT, 20 * FOOT)
        room(canvas, (20, 0), (20, 20))
        name(canvas, 10, 10, "SHOP")
        name(canvas, 30, 10, "OFFICE")

    assert claimed(drawn, body) == [400]
    assert claimed(drawn, body, "Office") == [400]


def test_a_line_through_a_room_without_a_name_beyond_it_leaves_two_figures(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 40 * FOOT, 20 * FOOT)
        room(canvas, (30, 0), (30, 20))
        name(canvas, 10, 10, "SHOP")

    reason = why_not(drawn, body)
    assert "800 SF" in reason
    assert "600 SF" in reason


def test_rooms_that_hang_together_by_an_opening_are_not_one(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(
            canvas, (0, 0), (20, 0), (20, 8), (22, 8), (22, 2), (40, 2), (40, 18), (23, 18),
            (23, 11), (19, 11), (19, 20), (0, 20), (0, 0),
        )  # fmt: skip
        name(canvas, 10, 10, "SHOP")

    assert "is connected by an opening" in why_not(drawn, body)


def test_a_table_around_the_name_is_not_the_room(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 30 * FOOT, 20 * FOOT)
        canvas.rect(*_at(9, 7), 12 * FOOT, 6 * FOOT)
        name(canvas, 15, 10, "SHOP")

    reason = why_not(drawn, body)
    assert "72 SF" in reason
    assert "600 SF" in reason


def test_a_table_around_the_name_in_an_open_room_is_not_the_room(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *OPEN)
        canvas.rect(*_at(9, 7), 12 * FOOT, 6 * FOOT)
        name(canvas, 15, 10, "SHOP")

    assert "it is unclear which" in why_not(drawn, body)


def test_a_room_that_is_open_at_one_side_is_not_the_yard_around_it(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 60 * FOOT, 40 * FOOT)
        room(canvas, (15, 10), (15, 30), (45, 30), (45, 10))
        name(canvas, 30, 20, "SHOP")

    assert "stand between it and most of the edge" in why_not(drawn, body)


def test_a_name_on_the_edge_of_an_outline_claims_neither_side(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 30 * FOOT, 20 * FOOT)
        name(canvas, 29, 10, "SHOP FLOOR")

    assert why_not(drawn, body) == "It is on the edge of the outline around it."


def test_two_names_in_one_outline_claim_nothing_of_it(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *SQUARE)
        name(canvas, 8, 10, "SHOP")
        name(canvas, 22, 10, "OFFICE")

    assert why_not(drawn, body) == 'The outline around it also holds "OFFICE".'
    assert why_not(drawn, body, "Office") == 'The outline around it also holds "SHOP".'


def test_a_name_outside_its_room_claims_nothing_of_where_it_stands(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *SQUARE)
        room(canvas, (30, 0), (36, 0), (36, 6), (30, 6))
        name(canvas, 20, 15, "SHOP")
        x, y = _at(20, 15)
        canvas.line(x + 18, y + 3, *_at(33, 3))

    assert "A leader points" in why_not(drawn, body)


@pytest.mark.parametrize("crosses", ["grid line", "dimension", "hatching"])
def test_what_only_crosses_a_room_parts_nothing_off(drawn: Draw, crosses: str) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 30 * FOOT, 20 * FOOT)
        name(canvas, 15, 12, "SHOP")
        if crosses == "grid line":
            room(canvas, (-5, 6), (35, 6))
        elif crosses == "dimension":
            room(canvas, (0, 6), (30, 6))
            name(canvas, 15, 6.5, "30'-0\"")
        else:
            for row in range(39):
                room(canvas, (0, 0.5 + 0.5 * row), (30, 0.5 + 0.5 * row))

    assert claimed(drawn, body) == [600]


def test_a_frame_around_a_view_with_its_title_is_no_room(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 60 * FOOT, 50 * FOOT)
        name(canvas, 30, 30, "SHOP")
        name(canvas, 30, 3, "ENLARGED PLAN")

    assert why_not(drawn, body) == "Only the border of the sheet is around it."


def test_the_title_of_a_view_and_the_title_block_name_nothing(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(20, 20, WIDE - 40, HIGH - 40)
        canvas.line(WIDE - 220, 20, WIDE - 220, HIGH - 20)
        for row, words in enumerate(("SHOP BUILDING", "DATE", "DRAWN", "SHEET NUMBER")):
            canvas.drawString(WIDE - 200, 300 - 60 * row, words)
        canvas.rect(*_at(0, 0), 30 * FOOT, 20 * FOOT)
        name(canvas, 15, 10, "SHOP PLAN")

    found = find(sheet_of(drawn(body)), "Shop", Unit.SF)
    assert found.elements == ()
    assert sorted(each.reason for each in found.withheld) == [
        "It is in the title block.",
        "It is the title of a view.",
    ]


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [("600 SF", True), ("610 S.F.", True), ("55.7 M2", True), ("620 SF", False), ("50 M2", False)],
)
def test_an_area_that_is_stated_makes_it_sure_within_2_percent_and_withholds_it_beyond(
    drawn: Draw, stated: str, agrees: bool
) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, *OPEN)
        door(canvas, (10, 0), 4)
        name(canvas, 15, 14, "SHOP", stated)

    found = find(sheet_of(drawn(body)), "Shop", Unit.SF)
    assert [each.confidence > 0.95 for each in found.elements] == [True] * agrees
    if not agrees:
        assert "and the outline around it has 600 SF" in found.withheld[0].reason


def test_sides_that_a_label_states_contradict_an_outline_too(drawn: Draw) -> None:
    def body(canvas: Canvas) -> None:
        canvas.rect(*_at(0, 0), 30 * FOOT, 20 * FOOT)
        name(canvas, 15, 10, "SHOP", "12'-0\" x 14'-6\"")

    assert why_not(drawn, body) == (
        "The sides that it states make 174 SF, and the outline around it has 600 SF."
    )


def test_a_region_whose_sides_are_partly_walls_and_partly_single_lines_is_withheld(
    drawn: Draw,
) -> None:
    def body(canvas: Canvas) -> None:
        room(canvas, (0, 20), (0, 0), (30, 0), (30, 20))
        room(canvas, (-0.5, 20), (-0.5, -0.5), (30.5, -0.5), (30.5, 20))
        room(canvas, (-0.5, 12), (30.5, 12))
        name(canvas, 15, 6, "SHOP")

    assert "some are walls and some are not" in why_not(drawn, body)
