"""Tasks of which the tests of queries know what holds."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import State, Status

Connection = psycopg.Connection[Any]
PROJECT = "tower-a"
DAY = datetime(2026, 10, 19, tzinfo=UTC)
NOW = DAY + timedelta(days=2)
PARENT = UUID("0199c0de-0000-7000-8000-00000000aaaa")

_PLAIN = TaskRecord(
    task_id=uuid4(),
    project_id=PROJECT,
    version=1,
    state=State.REGISTERED,
    status=Status.PENDING,
    task_type="ocr.read",
    task_name="plain",
    actor="alice",
    metadata={},
    entity=None,
    queue=None,
    attempt=0,
    max_attempts=None,
    claim=None,
    worker=None,
    boot=None,
    percent=None,
    step=None,
    detail=None,
    current=None,
    total=None,
    cancel_requested=False,
    cancel_requested_by=None,
    retry_reason=None,
    countdown_s=None,
    due_at=None,
    expires_at=None,
    failure_reason=None,
    error=None,
    fingerprint=None,
    result=None,
    parent_id=None,
    root_id=None,
    group_id=None,
    waits_for=[],
    rerun_of=None,
    notes=0,
    created_at=DAY + timedelta(hours=12),
    started_at=None,
    attempt_started_at=None,
    completed_at=None,
    updated_at=DAY + timedelta(hours=12),
    digest="00",
    trace_id=None,
)

TASKS = [
    _PLAIN,
    replace(
        _PLAIN,
        task_id=UUID("0199c0de-0001-7000-8000-0000000fade1"),
        task_name="reads A-101",
        state=State.COMPLETED,
        status=Status.SUCCESS,
        metadata={"customer": "acme", "two words": "1", "count": 7},
        queue="ocr",
        attempt=1,
        worker="ocr@vm-1",
        percent=100.0,
        entity={"type": "page", "id": "page-9"},
        created_at=DAY + timedelta(hours=1),
        started_at=DAY + timedelta(hours=1, minutes=2),
        completed_at=DAY + timedelta(hours=1, minutes=12),
        updated_at=DAY + timedelta(hours=1, minutes=12),
        parent_id=PARENT,
        root_id=PARENT,
        group_id=PARENT,
        trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
    ),
    replace(
        _PLAIN,
        task_id=UUID("0199c0de-0002-7000-8000-0000000fade2"),
        task_name='100% of "B"_wing',
        task_type="ocr_read",
        state=State.FAILED,
        status=Status.FAILURE,
        metadata={"customer": "Acme"},
        attempt=3,
        worker="ocr@vm-2",
        step="Reading",
        detail="tile 3*4",
        failure_reason="error",
        error={"type": "ValueError", "message": "no scale bar on page 7"},
        fingerprint="0123456789abcdef",
        created_at=DAY - timedelta(days=3),
        started_at=DAY - timedelta(days=3) + timedelta(seconds=1),
        completed_at=DAY - timedelta(days=3) + timedelta(seconds=31),
        updated_at=DAY - timedelta(days=3) + timedelta(seconds=31),
    ),
    replace(
        _PLAIN,
        task_id=UUID("0199c0de-0003-7000-8000-0000000fade3"),
        task_name="waits",
        task_type="split",
        state=State.RETRYING,
        status=Status.RETRY,
        cancel_requested=True,
        attempt=1,
        percent=12.5,
        due_at=DAY + timedelta(days=1),
        created_at=DAY + timedelta(hours=23, minutes=59, seconds=59),
        started_at=DAY + timedelta(hours=23, minutes=59, seconds=59),
        updated_at=DAY + timedelta(days=1),
        waits_for=[PARENT],
    ),
]


def store(owner: Connection) -> None:
    """Store the records of `TASKS`, without events."""
    for task in TASKS:
        owner.execute(
            "INSERT INTO task_ledger.task_record SELECT *"
            " FROM json_populate_record(NULL::task_ledger.task_record, %s::json)",
            (json.dumps(asdict(task), default=str),),
        )
