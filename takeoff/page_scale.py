"""The scale of a page: detected on it, or set by a person, which takes precedence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import dist, isfinite
from typing import Any, Literal

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from takeoff.errors import TakeoffError
from takeoff.models import Page
from takeoff.remeasuring import by_new_scale
from takeoff.scale.notation import parse_scale
from takeoff.scale.verdict import ScaleVerdict
from takeoff.terms import Unit
from takeoff.units import PER_FOOT

MANUAL = "manual"
"""The method of a scale set by a person."""

UNIT = "ft"
"""A scale is stored in pixels of the page image per this unit."""

# Pixels per foot: from a county map to a detail at twice its size.
_LEAST, _MOST = 0.01, 10_000.0


class UnusableScale(TakeoffError):
    """The input is not a usable scale."""

    code = "unusable_scale"


@dataclass(frozen=True)
class Calibration:
    """A scale set by hand, as stored: pixels per foot of the page image, its text, and how it was
    given.
    """

    pixels_per_foot: float
    text: str | None
    given: dict[str, Any]


def by_line(
    start: tuple[float, float],
    end: tuple[float, float],
    length: float,
    unit: Literal[Unit.LF, Unit.M] = Unit.LF,
) -> Calibration:
    """Return the scale at which the line, in pixels of the page image, is ``length`` feet long, or
    metres if ``unit`` is M.

    Raises:
        UnusableScale: no length, or a scale that no drawing has.
    """
    pixels = dist(start, end)
    if not length > 0 or not pixels > 0:
        raise UnusableScale("A line needs two different ends and a length above 0.")
    said = "metres" if unit is Unit.M else "feet"
    given = {"line": {"start": list(start), "end": list(end), said: length}}
    return Calibration(_plausible(pixels / length * PER_FOOT[unit]), None, given)


def by_text(text: str, dpi: float | None) -> Calibration:
    """Return the scale written as ``text``, such as 1/8" = 1'-0", on an image of ``dpi``.

    Raises:
        UnusableScale: ``text`` is not a scale, or the size of the page is unknown.
    """
    notation = parse_scale(text)
    if notation is None or notation.ratio is None:
        raise UnusableScale(
            f'{text!r} is not a scale. Write it like 1/8" = 1\'-0", 1" = 20\' or 1:100.'
        )
    value = notation.pixels_per_foot(dpi) if dpi else None
    if value is None:
        raise UnusableScale(
            "The printed size of this page is unknown. Give a line and its length instead."
        )
    return Calibration(_plausible(value), text, {"text": text})


def by_value(pixels_per_foot: float) -> Calibration:
    """Return the scale of ``pixels_per_foot`` pixels of the page image per foot.

    Raises:
        UnusableScale: no drawing has such a scale.
    """
    given = {"pixels_per_foot": pixels_per_foot}
    return Calibration(_plausible(pixels_per_foot), None, given)


def calibrated(page: Page, calibration: Calibration, actor: str) -> Update:
    """Return the statement that sets the scale of ``page``, overriding any detected scale."""
    given = calibration.given | {"by": actor, "at": datetime.now(UTC).isoformat()}
    return (
        update(Page)
        .where(Page.id == page.id)
        .values(
            scale_text=calibration.text,
            scale_value=calibration.pixels_per_foot,
            scale_unit=UNIT,
            scale_method=MANUAL,
            calibrated=True,
            scale_calibration=given,
        )
    )


def store_detected(session: Session, page: Page, verdict: ScaleVerdict) -> Page:
    """Store what was detected on ``page``, and make it the page's scale unless a person set one.
    The page's measurements are then recalculated.

    Locks the page's row and the conditions measured on it until the transaction ends; commits
    nothing. Returns the updated page.
    """
    found = update(Page).where(Page.id == page.id).execution_options(synchronize_session=False)
    # The first statement waits for a concurrent calibration to commit; the second starts afterwards
    # and therefore sees it.
    session.execute(found.values(scale_detection=verdict.as_json()))
    session.execute(
        found.where(Page.scale_method.is_distinct_from(MANUAL)).values(
            scale_text=verdict.scale_text,
            scale_value=verdict.pixels_per_foot,
            scale_unit=None if verdict.pixels_per_foot is None else UNIT,
            scale_method=verdict.method,
            calibrated=verdict.calibrated,
        )
    )
    for statement in by_new_scale(page.id):
        session.execute(statement)
    session.refresh(page)
    return page


def _plausible(pixels_per_foot: float) -> float:
    if not isfinite(pixels_per_foot) or not _LEAST <= pixels_per_foot <= _MOST:
        raise UnusableScale(
            f"No drawing is read at {pixels_per_foot:g} pixels per foot: check the length and its "
            "unit."
        )
    return pixels_per_foot
