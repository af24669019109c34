"""Signing in returns to a path of this server, whatever the link says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.server.oidc import attempt
from task_ledger.server.return_path import is_local
from tests.task_ledger.server.sign_in.conftest import sign_in
from tests.task_ledger.server.sign_in.dishonest_provider import DishonestProvider

OWN = {"Sec-Fetch-Site": "same-origin"}
DEEP = "/projects/tower%20a/timeline?q=type:failed&at=2026-11-24T09:30:00%2B01:00"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/%2e%2e/other",
    "/tasks/../../other",
    "/tasks/%2e%2e%5cother",
    "tasks",
    "javascript:alert(1)",
    "",
    "/" + "a" * 2000,
    "/ä",
    "/a\r\nSet-Cookie: x=y",
    "http:/evil.example",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_is_not_a_path_of_this_server_is_not_local(path: str) -> None:
    assert not is_local(path)


@pytest.mark.parametrize("path", ["/", "/tasks", DEEP, "/tasks?q=%2F%2Fevil.example"])
def test_a_path_of_this_server_is_local(path: str) -> None:
    assert is_local(path)


def test_a_token_signs_in_and_returns_to_the_deep_link(
    browser: TestClient, owner: psycopg.Connection[Any]
) -> None:
    token = access.create(owner, "anna", "auditor")
    page = browser.get("/sign-in", params={"to": DEEP})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    answer = browser.post(
        "/sign-in/token", params={"to": DEEP}, data={"token": f" {token} "}, headers=OWN
    )
    assert (answer.status_code, answer.headers["location"]) == (303, DEEP)
    assert browser.get("/api/v1/session").json()["name"] == "anna"


def test_a_link_returns_to_the_deep_link(
    browser: TestClient, owner: psycopg.Connection[Any]
) -> None:
    access.create(owner, "anna", "auditor")
    code = access.create_link(owner, "anna")
    answer = browser.post("/sign-in", params={"code": code, "to": DEEP}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, DEEP)


@pytest.mark.parametrize("to", ELSEWHERE)
def test_no_way_to_sign_in_returns_elsewhere(
    browser: TestClient, provider: DishonestProvider, owner: psycopg.Connection[Any], to: str
) -> None:
    token = access.create(owner, "anna", "auditor")
    answer = browser.post("/sign-in/token", params={"to": to}, data={"token": token}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert sign_in(browser, provider, to).headers["location"] == "/"


def test_a_cookie_that_another_has_set_does_not_return_elsewhere() -> None:
    changed = attempt.Attempt(attempt.begin("/").secret, "//evil.example").cookie()
    assert attempt.read(changed).to == "/"


@pytest.mark.parametrize("token", ["", "nonsense", "tl_" + "a" * 43, "tl_\0"])
def test_a_wrong_token_is_told_on_the_form(browser: TestClient, token: str) -> None:
    answer = browser.post("/sign-in/token", data={"token": token}, headers=OWN)
    assert answer.status_code == 401
    assert "This token is not valid" in answer.text
    assert not token or token not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_token_that_has_ended_opens_no_session(
    browser: TestClient, owner: psycopg.Connection[Any]
) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    expired = access.create(owner, "expired", "viewer", expires_at=past)
    revoked = access.create(owner, "revoked", "viewer")
    access.revoke(owner, "revoked")
    for token in (expired, revoked):
        answer = browser.post("/sign-in/token", data={"token": token}, headers=OWN)
        assert answer.status_code == 401


def test_another_sites_page_cannot_sign_a_browser_in(
    browser: TestClient, owner: psycopg.Connection[Any]
) -> None:
    token = access.create(owner, "anna", "auditor")
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = browser.post("/sign-in/token", data={"token": token}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
