"""Every error is a problem that says what is wrong, and nothing that it should not."""

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from task_ledger.ops.settings import MissingSetting, Settings
from task_ledger.server.app import create_app
from task_ledger.server.error_handlers import problem_of
from tests.servers import Database
from tests.task_ledger.server.described import declares_every_problem
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector, eventually

Token = Callable[..., dict[str, str]]


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer must be."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:task-ledger:{code}"
    assert body["title"]
    assert body["detail"]
    return body


def test_what_is_not_there_or_not_meant_is_a_problem(client: TestClient) -> None:
    problem(client.get("/api/v1/nothing"), 404, "not_found")
    problem(client.get("/api/v1/projects/"), 404, "not_found")
    answer = client.delete("/api/v1/projects")
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_a_method_that_is_not_allowed_builds_no_description_of_the_api(
    client: TestClient,
) -> None:
    assert isinstance(client.app, FastAPI)
    answer = client.delete("/sign-in")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert client.app.openapi_schema is None


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/tasks/not-a-uuid",
        "/api/v1/tasks/%00",
        "/api/v1/tasks/%ff%fe",
        "/api/v1/tasks/0199c0de-0000-7000-8000-00000000000%00",
        "/api/v1/projects/%00",
        "/api/v1/projects/a%00b/events",
        "/api/v1/projects/%ff",
        "/api/v1/projects/%ed%a0%80/events",
        "/api/v1/projects/" + "x" * 201 + "/events",
        "/api/v1/tasks/project/%00",
        "/api/v1/tasks/project/%ff?q=%ff",
        "/api/v1/projects?cursor=%00",
        "/api/v1/projects?cursor=%ff",
        "/sign-in?code=%00",
    ],
)
def test_ids_that_are_no_text_are_refused_and_never_an_internal_error(
    client: TestClient, path: str
) -> None:
    answer = client.get(path)
    assert 200 <= answer.status_code < 500
    assert answer.status_code >= 400 or "%ff" in path


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/projects?nonsense=1",
        "/api/v1/tasks/0199c0de-0000-7000-8000-000000000000?nonsense=1",
        "/healthz?nonsense=1",
        "/readyz?nonsense=1",
        "/metrics?nonsense=1",
    ],
)
def test_an_unknown_parameter_is_refused_by_name(client: TestClient, path: str) -> None:
    body = problem(client.get(path), 400, "unknown_parameter")
    assert body["errors"][0]["location"] == "query.nonsense"


def test_a_fault_says_where_and_does_not_repeat_what_was_sent(
    client: TestClient, ledger: Ledger
) -> None:
    path = f"/api/v1/tasks/{ledger.register().id}/cancel"
    answer = client.post(path, json={"reason": 7, "secret": "hunter2"})
    body = problem(answer, 422, "invalid_request")
    assert {fault["location"] for fault in body["errors"]} == {"body.reason", "body.secret"}
    assert "hunter2" not in answer.text
    broken = client.post(
        path,
        content=b'{"reason": "hunter2',
        headers={"Content-Type": "application/json"},
    )
    problem(broken, 422, "invalid_request")
    assert "hunter2" not in broken.text


def test_a_large_body_is_refused_where_none_is_expected(client: TestClient, ledger: Ledger) -> None:
    path = f"/api/v1/tasks/{ledger.register().id}/cancel"
    answer = client.post(path, json={"reason": "x" * 100_000})
    problem(answer, 413, "body_too_large")

    def endless() -> Any:
        for _ in range(100):
            yield b"x" * 10_000

    answer = client.post(path, content=endless(), headers={"Content-Type": "application/json"})
    problem(answer, 413, "body_too_large")


def test_an_internal_error_says_nothing_of_the_inside(
    client: TestClient, ledger: Ledger, database: Database
) -> None:
    task = ledger.register()
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE task_ledger.task_record RENAME COLUMN status TO stolen")
        connection.execute("ALTER TABLE task_ledger.web_session RENAME TO hidden")
        connection.execute("REVOKE SELECT ON task_ledger.task_event FROM task_ledger_api")
    answer = client.get(f"/api/v1/tasks/{task.id}")
    problem(answer, 500, "internal_error")
    for inside in ("task_event", "permission", "SELECT", "psycopg", "Traceback", "tl_"):
        assert inside not in answer.text


def test_a_request_that_lost_a_deadlock_may_be_sent_again(database: Database) -> None:
    with (
        psycopg.connect(database.url) as one,
        psycopg.connect(database.url) as other,
        ThreadPoolExecutor(2) as both,
    ):
        one.execute("SELECT pg_advisory_xact_lock(1)")
        other.execute("SELECT pg_advisory_xact_lock(2)")
        waiting = [
            both.submit(one.execute, "SELECT pg_advisory_xact_lock(2)"),
            both.submit(other.execute, "SELECT pg_advisory_xact_lock(1)"),
        ]
        done, _ = wait(waiting, timeout=30, return_when=FIRST_EXCEPTION)
        (lost,) = [each.exception() for each in done if each.exception()]
    assert isinstance(lost, psycopg.errors.DeadlockDetected)
    answer = problem_of(lost)
    assert (answer.status, answer.code) == (503, "busy")


def test_without_its_database_the_api_says_when_to_come_back(settings: Settings) -> None:
    away = settings.model_copy(
        update={
            "database_url": Settings.model_validate(
                {"database_url": "postgresql://u:hunter2@127.0.0.1:1/x"}
            ).database_url,
            "pool_timeout_s": 0.3,
        }
    )
    with TestClient(create_app(away), raise_server_exceptions=False) as client:
        client.headers["Authorization"] = "Bearer tl_" + "x" * 43
        for method, path in (
            ("GET", "/api/v1/projects"),
            ("GET", "/api/v1/tasks/0199c0de-0000-7000-8000-000000000000"),
            ("POST", "/api/v1/tasks/0199c0de-0000-7000-8000-000000000000/cancel"),
            ("GET", "/metrics"),
        ):
            answer = client.request(method, path)
            problem(answer, 503, "database_unavailable")
            assert answer.headers["retry-after"] == "5"
            assert "hunter2" not in answer.text
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert (ready.json()["database"], ready.json()["broker"]) == (False, True)
        assert ready.json()["lag_s"] is None
        assert "hunter2" not in ready.text


def test_requests_go_on_after_every_connection_was_cut(
    client: TestClient, database: Database, ledger: Ledger
) -> None:
    task = ledger.register()
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'task-ledger api'"
        )
    assert client.get(f"/api/v1/tasks/{task.id}").status_code == 200
    assert client.post(f"/api/v1/tasks/{task.id}/cancel").status_code == 202


def test_the_factory_refuses_an_environment_without_servers() -> None:
    with pytest.raises(MissingSetting, match="TASK_LEDGER_DATABASE_URL"):
        create_app(Settings.model_validate({"broker_url": "redis://x"}))
    with pytest.raises(MissingSetting, match="TASK_LEDGER_BROKER_URL"):
        create_app(Settings.model_validate({"database_url": "postgresql://x/y"}))


def test_readiness_says_how_far_followers_are_behind(
    client: TestClient, ledger: Ledger, owner: psycopg.Connection[Any]
) -> None:
    body = client.get("/readyz").json()
    assert body["ready"]
    assert (body["lag_events"], body["undispatched"]) == (0, 0)
    ledger.register()
    owner.execute(
        "INSERT INTO task_ledger.outbox (message_id, due_at, try_at)"
        " VALUES (1, clock_timestamp() - interval '1 min', clock_timestamp())"
    )

    def behind() -> bool:
        body = client.get("/readyz").json()
        return body["lag_events"] == 1 and body["undispatched"] == 1

    eventually("readiness shows it", behind)
    body = client.get("/readyz").json()
    assert body["lag_s"] > 0
    assert 59 < body["oldest_undispatched_s"] < 120


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer tl_wrong"}])
def test_readiness_tells_strangers_no_numbers(
    anonymous: TestClient, headers: dict[str, str]
) -> None:
    answer = anonymous.get("/readyz", headers=headers)
    assert answer.status_code == 200
    told = {name: value for name, value in answer.json().items() if value is not None}
    assert told == {"ready": True, "database": True, "broker": True, "schema_matches": True}


def test_without_its_broker_the_api_is_not_ready(settings: Settings) -> None:
    away = settings.model_copy(
        update={
            "broker_url": Settings.model_validate(
                {"broker_url": "redis://u:hunter2@127.0.0.1:1/0"}
            ).broker_url
        }
    )
    with TestClient(create_app(away)) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert (answer.json()["database"], answer.json()["broker"]) == (True, False)
        assert "hunter2" not in answer.text


def test_metrics_have_no_task_or_host_labels(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.register()
    client.get(f"/api/v1/tasks/{task.id}")
    client.get("/api/v1/nothing/secret")
    text = client.get("/metrics").text
    assert (
        'task_ledger_http_requests_total{method="GET",route="/api/v1/tasks/{task_id}",status="200"}'
        " 1.0" in text
    )
    assert "task_ledger_projection_lag_seconds" in text
    assert "task_ledger_oldest_undispatched_seconds 0.0" in text
    assert str(task.id) not in text
    assert "secret" not in text


def test_the_openapi_document_declares_every_problem(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert len(document["paths"]) >= 12
    declares_every_problem(document)
