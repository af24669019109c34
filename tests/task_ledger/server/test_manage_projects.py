"""Admins name and hide projects; each change is recorded once, and hiding changes lists alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger.eventlog.access_log import read_accesses, verify_accesses
from task_ledger.ops.settings import Settings
from task_ledger.plugin import Plugin
from task_ledger.server import projects as server_projects
from task_ledger.server.app import create_app
from task_ledger.server.projects import Project
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.processes import Projector

Token = Callable[..., dict[str, str]]
Owner = psycopg.Connection[Any]
PROJECTS = "/api/v1/projects"
SHOP = f"{PROJECTS}/shop"


@pytest.fixture
def shop(client: TestClient, ledger: Ledger, projector: Projector) -> TestClient:
    """An admin's client; the projects `depot` and `shop` have a task each."""
    for project in ("depot", "shop"):
        ledger.register(project=project)
    projector.caught_up()
    return client


def ids(client: TestClient, asked: str = "") -> list[str]:
    return [each["id"] for each in client.get(f"{PROJECTS}{asked}").json()["projects"]]


def changes(owner: Owner) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (row.actor, row.action, row.project_id, row.detail)
        for row in read_accesses(owner)
        if row.action.startswith("project_")
    ]


def test_a_name_and_a_description_are_for_people_and_recorded_once(
    shop: TestClient, owner: Owner
) -> None:
    for _ in range(2):
        named = shop.patch(f"{SHOP}/name", json={"name": " Web shop ", "description": "Orders"})
        assert named.status_code == 200, named.text
        assert (named.json()["name"], named.json()["description"]) == ("Web shop", "Orders")
    kept = shop.patch(f"{SHOP}/name", json={"description": ""}).json()
    assert (kept["name"], kept["description"]) == ("Web shop", None)
    assert shop.get(SHOP).json() == kept
    (listed,) = shop.get(f"{PROJECTS}?search=WEB").json()["projects"]
    assert (listed["id"], listed["name"]) == ("shop", "Web shop")
    assert shop.patch(f"{SHOP}/name", json={"name": ""}).json()["name"] == "shop"
    assert changes(owner) == [
        ("ops", "project_named", "shop", "name: Web shop; description: Orders"),
        ("ops", "project_named", "shop", "description: "),
        ("ops", "project_named", "shop", "name: "),
    ]
    assert verify_accesses(owner) is None


def test_a_hidden_project_leaves_lists_and_nothing_else(
    shop: TestClient, owner: Owner, ledger: Ledger, projector: Projector
) -> None:
    hidden = shop.post(f"{SHOP}/hide").json()["hidden"]
    assert (hidden["by"], hidden["new_events"]) == ("ops", 0)
    assert shop.post(f"{SHOP}/hide").json()["hidden"] == hidden
    assert ids(shop) == ids(shop, "?search=o") == ["depot"]
    assert ids(shop, "?hidden=true") == ["depot", "shop"]
    assert shop.get(PROJECTS).json()["hidden"] == {"projects": 1, "with_new_events": 0}
    for place in ("/events", "/events/export", "/evidence", "/failures", "/query-values"):
        assert shop.get(f"{SHOP}{place}").status_code == 200, place
    assert len(shop.get("/api/v1/tasks/project/shop").json()["tasks"]) == 1
    assert len(shop.get("/api/v1/tasks").json()["tasks"]) == 2

    ledger.finished(project="shop")
    projector.caught_up()
    assert shop.get(SHOP).json()["hidden"] == hidden | {"new_events": 4}
    assert shop.get(PROJECTS).json()["hidden"] == {"projects": 1, "with_new_events": 1}
    assert ids(shop) == ["depot"]

    for _ in range(2):
        assert shop.post(f"{SHOP}/unhide").json()["hidden"] is None
    assert ids(shop) == ["depot", "shop"]
    assert [(actor, action) for actor, action, *_ in changes(owner)] == [
        ("ops", "project_hidden"),
        ("ops", "project_unhidden"),
    ]
    assert verify_accesses(owner) is None


@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", " \u3000\u2003"])
def test_white_space_of_any_script_is_no_name(shop: TestClient, owner: Owner, blank: str) -> None:
    for name in ("現場\u3000A", "Tower\u00a0A", "\u0645\u06cc\u200c\u0631\u0648\u0645"):
        named = shop.patch(f"{SHOP}/name", json={"name": name})
        assert (named.status_code, named.json()["name"]) == (200, name)
    described = shop.patch(f"{SHOP}/name", json={"description": " Two\nlines\n"}).json()
    assert described["description"] == "Two\nlines"
    for _ in range(2):
        bare = shop.patch(f"{SHOP}/name", json={"name": blank, "description": f"\n\t{blank}"})
        assert (bare.json()["name"], bare.json()["description"]) == ("shop", None)
    assert len(changes(owner)) == 5
    assert shop.post(f"{SHOP}/hide").status_code == shop.post(f"{SHOP}/unhide").status_code == 200
    assert owner.execute("SELECT count(*) FROM task_ledger.project").fetchone() == (0,)


@pytest.mark.parametrize("role", ["viewer", "operator", "auditor"])
def test_only_admins_change_projects(shop: TestClient, token: Token, role: str) -> None:
    headers = token("somebody", role)
    for method, place in (("PATCH", "name"), ("POST", "hide"), ("POST", "unhide")):
        body = {"name": "x"} if place == "name" else None
        answer = shop.request(method, f"{SHOP}/{place}", headers=headers, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "role")
    assert shop.get(SHOP).json()["name"] == "shop"


def test_a_token_of_named_projects_changes_and_counts_only_those(
    shop: TestClient, token: Token
) -> None:
    assert shop.post(f"{PROJECTS}/depot/hide").status_code == 200
    headers = token("shopkeeper", "admin", ["shop"])
    for method, place in (("PATCH", "name"), ("POST", "hide"), ("POST", "unhide")):
        body = {"name": "x"} if place == "name" else None
        out = shop.request(method, f"{PROJECTS}/depot/{place}", headers=headers, json=body)
        assert out.status_code == 404
    told = shop.get(f"{PROJECTS}?hidden=true", headers=headers).json()
    assert [each["id"] for each in told["projects"]] == ["shop"]
    assert told["hidden"] == {"projects": 0, "with_new_events": 0}
    assert shop.post(f"{SHOP}/hide", headers=headers).status_code == 200
    assert shop.get(PROJECTS, headers=headers).json()["projects"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x" * 101},
        {"name": "two\nlines"},
        {"name": "a\0b"},
        {"description": "x" * 301},
        {"title": "x"},
    ],
    ids=["long", "lines", "nul", "long-description", "unknown"],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_recorded(
    shop: TestClient, owner: Owner, wrong: dict[str, str]
) -> None:
    assert shop.patch(f"{SHOP}/name", json=wrong).status_code == 422
    assert changes(owner) == []


def test_a_project_that_nobody_knows_is_not_changed(shop: TestClient) -> None:
    assert shop.post(f"{PROJECTS}/shpo/hide").status_code == 404
    assert shop.patch(f"{PROJECTS}/shpo/name", json={"name": "x"}).status_code == 404
    assert ids(shop, "?hidden=true") == ["depot", "shop"]


def test_a_project_can_be_named_before_its_first_task(shop: TestClient, token: Token) -> None:
    ahead = token("ahead", "admin", ["annex"])
    assert shop.post(f"{PROJECTS}/annex/hide", headers=ahead).status_code == 200
    assert ids(shop, "?hidden=true") == ["annex", "depot", "shop"]
    named = shop.patch(f"{PROJECTS}/annex/name", json={"name": "Annex"}, headers=ahead)
    assert named.status_code == 200
    assert ids(shop, "?hidden=true") == ["annex", "depot", "shop"]
    assert shop.post(f"{PROJECTS}/annex/unhide").status_code == 200


def test_what_counts_as_hidden_is_listed_and_can_be_unhidden(
    shop: TestClient, token: Token
) -> None:
    """A project without tasks, also once its name is gone."""
    ahead = token("ahead", "admin", ["annex"])
    annex = f"{PROJECTS}/annex"
    assert shop.patch(f"{annex}/name", json={"name": "Annex"}, headers=ahead).status_code == 200
    assert shop.post(f"{annex}/hide").status_code == 200
    assert shop.patch(f"{annex}/name", json={"name": ""}).status_code == 200
    assert shop.get(PROJECTS).json()["hidden"]["projects"] == 1
    assert ids(shop, "?hidden=true") == ["annex", "depot", "shop"]
    assert shop.post(f"{annex}/unhide").status_code == 200
    assert shop.get(annex).status_code == 404


def test_a_search_for_an_id_finds_that_project_first(
    shop: TestClient, owner: Owner, token: Token
) -> None:
    """Of numbered projects, 7 comes before 107; and on one page only."""
    owner.execute(
        "INSERT INTO task_ledger.project (project_id, name)"
        " SELECT i, 'Site ' || i FROM generate_series(1, 300) AS i"
    )
    assert ids(shop, "?search=7&limit=2") == ["7", "107"]
    for limit in (1, 2, 5):
        found: list[str] = []
        cursor = ""
        while True:
            page = shop.get(f"{PROJECTS}?search=7&limit={limit}{cursor}").json()
            found += [each["id"] for each in page["projects"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert found == ["7", *sorted(str(n) for n in range(1, 301) if "7" in str(n) and n != 7)]
    assert ids(shop, "?search=07") == ["107", "207"]
    of_some = token("of-some", "viewer", ["107", "9"])
    told = shop.get(f"{PROJECTS}?search=7", headers=of_some).json()["projects"]
    assert [each["id"] for each in told] == ["107"]
    assert shop.post(f"{PROJECTS}/7/hide").status_code == 200
    assert ids(shop, "?search=7&limit=1") == ["107"]
    assert ids(shop, "?search=7&limit=1&hidden=true") == ["7"]


def test_an_applications_name_is_the_only_one(
    settings: Settings, shop: TestClient, token: Token
) -> None:
    """A name given before the application knew the project is not shown any more."""
    assert shop.patch(f"{SHOP}/name", json={"name": "Ours"}).status_code == 200

    def kept(connection: Any, *, after: str | None, among: Any, **_: Any) -> list[Project]:
        del connection
        known = (after or "") < "shop" and (among is None or "shop" in among)
        return [Project("shop", "Theirs", datetime.now(UTC), "app")] if known else []

    plugin = Plugin(name="app", projects=lambda: kept)
    headers = token("admin-of-app", "admin")
    with TestClient(create_app(settings, plugins=[plugin]), headers=headers) as client:
        refused = client.patch(f"{SHOP}/name", json={"name": "Ours again"})
        assert (refused.status_code, refused.json()["code"]) == (409, "named_by_application")
        described = client.patch(f"{SHOP}/name", json={"description": "Orders"}).json()
        assert (described["name"], described["description"]) == ("Theirs", "Orders")
        assert described["named_by_application"] is True
        assert ids(client, "?search=theirs") == ["shop"]
        assert ids(client, "?search=ours") == []
        assert client.post(f"{SHOP}/hide").json()["hidden"]["by"] == "admin-of-app"
        assert ids(client) == ["depot"]


def test_a_search_looks_at_a_bounded_number_of_projects_for_a_page(
    shop: TestClient, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is short, and the next one goes on where it stopped."""
    owner.execute(
        "INSERT INTO task_ledger.project (project_id, name) SELECT 'e' || i, 'Site ' || i"
        " FROM generate_series(1000, 2199) AS i"
    )
    monkeypatch.setattr(server_projects, "LOOK", 1000)
    first = shop.get(f"{PROJECTS}?search=sho&limit=1").json()
    assert first["projects"] == []
    second = shop.get(f"{PROJECTS}?search=sho&limit=1&cursor={first['next']}").json()
    assert ([each["id"] for each in second["projects"]], second["next"]) == (["shop"], None)
    other = shop.get(f"{PROJECTS}?search=site&cursor={first['next']}")
    assert (other.status_code, other.json()["code"]) == (400, "bad_cursor")
    found: list[str] = []
    cursor = ""
    while True:
        page = shop.get(f"{PROJECTS}?search=SITE&limit=500{cursor}").json()
        found += [each["name"] for each in page["projects"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == [f"Site {number}" for number in range(1000, 2200)]
