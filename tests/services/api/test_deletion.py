"""A document is deleted with all that was measured on it; its files by a task."""

from collections.abc import Callable
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, storage_of

Token = Callable[..., dict[str, str]]
ROOM = {"points": [[0, 0], [375, 0], [375, 187.5], [0, 187.5]]}


@pytest.fixture
def pages(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> list[Any]:
    """The pages of two documents of one page each; 200 SF of the same slab on either."""
    client.post("/api/v1/projects", json={"name": "A", "id": "tower-a"})
    storage = storage_of(settings)
    ids = [draw_page(owner, storage, "tower-a", 400, 300) for _ in range(2)]
    slab = client.post(
        "/api/v1/projects/tower-a/conditions", json={"name": "Slab", "measurement_type": "area"}
    ).json()
    for page in ids:
        body = {"condition_id": slab["id"], "geometry_type": "polygon", "geometry": ROOM}
        answer = client.post(f"/api/v1/pages/{page}/measurements", json=body)
        assert answer.status_code == 201, answer.text
    return [client.get(f"/api/v1/pages/{page}").json() for page in ids]


def documents(client: TestClient) -> list[str]:
    found = client.get("/api/v1/projects/tower-a/documents").json()["documents"]
    return [each["id"] for each in found]


def total(client: TestClient) -> float:
    (slab,) = client.get("/api/v1/projects/tower-a/conditions").json()["conditions"]
    return round(slab["total_quantity"], 6)


def test_a_deleted_document_is_gone_with_what_was_measured_on_it_and_its_files_will_be(
    client: TestClient, owner: psycopg.Connection[Any], pages: list[Any]
) -> None:
    document = pages[0]["document_id"]
    answer = client.delete(f"/api/v1/documents/{document}")
    assert answer.status_code == 202, answer.text
    assert documents(client) == [pages[1]["document_id"]]
    assert client.get(f"/api/v1/pages/{pages[0]['id']}").status_code == 404
    assert client.get(f"/api/v1/documents/{document}").status_code == 404
    assert total(client) == 200
    task = answer.json()
    assert (task["task_type"], task["document_id"]) == ("document_deletion", document)
    registered = client.get(answer.headers["Location"]).json()
    assert registered["status"] == "PENDING"
    assert registered["entity"] == {"type": "document", "id": document}
    (change, *_) = client.get("/api/v1/projects/tower-a/changes").json()["changes"]
    assert (change["action"], change["document_id"], change["changed_by"]) == (
        "document_deleted", document, "ops",
    )  # fmt: skip
    assert change["before"]["file_name"] == "A.pdf"
    assert change["before"]["deleted"] == {"pages": 1, "measurements": 1}
    refused = client.post(f"/api/v1/changes/{change['id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_undo")


@pytest.mark.parametrize(
    "held",
    [
        "SELECT FROM takeoff.document WHERE id = %(document)s FOR KEY SHARE",
        "SELECT FROM takeoff.page WHERE id = %(page)s FOR UPDATE",
    ],
)
def test_a_document_that_a_task_works_on_is_not_deleted(
    client: TestClient, owner: psycopg.Connection[Any], pages: list[Any], held: LiteralString
) -> None:
    document = pages[0]["document_id"]
    with owner.transaction():
        owner.execute(held, {"document": UUID(document), "page": UUID(pages[0]["id"])})
        answer = client.delete(f"/api/v1/documents/{document}")
    assert (answer.status_code, answer.json()["code"]) == (409, "document_busy")
    assert sorted(documents(client)) == sorted(page["document_id"] for page in pages)
    assert total(client) == 400
    tasks = client.get("/api/v1/tasks/project/tower-a").json().get("tasks", [])
    assert tasks == []


def test_what_is_brought_back_after_its_page_was_deleted_is_refused(
    client: TestClient, pages: list[Any]
) -> None:
    (measured,) = client.get(f"/api/v1/pages/{pages[0]['id']}/measurements").json()["measurements"]
    deleted = client.delete(f"/api/v1/measurements/{measured['id']}").json()
    client.delete(f"/api/v1/documents/{pages[0]['document_id']}")
    refused = client.post(f"/api/v1/changes/{deleted['change_id']}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_since")


def test_deleting_is_for_operators_and_within_their_reach(
    client: TestClient, pages: list[Any], token: Token
) -> None:
    path = f"/api/v1/documents/{pages[0]['document_id']}"
    assert client.delete(path, headers=token("looks", "viewer")).status_code == 403
    stranger = token("elsewhere", "operator", ["tower-b"])
    assert client.delete(path, headers=stranger).status_code == 404
    assert len(documents(client)) == 2
