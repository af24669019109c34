"""Finds the room that a measurement outlines or is in."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from takeoff.geometry import BadShape, Shape
from takeoff.models import Measurement
from takeoff.providers.local.vocabulary import place_number
from takeoff.terms import Review


@dataclass(frozen=True)
class Measured:
    """A measurement's shape; ``room`` is the name of the room it outlines, if it outlines one."""

    id: uuid.UUID
    shape: BaseGeometry | None
    room: str | None

    @classmethod
    def of(cls, measurement: Measurement) -> Measured:
        """Read it from a measurement; one with an unreadable shape is in no room.

        An outline is a room's if its label names a numbered place, such as BREAK ROOM 134, or if a
        person drew and labelled it.
        """
        try:
            shape = Shape.of_json(measurement.geometry_type, measurement.geometry)
        except BadShape:
            return cls(measurement.id, None, None)
        label = measurement.label
        named = label and (place_number(label.upper()) or measurement.provider is None)
        counts = measurement.review is not Review.REJECTED
        room = label if named and shape.encloses and counts else None
        return cls(measurement.id, shape.geometry, room)


def room_of(measured: Measured, on_page: Iterable[Measured]) -> str | None:
    """Return the name of the smallest room of the page that contains the middle of ``measured``; a
    room's own name for a room, None outside all rooms.
    """
    if measured.room is not None or measured.shape is None:
        return measured.room
    middle = measured.shape.representative_point()
    around = [
        each
        for each in on_page
        if each.room is not None and each.shape is not None and each.shape.contains(middle)
    ]
    return min(around, key=_area).room if around else None


def _area(measured: Measured) -> float:
    return measured.shape.area if measured.shape is not None else 0.0
