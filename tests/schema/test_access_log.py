"""Who read what is recorded once, numbered and chained, and never changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger import access
from task_ledger.eventlog.access_log import read_accesses, record_access, verify_accesses
from tests.histories import failed
from tests.servers import Database


def test_tokens_links_and_sign_ins_are_recorded_by_the_database_itself(
    owner: Connection[Any], database: Database
) -> None:
    access.create(owner, "anna", "auditor")
    code = access.create_link(owner, "anna")
    with psycopg.connect(database.url_for("api"), autocommit=True) as api:
        session = access.sign_in(api, code)
        access.sign_out(api, session.cookie)
    access.revoke(owner, "anna")
    found = read_accesses(owner)
    login = f"login {owner.info.user}"
    assert [(row.seq, row.actor, row.action, row.detail) for row in found] == [
        (1, login, "token_created", "anna, auditor"),
        (2, login, "link_created", "anna"),
        (3, "anna", "signed_in", None),
        (4, "anna", "signed_out", None),
        (5, login, "token_revoked", "anna, auditor"),
    ]
    assert verify_accesses(owner) is None
    assert not any(code in str(row) or session.cookie in str(row) for row in found)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE task_ledger.access_token SET name = 'berta'",
        "DELETE FROM task_ledger.access_token",
        "TRUNCATE task_ledger.access_token CASCADE",
    ],
)
def test_a_tokens_name_stays_taken_whoever_asks(owner: Connection[Any], statement: str) -> None:
    access.create(owner, "anna", "auditor")
    access.revoke(owner, "anna")
    with pytest.raises(psycopg.Error, match="refused"):
        owner.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert [token.name for token in access.list_tokens(owner)] == ["anna"]


def test_at_the_same_time_numbers_have_no_gap_and_the_chain_holds(database: Database) -> None:
    def record(worker: int) -> None:
        with psycopg.connect(database.url_for("api"), autocommit=True) as api:
            for number in range(10):
                record_access(api, f"w{worker}", "export", project_id=f"p\n{number}", detail="ü")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(record, range(4)))
    with psycopg.connect(database.url_for("auditor"), autocommit=True) as auditor:
        assert [row.seq for row in read_accesses(auditor)] == list(range(1, 41))
        assert verify_accesses(auditor) is None
        assert [row.seq for row in read_accesses(auditor, after=38)] == [39, 40]
        assert len(read_accesses(auditor, projects=["p\n3"])) == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE task_ledger.access_log SET actor = 'eve' WHERE seq = 2", (2, "digest")),
        ("DELETE FROM task_ledger.access_log WHERE seq = 2", (2, "missing")),
        ("UPDATE task_ledger.access_log SET at = at - interval '1 h' WHERE seq = 3", (3, "digest")),
    ],
)
def test_what_was_recorded_is_not_changed_and_a_change_by_force_shows(
    owner: Connection[Any], database: Database, change: Any, told: tuple[int, str]
) -> None:
    for project in ("a", "b", "c"):
        record_access(owner, "anna", "export", project_id=project)
    with pytest.raises(psycopg.Error, match="is refused"):
        owner.execute(change)
    with pytest.raises(psycopg.Error, match="is refused"):
        owner.execute("TRUNCATE task_ledger.access_log")
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(change)
    misfit = verify_accesses(owner)
    assert misfit is not None
    assert (misfit.seq, told[1] in misfit.reason) == (told[0], True)


READ = "SELECT version, text FROM task_ledger.read_tracebacks(%s, %s, 99)"


def test_a_traceback_is_read_only_once_that_is_recorded_and_committed(
    owner: Connection[Any], database: Database
) -> None:
    task, other = (failed(owner, "p", f"in {name}.py") for name in ("one", "two"))
    with psycopg.connect(database.url_for("auditor")) as auditor:
        seq = record_access(auditor, "anna", "traceback", task_id=task)
        with pytest.raises(psycopg.Error, match="is not recorded"):
            auditor.execute(READ, (seq, task))  # A rollback would take the record back.
        auditor.rollback()
        seq = record_access(auditor, "anna", "traceback", task_id=task)
        auditor.commit()
        assert auditor.execute(READ, (seq, task)).fetchall() == [(3, "in one.py")]
        auditor.commit()
        export = record_access(auditor, "anna", "export", project_id="p")
        auditor.commit()
        for number, wanted in ((seq, other), (export, task), (seq + 9, task), (None, task)):
            with pytest.raises(psycopg.Error, match="is not recorded"):
                auditor.execute(READ, (number, wanted))
            auditor.rollback()


@pytest.fixture
def logins(database: Database) -> Iterator[Connection[Any]]:
    """A superuser's connection, and two logins of auditors whose part it can take."""
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        for name in ("reader_one", "reader_two"):
            superuser.execute(f"CREATE ROLE {name} IN ROLE task_ledger_auditor")  # type: ignore[arg-type]
        try:
            yield superuser
        finally:
            superuser.execute("RESET SESSION AUTHORIZATION")
            superuser.execute("DROP ROLE reader_one, reader_two")


def test_a_record_lets_only_the_login_that_made_it_read(
    owner: Connection[Any], logins: Connection[Any]
) -> None:
    task = failed(owner, "p", "in one.py")
    logins.execute("SET SESSION AUTHORIZATION reader_one")
    seq = record_access(logins, "anna", "traceback", task_id=task, detail="login reader_two")
    assert logins.execute(READ, (seq, task)).fetchall() == [(3, "in one.py")]
    logins.execute("SET SESSION AUTHORIZATION reader_two")
    with pytest.raises(psycopg.Error, match="is not recorded"):
        logins.execute(READ, (seq, task))


def test_who_does_not_own_the_log_cannot_say_that_erased_text_is_gone(
    logins: Connection[Any],
) -> None:
    rewrite = (
        "SELECT task_ledger.record_access('anna', 'erasure', NULL, NULL, 'rewrote, up to row 9')"
    )
    logins.execute("SET SESSION AUTHORIZATION reader_one")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="may record a rewrite"):
        logins.execute(rewrite)
    logins.execute("RESET SESSION AUTHORIZATION")
    logins.execute(rewrite)


@pytest.mark.parametrize("action", ["retirement", "hold_placed", "hold_released"])
def test_who_does_not_own_the_log_cannot_say_that_a_month_or_a_hold_is_gone(
    logins: Connection[Any], action: str
) -> None:
    record = "SELECT task_ledger.record_access('anna', %s, NULL, NULL, 'hold 1: over')"
    logins.execute("SET SESSION AUTHORIZATION reader_one")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="a retirement or a hold"):
        logins.execute(record, (action,))
    logins.execute("RESET SESSION AUTHORIZATION")
    logins.execute(record, (action,))


def test_a_savepoint_does_not_let_a_record_be_taken_back(
    owner: Connection[Any], database: Database
) -> None:
    task = failed(owner, "p", "in one.py")
    with psycopg.connect(database.url_for("auditor")) as auditor:
        auditor.execute("SELECT 1")  # From here on in a transaction; the next one is a savepoint.
        with auditor.transaction():
            seq = record_access(auditor, "anna", "traceback", task_id=task)
        with pytest.raises(psycopg.Error, match="is not recorded"), auditor.transaction():
            auditor.execute(READ, (seq, task))


def test_an_old_record_is_none(owner: Connection[Any], database: Database) -> None:
    task = failed(owner, "p", "in one.py")
    seq = record_access(owner, "anna", "traceback", task_id=task)
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE task_ledger.access_log SET at = at - interval '2 min'")
    with (
        psycopg.connect(database.url_for("auditor")) as auditor,
        pytest.raises(psycopg.Error, match="is not recorded"),
    ):
        auditor.execute(READ, (seq, task))


def test_an_auditors_login_cannot_read_the_table_itself(database: Database) -> None:
    with (
        psycopg.connect(database.url_for("auditor")) as auditor,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        auditor.execute("SELECT text FROM task_ledger.traceback")
