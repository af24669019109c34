"""`task-ledger queues`, and the alarm of a queue that no worker consumes on each task in it."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.histories import fold_all_tasks
from tests.task_ledger.cli.command import Command

RENEW = "SELECT task_ledger.renew_lease(%s, 'w@h', 'h', 7, 60, '{}', true, 'prefork', 2, %s)"


@pytest.fixture
def waiting(writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]) -> UUID:
    """A task that waits in the queue `ocr` since a minute ago."""
    task_id = new_task_id()
    data = Registered(task_type="ocr", name="Read A-101", queue="ocr").to_json()
    writer.execute(
        "SELECT task_ledger.register(%s, 'p1', 'anna', now(), %s::json, 1, 3, NULL)",
        (task_id, data),
    )
    fold_all_tasks(writer)
    altering.execute("UPDATE task_ledger.task_record SET created_at = now() - interval '1 min'")
    return task_id


def test_a_queue_without_a_worker_is_said_of_the_queue_and_of_each_task(
    command: Command, writer: psycopg.Connection[Any], waiting: UUID
) -> None:
    listed = command("queues")
    assert "No worker consumes the queue ocr." in listed.out
    (queue,) = command("queues", "--json").json()["queues"]
    assert (queue["queue"], queue["waiting"], queue["no_worker"]) == ("ocr", 1, True)
    tasks = command("tasks", "p1")
    assert "1 of these wait in queue ocr: no worker consumes it." in tasks.out
    assert command("tasks", "p1", "--json").json()["waiting"][str(waiting)]["no_worker"] is True
    shown = " ".join(command("show", waiting).out.split())
    assert "NO WORKER consumes it" in shown
    assert command("show", waiting, "--json").json()["waiting"]["waits_for"] == "worker"

    writer.execute(RENEW, (uuid4(), ["ocr"]))
    assert "No worker" not in command("queues").out
    assert "NO WORKER" not in command("show", waiting).out
    assert "no worker" not in command("tasks", "p1").out


def test_a_queue_is_paused_and_resumed_with_a_reason(command: Command, waiting: UUID) -> None:
    without = command("queues", "--pause", "ocr")
    assert (without.status, "--reason" in without.err) == (2, True)
    both = command("queues", "--pause", "ocr", "--resume", "ocr", "--reason", "r")
    assert (both.status, "one of" in both.err) == (2, True)
    paused = command("queues", "--pause", "ocr", "--reason", "the provider is down")
    assert (paused.status, paused.out) == (0, "The queue ocr is paused.\n")
    assert command("queues", "--pause", "ocr", "--reason", "again").status == 1
    told = " ".join(command("queues").out.split())
    assert "the provider is down" in told
    assert "No worker takes" not in told
    resumed = command("queues", "--resume", "ocr", "--reason", "done", "--json")
    assert resumed.json() == {"queue": "ocr", "paused": False}
    logged = command("access-log").out
    assert "queue_paused" in logged
    assert "queue_resumed" in logged
    assert str(waiting)
