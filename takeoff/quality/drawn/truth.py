"""What is known of a made-up sheet."""

from __future__ import annotations

from dataclasses import dataclass

from takeoff.terms import Unit


@dataclass(frozen=True)
class Known:
    """A condition and how much of it is drawn; None where the sheet does not say how much, so
    that any claim would be a guess. ``kind`` is of the drawing: what it is there to try.
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
