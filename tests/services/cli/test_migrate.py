"""`task-ledger migrate` brings any database up to date, as often as it is run."""

import psycopg

from tests.servers import Database
from tests.services.cli.command import Command


def schemas(database: Database) -> set[str]:
    with psycopg.connect(database.url) as connection:
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname IN ('ledger', 'takeoff')"
        )
        return {name for (name,) in rows}


def test_an_empty_database_gets_both_schemas_and_a_second_run_changes_nothing(
    command: Command, empty_database: Database
) -> None:
    url = {"TASK_LEDGER_DATABASE_URL": empty_database.url}
    first = command("migrate", "--json", **url)
    assert first.status == 0, first.err
    assert all(first.json()["applied"][schema] for schema in ("ledger", "takeoff"))
    assert schemas(empty_database) == {"ledger", "takeoff"}
    second = command("migrate", "--json", **url)
    assert second.json() == {"applied": {"ledger": [], "takeoff": []}}
    assert "ledger: was up to date" in command("migrate", **url).out


def test_ledger_only_leaves_the_sample_out(command: Command, empty_database: Database) -> None:
    url = {"TASK_LEDGER_DATABASE_URL": empty_database.url}
    assert command("migrate", "--ledger-only", **url).status == 0
    assert schemas(empty_database) == {"ledger"}
    assert command("verify", **url).status == 0
