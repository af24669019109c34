"""A row whose time an owner has altered to an impossible one is one task's trouble."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import FoldError
from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.read import read_task
from task_ledger.eventlog.timeline import read_timeline
from task_ledger.model.timestamps import OUT_OF_RANGE
from task_ledger.projector.quarantine import retry
from task_ledger.projector.rebuild import rebuild
from tests.servers import Database
from tests.task_ledger.projector.log import (
    drain,
    projector,
    projector_connection,
    record,
    register,
    report,
    start,
    timeline,
)

IMPOSSIBLE = ("294276-12-31 23:59:59+00", "-infinity", "infinity", "4000-01-01 00:00:00+00 BC")


def alter(writer: Connection[Any], task_id: UUID, column: str, time: str) -> None:
    """Change a time of a task's first event, past the triggers that refuse it."""
    with writer.transaction():
        writer.execute("SET LOCAL session_replication_role = replica")
        writer.execute(
            f"UPDATE task_ledger.task_event SET {column} = %s WHERE version = 1 AND task_id = %s",  # pyright: ignore[reportArgumentType, reportCallIssue]
            (time, task_id),
        )


def in_quarantine(writer: Connection[Any]) -> set[UUID]:
    """The tasks that could not be folded."""
    return {
        row[0] for row in writer.execute("SELECT task_id FROM task_ledger.dead_letter").fetchall()
    }


def test_an_impossible_time_stops_no_tick_and_only_its_own_task(database: Database) -> None:
    with (
        closing(psycopg.connect(database.superuser_url, autocommit=True)) as writer,
        closing(projector_connection(database)) as reader,
    ):
        follower = projector(reader)
        altered: set[UUID] = set()
        for time in IMPOSSIBLE:
            for column in ("occurred_at", "recorded_at", "due_at"):
                altered.add(task_id := register(writer))
                alter(writer, task_id, column, time)
        sound = register(writer)
        drain(follower)
        assert in_quarantine(writer) == altered
        assert record(writer, sound) is not None
        assert len(timeline(writer)) == len(altered) + 1

        # Altered after it was folded: its next event does not need the rows before it.
        alter(writer, sound, "recorded_at", "-infinity")
        claim = start(writer, sound)
        drain(follower)
        assert in_quarantine(writer) == altered
        assert rebuild(database.url_for("projector")).quarantined == len(altered) + 1
        assert in_quarantine(writer) == {*altered, sound}
        other = register(writer)
        report(writer, other, start(writer, other), 50)
        drain(follower)
        assert record(writer, other) is not None

        # Put back, it heals like any other misfit.
        alter(writer, sound, "recorded_at", "2026-01-01 00:00:00+00")
        writer.execute(
            "UPDATE task_ledger.dead_letter SET failed_at = failed_at - interval '1 hour'"
        )
        assert retry(reader) == 1
        healed = record(writer, sound)
        assert healed is not None
        assert healed.claim == claim


def test_a_timeline_with_an_impossible_time_in_it_can_be_read(database: Database) -> None:
    with (
        closing(psycopg.connect(database.superuser_url, autocommit=True)) as writer,
        closing(projector_connection(database)) as reader,
    ):
        altered, sound = register(writer), register(writer)
        drain(projector(reader))
        alter(writer, altered, "occurred_at", "infinity")
        with pytest.raises(psycopg.DataError):
            read_timeline(writer, "p", limit=10)
        read_any_time(writer)
        times = {e.event.task_id: e.event.occurred_at for e in read_timeline(writer, "p", limit=9)}
        assert times[altered] == OUT_OF_RANGE
        assert times[sound] < datetime.now(UTC)
        writer.execute("DELETE FROM task_ledger.task_record")
        with pytest.raises(FoldError, match="verify"):
            read_task(writer, altered)
        assert read_task(writer, sound).version == 1
