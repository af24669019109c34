"""Schedules over HTTP: those of a token's projects, and starting one now."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

Token = Callable[..., dict[str, str]]
SCHEDULES = "/api/v1/schedules"


@pytest.fixture(autouse=True)
def told(owner: psycopg.Connection[Any]) -> None:
    """What a beat has told of two entries, of a project and of untracked tasks."""
    owner.execute(
        "INSERT INTO task_ledger.beat_entry (name, last_run_at, task, schedule, project_id,"
        " next_run_at, watched_until) VALUES"
        " ('nightly/report', now(), 'shop.report', 'crontab: 0 3 * * *', 'tower-a',"
        "  now() + interval '1 h', now() + interval '1 min'),"
        " ('ping', now(), 'shop.ping', 'freq: 1.00 minute', NULL, now(), now())"
    )


def test_schedules_say_when_they_are_due_and_whether_a_beat_runs_them(client: TestClient) -> None:
    found = client.get(SCHEDULES).json()["schedules"]
    assert [(each["name"], each["watched"], each["last_run_at"]) for each in found] == [
        ("nightly/report", True, None),
        ("ping", False, None),
    ]
    assert found[0]["schedule"] == "crontab: 0 3 * * *"


def test_an_entry_is_started_by_an_operator_of_its_project(
    client: TestClient, token: Token
) -> None:
    start = f"{SCHEDULES}/nightly/report/start"
    viewer = token("view", "viewer", ["tower-a"])
    assert client.post(start, headers=viewer).status_code == 403
    other = token("other", "operator", ["tower-b"])
    assert client.post(start, headers=other).status_code == 404
    assert client.get(SCHEDULES, headers=other).json()["schedules"] == []
    anna = token("anna", "operator", ["tower-a"])
    answer = client.post(start, headers=anna)
    assert answer.status_code == 202
    (only,) = answer.json()["schedules"]
    assert (only["name"], only["asked_by"]) == ("nightly/report", "anna")
    assert client.post(start, headers=anna).status_code == 409
    assert client.post(f"{SCHEDULES}/ping/start", headers=anna).status_code == 404
    rows = client.get("/api/v1/access-log").json()["rows"]
    assert ("anna", "schedule_started", "nightly/report") in [
        (row["actor"], row["action"], row["detail"]) for row in rows
    ]
