"""`task-ledger alive` tells a container's health check whether a service does its work."""

import socket
import time
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.postgres import PostgresSource
from tests.histories import completed
from tests.task_ledger.cli.command import Command
from tests.task_ledger.sealer.databases import number
from tests.task_ledger.sealer.logs import Log

LEASE = "SELECT task_ledger.renew_lease(%s, %s, %s, 7, %s, '{}', true)"


def test_a_worker_is_alive_while_it_renews_its_lease_on_this_host(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    boot = uuid4()
    writer.execute(LEASE, (uuid4(), "w@elsewhere", "elsewhere", 20.0))
    assert command("alive", "worker").status == 1
    writer.execute(LEASE, (boot, "w@here", socket.gethostname(), 20.0))
    assert command("alive", "worker").status == 0
    writer.execute("SELECT task_ledger.end_lease(%s)", (boot,))
    ended = command("alive", "worker")
    assert ended.status == 1
    assert "No worker" in ended.err


def test_the_projector_is_alive_while_nothing_has_waited_for_long(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    completed(writer, "p1")
    assert command("alive", "projector").status == 0
    altering.execute("UPDATE task_ledger.task_event SET recorded_at = now() - interval '2 min'")
    ended = command("alive", "projector")
    assert ended.status == 1
    assert "events behind" in ended.err


def test_a_sealer_is_alive_while_it_signs_and_refuses_nothing(
    command: Command, writer: psycopg.Connection[Any], altering: psycopg.Connection[Any]
) -> None:
    assert command("alive", "sealer").status == 1
    completed(writer, "p1")
    number(altering)
    assert command("seal", "open", "example.com/ledger").status == 0
    ended = command("alive", "sealer")
    assert (ended.status, "nothing yet" in ended.err) == (1, True)

    folder = command.folder / "var" / "seal"
    log = Log.at(folder)
    log.public = folder / "published"
    log.origin = "example.com/ledger"
    source = PostgresSource(command.environment["TASK_LEDGER_DATABASE_URL"])
    with source:
        log.now = int(time.time())
        log.tick(source)
        sealed = command("alive", "sealer")
        assert (sealed.status, "4 events sealed" in sealed.out) == (0, True)
        altering.execute("DELETE FROM task_ledger.project_timeline WHERE seq > 2")
        with pytest.raises(SealRefused):
            log.tick(source)
    ended = command("alive", "sealer")
    assert (ended.status, "Nothing is signed" in ended.err) == (1, True)
