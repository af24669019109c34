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
    assert first.json() == {"applied": {"task_ledger": ["0001"]}}
    assert schemas(empty_database) == {"task_ledger"}
    second = command("migrate", "--json", **url)
    assert second.json() == {"applied": {"task_ledger": []}}
    assert "ledger: was up to date" in command("migrate", **url).out
    assert command("verify", **url).status == 0


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
