"""The known content of a generated sheet."""

from __future__ import annotations

from dataclasses import dataclass

from takeoff.terms import Unit


@dataclass(frozen=True)
class Known:
    """A condition and its drawn quantity; None if the sheet does not determine it, so that any
    claim would be a guess. ``kind`` is the case that the drawing tests.
    """

    condition: str
    unit: Unit
    quantity: float | None
    kind: str


@dataclass(frozen=True)
class KnownSheet:
    """One sheet: its scale in points per foot, and what is on it."""

    points_per_foot: float
    known: tuple[Known, ...]
