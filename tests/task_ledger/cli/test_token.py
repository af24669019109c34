"""`task-ledger token` makes, lists and revokes; the secret is shown once."""

from typing import Any

import psycopg
import pytest

from task_ledger.access import NotAuthenticated, authenticate, authenticate_session, sign_in
from tests.servers import Database
from tests.task_ledger.cli.command import Command


def test_a_new_token_opens_what_it_was_made_for(command: Command, database: Database) -> None:
    ended = command("token", "create", "anna", "--role", "operator", "--project", "riverside")
    assert ended.status == 0, ended.err
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        identity = authenticate(connection, ended.out.strip())
    assert (identity.name, identity.role) == ("anna", "operator")
    assert identity.projects == {"riverside"}


def test_a_token_without_projects_reaches_all(command: Command, database: Database) -> None:
    made = command("token", "create", "auditors", "--role", "auditor", "--json").json()
    assert (made["name"], made["role"], made["projects"]) == ("auditors", "auditor", None)
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        assert authenticate(connection, made["token"]).reaches("anything")


def test_the_list_shows_every_token_and_no_secret(command: Command) -> None:
    secret = command("token", "create", "anna", "--role", "admin").out.strip()
    listed = command("token", "list")
    assert "anna" in listed.out
    assert secret not in listed.out
    (anna,) = command("token", "list", "--json").json()
    assert (anna["name"], anna["role"], anna["revoked_at"]) == ("anna", "admin", None)
    assert "hash" not in anna


def test_pages_of_tokens_follow_each_other(command: Command) -> None:
    for name in ("anna", "ben"):
        assert command("token", "create", name, "--role", "viewer").status == 0
    first = command("token", "list", "--limit", "1", "--json")
    (ben,) = first.json()
    assert (ben["name"], first.err) == ("ben", f"More: --after {ben['id']}\n")
    (anna,) = command("token", "list", "--after", ben["id"], "--json").json()
    assert anna["name"] == "anna"
    command("token", "revoke", "anna")
    assert [each["name"] for each in command("token", "list", "--active", "--json").json()] == [
        "ben"
    ]
    unknown = command("token", "list", "--after", "00000000-0000-0000-0000-000000000000")
    assert unknown.status == 1


def test_a_revoked_token_opens_nothing(command: Command, database: Database) -> None:
    secret = command("token", "create", "anna", "--role", "admin").out.strip()
    assert command("token", "revoke", "anna", "--json").json() == {"name": "anna", "revoked": True}
    with (
        psycopg.connect(database.url_for("api"), autocommit=True) as connection,
        pytest.raises(NotAuthenticated),
    ):
        authenticate(connection, secret)
    assert "revoked" in command("token", "list").out


def test_what_is_refused_is_status_1(command: Command) -> None:
    assert command("token", "create", "anna", "--role", "admin").status == 0
    again = command("token", "create", "anna", "--role", "viewer")
    assert (again.status, again.out) == (1, "")
    assert "choose another name" in again.err
    assert command("token", "revoke", "nobody").status == 1
    assert command("token", "create", "bob", "--role", "king").status == 2


def test_a_link_signs_one_browser_in_as_the_token_once(
    command: Command, database: Database
) -> None:
    command("token", "create", "anna", "--role", "operator", "--project", "riverside")
    shown = command("token", "link", "anna", "--address", "https://tasks.example.org/")
    assert shown.status == 0, shown.err
    assert "within 60 minutes" in shown.err
    link = shown.out.strip()
    assert link.startswith("https://tasks.example.org/sign-in?code=")
    code = link.partition("code=")[2]
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        cookie = sign_in(connection, code).cookie
        identity = authenticate_session(connection, cookie)
        assert (identity.name, identity.role, identity.projects) == (
            "anna", "operator", {"riverside"},
        )  # fmt: skip
        with pytest.raises(NotAuthenticated):
            sign_in(connection, code)


def test_a_link_waits_as_long_as_it_is_told_and_needs_a_token_in_force(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    command("token", "create", "anna", "--role", "viewer")
    made = command("token", "link", "anna", "--minutes", "5", "--json").json()
    assert (made["name"], made["minutes"]) == ("anna", 5)
    assert "/sign-in?code=" in made["link"]
    row = writer.execute(
        "SELECT link_expires BETWEEN now() + interval '4 min' AND now() + interval '5 min'"
        " FROM task_ledger.web_session"
    ).fetchone()
    assert row == (True,)
    assert command("token", "link", "nobody").status == 1
    assert command("token", "link", "anna", "--minutes", "1441").status == 2
    command("token", "revoke", "anna")
    assert command("token", "link", "anna").status == 1
