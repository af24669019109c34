"""Projects: made by those who may, seen by those who reach them."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]


def test_a_project_is_made_and_found(client: TestClient) -> None:
    made = client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    assert made.status_code == 201
    assert made.headers["location"] == "/api/v1/projects/tower-a"
    assert made.json()["created_by"] == "ops"
    assert client.get(made.headers["location"]).json() == made.json()
    drawn = client.post("/api/v1/projects", json={"name": "Tower B"}).json()
    listed = client.get("/api/v1/projects").json()
    assert {p["id"] for p in listed["projects"]} == {"tower-a", drawn["id"]}
    assert listed["next"] is None


@pytest.mark.parametrize(
    ("chosen", "system"),
    [
        ({}, "imperial"),
        ({"unit_system": "imperial"}, "imperial"),
        ({"unit_system": "metric"}, "metric"),
    ],
)
def test_a_project_tells_in_which_units_it_measures(
    client: TestClient, chosen: dict[str, str], system: str
) -> None:
    made = client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a", **chosen})
    assert made.status_code == 201, made.text
    assert made.json()["attributes"] == {"unit_system": system}
    assert client.get("/api/v1/projects/tower-a").json() == made.json()
    (listed,) = client.get("/api/v1/projects").json()["projects"]
    assert listed["attributes"] == {"unit_system": system}


def test_the_units_of_a_project_are_changed_and_its_conditions_keep_theirs(
    client: TestClient, token: Token
) -> None:
    path = "/api/v1/projects/tower-a"
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    slab = {"name": "Slab", "measurement_type": "area"}
    assert client.post(f"{path}/conditions", json=slab).json()["unit"] == "SF"
    changed = client.patch(path, json={"unit_system": "metric"})
    assert changed.status_code == 200, changed.text
    assert client.get(path).json()["attributes"] == {"unit_system": "metric"}
    deck = {"name": "Deck", "measurement_type": "area"}
    assert client.post(f"{path}/conditions", json=deck).json()["unit"] == "M2"
    units = {
        each["name"]: each["unit"] for each in client.get(f"{path}/conditions").json()["conditions"]
    }
    assert units == {"Slab": "SF", "Deck": "M2"}
    recorded = client.get(f"{path}/changes").json()["changes"]
    (units_changed,) = [each for each in recorded if each["action"] == "project_edited"]
    assert units_changed["changed_by"] == "ops"
    assert (units_changed["before"], units_changed["after"]) == (
        {"unit_system": "imperial"}, {"unit_system": "metric"},
    )  # fmt: skip
    undone = client.post(f"/api/v1/changes/{changed.json()['change_id']}/undo")
    assert undone.status_code == 200, undone.text
    assert client.get(path).json()["attributes"] == {"unit_system": "imperial"}
    viewer = token("vera", "viewer")
    assert client.patch(path, json={"unit_system": "metric"}, headers=viewer).status_code == 403


def test_projects_come_in_pages(client: TestClient) -> None:
    for n in range(5):
        client.post("/api/v1/projects", json={"name": f"P{n}", "id": f"p{n}"})
    found: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/api/v1/projects?limit=2{cursor}").json()
        found += [p["id"] for p in page["projects"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == ["p0", "p1", "p2", "p3", "p4"]


def test_an_id_is_given_once(client: TestClient) -> None:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "tower-a"})
    again = client.post("/api/v1/projects", json={"name": "Other", "id": "tower-a"})
    assert (again.status_code, again.json()["code"]) == (409, "project_exists")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 201},
        {"name": "a\0b"},
        {"name": "\ud800"},
        {"name": "a", "id": "no spaces"},
        {"name": "a", "id": "../x"},
        {"name": "a", "colour": "red"},
        {"name": "a", "unit_system": "nautical"},
        [],
    ],
)
def test_a_project_that_makes_no_sense_is_refused(client: TestClient, body: object) -> None:
    import json

    answer = client.post(
        "/api/v1/projects", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/projects").json()["projects"] == []


def test_only_an_admin_who_reaches_all_projects_makes_one(
    anonymous: TestClient, token: Token
) -> None:
    for headers, code in (
        (token("v", "viewer"), "role"),
        (token("a", "auditor"), "role"),
        (token("o", "operator"), "role"),
        (token("r", "admin", ["tower-a"]), "reach"),
    ):
        answer = anonymous.post("/api/v1/projects", json={"name": "T"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    answer = anonymous.post("/api/v1/projects", json={"name": "T"}, headers=token("x"))
    assert answer.status_code == 201


def test_a_project_out_of_reach_looks_as_if_it_were_not_there(
    client: TestClient, token: Token
) -> None:
    for project in ("tower-a", "tower-b"):
        client.post("/api/v1/projects", json={"name": project, "id": project})
    one = token("one", "viewer", ["tower-a"])
    assert [p["id"] for p in client.get("/api/v1/projects", headers=one).json()["projects"]] == [
        "tower-a"
    ]
    for path in ("", "/events", "/events/export", "/events/stream"):
        hidden = client.get(f"/api/v1/projects/tower-b{path}", headers=one)
        missing = client.get(f"/api/v1/projects/tower-x{path}", headers=one)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.json() == missing.json()


def test_a_project_that_nobody_made_can_have_tasks_and_no_drawings(
    client: TestClient, ledger: Ledger, projector: Projector, token: Token
) -> None:
    client.post("/api/v1/projects", json={"name": "Tower A", "id": "made"})
    ledger.register(project="unmade")
    projector.caught_up()
    listed = client.get("/api/v1/projects").json()["projects"]
    assert [(each["id"], each["name"]) for each in listed] == [
        ("made", "Tower A"),
        ("unmade", "unmade"),
    ]
    named = token("named", "operator", ["unmade", "promised"])
    for project in ("unmade", "promised"):
        path = f"/api/v1/projects/{project}"
        assert client.get(path, headers=named).status_code == 200
        assert client.get(f"{path}/documents", headers=named).json()["documents"] == []
        assert client.get(f"{path}/conditions", headers=named).json()["conditions"] == []
        for asked in (
            client.post(f"{path}/documents", files={"file": ("a.pdf", b"%PDF")}, headers=named),
            client.post(
                f"{path}/conditions", json={"name": "S", "measurement_type": "area"}, headers=named
            ),
        ):
            assert (asked.status_code, asked.json()["code"]) == (404, "not_found")


def test_a_list_counts_each_projects_tasks(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    for project in ("busy", "idle"):
        client.post("/api/v1/projects", json={"name": project, "id": project})
    ledger.register(project="busy")
    was_waiting = ledger.register(project="busy")
    projector.caught_up()
    ledger.start(was_waiting)
    projector.caught_up()
    ledger.complete(was_waiting, {})
    projector.caught_up()
    tasks = {
        each["id"]: each["tasks"] for each in client.get("/api/v1/projects").json()["projects"]
    }
    assert tasks == {"busy": {"PENDING": 1, "SUCCESS": 1}, "idle": {}}
