"""Rebuilding all records from the log, in place, while everything runs.

The timelines are not changed: they are primary data, and their order is stored nowhere else.
"""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection

from task_ledger.model.ids import SHARDS
from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings
from task_ledger.projector.database import connect, query
from task_ledger.projector.follower import PROJECTOR
from task_ledger.projector.garbage import collect_rarely
from task_ledger.projector.quarantine import overwrite

BATCH: Final = 200
"""Number of tasks folded at a time while the projectors wait."""

REFUSED: Final = 1
"""The exit status when the database refuses."""

UNREACHABLE: Final = 3
"""The exit status when the database cannot be reached."""

_FIRST: Final = UUID(int=0)

_ANSWER_S: Final = 86_400.0
"""Seconds to wait for a statement's answer: one statement counts the whole read model."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The progress of a rebuild.

    Attributes:
        tasks: number of tasks folded.
        of: number of tasks at the start; more may be added meanwhile.
        quarantined: number of tasks that could not be folded.
        removed: number of records deleted because their tasks have no events.
    """

    tasks: int = 0
    of: int = 0
    quarantined: int = 0
    removed: int = 0


def rebuild(
    connection_url: str, on_progress: Callable[[Rebuilt], None] = lambda _: None
) -> Rebuilt:
    """Fold every task from its first event, replace its record, and recount.

    Uses its own transactions, each of which holds the projectors' checkpoints for a batch of tasks;
    the projectors continue between batches. If an event that no projector has seen yet makes a
    record newer than the checkpoint, the projector skips it. An interrupted rebuild does no harm
    and can be started again.

    Args:
        connection_url: a libpq address that acts as task_ledger_projector.
        on_progress: called after each batch.

    Returns:
        The final progress.

    Raises:
        psycopg.Error: the database refused or went away.
    """
    with closing(connect(connection_url, "rebuild", _ANSWER_S)) as connection:
        row = connection.execute(query("count_tasks")).fetchone()
        done = Rebuilt(of=row[0] if row else 0)
        place = (-1, _FIRST)
        while (batch := _next_tasks(connection, place))[1]:
            place, task_ids = batch
            quarantined = _fold(connection, task_ids)
            done = replace(
                done,
                tasks=done.tasks + len(task_ids),
                quarantined=done.quarantined + quarantined,
            )
            on_progress(done)
        done = _remove_orphans(connection, done, on_progress)
        connection.execute(query("recount_tasks"))
        connection.execute(query("recount_failures"))
        for shard in range(SHARDS):
            connection.execute(query("recount_rollups"), {"shard": shard})
        return done


def _next_tasks(
    connection: Connection[Any], place: tuple[int, UUID]
) -> tuple[tuple[int, UUID], list[UUID]]:
    wanted = {"bucket": place[0], "task_id": place[1], "limit": BATCH}
    rows = connection.execute(query("next_tasks"), wanted, prepare=True).fetchall()
    return (rows[-1] if rows else place), [row[1] for row in rows]


def _fold(connection: Connection[Any], task_ids: list[UUID]) -> int:
    with connection.transaction():
        connection.execute(query("hold_checkpoints"), {"follower": PROJECTOR})
        return len(overwrite(connection, task_ids))


def _remove_orphans(
    connection: Connection[Any], done: Rebuilt, on_progress: Callable[[Rebuilt], None]
) -> Rebuilt:
    last: UUID | None = _FIRST
    while last is not None:
        wanted = {"task_id": last, "limit": BATCH * 10}
        last, removed = connection.execute(query("remove_orphans"), wanted).fetchone() or (None, 0)
        if removed:
            done = replace(done, removed=done.removed + removed)
            on_progress(done)
    return done


def main() -> None:
    """Rebuild by the settings of the environment: `python -m task_ledger.projector.rebuild`.

    Prints one JSON object of `Rebuilt` after each batch and at the end; logs and errors go to
    standard error, with the exit status `REFUSED` or `UNREACHABLE`.
    """
    configure_logs()
    collect_rarely()

    def say(state: Rebuilt) -> None:
        sys.stdout.write(json.dumps(asdict(state)) + "\n")
        sys.stdout.flush()

    try:
        say(rebuild(Settings().url_for("projector"), say))
    except psycopg.Error as error:
        sys.stderr.write(f"{error}\n")
        away = isinstance(error, psycopg.OperationalError)
        sys.exit(UNREACHABLE if away else REFUSED)


if __name__ == "__main__":
    main()
