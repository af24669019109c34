"""Evidence packs over HTTP, for auditors."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

from fastapi.testclient import TestClient

from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PROJECT = "tower-a"


def test_auditors_get_a_pack_of_a_project_and_of_a_task(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished(project=PROJECT)
    task = ledger.finished(project=PROJECT)
    projector.caught_up()
    headers = token("anna", "auditor", [PROJECT])
    for path, events in ((f"/projects/{PROJECT}/evidence", 8), (f"/tasks/{task.id}/evidence", 4)):
        answer = anonymous.get(f"/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        archive = zipfile.ZipFile(BytesIO(answer.content))
        assert len(archive.read("events.ndjson").splitlines()) == events
        assert "for anna" in archive.read("report.html").decode()
        assert archive.read("report.pdf").startswith(b"%PDF")


def test_a_pack_of_a_period_has_its_events_and_those_beside_it(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector
) -> None:
    ledger.finished(project=PROJECT)
    ledger.finished(project=PROJECT)
    projector.caught_up()
    headers = token("anna", "auditor", [PROJECT])
    path = f"/api/v1/projects/{PROJECT}"
    events = anonymous.get(f"{path}/events", headers=headers).json()["events"]
    times = {each["seq"]: each["recorded_at"] for each in events}
    answer = anonymous.get(
        f"{path}/evidence", params={"since": times[4], "until": times[6]}, headers=headers
    )
    archive = zipfile.ZipFile(BytesIO(answer.content))
    numbers = [json.loads(line)["seq"] for line in archive.read("events.ndjson").splitlines()]
    assert numbers == [3, 4, 5, 6]
    assert json.loads(archive.read("manifest.json"))["events_in_report"] == 2


def test_who_may_not_export_gets_no_pack(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished(project=PROJECT)
    projector.caught_up()
    for path in (f"/projects/{PROJECT}/evidence", f"/tasks/{task.id}/evidence"):
        viewer = anonymous.get(f"/api/v1{path}", headers=token(f"v {path}", "viewer"))
        assert (viewer.status_code, viewer.json()["code"]) == (403, "role")
        outside = anonymous.get(f"/api/v1{path}", headers=token(f"o {path}", "auditor", ["x"]))
        assert outside.status_code == 404


def test_a_project_without_events_has_no_pack(empty: TestClient) -> None:
    answer = empty.get(f"/api/v1/projects/{PROJECT}/evidence")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
