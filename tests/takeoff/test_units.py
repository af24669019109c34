"""A unit belongs to one system, and to one type of measurement."""

from __future__ import annotations

import pytest

from takeoff.terms import MeasurementType, Unit, UnitSystem
from takeoff.units import PER_FOOT, in_system, inches, type_of, unit_of


@pytest.mark.parametrize(
    ("kind", "imperial", "metric"),
    [
        (MeasurementType.LINEAR, Unit.LF, Unit.M),
        (MeasurementType.AREA, Unit.SF, Unit.M2),
        (MeasurementType.VOLUME, Unit.CY, Unit.M3),
        (MeasurementType.COUNT, Unit.EA, Unit.EA),
    ],
)
def test_each_system_has_a_unit_for_each_type(
    kind: MeasurementType, imperial: Unit, metric: Unit
) -> None:
    assert unit_of(kind, UnitSystem.IMPERIAL) is imperial
    assert unit_of(kind, UnitSystem.METRIC) is metric
    assert type_of(imperial) is type_of(metric) is kind
    assert in_system(metric, UnitSystem.IMPERIAL) is imperial
    assert in_system(imperial, UnitSystem.METRIC) is metric


def test_units_in_feet() -> None:
    assert set(PER_FOOT) == set(Unit)
    assert PER_FOOT[Unit.M] == 0.3048
    assert PER_FOOT[Unit.M2] == pytest.approx(0.09290304)
    assert PER_FOOT[Unit.M3] == pytest.approx(0.028316846592)
    assert PER_FOOT[Unit.CY] * 27 == pytest.approx(1)


def test_a_depth_in_millimetres_is_stored_in_inches() -> None:
    assert inches(127) == pytest.approx(5)
