"""Projects of a ledger without an application: they are what tasks were registered for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin
from task_ledger.server.app import create_app
from task_ledger.server.projects import Project
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
PLACES = (
    "/api/v1/projects/{}",
    "/api/v1/projects/{}/events",
    "/api/v1/projects/{}/events/export",
    "/api/v1/tasks/project/{}",
)


def listed(client: TestClient, **options: Any) -> list[dict[str, Any]]:
    """The projects on the list's first page."""
    return client.get("/api/v1/projects", **options).json()["projects"]


def test_a_project_is_there_from_its_first_task_on_before_any_projector(
    client: TestClient, ledger: Ledger
) -> None:
    for place in PLACES:
        assert client.get(place.format("tower-a")).status_code == 404
    ledger.register(project="tower-a")
    for place in PLACES:
        assert client.get(place.format("tower-a")).status_code == 200, place
        assert client.get(place.format("tower-b")).status_code == 404, place


def test_a_project_is_as_old_as_its_first_task(
    client: TestClient, ledger: Ledger, projector: Projector
) -> None:
    ledger.register(project="tower-a", actor="anna")
    ledger.finished(project="tower-a", actor="ben")
    ledger.register(project="tower-b", actor="ben")
    projector.caught_up()
    first, second = listed(client)
    assert (first["id"], first["name"], first["created_by"]) == ("tower-a", "tower-a", "anna")
    assert first["tasks"] == {"PENDING": 1, "SUCCESS": 1}
    age = datetime.now(UTC) - datetime.fromisoformat(first["created_at"])
    assert timedelta(0) < age < timedelta(seconds=30)
    assert (second["id"], second["created_by"]) == ("tower-b", "ben")
    one = client.get("/api/v1/projects/tower-a").json()
    assert one == {key: first[key] for key in one}


def test_a_token_for_a_project_without_tasks_is_told_that_it_has_none_yet(
    empty: TestClient, ledger: Ledger, projector: Projector
) -> None:
    unmade: dict[str, object] = {"id": "tower-a", "name": "tower-a", "created_at": None}
    unmade |= {"created_by": None, "attributes": {}, "description": None, "hidden": None}
    unmade |= {"named_by_application": False}
    assert listed(empty) == [unmade | {"tasks": {}}]
    assert empty.get("/api/v1/projects/tower-a").json() == unmade
    tasks = empty.get("/api/v1/tasks/project/tower-a").json()
    assert (tasks["tasks"], tasks["next"]) == ([], None)
    assert empty.get("/api/v1/projects/tower-a/events").json()["events"] == []
    ledger.register(project="tower-a")
    projector.caught_up()
    assert listed(empty)[0]["tasks"] == {"PENDING": 1}


def test_what_is_out_of_reach_looks_as_if_it_were_not_there(
    empty: TestClient, ledger: Ledger, projector: Projector
) -> None:
    ledger.register(project="tower-b")
    projector.caught_up()
    assert [each["id"] for each in listed(empty)] == ["tower-a"]
    for place in (*PLACES, "/api/v1/projects/{}/events/stream"):
        hidden, missing = (empty.get(place.format(each)) for each in ("tower-b", "tower-x"))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.json() == missing.json()


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_have_each_project_once_whoever_knows_it(
    settings: Settings, ledger: Ledger, projector: Projector, token: Token, limit: int
) -> None:
    """Of the log, of two plugins, or of several of them; the first plugin's name counts."""
    for project in ("b", "c", "f", "h"):
        ledger.register(project=project)
    projector.caught_up()
    plugins = [_keeping("one", "a", "c", "g", "h"), _keeping("two", "c", "d", "i")]
    found: list[tuple[str, str]] = []
    with TestClient(create_app(settings, plugins=plugins), headers=token()) as client:
        cursor = ""
        while True:
            page = client.get(f"/api/v1/projects?limit={limit}{cursor}").json()
            assert len(page["projects"]) <= limit
            found += [(each["id"], each["name"]) for each in page["projects"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert client.get("/api/v1/projects/d/events").status_code == 200
        assert client.get("/api/v1/projects/e/events").status_code == 404
        assert client.get("/api/v1/projects/c").json()["name"] == "c of one"
        named = token("named", "viewer", ["a", "b", "z"])
        assert [each["name"] for each in listed(client, headers=named)] == ["a of one", "b", "z"]
    assert found == [
        ("a", "a of one"),
        ("b", "b"),
        ("c", "c of one"),
        ("d", "d of two"),
        ("f", "f"),
        ("g", "g of one"),
        ("h", "h of one"),
        ("i", "i of two"),
    ]


def _keeping(name: str, *ids: str) -> Plugin:
    """A plugin that keeps these projects, in memory."""

    def kept(connection: Any, *, after: str | None, limit: int, among: Any) -> list[Project]:
        del connection
        return [
            Project(each, f"{each} of {name}", datetime.now(UTC), "somebody")
            for each in ids
            if each > (after or "") and (among is None or each in among)
        ][:limit]

    return Plugin(name=name, projects=lambda: kept)
