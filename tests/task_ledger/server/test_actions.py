"""Acting on tasks over HTTP: one, selected, or all that a query matches."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.projector.acting import Acting
from tests.servers import Database
from tests.task_ledger.projector.actions import counting_down, failed, types
from tests.task_ledger.projector.log import projector_connection
from tests.task_ledger.projector.outbox import enqueue
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]


@pytest.fixture
def acting(database: Database) -> Iterator[Acting]:
    """The projector's part that does actions, ticked by hand."""
    with closing(projector_connection(database)) as connection:
        yield Acting(connection)


def of(task_id: UUID) -> str:
    """The address of a task."""
    return f"/api/v1/tasks/{task_id}"


def events(client: TestClient, task_id: UUID) -> list[dict[str, Any]]:
    """A task's events."""
    return client.get(f"{of(task_id)}/events").json()["events"]


def test_a_countdown_is_ended_with_a_reason(
    client: TestClient, owner: psycopg.Connection[Any]
) -> None:
    task_id = counting_down(owner)
    answer = client.post(f"{of(task_id)}/retry", json={"reason": "the provider is back"})
    assert (answer.status_code, answer.json()["outcome"]) == (202, "accepted")
    last = events(client, task_id)[-1]
    assert (last["type"], last["actor"], last["data"]) == (
        "retry_requested",
        "ops",
        {"reason": "the provider is back"},
    )
    record = client.get(of(task_id)).json()
    assert (record["status"], record["retry"]["due_at"]) == ("RETRY", last["due_at"])
    assert client.post(f"{of(task_id)}/retry").json()["outcome"] == "already"


def test_what_is_in_no_countdown_is_not_retried(
    client: TestClient, owner: psycopg.Connection[Any]
) -> None:
    waiting, ended = enqueue(owner), failed(owner)
    answers = [client.post(f"{of(each)}/retry") for each in (waiting, ended)]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (409, "not_retrying"),
        (409, "task_ended"),
    ]


def test_a_comment_is_an_event(client: TestClient, owner: psycopg.Connection[Any]) -> None:
    task_id = failed(owner)
    answer = client.post(f"{of(task_id)}/comments", json={"message": "the scan is upside down"})
    assert (answer.status_code, answer.json()) == (201, {"task_id": str(task_id), "version": 4})
    last = events(client, task_id)[-1]
    assert (last["actor"], last["data"]) == (
        "ops",
        {"kind": "comment", "message": "the scan is upside down"},
    )
    assert client.post(f"{of(task_id)}/comments", json={"message": ""}).status_code == 422


@pytest.mark.usefixtures("projector_with_acts")
def test_a_failed_task_is_run_again(client: TestClient, owner: psycopg.Connection[Any]) -> None:
    task_id = failed(owner)
    answer = client.post(f"{of(task_id)}/rerun", json={"reason": "fixed"})
    assert (answer.status_code, answer.json()["outcome"]) == (202, "done")
    new = client.get(of(answer.json()["task_id"])).json()
    assert (new["status"], new["rerun_of"], new["actor"]) == ("PENDING", str(task_id), "ops")
    refused = client.post(f"{of(UUID(new['task_id']))}/rerun")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ended")


@pytest.fixture
def projector_with_acts(acting: Acting) -> Iterator[None]:
    """Does actions in the background."""
    from threading import Event, Thread

    stop = Event()

    def work() -> None:
        while not stop.wait(0.02):
            acting.tick()

    thread = Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_a_draft_shows_what_it_is_for_and_its_start_does_just_that(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector, acting: Acting
) -> None:
    tasks = [failed(owner) for _ in range(3)]
    waiting = enqueue(owner)
    projector.caught_up()
    draft = client.post("/api/v1/projects/p/actions", json={"kind": "rerun", "query": "type:test"})
    assert draft.status_code == 201
    body = draft.json()
    assert (body["tasks"], body["by_status"], body["more"]) == (3, {"FAILURE": 3}, False)
    assert {task["task_id"] for task in body["sample"]} == {str(each) for each in tasks}
    later = failed(owner)
    projector.caught_up()
    assert acting.tick() == 0
    action = f"/api/v1/actions/{body['id']}"
    started = client.post(f"{action}/start", json={"reason": "the provider is back"})
    assert started.status_code == 202
    assert client.post(f"{action}/start").json()["code"] == "started_before"
    acting.tick()
    told = client.get(action).json()
    assert (told["done"], told["outcomes"], told["refused"]) == (3, {"done": 3}, [])
    assert told["ended_at"] is not None
    assert [types(owner, each)[-1] for each in (*tasks, later, waiting)] == [
        *["noted"] * 3,
        "failed",
        "registered",
    ]
    assert [each["id"] for each in client.get("/api/v1/actions").json()["actions"]] == [body["id"]]


def test_a_limit_takes_the_newest_and_says_that_there_are_more(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector
) -> None:
    tasks = [enqueue(owner) for _ in range(4)]
    projector.caught_up()
    wanted = {"kind": "cancel", "query": "", "limit": 2}
    body = client.post("/api/v1/actions", json=wanted).json()
    assert (body["tasks"], body["more"]) == (2, True)
    assert [task["task_id"] for task in body["sample"]] == [str(tasks[3]), str(tasks[2])]
    assert client.post("/api/v1/actions", json=wanted | {"limit": 4}).json()["more"] is False


def test_selected_tasks_that_have_changed_are_told(
    client: TestClient, owner: psycopg.Connection[Any], projector: Projector, acting: Acting
) -> None:
    one, other = enqueue(owner), enqueue(owner)
    projector.caught_up()
    wanted = {"kind": "cancel", "task_ids": [str(one), str(other)]}
    body = client.post("/api/v1/projects/p/actions", json=wanted).json()
    client.post(f"{of(one)}/cancel")
    client.post(f"/api/v1/actions/{body['id']}/start")
    acting.tick()
    told = client.get(f"/api/v1/actions/{body['id']}").json()
    assert told["outcomes"] == {"done": 1, "ended": 1}
    assert [(each["task_id"], each["outcome"]) for each in told["refused"]] == [(str(one), "ended")]


def test_nothing_to_do_and_nonsense_are_refused(client: TestClient) -> None:
    for body, code in (
        ({"kind": "retry", "query": "type:none"}, "nothing_to_do"),
        ({"kind": "retry"}, "invalid_request"),
        ({"kind": "rerun", "query": "", "terminate": True}, "invalid_request"),
        ({"kind": "rerun", "query": "status:nonsense"}, "bad_query"),
        ({"kind": "delete", "query": ""}, "invalid_request"),
    ):
        answer = client.post("/api/v1/actions", json=body)
        assert (answer.json()["code"], answer.status_code >= 400) == (code, True)


def test_viewers_act_on_nothing_and_nobody_acts_out_of_reach(
    anonymous: TestClient,
    token: Token,
    owner: psycopg.Connection[Any],
    projector: Projector,
) -> None:
    task_id = enqueue(owner)
    projector.caught_up()
    viewer, elsewhere = token("eve", "viewer"), token("bob", "operator", ["q"])
    operator = token("ops", "operator", ["p"])
    addresses = [f"{of(task_id)}/{what}" for what in ("retry", "rerun", "comments")]
    drafted = {"kind": "cancel", "task_ids": [str(task_id)]}
    for headers, status in ((viewer, 403), (elsewhere, 404)):
        for address in addresses:
            answer = anonymous.post(
                address, json={"message": "x"} if "comm" in address else {}, headers=headers
            )
            assert answer.status_code == status
        answer = anonymous.post("/api/v1/projects/p/actions", json=drafted, headers=headers)
        assert answer.status_code == status
    answer = anonymous.post("/api/v1/actions", json=drafted, headers=elsewhere)
    assert answer.json()["code"] == "nothing_to_do"
    body = anonymous.post("/api/v1/projects/p/actions", json=drafted, headers=operator).json()
    action = f"/api/v1/actions/{body['id']}"
    assert anonymous.get(action, headers=elsewhere).status_code == 404
    assert anonymous.post(f"{action}/start", headers=viewer).status_code == 403
    admin = token("boss", "admin")
    assert anonymous.post(f"{action}/start", headers=admin).status_code == 404, "not their draft"
    assert anonymous.get(action, headers=viewer).json()["started_at"] is None
