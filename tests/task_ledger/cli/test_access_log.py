"""Exports, packs and tracebacks that commands read are recorded, with who ran them."""

import getpass
from typing import Any

import psycopg

from tests.histories import completed, failed
from tests.task_ledger.cli.command import Command
from tests.task_ledger.sealer.databases import number


def test_what_commands_read_is_recorded_and_verified(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    task = failed(writer, "harbour", "in secret.py")
    number(altering)
    assert command("export", "riverside").status == 0
    assert command("show", task).status == 0
    assert "in secret.py" in command("show", task, "--traceback").out
    assert command("evidence", "--project", "harbour", "pack.zip").status == 0
    rows = command("access-log", "--json").lines()
    assert [(row["action"], row["project_id"], row["task_id"]) for row in rows] == [
        ("export", "riverside", None),
        ("traceback", "harbour", str(task)),
        ("evidence", "harbour", None),
    ]
    assert all(row["actor"].startswith(f"{getpass.getuser()} on ") for row in rows)
    assert "traceback" in command("access-log", "--project", "harbour").out

    # Whoever removes a row by force is found out.
    altering.execute("DELETE FROM task_ledger.access_log WHERE seq = 2")
    ended = command("verify")
    assert ended.status == 1
    assert "access log, number 2: the row is missing; number 3 follows" in ended.out
