"""A whole set of sheets is registered by one request, and only once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from tests.services.api.drawn import draw_page, storage_of

PROJECT = "/api/v1/projects/tower-a"


@pytest.fixture
def document(client: TestClient, owner: psycopg.Connection[Any], settings: Settings) -> UUID:
    """A set of 60 sheets, of which none is read; the last ten have no text layer."""
    assert client.post("/api/v1/projects", json={"name": "A", "id": "tower-a"}).status_code == 201
    page = draw_page(owner, storage_of(settings), "tower-a", 400, 300)
    (document,) = owner.execute(
        "SELECT document_id FROM takeoff.page WHERE id = %s", (page,)
    ).fetchone() or (None,)
    owner.execute(
        "INSERT INTO takeoff.page SELECT (jsonb_populate_record(p, jsonb_build_object("
        " 'id', gen_random_uuid(), 'number', n))).*"
        " FROM takeoff.page AS p, generate_series(2, 60) AS n",
    )
    owner.execute("UPDATE takeoff.document SET page_count = 60")
    owner.execute(
        "UPDATE takeoff.page SET text_characters = CASE WHEN number > 50 THEN 0 ELSE 900 END"
    )
    assert isinstance(document, UUID)
    return document


def asked(client: TestClient, path: str, status: int = 202) -> Any:
    answer = client.post(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def registered(owner: psycopg.Connection[Any]) -> list[tuple[str, str, int]]:
    """How many tasks of each type were registered for each queue."""
    return owner.execute(
        "SELECT data->>'task_type', data->>'queue', count(*)::int FROM task_ledger.task_event"
        " WHERE type = 'registered' GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()


def test_one_request_registers_sixty_pages_and_the_task_that_ends_them(
    client: TestClient, owner: psycopg.Connection[Any], document: UUID
) -> None:
    answer = asked(client, f"/api/v1/documents/{document}/process")
    assert (answer["pages_count"], answer["running"]) == (60, False)
    # Scans wait where scans are read, and the rest does not.
    assert registered(owner) == [
        ("page_processing", "celery", 50),
        ("page_processing", "ocr", 10),
        ("set_processing", "celery", 1),
    ]
    task = client.get(f"/api/v1/tasks/{answer['task_id']}").json()
    assert (task["status"], len(task["waits_for"])) == ("PENDING", 60)
    assert task["entity"] == {"type": "document", "id": str(document)}


@pytest.mark.parametrize("of", ["document", "project"])
def test_of_many_who_ask_at_once_one_registers_the_set(
    client: TestClient, owner: psycopg.Connection[Any], document: UUID, of: str
) -> None:
    path = f"/api/v1/documents/{document}/process" if of == "document" else f"{PROJECT}/process"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: asked(client, path), range(4)))
    assert len({answer["task_id"] for answer in answers}) == 1
    assert sorted(answer["running"] for answer in answers) == [False, True, True, True]
    assert sum(number for *_, number in registered(owner)) == 61
    # Asked for the project, what runs for the document is left to it, and the other way round.
    other = asked(client, f"{PROJECT}/process" if of == "document" else path)
    assert (other["task_id"], other["running"]) == (answers[0]["task_id"], True)


def test_only_what_a_page_lacks_is_asked_for_and_accurate_reads_all_again(
    client: TestClient, owner: psycopg.Connection[Any], document: UUID
) -> None:
    owner.execute(
        "UPDATE takeoff.page SET ocr_text = '', classification = '{}', scale_detection = '{}'"
        " WHERE number > 3"
    )
    answer = asked(client, f"/api/v1/documents/{document}/process")
    assert answer["pages_count"] == 3
    client.post(f"/api/v1/tasks/{answer['task_id']}/cancel")
    again = client.post(f"/api/v1/documents/{document}/process", json={"ocr_mode": "accurate"})
    assert again.json()["pages_count"] == 60
    assert ("page_processing", "ocr", 60) in registered(owner)


def test_what_is_not_split_yet_is_refused_and_stores_nothing(
    client: TestClient, owner: psycopg.Connection[Any], document: UUID
) -> None:
    owner.execute("UPDATE takeoff.document SET page_count = NULL")
    for path in (f"/api/v1/documents/{document}/process", f"{PROJECT}/process"):
        assert asked(client, path, 409)["code"] == "not_split"
    assert registered(owner) == []
