"""The timeline: filtered, paged, exported so that it can be verified."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from task_ledger.model.digest import first_misfit
from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType, State
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/events"


@pytest.fixture
def told(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """Two finished tasks and a failed one: 11 events."""
    ledger.finished(name="Process A-101.pdf")
    ledger.finished(name="Read A-101", task_type="ocr_processing", actor="anna")
    failed = ledger.register(name="Scale", task_type="scale_detection", actor="anna")
    ledger.start(failed)
    ledger.fail(failed, "no 100% sure scale", traceback="Traceback: hunter2")
    projector.caught_up()
    return client


def _seqs(client: TestClient, query: str) -> list[int]:
    return [event["seq"] for event in client.get(f"{PATH}{query}").json()["events"]]


def test_the_timeline_is_numbered_without_gaps(told: TestClient) -> None:
    body = told.get(f"{PATH}?order=oldest").json()
    assert [event["seq"] for event in body["events"]] == list(range(1, 12))
    assert (body["head"], body["next"]) == (11, None)
    assert _seqs(told, "") == list(range(11, 0, -1))
    first = body["events"][0]
    assert (first["type"], first["task_name"], first["actor"]) == (
        "registered",
        "Process A-101.pdf",
        "ops",
    )
    assert first["occurred_at"] != first["recorded_at"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_of_the_timeline_meet(told: TestClient, order: str) -> None:
    found: list[int] = []
    cursor = ""
    while True:
        body = told.get(f"{PATH}?order={order}&limit=3{cursor}").json()
        found += [event["seq"] for event in body["events"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert found == sorted(range(1, 12), reverse=order == "newest")


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ("event:failed took:>5m", 13, "The fields of events are event, actor, "),
        ("evnt:failed", 0, "did you mean event?"),
        ('error:~"open', 7, "a closing"),
    ],
)
def test_what_is_no_query_of_events_is_refused_with_its_place(
    told: TestClient, query: str, position: int, says: str
) -> None:
    answer = told.get(PATH, params={"query": query})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "bad_query")
    assert problem["position"] == position
    assert says in problem["detail"]


def test_the_fields_of_events_and_of_tasks_are_listed(client: TestClient) -> None:
    events, tasks, default = (
        client.get(f"/api/v1/query-fields{of}").json()["fields"]
        for of in ("?of=events", "?of=tasks", "")
    )
    assert default == tasks
    assert "event" in {field["name"] for field in events}
    assert "took" in {field["name"] for field in tasks} - {field["name"] for field in events}


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_page_that_stops_before_it_is_full_says_where_to_go_on(
    told: TestClient, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.timeline.LOOK", 3)
    everything = told.get(f"{PATH}?order={order}").json()["events"]
    wanted = [event["seq"] for event in everything if event["type"] == "failed"]
    found: list[int] = []
    empty = 0
    cursor = ""
    while True:
        body = told.get(f"{PATH}?order={order}&limit=2&q=100%25{cursor}").json()
        found += [event["seq"] for event in body["events"]]
        empty += not body["events"]
        assert body["looked_to"] == body["next"]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert found == wanted
    assert empty >= 2


def test_every_filter_of_the_timeline_filters(told: TestClient, ledger: Ledger) -> None:
    events = told.get(f"{PATH}?order=oldest").json()["events"]

    def where(matches: Callable[[dict[str, Any]], bool]) -> set[int]:
        return {event["seq"] for event in events if matches(event)}

    third = str(ledger.tasks[2].id)
    cases: list[tuple[dict[str, Any], set[int]]] = [
        ({"type": "failed"}, where(lambda e: e["type"] == "failed")),
        ({"type": ["failed", "progress"]}, where(lambda e: e["type"] in ("failed", "progress"))),
        ({"task_type": "ocr_processing"}, where(lambda e: e["task_type"] == "ocr_processing")),
        ({"task_id": third}, where(lambda e: e["task_id"] == third)),
        ({"actor": "anna"}, where(lambda e: e["actor"] == "anna")),
        ({"since": events[4]["recorded_at"]}, set(range(5, 12))),
        ({"until": events[4]["recorded_at"]}, set(range(1, 5))),
        ({"q": "EXTRACTING"}, where(lambda e: e["data"].get("step") == "Extracting pages")),
        ({"q": "100%"}, where(lambda e: e["type"] == "failed")),
        ({"q": "ValueError"}, where(lambda e: e["type"] == "failed")),
        ({"query": "-event:failed type:scale*"}, {9, 10}),
        ({"query": 'error:~"100% sure"', "type": "failed"}, where(lambda e: e["type"] == "failed")),
        ({"query": ""}, set(range(1, 12))),
        ({"q": "Scale", "actor": "anna"}, where(lambda e: e["seq"] == 9)),
    ]
    for params, expected in cases:
        found = {e["seq"] for e in told.get(PATH, params=params).json()["events"]}
        assert expected, params
        assert found == expected, params


@pytest.mark.parametrize(
    "query",
    [
        "?nonsense=1",
        "?type=exploded",
        "?task_id=x",
        "?cursor=x",
        "?cursor=-1",
        "?cursor=99999999999999999999",
        "?order=random",
        "?until=soon",
        "?until=1764000000",
        "?actor=%00",
        "/stream?after=x",
        "/stream?after=-1",
        "/stream?after=1",
        "/stream?nonsense=1",
        "/export?format=xlsx",
        "/export?nonsense=1",
    ],
)
def test_what_the_timeline_does_not_know_is_refused(empty: TestClient, query: str) -> None:
    answer = empty.get(f"{PATH}{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_traceback_is_in_the_timeline_or_the_export(told: TestClient) -> None:
    for path in (PATH, f"{PATH}/export", f"{PATH}/export?format=csv"):
        text = told.get(path).text
        assert "ValueError" in text
        assert "hunter2" not in text


def _event(row: dict[str, Any]) -> TaskEvent:
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None

    occurred_at, recorded_at = moment(row["occurred_at"]), moment(row["recorded_at"])
    assert occurred_at is not None
    assert recorded_at is not None
    return TaskEvent(
        task_id=UUID(row["task_id"]),
        version=int(row["version"]),
        project_id=row["project_id"],
        shard=int(row["shard"]),
        feed=int(row["feed"]),
        type=EventType(row["type"]),
        schema_version=int(row["schema_version"]),
        actor=row["actor"],
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        state=State(row["state"]),
        attempt=int(row["attempt"]),
        max_attempts=int(row["max_attempts"]) if row["max_attempts"] else None,
        claim=UUID(row["claim"]) if row["claim"] else None,
        cancel_requested=row["cancel_requested"] in (True, "True", "true"),
        due_at=moment(row["due_at"]),
        digest=bytes.fromhex(row["digest"]),
        data_text=row["data_text"],
        private_text=row["private_text"] or None,
        salt=UUID(hex=row["salt"]) if row["salt"] else None,
    )


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_an_export_verifies_without_the_database(
    client: TestClient, ledger: Ledger, projector: Projector, form: str, tmp_path: Path
) -> None:
    task = ledger.register(name='Comma, "quote"\nand line; ünïcode')
    ledger.start(task)
    ledger.retry(task)
    client.post(f"/api/v1/tasks/{task.id}/cancel", json={"reason": "a, b"})
    ledger.finished(max_attempts=None)
    projector.caught_up()
    answer = client.get(f"{PATH}/export?format={form}")
    assert answer.status_code == 200
    assert f".{form}" in answer.headers["content-disposition"]
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    else:
        rows = [json.loads(line) for line in answer.text.splitlines()]
    events = [_event(row) for row in rows]
    assert len(events) == 9
    if form == "ndjson":
        file = tmp_path / "events.ndjson"
        file.write_text(answer.text, encoding="utf-8")
        check = [sys.executable, "docs/check_export.py", str(file)]
        assert subprocess.run(check, check=False).returncode == 0
    histories = [list(g) for _, g in groupby(sorted(events, key=_key), key=lambda e: e.task_id)]
    assert [first_misfit(history) for history in histories] == [None, None]
    # The check can fail: one changed actor shows.
    rows[0]["actor"] = "somebody else"
    altered = sorted([_event(row) for row in rows], key=_key)
    assert any(first_misfit(list(g)) for _, g in groupby(altered, key=lambda e: e.task_id))


@pytest.mark.parametrize("actor", ["=1+1", "+1", "-1", "@x", "\t=1", "'=1+1", "''"])
def test_no_field_of_a_csv_export_is_a_formula_and_it_verifies(
    client: TestClient, ledger: Ledger, projector: Projector, actor: str, tmp_path: Path
) -> None:
    ledger.register(actor=actor)
    projector.caught_up()
    answer = client.get(f"{PATH}/export?format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert row["actor"] == f"'{actor}"
    assert not any(field.startswith(("=", "+", "-", "@", "\t")) for field in row.values())
    file = tmp_path / "events.csv"
    file.write_text(answer.text, encoding="utf-8", newline="")
    check = [sys.executable, "docs/check_export.py", str(file)]
    assert subprocess.run(check, check=False).returncode == 0


def test_an_export_of_a_task_has_its_events_and_no_others(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished()
    ledger.finished()
    other = ledger.register(project="tower-b")
    projector.caught_up()
    rows = client.get(f"{PATH}/export?task_id={task.id}").text.splitlines()
    assert [(row["task_id"], row["version"]) for row in map(json.loads, rows)] == [
        (str(task.id), version) for version in (1, 2, 3, 4)
    ]
    assert client.get(f"{PATH}/export?task_id={other.id}").text == ""


def test_only_auditors_and_admins_export(
    anonymous: TestClient, token: Token, ledger: Ledger
) -> None:
    admin = token("admin", "admin")
    ledger.register()
    for role in ("viewer", "operator"):
        headers = token(role, role)
        answer = anonymous.get(f"{PATH}/export", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "role")
        assert anonymous.get(PATH, headers=headers).status_code == 200
    for headers in (admin, token("auditor", "auditor", ["tower-a"])):
        assert anonymous.get(f"{PATH}/export", headers=headers).status_code == 200


def _key(event: TaskEvent) -> tuple[str, int]:
    return str(event.task_id), event.version


def test_an_empty_timeline_exports_as_nothing(empty: TestClient) -> None:
    assert empty.get(f"{PATH}/export").text == ""
    assert empty.get(f"{PATH}/export?format=csv").text.startswith("task_id,version,")


def test_exports_give_their_places_back(client: TestClient, told: TestClient) -> None:
    for _ in range(10):
        assert client.get(f"{PATH}/export").status_code == 200
