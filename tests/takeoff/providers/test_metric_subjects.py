"""The local provider finds the same of a condition in metres as of one in feet."""

from pathlib import Path

import pytest

from takeoff.providers import Subject
from takeoff.sample import write_sample
from takeoff.terms import Unit
from takeoff.units import type_of
from tests.takeoff.providers.drawings import LOCAL, sheet_of, total


@pytest.mark.parametrize(
    ("name", "imperial", "metric", "share"),
    [
        ("Slab on grade", Unit.SF, Unit.M2, 0.3048**2),
        ("Wall footing WF1", Unit.LF, Unit.M, 0.3048),
        ("Pad footing F1", Unit.EA, Unit.EA, 1.0),
    ],
)
def test_a_condition_in_metres_has_the_quantity_of_the_same_shapes(
    tmp_path: Path, name: str, imperial: Unit, metric: Unit, share: float
) -> None:
    write_sample(tmp_path / "sample.pdf")
    sheet = sheet_of(tmp_path / "sample.pdf", 2, points_per_foot=18)

    in_feet, in_metres = (
        LOCAL.find(sheet, Subject(name, type_of(unit), unit)) for unit in (imperial, metric)
    )

    assert total(sheet, in_feet, imperial) > 0
    assert [each.shape for each in in_metres.elements] == [each.shape for each in in_feet.elements]
    assert total(sheet, in_metres, metric) == pytest.approx(total(sheet, in_feet, imperial) * share)
