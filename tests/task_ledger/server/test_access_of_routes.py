"""Who gets in, what they are told, and that a browser's session writes from its own pages only."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from psycopg import errors as pg
from psycopg import sql

from task_ledger import access
from task_ledger.server.auth import COOKIE
from tests.servers import Database
from tests.task_ledger.server.described import paths_of, refuses_strangers
from tests.task_ledger.server.ledger import Ledger

Token = Callable[..., dict[str, str]]
OPEN = {"/healthz", "/readyz", "/sign-in", "/sign-in/token"}
PAGE = {
    "/",
    "/charts",
    "/failures",
    "/notifications",
    "/queues",
    "/schedules",
    "/tasks",
    "/tokens",
    "/workers",
    "/projects/{rest:path}",
    "/tasks/{rest:path}",
    "/assets/{name}",
}
"""The page's files hold no data; what they show they ask the API for."""


def test_every_route_but_four_and_the_pages_files_needs_a_token(anonymous: TestClient) -> None:
    assert isinstance(anonymous.app, FastAPI)
    paths = {path for _, path in paths_of(anonymous.app)}
    assert len(paths) > 15
    assert paths >= OPEN | PAGE
    refuses_strangers(anonymous, OPEN | PAGE)


@pytest.mark.parametrize(
    ("method", "path", "needs"),
    [
        ("post", "/tasks/{task_id}/cancel", "operator or admin"),
        ("get", "/projects/{project_id}/events/export", "auditor or admin"),
        ("get", "/projects/{project_id}/evidence", "auditor or admin"),
        ("get", "/tasks/{task_id}/evidence", "auditor or admin"),
        ("get", "/access-log", "auditor or admin"),
        ("put", "/projects/{project_id}/views/{name}", "operator or admin"),
        ("delete", "/projects/{project_id}/views/{name}", "operator or admin"),
        (
            "post",
            "/projects/{project_id}/failures/{fingerprint}/handled",
            "operator or admin",
        ),
    ],
)
def test_the_description_of_a_route_names_the_roles_that_it_needs(
    client: TestClient, method: str, path: str, needs: str
) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"][f"/api/v1{path}"][method]
    assert f"Needs the role {needs}" in described["description"].replace("\n", " ")
    assert "403" in described["responses"]


def test_nothing_is_read_or_stored_before_the_token_is_known(anonymous: TestClient) -> None:
    task = "/api/v1/tasks/0199c0de-0000-7000-8000-000000000000"
    answer = anonymous.post(f"{task}/cancel", content=b"not even JSON")
    assert answer.status_code == 401
    answer = anonymous.get("/api/v1/tasks/project/x?nonsense=1")
    assert answer.status_code == 401


def test_a_revoked_token_is_refused_from_the_next_request_on(
    anonymous: TestClient, token: Token, owner: psycopg.Connection[Any]
) -> None:
    headers = token("ops", "viewer")
    assert anonymous.get("/api/v1/projects", headers=headers).status_code == 200
    access.revoke(owner, "ops")
    assert anonymous.get("/api/v1/projects", headers=headers).status_code == 401


def test_an_expired_token_is_refused(anonymous: TestClient, owner: psycopg.Connection[Any]) -> None:
    secret = access.create(
        owner, "ops", "viewer", expires_at=datetime.now(UTC) - timedelta(seconds=1)
    )
    answer = anonymous.get("/api/v1/projects", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert secret not in answer.text


def _sign_in(client: TestClient, code: str) -> Response:
    """What the button of the link's page is answered with."""
    return client.post(
        f"/sign-in?code={code}", headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False
    )


def _signed_in(client: TestClient, owner: psycopg.Connection[Any], role: access.Role) -> str:
    access.create(owner, "browser", role)
    code = access.create_link(owner, "browser")
    answer = _sign_in(client, code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return code


def test_a_link_signs_a_browser_in_once(
    anonymous: TestClient, owner: psycopg.Connection[Any]
) -> None:
    code = _signed_in(anonymous, owner, "viewer")
    assert anonymous.get("/api/v1/projects").status_code == 200
    assert anonymous.get("/api/v1/session").json()["name"] == "browser"
    again = _sign_in(anonymous, code)
    assert again.status_code == 401
    assert code not in again.text
    assert "ask for a new one" in again.text


def test_opening_a_link_leaves_it_unused_and_shows_a_button(
    anonymous: TestClient, owner: psycopg.Connection[Any]
) -> None:
    access.create(owner, "browser", "viewer")
    code = access.create_link(owner, "browser")
    for _ in range(2):
        answer = anonymous.get(f"/sign-in?code={code}")
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert "form-action 'self'" in answer.headers["content-security-policy"]
        assert f'<form method="post" action="/sign-in?code={code}">' in answer.text
    assert _sign_in(anonymous, code).status_code == 303


def test_another_sites_page_cannot_use_a_link(
    anonymous: TestClient, owner: psycopg.Connection[Any]
) -> None:
    access.create(owner, "browser", "viewer")
    code = access.create_link(owner, "browser")
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = anonymous.post(f"/sign-in?code={code}", headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert _sign_in(anonymous, code).status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    anonymous: TestClient, owner: psycopg.Connection[Any]
) -> None:
    access.create(owner, "browser", "viewer")
    code = access.create_link(owner, "browser")
    answer = _sign_in(anonymous, code)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_session_writes_from_this_sites_pages_only(
    anonymous: TestClient, owner: psycopg.Connection[Any], ledger: Ledger
) -> None:
    _signed_in(anonymous, owner, "operator")
    task = ledger.register()
    path = f"/api/v1/tasks/{task.id}/cancel"
    for headers in (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ):
        answer = anonymous.post(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "other_site")
    assert len(anonymous.get(f"/api/v1/tasks/{task.id}/events").json()["events"]) == 1
    assert anonymous.post(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 202
    other = ledger.register()
    answer = anonymous.post(
        f"/api/v1/tasks/{other.id}/cancel", headers={"Origin": "http://testserver"}
    )
    assert answer.status_code == 202
    events = anonymous.get(f"/api/v1/tasks/{other.id}/events").json()["events"]
    assert events[1]["actor"] == "browser"


def test_signing_out_ends_the_session_on_the_server(
    anonymous: TestClient, owner: psycopg.Connection[Any]
) -> None:
    _signed_in(anonymous, owner, "viewer")
    cookie = anonymous.cookies[COOKIE]
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert anonymous.post("/sign-out", headers=headers, follow_redirects=False).status_code == 303
    anonymous.cookies.clear()
    anonymous.cookies.set(COOKIE, cookie)
    assert anonymous.get("/api/v1/projects").status_code == 401


def test_a_link_that_does_not_sign_in_is_answered_with_a_page(anonymous: TestClient) -> None:
    answer = anonymous.get("/sign-in?code=wrong")
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")


def test_the_page_loads_and_asks_nothing_from_elsewhere(anonymous: TestClient) -> None:
    for path in ("/", "/projects/tower-a/timeline", "/tasks/x", "/nowhere"):
        answer = anonymous.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "http" not in policy


@pytest.mark.parametrize("name", ["../index.html", "..%2Findex.html", ".built", "none.js"])
def test_the_page_gives_out_its_own_files_only(anonymous: TestClient, name: str) -> None:
    assert anonymous.get(f"/assets/{name}").status_code in (400, 404)


def test_the_session_says_who_asks_and_what_time_it_is(anonymous: TestClient, token: Token) -> None:
    answer = anonymous.get("/api/v1/session", headers=token("ops", "operator", ["b", "a"])).json()
    assert (answer["name"], answer["role"]) == ("ops", "operator")
    assert answer["projects"] == ["a", "b"]
    assert answer["views"] == [], "no plugin has switched any on"
    told = datetime.fromisoformat(answer["server_time"])
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=30)


@pytest.mark.parametrize("table", ["traceback", "message"])
def test_the_apis_role_cannot_read_what_must_not_leave(database: Database, table: str) -> None:
    with (
        psycopg.connect(database.url_for("api"), autocommit=True) as connection,
        pytest.raises(pg.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("SELECT * FROM task_ledger.{}").format(sql.Identifier(table)))
