"""Queues over HTTP: their state, the alarm on each task that waits, and pausing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
Owner = psycopg.Connection[Any]
QUEUES = "/api/v1/queues"
WHY = {"reason": "the provider is down"}
REGISTER = "SELECT task_ledger.register(%s, %s, 'ops', %s, %s::json, 1, 3, %s)"
RENEW = "SELECT task_ledger.renew_lease(%s, 'w@h', 'h', 7, 60, '{}', true, 'prefork', 2, %s)"


def _register(owner: Owner, queue: str = "ocr", project: str = "tower-a") -> UUID:
    """A task that is due since a minute ago."""
    task_id = new_task_id()
    data = Registered(task_type="ocr", name="Read A-101", queue=queue).to_json()
    owner.execute(REGISTER, (task_id, project, datetime.now(UTC), data, None))
    return task_id


def _age(owner: Owner) -> None:
    owner.execute("UPDATE task_ledger.task_record SET created_at = created_at - interval '1 min'")


@pytest.fixture
def waiting(client: TestClient, owner: Owner, projector: Projector) -> UUID:
    """A task that has waited for a minute in a queue that no worker consumes."""
    task_id = _register(owner)
    projector.caught_up()
    _age(owner)
    return task_id


def test_a_queue_without_a_worker_is_an_alarm_on_each_task_that_waits_in_it(
    client: TestClient, owner: Owner, waiting: UUID
) -> None:
    (queue,) = client.get(QUEUES).json()["queues"]
    assert (queue["queue"], queue["waiting"], queue["workers"]) == ("ocr", 1, 0)
    assert queue["no_worker"] is True
    (listed,) = client.get("/api/v1/tasks/project/tower-a").json()["tasks"]
    one = client.get(f"/api/v1/tasks/{waiting}")
    for task in (listed, one.json()):
        assert task["waiting"]["waits_for"] == "worker"
        assert (task["waiting"]["queue"], task["waiting"]["no_worker"]) == ("ocr", True)

    tag = {"If-None-Match": one.headers["etag"]}
    assert client.get(f"/api/v1/tasks/{waiting}", headers=tag).status_code == 304
    owner.execute(RENEW, (uuid4(), ["ocr"]))
    changed = client.get(f"/api/v1/tasks/{waiting}", headers=tag, params={"wait_s": 20})
    assert changed.status_code == 200
    assert changed.json()["waiting"]["no_worker"] is False
    assert client.get(QUEUES).json()["queues"][0]["no_worker"] is False
    was = client.get(f"/api/v1/tasks/{waiting}", params={"as_of_version": 1}).json()
    assert was["waiting"] is None


def test_a_queue_is_paused_and_resumed_by_an_operator_of_all_projects(
    client: TestClient, token: Token
) -> None:
    for name, role, projects in (("view", "viewer", None), ("one", "operator", ["tower-a"])):
        refused = client.post(f"{QUEUES}/ocr/pause", json=WHY, headers=token(name, role, projects))
        assert refused.status_code == 403
    operator = token("anna", "operator")
    assert client.post(f"{QUEUES}/ocr/pause", json={}, headers=operator).status_code == 422
    assert client.post(f"{QUEUES}/ocr/resume", json=WHY, headers=operator).status_code == 409
    (queue,) = client.post(f"{QUEUES}/ocr/pause", json=WHY, headers=operator).json()["queues"]
    assert (queue["pause"]["by"], queue["pause"]["reason"]) == ("anna", "the provider is down")
    assert client.post(f"{QUEUES}/ocr/pause", json=WHY, headers=operator).status_code == 409
    assert client.post(f"{QUEUES}/ocr/resume", json=WHY, headers=operator).json()["queues"] == []
    rows = client.get("/api/v1/access-log").json()["rows"]
    told = [(row["actor"], row["action"]) for row in rows if row["action"].startswith("queue")]
    assert sorted(told) == [("anna", "queue_paused"), ("anna", "queue_resumed")]


@pytest.mark.parametrize(("path", "name"), [("eu/west", "eu/west"), ("%0Aa", "\na")])
def test_a_name_with_a_slash_or_a_line_end_is_a_name_too(
    client: TestClient, path: str, name: str
) -> None:
    (queue,) = client.post(f"{QUEUES}/{path}/pause", json=WHY).json()["queues"]
    assert queue["queue"] == name


def test_a_token_is_told_of_the_queues_of_its_own_tasks(
    client: TestClient, owner: Owner, token: Token, waiting: UUID, projector: Projector
) -> None:
    _register(owner, "other", "tower-b")
    projector.caught_up()
    headers = token("one", "viewer", ["tower-a"])
    found = client.get(QUEUES, headers=headers).json()["queues"]
    assert [(queue["queue"], queue["waiting"], queue["depth"]) for queue in found] == [
        ("ocr", 1, None)
    ]
    assert len(client.get(QUEUES).json()["queues"]) == 2
