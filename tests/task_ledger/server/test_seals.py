"""What is sealed, over HTTP: told to whoever may read it, and enough to check it offline."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.archive.retiring import retire_month
from task_ledger.archive.store import open_archives
from task_ledger.eventlog.append import note
from task_ledger.model.events import Noted
from task_ledger.ops.settings import Settings
from task_ledger.sealer.location import LogLocation, open_log
from task_ledger.sealer.postgres import PostgresSource
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended, let_old_ids_in
from tests.task_ledger.sealer.databases import check, project
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PROJECT = "tower-a"


class Sealing:
    """A log beside the test's ledger, which seals when it is told to."""

    def __init__(self, settings: Settings) -> None:
        self._location = LogLocation.of(settings)
        self._url = settings.url_for("sealer")
        self.key = open_log(self._location, "example.com/ledger").verifier.encode()
        self.state = self._location.state

    def seal(self) -> None:
        with PostgresSource(self._url) as source, self._location.sealer(source) as sealer:
            sealer.tick()


@pytest.fixture
def sealing(settings: Settings) -> Sealing:
    return Sealing(settings)


def asked(client: TestClient, path: str, **options: Any) -> Any:
    answer = client.get(f"/api/v1{path}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_project_says_what_is_sealed_and_what_is_not_yet(
    client: TestClient, ledger: Ledger, projector: Projector, sealing: Sealing
) -> None:
    ledger.finished(project=PROJECT)
    projector.caught_up()
    path = f"/projects/{PROJECT}/seal"
    told = asked(client, f"{path}/status")
    assert (told["log"], told["events"], told["sealed"], told["sealed_at"]) == (
        "example.com/ledger", 4, 0, None,
    )  # fmt: skip
    answer = client.get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_sealed")
    sealing.seal()
    ledger.register(project=PROJECT)
    projector.caught_up()
    told = asked(client, f"{path}/status")
    assert (told["events"], told["sealed"], told["keys"]) == (5, 4, [sealing.key])
    assert told["sealed_at"] is not None
    assert told["refused"] is False
    assert asked(client, path)["events"] == 4
    answer = client.get(f"/api/v1{path}?since=99")
    assert (answer.status_code, answer.json()["code"]) == (400, "beyond_the_end")


def test_evidence_of_a_period_is_checked_with_what_is_in_it(
    client: TestClient, ledger: Ledger, projector: Projector, sealing: Sealing, tmp_path: Path
) -> None:
    for _ in range(3):
        ledger.finished(project=PROJECT)
    projector.caught_up()
    sealing.seal()
    events = asked(client, f"/projects/{PROJECT}/events")["events"]
    times = {each["seq"]: each["recorded_at"] for each in events}
    period = {"since": times[5], "until": times[9]}
    answer = client.get(f"/api/v1/projects/{PROJECT}/evidence", params=period)
    archive = zipfile.ZipFile(BytesIO(answer.content))
    archive.extract("seal.json", tmp_path)
    arguments = ["--key", sealing.key, "--checkpoint", str(tmp_path / "seal.json")]
    status, words = check(tmp_path, archive.read("events.ndjson").decode(), *arguments)
    assert (status, "numbers 4 to 9 of 12, of which 4 were recorded" in words) == (0, True), words


def test_what_is_left_after_a_month_has_left_is_checked_with_the_seal(
    client: TestClient,
    database: Database,
    owner: psycopg.Connection[Any],
    sealing: Sealing,
    tmp_path: Path,
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        let_old_ids_in(superuser)
    for month in (MONTH, MONTH.back(-1), MONTH):
        ended(owner, PROJECT, month)
    project(database)
    sealing.seal()
    retire_month(owner, MONTH, open_archives(str(tmp_path / "archives")), None, actor="anna")
    (tmp_path / "seal").write_text(json.dumps(asked(client, f"/projects/{PROJECT}/seal")))
    export = client.get(f"/api/v1/projects/{PROJECT}/events/export").text
    arguments = ["--key", sealing.key, "--checkpoint", str(tmp_path / "seal")]
    assert len(export.splitlines()) == 4
    status, words = check(tmp_path, export, *arguments)
    assert (status, "4 of 12 events, each in its place" in words) == (0, True), words
    thinned = "".join(export.splitlines(keepends=True)[:-1])
    assert check(tmp_path, thinned, *arguments)[0] == 1


@pytest.mark.parametrize("limit", ["since", "until"])
def test_evidence_of_a_period_that_reaches_into_a_retired_month_is_refused(
    client: TestClient,
    database: Database,
    owner: psycopg.Connection[Any],
    sealing: Sealing,
    tmp_path: Path,
    limit: str,
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        let_old_ids_in(superuser)
    for month in (MONTH, MONTH.back(-1), MONTH.back(-1)):
        ended(owner, PROJECT, month)
    project(database)
    sealing.seal()
    events = asked(client, f"/projects/{PROJECT}/events")["events"]
    times = {each["seq"]: each["recorded_at"] for each in events}
    retire_month(owner, MONTH, open_archives(str(tmp_path / "archives")), None, actor="anna")
    path = f"/api/v1/projects/{PROJECT}/evidence"
    # Number 4 has left, and 5 is the first that is there.
    answer = client.get(path, params={limit: times[4] if limit == "since" else times[12]})
    assert (answer.status_code, answer.json()["code"]) == (410, "retired")
    assert f"verify the archive {MONTH}" in answer.json()["detail"]
    answer = client.get(path, params={"since": times[9]})
    assert answer.status_code == 200


def test_where_nothing_is_sealed_that_is_said(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished(project=PROJECT)
    projector.caught_up()
    told = asked(client, f"/projects/{PROJECT}/seal/status")
    assert (told["log"], told["events"], told["sealed"]) == (None, 4, 0)
    for path in (f"/projects/{PROJECT}/seal", f"/tasks/{task.id}/proof"):
        answer = client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_sealed")


def test_a_state_that_cannot_be_read_is_no_seal(
    client: TestClient, ledger: Ledger, sealing: Sealing
) -> None:
    ledger.register(project=PROJECT)
    with sqlite3.connect(sealing.state) as connection:
        connection.execute("UPDATE fact SET value = x'00' WHERE name = 'format'")
    answer = client.get(f"/api/v1/projects/{PROJECT}/seal/status")
    assert (answer.status_code, answer.json()["code"]) == (503, "seal_unavailable")
    assert str(sealing.state) not in answer.text


def test_a_refusal_to_sign_is_told(
    client: TestClient,
    ledger: Ledger,
    projector: Projector,
    sealing: Sealing,
    database: Any,
) -> None:
    task = ledger.finished(project=PROJECT)
    projector.caught_up()
    sealing.seal()
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM task_ledger.project_timeline WHERE version = 4")
    from task_ledger.sealer.errors import SealRefused

    with pytest.raises(SealRefused):
        sealing.seal()
    assert asked(client, f"/projects/{PROJECT}/seal/status")["refused"] is True
    answer = client.get(f"/api/v1/tasks/{task.id}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_as_sealed")
    assert "lacks number 4" in answer.json()["detail"]


def test_one_task_is_checked_offline_by_its_proof(
    client: TestClient,
    ledger: Ledger,
    projector: Projector,
    sealing: Sealing,
    owner: psycopg.Connection[Any],
    tmp_path: Path,
) -> None:
    ledger.finished(project=PROJECT)
    task = ledger.finished(project=PROJECT)
    ledger.finished(project=PROJECT)
    projector.caught_up()
    sealing.seal()
    note(owner, task.id, "anna", Noted(kind="comment", message="looked at"))
    projector.caught_up()

    proof = asked(client, f"/tasks/{task.id}/proof")
    assert [each["version"] for each in proof["events"]] == [1, 2, 3, 4]
    export = f"/api/v1/projects/{PROJECT}/events/export?task_id={task.id}"
    text = client.get(export).text
    assert len(text.splitlines()) == 5

    def checked(text: str, proof: Any) -> tuple[int, str]:
        path = tmp_path / "proof.json"
        path.write_text(json.dumps(proof))
        return check(tmp_path, text, "--key", sealing.key, "--checkpoint", str(path))

    status, words = checked(text, proof)
    assert status == 0, words
    assert "4 events, each by its proof; 1 after them are not" in words
    as_csv = client.get(f"{export}&format=csv").text
    assert checked(as_csv, proof)[0] == 0

    # An export that lacks a sealed event, and one of a task that was made to look like it.
    lines = text.splitlines(keepends=True)
    status, words = checked("".join(lines[:3]), proof)
    assert (status, "the export has 3 of the 4 proven events" in words) == (1, True)
    other = ledger.tasks[0]
    foreign = client.get(f"/api/v1/projects/{PROJECT}/events/export?task_id={other.id}").text
    status, words = checked(foreign, proof)
    assert (status, "seal: the project and the log's entry" in words) == (1, True)
    proof["events"][2]["seq"] += 1
    assert checked(text, proof)[0] == 1


def test_what_is_out_of_reach_has_no_seal(
    anonymous: TestClient, token: Token, ledger: Ledger, projector: Projector, sealing: Sealing
) -> None:
    task = ledger.finished(project="tower-b")
    projector.caught_up()
    sealing.seal()
    paths = ("/projects/tower-b/seal", "/projects/tower-b/seal/status", f"/tasks/{task.id}/proof")
    for path in paths:
        headers = token(f"inside {path}", "viewer", ["tower-b"])
        assert anonymous.get(f"/api/v1{path}", headers=headers).status_code == 200
        headers = token(f"outside {path}", "viewer", ["tower-a"])
        answer = anonymous.get(f"/api/v1{path}", headers=headers)
        assert (answer.status_code, answer.json()["code"] in ("not_found", "unknown_task")) == (
            404, True,
        )  # fmt: skip
