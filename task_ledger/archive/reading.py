"""Reading archives, without a database."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from task_ledger.archive.documents import (
    MONTH,
    PROJECT,
    File,
    MonthArchive,
    ProjectArchive,
    folder_of,
    parsed,
)
from task_ledger.archive.errors import InvalidArchive, UnknownArchive
from task_ledger.archive.lines import event_in, read_lines
from task_ledger.archive.month import Month
from task_ledger.archive.store import ArchiveStore
from task_ledger.model.events import TaskEvent


def read_month(store: ArchiveStore, month: Month) -> MonthArchive:
    """Read the description of a month's archive.

    Raises:
        UnknownArchive: there is none.
        InvalidArchive, StoreUnavailable.
    """
    path = f"{month}/{MONTH}"
    data = store.read(path)
    if data is None:
        raise UnknownArchive(f"there is no archive of {month} here; see TASK_LEDGER_ARCHIVE_URL")
    return parsed(MonthArchive, data, path)


def read_project(store: ArchiveStore, month: Month, project_id: str) -> ProjectArchive:
    """Read the description of a project in a month's archive.

    Raises:
        UnknownArchive: the archive does not contain the project.
        InvalidArchive, StoreUnavailable.
    """
    path = f"{month}/{folder_of(project_id)}/{PROJECT}"
    data = store.read(path)
    if data is None:
        raise UnknownArchive(f"the archive of {month} has no project {project_id!r}")
    found = parsed(ProjectArchive, data, path)
    if (found.month, found.project_id) != (str(month), project_id):
        raise InvalidArchive(f"{path} belongs to another month or project")
    return found


def read_file(store: ArchiveStore, archive: ProjectArchive, file: File) -> list[dict[str, Any]]:
    """The lines of one file.

    Raises:
        InvalidArchive: it is missing, or was changed.
        StoreUnavailable.
    """
    path = f"{archive.month}/{folder_of(archive.project_id)}/{file.name}"
    data = store.read(path)
    if data is None:
        raise InvalidArchive(f"{path} is missing")
    if sha256(data).hexdigest() != file.sha256:
        raise InvalidArchive(f"{path} is not the file that was archived")
    lines = read_lines(data, path)
    if len(lines) != file.rows:
        raise InvalidArchive(f"{path} has {len(lines)} lines, not {file.rows}")
    return lines


def read_events(
    store: ArchiveStore, archive: ProjectArchive, task_id: UUID | None = None
) -> Iterator[tuple[int, TaskEvent]]:
    """A project's archived events with their numbers, in order; or those of one task.

    Raises:
        InvalidArchive, StoreUnavailable.
    """
    wanted = str(task_id)
    for file in archive.files:
        if file.kind == "events":
            for line in read_file(store, archive, file):
                if task_id is None or line.get("task_id") == wanted:
                    yield event_in(line)
