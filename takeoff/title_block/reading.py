"""Assembles the content of a sheet's title block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from takeoff.phrases import phrases_of
from takeoff.reading.word import Word
from takeoff.title_block.finding import Finding
from takeoff.title_block.numbering import Discipline, SheetType
from takeoff.title_block.sheet_number import find_sheet_number
from takeoff.title_block.title import find_title


@dataclass(frozen=True)
class TitleBlock:
    """What was read, with place and reason; None if not found.

    ``discipline`` and ``sheet_type`` follow from the sheet number.
    """

    sheet_number: Finding | None
    title: Finding | None
    discipline: Discipline | None
    sheet_type: SheetType | None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "sheet_number": self.sheet_number and self.sheet_number.as_json(),
            "title": self.title and self.title.as_json(),
            "discipline": self.discipline,
            "sheet_type": self.sheet_type,
        }


def read_title_block(words: Iterable[Word], width_px: float, height_px: float) -> TitleBlock:
    """Read the title block of a sheet from its words.

    ``words`` may come from the text layer or from OCR; their boxes are in pixels of the page
    image of ``width_px`` x ``height_px``. Nothing is guessed: fields not found are None.
    """
    phrases = phrases_of(words)
    found = find_sheet_number(phrases, width_px, height_px)
    if found is None:
        return TitleBlock(None, find_title(phrases, None), None, None)
    phrase, number, finding = found
    title = find_title(phrases, phrase)
    return TitleBlock(finding, title, number.discipline, number.sheet_type)
