"""What a sheet number looks like: discipline and type, and texts that are none."""

from __future__ import annotations

import pytest

from takeoff.title_block import (
    Discipline,
    SheetType,
    parse_sheet_number,
)


@pytest.mark.parametrize(
    ("text", "discipline", "sheet_type"),
    [
        ("A-101", Discipline.ARCHITECTURAL, SheetType.PLANS),
        ("A101", Discipline.ARCHITECTURAL, SheetType.PLANS),
        ("A1.01", Discipline.ARCHITECTURAL, SheetType.PLANS),
        ("A-1.1", Discipline.ARCHITECTURAL, SheetType.PLANS),
        ("S1.0", Discipline.STRUCTURAL, SheetType.PLANS),
        ("AD101", Discipline.ARCHITECTURAL, SheetType.PLANS),
        ("FP-101", Discipline.FIRE_PROTECTION, SheetType.PLANS),
        ("EX300", Discipline.ELECTRICAL, SheetType.SECTIONS),
        ("E201A", Discipline.ELECTRICAL, SheetType.ELEVATIONS),
        ("P-8.02", Discipline.PLUMBING, SheetType.USER_DEFINED),
        ("A2", Discipline.ARCHITECTURAL, None),
        ("S - 501", Discipline.STRUCTURAL, SheetType.DETAILS),
        ("G–001", Discipline.GENERAL, SheetType.GENERAL),  # noqa: RUF001
        ("M-601", Discipline.MECHANICAL, SheetType.SCHEDULES_AND_DIAGRAMS),
        ("Z-901", Discipline.CONTRACTOR, SheetType.THREE_DIMENSIONAL),
        ("C-401", Discipline.CIVIL, SheetType.LARGE_SCALE),
    ],
)
def test_a_sheet_number_says_discipline_and_type(
    text: str, discipline: Discipline, sheet_type: SheetType | None
) -> None:
    number = parse_sheet_number(text)

    assert number is not None
    assert (number.discipline, number.sheet_type) == (discipline, sheet_type)


@pytest.mark.parametrize("letter", "GHVBCLSAIQFPDMEWTRXZO")
def test_every_letter_of_the_standard_has_a_discipline(letter: str) -> None:
    assert parse_sheet_number(f"{letter}-101") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "101",
        "K-101",
        "N101",
        "A-",
        "ABC-101",
        "A-10101",
        "2026-014",
        "A-101-B",
        "A-\u0663\u0661\u0661",
        "a1",
    ],
)
def test_other_texts_are_no_sheet_number(text: str) -> None:
    assert parse_sheet_number(text) is None
