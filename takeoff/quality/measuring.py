"""Reads every page with a known truth, and compares."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pikepdf

from takeoff.classification import classify
from takeoff.ocr import OcrImage, OcrMode, needs_image, read_page_text
from takeoff.pdf_pages import user_unit
from takeoff.quality.truth import Truth, known_truths, truths_of_sample
from takeoff.reading.word import Word
from takeoff.render import rendered_page
from takeoff.sample import write_sample
from takeoff.scale.detection import detect_scale
from takeoff.scale.vector_layer import read_vector_layer
from takeoff.text_layer import read_text_layer
from takeoff.title_block import read_title_block

DPI, OCR_DPI = 150.0, 200.0
SCALE_TOLERANCE = 0.005
SAMPLE = "the sample set"
NOTHING = "nothing"
"""Stands for no answer, in the truth and in what was read."""


class Outcome(StrEnum):
    """How an answer compares with the truth."""

    RIGHT = "right"
    WRONG = "**wrong**"
    NOT_FOUND = "not found"


@dataclass(frozen=True)
class Row:
    """One question about one page: truth, answer, and outcome.

    ``calibrated`` is None unless the question is the scale.
    """

    file: str
    page: int
    question: str
    true: str
    read: str
    outcome: Outcome
    calibrated: bool | None = None

    @property
    def claimed(self) -> bool:
        """Whether anything was claimed; an uncalibrated scale is no claim."""
        return self.read != NOTHING and self.calibrated is not False


@dataclass(frozen=True)
class KnownPage:
    """Page ``number`` of the file ``path``, shown as ``name``, and its truth."""

    path: Path
    name: str
    number: int
    truth: Truth


@contextmanager
def known_pages(folder: Path | None) -> Iterator[list[KnownPage]]:
    """Return the pages of the sample set and of the drawings in ``folder`` with a known truth. The
    sample set's file exists as long as the context.
    """
    with tempfile.TemporaryDirectory(prefix="takeoff-quality-") as place:
        path = Path(place) / "sample.pdf"
        files = [(path, SAMPLE, truths_of_sample(write_sample(path)))]
        if folder is not None:
            known = sorted(known_truths().items())
            files += [(folder / name, name, each) for name, each in known]
        yield [
            KnownPage(path, name, number, truth)
            for path, name, truths in files
            if path.is_file()
            for number, truth in enumerate(truths, 1)
        ]


def measure(folder: Path | None) -> list[Row]:
    """Read every known page as the workers do."""
    with known_pages(folder) as pages:
        return [row for page in pages for row in _of_page(page)]


def _of_page(page: KnownPage) -> Iterator[Row]:
    path, name, number, truth = page.path, page.name, page.number, page.truth
    size = pixels_of(path, number)
    words = _words(path, number, size)
    block = read_title_block(words, *size)
    shown = classify(words, *size, block)
    verdict = detect_scale(words, *size, DPI, read_vector_layer(path, number, *size))
    texts = (
        ("sheet number", truth.sheet_number, block.sheet_number and block.sheet_number.text),
        ("title", truth.title, block.title and block.title.text),
        ("discipline", truth.discipline, shown.discipline.value),
        ("page type", truth.page_type, shown.page_type.value),
        ("concrete", truth.concrete_relevance, shown.concrete_relevance.value),
    )
    for question, true, read in texts:
        yield Row(name, number, question, _said(true), _said(read), _compared(true, read))
    points = verdict.pixels_per_foot and verdict.pixels_per_foot * 72 / DPI
    yield Row(
        name,
        number,
        "points per foot",
        _said(truth.points_per_foot),
        _said(points) + (f" ({verdict.method})" if verdict.method else ""),
        _compared_scales(truth.points_per_foot, points),
        verdict.calibrated,
    )


def _words(path: Path, number: int, size: tuple[int, int]) -> list[Word]:
    """Return the words of a page as the workers read them: the image only if necessary."""
    layer = read_text_layer(path, number, *size)
    if not needs_image(layer, OcrMode.FAST):
        return list(layer.words)
    with rendered_page(path, number, OCR_DPI) as image:
        return read_page_text(layer, OcrImage(image.path, image.dpi), size).words


def _compared(true: str | None, read: str | None) -> Outcome:
    if true == read:
        return Outcome.RIGHT
    return Outcome.NOT_FOUND if read is None else Outcome.WRONG


def _compared_scales(true: float | None, read: float | None) -> Outcome:
    if true is None or read is None:
        return Outcome.RIGHT if true is read else (Outcome.WRONG if read else Outcome.NOT_FOUND)
    return Outcome.RIGHT if abs(read / true - 1) <= SCALE_TOLERANCE else Outcome.WRONG


def _said(value: str | float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def pixels_of(path: Path, number: int) -> tuple[int, int]:
    with pikepdf.open(path, suppress_warnings=True) as pdf:
        page = pdf.pages[number - 1]
        left, bottom, right, top = (float(edge) for edge in page.cropbox)
        factor = user_unit(page) * DPI / 72
        wide, high = round((right - left) * factor), round((top - bottom) * factor)
        return (high, wide) if int(page.obj.get("/Rotate", 0)) % 180 == 90 else (wide, high)
