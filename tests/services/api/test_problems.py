"""Errors of the takeoff's routes are problems, too."""

import psycopg
import pytest
from fastapi.testclient import TestClient

from tests.servers import Database
from tests.task_ledger.server.described import declares_every_problem
from tests.task_ledger.server.test_problems import problem


@pytest.mark.parametrize("path", ["/api/v1/documents/%00", "/api/v1/pages/x/image"])
def test_ids_that_are_no_ids_are_refused(client: TestClient, path: str) -> None:
    problem(client.get(path), 400, "invalid_request")


def test_an_unknown_parameter_is_refused_by_name(client: TestClient) -> None:
    answer = client.get("/api/v1/documents/0199c0de-0000-7000-8000-000000000000?nonsense=1")
    body = problem(answer, 400, "unknown_parameter")
    assert body["errors"][0]["location"] == "query.nonsense"


def test_a_large_body_is_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/projects", json={"name": "x" * 100_000})
    problem(answer, 413, "body_too_large")


def test_requests_go_on_after_every_connection_was_cut(
    client: TestClient, database: Database
) -> None:
    client.post("/api/v1/projects", json={"name": "before"})
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'task-ledger api'"
        )
    assert client.post("/api/v1/projects", json={"name": "after"}).status_code == 201


def test_the_openapi_document_declares_every_problem(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert len(document["paths"]) >= 28
    declares_every_problem(document)
