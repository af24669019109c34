"""What the quality page says is what is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from takeoff.ocr import OcrMode
from takeoff.quality.golden import rooms_of
from takeoff.quality.measuring import NOTHING, Outcome, Row, measure
from takeoff.quality.report import report, report_of_scans, report_of_takeoffs
from takeoff.quality.scans import Missed, ScanRow, kinds_of, words_missed
from takeoff.quality.takeoffs import TakeoffRow, measure_takeoffs
from takeoff.reading.word import Word
from tests.takeoff.samples import FOLDER, needs_drawings

_ROOT = Path(__file__).parents[2]


def test_all_of_the_sample_is_read_right() -> None:
    rows = measure(None)

    assert len(rows) == 12
    assert [row for row in rows if row.outcome is not Outcome.RIGHT] == []
    assert [row.calibrated for row in rows if row.calibrated is not None] == [True, True]


def test_wrong_and_missing_answers_are_counted() -> None:
    rows = [
        Row("a.pdf", 1, "title", "X", "X", Outcome.RIGHT),
        Row("b.pdf", 1, "title", "X", "Y", Outcome.WRONG),
        Row("b.pdf", 2, "title", "X", NOTHING, Outcome.NOT_FOUND),
        Row("b.pdf", 1, "concrete", "low", "none", Outcome.WRONG),
        Row("b.pdf", 2, "points per foot", "18", "9", Outcome.WRONG, calibrated=True),
        Row("c.pdf", 1, "points per foot", "18", "18", Outcome.RIGHT, calibrated=False),
    ]

    page = report(rows)

    assert "| title | 2 | 1 | 50.0% | 3 | 33.3% |" in page
    assert "| concrete | 1 | 0 | 0.0% | 1 | 0.0% |" in page
    assert "| points per foot | 1 | 0 | 0.0% | 2 | 0.0% |" in page
    assert "calibrated: 1 of 2 pages, of these wrong: 1" in page


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "takeoff.quality", str(tmp_path / "missing")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "is not a folder" in done.stderr


def test_what_was_read_off_images_is_told_by_page_and_mode() -> None:
    rows = [
        ScanRow(
            "a.pdf",
            1,
            OcrMode.FAST,
            200,
            150,
            Missed(20, 15, 10, 5),
            number_is_right=True,
            title_is_right=False,
        ),
        ScanRow(
            "a.pdf",
            1,
            OcrMode.ACCURATE,
            200,
            199,
            Missed(0, 0, 1, 0),
            number_is_right=True,
            title_is_right=True,
        ),
    ]

    lines = report_of_scans(rows).splitlines()[-2:]

    assert lines == [
        "| a.pdf | 1 | fast | 200 | 150 | 75.0% | 20 | 15 | 10 | 5"
        " | right | **wrong or not found** |",
        "| a.pdf | 1 | accurate | 200 | 199 | 99.5% | 0 | 0 | 1 | 0 | right | right |",
    ]


def test_what_was_not_read_is_told_by_its_kind() -> None:
    def word(text: str, left: float, size_px: float = 20, turn: float = 0.0) -> Word:
        return Word(text, left, 0, left + 30, 10, turn, size_px)

    truth = [
        word("A", 0),
        word("UP", 100, size_px=7),
        word("0'", 200, turn=90),
        word("SLAB", 300, turn=359.5),
        word("PIER", 400),
    ]
    lost = words_missed(truth, [word("PIER", 402), word("SLAB", 500)])

    assert [each.text for each in lost] == ["A", "UP", "0'", "SLAB"]
    assert kinds_of(lost, 150) == Missed(single=1, small=1, turned=1, other=1)


@needs_drawings
def test_the_page_says_what_is_measured_and_no_wrong_scale_is_believed() -> None:
    rows = measure(FOLDER)

    written = (_ROOT / "docs/takeoff-quality.md").read_text(encoding="utf-8")
    assert report(rows) in written
    assert [row for row in rows if row.calibrated and row.outcome is not Outcome.RIGHT] == []


def test_quantities_of_the_sample_are_right() -> None:
    rows = measure_takeoffs(None)

    assert len(rows) == 9
    assert [row for row in rows if row.outcome is not Outcome.RIGHT] == []


@needs_drawings
def test_nothing_that_is_measured_on_real_drawings_is_wrong() -> None:
    rows = measure_takeoffs(FOLDER)

    assert len(rows) == 25
    assert [row for row in rows if row.outcome is Outcome.WRONG] == []


def test_what_was_measured_is_told_with_what_is_true() -> None:
    rows = [
        TakeoffRow("a.pdf", 1, "Slab", "SF", 100, "its label", 101.9, ""),
        TakeoffRow("a.pdf", 1, "Wall", "LF", 100, "its table", 103.0, ""),
        TakeoffRow("a.pdf", 1, "Door", "EA", 3, "its picture", 4.0, ""),
        TakeoffRow("a.pdf", 1, "Room", "SF", 100, "its label", None, "No outline."),
        TakeoffRow("a.pdf", 1, "Pier", "EA", 0, "its picture", None, ""),
    ]

    page = report_of_takeoffs(rows)

    assert [row.outcome for row in rows] == [
        Outcome.RIGHT, Outcome.WRONG, Outcome.WRONG, Outcome.NOT_FOUND, Outcome.RIGHT,
    ]  # fmt: skip
    assert "| Room | 100 SF | its label | nothing | withheld | No outline. |" in page


def test_rooms_that_are_filled_are_compared_with_those_of_a_corpus(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "plan.pdf"), pagesize=(612, 792))
    canvas.rect(20, 20, 572, 752)
    # 10 by 20 feet at 18 points a foot, and beside it nothing.
    canvas.rect(100, 100, 180, 360)
    canvas.save()
    left, right, top, bottom = 200, 560, 2 * (792 - 460), 2 * (792 - 100)
    ring = [[left, top], [right, top], [right, bottom], [left, bottom]]
    probes = [
        {"name": "room", "seed": [300, 1000], "golden": ring},
        {"name": "less", "seed": [300, 1000], "golden": [*ring[:2], [right, 1000], [left, 1000]]},
        {"name": "margin", "seed": [900, 300]},
    ]
    corpus = tmp_path / "plan.json"
    case = {"pdf": "plan.pdf", "scale": 2, "ptPerFt": 36, "probes": probes}
    corpus.write_text(json.dumps(case), encoding="utf-8")
    rooms = list(rooms_of(corpus))
    assert [room.verdict for room in rooms] == ["same", "differs", "both nothing"]
    assert rooms[0].filled == pytest.approx(200, rel=0.005)
    assert rooms[0].together == pytest.approx(1, abs=0.01)
