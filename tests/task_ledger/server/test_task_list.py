"""Lists of tasks: filters, counts, pages, and how far they are behind."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
UNKNOWN = "0199c0de-0000-7000-8000-000000000000"
PATH = "/api/v1/tasks/project/tower-a"


@pytest.fixture
def listed(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """One task of each status, in two projects."""
    ledger.finished(name="done")
    ledger.register(name="waiting 100%", task_type="ocr_processing")
    started = ledger.register(name="started")
    ledger.start(started)
    running = ledger.register(name="running")
    ledger.start(running)
    ledger.progress(running, 10, "Downloading file")
    retrying = ledger.register(name="retrying")
    ledger.start(retrying)
    ledger.retry(retrying)
    failed = ledger.register(name="failed", task_type="ocr_processing")
    ledger.start(failed)
    ledger.fail(failed, "Sheet S-101 is not calibrated")
    cancelled = ledger.register(name="cancelled")
    client.post(f"/api/v1/tasks/{cancelled.id}/cancel")
    ledger.register(project="tower-b", name="of another project")
    projector.caught_up()
    return client


def _names(client: TestClient, query: str = "") -> set[str]:
    return {task["task_name"] for task in client.get(f"{PATH}{query}").json()["tasks"]}


def test_a_list_has_the_projects_tasks_newest_first_and_counted(listed: TestClient) -> None:
    body = listed.get(PATH).json()
    assert [task["task_name"] for task in body["tasks"]] == [
        "cancelled",
        "failed",
        "retrying",
        "running",
        "started",
        "waiting 100%",
        "done",
    ]
    assert body["counts"] == dict.fromkeys(
        ["PENDING", "STARTED", "PROGRESS", "RETRY", "SUCCESS", "FAILURE", "REVOKED"], 1
    )
    assert (body["next"], body["behind"], body["lag_s"]) == (None, None, 0)
    assert datetime.fromisoformat(body["server_time"]).tzinfo is not None


def test_a_listed_task_is_the_task(listed: TestClient) -> None:
    for task in listed.get(PATH).json()["tasks"]:
        assert listed.get(f"/api/v1/tasks/{task['task_id']}").json() == task


def test_every_filter_filters(listed: TestClient) -> None:
    assert _names(listed, "?status=RETRY") == {"retrying"}
    assert _names(listed, "?status=RETRY&status=FAILURE") == {"retrying", "failed"}
    assert _names(listed, "?task_type=ocr_processing") == {"waiting 100%", "failed"}
    assert _names(listed, "?task_type=ocr_processing&status=FAILURE") == {"failed"}
    assert _names(listed, "?task_type=none") == set()
    tasks = listed.get(PATH).json()["tasks"]
    since = tasks[2]["created_at"]
    recent = {"cancelled", "failed", "retrying"}
    assert {
        t["task_name"] for t in listed.get(PATH, params={"since": since}).json()["tasks"]
    } == recent


def test_text_is_found_wherever_a_task_shows_it_and_means_itself(listed: TestClient) -> None:
    failed = next(t for t in listed.get(PATH).json()["tasks"] if t["task_name"] == "failed")
    for text, names in (
        ("RUNN", {"running"}),
        ("downloading", {"running"}),
        ("s-101", {"failed"}),
        ("valueerror", {"failed"}),
        (failed["task_id"], {"failed"}),
        (failed["task_id"].upper(), {"failed"}),
        ("%", {"waiting 100%"}),
        ("_", {"waiting 100%", "done", "started", "running", "retrying", "failed", "cancelled"}),
        ("\\", set()),
        ("nowhere", set()),
    ):
        found = listed.get(PATH, params={"q": text}).json()["tasks"]
        assert {task["task_name"] for task in found} == names, text


def test_a_query_narrows_what_the_other_filters_leave(listed: TestClient) -> None:
    def named(**params: str) -> set[str]:
        return {task["task_name"] for task in listed.get(PATH, params=params).json()["tasks"]}

    assert named(query="type:ocr* is:ended") == {"failed"}
    assert named(query="-is:ended", status="RETRY") == {"retrying"}
    assert named(query="name:~ing", q="waiting") == {"waiting 100%"}
    assert named(query="status:RETRY", status="FAILURE") == set()
    assert len(named(query="")) == 7


def test_what_is_no_query_is_refused_with_its_place(listed: TestClient) -> None:
    answer = listed.get(PATH, params={"query": "running typ:ocr"})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["position"]) == (400, "bad_query", 8)
    assert "did you mean type?" in problem["detail"]


def test_pages_of_a_query_go_on_and_belong_to_it(listed: TestClient) -> None:
    params = {"query": "-name:done", "limit": "4"}
    first = listed.get(PATH, params=params).json()
    rest = listed.get(PATH, params=params | {"cursor": first["next"]}).json()
    assert [len(first["tasks"]), len(rest["tasks"]), rest["next"]] == [4, 2, None]
    other = listed.get(PATH, params={"query": "-name:waits", "cursor": first["next"]})
    assert other.json()["code"] == "bad_cursor"


def test_every_field_of_a_query_is_described(listed: TestClient) -> None:
    fields = {each["name"]: each for each in listed.get("/api/v1/query-fields").json()["fields"]}
    assert fields["status"]["choices"][0] == "PENDING"
    assert fields["meta"]["keyed"]
    for name, field in fields.items():
        value = (
            field["choices"]
            or {"time": ["1d"], "duration": ["1d"], "id": ["aaaa"]}.get(field["kind"], ["1"])
        )[0]
        for operator in field["operators"]:
            query = f"{name}{'.k' if field['keyed'] else ''}:{operator}{value}"
            assert listed.get(PATH, params={"query": query}).status_code == 200, query


def test_counts_follow_every_filter_but_the_status(listed: TestClient) -> None:
    counts = listed.get(f"{PATH}?status=RETRY&task_type=ocr_processing").json()["counts"]
    assert {status for status, count in counts.items() if count} == {"PENDING", "FAILURE"}


def test_pages_neither_skip_nor_repeat_while_tasks_arrive(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    there = {str(ledger.register(name=f"task {n}").id) for n in range(25)}
    projector.caught_up()
    found: list[str] = []
    params: dict[str, Any] = {"limit": 4}
    while True:
        body = client.get(PATH, params=params).json()
        found += [task["task_id"] for task in body["tasks"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
        for task in ledger.tasks[:3]:
            if task.attempt == 0:
                ledger.start(task)
        ledger.register(name="late")
        projector.caught_up()
    assert len(found) == len(set(found)) == 25
    assert set(found) == there


@pytest.mark.parametrize("cursor", ["x", "AAAA", "…", "a" * 44, "=" * 44, "AQ" * 22])
def test_a_cursor_that_was_not_given_out_is_refused(empty: TestClient, cursor: str) -> None:
    answer = empty.get(PATH, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_cursor_counts_for_its_own_filters_only(listed: TestClient) -> None:
    cursor = listed.get(f"{PATH}?limit=1").json()["next"]
    assert listed.get(f"{PATH}?limit=3&cursor={cursor}").status_code == 200
    other = listed.get(f"{PATH}?limit=1&status=RETRY&cursor={cursor}")
    assert (other.status_code, other.json()["code"]) == (400, "bad_cursor")
    padded = listed.get(PATH, params={"cursor": f"{cursor}="})
    assert padded.status_code == 400


def test_a_list_waits_until_it_knows_what_was_enqueued(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    for _ in range(5):
        task = ledger.register()
        body = client.get(f"{PATH}?after={task.id}:1").json()
        assert body["behind"] is None
        assert str(task.id) in {t["task_id"] for t in body["tasks"]}


def test_a_list_that_cannot_know_it_says_how_far_behind_it_is(
    client: TestClient, ledger: Ledger
) -> None:
    task = ledger.register()
    body = client.get(f"{PATH}?after={task.id}:1").json()
    assert body["tasks"] == []
    assert body["behind"] == {"task_id": str(task.id), "version": 1, "folded_version": 0}
    assert body["lag_s"] >= 2


def test_a_list_waits_for_no_task_of_another_project(
    client: TestClient, ledger: Ledger, projector: Projector, token: Token
) -> None:
    other = ledger.register(project="tower-b")
    projector.caught_up()
    asker = token("one", "viewer", ["tower-a"])
    answers = [
        client.get(f"{PATH}?after={task_id}:1", headers=asker).json()["behind"]
        for task_id in (other.id, UNKNOWN)
    ]
    assert answers == [
        {"task_id": str(task_id), "version": 1, "folded_version": 0}
        for task_id in (other.id, UNKNOWN)
    ]


@pytest.mark.parametrize(
    "query",
    [
        "?nonsense=1",
        "?status=DONE",
        "?limit=0",
        "?limit=501",
        "?limit=x",
        "?limit=1&limit=2",
        "?since=yesterday",
        "?since=20261124",
        "?since=2026-01-01T00:00:00",
        "?q=",
        "?q=%00",
        "?q=" + "x" * 301,
        "?after=x",
        "?after=0199c0de-0000-7000-8000-000000000000:0",
        "?after=0199c0de-0000-7000-8000-000000000000:²",
        "?after=0199c0de-0000-7000-8000-000000000000:99999999999",
        "?task_type=%00",
    ],
)
def test_what_makes_no_sense_is_refused_and_named(empty: TestClient, query: str) -> None:
    answer = empty.get(PATH + query)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    name = query[1:].partition("=")[0]
    assert name in answer.json()["detail"]


def test_the_oldest_come_first_where_asked_also_across_pages(listed: TestClient) -> None:
    newest = [task["task_name"] for task in listed.get(PATH).json()["tasks"]]
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = listed.get(f"{PATH}?order=oldest&limit=3{cursor}").json()
        found += [task["task_name"] for task in page["tasks"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert found == newest[::-1]


def test_a_cursor_is_of_one_order(listed: TestClient) -> None:
    cursor = listed.get(f"{PATH}?limit=2").json()["next"]
    assert listed.get(f"{PATH}?limit=2&order=oldest&cursor={cursor}").status_code == 400


def test_the_ended_come_by_their_end_or_by_what_they_took_while_others_end(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    running = [ledger.register(name=f"task {n}") for n in range(6)]
    for task in running:
        ledger.start(task)
    for task in (running[3], running[0], running[4], running[1]):
        ledger.complete(task)
    projector.caught_up()
    last = client.get(f"{PATH}?order=last_ended&limit=3").json()
    first = client.get(f"{PATH}?order=first_ended&limit=3").json()
    assert [task["task_name"] for task in last["tasks"]] == ["task 1", "task 4", "task 0"]
    assert [task["task_name"] for task in first["tasks"]] == ["task 3", "task 0", "task 4"]
    ledger.complete(running[5])
    ledger.fail(running[2], "too late")
    projector.caught_up()
    assert _names(client, f"?order=last_ended&limit=3&cursor={last['next']}") == {"task 3"}
    rest = client.get(f"{PATH}?order=first_ended&limit=3&cursor={first['next']}").json()["tasks"]
    assert [task["task_name"] for task in rest] == ["task 1", "task 5", "task 2"]
    took = [t["duration_ms"] for t in client.get(f"{PATH}?order=longest").json()["tasks"]]
    assert took == sorted(took, reverse=True)
    assert len(took) == 6
    shortest = [t["duration_ms"] for t in client.get(f"{PATH}?order=shortest").json()["tasks"]]
    assert shortest == took[::-1]


def test_named_tasks_are_found_and_those_of_other_projects_are_not(
    listed: TestClient, ledger: Ledger
) -> None:
    first, second, other = ledger.tasks[0], ledger.tasks[2], ledger.tasks[-1]
    assert _names(listed, f"?task_id={first.id}&task_id={second.id}&task_id={other.id}") == {
        "done",
        "started",
    }


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_search_that_stops_before_its_page_is_full_says_where_to_go_on(
    listed: TestClient, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.task_list.LOOK", 3)
    found: list[str] = []
    looked: list[str] = []
    cursor = ""
    while cursor is not None:
        page = listed.get(f"{PATH}?order={order}&limit=2&q=ed{cursor}").json()
        found += [task["task_name"] for task in page["tasks"]]
        looked += [page["looked_to"]] if page["looked_to"] else []
        cursor = f"&cursor={page['next']}" if page["next"] else None
    names = ["cancelled", "failed", "started"]
    assert found == (names if order == "newest" else names[::-1])
    assert looked == sorted(looked, reverse=order == "newest")
    assert len(looked) >= 2


def test_counts_by_what_no_index_knows_say_how_far_back_they_go(
    listed: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = listed.get(PATH).json()["tasks"]
    assert listed.get(f"{PATH}?q=ed").json()["counted_since"] is None
    monkeypatch.setattr("task_ledger.eventlog.task_list.LOOK", 3)
    body = listed.get(f"{PATH}?q=ed").json()
    assert body["counted_since"] == tasks[2]["created_at"]
    assert sum(body["counts"].values()) == 2
    assert listed.get(PATH).json()["counted_since"] is None
