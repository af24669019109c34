"""The tree of work of a task: children, steps and theirs, counted, within bounds."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from fastapi.testclient import TestClient

from task_ledger.eventlog.append import request_cancel
from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]


def register(
    owner: psycopg.Connection[Any],
    project: str = "p",
    *,
    task_id: UUID | None = None,
    **more: UUID | list[UUID] | str | dict[str, str],
) -> UUID:
    """A task with this lineage, name, queue or entity, under this id or a new one."""
    task_id = task_id or new_task_id()
    data = Registered.model_validate({"task_type": "test", "name": "a test", **more})
    owner.execute(
        "SELECT task_ledger.register(%s, %s, 'tester', %s, %s::json, 1, NULL, NULL)",
        (task_id, project, datetime.now(UTC), data.to_json()),
    )
    return task_id


def test_a_tree_has_children_steps_and_their_children_from_wherever_it_is_asked_for(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = register(owner)
    child = register(owner, parent_id=first, root_id=first)
    grandchild = register(owner, parent_id=child, root_id=first)
    step = register(owner, root_id=first, waits_for=[first])
    register(owner)
    request_cancel(owner, grandchild, "tester")
    projector.caught_up()
    for asked in (first, child, grandchild, step):
        body = client.get(f"/api/v1/tasks/{asked}/tree").json()
        assert [UUID(task["task_id"]) for task in body["tasks"]] == [first, child, grandchild, step]
        assert (UUID(body["root_id"]), body["more"]) == (first, False)
        assert body["by_status"] == {"PENDING": 3, "REVOKED": 1}
        assert body["worst"] == "REVOKED"


def test_a_task_alone_is_a_tree_of_one(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    alone = register(owner)
    projector.caught_up()
    body = client.get(f"/api/v1/tasks/{alone}/tree").json()
    assert [task["task_id"] for task in body["tasks"]] == [str(alone)]


def test_a_large_tree_is_cut_and_counted(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = register(owner)
    children = [register(owner, parent_id=first, root_id=first) for _ in range(5)]
    projector.caught_up()
    body = client.get(f"/api/v1/tasks/{first}/tree?limit=3").json()
    shown = [UUID(task["task_id"]) for task in body["tasks"]]
    assert (shown, body["more"]) == ([first, *children[:3]], True)
    assert body["by_status"] == {"PENDING": 6}
    assert client.get(f"/api/v1/tasks/{first}/tree?limit=5").json()["more"] is False


def test_tasks_of_other_projects_are_in_no_tree(
    anonymous: TestClient, token: Token, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = register(owner)
    register(owner, "q", parent_id=first, root_id=first)
    projector.caught_up()
    headers = token("ops", "viewer", ["p"])
    body = anonymous.get(f"/api/v1/tasks/{first}/tree", headers=headers).json()
    assert [task["task_id"] for task in body["tasks"]] == [str(first)]
    elsewhere = token("bob", "viewer", ["q"])
    assert anonymous.get(f"/api/v1/tasks/{first}/tree", headers=elsewhere).status_code == 404
