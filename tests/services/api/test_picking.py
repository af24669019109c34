"""A room is filled, and symbols that look alike are counted, where a person clicks."""

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient
from reportlab.pdfgen.canvas import Canvas

from takeoff.storage import document_key
from takeoff.terms import ContentType
from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, storage_of

PROJECT = "/api/v1/projects/tower-a"


@pytest.fixture
def page_id(
    client: TestClient, owner: psycopg.Connection[Any], settings: Settings, tmp_path: Path
) -> UUID:
    """A page of 1200 x 900 pixels with a room of 20 x 10 ft, at 18.75 pixels per foot, and three
    squares of 2 ft."""
    assert client.post("/api/v1/projects", json={"name": "A", "id": "tower-a"}).status_code == 201
    storage = storage_of(settings)
    page = draw_page(owner, storage, "tower-a", 1200, 900)
    foot = 18.75 * 72 / 150
    canvas = Canvas(str(tmp_path / "A.pdf"), pagesize=(576, 432))
    corners = [
        (20, 20),
        (20 + 20 * foot, 20),
        (20 + 20 * foot, 20 + 10 * foot),
        (20, 20 + 10 * foot),
    ]
    for one, other in zip(corners, [*corners[1:], corners[0]], strict=True):
        canvas.line(*one, *other)
    for place in range(3):
        canvas.rect(300 + 60 * place, 300, 2 * foot, 2 * foot)
    canvas.save()
    row = owner.execute("SELECT document_id FROM takeoff.page WHERE id = %s", (page,)).fetchone()
    assert row is not None
    storage.put_file(document_key(row[0], ContentType.PDF), tmp_path / "A.pdf")
    return page


def condition(client: TestClient, kind: str) -> str:
    made = client.post(f"{PROJECT}/conditions", json={"name": kind, "measurement_type": kind})
    return made.json()["id"]


def pick(
    client: TestClient, page_id: UUID, way: str, of: str, at: tuple[float, float], status: int = 201
) -> Any:
    body = {"condition_id": of, "at": list(at)}
    answer = client.post(f"/api/v1/pages/{page_id}/{way}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def on_image(x: float, y: float) -> tuple[float, float]:
    return x * 150 / 72, (432 - y) * 150 / 72


def amounts(client: TestClient) -> list[tuple[float, int, float, int]]:
    return [
        (
            round(each["total_quantity"], 1),
            each["measurement_count"],
            round(each["waiting_quantity"], 1),
            each["waiting_count"],
        )
        for each in client.get(f"{PROJECT}/conditions").json()["conditions"]
    ]


def test_a_filled_room_waits_and_counts_when_it_is_accepted(
    client: TestClient, page_id: UUID
) -> None:
    area = condition(client, "area")
    pick(client, page_id, "fill", area, on_image(60, 60))
    assert amounts(client) == [(0, 0, 200, 1)]
    (found,) = client.get(f"/api/v1/pages/{page_id}/measurements").json()["measurements"]
    assert (found["provider"], found["model"], found["task_id"]) == ("local", "picked", None)
    assert (found["waits"], found["drawn_by"], found["confidence"]) == (True, None, 0.8)
    client.patch(f"/api/v1/measurements/{found['id']}", json={"review": "accepted"})
    assert amounts(client) == [(200, 1, 0, 0)]
    again = pick(client, page_id, "fill", area, on_image(90, 90), 409)
    assert again["code"] == "already_measured"


def test_all_that_look_alike_are_counted_by_one_change_that_is_undone_and_redone(
    client: TestClient, page_id: UUID
) -> None:
    count = condition(client, "count")
    made = pick(client, page_id, "count-alike", count, on_image(305, 305))
    assert amounts(client) == [(0, 0, 3, 3)]
    back = client.post(f"/api/v1/changes/{made['change_id']}/undo")
    assert back.is_success, back.text
    assert amounts(client) == [(0, 0, 0, 0)]
    again = client.post(f"/api/v1/changes/{back.json()['change_id']}/undo")
    assert again.is_success, again.text
    assert amounts(client) == [(0, 0, 3, 3)]
    changes = client.get(f"{PROJECT}/changes", params={"limit": 3}).json()["changes"]
    assert [each["action"] for each in changes] == [
        "measurements_added",
        "measurements_deleted",
        "measurements_added",
    ]
    # What was accepted since is not taken back with the rest.
    first, *_ = client.get(f"/api/v1/pages/{page_id}/measurements").json()["measurements"]
    client.patch(f"/api/v1/measurements/{first['id']}", json={"review": "accepted"})
    late = client.post(f"/api/v1/changes/{again.json()['change_id']}/undo")
    assert (late.status_code, late.json()["code"]) == (409, "changed_since")


def test_what_cannot_be_found_is_refused_and_stores_nothing(
    client: TestClient, owner: psycopg.Connection[Any], page_id: UUID
) -> None:
    area = condition(client, "area")
    assert pick(client, page_id, "fill", area, (1190, 10), 422)["code"] == "nothing_there"
    assert pick(client, page_id, "count-alike", area, (10, 10), 422)["code"] == "nothing_there"
    # A point has no area.
    assert pick(client, page_id, "count-alike", area, on_image(305, 305), 409)["code"] == (
        "already_measured"
    )
    owner.execute("UPDATE takeoff.page SET calibrated = false")
    assert pick(client, page_id, "fill", area, on_image(60, 60), 422)["code"] == "not_calibrated"
    owner.execute("UPDATE takeoff.document SET content_type = 'image/png'")
    assert pick(client, page_id, "fill", area, on_image(60, 60), 422)["code"] == "no_lines"
    assert client.get(f"/api/v1/pages/{page_id}/measurements").json()["measurements"] == []
