"""`task-ledger rerun`, `retry`, `comment` and `act` against a projector that really runs."""

import subprocess
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from task_ledger.eventlog.lag import read_lag
from tests.forked import Forked
from tests.task_ledger.cli.command import Command
from tests.task_ledger.local.children import wait_until
from tests.task_ledger.projector.actions import counting_down, failed, reruns, types
from tests.task_ledger.projector.outbox import enqueue


@pytest.fixture
def acting(
    environment: dict[str, str], writer: psycopg.Connection[Any]
) -> Iterator[subprocess.Popen[bytes]]:
    process = Forked(
        *("task_ledger.projector", "--only", "fold,act"),
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.terminate()
    process.wait(20)


@pytest.mark.usefixtures("acting")
def test_a_failed_task_is_run_again(command: Command, writer: psycopg.Connection[Any]) -> None:
    task_id = failed(writer)
    ran = command("rerun", task_id, "--reason", "fixed", "--json").json()
    (new,) = reruns(writer, task_id)
    assert (ran["task_id"], ran["rerun_of"], ran["outcome"]) == (str(new), str(task_id), "done")
    refused = command("rerun", new)
    assert refused.status == 1
    assert "has not ended" in refused.err


def test_a_countdown_is_ended(command: Command, writer: psycopg.Connection[Any]) -> None:
    task_id = counting_down(writer)
    assert "next attempt is due" in command("retry", task_id).out
    assert types(writer, task_id)[-1] == "retry_requested"
    assert "was over" in command("retry", task_id).out
    refused = command("retry", enqueue(writer))
    assert refused.status == 1
    assert "not in a countdown" in refused.err


def test_a_task_is_commented(command: Command, writer: psycopg.Connection[Any]) -> None:
    task_id = failed(writer)
    assert "version 4" in command("comment", task_id, "upside down").out
    assert "upside down" in command("show", task_id).out
    assert command("comment", uuid4(), "lost").status == 1


@pytest.mark.usefixtures("acting")
def test_all_that_a_query_matches_are_shown_and_then_acted_on(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    tasks = [failed(writer) for _ in range(2)]
    waiting = enqueue(writer)
    wait_until(lambda: read_lag(writer).events == 0, "the projector has caught up")
    asked = command("act", "rerun", "p", "type:test")
    assert asked.status == 1
    assert "2 tasks will be run again" in asked.out
    assert [reruns(writer, each) for each in tasks] == [[], []]
    done = command("act", "rerun", "p", "type:test", "--yes", "--reason", "fixed")
    assert "2 of 2 done." in done.out
    assert [len(reruns(writer, each)) for each in tasks] == [1, 1]
    assert types(writer, waiting) == ["registered"]
    assert command("act", "retry", "p", "--yes").status == 1
    assert command("act", "delete", "p").status == 2
