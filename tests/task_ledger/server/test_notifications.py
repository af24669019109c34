"""Notifications, their channels and rules over HTTP."""

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
CHANNELS = "/api/v1/notification-channels"
RULES = "/api/v1/notification-rules"
NOTIFICATIONS = "/api/v1/notifications"
RULE: dict[str, Any] = {
    "channel": "ops",
    "trigger": "task.failed",
    "project_id": "tower-a",
    "query": "type:ocr.*",
}


@pytest.fixture(autouse=True)
def channel(api: psycopg.Connection[Any]) -> str:
    """A webhook's secret."""
    address = "https://hook.example/T0/hidden"
    return save_channel(api, "ops", Kind.WEBHOOK, address, actor="anna") or ""


@pytest.fixture
def api(database: Database) -> Any:
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


def give_up(
    owner: psycopg.Connection[Any], api: psycopg.Connection[Any], project: str | None
) -> int:
    """A notification of a project that was given up."""
    made = send_test(api, "ops", actor="anna")
    owner.execute(
        "UPDATE task_ledger.notification SET state = 'dead', ended_at = now(),"
        " last_error = 'it answered with status 500', project_id = %s WHERE id = %s",
        (project, made),
    )
    return made


def recorded(owner: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    """Actor, action, project and detail of the newest rows of the access log, oldest first."""
    rows = owner.execute(
        "SELECT actor, action, project_id, detail FROM task_ledger.access_log"
        " WHERE actor = 'one' ORDER BY seq"
    )
    return rows.fetchall()


def test_channels_are_listed_by_pages_without_path_and_secret(
    empty: TestClient, api: psycopg.Connection[Any], channel: str
) -> None:
    save_channel(api, "zoe", Kind.MAIL, "zoe@example.com", actor="anna")
    page = empty.get(CHANNELS, params={"limit": 1})
    (ops,) = page.json()["channels"]
    assert (ops["name"], ops["kind"], ops["to"]) == ("ops", "webhook", "hook.example")
    assert (ops["sent_at"], ops["failing_since"], ops["last_error"]) == (None, None, None)
    assert "hidden" not in page.text
    assert channel not in page.text
    page = empty.get(CHANNELS, params={"after": page.json()["next"]}).json()
    assert ([each["name"] for each in page["channels"]], page["next"]) == (["zoe"], None)


def test_a_channel_has_one_waiting_test_which_is_due_at_once_when_asked_for_again(
    empty: TestClient, owner: psycopg.Connection[Any]
) -> None:
    made = empty.post(f"{CHANNELS}/ops/test")
    assert made.status_code == 202
    owner.execute("UPDATE task_ledger.notification SET try_at = now() + interval '1 h', tries = 4")
    assert empty.post(f"{CHANNELS}/ops/test").json() == made.json()
    rows = owner.execute("SELECT tries, try_at <= now() FROM task_ledger.notification").fetchall()
    assert rows == [(0, True)]
    assert empty.post(f"{CHANNELS}/nowhere/test").status_code == 404
    detail = f"ops: notification {made.json()['id']}"
    assert recorded(owner) == [("one", "channel_tested", None, detail)] * 2


def test_rules_are_added_listed_by_pages_changed_and_deleted_and_each_is_recorded(
    empty: TestClient, owner: psycopg.Connection[Any], token: Token
) -> None:
    added = empty.post(RULES, json=RULE)
    assert added.status_code == 201
    assert (added.json()["made_by"], added.json()["query"]) == ("one", "type:ocr.*")
    second = empty.post(RULES, json=RULE | {"query": ""}).json()
    viewer = token("looks", "viewer", ["tower-a"])
    page = empty.get(RULES, headers=viewer, params={"limit": 1}).json()
    assert page["rules"] == [added.json()]
    page = empty.get(RULES, headers=viewer, params={"after": page["next"]}).json()
    assert (page["rules"], page["next"]) == ([second], None)
    rule = f"{RULES}/{added.json()['id']}"
    changed = empty.patch(rule, json={"query": "type:pdf.*", "quiet_s": 60}).json()
    assert (changed["query"], changed["quiet_s"]) == ("type:pdf.*", 60)
    assert changed["changed_by"] == "one"
    assert changed["active_since"] == added.json()["active_since"]
    paused = empty.patch(rule, json={"paused": True}).json()
    assert paused["paused_at"] is not None
    assert empty.patch(rule, json={"paused": True}).json()["paused_at"] == paused["paused_at"]
    resumed = empty.patch(rule, json={"paused": False}).json()
    assert resumed["paused_at"] is None
    assert resumed["active_since"] > changed["active_since"]
    assert empty.delete(rule).json()["id"] == resumed["id"]
    assert empty.delete(rule).status_code == 404
    first, other = added.json()["id"], second["id"]
    assert recorded(owner) == [
        ("one", "rule_added", "tower-a", f"rule {first}: task.failed to ops"),
        ("one", "rule_added", "tower-a", f"rule {other}: task.failed to ops"),
        ("one", "rule_changed", "tower-a", f"rule {first}: query, quiet_s"),
        ("one", "rule_changed", "tower-a", f"rule {first}: paused"),
        ("one", "rule_changed", "tower-a", f"rule {first}: paused"),
        ("one", "rule_changed", "tower-a", f"rule {first}: resumed"),
        ("one", "rule_deleted", "tower-a", f"rule {first}: task.failed to ops"),
    ]


def test_rules_and_notifications_of_other_projects_and_of_all_are_out_of_reach(
    empty: TestClient, owner: psycopg.Connection[Any], api: psycopg.Connection[Any], token: Token
) -> None:
    register(owner, "tower-b")
    foreign = [
        add_rule(api, "ops", Trigger.FAILED, actor="ben", project_id="tower-b"),
        add_rule(api, "ops", Trigger.FAILED, actor="ben"),
    ]
    dead = [give_up(owner, api, "tower-b"), give_up(owner, api, None)]
    assert empty.get(RULES).json()["rules"] == []
    assert empty.get(NOTIFICATIONS).json()["notifications"] == []
    for rule in foreign:
        assert empty.patch(f"{RULES}/{rule.id}", json={"paused": True}).status_code == 404
        assert empty.delete(f"{RULES}/{rule.id}").status_code == 404
    assert empty.post(f"{NOTIFICATIONS}/again", json={"ids": dead}).json() == {"ids": []}
    elsewhere = {"project_id": "tower-b"}
    assert empty.get(RULES, params=elsewhere).status_code == 404
    assert empty.get(NOTIFICATIONS, params=elsewhere).status_code == 404
    assert empty.post(RULES, json=RULE | elsewhere).status_code == 404
    preview = {"trigger": "task.failed"} | elsewhere
    assert empty.post(f"{RULES}/preview", json=preview).status_code == 404
    of_all = empty.post(RULES, json=RULE | {"project_id": None})
    assert (of_all.status_code, of_all.json()["code"]) == (403, "projects")
    admin = token("all")
    assert len(empty.get(RULES, headers=admin).json()["rules"]) == 2
    assert len(empty.get(NOTIFICATIONS, headers=admin).json()["notifications"]) == 2
    stuck = {"channel": "ops", "trigger": "queue.stuck", "after_s": 60}
    assert empty.post(RULES, json=stuck, headers=admin).json()["after_s"] == 60


def test_the_end_of_a_task_is_asked_for_once(
    empty: TestClient, owner: psycopg.Connection[Any], token: Token
) -> None:
    task_id = register(owner, "tower-a")
    asked = empty.post(f"/api/v1/tasks/{task_id}/notify", json={"channel": "ops"})
    assert asked.json()["task_id"] == str(task_id)
    twice = empty.post(f"/api/v1/tasks/{task_id}/notify", json={"channel": "ops"})
    assert (twice.status_code, twice.json()["code"]) == (422, "invalid_rule")
    rule = f"{RULES}/{asked.json()['id']}"
    assert empty.patch(rule, json={"paused": True}).status_code == 404
    elsewhere = register(owner, "tower-b")
    answer = empty.post(f"/api/v1/tasks/{elsewhere}/notify", json={"channel": "ops"})
    assert answer.status_code == 404


def test_what_was_given_up_is_listed_by_pages_and_sent_again(
    empty: TestClient, owner: psycopg.Connection[Any], api: psycopg.Connection[Any], token: Token
) -> None:
    older, newer = (give_up(owner, api, "tower-a") for _ in range(2))
    foreign = give_up(owner, api, "tower-b")
    for headers in ({}, token("two", "admin", ["tower-a", "tower-c"])):
        page = empty.get(NOTIFICATIONS, params={"limit": 1}, headers=headers).json()
        assert [each["id"] for each in page["notifications"]] == [newer]
        assert page["notifications"][0]["last_error"] == "it answered with status 500"
        more = {"limit": 2, "before": page["next"]}
        page = empty.get(NOTIFICATIONS, params=more, headers=headers).json()
        assert ([each["id"] for each in page["notifications"]], page["next"]) == ([older], None)
    again = {"ids": [older, foreign]}
    assert empty.post(f"{NOTIFICATIONS}/again", json=again).json() == {"ids": [older]}
    assert empty.post(f"{NOTIFICATIONS}/again", json=again).json() == {"ids": []}
    waiting = empty.get(NOTIFICATIONS, params={"state": "waiting"}).json()["notifications"]
    assert [each["id"] for each in waiting] == [older]
    assert recorded(owner) == [("one", "notifications_resent", "tower-a", str(older))]


def test_who_only_looks_changes_nothing(
    empty: TestClient, owner: psycopg.Connection[Any], api: psycopg.Connection[Any], token: Token
) -> None:
    viewer = token("looks", "viewer", ["tower-a"])
    dead, task_id = give_up(owner, api, "tower-a"), register(owner, "tower-a")
    rule = empty.post(RULES, json=RULE).json()
    preview = {"project_id": "tower-a", "trigger": "task.failed"}
    for method, path, body in (
        ("POST", RULES, RULE),
        ("POST", f"{RULES}/preview", preview),
        ("PATCH", f"{RULES}/{rule['id']}", {"paused": True}),
        ("DELETE", f"{RULES}/{rule['id']}", None),
        ("POST", f"{CHANNELS}/ops/test", None),
        ("POST", f"{NOTIFICATIONS}/again", {"ids": [dead]}),
        ("POST", f"/api/v1/tasks/{task_id}/notify", {"channel": "ops"}),
    ):
        answer = empty.request(method, path, json=body, headers=viewer)
        assert answer.status_code == 403, path
    assert empty.get(RULES).json()["rules"] == [rule]
    assert len(empty.get(NOTIFICATIONS).json()["notifications"]) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"channel": "nowhere"}, 422),
        ({"query": "no_field:x"}, 400),
        ({"trigger": "seal.refused"}, 422),
        ({"trigger": "no.trigger"}, 422),
        ({"quiet_s": -1}, 422),
        ({"project": "tower-b"}, 422),
    ],
)
def test_a_rule_that_cannot_be_made_is_refused(
    empty: TestClient, change: dict[str, Any], status: int
) -> None:
    answer = empty.post(RULES, json=RULE | change)
    assert answer.status_code == status, answer.text
    assert empty.get(RULES).json()["rules"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [({"channel": "nowhere"}, 422), ({"query": "no_field:x"}, 400), ({"quiet_s": -1}, 422)],
)
def test_a_change_that_cannot_be_made_leaves_the_rule_as_it_was(
    empty: TestClient, owner: psycopg.Connection[Any], change: dict[str, Any], status: int
) -> None:
    rule = empty.post(RULES, json=RULE).json()
    before = recorded(owner)
    answer = empty.patch(f"{RULES}/{rule['id']}", json=change)
    assert answer.status_code == status, answer.text
    assert empty.get(RULES).json()["rules"] == [rule]
    assert recorded(owner) == before


def test_a_query_is_refused_for_a_rule_about_queues(
    empty: TestClient, api: psycopg.Connection[Any], token: Token
) -> None:
    rule = add_rule(api, "ops", Trigger.STUCK, actor="ben")
    admin = token("all")
    answer = empty.patch(f"{RULES}/{rule.id}", json={"query": "type:x"}, headers=admin)
    assert answer.status_code == 422
    assert empty.get(RULES, headers=admin).json()["rules"][0]["query"] == ""
