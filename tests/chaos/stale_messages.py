"""Messages that a waiting task must refuse, in each state in which a task waits."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, LiteralString, cast
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.message import Message, headers_for_attempt
from task_ledger.projector.publisher import BrokerAway, MessageRefused, Publisher
from tests.chaos.effects import NoTarget, What, await_effect
from tests.chaos.system import WORKERS, System

WAITING = Path(__file__).parent / "queries" / "waiting.sql"
REFUSED: LiteralString = """
SELECT count(*) FROM task_ledger.task_event
WHERE task_id = %s AND type = 'noted' AND recorded_at > %s AND private ->> 'message' = %s"""
UNKNOWN = "tests.chaos.app.of_another_release"
SECONDS = 20.0
MOST = 3


@dataclass(frozen=True)
class Waiting:
    """A task that waits, with its message.

    Attributes:
        attempt: the last attempt that was started; 0 before the first.
        now: the database's time at which it was seen.
    """

    task_id: UUID
    attempt: int
    now: datetime
    message: Message


def stale_in_countdown_to_retry(system: System, random: Random) -> What:
    """An earlier attempt's message comes while the next one counts down.

    Every other time the worker that takes it has no code for the task, as in a rolling deploy.
    """
    if random.random() < 0.5:
        return _deliver(system, random, "retrying", lambda attempt: random.randint(1, attempt))
    return _deliver(
        system, random, "retrying", lambda attempt: random.randint(1, attempt), unknown=True
    )


def stale_in_queue_for_retry(system: System, random: Random) -> What:
    """An earlier attempt's message comes while the next one's is on its way."""
    return _deliver(system, random, "due again", lambda attempt: random.randint(1, attempt))


def early_in_countdown(system: System, random: Random) -> What:
    """The first attempt's message comes before its countdown has ended."""
    return _deliver(system, random, "counting down", lambda attempt: attempt + 1, "not_due")


def twice_in_queue(system: System, random: Random) -> What:
    """The first attempt's message comes once more than it was sent, before or after the other."""
    return _deliver(system, random, "due", lambda attempt: attempt + 1)


def _deliver(
    system: System,
    random: Random,
    state: str,
    attempt_of: Callable[[int], int],
    refusal: str = "fenced",
    *,
    unknown: bool = False,
) -> What:
    """Deliver messages to tasks in a state; return when one was refused, and for that reason."""
    with system.superuser() as connection:
        waiting = [t for t in _waiting(connection, state) if t.task_id not in system.struck][:MOST]
        if not waiting:
            raise NoTarget
        system.struck.update(task.task_id for task in waiting)
        logs = {log: log.stat().st_size for log in _logs(system)}
        with closing(Publisher(system.valkey.url)) as publisher:
            for task in waiting:
                _publish(publisher, task, attempt_of(task.attempt), unknown=unknown)

        def refused(task: Waiting) -> bool:
            if unknown:
                return any(_not_wanted(log, place, task.task_id) for log, place in logs.items())
            row = connection.execute(REFUSED, (task.task_id, task.now, refusal)).fetchone()
            return row is not None and row[0] > 0

        await_effect(lambda: any(refused(task) for task in waiting), SECONDS)
        struck = [str(task.task_id) for task in waiting if refused(task)]
    return {"tasks": struck, "unknown": unknown}


def _publish(publisher: Publisher, task: Waiting, attempt: int, *, unknown: bool) -> None:
    headers = headers_for_attempt(task.message.headers, attempt)
    if unknown:
        headers["task"] = UNKNOWN
    try:
        publisher.publish(replace(task.message, headers=headers))
    except (BrokerAway, MessageRefused) as error:
        raise NoTarget from error


def _waiting(connection: Connection[Any], state: str) -> list[Waiting]:
    query = cast("LiteralString", WAITING.read_text())
    return [
        Waiting(task_id, attempt, now, Message(*fields))
        for task_id, attempt, now, *fields in connection.execute(query, {"state": state})
    ]


def _logs(system: System) -> list[Path]:
    return [system.folder / f"worker-{number}.log" for number in range(1, WORKERS + 1)]


def _not_wanted(log: Path, place: int, task_id: UUID) -> bool:
    with log.open("rb") as file:
        file.seek(place)
        return any(b"end_not_wanted" in line and str(task_id).encode() in line for line in file)
