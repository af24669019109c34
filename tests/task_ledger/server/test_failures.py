"""Failures over HTTP: grouped, of what a token reaches, handled by those who may."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from task_ledger.server.cursors import text_cursor_of
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/failures"
ALL = "/api/v1/failures"


@pytest.fixture
def failed(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """Two sheets that failed alike, one otherwise, and one in another project."""
    for project, message in (
        ("tower-a", "Sheet S-101 is not calibrated"),
        ("tower-a", "Sheet S-202 is not calibrated"),
        ("tower-a", "no title block"),
        ("tower-b", "Sheet S-303 is not calibrated"),
    ):
        task = ledger.register(project=project)
        ledger.start(task)
        ledger.fail(task, message)
    ledger.finished()
    projector.caught_up()
    return client


def _groups(client: TestClient, path: str = PATH, **options: Any) -> list[dict[str, Any]]:
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()["groups"]


def test_failures_are_grouped_and_lead_to_their_tasks_and_back(failed: TestClient) -> None:
    rare, common = _groups(failed)
    assert (rare["tasks"], rare["message"]) == (1, "no title block")
    assert (common["tasks"], common["message"]) == (2, "Sheet S-202 is not calibrated")
    assert (common["hours"][-1], common["days"][-1], len(common["hours"])) == (2, 2, 24)
    tasks = failed.get(
        "/api/v1/tasks/project/tower-a", params={"query": f"fingerprint:{common['fingerprint']}"}
    ).json()["tasks"]
    assert {task["error"]["message"] for task in tasks} == {
        "Sheet S-101 is not calibrated",
        "Sheet S-202 is not calibrated",
    }
    assert {task["fingerprint"] for task in tasks} == {common["fingerprint"]}
    assert failed.get(f"{PATH}/{common['fingerprint']}").json() == common
    done = failed.get("/api/v1/tasks", params={"status": "SUCCESS"}).json()["tasks"]
    assert [task["fingerprint"] for task in done] == [None]


def test_a_token_is_shown_the_failures_of_its_projects(failed: TestClient, token: Token) -> None:
    assert [group["project_id"] for group in _groups(failed, ALL)] == [
        "tower-b",
        "tower-a",
        "tower-a",
    ]
    headers = token("one", "viewer", ["tower-b", "tower-c"])
    (group,) = _groups(failed, ALL, headers=headers)
    assert (group["project_id"], group["tasks"]) == ("tower-b", 1)
    assert failed.get(PATH, headers=headers).status_code == 404
    assert failed.get(f"{PATH}/{group['fingerprint']}", headers=headers).status_code == 404
    assert _groups(failed, "/api/v1/projects/tower-c/failures", headers=headers) == []


@pytest.mark.parametrize("path", [PATH, ALL])
def test_pages_of_failures_go_on_and_belong_to_their_list(failed: TestClient, path: str) -> None:
    whole = _groups(failed, path)
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 1}
    while True:
        page = failed.get(path, params=params).json()
        found += page["groups"]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert found == whole
    other = failed.get(path, params=params | {"state": "handled"})
    assert other.json()["code"] == "bad_cursor"


@pytest.mark.parametrize(
    "place",
    [
        "x",
        "[]",
        '"abc"',
        "[1, 2, 3]",
        '["2026-11-24T09:30:00+00:00", {}, "x"]',
        '["2026-11-24T09:30:00", "tower-a", "x"]',
        '["2026-11-24T09:30:00+00:00", "\\u0000", "x"]',
        '["2026-11-24T09:30:00+00:00", "\\ud800", "x"]',
    ],
)
def test_a_cursor_that_was_made_up_is_refused(empty: TestClient, place: str) -> None:
    cursor = text_cursor_of(place, repr(("failures", None, "open")))
    answer = empty.get(ALL, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_who_may_operate_marks_a_group_handled_until_it_fails_again(
    failed: TestClient, ledger: Ledger, projector: Projector, token: Token
) -> None:
    _, group = _groups(failed)
    path = f"{PATH}/{group['fingerprint']}/handled"
    body = {"comment": "calibrated by hand", "last_at": group["last_at"]}
    assert failed.post(path, json=body, headers=token("looks", "viewer")).status_code == 403
    answer = failed.post(path, json=body, headers=token("anna", "operator"))
    assert answer.status_code == 200
    handled = answer.json()["handled"]
    assert (handled["actor"], handled["comment"]) == ("anna", "calibrated by hand")
    assert len(_groups(failed)) == 1
    assert _groups(failed, params={"state": "handled"}) == [answer.json()]
    task = ledger.register()
    ledger.start(task)
    ledger.fail(task, "Sheet S-404 is not calibrated")
    projector.caught_up()
    back, _ = _groups(failed)
    assert (back["tasks"], back["handled"]) == (3, handled)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"last_at": "yesterday"},
        {"last_at": "2026-11-24T09:30:00Z", "comment": ""},
        {"last_at": "2026-11-24T09:30:00Z", "comment": "x" * 2001},
        {"last_at": "2026-11-24T09:30:00Z", "comment": "\0"},
        {"last_at": "2026-11-24T09:30:00Z", "by": "anna"},
    ],
)
def test_what_makes_no_sense_is_not_recorded(failed: TestClient, body: dict[str, str]) -> None:
    (group, _) = _groups(failed)
    answer = failed.post(f"{PATH}/{group['fingerprint']}/handled", json=body)
    assert answer.status_code == 422
    assert _groups(failed)[0]["handled"] is None


@pytest.mark.parametrize("fingerprint", ["0" * 16, "x", "0" * 15 + "g"])
def test_a_group_that_is_not_there_is_not_found(failed: TestClient, fingerprint: str) -> None:
    expected = 404 if fingerprint == "0" * 16 else 400
    assert failed.get(f"{PATH}/{fingerprint}").status_code == expected
    body = {"last_at": "2026-11-24T09:30:00Z"}
    answer = failed.post(f"{PATH}/{fingerprint}/handled", json=body)
    assert answer.status_code in {expected, 422}
