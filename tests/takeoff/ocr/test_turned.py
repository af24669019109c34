"""Of letters that can be read upright or turned, those stay that make the longer text."""

from __future__ import annotations

from takeoff.ocr.recognising.found import Found
from takeoff.ocr.recognising.turned import with_turned


def found(text: str, left: float, top: float, turn: float = 0.0) -> Found:
    return Found(text, left, top, left + 20, top + 20, turn, 26.0, 0.9)


def test_letters_of_a_turned_line_that_were_read_one_by_one_give_way_to_it() -> None:
    letters = [found("0", 100, 200), found("9", 500, 200)]
    line = [Found("0'", 98, 196, 122, 224, 90.0, 26.0, 0.7)]

    assert with_turned(letters, line) == [letters[1], *line]


def test_a_column_of_upright_words_stays() -> None:
    column = [found("8", 100, 200 + 30 * row) for row in range(3)]
    line = [Found("888", 98, 196, 122, 284, 90.0, 26.0, 0.99)]

    assert with_turned(column, line) == column
