"""Erasing the private data of tasks in an archive.

The new files are stored, then described, then the old ones are removed: whenever this is killed,
the archive can be read, and running it again finishes it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.archive.documents import File, ProjectArchive, folder_of
from task_ledger.archive.errors import UnknownArchive
from task_ledger.archive.lines import compressed, event_in, event_line
from task_ledger.archive.reading import read_file
from task_ledger.archive.store import ArchiveStore
from task_ledger.archive.writing import add_file, write_project
from task_ledger.eventlog.access_log import record_access
from task_ledger.model.events import MODELS, TaskEvent

LEFT: Final = (
    "Where the archive's store keeps versions of files or has object lock, the old files are still"
    " there: delete them in the store.",
    "Copies and backups of the archive that were made before keep the text until you delete them.",
)
"""What an erasure in an archive leaves to do."""


@dataclass(frozen=True, slots=True)
class ErasedInArchive:
    """What was erased now; all zero if it was erased before.

    Attributes:
        files: how many were rewritten.
        left: what is left to do.
    """

    events: int
    tracebacks: int
    files: int
    left: tuple[str, ...] = LEFT


def erase_tasks(
    connection: Connection[Any],
    store: ArchiveStore,
    archive: ProjectArchive,
    tasks: Sequence[UUID],
    *,
    actor: str,
    reason: str,
) -> ErasedInArchive:
    """Erase all events and tracebacks of some tasks in a project's archive. Digests, roots and
    seals still fit.

    Args:
        connection: may append to the access log; on autocommit. It is recorded before.
        reason: why; it stays in the access log, so it must not repeat what is erased.

    Raises:
        UnknownArchive: the archive has no event of one of the tasks; nothing is changed.
        InvalidArchive, StoreUnavailable, LedgerUnavailable, NotPermitted.
    """
    wanted = {str(task) for task in tasks}
    old = {file.name: read_file(store, archive, file) for file in _with(store, archive, wanted)}
    found = {line["task_id"] for lines in old.values() for line in lines} & wanted
    if missing := wanted - found:
        raise UnknownArchive(
            f"the archive of {archive.month} has no task {min(missing)} of the project"
        )
    for task in sorted(wanted):
        record_access(
            connection, actor, "erasure", project_id=archive.project_id, task_id=UUID(task),
            detail=f"in the archive {archive.month}: {reason}",
        )  # fmt: skip
    path = f"{archive.month}/{folder_of(archive.project_id)}"
    events = tracebacks = rewritten = 0
    files: list[File] = []
    for file in archive.files:
        lines = old.get(file.name)
        new = (
            None
            if lines is None
            else [each for line in lines if (each := _line(file, line, wanted))]
        )
        if lines is None or new is None or new == lines:
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
    # Also removes what an erasure that was killed has left.
    write_project(store, path, archive.model_copy(update={"files": files}))
    return ErasedInArchive(events, tracebacks, rewritten)


def erased(event: TaskEvent) -> TaskEvent:
    """The event as it is after its erasure, as `task_ledger.erased` makes it; the same if there is
    nothing private in it."""
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


def _with(store: ArchiveStore, archive: ProjectArchive, tasks: set[str]) -> list[File]:
    return [
        file
        for file in archive.files
        if any(line["task_id"] in tasks for line in read_file(store, archive, file))
    ]


def _line(file: File, line: dict[str, Any], tasks: set[str]) -> dict[str, Any] | None:
    if line["task_id"] not in tasks:
        return line
    if file.kind == "tracebacks":
        return None
    seq, event = event_in(line)
    return event_line(seq, erased(event))
