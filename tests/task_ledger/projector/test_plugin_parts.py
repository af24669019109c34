"""Parts that an application adds to the projector process."""

from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from task_ledger.eventlog.append import note
from task_ledger.model.events import Noted
from tests.servers import Database
from tests.task_ledger.projector.counter import CHECKPOINTS, GRANT, TABLE
from tests.task_ledger.projector.log import owner, register, timeline, until
from tests.task_ledger.projector.test_service import lines, service

COUNTER = {"TASK_LEDGER_PLUGINS": "tests.task_ledger.projector.counter:counter"}


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ([], ["fold", "relay", "reconcile", "act", "months", "queues", "count"]),
        (["--only", "count,fold"], ["count", "fold"]),
    ],
)
def test_a_part_of_a_plugin_follows_the_log_beside_the_ledgers_own(
    database: Database,
    environment: dict[str, str],
    tmp_path: Path,
    arguments: list[str],
    parts: list[str],
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        for statement in (TABLE, GRANT, CHECKPOINTS):
            superuser.execute(statement)
        log = tmp_path / "log"
        with (
            closing(owner(database)) as connection,
            service(environment | COUNTER, log, *arguments),
        ):
            task_id = register(connection)
            for _ in range(3):
                note(connection, task_id, "anna", Noted(kind="comment", message="seen"))
            until(lambda: len(timeline(connection)) == 4)
            counted = "SELECT task_id, count FROM public.notes"
            until(lambda: superuser.execute(counted).fetchall() == [(task_id, 3)])
    assert lines(log)[0]["parts"] == parts


@pytest.mark.parametrize(
    ("plugin", "arguments", "said"),
    [
        (
            "counter",
            ["--only", "counts"],
            "one or more of fold, relay, reconcile, act, months, queues, count",
        ),
        ("namesake", [], "namesake: the projector already has parts named fold"),
        ("nothing", [], "correct TASK_LEDGER_PLUGINS"),
    ],
)
def test_parts_that_cannot_run_are_refused_at_start(
    environment: dict[str, str], tmp_path: Path, plugin: str, arguments: list[str], said: str
) -> None:
    log = tmp_path / "log"
    environment["TASK_LEDGER_PLUGINS"] = f"tests.task_ledger.projector.counter:{plugin}"
    with service(environment, log, *arguments) as process:
        assert process.wait(20) == 2
    assert said in log.read_text()
