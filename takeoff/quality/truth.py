"""The true content of sheets, to compare with what was read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from takeoff.sample import SampleTruth

_KNOWN = Path(__file__).with_name("truth.json")


@dataclass(frozen=True)
class Truth:
    """What a person sees on the sheet; None for what it lacks.

    ``points_per_foot`` is measured on the sheet, not the scale it states.
    """

    sheet_number: str | None
    title: str | None
    discipline: str | None
    page_type: str | None
    concrete_relevance: str | None
    points_per_foot: float | None


def known_truths() -> dict[str, list[Truth]]:
    """Return the truth of real drawings by file name, one for each page."""
    held = json.loads(_KNOWN.read_text(encoding="utf-8"))
    return {name: [Truth(**page) for page in pages] for name, pages in held.items()}


def truths_of_sample(sample: SampleTruth) -> list[Truth]:
    """Return the truth of the sample set."""
    shown = {"FLOOR PLAN": ("floor plan", "none"), "FOUNDATION PLAN": ("foundation plan", "high")}
    return [
        Truth(
            sheet.sheet_number,
            sheet.title,
            sheet.discipline,
            *shown[sheet.title],
            sheet.points_per_foot,
        )
        for sheet in sample.sheets
    ]
