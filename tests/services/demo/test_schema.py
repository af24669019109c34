"""The takeoff's schema is migrated with the ledger's, and looked at by the doctor."""

import psycopg

from tests.servers import Database
from tests.task_ledger.cli.command import Command


def test_an_empty_database_gets_both_schemas_and_a_second_run_changes_nothing(
    command: Command, empty_database: Database
) -> None:
    url = {"TASK_LEDGER_DATABASE_URL": empty_database.url}
    first = command("migrate", "--json", **url)
    assert first.status == 0, first.err
    assert first.json()["applied"] == {"task_ledger": ["0001"], "takeoff": ["0001", "0002"]}
    second = command("migrate", "--json", **url)
    assert second.json() == {"applied": {"task_ledger": [], "takeoff": []}, "opened": []}
    with psycopg.connect(empty_database.url_for("api")) as connection:
        assert connection.execute("SELECT count(*) FROM takeoff.project").fetchone() == (0,)


def test_the_doctor_names_a_revision_that_waits(command: Command, database: Database) -> None:
    def found() -> dict[str, str]:
        checks = command("doctor", "--json").json()["checks"]
        return next(check for check in checks if check["name"] == "migrations takeoff")

    assert found()["level"] == "ok"
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("DELETE FROM takeoff.migration")
    assert found() == {
        "name": "migrations takeoff",
        "level": "fail",
        "found": "waiting: 0001, 0002",
        "advice": "Run `task-ledger migrate`.",
        "condition": "migrations_waiting",
    }
