"""Verify an archive without a database: chains, numbers, roots, tracebacks, and seals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from task_ledger.archive.documents import ProjectArchive
from task_ledger.archive.errors import InvalidArchive
from task_ledger.archive.month import Month
from task_ledger.archive.reading import read_events, read_file, read_month, read_project
from task_ledger.archive.store import ArchiveStore
from task_ledger.model.digest import misfit_after
from task_ledger.model.events import TaskEvent
from task_ledger.sealer.keys import VerifierKey
from task_ledger.sealer.leaf import leaves_of
from task_ledger.sealer.merkle import HASH_SIZE, Frontier
from task_ledger.sealer.verify_seal import check_seal


@dataclass(frozen=True, slots=True)
class Verified:
    """A verified archive.

    Attributes:
        events, tasks: their number.
        erased: number of erased events, whose content cannot be verified.
        sealed: number of projects with a valid seal by a given key.
    """

    events: int
    tasks: int
    erased: int
    projects: int
    sealed: int


def verify_month(store: ArchiveStore, month: Month, keys: Sequence[VerifierKey] = ()) -> Verified:
    """Read a whole archive and verify it.

    Args:
        keys: the log's; if given, each project must yield its seal's signed root.

    Raises:
        InvalidArchive: on the first mismatch.
        SealerError: a seal's signature or proof is invalid.
        UnknownArchive, StoreUnavailable.
    """
    whole = read_month(store, month)
    tree = Frontier()
    events = tasks = erased = sealed = 0
    for entry in whole.projects:
        archive = read_project(store, month, entry.project_id)
        found = verify_project(store, archive, tree, keys)
        if (archive.root, archive.events) != (entry.root, entry.events):
            raise InvalidArchive(f"project {entry.project_id!r} is not the one in the month's list")
        events += found.events
        tasks += found.tasks
        erased += found.erased
        sealed += found.sealed
    if (events, tree.root().hex()) != (whole.events, whole.root):
        raise InvalidArchive(f"the events of {month} differ from the archived ones")
    return Verified(events, tasks, erased, len(whole.projects), sealed)


def verify_project(
    store: ArchiveStore, archive: ProjectArchive, tree: Frontier, keys: Sequence[VerifierKey] = ()
) -> Verified:
    """Verify one project of an archive; append its leaves to `tree`. Raises as `verify_month`."""
    make = leaves_of(archive.project_id)
    own, sealed = Frontier(), _SealedTree(archive)
    last: dict[UUID, TaskEvent] = {}
    traces: dict[tuple[str, int], str] = {}
    erased = before = 0
    for seq, event in read_events(store, archive):
        where = f"project {archive.project_id!r}, number {seq}, task {event.task_id}"
        if event.project_id != archive.project_id or seq <= before:
            raise InvalidArchive(f"{where}: it belongs to another project or is out of order")
        if misfit := misfit_after(last.get(event.task_id), event):
            raise InvalidArchive(f"{where}, version {misfit.version}: {misfit.reason}")
        erased += event.erased
        if trace := _trace(event):
            traces[str(event.task_id), event.version] = trace
        before, last[event.task_id] = seq, event._replace(data_text="", private_text=None)
        leaf = make(seq, str(event.task_id), event.version, event.digest)
        own.append(leaf)
        tree.append(leaf)
        sealed.add(seq, leaf)
    if (own.size, own.root().hex(), len(last)) != (archive.events, archive.root, archive.tasks):
        raise InvalidArchive(f"project {archive.project_id!r} has missing or additional events")
    _check_tracebacks(store, archive, traces)
    if keys:
        sealed.check(keys)
    return Verified(own.size, len(last), erased, 1, int(bool(keys)))


def _trace(event: TaskEvent) -> str | None:
    for text in (event.private_text, event.data_text):
        if text is not None and '"traceback_sha256"' in text:
            error: Any = json.loads(text).get("error") or {}
            return error.get("traceback_sha256")
    return None


def _check_tracebacks(
    store: ArchiveStore, archive: ProjectArchive, traces: dict[tuple[str, int], str]
) -> None:
    for file in archive.files:
        if file.kind == "tracebacks":
            for line in read_file(store, archive, file):
                key = (line["task_id"], line["version"])
                if sha256(line["text"].encode()).hexdigest() != traces.get(key):
                    raise InvalidArchive(
                        f"project {archive.project_id!r}, task {key[0]}, version {key[1]}: its"
                        " traceback is not the one whose sha256 the event has"
                    )


class _SealedTree:
    """The sealed tree, rebuilt from archived leaves and the other nodes."""

    def __init__(self, archive: ProjectArchive) -> None:
        self._archive = archive
        self._others = list(reversed(archive.others))
        self._tree = Frontier()

    def add(self, seq: int, leaf: bytes) -> None:
        self._add_others()
        if self._tree.size == seq - 1:
            self._tree.append(leaf)

    def check(self, keys: Sequence[VerifierKey]) -> None:
        name = self._archive.project_id
        if self._archive.seal is None:
            raise InvalidArchive(f"project {name!r} was archived without a seal")
        seal = check_seal(self._archive.seal.model_dump_json().encode(), keys)
        self._add_others()
        found = self._tree.size, self._tree.root()
        if seal.project_id != name or found != (seal.events, seal.root):
            raise InvalidArchive(f"project {name!r}: its events differ from the sealed ones")

    def _add_others(self) -> None:
        while self._others and self._others[-1][0] == self._tree.size:
            first, level, node = self._others.pop()
            try:
                if not 0 <= level < 63 or len(bytes.fromhex(node)) != HASH_SIZE:
                    raise ValueError("its level or hash is invalid")
                self._tree.append_subtree(level, bytes.fromhex(node))
            except ValueError as error:
                raise InvalidArchive(
                    f"project {self._archive.project_id!r}: its node at leaf {first}: {error}"
                ) from error
