"""A task's history, checked for whoever looks at it."""

from collections.abc import Callable
from typing import Any

import psycopg
from fastapi.testclient import TestClient

from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]


def _verified(client: TestClient, task_id: object, **options: Any) -> Any:
    return client.get(f"/api/v1/tasks/{task_id}/verification", **options)


def test_a_history_that_nobody_altered_fits(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished()
    projector.caught_up()
    body = _verified(anonymous, task.id, headers=token("eye", "viewer")).json()
    assert (body["fits"], body["events"], body["findings"]) == (True, 4, [])


def test_an_altered_event_is_named(client: TestClient, ledger: Ledger, database: Database) -> None:
    task = ledger.finished()
    other = ledger.finished()
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "UPDATE task_ledger.task_event SET actor = 'nobody' WHERE task_id = %s AND version = 3",
            (task.id,),
        )
    body = _verified(client, task.id).json()
    assert body["fits"] is False
    assert body["findings"][0]["version"] == 3
    assert _verified(client, other.id).json()["fits"] is True


def test_what_is_out_of_reach_is_not_verified(
    anonymous: TestClient, token: Token, ledger: Ledger
) -> None:
    task = ledger.register(project="tower-b")
    answer = _verified(anonymous, task.id, headers=token("eye", "viewer", ["tower-a"]))
    assert answer.status_code == 404
