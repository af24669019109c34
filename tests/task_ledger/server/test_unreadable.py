"""Data that nobody can read: one task's trouble, and named where it is looked for."""

from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger, Running
from tests.task_ledger.server.processes import Projector

TASKS = "/api/v1/tasks"
TIMELINE = "/api/v1/projects/tower-a/events"

# What the functions take for JSON, and no reader of JSON takes, or no progress ever was.
WRITTEN_PAST_THE_LIBRARY = [
    '{"percent": 1, "step": "s", "detail": ' + "[" * 3000 + "]" * 3000 + "}",
    '{"percent": ' + "9" * 5000 + ', "step": "s"}',
]
ALTERED = ["5", "[]", '{"percent": 1, "step": "\\ud800"}']


@pytest.mark.parametrize("text", WRITTEN_PAST_THE_LIBRARY, ids=["nested", "digits"])
def test_what_was_written_past_the_library_spoils_one_task_only(
    client: TestClient, ledger: Ledger, projector: Projector, text: str
) -> None:
    healthy = ledger.finished()
    task = ledger.register()
    ledger.start(task)
    _append(ledger, task, text)
    projector.caught_up()

    told = client.get(f"{TASKS}/{task.id}")
    assert (told.status_code, told.json()["code"]) == (500, "unreadable_task")
    _expect_readable_around(client, task.id, version=3, text=text)
    found = client.get(f"{TASKS}/{task.id}/verification").json()["findings"]
    assert [finding["version"] for finding in found] == [3]
    assert client.get(f"{TASKS}/{healthy.id}").json()["status"] == "SUCCESS"


@pytest.mark.parametrize("text", ALTERED)
def test_what_was_altered_is_shown_and_named(
    client: TestClient, ledger: Ledger, projector: Projector, database: Database, text: str
) -> None:
    task = ledger.finished()
    projector.caught_up()
    _alter(database, task.id, text)

    was = client.get(f"{TASKS}/{task.id}?as_of_version=3")
    assert (was.status_code, was.json()["code"]) == (500, "unreadable_task")
    assert client.get(f"{TASKS}/{task.id}?as_of_version=2").json()["status"] == "STARTED"
    _expect_readable_around(client, task.id, version=3, text=text)
    found = client.get(f"{TASKS}/{task.id}/verification").json()["findings"]
    assert [finding["version"] for finding in found] == [3]


@pytest.mark.parametrize("text", ALTERED)
def test_what_was_altered_takes_no_other_task_from_a_list_of_the_past(
    client: TestClient, ledger: Ledger, projector: Projector, database: Database, text: str
) -> None:
    healthy, task = ledger.finished(), ledger.finished()
    projector.caught_up()
    events = client.get(f"{TASKS}/{task.id}/events").json()["events"]
    _alter(database, task.id, text)

    listed = client.get(f"{TASKS}/project/tower-a", params={"as_of": events[2]["recorded_at"]})
    assert listed.status_code == 200, listed.text
    # As of the last event that can be read.
    were = {each["task_id"]: (each["status"], each["version"]) for each in listed.json()["tasks"]}
    assert were == {str(healthy.id): ("SUCCESS", 4), str(task.id): ("STARTED", 2)}


def _append(ledger: Ledger, task: Running, text: str) -> None:
    answer = ledger.worker.execute(
        "SELECT outcome FROM task_ledger.append(%s, 'progress', %s, 1, 'worker-1', now(), %s, 1)",
        (task.id, task.claim, text),
    ).fetchone()
    assert answer == ("appended",)


def _alter(database: Database, task_id: UUID, text: str) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE task_ledger.task_event SET data = %s WHERE task_id = %s AND version = 3",
            (text, task_id),
        )


def _expect_readable_around(client: TestClient, task_id: UUID, version: int, text: str) -> None:
    for path in (f"{TASKS}/{task_id}/events", f"{TIMELINE}?order=oldest"):
        answer = client.get(path)
        assert answer.status_code == 200
        events = [e for e in answer.json()["events"] if e["task_id"] == str(task_id)]
        assert events[0]["data"]["name"] == "Process A-101.pdf"
        assert events[version - 1]["data"]["unreadable"].startswith(text[:100])
