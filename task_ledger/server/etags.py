"""Entity tags of tasks: a version and the digest up to it, so equal tags mean an equal history."""

from task_ledger.model.record import TaskRecord


def etag_of(record: TaskRecord, settled: bool | None = None) -> str:
    """The tag of a task at its version; another one while that may still change."""
    return f'"{record.version}-{record.digest[:16]}{"-open" if settled is False else ""}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names `etag`; by weak comparison, as RFC 9110 has it."""
    if header is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
