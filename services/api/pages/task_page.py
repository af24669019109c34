"""`/tasks/{id}`: a task, now or as of any of its events, and what each event changed."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse

from services.api.asking import Asking
from services.api.pages.rendering import page_router, render
from services.api.parameters import Version
from services.api.reach import checked
from services.api.resources import Shared
from task_ledger.errors import UnknownTask
from task_ledger.fold import fold
from task_ledger.reading import read_events
from task_ledger.record import TaskRecord
from task_ledger.timeline import timeline_head
from task_ledger.transitions import TERMINAL

router = page_router()

AT_MOST = 2000
"""Events that are shown; a task with more is replayed through the API."""

_UNSHOWN = frozenset({"version", "digest", "updated_at", "task_id", "project_id"})


@router.get("/tasks/{task_id}")
async def task_page(
    task_id: UUID,
    identity: Asking,
    shared: Shared,
    version: Annotated[Version | None, Query(description="The task as of this event.")] = None,
) -> HTMLResponse:
    """The task's record and its events."""
    events = await shared.read(lambda connection: read_events(connection, task_id, limit=AT_MOST))
    records: list[TaskRecord] = []
    for event in events:
        records.append(fold(records[-1] if records else None, event))
    shown = version or len(records)
    if not 0 < shown <= len(records):
        raise UnknownTask(task_id, "unknown", "no such task, or no such version")
    record = checked(records[shown - 1], identity)
    before = records[shown - 2] if shown > 1 else None
    head = await shared.read(lambda connection: timeline_head(connection, record.project_id))
    ended = records[-1].state in TERMINAL
    return render(
        "task.html",
        identity=identity,
        record=record,
        fields=_fields(record),
        changed=_changed(before, record),
        events=list(reversed(events)),
        statuses=[after.status for after in records],
        latest=len(records),
        replaying=version is not None,
        cut=len(events) == AT_MOST,
        head=head,
        ended=ended,
        can_cancel=not ended
        and version is None
        and not records[-1].cancel_requested
        and identity.role in ("operator", "admin"),
    )


def _fields(record: TaskRecord) -> dict[str, Any]:
    return {
        name: value
        for name, value in asdict(record).items()
        if name not in _UNSHOWN and value not in (None, {}, [])
    }


def _changed(before: TaskRecord | None, record: TaskRecord) -> dict[str, tuple[Any, Any]]:
    if before is None:
        return {}
    old, new = asdict(before), asdict(record)
    return {
        name: (old[name], new[name])
        for name in new
        if name not in _UNSHOWN and old[name] != new[name]
    }
