"""Erase the private data of tasks in an archive.

Stores the new files, then updates the descriptions, then removes the old files: if it is killed at
any point, the archive stays readable, and running it again finishes the work.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.archive.alone import alone
from task_ledger.archive.documents import File, ProjectArchive, folder_of
from task_ledger.archive.errors import NotYetRetired, UnknownArchive
from task_ledger.archive.lines import compressed, event_in, event_line
from task_ledger.archive.month import Month
from task_ledger.archive.reading import read_file, read_project
from task_ledger.archive.store import ArchiveStore
from task_ledger.archive.writing import add_file, write_project
from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.access_log import record_access
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.model.events import MODELS, TaskEvent

MOST_REASON: Final = 1000
"""Maximum size of a reason in bytes, as in the database."""

LEFT: Final = (
    "If the archive's store keeps versions of files or has object lock, the old files are still"
    " there: delete them in the store.",
    "Existing copies and backups of the archive keep the text until you delete them.",
)
"""What remains to be done after an erasure in an archive."""


@dataclass(frozen=True, slots=True)
class ErasedInArchive:
    """The result of an erasure; all zero if it was erased before.

    Attributes:
        files: number of rewritten files.
        left: what remains to be done.
    """

    events: int
    tracebacks: int
    files: int
    left: tuple[str, ...] = LEFT


def erase_tasks(
    connection: Connection[Any],
    store: ArchiveStore,
    month: Month,
    project_id: str,
    tasks: Sequence[UUID],
    *,
    actor: str,
    reason: str,
    wait_s: float = 10.0,
) -> ErasedInArchive:
    """Erase all events and tracebacks of some tasks in a project's archive. Digests, roots and
    seals stay valid.

    Reads the archive twice; holds one of its files in memory. Recorded in the access log first.

    Args:
        connection: may append to the access log; on autocommit.
        reason: 1 to 1,000 bytes; stays in the access log, so it must not repeat the erased data.
        wait_s: seconds to wait for another process that works on the archive.

    Raises:
        InvalidEvent: the reason is missing or too long.
        NotYetRetired: the month is still in the database, and its archive may be rewritten.
        StillInUse: another process works on the archive.
        UnknownArchive: the archive lacks one of the tasks; nothing was changed.
        InvalidArchive, StoreUnavailable, LedgerUnavailable, NotPermitted.
    """
    if not reason.strip() or len(reason.encode()) > MOST_REASON:
        raise InvalidEvent(f"an erasure has a reason of 1 to {MOST_REASON} bytes")
    wanted = {str(task) for task in tasks}
    with alone(connection, month, wait_s):
        archive = read_project(store, month, project_id)
        _require_retired(connection, month)
        named = _files_with(store, archive, wanted)
        for task in sorted(wanted):
            record_access(
                connection, actor, "erasure", project_id=project_id, task_id=UUID(task),
                detail=f"in the archive {month}: {reason}",
            )  # fmt: skip
        return _rewrite(store, archive, named, wanted)


def _require_retired(connection: Connection[Any], month: Month) -> None:
    with ledger_errors():
        row = connection.execute(query("month", __package__), {"bucket": month.bucket}).fetchone()
    if row is None or row[1] is None:
        raise NotYetRetired(
            f"month {month} has not left this database, and its archive would be rewritten:"
            f" finish its retirement with `task-ledger retire {month}`, or give it up with --reopen"
            " and erase in the database"
        )


def _files_with(store: ArchiveStore, archive: ProjectArchive, tasks: set[str]) -> set[str]:
    """The names of the files with lines of the tasks.

    Raises:
        UnknownArchive: the archive lacks one of the tasks.
    """
    named: set[str] = set()
    missing = set(tasks)
    for file in archive.files:
        if found := {line["task_id"] for line in read_file(store, archive, file)} & tasks:
            named.add(file.name)
            missing -= found
    if missing:
        raise UnknownArchive(
            f"the archive of {archive.month} has no task {min(missing)} of the project"
        )
    return named


def _rewrite(
    store: ArchiveStore, archive: ProjectArchive, named: set[str], tasks: set[str]
) -> ErasedInArchive:
    path = f"{archive.month}/{folder_of(archive.project_id)}"
    events = tracebacks = rewritten = 0
    files: list[File] = []
    for file in archive.files:
        lines = read_file(store, archive, file) if file.name in named else []
        new = [each for line in lines if (each := _line(file, line, tasks))]
        if new == lines:
            files.append(file)
            continue
        rewritten += 1
        if file.kind == "tracebacks":
            tracebacks += len(lines) - len(new)
        else:
            events += sum(before != after for before, after in zip(lines, new, strict=True))
        if new:
            number = int(file.name.split("-")[1])
            files.append(add_file(store, path, file.kind, number, (len(new), compressed(new))))
    # Also removes files left by a killed erasure.
    write_project(store, path, archive.model_copy(update={"files": files}))
    return ErasedInArchive(events, tracebacks, rewritten)


def erased(event: TaskEvent) -> TaskEvent:
    """The event after its erasure, as from the SQL function `task_ledger.erased`; unchanged if it
    has no private data."""
    if event.private_text is not None:
        if event.erased or event.salt is None or event.private_text.strip() == "{}":
            return event
        digest = sha256(event.salt.bytes + event.private_text.encode()).hexdigest()
        return event._replace(private_text=f'"2 {digest}"', salt=None)
    data: dict[str, Any] = json.loads(event.data_text)
    private = MODELS[event.type].private
    if not data.keys() & private.keys():
        return event
    kept: dict[str, Any] = {}
    for name, value in data.items():
        nested = private.get(name, False)
        if not nested:
            kept[name] = value
        elif isinstance(nested, dict) and isinstance(value, dict):
            kept[name] = {key: each for key, each in value.items() if key not in nested}  # pyright: ignore[reportUnknownVariableType]
    digest = sha256(event.data_text.encode()).hexdigest()
    return event._replace(
        data_text=json.dumps(kept, ensure_ascii=False), private_text=f'"1 {digest}"', salt=None
    )


def _line(file: File, line: dict[str, Any], tasks: set[str]) -> dict[str, Any] | None:
    if line["task_id"] not in tasks:
        return line
    if file.kind == "tracebacks":
        return None
    seq, event = event_in(line)
    return event_line(seq, erased(event))
