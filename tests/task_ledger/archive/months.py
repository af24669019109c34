"""Months that are over, with tasks: ids drawn then, events written now."""

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from task_ledger.archive.month import Month
from task_ledger.model.events import Completed, EventData, Failed, Progress, Registered, make_data
from task_ledger.model.ids import bucket_of, new_task_id
from tests.histories import attempted

MONTH = Month(bucket_of(new_task_id())).back(3)
"""A month that may be retired."""


def let_old_ids_in(superuser: psycopg.Connection[Any]) -> None:
    """Open `MONTH` and the one after it, and register ids however old they are."""
    row = superuser.execute(
        "SELECT pg_get_functiondef('task_ledger.registrable'::regproc)"
    ).fetchone()
    assert row is not None
    changed = row[0].replace("'31 days'", "'1 year'")
    assert changed != row[0]
    superuser.execute(changed)
    for month in (MONTH, MONTH.back(-1)):
        superuser.execute("SET ROLE task_ledger_owner")
        superuser.execute("SELECT task_ledger.open_bucket(%s)", (month.bucket,))
        superuser.execute("RESET ROLE")


def id_in(month: Month) -> UUID:
    """A UUIDv7 that was drawn in a month."""
    at = datetime(month.bucket // 100, month.bucket % 100, 10, tzinfo=UTC)
    millis = int(at.timestamp() * 1000) + secrets.randbelow(86_400_000)
    random = secrets.randbits(74)
    return UUID(
        int=millis << 80 | 7 << 76 | (random >> 62) << 64 | 2 << 62 | random & (1 << 62) - 1
    )


def registered(
    writer: psycopg.Connection[Any], project_id: str, month: Month = MONTH, name: str = "Read it"
) -> UUID:
    """A task of a month that is registered and no more."""
    task_id = id_in(month)
    clear, private = make_data(Registered, task_type="demo", name=name).texts()
    writer.execute(
        "SELECT task_ledger.register(%s, %s, 'anna', now(), %s, 1, 3, NULL, %s)",
        (task_id, project_id, clear, private),
    )
    return task_id


def ended(
    writer: psycopg.Connection[Any], project_id: str, month: Month = MONTH, name: str = "Read it"
) -> UUID:
    """A task of four events that has completed."""
    task_id = registered(writer, project_id, month, name)
    events: list[EventData] = [make_data(Progress, percent=50, step="Reading")]
    attempted(writer, task_id, *events, make_data(Completed, result={"pages": 2}))
    return task_id


def failed(writer: psycopg.Connection[Any], project_id: str, traceback: str) -> UUID:
    """A task of three events that has failed, with a traceback."""
    from hashlib import sha256

    task_id = registered(writer, project_id)
    digest = sha256(traceback.encode()).hexdigest()
    error = {"type": "ValueError", "message": "no such sheet", "traceback_sha256": digest}
    data = make_data(Failed, reason="error", message="no such sheet", error=error)
    attempted(writer, task_id, data, traceback=traceback)
    return task_id
