"""What happened over time, over HTTP: of what a token reaches, in a range that is bounded."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PATH = "/api/v1/projects/tower-a/activity"
ALL = "/api/v1/activity"


@pytest.fixture
def busy(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """Two tasks that succeeded and one that failed, and one in another project."""
    ledger.finished(project="tower-a")
    ledger.finished(project="tower-a")
    ledger.finished(project="tower-b")
    task = ledger.register(project="tower-a")
    ledger.start(task)
    ledger.fail(task, "no title block")
    projector.caught_up()
    return client


def _activity(client: TestClient, path: str = PATH, **options: Any) -> dict[str, Any]:
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_slot_has_what_happened_in_it(busy: TestClient) -> None:
    found = _activity(busy)
    assert len(found["slots"]) == 1
    slot = found["slots"][0]
    assert (slot["registered"], slot["started"]) == (3, 3)
    assert (slot["succeeded"], slot["failed"], slot["revoked"]) == (2, 1, 0)
    assert slot["failures"] == {"error": 1}
    assert slot["duration"]["count"] == 2
    assert slot["waiting"]["count"] == 3
    assert [one["succeeded"] for one in found["types"]] == [2]
    assert found["percentile_error"] < 0.1


def test_a_token_is_shown_what_happened_in_its_projects(busy: TestClient, token: Token) -> None:
    assert _activity(busy, ALL)["slots"][0]["succeeded"] == 3
    own = token("one", "viewer", ["tower-b"])
    assert _activity(busy, ALL, headers=own)["slots"][0]["succeeded"] == 1
    assert busy.get(PATH, headers=own).status_code == 404


def test_metrics_which_are_of_all_projects_need_a_token_that_reaches_all(
    busy: TestClient, token: Token
) -> None:
    own = token("one", "admin", ["tower-b"])
    refused = busy.get("/metrics", headers=own)
    assert (refused.status_code, refused.json()["code"]) == (403, "projects")
    assert busy.get("/metrics", headers=token("all", "viewer")).status_code == 200


def test_a_type_can_be_chosen(busy: TestClient) -> None:
    found = _activity(busy, params={"task_type": "another"})
    assert found["slots"] == []
    assert len(found["types"]) == 1


def test_a_range_is_of_whole_hours_and_bounded(busy: TestClient) -> None:
    begin = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
    found = _activity(
        busy,
        params={
            "since": begin.isoformat(),
            "until": (begin + timedelta(hours=5)).isoformat(),
            "step": "6h",
        },
    )
    assert (found["since"], found["until"]) == ("2026-03-02T05:00:00Z", "2026-03-02T11:00:00Z")
    assert found["step_s"] == 21600
    for at in ("9999-12-31T23:30:00Z", "0001-01-01T00:30:00Z"):
        refused = busy.get(PATH, params={"until": at})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_range")
    for hours in (-1, 32 * 24):
        refused = busy.get(
            PATH,
            params={
                "since": begin.isoformat(),
                "until": (begin + timedelta(hours=hours)).isoformat(),
            },
        )
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_range")
