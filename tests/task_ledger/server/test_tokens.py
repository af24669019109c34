"""Admins of all projects create, rotate and revoke tokens; every change is in the access log."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.access import Identity
from task_ledger.eventlog.access_log import read_accesses, verify_accesses
from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app

Owner = psycopg.Connection[Any]
TOKENS = "/api/v1/tokens"


def created(client: TestClient, name: str = "ci", **more: Any) -> str:
    answer = client.post(TOKENS, json={"name": name, "role": "viewer"} | more)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()["secret"]


def listed(client: TestClient, name: str = "ci") -> dict[str, Any]:
    (found,) = [each for each in client.get(TOKENS).json()["tokens"] if each["name"] == name]
    return found


def session(client: TestClient, secret: str) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return client.get("/api/v1/session", headers=headers)


def test_a_new_token_opens_what_it_was_made_for(client: TestClient) -> None:
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    secret = created(client, role="operator", projects=["b", "a"], expires_at=ends)
    told = session(client, secret).json()
    assert (told["name"], told["role"], told["projects"]) == ("ci", "operator", ["a", "b"])
    token = listed(client)
    assert (token["created_by"], token["projects"]) == ("ops", ["a", "b"])
    assert token["expires_at"] is not None
    assert secret not in client.get(TOKENS).text


def test_the_list_says_when_a_token_was_used_last(client: TestClient, owner: Owner) -> None:
    secret = created(client)
    assert listed(client)["used_at"] is None
    session(client, secret)
    first = listed(client)["used_at"]
    assert first is not None
    session(client, secret)
    assert listed(client)["used_at"] == first, "it is noted every five minutes"
    owner.execute("UPDATE task_ledger.access_token SET used_at = used_at - interval '6 min'")
    cookie = access.sign_in_with_token(owner, secret).cookie
    access.authenticate_session(owner, cookie)
    assert listed(client)["used_at"] > first, "by its sessions too"
    assert [row.action for row in read_accesses(owner)].count("token_revoked") == 0


def test_a_rotated_token_has_a_new_secret_and_no_session(client: TestClient, owner: Owner) -> None:
    old = created(client)
    cookie = access.sign_in_with_token(owner, old).cookie
    code = access.create_link(owner, "ci")
    new = client.post(f"{TOKENS}/{listed(client)['id']}/rotate").json()["secret"]
    assert session(client, old).status_code == 401
    assert session(client, new).json()["name"] == "ci"
    for attempt, secret in ((access.authenticate_session, cookie), (access.sign_in, code)):
        with pytest.raises(access.NotAuthenticated):
            attempt(owner, secret)
    assert listed(client)["rotated_at"] is not None


def test_a_revoked_token_opens_nothing_and_stays_in_the_list(client: TestClient) -> None:
    secret = created(client)
    path = f"{TOKENS}/{listed(client)['id']}"
    answer = client.post(f"{path}/revoke")
    assert (answer.status_code, answer.json()["revoked_by"]) == (200, "ops")
    assert session(client, secret).status_code == 401
    assert listed(client)["revoked_at"] is not None
    for change in ("revoke", "rotate"):
        assert client.post(f"{path}/{change}").status_code == 404
    answer = client.post(TOKENS, json={"name": "CI", "role": "viewer"})
    assert (answer.status_code, answer.json()["code"]) == (409, "token_exists")


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pages_have_each_token_once_the_newest_first(
    client: TestClient, owner: Owner, limit: int
) -> None:
    """Also those that were created at the same time."""
    for number in range(7):
        access.create(owner, f"ci-{number}", "viewer")
    owner.execute(
        "UPDATE task_ledger.access_token SET created_at = '2026-01-01' WHERE name LIKE 'ci-%'"
    )
    access.revoke(owner, "ci-3")
    owner.execute(
        "UPDATE task_ledger.access_token SET expires_at = '2026-01-02' WHERE name = 'ci-4'"
    )
    for active, most in (("", 8), ("&active=true", 6)):
        found: list[str] = []
        cursor = ""
        while True:
            page = client.get(f"{TOKENS}?limit={limit}{active}{cursor}").json()
            assert len(page["tokens"]) <= limit
            found += [each["name"] for each in page["tokens"]]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert len(found) == len(set(found)) == most
        assert found[0] == "ops"
        assert ("ci-3" in found, "ci-4" in found) == ((False, False) if active else (True, True))


def test_a_page_of_tokens_needs_its_own_cursor(client: TestClient, owner: Owner) -> None:
    access.create(owner, "ci", "viewer")
    cursor = client.get(f"{TOKENS}?limit=1").json()["next"]
    for wrong in (f"limit=1&active=true&cursor={cursor}", "cursor=x", "limit=0", "limit=501"):
        assert client.get(f"{TOKENS}?{wrong}").status_code in {400, 422}, wrong


def test_every_change_is_recorded_with_who_asked_for_it(client: TestClient, owner: Owner) -> None:
    created(client)
    path = f"{TOKENS}/{listed(client)['id']}"
    client.post(f"{path}/rotate")
    client.post(f"{path}/revoke")
    access.create(owner, "by hand", "viewer")
    access.rotate(owner, "by hand")
    access.revoke(owner, "by hand")
    login = f"login {owner.info.user}"
    changes = [(row.actor, row.action, row.detail) for row in read_accesses(owner)]
    assert [each for each in changes if each[1] != "signed_out"][1:] == [
        *(
            ("ops", f"token_{change}", f"ci, viewer, through {login}")
            for change in ("created", "rotated", "revoked")
        ),
        *(
            (login, f"token_{change}", "by hand, viewer")
            for change in ("created", "rotated", "revoked")
        ),
    ]
    assert verify_accesses(owner) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "projector"},
        {"name": "a@b"},
        {"name": "x" * 101},
        {"name": "ä" * 60},
        {"role": "king"},
        {"projects": []},
        {"projects": ["\n"]},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2099-01-01T00:00:00"},
        {"secret": "mine"},
    ],
    ids=str,
)
def test_a_token_that_cannot_be_is_refused(client: TestClient, wrong: dict[str, Any]) -> None:
    answer = client.post(TOKENS, json={"name": "ci", "role": "viewer"} | wrong)
    assert answer.status_code == 422
    assert len(client.get(TOKENS).json()["tokens"]) == 1


@pytest.mark.parametrize(
    ("role", "projects"),
    [("viewer", None), ("operator", None), ("auditor", None), ("admin", ["tower-a"])],
)
def test_nobody_else_sees_or_changes_tokens(
    anonymous: TestClient,
    owner: Owner,
    token: Callable[..., dict[str, str]],
    role: str,
    projects: list[str] | None,
) -> None:
    access.create(owner, "ci", "viewer")
    anonymous.headers.update(token("somebody", role, projects))
    (ci, *_) = [each for each in access.list_tokens(owner) if each.name == "ci"]
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("POST", f"/{ci.id}/rotate"),
        ("POST", f"/{ci.id}/revoke"),
    ):
        body = {"name": "x", "role": "admin"} if (method, path) == ("POST", "") else None
        assert anonymous.request(method, TOKENS + path, json=body).status_code == 403
    assert len(access.list_tokens(owner)) == 2


def test_behind_a_hosts_authentication_there_are_no_tokens(settings: Settings) -> None:
    app = create_app(settings, plugins=(), authenticate=lambda _: Identity("anna", "admin", None))
    with TestClient(app) as client:
        assert client.get(TOKENS).status_code == 404
