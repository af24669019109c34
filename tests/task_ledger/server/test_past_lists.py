"""Lists of tasks as they were at an earlier time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from task_ledger.eventlog import past_tasks
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

PATH = "/api/v1/tasks/project/tower-a"
CHANGING = ("waiting", "usual", "settled")
"""What only one of a list and a task has."""


@pytest.fixture
def story(client: TestClient, ledger: Ledger, projector: Projector) -> list[str]:
    """Tasks of one project whose events alternate, and one of another. The times of all events of
    the project, as text, in their order."""
    tasks = [
        ledger.register(name=f"sheet {place}", task_type=f"type_{place % 2}") for place in range(4)
    ]
    for task in tasks[:3]:
        ledger.start(task)
    ledger.progress(tasks[0], 10, "Reading")
    ledger.retry(tasks[1], countdown_s=0)
    ledger.fail(tasks[2], "Sheet S-101 is not calibrated")
    ledger.finished(project="tower-b", name="of another project")
    ledger.progress(tasks[0], 60, "Measuring")
    ledger.register(name="sheet 4")
    ledger.complete(tasks[0])
    ledger.start(tasks[1])
    client.post(f"/api/v1/tasks/{tasks[3].id}/cancel")
    projector.caught_up()
    timeline = client.get("/api/v1/projects/tower-a/events")
    times = [event["recorded_at"] for event in timeline.json()["events"]]
    assert len(times) == 16
    return sorted(times)


def _list(client: TestClient, as_of: str, **query: Any) -> dict[str, Any]:
    answer = client.get(PATH, params={"as_of": as_of, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _lasting(task: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in task.items() if name not in CHANGING}


def test_a_list_as_of_a_time_has_each_task_as_it_was(client: TestClient, story: list[str]) -> None:
    ids = [task["task_id"] for task in client.get(PATH).json()["tasks"]]
    for at in story:
        answers = [client.get(f"/api/v1/tasks/{each}", params={"as_of": at}) for each in ids]
        were = [_lasting(answer.json()) for answer in answers if answer.status_code == 200]
        then = _list(client, at)
        assert [_lasting(task) for task in then["tasks"]] == were
        assert then["counts"] == {
            status: sum(task["status"] == status for task in were) for status in then["counts"]
        }
        assert (then["next"], then["counted_since"]) == (None, None)
        assert datetime.fromisoformat(then["as_of"]) == datetime.fromisoformat(at)


def test_filters_apply_to_what_tasks_were(client: TestClient, story: list[str]) -> None:
    def names(at: str, **query: Any) -> set[str]:
        return {task["task_name"] for task in _list(client, at, **query)["tasks"]}

    failed = story[9]  # the event that ended `sheet 2`
    assert names(failed, status="FAILURE") == {"sheet 2"}
    assert names(story[8], status="FAILURE") == set()
    assert names(failed, status=["PROGRESS", "RETRY"]) == {"sheet 0", "sheet 1"}
    assert names(story[-1], status=["PROGRESS", "RETRY"]) == set()
    assert names(failed, task_type="type_1") == {"sheet 1", "sheet 3"}
    assert names(failed, q="Reading") == {"sheet 0"}
    assert names(story[-1], q="Reading") == set()
    assert names(failed, query="is:open type:type_0") == {"sheet 0"}
    assert names(failed, query="error:~calibrated") == {"sheet 2"}
    assert names(story[8], query="error:~calibrated") == set()


def test_a_query_takes_the_moment_for_now(client: TestClient, story: list[str]) -> None:
    started = story[4]
    # By now, it has run longer, and was registered longer ago.
    assert [task["task_name"] for task in _list(client, started, query="shorter:1ms")["tasks"]] == [
        "sheet 0"
    ]
    recent = _list(client, story[0], query="after:1ms")
    assert [task["task_name"] for task in recent["tasks"]] == ["sheet 0"]
    assert recent["counts"]["PENDING"] == 1


@pytest.mark.parametrize("events", [1, 4, 1000])
def test_pages_follow_each_other_however_few_events_are_folded_for_one(
    client: TestClient, story: list[str], monkeypatch: pytest.MonkeyPatch, events: int
) -> None:
    monkeypatch.setattr(past_tasks, "EVENTS", events)
    at = story[9]  # each of the tasks has later events
    found: list[str] = []
    pages = 0
    cursor: dict[str, str] = {}
    while pages == 0 or cursor:
        page = _list(client, at, limit=3, **cursor)
        pages += 1
        found += [task["task_name"] for task in page["tasks"]]
        cursor = {"cursor": page["next"]} if page["next"] else {}
    assert found == ["sheet 3", "sheet 2", "sheet 1", "sheet 0"]
    assert pages == {1: 4, 4: 3, 1000: 2}[events]


def test_a_cursor_belongs_to_its_moment(client: TestClient, story: list[str]) -> None:
    first = _list(client, story[-1], limit=2)
    other = client.get(PATH, params={"as_of": story[-2], "limit": 2, "cursor": first["next"]})
    assert (other.status_code, other.json()["code"]) == (400, "bad_cursor")


def test_all_projects_as_of_a_time(client: TestClient, story: list[str]) -> None:
    then = client.get("/api/v1/tasks", params={"as_of": story[9]}).json()
    assert {task["project_id"] for task in then["tasks"]} == {"tower-a"}
    now = client.get("/api/v1/tasks", params={"as_of": story[-1], "task_type": "type_0"}).json()
    assert {task["task_name"] for task in now["tasks"]} == {"sheet 0", "sheet 2"}


def test_what_has_no_past_is_refused(client: TestClient, story: list[str]) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    for query, said in [
        ({"as_of": later}, "in the future"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "2000 or later"),
        ({"as_of": "0001-01-01T00:00:00Z", "query": "after:3d"}, "2000 or later"),
        ({"as_of": story[0], "order": "oldest"}, "Leave out order"),
        ({"as_of": story[0], "order": "last_ended"}, "Leave out order"),
        ({"as_of": story[0], "trees": True}, "Give one of"),
        ({"as_of": story[0], "after": "0199c0de-0000-7000-8000-000000000000:1"}, "Give one of"),
    ]:
        answer = client.get(PATH, params=query)
        assert (answer.status_code, said in answer.json()["detail"]) == (400, True), answer.text
