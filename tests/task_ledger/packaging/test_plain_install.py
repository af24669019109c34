"""`pip install task-ledger` is enough to keep, follow and read a ledger."""

import signal
from pathlib import Path

import psycopg
import pytest

from tests.histories import completed
from tests.servers import Database
from tests.task_ledger.cli.command import Command
from tests.task_ledger.local.children import wait_until
from tests.task_ledger.packaging.installed import Installed


@pytest.fixture
def command(plain: Installed, bare: dict[str, str], adopter: Path) -> Command:
    return Command(bare, adopter, plain.script)


def test_help_needs_no_server(command: Command) -> None:
    for arguments in (["--help"], ["projector", "--help"], ["doctor", "--help"]):
        ended = command(*arguments)
        assert (ended.status, ended.err) == (0, "")


def test_a_ledger_is_made_followed_and_read(
    command: Command, empty_database: Database, broker_url: str
) -> None:
    command.environment |= {
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
    }
    assert command("migrate").status == 0
    with psycopg.connect(empty_database.url, autocommit=True) as connection:
        task_id = completed(connection, "riverside")
        projector = command.start("projector")
        try:
            listed = "SELECT FROM task_ledger.task_record"
            wait_until(lambda: connection.execute(listed).fetchone() is not None, "the record")
            assert command("show", task_id, "--json").json()["task"]["status"] == "SUCCESS"
            (task,) = command("tasks", "riverside", "--json").json()["tasks"]
            assert task["task_id"] == str(task_id)
            doctor = command("doctor", "--json")
            assert [c for c in doctor.json()["checks"] if c["level"] == "fail"] == []
            assert doctor.status == 0
        finally:
            projector.send_signal(signal.SIGINT)
            _, said = projector.communicate(timeout=60)
        assert projector.returncode == 0, said
        notifier = command.start("notifier")
        try:
            followed = "SELECT FROM task_ledger.notification_cursor WHERE seq > 0"
            wait_until(lambda: connection.execute(followed).fetchone() is not None, "the cursor")
        finally:
            notifier.send_signal(signal.SIGINT)
            _, said = notifier.communicate(timeout=60)
    assert notifier.returncode == 0, said
    assert len(command("timeline", "riverside", "--json").lines()) == 4
    assert command("verify").status == 0
    assert str(task_id) in command("export", "riverside").out
    assert command("token", "create", "anna", "--role", "viewer").out.startswith("tl_")


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("api", "task-ledger[server]"),
        ("up", "task-ledger[server,embedded]"),
        ("mcp", "task-ledger[mcp]"),
    ],
)
def test_a_command_whose_packages_are_missing_names_the_extra(
    command: Command, name: str, extras: str
) -> None:
    ended = command(name)
    assert ended.status != 0
    assert f"install {extras}." in ended.err
