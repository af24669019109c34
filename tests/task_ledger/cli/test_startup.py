"""A command starts without what only others need."""

import subprocess
import sys

import pytest

from services.plugin import takeoff
from task_ledger.cli.commands import COMMANDS
from task_ledger.cli.lazy import load
from task_ledger.plugin import Command as Listed
from tests.task_ledger.cli.command import Command

NEVER = {"alembic", "celery", "fastapi", "kombu", "packaging", "psutil", "pypdfium2", "sqlalchemy"}
"""What no command imports that lists or reads."""


def imported(command: Command, *arguments: str) -> set[str]:
    """The modules that `task-ledger` has loaded once it has done what it was asked to."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
        "from task_ledger.cli.main import app\n"
        "app()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=command.environment,
        cwd=command.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout
    return set(done.stderr.splitlines())


def test_the_list_of_commands_imports_none_of_them(command: Command) -> None:
    plugin = {"TASK_LEDGER_PLUGINS": "services.plugin:takeoff"}
    loaded = imported(Command(command.environment | plugin, command.folder), "--help")
    assert not loaded & (NEVER | {"psycopg", "pydantic", "rich.markdown", "pygments"})
    ours = {name for name in loaded if name.partition(".")[0] in ("services", "task_ledger")}
    assert ours == {
        *("services", "services.api", "services.api.plugin", "services.plugin"),
        *("task_ledger", "task_ledger.plugin", "task_ledger.cli"),
        *(f"task_ledger.cli.{name}" for name in ("commands", "discovery", "exits", "help", "lazy")),
        *("task_ledger.cli.main", "task_ledger.cli.printing"),
    }


def test_a_command_that_reads_imports_no_other_and_no_table_for_json(command: Command) -> None:
    loaded = imported(command, "tasks", "riverside", "--json")
    assert not loaded & (NEVER | {"rich.console", "rich.table", "task_ledger.cli.show"})
    assert "task_ledger.cli.tasks" in loaded


@pytest.mark.parametrize("listed", [*COMMANDS, *takeoff.commands], ids=lambda each: each.name)
def test_a_listed_command_can_be_imported(listed: Listed) -> None:
    assert load(listed).help


def test_help_lists_every_command_with_its_line(command: Command) -> None:
    wide = command("--help", COLUMNS="120").out
    for each in COMMANDS:
        assert f"│ {each.name} " in wide
        assert f" {each.summary} " in wide
    assert [panel for panel in ("Run", "Read", "Maintain") if f"╭─ {panel} ─" not in wide] == []
    assert "Takeoff" not in wide


def test_a_misspelt_command_is_answered_with_the_right_one(command: Command) -> None:
    ended = command("verfy")
    assert ended.status == 2
    assert "Did you mean 'verify'?" in ended.err


def test_without_a_command_it_is_the_list_and_status_2(command: Command) -> None:
    ended = command()
    assert ended.status == 2
    assert "verify" in ended.out
