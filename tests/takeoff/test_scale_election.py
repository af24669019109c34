"""A scale is elected by strings of different lengths, and no text wins by repeating itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from takeoff.phrases import phrases_of
from takeoff.scale.dimension_strings import dimension_strings
from takeoff.scale.election import Vote, confirm, deny, elect
from tests.takeoff.lettering import lettered, page
from tests.takeoff.sheets import Sheet, detected, points_per_foot

_QUARTER = '1/4" = 1\'-0"'


def _ballot(feet: float, *scales: float) -> list[Vote]:
    (text,) = phrases_of(lettered("X", (100, 100)))
    return [Vote(text, feet, feet * scale) for scale in scales]


def test_a_text_that_repeats_itself_counts_twice_at_most() -> None:
    steps = [_ballot(2.0, 30.0) for _ in range(20)]
    others = [_ballot(feet, 18.0) for feet in (9.0, 10.0, 14.0)]

    (elected,) = elect([*steps, *others])

    assert elected.pixels_per_foot == pytest.approx(18)


def test_lengths_that_hardly_differ_are_one() -> None:
    rooms = [_ballot(feet, 18.0) for feet in (10.1, 10.2, 10.3)]

    assert elect(rooms) == []


def test_few_strings_confirm_a_scale_that_is_known_and_elect_none() -> None:
    agreeing = [_ballot(feet, 18.0) for feet in (9.0, 10.0, 14.0, 20.0)]
    others = [_ballot(1 + place * 1.3, 40.0 * 1.03**place) for place in range(14)]

    assert elect([*agreeing, *others]) == []
    confirmed = confirm([*agreeing, *others], 18.1)
    assert confirmed is not None
    assert confirmed.pixels_per_foot == pytest.approx(18)
    assert confirm([*agreeing, *others], 18.5) is None


def test_strings_that_agree_better_on_another_scale_confirm_nothing() -> None:
    agreeing = [_ballot(feet, 18.0) for feet in (9.0, 10.0, 14.0, 20.0)]
    rivals = [_ballot(feet, 9.0) for feet in (8.0, 11.0, 16.0)]

    assert confirm([*agreeing, *rivals], 18.0) is None


def test_three_strings_confirm_nothing() -> None:
    strings = [_ballot(feet, 18.0) for feet in (9.0, 10.0, 14.0)]
    others = [_ballot(1 + place * 1.3, 40.0 * 1.03**place) for place in range(14)]

    assert confirm([*strings, *others], 18.0) is None


@pytest.mark.parametrize("name", ["FIRST FLOOR", "T.O. WALL", "EL.", "Level 2", "B.O. FOOTING"])
def test_a_length_beside_the_name_of_a_level_is_none(name: str) -> None:
    level = page(lettered("100'-0\"", (500, 500)), lettered(name, (480, 470)))
    far = page(lettered("100'-0\"", (500, 500)), lettered(name, (480, 300)))

    assert dimension_strings(phrases_of(level), imperial=True) == []
    assert len(dimension_strings(phrases_of(far), imperial=True)) == 1


def test_level_marks_do_not_withhold_what_dimensions_and_text_agree_on(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FOUNDATION", _QUARTER)
    for place in range(8):
        sheet.dimension(300 + place * 70, 700, "1' - 10\"", 60)

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(18, rel=1e-3)


def test_rounded_dimensions_do_not_withhold_what_others_agree_on(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18)
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)
    # Rounded to the inch, and drawn 1.6 % longer than that.
    for row, (feet, words) in enumerate(((5, "5'-0\""), (4, "4'-0\""), (6, "6'-0\""))):
        sheet.dimension(700, 500 - row * 40, words, feet * 18 * 1.016)

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(18, rel=1e-3)
    assert any("rounded" in reason for reason in verdict.reasons)


def test_two_dimensions_deny_a_bar_that_agrees_with_what_is_written(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimension(100, 500, "12'-0\"", 12 * 9)
    sheet.dimension(100, 560, "20'-0\"", 20 * 9)
    sheet.bar(600, 100, 18, ("0", "2'", "4'", "8'"))
    sheet.view(100, 100, "FLOOR PLAN", _QUARTER)

    verdict = detected(sheet.save(tmp_path))

    assert not verdict.calibrated
    assert any("another scale" in reason for reason in verdict.reasons)


def test_a_dimension_that_is_for_the_scale_keeps_others_from_denying_it() -> None:
    others = [_nearest(12.0, 9.0), _nearest(20.0, 9.0)]

    assert deny(others, 18.0) is not None
    assert deny([*others, _nearest(15.0, 18.0)], 18.0) is None
    assert deny(others[:1], 18.0) is None


def test_rounded_dimensions_do_not_blur_the_scale(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.number()
    sheet.dimensions(18 * 1.008)
    sheet.bar(600, 100, 18, ("0", "4'", "8'", "16'"))

    verdict = detected(sheet.save(tmp_path))

    assert verdict.calibrated
    assert points_per_foot(verdict) == pytest.approx(18, rel=1e-3)


def _nearest(feet: float, scale: float) -> list[Vote]:
    (vote,) = _ballot(feet, scale)
    return [replace(vote, nearest=True)]
