"""What was measured is corrected by hand; every change is recorded, and can be taken back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, measure_slab, storage_of

Token = Callable[..., dict[str, str]]
CONDITIONS = "/api/v1/projects/tower-a/conditions"
CHANGES = "/api/v1/projects/tower-a/changes"
# 18.75 pixels per foot: 20 feet by 10 feet, and half of that.
ROOM = {"points": [[0, 0], [375, 0], [375, 187.5], [0, 187.5]]}
HALF = {"points": [[0, 0], [187.5, 0], [187.5, 187.5], [0, 187.5]]}


@pytest.fixture
def page_id(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> UUID:
    assert client.post("/api/v1/projects", json={"name": "A", "id": "tower-a"}).status_code == 201
    return draw_page(owner, storage_of(settings), "tower-a", 400, 300)


@pytest.fixture
def slab(client: TestClient, page_id: UUID) -> str:
    """A condition of areas in the page's project."""
    made = client.post(CONDITIONS, json={"name": "Slab", "measurement_type": "area"})
    return made.json()["id"]


def draw(client: TestClient, page_id: UUID, condition: str, geometry: Any = ROOM) -> Any:
    answer = client.post(
        f"/api/v1/pages/{page_id}/measurements",
        json={"condition_id": condition, "geometry_type": "polygon", "geometry": geometry},
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def found_by_a_task(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID, condition: str, sure: float
) -> str:
    """A measurement of 14.2 SF as a provider leaves it, and the totals as a worker leaves them."""
    measure_slab(owner, page_id, UUID(condition), confidence=sure)
    owner.execute(
        "UPDATE takeoff.condition SET total_quantity = %(sum)s, measurement_count = %(count)s,"
        " waiting_quantity = 14.2 - %(sum)s, waiting_count = 1 - %(count)s",
        {"sum": 14.2 if sure >= 0.9 else 0, "count": int(sure >= 0.9)},
    )
    (measurement,) = measured(client, page_id)
    return measurement["id"]


def measured(client: TestClient, page_id: UUID) -> list[Any]:
    return client.get(f"/api/v1/pages/{page_id}/measurements").json()["measurements"]


def totals(client: TestClient) -> tuple[float, int, float, int]:
    """Of the only condition, to a tenth: total and count, what waits and its count."""
    (condition,) = client.get(CONDITIONS).json()["conditions"]
    return (
        round(condition["total_quantity"], 1),
        condition["measurement_count"],
        round(condition["waiting_quantity"], 1),
        condition["waiting_count"],
    )


def undo(client: TestClient, change_id: str) -> Any:
    answer = client.post(f"/api/v1/changes/{change_id}/undo")
    assert answer.status_code == 200, answer.text
    return answer.json()["change_id"]


def review(client: TestClient, measurement: str, what: str) -> Any:
    answer = client.patch(f"/api/v1/measurements/{measurement}", json={"review": what})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_is_drawn_by_hand_is_measured_accepted_and_counted(
    client: TestClient, page_id: UUID, slab: str
) -> None:
    answer = draw(client, page_id, slab)
    assert answer["measurement"]["quantity"] == pytest.approx(200)
    assert answer["measurement"]["review"] == "accepted"
    assert answer["measurement"]["drawn_by"] == answer["measurement"]["reviewed_by"] == "ops"
    assert answer["condition"]["total_quantity"] == pytest.approx(200)
    assert measured(client, page_id) == [answer["measurement"]]
    assert totals(client) == (200, 1, 0, 0)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"geometry": {"points": [[0, 0], [400.5, 0], [0, 9]]}}, 422, "outside_page"),
        ({"geometry": {"points": [[0, 0], [9, 9], [9, 0], [0, 9]]}}, 422, "bad_shape"),
        ({"geometry": {"points": [[0, 0], [9, 9]]}}, 422, "bad_shape"),
        ({"geometry": {"points": [[0, "1"]]}}, 422, "invalid_request"),
        ({"geometry_type": "line", "geometry": {"points": [[0, 0], [9, 9]]}}, 422,
         "unit_does_not_fit"),
        ({"condition_id": str(uuid4())}, 404, "not_found"),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_measured_is_refused_and_nothing_is_stored(
    client: TestClient, page_id: UUID, slab: str, body: Any, status: int, code: str
) -> None:
    asked = {"condition_id": slab, "geometry_type": "polygon", "geometry": ROOM, **body}
    answer = client.post(f"/api/v1/pages/{page_id}/measurements", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert measured(client, page_id) == []
    assert totals(client) == (0, 0, 0, 0)


def test_nothing_is_drawn_on_a_page_without_a_scale(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID, slab: str
) -> None:
    owner.execute("UPDATE takeoff.page SET calibrated = false")
    body = {"condition_id": slab, "geometry_type": "polygon", "geometry": ROOM}
    answer = client.post(f"/api/v1/pages/{page_id}/measurements", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_calibrated")


def test_a_condition_of_another_project_is_refused(client: TestClient, page_id: UUID) -> None:
    client.post("/api/v1/projects", json={"name": "B", "id": "b"})
    other = client.post(
        "/api/v1/projects/b/conditions", json={"name": "Slab", "measurement_type": "area"}
    ).json()
    body = {"condition_id": other["id"], "geometry_type": "polygon", "geometry": ROOM}
    answer = client.post(f"/api/v1/pages/{page_id}/measurements", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_project")


def test_low_confidence_waits_outside_the_total_until_it_is_accepted(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID, slab: str
) -> None:
    found = found_by_a_task(client, owner, page_id, slab, 0.76)
    (before,) = measured(client, page_id)
    assert (before["counts"], before["waits"], before["review"]) == (False, True, "open")
    accepted = review(client, found, "accepted")["measurement"]
    assert (accepted["counts"], accepted["waits"]) == (True, False)
    assert accepted["reviewed_by"] == "ops"
    assert totals(client) == (14.2, 1, 0, 0)
    review(client, found, "rejected")
    assert totals(client) == (0, 0, 0, 0)
    assert review(client, found, "open")["measurement"]["reviewed_by"] is None
    assert totals(client) == (0, 0, 14.2, 1)


def test_what_is_certain_counts_until_it_is_rejected(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID, slab: str
) -> None:
    found = found_by_a_task(client, owner, page_id, slab, 0.9)
    (before,) = measured(client, page_id)
    assert (before["counts"], before["waits"]) == (True, False)
    change = review(client, found, "rejected")["change_id"]
    assert totals(client) == (0, 0, 0, 0)
    undo(client, change)
    assert totals(client) == (14.2, 1, 0, 0)


def test_a_shape_that_is_drawn_anew_is_measured_anew_and_accepted(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID, slab: str
) -> None:
    found = found_by_a_task(client, owner, page_id, slab, 0.6)
    path = f"/api/v1/measurements/{found}"
    answer = client.patch(path, json={"geometry_type": "polygon", "geometry": HALF})
    assert answer.status_code == 200, answer.text
    edited = answer.json()["measurement"]
    assert edited["quantity"] == pytest.approx(100)
    assert (edited["review"], edited["drawn_by"], edited["provider"]) == (
        "accepted", "ops", "local",
    )  # fmt: skip
    assert totals(client) == (100, 1, 0, 0)
    undo(client, answer.json()["change_id"])
    (back,) = measured(client, page_id)
    assert (back["review"], back["drawn_by"], back["confidence"]) == ("open", None, 0.6)
    assert back["geometry"]["points"][1] == [110, 10]
    assert totals(client)[2:] == (14.2, 1)


def test_a_room_is_labelled_and_what_it_is_called_is_taken_back(
    client: TestClient, page_id: UUID, slab: str
) -> None:
    drawn = draw(client, page_id, slab)["measurement"]
    path = f"/api/v1/measurements/{drawn['id']}"
    labelled = client.patch(path, json={"label": " OFFICE 101 "})
    assert labelled.status_code == 200, labelled.text
    assert labelled.json()["measurement"]["label"] == "OFFICE 101"
    assert labelled.json()["measurement"]["quantity"] == drawn["quantity"]
    assert measured(client, page_id)[0]["label"] == "OFFICE 101"
    none = client.patch(path, json={"label": ""}).json()
    assert none["measurement"]["label"] is None
    undo(client, none["change_id"])
    assert measured(client, page_id)[0]["label"] == "OFFICE 101"
    both = client.patch(path, json={"label": "A", "review": "accepted"})
    assert both.status_code == 422


def test_every_change_is_recorded_with_who_and_when_and_can_be_taken_back_and_made_again(
    client: TestClient, page_id: UUID, slab: str
) -> None:
    drawn = draw(client, page_id, slab)
    measurement = drawn["measurement"]["id"]
    deleted = client.delete(f"/api/v1/measurements/{measurement}").json()
    assert (deleted["measurement"], totals(client)) == (None, (0, 0, 0, 0))
    brought_back = undo(client, deleted["change_id"])
    assert measured(client, page_id) == [drawn["measurement"]]
    undo(client, brought_back)
    assert (measured(client, page_id), totals(client)) == ([], (0, 0, 0, 0))
    changes = client.get(CHANGES, params={"measurement_id": measurement}).json()["changes"]
    assert [each["action"].removeprefix("measurement_") for each in changes] == [
        "deleted", "added", "deleted", "added",
    ]  # fmt: skip
    assert {each["changed_by"] for each in changes} == {"ops"}
    assert changes[2]["before"]["geometry"] == ROOM
    assert changes[1]["undoes"] == changes[2]["id"] == deleted["change_id"]


def test_a_change_is_taken_back_once_and_not_over_a_later_one(
    client: TestClient, page_id: UUID, slab: str
) -> None:
    first = draw(client, page_id, slab)
    rejected = review(client, first["measurement"]["id"], "rejected")
    refused = client.post(f"/api/v1/changes/{first['change_id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_since")
    undo(client, rejected["change_id"])
    refused = client.post(f"/api/v1/changes/{rejected['change_id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_undo")
    undo(client, first["change_id"])
    assert measured(client, page_id) == []


def test_the_history_is_only_added_to(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID, slab: str
) -> None:
    draw(client, page_id, slab)
    for statement in (
        "UPDATE takeoff.change SET changed_by = 'nobody'",
        "DELETE FROM takeoff.change",
        "TRUNCATE takeoff.change",
    ):
        with pytest.raises(psycopg.errors.DatabaseError, match="append-only"):
            owner.execute(statement)


def test_another_depth_works_the_volumes_out_anew(client: TestClient, page_id: UUID) -> None:
    made = client.post(
        CONDITIONS, json={"name": "Slab", "measurement_type": "volume", "depth_in": 6}
    ).json()
    draw(client, page_id, made["id"])
    assert totals(client)[0] == 3.7
    path = f"/api/v1/conditions/{made['id']}"
    answer = client.patch(path, json={"name": "Thick slab", "depth_in": 12})
    assert answer.status_code == 200, answer.text
    assert answer.json()["condition"]["name"] == "Thick slab"
    assert (totals(client)[0], measured(client, page_id)[0]["quantity"]) == (
        7.4, pytest.approx(200 / 27),
    )  # fmt: skip
    undo(client, answer.json()["change_id"])
    (condition,) = client.get(CONDITIONS).json()["conditions"]
    assert (condition["name"], condition["depth_in"]) == ("Slab", 6)
    assert totals(client)[0] == 3.7


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "Walls"}, 409), ({"depth_in": 5}, 422), ({}, 422), ({"name": " "}, 422),
        ({"depth_mm": 5, "depth_in": 5}, 422), ({"measurement_type": "count"}, 422),
    ],
)  # fmt: skip
def test_an_edit_that_makes_no_sense_changes_nothing(
    client: TestClient, slab: str, body: Any, status: int
) -> None:
    client.post(CONDITIONS, json={"name": "Walls", "measurement_type": "linear"})
    before = client.get(CONDITIONS).json()
    assert client.patch(f"/api/v1/conditions/{slab}", json=body).status_code == status
    assert client.get(CONDITIONS).json() == before


def test_a_deleted_condition_takes_its_measurements_along_and_brings_them_back(
    client: TestClient, page_id: UUID, slab: str
) -> None:
    drawn = draw(client, page_id, slab)["measurement"]
    (before,) = client.get(CONDITIONS).json()["conditions"]
    deleted = client.delete(f"/api/v1/conditions/{slab}").json()
    assert client.get(CONDITIONS).json()["conditions"] == []
    assert measured(client, page_id) == []
    again = undo(client, deleted["change_id"])
    assert client.get(CONDITIONS).json()["conditions"] == [before]
    assert measured(client, page_id) == [drawn]
    undo(client, again)
    assert client.get(CONDITIONS).json()["conditions"] == []


def test_a_deleted_condition_does_not_come_back_beside_one_of_its_name(
    client: TestClient, slab: str
) -> None:
    deleted = client.delete(f"/api/v1/conditions/{slab}").json()
    client.post(CONDITIONS, json={"name": "Slab", "measurement_type": "area"})
    refused = client.post(f"/api/v1/changes/{deleted['change_id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "condition_exists")


def test_changes_are_for_operators_and_within_their_reach(
    client: TestClient, page_id: UUID, slab: str, token: Token
) -> None:
    drawn = draw(client, page_id, slab)
    measurement, change = drawn["measurement"]["id"], drawn["change_id"]
    body = {"condition_id": slab, "geometry_type": "polygon", "geometry": ROOM}
    requests: list[tuple[str, str, Any]] = [
        ("POST", f"/pages/{page_id}/measurements", body),
        ("PATCH", f"/measurements/{measurement}", {"review": "rejected"}),
        ("DELETE", f"/measurements/{measurement}", None),
        ("PATCH", f"/conditions/{slab}", {"name": "Other"}),
        ("DELETE", f"/conditions/{slab}", None),
        ("POST", f"/changes/{change}/undo", None),
    ]
    viewer, stranger = token("looks", "viewer"), token("elsewhere", "operator", ["tower-b"])
    for headers, status in ((viewer, 403), (stranger, 404)):
        for method, path, body in requests:
            answer = client.request(method, f"/api/v1{path}", json=body, headers=headers)
            assert answer.status_code == status, (method, path, answer.text)
    assert client.get(CHANGES, headers=viewer).status_code == 200
    assert client.get(CHANGES, headers=stranger).status_code == 404
    assert measured(client, page_id) == [drawn["measurement"]]


def test_changes_are_paged_and_chosen_by_what_they_are_of(
    client: TestClient, page_id: UUID, slab: str
) -> None:
    ids = [draw(client, page_id, slab)["change_id"] for _ in range(3)][::-1]
    first = client.get(CHANGES, params={"page_id": str(page_id), "limit": 2}).json()
    rest = client.get(
        CHANGES, params={"page_id": str(page_id), "limit": 2, "cursor": first["next"]}
    ).json()
    assert [each["id"] for each in first["changes"] + rest["changes"]] == ids
    assert rest["next"] is None
    of_condition = client.get(CHANGES, params={"condition_id": slab}).json()["changes"]
    assert [each["action"] for each in of_condition][-1] == "condition_added"
