"""A scale by hand from a line in feet or in metres, and what the page's measurements become."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from services.settings import TakeoffSettings
from takeoff.storage import open_storage
from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, measure_slab

LINE = {"start": [0, 0], "end": [30, 40]}


@pytest.fixture
def page_id(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> UUID:
    """A page of a metric project, at 18.75 pixels per foot."""
    made = {"name": "Tower M", "id": "tower-m", "unit_system": "metric"}
    assert client.post("/api/v1/projects", json=made).status_code == 201
    return draw_page(
        owner, open_storage(TakeoffSettings().storage(settings.var_dir)), "tower-m", 200, 100
    )


@pytest.mark.parametrize(
    ("length", "pixels_per_foot"), [({"feet": 5}, 10.0), ({"metres": 2.5}, 20 * 0.3048)]
)
def test_a_line_of_known_length_gives_the_scale_in_pixels_per_foot(
    client: TestClient, page_id: UUID, length: dict[str, float], pixels_per_foot: float
) -> None:
    path = f"/api/v1/pages/{page_id}/scale"
    answer = client.put(path, json={"line": {**LINE, **length}})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["scale_value"] == pytest.approx(pixels_per_foot)
    assert (page["scale_unit"], page["calibrated"]) == ("ft", True)
    assert page["scale_calibration"]["line"] == {**LINE, **length}


@pytest.mark.parametrize("length", [{}, {"feet": 5, "metres": 2}, {"metres": 0}, {"metres": "2"}])
def test_a_line_has_one_length(
    client: TestClient, page_id: UUID, length: dict[str, object]
) -> None:
    path = f"/api/v1/pages/{page_id}/scale"
    answer = client.put(path, json={"line": {**LINE, **length}})
    assert answer.status_code == 422
    assert client.get(f"/api/v1/pages/{page_id}").json()["scale_value"] == 18.75


def test_square_metres_follow_a_line_in_metres(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID
) -> None:
    path = "/api/v1/projects/tower-m/conditions"
    slab = client.post(path, json={"name": "Slab", "measurement_type": "area"}).json()
    measure_slab(owner, page_id, UUID(slab["id"]), unit=slab["unit"])
    # 50 pixels are 5 metres: 5,000 square pixels are 50 square metres.
    scale = {"line": {**LINE, "metres": 5}}
    assert client.put(f"/api/v1/pages/{page_id}/scale", json=scale).status_code == 200
    (measured,) = client.get(f"/api/v1/pages/{page_id}/measurements").json()["measurements"]
    assert (measured["unit"], measured["quantity"]) == ("M2", pytest.approx(50))
    (condition,) = client.get(path).json()["conditions"]
    assert condition["total_quantity"] == pytest.approx(50)
