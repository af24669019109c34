"""`task-ledger doctor` says of each thing whether it is right, and what to do.

The folder conditions/ brings each condition about once; these are further ways to come to some.
"""

import re
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import NAME
from tests.histories import completed, fold_all_tasks, registered
from tests.servers import Database
from tests.task_ledger.cli.command import Command


def checks(command: Command, **variables: str) -> dict[str, dict[str, str]]:
    ended = command("doctor", "--json", **variables)
    found = ended.json()
    levels = {check["level"] for check in found["checks"]}
    assert ended.status == ("fail" in levels)
    assert found["healthy"] is ("fail" not in levels)
    for check in found["checks"]:
        assert bool(check["advice"]) is (check["level"] != "ok"), check
    return {check["name"]: check for check in found["checks"]}


def test_a_fresh_installation_has_nothing_that_fails(command: Command) -> None:
    found = checks(command)
    assert [c for c in found.values() if c["level"] == "fail"] == []
    assert {
        *("python", "libraries", "configuration", "secrets", "broker", "postgresql", "clocks"),
        *("migrations task_ledger", "log", "private", "public"),
        *(
            "feeds",
            "triggers",
            "functions",
            "every trigger",
            "partitions",
            "projection",
            "dead letters",
            "outbox",
        ),
        *("login api", "login worker", "login projector", "login auditor", "login sealer"),
        "login notifier",
    } <= found.keys()
    assert found["broker"]["found"].startswith("valkey" if NAME == "valkey" else "amqp")
    assert found["postgresql"]["found"].startswith("18.")


def test_what_is_worth_a_look_is_a_warning(command: Command) -> None:
    found = checks(command)
    # The tests' server does not wait for the disk, and one login serves all.
    assert found["durability"]["level"] == "warn"
    assert found["login api"]["level"] == "warn"
    assert "owner" in found["login api"]["found"]
    assert "api, worker, projector, auditor, sealer, notifier share" in found["logins"]["found"]


def test_a_limit_of_sessions_that_a_body_may_exceed_is_a_warning(
    command: Command, altering: psycopg.Connection[Any]
) -> None:
    assert checks(command)["worker sessions"]["level"] == "ok"
    name = sql.Identifier(altering.info.dbname)
    altering.execute(sql.SQL("ALTER DATABASE {} SET transaction_timeout = '90s'").format(name))
    found = checks(command)["worker sessions"]
    assert found["level"] == "warn"
    assert found["found"] == "transaction_timeout is 90 s"


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        (
            "log",
            "GRANT UPDATE (actor) ON task_ledger.task_event_0 TO task_ledger_api",
            "task_ledger_api may UPDATE task_ledger.task_event_0",
        ),
        (
            "log",
            "GRANT DELETE ON task_ledger.project_timeline TO PUBLIC",
            "task_ledger_projector may DELETE task_ledger.project_timeline",
        ),
        (
            "private",
            "GRANT SELECT ON task_ledger.traceback TO task_ledger_api",
            "task_ledger_api may read task_ledger.traceback",
        ),
        ("feeds", "ALTER SEQUENCE task_ledger.feed_3 RENAME TO feed_x", "there are 15 of 16"),
        (
            "feed numbers",
            "UPDATE task_ledger.checkpoint SET cursor = 7 WHERE shard = 3",
            "feed 3 is at 0, its followers at 7",
        ),
        (
            "functions",
            "CREATE OR REPLACE FUNCTION task_ledger.refuse_change() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "refuse_change is another one",
        ),
        ("functions", "DROP FUNCTION task_ledger.recount_tasks()", "recount_tasks is missing"),
        (
            "functions",
            "CREATE OR REPLACE AGGREGATE task_ledger.histogram(integer)"
            " (SFUNC = pg_catalog.array_append, STYPE = integer[], INITCOND = '{}')",
            "histogram is another one",
        ),
        (
            "every trigger",
            "CREATE TRIGGER also BEFORE INSERT ON task_ledger.task_event FOR EACH ROW"
            " EXECUTE FUNCTION task_ledger.refuse_change()",
            "also on task_ledger.task_event is not the ledger's",
        ),
        (
            "triggers",
            "DROP TRIGGER refuse_truncate ON task_ledger.task_event_0",
            "task_ledger.task_event_0 can be changed",
        ),
        (
            "triggers",
            "ALTER TABLE task_ledger.project_timeline ENABLE REPLICA TRIGGER refuse_change",
            "task_ledger.project_timeline_0",
        ),
        ("partitions", "UPDATE task_ledger.bucket SET closed_at = now()", "none for "),
    ],
)
def test_what_breaks_a_promise_fails_and_is_named(
    command: Command,
    altering: psycopg.Connection[Any],
    name: str,
    change: LiteralString,
    told: str,
) -> None:
    altering.execute(change)
    found = checks(command)
    assert found[name]["level"] == "fail"
    assert told in found[name]["found"]


def test_a_projection_that_is_behind_for_a_minute_fails(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    assert checks(command)["projection"]["level"] in ("ok", "warn")
    altering.execute(
        "UPDATE task_ledger.task_event SET recorded_at = now() - interval '90 seconds'"
    )
    found = checks(command)["projection"]
    assert found["level"] == "fail"
    assert found["found"].startswith("4 events behind")


def test_servers_that_are_not_there_fail_without_a_traceback(
    command: Command, lost: Command
) -> None:
    nowhere = {
        "TASK_LEDGER_DATABASE_URL": "postgresql://a:sesame@127.0.0.1:1/x",
        "TASK_LEDGER_BROKER_URL": "redis://:sesame@127.0.0.1:1/0",
    }
    ended = command("doctor", **nowhere)
    assert ended.status == 1
    assert "sesame" not in ended.out + ended.err
    found = checks(command, **nowhere)
    assert found["database"]["level"] == found["broker"]["level"] == "fail"
    found = checks(lost)
    assert "TASK_LEDGER_DATABASE_URL is not set" in found["database"]["found"]


def test_a_database_without_a_ledger_fails(command: Command, empty_database: Database) -> None:
    found = checks(command, TASK_LEDGER_DATABASE_URL=empty_database.url)
    assert "task-ledger migrate" in found["database"]["found"]


def test_a_database_that_waits_for_its_migration_fails_without_a_traceback(
    command: Command, altering: psycopg.Connection[Any]
) -> None:
    altering.execute("ALTER TABLE task_ledger.queue_pause DROP COLUMN reason")
    found = checks(command)
    assert found["database"]["level"] == "fail"
    assert "task-ledger migrate" in found["database"]["found"]
    assert "reason" in found["database"]["found"]
    assert "log" in found, "what was found before is told"


def test_an_entry_that_was_removed_from_the_schedule_is_named_for_a_day(
    command: Command, altering: psycopg.Connection[Any]
) -> None:
    altering.execute(
        "INSERT INTO task_ledger.beat_entry (name, last_run_at, next_run_at, watched_until) VALUES"
        " ('removed', now() - interval '2 days', now() - interval '1 h', now() - interval '2 h'),"
        " ('nightly', now(), now() + interval '1 day', now() + interval '1 h')"
    )
    found = checks(command)["schedules"]
    assert (found["level"], found["found"]) == ("warn", "removed is due for 60 min")
    altering.execute(
        "UPDATE task_ledger.beat_entry SET watched_until = now() - interval '2 days'"
        " WHERE name = 'removed'"
    )
    assert checks(command)["schedules"]["level"] == "ok"
    altering.execute("DELETE FROM task_ledger.beat_entry WHERE name = 'nightly'")
    assert checks(command)["schedules"]["level"] == "fail", "no beat runs"


def test_a_token_that_others_may_read_fails(command: Command, tmp_path: Path) -> None:
    token = tmp_path / "var" / "token"
    token.parent.mkdir(exist_ok=True)
    token.write_text("tl_secret")
    token.chmod(0o644)
    found = checks(command)["secrets"]
    assert found["level"] == "fail"
    assert f"chmod 600 {token}" in found["advice"]
    token.chmod(0o600)
    assert checks(command)["secrets"]["level"] == "ok"


def test_a_folder_of_logs_that_others_may_list_is_a_warning(
    command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "var" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    found = checks(command)["private folders"]
    assert (found["level"], found["found"]) == ("warn", f"others may read {folder}")
    folder.chmod(0o700)
    assert "private folders" not in checks(command)


def test_on_paper_it_is_a_table(command: Command) -> None:
    ended = command("doctor")
    assert ended.status == 0
    assert "16 sequences with CACHE 1" in ended.out


def test_a_queue_that_no_worker_takes_from_is_a_warning(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    completed(writer, "p1")
    registered(writer, "p1")
    fold_all_tasks(altering)
    altering.execute("DELETE FROM task_ledger.outbox")
    altering.execute(
        "UPDATE task_ledger.task_record SET queue = 'ocr', created_at = created_at - interval '1 h'"
        " WHERE state = 'registered'"
    )
    found = checks(command)["queues"]
    assert (found["level"], found["found"]) == ("warn", "1 tasks wait in ocr, the first for 60 min")
    altering.execute("UPDATE task_ledger.task_record SET queue = 'ocr'")
    assert checks(command)["queues"]["level"] == "ok"


def test_a_service_that_does_not_fit_into_its_logins_limit_is_named(
    command: Command, altering: psycopg.Connection[Any]
) -> None:
    found = checks(command)["connection budget"]
    assert found["level"] == "ok"
    assert found["found"].startswith(
        "api needs 15; projector needs 6; sealer needs 1; notifier needs 3; "
    )
    altering.execute("CREATE ROLE small LOGIN CONNECTION LIMIT 3 IN ROLE task_ledger_projector")
    try:
        found = checks(command)["connection budget"]
        assert found["level"] == "warn"
        assert "projector needs 6 of 3" in found["found"]
    finally:
        altering.execute("DROP ROLE small")


def test_connections_that_run_out_are_named(
    command: Command, database: Database, altering: psycopg.Connection[Any]
) -> None:
    assert checks(command)["connections"]["level"] == "ok"
    name = sql.Identifier(altering.info.dbname)
    altering.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 10").format(name))
    held = [psycopg.connect(database.url) for _ in range(7)]
    try:
        found = checks(command)["connections"]
    finally:
        for one in held:
            one.close()
    assert found["level"] in {"warn", "fail"}
    assert re.fullmatch(r"the database has \d+ of 10", found["found"])


@pytest.mark.parametrize("role", ["api", "worker", "projector", "auditor", "sealer", "notifier"])
def test_a_login_that_has_all_its_connections_fails(
    command: Command, postgres: EmbeddedPostgres, database: Database, role: str
) -> None:
    login = sql.Identifier(f"full_{role}")
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as superuser:
        superuser.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'full' CONNECTION LIMIT 2 IN ROLE {}").format(
                login, sql.Identifier(f"task_ledger_{role}")
            )
        )
        own: dict[str, Any] = {"user": f"full_{role}", "password": "full", "options": ""}
        try:
            with psycopg.connect(database.url, **own):
                assert checks(command)["connections"]["level"] == "ok"
                with psycopg.connect(database.url, **own):
                    found = checks(command)["connections"]
        finally:
            superuser.execute(sql.SQL("DROP ROLE {}").format(login))
    assert (found["level"], found["found"]) == ("fail", f"full_{role} has 2 of 2")
