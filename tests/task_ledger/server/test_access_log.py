"""What is exported over HTTP is recorded first, and auditors read the record."""

from collections.abc import Callable
from typing import Any

import psycopg
from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PROJECT = "tower-a"


def accesses(client: TestClient, headers: dict[str, str], **query: Any) -> list[Any]:
    answer = client.get("/api/v1/access-log", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def test_exports_and_packs_are_recorded_with_who_asked(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished(project=PROJECT)
    projector.caught_up()
    anna, everybody = token("anna", "auditor", [PROJECT]), token("root", "admin")
    for path in (
        f"/projects/{PROJECT}/events/export?format=csv",
        f"/projects/{PROJECT}/evidence?since=2026-11-01T00:00:00Z",
        f"/tasks/{task.id}/evidence",
    ):
        assert anonymous.get(f"/api/v1{path}", headers=anna).status_code == 200
    told = accesses(anonymous, anna)
    assert [(each["actor"], each["action"], each["task_id"], each["detail"]) for each in told] == [
        ("anna", "export", None, "csv"),
        ("anna", "evidence", None, "2026-11-01 00:00:00.000 UTC to the last event"),
        ("anna", "evidence", str(task.id), "the first event to the last event"),
    ]
    # One who reaches everything sees how it came to that, too.
    actions = [each["action"] for each in accesses(anonymous, everybody)]
    assert actions == ["token_created", "token_created", "export", "evidence", "evidence"]
    page = anonymous.get("/api/v1/access-log?limit=2", headers=everybody).json()
    assert page["next"] == 2
    assert len(accesses(anonymous, everybody, after=2)) == 3


def test_others_see_nothing_of_it(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished(project=PROJECT)
    projector.caught_up()
    export = f"/api/v1/projects/{PROJECT}/events/export"
    assert anonymous.get(export, headers=token("anna", "auditor")).status_code == 200
    assert accesses(anonymous, token("other", "auditor", ["tower-b"])) == []
    answer = anonymous.get("/api/v1/access-log", headers=token("eye", "viewer"))
    assert (answer.status_code, answer.json()["code"]) == (403, "role")


def test_what_cannot_be_recorded_is_not_exported(
    anonymous: TestClient,
    token: Token,
    ledger: Ledger,
    projector: Projector,
    owner: psycopg.Connection[Any],
) -> None:
    ledger.finished(project=PROJECT)
    projector.caught_up()
    headers = token("anna", "auditor")
    owner.execute("REVOKE EXECUTE ON FUNCTION task_ledger.record_access FROM task_ledger_api")
    for path in ("events/export", "evidence"):
        answer = anonymous.get(f"/api/v1/projects/{PROJECT}/{path}", headers=headers)
        assert answer.status_code == 500
        assert "registered" not in answer.text
