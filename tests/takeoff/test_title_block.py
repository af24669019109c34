"""The number, the title and the discipline of a sheet are read, each with where and why."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.reading.word import Word
from takeoff.sample import write_sample
from takeoff.text_layer import read_text_layer
from takeoff.title_block import (
    SheetType,
    TitleBlock,
    read_title_block,
)
from tests.takeoff.files import edited, written
from tests.takeoff.lettering import lettered, page
from tests.takeoff.samples import FOLDER, needs_drawings

_WIDTH, _HEIGHT = 5400, 3600
_NOTE = lettered("VERIFY ALL DIMENSIONS IN THE FIELD", (600, 600), 20)


def _read(*lines: list[Word]) -> TitleBlock:
    return read_title_block(page(*lines), _WIDTH, _HEIGHT)


def _number(*lines: list[Word]) -> str | None:
    found = _read(*lines).sheet_number
    return found and found.text


def test_the_largest_number_at_the_right_or_the_bottom_is_the_sheets() -> None:
    callouts = (lettered("A-301", (5100, 900), 16), lettered("S-501", (5200, 3550), 18))

    assert _number(*callouts, lettered("A-101", (4900, 3300), 90)) == "A-101"


def test_a_larger_number_in_the_drawing_is_not_the_sheets() -> None:
    assert (
        _number(_NOTE, lettered("B-200", (2000, 1500), 200), lettered("A-101", (5000, 3300), 60))
        == "A-101"
    )


@pytest.mark.parametrize("at", [(5000, 500), (300, 3400)])
def test_the_number_may_stand_in_either_strip(at: tuple[float, float]) -> None:
    assert _number(lettered("M2.01", at, 60)) == "M2.01"


def test_a_number_in_neither_strip_is_not_taken() -> None:
    assert _read(lettered("A-101", (2000, 1500), 90)).sheet_number is None


def test_among_equals_the_one_in_the_corner_wins() -> None:
    equals = lettered("A-301", (5000, 500), 60), lettered("A-101", (5000, 3400), 60)

    assert _number(_NOTE, *equals) == "A-101"


def test_callouts_of_sections_are_no_sheet_number() -> None:
    callouts = [
        line
        for x, y, number in ((5000, 900, "A3.0"), (5000, 2400, "A2.1"), (2600, 3400, "A2.0"))
        for line in (lettered("2", (x + 30, y), 30), lettered(number, (x, y + 50), 30))
    ]

    assert _number(_NOTE, *callouts) is None
    assert _number(_NOTE, callouts[0], callouts[1]) is None


def test_a_large_callout_in_the_corner_is_no_sheet_number() -> None:
    number = lettered("A3.0", (5000, 3300), 60)

    assert _number(_NOTE, number) == "A3.0"
    assert _number(_NOTE, number, lettered("2", (5070, 3220), 60)) is None
    assert _number(_NOTE, number, lettered("2", (5070, 3380), 60)) is None


@pytest.mark.parametrize(
    "text",
    [
        "SHEET 1 OF 2",
        "SEE A-501",
        "3 / A-501",
        "FORM E-12 REV 3",
        "PERMIT NO. B-2023",
        "1:100 @ A1",
        "A1 SHEET",
        "OF 2",
    ],
)
def test_what_stands_in_other_words_is_no_sheet_number(text: str) -> None:
    assert _number(_NOTE, lettered(text, (4600, 3400), 60)) is None


@pytest.mark.parametrize("label", ["SHEET SIZE", "FORMAT", "FORM NO.", "PROJECT NO.", "LOT"])
def test_what_another_field_says_is_no_sheet_number(label: str) -> None:
    field = lettered(label, (5000, 3300), 14), lettered("A1", (5000, 3350), 60)

    assert _number(_NOTE, *field) is None


@pytest.mark.parametrize("label", ["DWG. NO.", "SHEET NUMBER", "Drawing No:"])
def test_a_sheet_whose_field_for_the_number_is_blank_has_none(label: str) -> None:
    blank = lettered(label, (4000, 3000), 14)

    assert _number(_NOTE, blank, lettered("A2.1", (5100, 600), 60)) is None


def test_a_large_number_far_from_its_label_is_the_sheets() -> None:
    label = lettered("SHEET NUMBER", (4400, 3550), 14)

    assert _number(_NOTE, label, lettered("A-101", (4900, 3300), 90)) == "A-101"
    assert _number(_NOTE, label, lettered("A-101", (4900, 3300), 40)) is None


def test_a_small_number_counts_in_its_field_only() -> None:
    number = lettered("A-101", (5000, 3350), 20)

    assert _number(_NOTE, number) is None
    assert _number(_NOTE, lettered("SHEET NO.", (5000, 3310), 12), number) == "A-101"
    assert _number(_NOTE, lettered("SHEET NO. A-101", (4900, 3350), 20)) == "A-101"
    assert _number(_NOTE, lettered("A-101 OF 12", (4900, 3350), 40)) == "A-101"


def test_marks_of_a_series_are_no_sheet_number() -> None:
    bubbles = [lettered(f"A{place}", (3000 + place * 400, 3400), 60) for place in range(1, 5)]

    assert _number(_NOTE, *bubbles) is None
    assert _number(_NOTE, *bubbles, lettered("S-201", (5000, 3300), 90)) == "S-201"


@pytest.mark.parametrize("pieces", [["A", "-", "101"], ["A-", "101"], ["A", "101"], ["A", "-101"]])
def test_a_number_in_pieces_is_put_together(pieces: list[str]) -> None:
    x, words = 4900.0, list[Word]()
    for piece in pieces:
        words += lettered(piece, (x, 3300), 90)
        x = words[-1].right + 15

    assert _number(words) == "-".join("".join(pieces).split("-"))


def test_words_far_apart_are_no_number() -> None:
    words = lettered("A", (4700, 3300), 60) + lettered("2", (4800, 3300), 60)

    assert _number(words) is None


def test_nothing_is_made_up_on_an_empty_sheet() -> None:
    assert _read() == TitleBlock(None, None, None, None)


@pytest.mark.parametrize("turn", [90.0, 270.0])
def test_a_title_block_turned_by_a_right_angle_is_read(turn: float) -> None:
    up = turn == 90
    block = (
        lettered("SHEET TITLE", (4700, 3400) if up else (5300, 300), 14, turn),
        lettered("WALL SECTIONS", (4760, 3400) if up else (5240, 300), 30, turn),
        lettered("SHEET NUMBER", (4900, 3400) if up else (5100, 300), 14, turn),
        lettered("A-301", (5000, 3400) if up else (5000, 300), 90, turn),
    )

    found = _read(*block, lettered("SEE STRUCTURAL DRAWINGS FOR ALL THAT IS NOT SHOWN", (900, 900)))

    assert found.sheet_number is not None
    assert found.title is not None
    assert (found.sheet_number.text, found.title.text) == ("A-301", "WALL SECTIONS")
    assert found.sheet_type is SheetType.SECTIONS


def test_a_sheet_stored_lying_on_its_side_is_read() -> None:
    # As read, this number stands in the lower right corner; on the image, in the upper right.
    sideways = (
        lettered("GENERAL NOTES OF THIS SHEET", (500, 3000), 20, 90),
        lettered("A-301", (1000, 2000), 40, 90),
        lettered("S-201", (2000, 300), 90, 90),
        lettered("C-101", (5000, 3300), 50, 90),
    )

    assert _number(*sideways) == "S-201"


def test_a_finding_says_where_and_why() -> None:
    words = lettered("A-101", (4900, 3300), 90)

    found = _read(words).sheet_number

    assert found is not None
    assert found.box == (words[0].left, words[0].top, words[0].right, words[0].bottom)
    assert "largest" in found.rule
    assert found.as_json()["text"] == "A-101"


@pytest.mark.parametrize("turn", [0, 90, 270])
def test_the_title_block_of_the_sample_is_read_however_the_page_is_turned(
    tmp_path: Path, turn: int
) -> None:
    truth = write_sample(tmp_path / "flat.pdf")

    def rotate(pdf: pikepdf.Pdf) -> None:
        for sheet in pdf.pages:
            sheet.rotate(turn, relative=False)

    path = written(tmp_path, edited((tmp_path / "flat.pdf").read_bytes(), rotate))
    size = (_WIDTH, _HEIGHT) if turn == 0 else (_HEIGHT, _WIDTH)
    for sheet in truth.sheets:
        layer = read_text_layer(path, sheet.page_number, *size)
        found = read_title_block(layer.words, *size)

        assert found.sheet_number is not None
        assert found.title is not None
        assert (found.sheet_number.text, found.title.text) == (sheet.sheet_number, sheet.title)
        assert found.discipline == sheet.discipline


def test_letters_drawn_one_by_one_are_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(1728, 1152), invariant=1)
    canvas.setFont("Helvetica", 40)
    for index, letter in enumerate("A-101"):
        canvas.drawString(1500 + index * 30, 100, letter)
    canvas.save()
    layer = read_text_layer(written(tmp_path, buffer.getvalue()), 1, 3600, 2400)

    found = read_title_block(layer.words, 3600, 2400).sheet_number

    assert found is not None
    assert found.text == "A-101"


_REAL = [
    ("kegonsa-foundation-20141118.pdf", 1, (6300, 4500), "A-601", "Foundation"),
    ("kegonsa-A-101.pdf", 1, (2550, 1650), "A-101", "First Floor"),
    (
        "kegonsa-S-101.pdf",
        1,
        (2550, 1650),
        "S-101",
        "Structural - Basement & Second Floor Framing",
    ),
    (
        "facilities-QTO-walls.pdf",
        1,
        (5100, 3300),
        "EX001",
        "QUANITY TAKE-OFF - EXISTING AND DEMOED WALLS",
    ),
    ("va-finish-plan.pdf", 1, (6300, 4500), "AF101", "FIRST FLOOR FINISH PLAN"),
    ("va-finish-plan.pdf", 2, (6300, 4500), "AF600", "MATERIAL AND ROOM FINISH SCHEDULE"),
]


@needs_drawings
@pytest.mark.parametrize(("name", "number", "size", "sheet", "title"), _REAL)
def test_the_title_blocks_of_real_sheets_are_read(
    name: str, number: int, size: tuple[int, int], sheet: str, title: str
) -> None:
    layer = read_text_layer(FOLDER / name, number, *size)

    found = read_title_block(layer.words, *size)

    assert found.sheet_number is not None
    assert found.title is not None
    assert (found.sheet_number.text, found.title.text) == (sheet, title)
