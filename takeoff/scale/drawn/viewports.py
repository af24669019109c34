"""Reads measuring viewports, in which a PDF itself states the scale of its page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

_FEET = {
    "ft": 1.0,
    "'": 1.0,
    "feet": 1.0,
    "foot": 1.0,
    "ft-in": 1.0,
    "in": 1 / 12,
    '"': 1 / 12,
    "inch": 1 / 12,
    "inches": 1 / 12,
    "yd": 3.0,
    "m": 1 / 0.3048,
    "cm": 0.01 / 0.3048,
    "mm": 0.001 / 0.3048,
}
_MAX_VIEWPORTS = 1000


@dataclass(frozen=True)
class MeasuredArea:
    """A part of a page with its own scale: its box in page coordinates, feet per unit, the scale as
    written in the PDF, and its name.
    """

    box: tuple[float, float, float, float]
    feet_per_unit: float
    text: str
    name: str


def measured_areas(source: Path, number: int) -> list[MeasuredArea]:
    """Return the rectilinear /Measure viewports of page ``number`` (from 1), in their order.

    Malformed viewports, and those with a unit that is not a length, are left out.
    """
    with pikepdf.open(source, suppress_warnings=True) as pdf:
        viewports = pdf.pages[number - 1].obj.get("/VP")
        if not isinstance(viewports, pikepdf.Array):
            return []
        held = [viewports[at] for at in range(min(len(viewports), _MAX_VIEWPORTS))]
        return [area for viewport in held if (area := _area(viewport)) is not None]


def _area(viewport: Any) -> MeasuredArea | None:
    try:
        measure = viewport["/Measure"]
        if str(measure.get("/Subtype", "/RL")) != "/RL":
            return None
        x0, y0, x1, y1 = (float(edge) for edge in viewport["/BBox"])
        # /X converts units of the page to those of its first format, /D converts these to lengths.
        along, distance = measure["/X"][0], measure["/D"][0]
        unit = _FEET[str(distance["/U"]).strip().lower()]
        feet = float(along["/C"]) * float(distance["/C"]) * unit
        text, name = str(measure.get("/R", "")), str(viewport.get("/Name", ""))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    if not (math.isfinite(feet) and feet > 0):
        return None
    return MeasuredArea((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), feet, text, name)
