"""`task-ledger migrate` brings any database up to date, as often as it is run."""

import psycopg

from tests.servers import Database
from tests.task_ledger.cli.command import Command


def schemas(database: Database) -> set[str]:
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname IN ('task_ledger', 'takeoff')"
        )
        return {name for (name,) in rows}


def test_an_empty_database_gets_the_ledger_and_a_second_run_changes_nothing(
    command: Command, empty_database: Database
) -> None:
    url = {"TASK_LEDGER_DATABASE_URL": empty_database.url}
    first = command("migrate", "--json", **url)
    assert first.status == 0, first.err
    assert first.json()["applied"] == {"task_ledger": ["0001"]}
    months = first.json()["opened"]
    assert (months[0], len(months) >= 14) == ("UUIDv4", True)
    assert schemas(empty_database) == {"task_ledger"}
    second = command("migrate", "--json", **url)
    assert second.json() == {"applied": {"task_ledger": []}, "opened": []}
    assert command("migrate", **url).out == "task_ledger: was at the newest revision\n"
    assert command("verify", **url).status == 0


def test_a_month_that_it_opens_is_told(command: Command, database: Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as owner:
        row = owner.execute("SELECT max(bucket) FROM task_ledger.bucket").fetchone()
        assert row is not None
        for table in ("task_event", "project_timeline"):
            owner.execute(f"DROP TABLE task_ledger.{table}_{row[0]}".encode())
        owner.execute("DELETE FROM task_ledger.bucket WHERE bucket = %s", row)
    last = str(row[0])
    assert command("migrate").out == (
        f"task_ledger: was at the newest revision\nopened partitions: {last[:4]}-{last[4:]}\n"
    )


def test_a_plugin_that_cannot_be_imported_is_told_and_nothing_is_migrated(
    command: Command, empty_database: Database
) -> None:
    variables = {
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_PLUGINS": "no_such_module:plugin",
    }
    ended = command("migrate", **variables)
    assert ended.status == 2
    assert "no_such_module:plugin" in ended.err
    assert "TASK_LEDGER_PLUGINS" in ended.err
    assert schemas(empty_database) == set()
