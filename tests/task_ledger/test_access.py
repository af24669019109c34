"""Tokens and sessions: what opens the API, and what no longer does."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import psycopg
import pytest

from task_ledger import access
from task_ledger.access import Identity, InvalidToken, NotAuthenticated, UnknownToken
from task_ledger.errors import NotPermitted
from task_ledger.eventlog.access_log import read_accesses
from tests.servers import Database

Connection = psycopg.Connection[Any]

OPENED = "SELECT task_ledger.open_person_session(%s, 'i', 's', %s, 'viewer', NULL, '1 hour')"
"""Opens a person's session; the hash of the cookie and the name."""


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def api(database: Database) -> Iterator[Connection]:
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


def test_a_token_stands_for_its_name_role_and_projects(owner: Connection, api: Connection) -> None:
    all_of_it = access.create(owner, "ops", "admin")
    one = access.create(owner, "site office", "viewer", ["tower-a", "tower-b"])
    assert access.authenticate(api, all_of_it) == Identity("ops", "admin", None)
    assert access.authenticate(api, one) == Identity(
        "site office", "viewer", frozenset({"tower-a", "tower-b"})
    )


def test_reach_is_all_projects_or_the_named_ones() -> None:
    assert Identity("a", "viewer", None).reaches("anything")
    named = Identity("a", "viewer", frozenset({"tower-a"}))
    assert named.reaches("tower-a")
    assert not named.reaches("tower-b")


def test_secrets_have_256_random_bits_and_none_is_in_the_database(
    owner: Connection, api: Connection, database: Database
) -> None:
    secrets = {access.create(owner, f"t{n}", "viewer") for n in range(5)}
    code = access.create_link(owner, "t0")
    cookie = access.sign_in(api, code).cookie
    assert len(secrets | {code, cookie}) == 7
    for secret in (*secrets, code, cookie):
        assert len(secret.removeprefix("tl_")) * 6 >= 256
        with psycopg.connect(database.superuser_url) as connection:
            rows = connection.execute(
                "SELECT to_json(t)::text FROM task_ledger.access_token t"
                " UNION ALL SELECT to_json(s)::text FROM task_ledger.web_session s"
            ).fetchall()
        assert not any(secret in text or secret[3:] in text for (text,) in rows)


@pytest.mark.parametrize(
    "secret", ["", "tl_", "nonsense", "tl_" + "a" * 43, "tl_" + "a" * 42 + "\0", "tl_\udc80"]
)
def test_what_is_no_token_opens_nothing(api: Connection, secret: str) -> None:
    for attempt in (access.authenticate, access.authenticate_session, access.sign_in):
        with pytest.raises(NotAuthenticated) as refused:
            attempt(api, secret)
        assert not secret or secret not in str(refused.value)


def test_a_revoked_token_and_its_sessions_open_nothing(owner: Connection, api: Connection) -> None:
    secret = access.create(owner, "ops", "operator")
    cookie = access.sign_in(api, access.create_link(owner, "ops")).cookie
    unused = access.create_link(owner, "ops")
    access.revoke(owner, "ops")
    for attempt, value in (
        (access.authenticate, secret),
        (access.authenticate_session, cookie),
        (access.sign_in, unused),
    ):
        with pytest.raises(NotAuthenticated):
            attempt(api, value)
    with pytest.raises(UnknownToken):
        access.revoke(owner, "ops")
    with pytest.raises(UnknownToken):
        access.create_link(owner, "ops")


def test_an_expired_token_and_its_sessions_open_nothing(owner: Connection, api: Connection) -> None:
    secret = access.create(
        owner, "ops", "operator", expires_at=datetime.now(UTC) + timedelta(hours=1)
    )
    session = access.sign_in(api, access.create_link(owner, "ops"))
    unused = access.create_link(owner, "ops")
    assert session.expires_at < datetime.now(UTC) + timedelta(hours=2)
    owner.execute(
        "UPDATE task_ledger.access_token SET expires_at = clock_timestamp() - interval '1 s'"
    )
    for attempt, value in (
        (access.authenticate, secret),
        (access.authenticate_session, session.cookie),
        (access.sign_in, unused),
    ):
        with pytest.raises(NotAuthenticated):
            attempt(api, value)


def test_a_name_is_never_given_again(owner: Connection, api: Connection) -> None:
    """Events keep it: two people under one name could not be told apart."""
    old = access.create(owner, "ops", "viewer")
    for name in ("ops", "Ops"):
        with pytest.raises(InvalidToken, match="already existed"):
            access.create(owner, name, "admin")
    access.revoke(owner, "ops")
    for name in ("ops", "OPS"):
        with pytest.raises(InvalidToken, match="already existed"):
            access.create(owner, name, "admin")
    with pytest.raises(NotAuthenticated):
        access.authenticate(api, old)
    assert [(t.name, t.revoked_at is None) for t in access.list_tokens(owner)] == [("ops", False)]


@pytest.mark.parametrize(
    "name",
    [
        *("worker@vm", "celery@one", "@", "projector", "Relay", "reconciler", "sealer", "beat"),
        "next-steps",
        *("worker", "notifier", "import:jobs", "IMPORT:jobs", " ops", "projector "),
        *("login postgres", "Login postgres"),
    ],
)
def test_no_token_is_named_like_a_part_of_the_ledger(owner: Connection, name: str) -> None:
    with pytest.raises(InvalidToken, match="choose one without @"):
        access.create(owner, name, "viewer")
    assert access.list_tokens(owner) == []


@pytest.mark.parametrize(
    "make",
    [
        lambda c: access.create(c, "", "viewer"),
        lambda c: access.create(c, "   ", "viewer"),
        lambda c: access.create(c, "a\0b", "viewer"),
        lambda c: access.create(c, "é" * 51, "viewer"),
        lambda c: access.create(c, "a", cast("Any", "root")),
        lambda c: access.create(c, "a", "viewer", []),
        lambda c: access.create(c, "a", "viewer", [""]),
        lambda c: access.create(c, "a", "viewer", expires_at=datetime(2030, 1, 1)),  # noqa: DTZ001
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    owner: Connection, make: Callable[[Connection], str]
) -> None:
    with pytest.raises(InvalidToken):
        make(owner)
    assert access.list_tokens(owner) == []


def test_a_token_is_not_named_like_a_person_who_has_signed_in(owner: Connection) -> None:
    """What both do would be under one name."""
    owner.execute(OPENED, (access.hash_of("one"), "Anna"))
    with pytest.raises(InvalidToken, match="already existed"):
        access.create(owner, "anna", "viewer")
    assert access.list_tokens(owner) == []


def test_a_token_and_a_person_do_not_get_one_name_at_the_same_time(
    owner: Connection, database: Database
) -> None:
    with psycopg.connect(database.url_for("owner")) as first, ThreadPoolExecutor(1) as pool:
        first.execute(OPENED, (access.hash_of("one"), "anna"))
        second = pool.submit(access.create, owner, "anna", "viewer")
        blocked(first, owner)
        first.commit()
        with pytest.raises(InvalidToken, match="already existed"):
            second.result()


def test_a_session_that_is_opened_during_a_rotation_ends_with_the_old_secret(
    owner: Connection, api: Connection, database: Database
) -> None:
    old = access.create(owner, "ops", "operator")
    with psycopg.connect(database.url_for("owner")) as rotating, ThreadPoolExecutor(1) as pool:
        access.rotate(rotating, "ops")
        signing_in = pool.submit(access.sign_in_with_token, api, old)
        blocked(rotating, api)
        rotating.commit()
        with pytest.raises(NotAuthenticated):
            signing_in.result()


@pytest.mark.parametrize("way", ["token", "link"])
def test_a_rotation_waits_for_who_is_signing_in_and_ends_the_session(
    owner: Connection, api: Connection, database: Database, way: str
) -> None:
    old = access.create(owner, "ops", "operator")
    code = access.create_link(owner, "ops")
    with psycopg.connect(database.url_for("api")) as signing_in, ThreadPoolExecutor(1) as pool:
        if way == "token":
            session = access.sign_in_with_token(signing_in, old)
        else:
            session = access.sign_in(signing_in, code)
        rotating = pool.submit(access.rotate, owner, "ops")
        blocked(signing_in, owner)
        signing_in.commit()
        rotating.result()
    with pytest.raises(NotAuthenticated):
        access.authenticate_session(api, session.cookie)


def test_a_rotation_and_the_use_of_a_link_do_not_block_each_other(
    owner: Connection, database: Database
) -> None:
    """Both lock the session first, and then the access log."""
    access.create(owner, "ops", "operator")
    code = access.create_link(owner, "ops")
    with (
        psycopg.connect(database.url_for("owner")) as logging,
        psycopg.connect(database.url_for("api"), autocommit=True) as signing_in,
        ThreadPoolExecutor(2) as pool,
    ):
        logging.execute("LOCK TABLE task_ledger.access_log IN SHARE ROW EXCLUSIVE MODE")
        rotated = pool.submit(access.rotate, owner, "ops")
        blocked(logging, owner)
        signed_in = pool.submit(access.sign_in, signing_in, code)
        blocked(owner, signing_in, through=logging)
        logging.commit()
        rotated.result()
        with pytest.raises(NotAuthenticated):
            signed_in.result()


def test_a_token_is_accepted_while_the_database_is_read_only(
    owner: Connection, api: Connection
) -> None:
    secret = access.create(owner, "ops", "operator")
    cookie = access.sign_in_with_token(api, secret).cookie
    api.execute("SET default_transaction_read_only = on")
    assert access.authenticate(api, secret).name == "ops"
    assert access.authenticate_session(api, cookie).name == "ops"
    assert [token.used_at for token in access.list_tokens(owner)] == [None]


def blocked(first: Connection, second: Connection, through: Connection | None = None) -> None:
    """Wait until the second connection's statement waits for the first one.

    Args:
        through: asks the database. Default: the first one.
    """
    asked = through or first
    pids = (first.info.backend_pid, second.info.backend_pid)
    until = time.monotonic() + 20
    while True:
        row = asked.execute("SELECT %s = ANY (pg_blocking_pids(%s))", pids).fetchone()
        if row == (True,):
            return
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_link_opens_one_session_however_many_follow_it(
    owner: Connection, api: Connection, database: Database
) -> None:
    access.create(owner, "ops", "operator")
    code = access.create_link(owner, "ops")

    def follow(_: int) -> str | None:
        with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
            try:
                return access.sign_in(connection, code).cookie
            except NotAuthenticated:
                return None

    with ThreadPoolExecutor(4) as threads:
        cookies = [cookie for cookie in threads.map(follow, range(8)) if cookie]
    assert len(cookies) == 1
    assert access.authenticate_session(api, cookies[0]) == Identity("ops", "operator", None)


def test_an_old_link_opens_nothing(owner: Connection, api: Connection) -> None:
    access.create(owner, "ops", "operator")
    code = access.create_link(owner, "ops", link_lifetime=timedelta(0))
    with pytest.raises(NotAuthenticated):
        access.sign_in(api, code)


def test_a_session_ends_when_its_time_is_over_or_when_it_is_signed_out(
    owner: Connection, api: Connection
) -> None:
    access.create(owner, "ops", "operator")
    brief = access.sign_in(api, access.create_link(owner, "ops", session_lifetime=timedelta(0)))
    with pytest.raises(NotAuthenticated):
        access.authenticate_session(api, brief.cookie)
    code = access.create_link(owner, "ops")
    session = access.sign_in(api, code)
    assert access.authenticate_session(api, session.cookie).name == "ops"
    access.sign_out(api, session.cookie)
    with pytest.raises(NotAuthenticated):
        access.authenticate_session(api, session.cookie)
    with pytest.raises(NotAuthenticated):
        access.sign_in(api, code)


def test_the_api_changes_tokens_in_one_recorded_way_and_lends_none(
    owner: Connection, api: Connection
) -> None:
    access.create(api, "ops", "operator", actor="anna")
    assert [(row.actor, row.action) for row in read_accesses(owner)] == [("anna", "token_created")]
    with pytest.raises(NotPermitted):
        access.create_link(api, "ops")
    for statement in (
        "UPDATE task_ledger.access_token SET role = 'admin'",
        "INSERT INTO task_ledger.access_token (name, role, hash) VALUES ('m', 'admin', 'x')",
        "DELETE FROM task_ledger.access_token",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            api.execute(statement)
