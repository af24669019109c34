"""Measures conditions on pages with known quantities, and compares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from takeoff.geometry import measure
from takeoff.providers import Detection, ProviderSettings, Sheet, Subject, choose
from takeoff.quality.measuring import DPI, KnownPage, Outcome, known_pages, pixels_of
from takeoff.terms import MeasurementType, Unit
from takeoff.text_layer import read_text_layer

TAKEOFF_TOLERANCE = 0.02
_KNOWN = Path(__file__).with_name("takeoffs.json")
_TYPES = {
    Unit.SF: MeasurementType.AREA,
    Unit.LF: MeasurementType.LINEAR,
    Unit.EA: MeasurementType.COUNT,
}


@dataclass(frozen=True)
class TakeoffRow:
    """One condition on one page: true quantity and its source, measured quantity (None: nothing),
    first reason for withholding, and highest confidence.
    """

    file: str
    page: int
    condition: str
    unit: str
    true: float
    known_from: str
    measured: float | None
    withheld: str
    sure: float = 0.0

    @property
    def outcome(self) -> Outcome:
        """Right within 2 %, a count exactly; measuring nothing is right if there is nothing."""
        if self.measured is None:
            return Outcome.NOT_FOUND if self.true else Outcome.RIGHT
        off = abs(self.measured - self.true)
        bound = 0.0 if self.unit == Unit.EA else TAKEOFF_TOLERANCE * self.true
        return Outcome.RIGHT if off <= bound else Outcome.WRONG


def measure_takeoffs(folder: Path | None) -> list[TakeoffRow]:
    """Measure each known condition with the provider local, at the page's true scale."""
    asked: list[dict[str, Any]] = json.loads(_KNOWN.read_text(encoding="utf-8"))
    with known_pages(folder) as pages:
        return [row for page in pages for row in _of_page(page, asked)]


def _of_page(page: KnownPage, asked: list[dict[str, Any]]) -> Iterator[TakeoffRow]:
    here = [each for each in asked if (each["file"], each["page"]) == (page.name, page.number)]
    if not here or page.truth.points_per_foot is None:
        return
    size = pixels_of(page.path, page.number)
    words = tuple(read_text_layer(page.path, page.number, *size).words)
    feet = 72 / DPI / page.truth.points_per_foot
    sheet = Sheet(page.path, *size, page.path, page.number, words, feet)
    for each in here:
        unit = Unit(each["unit"])
        subject = Subject(each["condition"], _TYPES[unit], unit)
        found = choose("local", ProviderSettings()).find(sheet, subject)
        reason = found.withheld[0].reason if found.withheld else ""
        yield TakeoffRow(
            page.name,
            page.number,
            each["condition"],
            unit,
            each["true"],
            each["from"],
            _sum(found, unit, feet),
            reason,
            max((each.confidence for each in found.elements), default=0.0),
        )


def _sum(found: Detection, unit: Unit, feet: float) -> float | None:
    if not found.elements:
        return None
    return sum(measure(each.shape, unit, feet, None).quantity for each in found.elements)
