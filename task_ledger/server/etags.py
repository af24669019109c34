"""Entity tags of tasks: version, digest, and data that an erasure changes."""

import json
from hashlib import sha256

from task_ledger.eventlog.waits import Wait
from task_ledger.model.record import TaskRecord


def etag_of(record: TaskRecord, settled: bool | None = None, wait: Wait | None = None) -> str:
    """The tag of a task at its version; a different one while the answer may still change, and for
    each thing that the task waits for."""
    private = (
        record.task_name, record.metadata, record.entity, record.step, record.detail, record.error,
        record.result,
    )  # fmt: skip
    shown = sha256(json.dumps(private, sort_keys=True).encode()).hexdigest()
    more = "-open" if settled is False else ""
    if wait is not None:
        more += f"-{wait.waits_for}{'-' if wait.taken else '-no'}{'!' if wait.no_worker else ''}"
    return f'"{record.version}-{record.digest[:16]}-{shown[:8]}{more}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names `etag`, by weak comparison (RFC 9110)."""
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
