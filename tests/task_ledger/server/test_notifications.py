"""A project's notifications and rules over HTTP."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.notifier.channels import Kind, save_channel
from task_ledger.notifier.notifications import send_test
from task_ledger.notifier.rules import Trigger, add_rule
from tests.servers import Database
from tests.task_ledger.projector.log import register

Token = Callable[..., dict[str, str]]
RULES = "/api/v1/projects/tower-a/notification-rules"
NOTIFICATIONS = "/api/v1/projects/tower-a/notifications"
RULE: dict[str, Any] = {"channel": "ops", "trigger": "task.failed", "query": "type:ocr.*"}


@pytest.fixture(autouse=True)
def channel(api: psycopg.Connection[Any]) -> str:
    """A webhook's secret."""
    address = "https://hook.example/T0/hidden"
    return save_channel(api, "ops", Kind.WEBHOOK, address, actor="anna") or ""


@pytest.fixture
def api(database: Database) -> Any:
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


def give_up(owner: psycopg.Connection[Any], api: psycopg.Connection[Any], project: str) -> int:
    """A notification of a project that was given up."""
    made = send_test(api, "ops")
    owner.execute(
        "UPDATE task_ledger.notification SET state = 'dead', ended_at = now(),"
        " last_error = 'it answered with status 500', project_id = %s WHERE id = %s",
        (project, made),
    )
    return made


def test_channels_are_shown_without_path_and_secret(empty: TestClient, channel: str) -> None:
    answer = empty.get("/api/v1/notification-channels")
    assert answer.json() == {"channels": [{"name": "ops", "kind": "webhook", "to": "hook.example"}]}


def test_a_projects_rules_are_added_listed_and_deleted(
    empty: TestClient, api: psycopg.Connection[Any], token: Token
) -> None:
    other = add_rule(api, "ops", Trigger.FAILED, actor="ben", project_id="tower-b")
    added = empty.post(RULES, json=RULE)
    assert added.status_code == 201
    assert (added.json()["made_by"], added.json()["query"]) == ("one", "type:ocr.*")
    listed = empty.get(RULES, headers=token("looks", "viewer", ["tower-a"])).json()["rules"]
    assert listed == [added.json()]
    assert empty.delete(f"{RULES}/{other.id}").status_code == 404
    assert empty.delete(f"{RULES}/{added.json()['id']}").json() == {"rules": []}


def test_the_end_of_a_task_is_asked_for(
    empty: TestClient, owner: psycopg.Connection[Any], token: Token
) -> None:
    task_id = register(owner, "tower-a")
    asked = empty.post(f"/api/v1/tasks/{task_id}/notify", json={"channel": "ops"})
    assert asked.json()["task_id"] == str(task_id)
    elsewhere = register(owner, "tower-b")
    answer = empty.post(f"/api/v1/tasks/{elsewhere}/notify", json={"channel": "ops"})
    assert answer.status_code == 404


def test_what_was_given_up_is_listed_by_pages_and_sent_again(
    empty: TestClient, owner: psycopg.Connection[Any], api: psycopg.Connection[Any]
) -> None:
    older, newer = (give_up(owner, api, "tower-a") for _ in range(2))
    foreign = give_up(owner, api, "tower-b")
    page = empty.get(NOTIFICATIONS, params={"limit": 1}).json()
    assert [each["id"] for each in page["notifications"]] == [newer]
    assert page["notifications"][0]["last_error"] == "it answered with status 500"
    page = empty.get(NOTIFICATIONS, params={"limit": 2, "before": page["next"]}).json()
    assert ([each["id"] for each in page["notifications"]], page["next"]) == ([older], None)
    assert empty.post(f"{NOTIFICATIONS}/{older}/again").json() == {"ids": [older]}
    assert empty.post(f"{NOTIFICATIONS}/{older}/again").status_code == 404
    assert empty.post(f"{NOTIFICATIONS}/{foreign}/again").status_code == 404
    waiting = empty.get(NOTIFICATIONS, params={"state": "waiting"}).json()["notifications"]
    assert [each["id"] for each in waiting] == [older]


def test_who_only_looks_changes_nothing(
    empty: TestClient, owner: psycopg.Connection[Any], api: psycopg.Connection[Any], token: Token
) -> None:
    viewer = token("looks", "viewer", ["tower-a"])
    dead, task_id = give_up(owner, api, "tower-a"), register(owner, "tower-a")
    rule = empty.post(RULES, json=RULE).json()
    for method, path, body in (
        ("POST", RULES, RULE),
        ("DELETE", f"{RULES}/{rule['id']}", None),
        ("POST", f"{NOTIFICATIONS}/{dead}/again", None),
        ("POST", f"/api/v1/tasks/{task_id}/notify", {"channel": "ops"}),
    ):
        assert empty.request(method, path, json=body, headers=viewer).status_code == 403
    assert len(empty.get(RULES).json()["rules"]) == 1
    assert len(empty.get(NOTIFICATIONS).json()["notifications"]) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"channel": "nowhere"}, 422),
        ({"query": "no_field:x"}, 400),
        ({"trigger": "seal.refused"}, 422),
        ({"quiet_s": -1}, 422),
        ({"project": "tower-b"}, 422),
    ],
)
def test_a_rule_that_cannot_be_made_is_refused(
    empty: TestClient, change: dict[str, Any], status: int
) -> None:
    answer = empty.post(RULES, json=RULE | change)
    assert answer.status_code == status, answer.text
    assert empty.get(RULES).json() == {"rules": []}
