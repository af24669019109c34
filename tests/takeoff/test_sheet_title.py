"""The title of a sheet: all its lines, and none of something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from takeoff.reading.word import Word
from takeoff.title_block import (
    TitleBlock,
    read_title_block,
)
from tests.takeoff.lettering import lettered, page

_WIDTH, _HEIGHT = 5400, 3600
_NOTE = lettered("VERIFY ALL DIMENSIONS IN THE FIELD", (600, 600), 20)


def _read(*lines: list[Word]) -> TitleBlock:
    return read_title_block(page(*lines), _WIDTH, _HEIGHT)


def _title(*lines: list[Word]) -> str | None:
    found = _read(*lines).title
    return found and found.text


@pytest.mark.parametrize("label", ["SHEET TITLE", "DRAWING TITLE", "Drawing Name:", "SHEET TITLE:"])
def test_the_title_is_what_stands_under_its_label(label: str) -> None:
    assert (
        _title(
            lettered("PROJECT", (4800, 2000), 14),
            lettered("HARBOR STREET WORKSHOP", (4800, 2050), 40),
            lettered(label, (4800, 2800), 14),
            lettered("FIRST FLOOR", (4830, 2860), 30),
            lettered("REFLECTED CEILING PLAN", (4810, 2910), 30),
            lettered("SCALE", (4800, 2960), 14),
            lettered("AS NOTED", (4900, 3000), 24),
            lettered("A-121", (4900, 3300), 90),
        )
        == "FIRST FLOOR REFLECTED CEILING PLAN"
    )


def test_a_title_ends_where_another_field_begins() -> None:
    assert (
        _title(
            lettered("Drawing Title", (4800, 2800), 20),
            lettered("ROOM FINISH SCHEDULE", (4800, 2840), 20),
            lettered("Issue Date", (4800, 2880), 20),
            lettered("MAY 22, 2020", (4800, 2920), 20),
            lettered("AF600", (5100, 3300), 40),
        )
        == "ROOM FINISH SCHEDULE"
    )


@pytest.mark.parametrize("align", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    "lines",
    [
        ("Elevations - South &", "East"),
        ("Second & Third", "Floor Plan"),
        ("FIRST FLOOR", "REFLECTED CEILING PLAN"),
        ("PARTIAL FOUNDATION", "PLAN AND", "DETAILS"),
        ("FLOOR PLAN -", "LEVEL 01 - AREA", "A - POWER &", "SIGNAL"),
    ],
)
@pytest.mark.parametrize("label", [True, False])
def test_a_title_has_all_its_lines(lines: tuple[str, ...], align: float, label: bool) -> None:
    words: list[list[Word]] = []
    for row, line in enumerate(lines):
        wide = lettered(line, (0, 0), 30)[-1].right
        words.append(lettered(line, (4600 + align * (700 - wide), 2860 + row * 50), 30))
    block = [
        lettered("HARBOR STREET WORKSHOP", (4600, 2600), 30),
        *words,
        lettered("APRIL 23, 2021", (4800, 3120), 16),
        lettered("A-121", (4900, 3300), 90),
    ]
    if label:
        block.append(lettered("SHEET TITLE", (4550, 2800), 14))

    assert _title(_NOTE, *block) == " ".join(lines)


@pytest.mark.parametrize(
    "below", ["18 HARBOR STREET", "MAY 22, 2020", "SCALE: 1:100", "1:100", "MADISON, WI 53703"]
)
def test_a_title_has_no_line_of_something_else(below: str) -> None:
    block = (
        lettered("ROOF PLAN", (4800, 3000), 30),
        lettered(below, (4800, 3050), 30),
        lettered("A-121", (4900, 3300), 90),
    )

    assert _title(_NOTE, *block) == "ROOF PLAN"


def test_lines_of_a_scan_are_as_high_as_their_ink() -> None:
    # The same font: g reaches below the line, and OCR gives every word of a line its height.
    last = [
        replace(word, bottom=word.bottom + 9.6)
        for word in lettered("Floor Framing", (4780, 2986), 29)
    ]
    block = (
        lettered("Structural -", (4780, 2900), 29),
        lettered("Basement & Second", (4780, 2943), 29),
        last,
        lettered("S-101", (4900, 3150), 51),
    )

    assert _title(_NOTE, *block) == "Structural - Basement & Second Floor Framing"


def test_a_title_does_not_begin_with_the_name_of_the_project() -> None:
    block = (
        lettered("HARBOR WORKSHOP", (4800, 2950), 30),
        lettered("ROOF PLAN", (4800, 3000), 30),
        lettered("A-121", (4900, 3300), 90),
    )

    assert _title(_NOTE, *block) == "ROOF PLAN"


def test_a_line_that_ends_in_the_middle_goes_on_whatever_follows() -> None:
    block = (
        lettered("ELEVATION AT", (4800, 2950), 30),
        lettered("HARBOR STREET", (4800, 3000), 30),
        lettered("A-201", (4900, 3300), 90),
    )

    assert _title(_NOTE, *block) == "ELEVATION AT HARBOR STREET"


def test_a_title_on_the_line_of_its_label_is_taken() -> None:
    assert _title(lettered("SHEET TITLE: ROOF PLAN", (4500, 3000))) == "ROOF PLAN"


def test_a_label_with_nothing_under_it_gives_no_title() -> None:
    assert _title(lettered("SHEET TITLE", (4800, 3400), 14)) is None


def test_without_a_label_the_title_is_the_large_text_beside_the_number() -> None:
    assert (
        _title(
            lettered("FACILITY FOR MADISON PROPERTY", (3000, 3100), 50),
            lettered("1810 SOUTH PARK STREET", (3000, 3170), 50),
            lettered("DEMOLITION PLAN", (3400, 3240), 50),
            lettered("GENERAL NOTES", (3500, 3500), 12),
            lettered("EX001", (4600, 3230), 90),
        )
        == "DEMOLITION PLAN"
    )
