"""What the API says of a month that has left the ledger."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.archive.retiring import retire_month
from task_ledger.archive.store import open_archives
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended, let_old_ids_in
from tests.task_ledger.sealer.databases import project


@pytest.fixture
def retired(database: Database, owner: psycopg.Connection[Any], tmp_path: Any) -> str:
    """A task of a retired month; another one of its project is there, numbered between its
    events."""
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        let_old_ids_in(superuser)
    task = ended(owner, "tower-a")
    for month in (MONTH.back(-1), MONTH):
        ended(owner, "tower-a", month)
    project(database)
    retire_month(owner, MONTH, open_archives(str(tmp_path / "a")), None, actor="anna")
    return str(task)


@pytest.mark.parametrize(
    "path",
    ["", "/events", "/verification", "?source=log", "?as_of_version=1", "?as_of=2026-11-01T00:00Z"],
)
def test_a_retired_task_is_gone_and_the_answer_names_its_archive(
    client: TestClient, retired: str, path: str
) -> None:
    answer = client.get(f"/api/v1/tasks/{retired}{path}")
    assert answer.status_code == 410
    problem = answer.json()
    assert (problem["code"], problem["title"]) == ("retired", "Gone")
    assert f"have left the ledger for the archive {MONTH}" in problem["detail"]
    assert client.get(f"/api/v1/tasks/{uuid4()}{path}").status_code == 404


def test_a_retired_task_cannot_be_cancelled(client: TestClient, retired: str) -> None:
    answer = client.post(f"/api/v1/tasks/{retired}/cancel", json={})
    assert (answer.status_code, answer.json()["code"]) == (410, "retired")


def test_a_project_says_which_months_have_left(client: TestClient, retired: str) -> None:
    (month,) = client.get("/api/v1/projects/tower-a/retired").json()["months"]
    assert (month["month"], month["archive"]) == (str(MONTH), str(MONTH))
    assert (month["tasks"], month["events"]) == (2, 8)
    assert (month["first_seq"], month["last_seq"]) == (1, 12)
    assert month["counts"] == {"demo": {"SUCCESS": 2}}


def test_lists_and_timelines_go_on_with_what_is_there(client: TestClient, retired: str) -> None:
    for order in ("newest", "oldest"):
        page = client.get(f"/api/v1/projects/tower-a/events?order={order}").json()
        assert sorted(event["seq"] for event in page["events"]) == [5, 6, 7, 8]
        assert page["head"] == 12
    assert retired not in client.get("/api/v1/tasks/project/tower-a").text
    assert client.get("/api/v1/projects/tower-a").status_code == 200
    assert client.get("/api/v1/projects").json()["projects"][0]["tasks"] == {"SUCCESS": 1}


def test_a_project_whose_tasks_have_all_left_is_still_there(
    database: Database, owner: psycopg.Connection[Any], client: TestClient, tmp_path: Any
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        let_old_ids_in(superuser)
    ended(owner, "tower-b")
    project(database)
    retire_month(owner, MONTH, open_archives(str(tmp_path / "a")), None, actor="anna")
    assert client.get("/api/v1/projects/tower-b").status_code == 200
    assert client.get("/api/v1/projects/tower-b/events").json()["events"] == []
    assert client.get("/api/v1/tasks/project/tower-b").json()["tasks"] == []
    assert len(client.get("/api/v1/projects/tower-b/retired").json()["months"]) == 1
