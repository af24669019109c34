"""Words that are read in one go come together, others stay apart."""

from __future__ import annotations

import pytest

from takeoff.phrases import Frame, phrases_of
from takeoff.reading.word import Word
from tests.takeoff.lettering import lettered, page


def _texts(words: list[Word]) -> set[str]:
    return {phrase.text for phrase in phrases_of(words)}


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 30, 352.7])
def test_a_line_is_one_phrase_however_it_is_turned(turn: float) -> None:
    words = lettered("FIRST FLOOR PLAN", (900, 900), 30, turn)

    (phrase,) = phrases_of(reversed(words))

    assert phrase.text == "FIRST FLOOR PLAN"
    assert phrase.turn == pytest.approx(turn)
    assert phrase.height == pytest.approx(30, rel=0.02)


def test_pieces_that_touch_are_one_word() -> None:
    pieces = [
        Word("A", 100, 100, 120, 130, 0, 40),
        Word("-", 122, 113, 130, 117, 0, 40),
        Word("101", 132, 100, 180, 130, 0, 40),
    ]

    assert _texts(pieces) == {"A-101"}


def test_lines_columns_and_turns_stay_apart() -> None:
    words = page(
        lettered("FLOOR PLAN", (100, 100)),
        lettered("SCALE", (100, 135)),
        lettered("NOTES", (400, 100)),
        lettered("UP", (95, 100), turn=90),
    )

    assert _texts(words) == {"FLOOR PLAN", "SCALE", "NOTES", "UP"}


def test_a_large_bubble_number_is_not_of_the_small_text_beside_it() -> None:
    words = page(lettered("1", (100, 100), 60), lettered('1/8" = 1\'-0"', (160, 100), 20))

    assert _texts(words) == {"1", '1/8" = 1\'-0"'}


def test_every_word_is_in_one_phrase() -> None:
    words = [word for row in range(40) for word in lettered("A B C D", (10, 10 + row * 9), 12)]

    assert sum(len(phrase.words) for phrase in phrases_of(words)) == len(words)


@pytest.mark.parametrize(("turn", "below"), [(0, (0, 1)), (90, (1, 0)), (270, (-1, 0))])
def test_beneath_is_where_the_reader_sees_it(turn: float, below: tuple[float, float]) -> None:
    assert Frame(turn).to_reading(*below) == pytest.approx((0, 1), abs=1e-9)
