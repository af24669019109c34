"""Reads generated sheets, and compares each claim with the truth."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2

from takeoff.quality.generated.sheet import GeneratedSheet
from takeoff.reading.words import words_of
from takeoff.scale.detection import detect_scale
from takeoff.scale.drawn.lines import lines_of
from takeoff.scale.vector_layer import Line, VectorLayer
from takeoff.scale.verdict import ScaleVerdict
from takeoff.title_block import TitleBlock, read_title_block

DPI = 150.0
SCALE_TOLERANCE = 0.005


@dataclass(frozen=True)
class Claim:
    """The answer to one question (None for no claim), and the truth."""

    question: str
    claimed: str | float | None
    true: str | float | None

    @property
    def right(self) -> bool:
        """Whether the claim is true; a scale may differ by half a percent."""
        if isinstance(self.claimed, float) and isinstance(self.true, float):
            return abs(self.claimed / self.true - 1) <= SCALE_TOLERANCE
        return self.claimed == self.true


def claims_of(sheet: GeneratedSheet) -> list[Claim]:
    """Read ``sheet`` and return its claims: number, title, and the scale if it is calibrated.

    The PDF is our own, so it is opened in this process.
    """
    block, verdict = _read(sheet.pdf)
    scale = verdict.pixels_per_foot if verdict.calibrated else None
    return [
        Claim("sheet number", block.sheet_number and block.sheet_number.text, sheet.sheet_number),
        Claim("title", block.title and block.title.text, sheet.title),
        Claim("scale", scale and scale * 72 / DPI, sheet.points_per_foot),
    ]


def _read(pdf: bytes) -> tuple[TitleBlock, ScaleVerdict]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        wide, high = (round(side * DPI / 72) for side in page.get_size())
        words = words_of(page, wide, high, 500_000) or []
        lines = tuple(Line(*line) for line in lines_of(page, wide, high, 1.5, 400_000))
    finally:
        document.close()
    verdict = detect_scale(words, wide, high, DPI, VectorLayer(lines, ()))
    return read_title_block(words, wide, high), verdict
