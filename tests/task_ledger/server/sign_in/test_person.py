"""What a person is after signing in: name, role and projects by claims, while a session lasts."""

from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from task_ledger import access
from task_ledger.eventlog.access_log import read_accesses
from task_ledger.server.auth import COOKIE
from tests.task_ledger.server.sign_in.conftest import Opened, sign_in
from tests.task_ledger.server.sign_in.dishonest_provider import DishonestProvider

Owner = psycopg.Connection[Any]


def test_claims_that_the_token_lacks_are_read_from_the_userinfo_endpoint(
    browser: TestClient, provider: DishonestProvider
) -> None:
    provider.claims = {"groups": None}
    provider.userinfo = {"sub": "248289761001", "groups": ["admins"], "email": "eve@example.org"}
    assert sign_in(browser, provider).status_code == 303
    session = browser.get("/api/v1/session").json()
    assert (session["name"], session["role"]) == ("anna@example.org", "admin")
    provider.userinfo |= {"sub": "1"}
    assert sign_in(browser, provider).status_code == 403, "it describes somebody else"


@pytest.mark.parametrize(("email", "status"), [("anna@example.org", 303), ("eve@example.org", 403)])
def test_the_userinfo_endpoint_may_say_that_the_same_email_is_verified(
    browser: TestClient, provider: DishonestProvider, email: str, status: int
) -> None:
    provider.claims = {"email_verified": None}
    provider.userinfo = {"sub": "248289761001", "email": email, "email_verified": True}
    assert sign_in(browser, provider).status_code == status


@pytest.mark.parametrize(
    ("mapping", "claims", "projects"),
    [
        ({"oidc_projects_claim": "sites"}, {"sites": ["tower-a", "b"]}, ["b", "tower-a"]),
        ({"oidc_projects_claim": "sites"}, {"sites": ["*"]}, ["*"]),
        ({"oidc_projects_claim": "sites"}, {"sites": ["a", "b\0"]}, ["a"]),
        (
            {"oidc_projects_claim": "groups", "oidc_projects": "ops=a,ops=b,all=*,*=lobby"},
            {},
            ["a", "b", "lobby"],
        ),
        ({"oidc_projects_claim": "groups", "oidc_projects": "ops=*"}, {}, None),
        (
            {"oidc_roles_claim": "realm_access.roles", "oidc_roles": "cn=ops=viewer"},
            {"realm_access": {"roles": ["cn=ops"]}},
            None,
        ),
        ({"oidc_roles": "*=viewer"}, {"groups": None}, None),
    ],
    ids=str,
)
def test_roles_and_projects_follow_the_mapping(
    open_app: Opened,
    provider: DishonestProvider,
    mapping: dict[str, Any],
    claims: dict[str, Any],
    projects: list[str] | None,
) -> None:
    provider.claims = claims
    provider.userinfo = {"sub": "248289761001"}
    browser = open_app(**mapping)
    assert sign_in(browser, provider).status_code == 303
    assert browser.get("/api/v1/session").json()["projects"] == projects


def test_no_project_is_no_access(open_app: Opened, provider: DishonestProvider) -> None:
    browser = open_app(oidc_projects_claim="groups", oidc_projects="admins=*")
    answer = sign_in(browser, provider)
    assert answer.status_code == 403
    assert "gives you no project" in answer.text


@pytest.mark.parametrize("name", ["projector", "Notifier ", "login postgres", "Import:jobs"])
def test_nobody_signs_in_as_a_part_of_the_ledger(
    browser: TestClient, provider: DishonestProvider, name: str
) -> None:
    provider.claims = {"email": name}
    assert sign_in(browser, provider).status_code == 403


def test_a_name_is_one_persons(open_app: Opened, provider: DishonestProvider, owner: Owner) -> None:
    """The log tells people apart by their names alone."""
    browser = open_app(oidc_name_claim="preferred_username")
    provider.claims = {"preferred_username": "anna"}
    assert sign_in(browser, provider).status_code == 303
    assert sign_in(browser, provider).status_code == 303
    provider.claims |= {"sub": "another", "preferred_username": "Anna"}
    with capture_logs() as logged:
        answer = sign_in(browser, provider)
    assert answer.status_code == 403
    assert [each["event"] for each in logged] == ["sign_in_failed"]
    assert "anna" not in str(logged).lower(), "no claim is logged"
    assert "somebody else" in answer.text
    access.create(owner, "ci", "viewer")
    provider.claims["preferred_username"] = "CI"
    assert sign_in(browser, provider).status_code == 403


def test_people_keep_their_names_when_the_provider_moves(
    browser: TestClient, provider: DishonestProvider, owner: Owner
) -> None:
    assert sign_in(browser, provider).status_code == 303
    moved = "UPDATE task_ledger.web_session SET issuer = %s WHERE issuer = %s"
    owner.execute(moved, ("https://login.example.org", provider.issuer))
    assert sign_in(browser, provider).status_code == 403
    owner.execute(moved, (provider.issuer, "https://login.example.org"))
    assert sign_in(browser, provider).status_code == 303


def test_signing_in_again_replaces_the_session(
    browser: TestClient, provider: DishonestProvider
) -> None:
    sign_in(browser, provider)
    first = browser.cookies[COOKIE]
    sign_in(browser, provider)
    assert browser.cookies[COOKIE] != first
    browser.cookies.clear()
    browser.cookies.set(COOKIE, first)
    assert browser.get("/api/v1/session").status_code == 401


def test_a_session_ends_with_its_time(
    browser: TestClient, provider: DishonestProvider, owner: Owner
) -> None:
    sign_in(browser, provider)
    left = owner.execute(
        "SELECT extract(epoch FROM expires_at - clock_timestamp()) FROM task_ledger.web_session"
    ).fetchone()
    assert left is not None
    assert 11.9 * 3600 < left[0] < 12.1 * 3600
    owner.execute("UPDATE task_ledger.web_session SET expires_at = clock_timestamp()")
    assert browser.get("/api/v1/session").status_code == 401


def test_signing_out_ends_the_session_and_offers_to_end_the_providers(
    browser: TestClient, provider: DishonestProvider, owner: Owner
) -> None:
    sign_in(browser, provider)
    cookie = browser.cookies[COOKIE]
    out = browser.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?signed_out=true")
    page = browser.get(out.headers["location"])
    assert 'href="/sign-in/provider-sign-out"' in page.text
    there = browser.get("/sign-in/provider-sign-out")
    assert there.headers["location"] == (
        f"{provider.issuer}/logout?client_id=ledger"
        "&post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fsign-in"
    )
    browser.cookies.set(COOKIE, cookie)
    assert browser.get("/api/v1/session").status_code == 401
    assert read_accesses(owner)[-1].action == "signed_out"
    provider.metadata = {"end_session_endpoint": f"{provider.issuer}/logout?p=policy"}
    there = browser.get("/sign-in/provider-sign-out")
    assert there.headers["location"].startswith(f"{provider.issuer}/logout?p=policy&client_id=")
