"""Events of which the tests of queries know what holds."""

from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256

from task_ledger.eventlog.append import Append, append, note
from task_ledger.model.events import (
    Completed,
    EventData,
    Failed,
    Noted,
    Progress,
    Registered,
    Retrying,
    Started,
    make_data,
)
from task_ledger.model.ids import new_claim, new_task_id
from tests.servers import Database
from tests.task_ledger.eventlog.search.tasks import Connection
from tests.task_ledger.projector.log import drain, projector, projector_connection

TIMELINE = "wing-b"

_TRACEBACK = "Traceback: no scale bar"
_ERROR = {
    "type": "ValueError",
    "message": "no scale bar on page 7",
    "traceback_sha256": sha256(_TRACEBACK.encode()).hexdigest(),
}

STORY: list[tuple[Registered, str, str, list[EventData]]] = [
    (
        make_data(
            Registered,
            task_type="ocr.read",
            name="reads A-101",
            queue="ocr",
            metadata={"customer": "acme", "count": 7},
            entity={"type": "page", "id": "page-9"},
        ),
        "alice",
        "ocr@vm-1",
        [
            make_data(Progress, percent=12.5, step="Reading", detail="tile 3*4"),
            make_data(Progress, percent=100, step="Writing"),
            make_data(Completed, result={"pages": 2}),
        ],
    ),
    (
        make_data(
            Registered, task_type="ocr_read", name="100% of wing B", metadata={"customer": "Acme"}
        ),
        "bob",
        "ocr@vm-2",
        [
            make_data(Progress, percent=50, step="Reading"),
            make_data(Failed, reason="error", message="no scale", error=_ERROR),
        ],
    ),
    (
        make_data(Registered, task_type="split", name="waits", queue="slow"),
        "alice",
        "cpu@vm-1",
        [
            make_data(Noted, kind="late_write_refused", message="too late", worker="cpu@vm-9"),
            make_data(Retrying, reason="timeout", countdown_s=60),
        ],
    ),
]
"""What each task is, who enqueues it, the worker of its only attempt, and what that records."""

EVENTS = sum(2 + len(told) for _, _, _, told in STORY)


def store(owner: Connection, database: Database) -> None:
    """Write the story, and fold and number its events."""
    for registered, actor, worker, told in STORY:
        task_id, claim, now = new_task_id(), new_claim(), datetime.now(UTC)
        owner.execute(
            "SELECT task_ledger.register(%s, %s, %s, %s, %s::json, 1, 3, NULL)",
            (task_id, TIMELINE, actor, now, registered.to_json()),
        )
        started = make_data(Started, worker=worker, host="vm", pid=1)
        for data in [started, *told]:
            if isinstance(data, Noted):
                note(owner, task_id, worker, data)
                continue
            traceback = _TRACEBACK if isinstance(data, Failed) else None
            due_at = now if isinstance(data, Retrying) else None
            append(
                owner,
                Append(task_id, claim, 1, worker, data, due_at=due_at, traceback=traceback),
            )
    with closing(projector_connection(database)) as connection:
        drain(projector(connection))
