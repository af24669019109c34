"""Conditions are made, refused and listed; takeoffs are asked for within reach."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

PATH = "/api/v1/projects/tower-a/conditions"
Token = Callable[..., dict[str, str]]


@pytest.fixture
def project(client: TestClient) -> TestClient:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    return client


@pytest.mark.parametrize(
    ("kind", "unit", "more"),
    [
        ("linear", "LF", {}),
        ("area", "SF", {}),
        ("volume", "CY", {"depth_in": 5.5}),
        ("count", "EA", {"unit": "EA"}),
    ],
)
def test_the_measurement_type_decides_the_unit(
    project: TestClient, kind: str, unit: str, more: dict[str, Any]
) -> None:
    answer = project.post(PATH, json={"name": f"A {kind}", "measurement_type": kind, **more})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["unit"], made["total_quantity"], made["measurement_count"]) == (unit, 0, 0)
    assert project.get(PATH).json() == {"conditions": [made], "next": None}


@pytest.fixture
def metric(client: TestClient) -> TestClient:
    made = {"name": "Tower M", "id": "tower-m", "unit_system": "metric"}
    assert client.post("/api/v1/projects", json=made).status_code == 201
    return client


METRIC_PATH = "/api/v1/projects/tower-m/conditions"


@pytest.mark.parametrize(
    ("kind", "unit", "more"),
    [
        ("linear", "M", {}),
        ("area", "M2", {"unit": "M2"}),
        ("volume", "M3", {"depth_mm": 127}),
        ("count", "EA", {"unit": "EA"}),
    ],
)
def test_a_metric_project_measures_in_metres(
    metric: TestClient, kind: str, unit: str, more: dict[str, Any]
) -> None:
    answer = metric.post(METRIC_PATH, json={"name": f"A {kind}", "measurement_type": kind, **more})
    assert answer.status_code == 201, answer.text
    assert answer.json()["unit"] == unit
    assert metric.get(METRIC_PATH).json()["conditions"] == [answer.json()]


@pytest.mark.parametrize(
    ("given", "inches"),
    [({"depth_mm": 127}, 5.0), ({"depth_in": 5}, 5.0), ({"depth_mm": 0.1}, 0.1 / 25.4)],
)
def test_a_depth_in_either_unit_is_kept_in_inches(
    project: TestClient, metric: TestClient, given: dict[str, float], inches: float
) -> None:
    for path in (PATH, METRIC_PATH):
        body = {"name": "Slab", "measurement_type": "volume", **given}
        made = metric.post(path, json=body).json()
        assert made["depth_in"] == pytest.approx(inches)


@pytest.mark.parametrize(("system", "unit"), [("imperial", "M2"), ("metric", "SF")])
def test_a_unit_of_the_other_system_is_refused(client: TestClient, system: str, unit: str) -> None:
    client.post("/api/v1/projects", json={"name": "A", "id": "a", "unit_system": system})
    body = {"name": "Slab", "measurement_type": "area", "unit": unit}
    answer = client.post("/api/v1/projects/a/conditions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "unit_of_other_system")
    assert client.get("/api/v1/projects/a/conditions").json()["conditions"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Slab", "measurement_type": "volume"},
        {"name": "Slab", "measurement_type": "volume", "depth_mm": 0},
        {"name": "Slab", "measurement_type": "volume", "depth_mm": 254_000},
        {"name": "Slab", "measurement_type": "volume", "depth_mm": 127, "depth_in": 5},
        {"name": "Slab", "measurement_type": "area", "unit": "M3"},
        {"name": "Slab", "measurement_type": "volume", "depth_in": 0},
        {"name": "Slab", "measurement_type": "volume", "depth_in": "nan"},
        {"name": "Slab", "measurement_type": "area", "unit": "CY"},
        {"name": "Slab", "measurement_type": "volume", "depth_in": True},
        {"name": "", "measurement_type": "area"},
        {"name": " \t", "measurement_type": "area"},
        {"name": "x" * 201, "measurement_type": "area"},
        {"name": "Slab", "measurement_type": "weight"},
        {"name": "Slab", "measurement_type": "area", "colour": "red"},
        {},
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    project: TestClient, body: dict[str, Any]
) -> None:
    assert project.post(PATH, json=body).status_code == 422
    assert project.get(PATH).json()["conditions"] == []


def test_a_name_is_taken_once_in_a_project(project: TestClient) -> None:
    body = {"name": "Slab", "measurement_type": "area"}
    assert project.post(PATH, json=body).status_code == 201
    again = project.post(PATH, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "condition_exists")
    project.post("/api/v1/projects", json={"name": "B", "id": "b"})
    assert project.post("/api/v1/projects/b/conditions", json=body).status_code == 201


def test_conditions_are_paged_by_name(project: TestClient) -> None:
    for name in ("Walls", "Slab", "Doors"):
        project.post(PATH, json={"name": name, "measurement_type": "count"})
    first = project.get(f"{PATH}?limit=2").json()
    assert [each["name"] for each in first["conditions"]] == ["Doors", "Slab"]
    rest = project.get(f"{PATH}?limit=2&cursor={first['next']}").json()
    assert ([each["name"] for each in rest["conditions"]], rest["next"]) == (["Walls"], None)


@pytest.fixture
def page_id(project: TestClient, owner: psycopg.Connection[Any]) -> str:
    document, page = uuid4(), uuid4()
    owner.execute(
        "INSERT INTO takeoff.document (id, project_id, file_name, content_type, sha256, size_bytes,"
        " storage_key, uploaded_by) VALUES (%s, 'tower-a', 'a.pdf', 'application/pdf',"
        " repeat('0', 64), 1, 'k', 't')",
        (document,),
    )
    owner.execute(
        "INSERT INTO takeoff.page (id, document_id, number, image_key, width_px, height_px)"
        " VALUES (%s, %s, 1, 'k', 10, 10)",
        (page, document),
    )
    return str(page)


def asked(client: TestClient, page_id: str, condition_id: str, headers: Any = None) -> list[int]:
    """The statuses of everything that can be asked about a page and a condition."""
    condition = {"condition_id": condition_id}
    requests: list[tuple[str, Any]] = [
        (f"/pages/{page_id}/ai-takeoff", condition),
        (f"/pages/{page_id}/autonomous-takeoff", None),
        (f"/pages/{page_id}/compare-providers", condition),
        ("/batch-ai-takeoff", {**condition, "page_ids": [page_id]}),
    ]
    return [
        client.post(f"/api/v1{path}", json=body, headers=headers).status_code
        for path, body in requests
    ]


def test_takeoffs_are_for_operators_and_within_their_reach(
    project: TestClient, page_id: str, token: Token
) -> None:
    made = project.post(PATH, json={"name": "Slab", "measurement_type": "area"}).json()
    assert asked(project, page_id, made["id"]) == [202] * 4
    viewer = token("looks", "viewer")
    assert asked(project, page_id, made["id"], viewer) == [403] * 4
    assert project.get(PATH, headers=viewer).status_code == 200
    assert project.get(f"/api/v1/pages/{page_id}/measurements", headers=viewer).json() == {
        "measurements": [],
        "next": None,
    }
    stranger = token("elsewhere", "operator", ["tower-b"])
    assert asked(project, page_id, made["id"], stranger) == [404] * 4
    assert project.get(PATH, headers=stranger).status_code == 404
    measurements = project.get(f"/api/v1/pages/{page_id}/measurements", headers=stranger)
    assert measurements.status_code == 404
    assert asked(project, page_id, str(uuid4())) == [404, 202, 404, 404]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/pages/{page}/ai-takeoff", {"provider": "oracle"}),
        ("/pages/{page}/compare-providers", {"providers": []}),
        ("/pages/{page}/compare-providers", {"providers": ["oracle"]}),
        ("/batch-ai-takeoff", {"page_ids": []}),
        ("/batch-ai-takeoff", {"page_ids": ["no-id"]}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    project: TestClient, page_id: str, path: str, body: dict[str, Any]
) -> None:
    made = project.post(PATH, json={"name": "Slab", "measurement_type": "area"}).json()
    answer = project.post(
        f"/api/v1{path.format(page=page_id)}", json={"condition_id": made["id"], **body}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_providers_say_what_they_lack(client: TestClient) -> None:
    found = {
        each["name"]: each
        for each in client.get("/api/v1/ai-takeoff/providers").json()["providers"]
    }
    assert found["local"] == {
        "name": "local",
        "configured": True,
        "default": True,
        "sees_images": False,
        "model": "vectors",
        "missing": [],
    }
    assert found["openai"]["missing"] == [
        "TASK_LEDGER_OPENAI_API_KEY",
        "TASK_LEDGER_OPENAI_MODEL",
    ]
    assert not found["anthropic"]["configured"]
