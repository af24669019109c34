"""Units of quantity in both systems: the unit of each measurement type, and conversions from feet.

A page's scale is in pixels per foot and a depth is in inches, whatever a project measures in; a
quantity in metres follows from them by the international foot, which is 0.3048 m.
"""

from __future__ import annotations

from takeoff.terms import MeasurementType, Unit, UnitSystem

METRES_PER_FOOT = 0.3048
INCHES_PER_FOOT = 12.0
MILLIMETRES_PER_INCH = 25.4

_UNITS = {
    (MeasurementType.LINEAR, UnitSystem.IMPERIAL): Unit.LF,
    (MeasurementType.AREA, UnitSystem.IMPERIAL): Unit.SF,
    (MeasurementType.VOLUME, UnitSystem.IMPERIAL): Unit.CY,
    (MeasurementType.COUNT, UnitSystem.IMPERIAL): Unit.EA,
    (MeasurementType.LINEAR, UnitSystem.METRIC): Unit.M,
    (MeasurementType.AREA, UnitSystem.METRIC): Unit.M2,
    (MeasurementType.VOLUME, UnitSystem.METRIC): Unit.M3,
    (MeasurementType.COUNT, UnitSystem.METRIC): Unit.EA,
}
_TYPES = {unit: kind for (kind, _), unit in _UNITS.items()}
PER_FOOT: dict[Unit, float] = {
    Unit.LF: 1.0,
    Unit.SF: 1.0,
    Unit.CY: 1 / 27,
    Unit.EA: 1.0,
    Unit.M: METRES_PER_FOOT,
    Unit.M2: METRES_PER_FOOT**2,
    Unit.M3: METRES_PER_FOOT**3,
}
"""How many of each unit make a foot, a square foot or a cubic foot."""


def unit_of(measurement_type: MeasurementType, system: UnitSystem) -> Unit:
    """Return the unit of ``measurement_type`` in ``system``."""
    return _UNITS[measurement_type, system]


def type_of(unit: Unit) -> MeasurementType:
    """Return the measurement type of ``unit``: length, area, volume or count."""
    return _TYPES[unit]


def in_system(unit: Unit, system: UnitSystem) -> Unit:
    """Return the unit of ``system`` for the measurement type of ``unit``."""
    return unit_of(type_of(unit), system)


def inches(millimetres: float) -> float:
    """Convert a depth in millimetres to inches, the unit of conditions."""
    return millimetres / MILLIMETRES_PER_INCH
