"""Write a month to an archive. Files are added once, so a killed run can be continued."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from psycopg import Connection

from task_ledger.archive.documents import (
    MONTH,
    PROJECT,
    File,
    Kind,
    MonthArchive,
    ProjectArchive,
    ProjectEntry,
    folder_of,
)
from task_ledger.archive.lines import event_line, parts
from task_ledger.archive.month import Month
from task_ledger.archive.places import others
from task_ledger.archive.store import ArchiveStore
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.export import exact
from task_ledger.eventlog.read import event_of
from task_ledger.sealer.leaf import leaves_of
from task_ledger.sealer.merkle import Frontier
from task_ledger.sealer.proofs import ReadNode
from task_ledger.sealer.seal_document import SealDocument

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class SealedTree:
    """A project's seal and the nodes of its sealed tree."""

    seal: Mapping[str, Any]
    read: ReadNode


GetSealed = Callable[[str], SealedTree]
"""Returns a project's sealed tree, which covers the month's events."""


def write_month(
    connection: Connection[Any], month: Month, store: ArchiveStore, sealed: GetSealed | None
) -> MonthArchive:
    """Write all files of a closed month, and return their description.

    Keeps the files written by an earlier run; removes files that do not belong to the archive.

    Args:
        connection: of the owner, on autocommit. After `task_ledger.prepare_retirement`.

    Raises:
        StoreUnavailable, StoreConflict, LedgerUnavailable; errors of `sealed`.
    """
    with ledger_errors():
        rows = connection.execute(
            query("projects", __package__), {"bucket": month.bucket}
        ).fetchall()
    tree = Frontier()
    entries: list[ProjectEntry] = []
    for row in sorted(rows, key=_name):
        written = _Project(connection, month, row[0], tree)
        archive = written.write(store, row[1:], None if sealed is None else sealed(row[0]))
        described = archive.model_dump(include=set(ProjectEntry.model_fields))
        entries.append(ProjectEntry(folder=folder_of(archive.project_id), **described))
    whole = MonthArchive(
        format="task-ledger archive month 1",
        month=str(month),
        events=tree.size,
        root=tree.root().hex(),
        projects=entries,
    )
    store.replace(f"{month}/{MONTH}", whole.model_dump_json().encode())
    return whole


class _Project:
    """Writes one project's events of the month; adds its leaves to the month's tree."""

    def __init__(
        self, connection: Connection[Any], month: Month, project_id: str, tree: Frontier
    ) -> None:
        self._connection = connection
        self._month = month
        self._project_id = project_id
        self._path = f"{month}/{folder_of(project_id)}"
        self._asked = {"bucket": month.bucket, "project_id": project_id}
        self._trees = (tree, Frontier())

    def write(
        self, store: ArchiveStore, known: tuple[Any, ...], sealed: SealedTree | None
    ) -> ProjectArchive:
        events, tasks, first, last, counts = known
        files = [
            *_write(store, self._path, "events", self._events()),
            *_write(store, self._path, "tracebacks", self._tracebacks()),
        ]
        archive = ProjectArchive(
            format="task-ledger archive 1",
            month=str(self._month),
            project_id=self._project_id,
            events=events,
            tasks=tasks,
            first_seq=first,
            last_seq=last,
            root=self._trees[1].root().hex(),
            counts=counts,
            files=files,
            seal=None if sealed is None else SealDocument.model_validate(sealed.seal),
            others=self._others(sealed),
        )
        write_project(store, self._path, archive)
        return archive

    def _events(self) -> Iterator[dict[str, Any]]:
        leaf_of = leaves_of(self._project_id)
        for seq, *row in _stream(self._connection, "events", self._asked):
            event = event_of(row)
            leaf = leaf_of(seq, str(event.task_id), event.version, event.digest)
            for tree in self._trees:
                tree.append(leaf)
            yield event_line(seq, event)

    def _tracebacks(self) -> Iterator[dict[str, Any]]:
        for task, version, at, text in _stream(self._connection, "tracebacks", self._asked):
            known = {"task_id": str(task), "version": version, "recorded_at": exact(at)}
            yield known | {"text": text}

    def _others(self, sealed: SealedTree | None) -> list[tuple[int, int, str]]:
        if sealed is None:
            return []
        with ledger_errors():
            numbers = self._connection.execute(query("numbers", __package__), self._asked)
            return list(others(numbers.fetchall(), sealed.seal["events"], sealed.read))


def write_project(store: ArchiveStore, path: str, archive: ProjectArchive) -> None:
    """Write the description of a project's stored files, and remove other files from its folder.

    Raises:
        StoreUnavailable.
    """
    store.replace(f"{path}/{PROJECT}", archive.model_dump_json().encode())
    known = {PROJECT, *(file.name for file in archive.files)}
    for name in store.names(path):
        if name not in known:
            store.remove(f"{path}/{name}")


def add_file(
    store: ArchiveStore, path: str, kind: Kind, number: int, part: tuple[int, bytes]
) -> File:
    """Add a file; its name contains kind, position and content hash.

    Args:
        part: number of lines, and octets.

    Raises:
        StoreUnavailable, StoreConflict.
    """
    rows, data = part
    digest = sha256(data).hexdigest()
    name = f"{kind}-{number:06}-{digest[:16]}.ndjson.gz"
    store.add(f"{path}/{name}", data)
    return File(name=name, kind=kind, rows=rows, sha256=digest)


def _write(
    store: ArchiveStore, path: str, kind: Kind, lines: Iterator[dict[str, Any]]
) -> Iterator[File]:
    for number, part in enumerate(parts(lines), start=1):
        yield add_file(store, path, kind, number, part)


def _name(row: Any) -> bytes:
    return row[0].encode()


def _stream(connection: Connection[Any], name: str, asked: Mapping[str, Any]) -> Iterator[Any]:
    with ledger_errors(), connection.transaction(), connection.cursor(name=name) as cursor:
        cursor.itersize = _BATCH
        yield from cursor.execute(query(name, __package__), asked)
