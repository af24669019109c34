"""The process: starts, works, survives its servers and its own death, ends when it is told to."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.migrate import upgrade
from tests.brokers import Broker
from tests.forked import Forked
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    owner,
    register,
    report,
    start,
    timeline,
    until,
)
from tests.task_ledger.projector.outbox import enqueue, received

PROJECTS = ("a", "b", "c", "d")


@contextmanager
def service(
    environment: dict[str, str], log: Path, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A projector process; killed in the end if it is still there."""
    with log.open("ab") as output:
        process = Forked("task_ledger.projector", *arguments, env=environment, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def lines(log: Path) -> list[dict[str, Any]]:
    """What a process has logged."""
    return [json.loads(line) for line in log.read_text().splitlines()]


def unseen(connection: Connection[Any]) -> int:
    """How many events have no place in a timeline yet."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM task_ledger.task_event)"
        " - (SELECT count(*) FROM task_ledger.project_timeline)"
    ).fetchone()
    assert row is not None
    return row[0]


def test_it_folds_and_publishes_until_it_is_told_to_stop(
    database: Database, broker_url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with closing(owner(database)) as connection, service(environment, log) as process:
        task_id = enqueue(connection)
        until(lambda: len(received(broker_url)) == 1)
        complete(connection, task_id, start(connection, task_id))
        until(lambda: len(timeline(connection)) == 3)
        assert_projected(connection)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert [line["event"] for line in lines(log)] == ["started", "stopped"]


@pytest.mark.parametrize(
    ("arguments", "left_out", "said"),
    [
        (["--only", "fold,nonsense"], "", "one or more of fold, relay, reconcile, act, months"),
        ([], "TASK_LEDGER_BROKER_URL", "TASK_LEDGER_BROKER_URL is not set"),
        ([], "TASK_LEDGER_DATABASE_URL", "TASK_LEDGER_DATABASE_URL is not set"),
    ],
)
def test_it_says_what_it_was_not_told(
    environment: dict[str, str], tmp_path: Path, arguments: list[str], left_out: str, said: str
) -> None:
    environment.pop(left_out, None)
    log = tmp_path / "log"
    with service(environment, log, *arguments) as process:
        assert process.wait(20) == 2
    assert said in log.read_text()


@pytest.mark.slow
def test_two_projectors_one_killed_again_and_again_number_without_gap_or_double(
    database: Database, environment: dict[str, str], tmp_path: Path
) -> None:
    random = Random(5)
    only = ("--only", "fold")
    dies = tmp_path / "dies"
    with closing(owner(database)) as connection, service(environment, tmp_path / "stays", *only):
        for kills in range(4):
            with service(environment, dies, *only) as victim:
                until(lambda started=kills + 1: _logged(dies, "started") == started)
                dies_at = monotonic() + 0.3 + random.random()
                while monotonic() < dies_at:
                    task_id = register(connection, random.choice(PROJECTS))
                    claim = start(connection, task_id)
                    report(connection, task_id, claim, 50)
                    complete(connection, task_id, claim)
                victim.send_signal(signal.SIGKILL)
        until(lambda: unseen(connection) == 0)
        assert_projected(connection)


@pytest.mark.slow
def test_it_comes_back_by_itself_when_its_servers_were_away(
    environment: dict[str, str], broker: Broker, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with EmbeddedPostgres(tmp_path / "pg") as postgres:
        upgrade(postgres.url)
        environment |= {"TASK_LEDGER_DATABASE_URL": postgres.url}
        with service(environment, log) as process:
            _commit(postgres)
            until(lambda: len(received(broker.url)) == 1)
            broker.stop()
            _commit(postgres)
            until(lambda: _logged(log, "away", "relay") == 1)
            postgres.stop("immediate")
            until(lambda: _logged(log, "away", "fold") == 1)
            sleep(1)
            broker.start()
            postgres.start()
            until(lambda: len(received(broker.url)) >= 1)
            with psycopg.connect(postgres.url) as connection:
                connection.execute("SET ROLE task_ledger_owner")
                until(lambda: unseen(connection) == 0)
            until(lambda: _logged(log, "back", "fold") == _logged(log, "back", "relay") == 1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
    assert _logged(log, "away", "fold") == 1


def _commit(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("SET ROLE task_ledger_owner")
        enqueue(connection)


def _logged(log: Path, event: str, part: str | None = None) -> int:
    return sum(line["event"] == event and line.get("part") == part for line in lines(log))
