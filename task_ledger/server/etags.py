"""Entity tags of tasks: version and digest, so equal tags mean equal histories."""

from task_ledger.model.record import TaskRecord


def etag_of(record: TaskRecord, settled: bool | None = None) -> str:
    """The tag of a task at its version; a different one while the answer may still change."""
    return f'"{record.version}-{record.digest[:16]}{"-open" if settled is False else ""}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names `etag`, by weak comparison (RFC 9110)."""
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
