"""Lists of trees: first tasks only, each with the state of what is below it."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.eventlog.append import request_cancel
from task_ledger.eventlog.tree_state import MOST_BELOW
from task_ledger.model.ids import new_task_id
from tests.task_ledger.server.ledger import Ledger, Running
from tests.task_ledger.server.processes import Projector
from tests.task_ledger.server.test_tree import Token, register


def _trees(client: TestClient, path: str = "/project/p", **more: Any) -> Any:
    answer = client.get(f"/api/v1/tasks{path}", params={"trees": True} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _below(owner: psycopg.Connection[Any], first: UUID, project: str = "p") -> Running:
    return Running(register(owner, project, parent_id=first, root_id=first))


@pytest.mark.parametrize("path", ["/project/p", ""], ids=["project", "all"])
def test_a_list_of_trees_has_first_tasks_with_the_state_of_their_trees(
    client: TestClient,
    owner: psycopg.Connection[Any],
    ledger: Ledger,
    projector: Projector,
    path: str,
) -> None:
    first, alone = register(owner), register(owner)
    done = Running(first)
    ledger.start(done)
    ledger.complete(done, None)
    child = _below(owner, first)
    ledger.start(child)
    step = _below(owner, first)
    request_cancel(owner, step.id, "tester")
    projector.caught_up()
    body = _trees(client, path)
    assert [UUID(task["task_id"]) for task in body["tasks"]] == [alone, first]
    assert body["counts"]["SUCCESS"] == 1
    tree = body["tasks"][1]["tree"]
    assert tree["by_status"] == {"SUCCESS": 1, "STARTED": 1, "REVOKED": 1}
    assert (tree["worst"], tree["more"]) == ("REVOKED", False)
    started = client.get(f"/api/v1/tasks/{done.id}").json()["started_at"]
    cancelled = client.get(f"/api/v1/tasks/{step.id}").json()["completed_at"]
    assert (tree["running_since"], tree["last_end"]) == (started, cancelled)
    assert body["tasks"][0]["tree"]["by_status"] == {"PENDING": 1}
    assert body["tasks"][0]["tree"]["running_since"] is None
    ledger.complete(child, None)
    projector.caught_up()
    tree = _trees(client, path)["tasks"][1]["tree"]
    ended = client.get(f"/api/v1/tasks/{child.id}").json()["completed_at"]
    assert (tree["running_since"], tree["last_end"]) == (None, ended)


def test_a_child_that_is_folded_before_its_first_task_joins_its_tree(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = new_task_id()
    child = register(owner, parent_id=first, root_id=first)
    projector.caught_up()
    assert _trees(client)["tasks"] == []
    register(owner, task_id=first)
    projector.caught_up()
    (task,) = _trees(client)["tasks"]
    assert (UUID(task["task_id"]), task["tree"]["by_status"]) == (first, {"PENDING": 2})
    below = client.get(f"/api/v1/tasks/{first}/tree").json()["tasks"]
    assert UUID(below[1]["task_id"]) == child


def test_trees_are_paged_by_a_cursor_of_their_own(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    firsts = [register(owner) for _ in range(5)]
    for first in firsts:
        _below(owner, first)
    projector.caught_up()
    found: list[UUID] = []
    page = _trees(client, limit=2)
    cursor = page["next"]
    while True:
        found += [UUID(task["task_id"]) for task in page["tasks"]]
        if page["next"] is None:
            break
        page = _trees(client, limit=2, cursor=page["next"])
    assert found == firsts[::-1]
    refused = client.get("/api/v1/tasks/project/p", params={"limit": 2, "cursor": cursor})
    assert refused.status_code == 400


def test_a_large_tree_is_counted_in_part(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = register(owner)
    for _ in range(MOST_BELOW + 1):
        _below(owner, first)
    projector.caught_up()
    tree = _trees(client)["tasks"][0]["tree"]
    assert (tree["by_status"], tree["more"]) == ({"PENDING": MOST_BELOW + 1}, True)


def test_the_filters_of_a_list_of_trees_are_about_first_tasks(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = register(owner, name="Process a set")
    register(owner, name="Read a page", parent_id=first, root_id=first)
    projector.caught_up()
    assert _trees(client, query="name:Read*")["tasks"] == []
    assert len(_trees(client, query="name:Process*")["tasks"]) == 1
    plain = client.get("/api/v1/tasks/project/p", params={"query": "is:root"}).json()["tasks"]
    assert [(UUID(task["task_id"]), task["tree"]) for task in plain] == [(first, None)]


def test_tasks_of_other_projects_are_not_counted(
    anonymous: TestClient, token: Token, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    first = register(owner)
    _below(owner, first, "q")
    projector.caught_up()
    headers = token("ops", "viewer", ["p"])
    answer = anonymous.get("/api/v1/tasks?trees=true", headers=headers).json()
    assert [task["tree"]["by_status"] for task in answer["tasks"]] == [{"PENDING": 1}]
