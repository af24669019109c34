"""One task: fresh without a projector, as it was, its tag, its events, waiting, cancelling."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid1, uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.eventlog.erasure import Target, erase
from task_ledger.model.ids import new_task_id
from tests.servers import Database
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]


def test_a_task_is_found_at_once_without_any_projector(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register()
    body = client.get(f"/api/v1/tasks/{task.id}").json()
    assert (body["status"], body["version"], body["attempt"]) == ("PENDING", 1, 0)
    ledger.start(task)
    ledger.progress(task, 40, "Extracting pages")
    body = client.get(f"/api/v1/tasks/{task.id}").json()
    assert body["status"] == "PROGRESS"
    assert body["progress"] == {
        "percent": 40.0,
        "step": "Extracting pages",
        "detail": None,
        "current": None,
        "total": None,
    }
    ledger.complete(task, {"page_count": 2**60})
    body = client.get(f"/api/v1/tasks/{task.id}").json()
    assert (body["status"], body["result"]) == ("SUCCESS", {"page_count": 2**60})
    assert body["duration_ms"] >= 0


def test_an_erased_task_says_so_under_another_tag(
    client: TestClient, ledger: Ledger, database: Database
) -> None:
    task = ledger.register(name="Anna")
    ledger.start(task)
    ledger.complete(task, {"of": "Anna"})
    path = f"/api/v1/tasks/{task.id}"
    before = client.get(path)
    assert "Anna" in before.text
    with psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser:
        erase(eraser, Target(task.id), actor="dpo", reason="a request")
    after = client.get(path, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["task_name"] == "[erased]"
    events = client.get(f"{path}/events").json()["events"]
    # What the test's owner registered has one text; the library's own events have two.
    assert [event["erased"] for event in events] == [True, False, True]
    assert events[0]["data"]["name"] == "[erased]"
    assert "Anna" not in after.text + client.get(f"{path}/events").text


def test_the_body_has_what_it_promises(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register(name="Process A-101.pdf")
    ledger.start(task)
    ledger.retry(task, countdown_s=42)
    body = client.get(f"/api/v1/tasks/{task.id}").json()
    promised = {
        "task_id": str(task.id),
        "task_type": "document_processing",
        "task_name": "Process A-101.pdf",
        "status": "RETRY",
        "version": 3,
        "attempt": 1,
        "max_attempts": 4,
        "result": None,
        "error": {
            "type": "TimeoutError",
            "message": "the provider said nothing",
            "place": None,
            "traceback_sha256": None,
        },
        "completed_at": None,
        "duration_ms": None,
        "project_id": "tower-a",
        "actor": "ops",
        "worker": "worker-1@host",
        "cancel_requested": False,
    }
    assert {name: body[name] for name in promised} == promised
    assert body["retry"]["countdown_s"] == 42
    assert body["retry"]["reason"] == "error"
    due_at = datetime.fromisoformat(body["retry"]["due_at"])
    assert timedelta(seconds=30) < due_at - datetime.now(UTC) <= timedelta(seconds=42)
    assert {"progress", "created_at", "started_at"} <= body.keys()


@pytest.mark.parametrize("task_id", [uuid4(), uuid1(), new_task_id(), "0" * 32])
@pytest.mark.parametrize("path", ["", "/events", "?as_of_version=1", "?as_of=2026-01-01T00:00:00Z"])
def test_an_unknown_id_is_not_found(client: TestClient, task_id: object, path: str) -> None:
    answer = client.get(f"/api/v1/tasks/{task_id}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_task_as_of_a_version_is_what_it_was(client: TestClient, ledger: Ledger) -> None:
    task = ledger.finished()
    seen = [
        client.get(f"/api/v1/tasks/{task.id}", params={"as_of_version": version}).json()
        for version in (1, 2, 3, 4)
    ]
    assert [body["status"] for body in seen] == ["PENDING", "STARTED", "PROGRESS", "SUCCESS"]
    assert [body["version"] for body in seen] == [1, 2, 3, 4]
    assert all(body["settled"] for body in seen)
    for version in ("5", "0", "-1", "x", str(2**31)):
        answer = client.get(f"/api/v1/tasks/{task.id}", params={"as_of_version": version})
        assert answer.status_code in (400, 404)
    missing = client.get(f"/api/v1/tasks/{task.id}?as_of_version=5").json()
    assert missing["detail"] == "The task has no version 5; its last is 4."
    earlier = client.get(f"/api/v1/tasks/{task.id}?as_of=2026-01-01T00:00:00Z")
    assert earlier.status_code == 404
    assert earlier.json()["detail"].startswith("The task was registered later, at 20")


def test_a_task_as_of_a_time_goes_by_when_it_was_recorded(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.register()
    ledger.start(task)
    started = client.get(f"/api/v1/tasks/{task.id}").json()["updated_at"]
    ledger.complete(task)
    body = client.get(f"/api/v1/tasks/{task.id}", params={"as_of": started}).json()
    assert (body["status"], body["settled"]) == ("STARTED", True)
    before = (datetime.fromisoformat(started) - timedelta(days=1)).isoformat()
    assert client.get(f"/api/v1/tasks/{task.id}", params={"as_of": before}).status_code == 404


def test_as_of_a_time_is_not_settled_while_somebody_may_still_add_to_it(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.register()
    at = datetime.now(UTC).isoformat()
    ledger.worker.autocommit = False
    ledger.start(task)
    body = client.get(f"/api/v1/tasks/{task.id}", params={"as_of": at}).json()
    tag = client.get(f"/api/v1/tasks/{task.id}", params={"as_of": at}).headers["etag"]
    assert (body["status"], body["settled"]) == ("PENDING", False)
    ledger.worker.commit()
    settled = client.get(f"/api/v1/tasks/{task.id}", params={"as_of": at})
    assert settled.json()["settled"]
    assert settled.headers["etag"] != tag
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert not client.get(f"/api/v1/tasks/{task.id}", params={"as_of": ahead}).json()["settled"]


def test_an_unchanged_task_is_not_sent_again(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register()
    path = f"/api/v1/tasks/{task.id}"
    tag = client.get(path).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    ledger.start(task)
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != tag


def test_how_long_it_usually_runs_is_read_only_of_a_running_task_that_is_sent(
    client: TestClient, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, runs = ledger.finished(), ledger.register()
    ledger.start(runs)
    tag = client.get(f"/api/v1/tasks/{runs.id}").headers["etag"]
    monkeypatch.setattr("task_ledger.server.routes.tasks.read_usual", None)
    unchanged = client.get(f"/api/v1/tasks/{runs.id}", headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    assert client.get(f"/api/v1/tasks/{ended.id}").status_code == 200


def test_waiting_ends_when_the_task_changes(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register()
    path = f"/api/v1/tasks/{task.id}?wait_s=20"
    tag = client.get(f"/api/v1/tasks/{task.id}").headers["etag"]
    timer = threading.Timer(0.5, ledger.start, [task])
    began = time.monotonic()
    timer.start()
    answer = client.get(path, headers={"If-None-Match": tag})
    took = time.monotonic() - began
    assert (answer.status_code, answer.json()["status"]) == (200, "STARTED")
    assert 0.4 < took < 5
    # What If-None-Match names is gone already: no wait.
    began = time.monotonic()
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert time.monotonic() - began < 5


def test_waiting_ends_at_once_for_an_ended_task(client: TestClient, ledger: Ledger) -> None:
    task = ledger.finished()
    tag = client.get(f"/api/v1/tasks/{task.id}").headers["etag"]
    began = time.monotonic()
    answer = client.get(f"/api/v1/tasks/{task.id}?wait_s=20", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert time.monotonic() - began < 5


def test_waiting_is_bounded(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register()
    tag = client.get(f"/api/v1/tasks/{task.id}").headers["etag"]
    began = time.monotonic()
    answer = client.get(f"/api/v1/tasks/{task.id}?wait_s=0.3", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert time.monotonic() - began >= 0.3
    for wait in ("31", "-1", "nan", "inf", "x"):
        assert client.get(f"/api/v1/tasks/{task.id}?wait_s={wait}").status_code == 400
    both = client.get(f"/api/v1/tasks/{task.id}?wait_s=1&as_of_version=1")
    assert both.status_code == 400


def test_events_come_in_pages_with_both_times_and_the_actor(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.finished()
    found = []
    after = 0
    while after is not None:
        page = client.get(f"/api/v1/tasks/{task.id}/events?limit=3&after={after}").json()
        found += page["events"]
        after = page["next"]
    assert [e["version"] for e in found] == [1, 2, 3, 4]
    assert [e["type"] for e in found] == ["registered", "started", "progress", "completed"]
    assert [e["actor"] for e in found] == ["ops", "worker-1", "worker-1", "worker-1"]
    assert found[2]["data"] == {"percent": 40.0, "step": "Extracting pages"}
    assert all(e["occurred_at"] and e["recorded_at"] for e in found)


def test_a_waiting_task_is_cancelled_at_once_by_who_asked(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.register()
    answer = client.post(f"/api/v1/tasks/{task.id}/cancel", json={"reason": "wrong set"})
    assert answer.status_code == 202
    assert answer.json() == {
        "task_id": str(task.id),
        "outcome": "accepted",
        "status": "REVOKED",
        "version": 3,
    }
    events = client.get(f"/api/v1/tasks/{task.id}/events").json()["events"]
    assert [(e["type"], e["actor"]) for e in events[1:]] == [
        ("cancel_requested", "ops"),
        ("failed", "ops"),
    ]
    assert events[1]["data"]["reason"] == "wrong set"


def test_a_running_task_is_told_to_cancel_once(client: TestClient, ledger: Ledger) -> None:
    task = ledger.register()
    ledger.start(task)
    first = client.post(f"/api/v1/tasks/{task.id}/cancel")
    second = client.post(f"/api/v1/tasks/{task.id}/cancel")
    assert [(a.status_code, a.json()["outcome"]) for a in (first, second)] == [
        (202, "accepted"),
        (202, "already"),
    ]
    assert first.json()["version"] == second.json()["version"] == 3
    body = client.get(f"/api/v1/tasks/{task.id}").json()
    assert (body["status"], body["cancel_requested"], body["cancel_requested_by"]) == (
        "STARTED",
        True,
        "ops",
    )


def test_a_process_that_its_worker_cannot_end_is_not_terminated(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.register()
    ledger.start(task)
    answer = client.post(f"/api/v1/tasks/{task.id}/cancel", json={"terminate": True})
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_terminable"
    assert "without terminate" in answer.json()["detail"]
    assert client.get(f"/api/v1/tasks/{task.id}").json()["cancel_requested"] is False


def test_an_ended_task_is_not_cancelled(client: TestClient, ledger: Ledger) -> None:
    task = ledger.finished()
    answer = client.post(f"/api/v1/tasks/{task.id}/cancel")
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["task_status"], problem["version"]) == (
        "task_ended",
        "SUCCESS",
        4,
    )


def test_only_operators_and_admins_cancel(
    anonymous: TestClient, token: Token, ledger: Ledger
) -> None:
    task = ledger.register()
    path = f"/api/v1/tasks/{task.id}/cancel"
    for role in ("viewer", "auditor"):
        answer = anonymous.post(path, headers=token(role, role))
        assert (answer.status_code, answer.json()["code"]) == (403, "role")
    hidden = anonymous.post(path, headers=token("o", "operator", ["tower-b"]))
    assert hidden.status_code == 404
    assert len(anonymous.get(path[:-7] + "/events", headers=token("x")).json()["events"]) == 1
    assert anonymous.post(path, headers=token("p", "operator", ["tower-a"])).status_code == 202


def test_a_task_out_of_reach_looks_as_if_it_were_not_there(
    client: TestClient, token: Token, ledger: Ledger
) -> None:
    task = ledger.finished()
    other = token("other", "viewer", ["tower-b"])
    for path in ("", "/events", "?as_of_version=1", "?as_of=2999-01-01T00:00:00Z", "?wait_s=1"):
        hidden = client.get(f"/api/v1/tasks/{task.id}{path}", headers=other)
        missing = client.get(f"/api/v1/tasks/{new_task_id()}{path}", headers=other)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.json() == missing.json()


def test_a_traceback_never_leaves(client: TestClient, ledger: Ledger) -> None:
    secret = 'File "/srv/app.py", line 1, in body\npassword=hunter2'
    task = ledger.register()
    ledger.start(task)
    ledger.fail(task, "no such page", traceback=secret)
    for path in ("", "/events", "?as_of_version=3"):
        text = client.get(f"/api/v1/tasks/{task.id}{path}").text
        assert "no such page" in text
        assert "hunter2" not in text
        assert "/srv/app.py" not in text


def test_the_log_alone_answers_whatever_the_read_model_says(
    client: TestClient,
    anonymous: TestClient,
    token: Token,
    ledger: Ledger,
    projector: Projector,
    database: Database,
) -> None:
    task = ledger.finished()
    projector.caught_up()
    with psycopg.connect(database.url_for("projector"), autocommit=True) as thief:
        thief.execute(
            "UPDATE task_ledger.task_record SET task_name = 'forged', project_id = 'another'"
        )
    assert client.get(f"/api/v1/tasks/{task.id}").json()["task_name"] == "forged"
    told = client.get(f"/api/v1/tasks/{task.id}", params={"source": "log"}).json()
    assert told["task_name"] != "forged"
    assert (told["project_id"], told["status"]) == ("tower-a", "SUCCESS")
    stranger = token("stranger", "viewer", ["another"])
    answer = anonymous.get(f"/api/v1/tasks/{task.id}", params={"source": "log"}, headers=stranger)
    assert answer.status_code == 404
    both = {"source": "log", "as_of_version": 1}
    assert client.get(f"/api/v1/tasks/{task.id}", params=both).status_code == 400
    nobody = client.get(f"/api/v1/tasks/{new_task_id()}", params={"source": "log"})
    assert nobody.status_code == 404
