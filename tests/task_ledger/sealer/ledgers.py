"""A ledger in memory that a sealer reads, and that somebody may falsify."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from itertools import count
from uuid import UUID

from task_ledger.sealer.leaf import event_leaf
from task_ledger.sealer.merkle import leaf_hash
from task_ledger.sealer.source import Row, Stretch


class Ledger:
    """Projects with events; each event is (task id, version, digest)."""

    def __init__(self) -> None:
        self.projects: dict[str, list[tuple[str, int, bytes]]] = {}
        self.functions = b"as released"
        self.months_gone: list[tuple[int, int, bytes]] = []
        self.access_log: list[tuple[int, bytes]] = []
        self._numbers = count()

    def append(self, project_id: str, events: int = 1) -> None:
        """Append events of tasks of one event each."""
        for number in (next(self._numbers) for _ in range(events)):
            digest = sha256(b"event %d" % number).digest()
            task_id = str(UUID(bytes=digest[:16]))
            self.projects.setdefault(project_id, []).append((task_id, 1, digest))

    def falsify(self, project_id: str, seq: int) -> None:
        """Give an event another digest, as an owner does who changes it and computes anew."""
        task_id, version, digest = self.projects[project_id][seq - 1]
        self.projects[project_id][seq - 1] = (task_id, version, sha256(digest).digest())

    def backup(self) -> dict[str, list[tuple[str, int, bytes]]]:
        """All that is stored now."""
        return deepcopy(self.projects)

    def restore(self, backup: Mapping[str, list[tuple[str, int, bytes]]]) -> None:
        """Put an older state in place."""
        self.projects = {name: list(events) for name, events in backup.items()}

    def leaves(self, project_id: str, size: int | None = None) -> list[bytes]:
        """The leaf hashes of a project's first events, made one by one."""
        return [
            leaf_hash(event_leaf(project_id, seq, *event))
            for seq, event in enumerate(self.projects.get(project_id, [])[:size], start=1)
        ]

    def moved(self, sealed: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """See `Source`."""
        for project_id in sorted(self.projects.keys() | sealed.keys()):
            head = len(self.projects.get(project_id, ()))
            if head != sealed.get(project_id, 0):
                yield project_id, head

    def rows(self, stretches: Iterable[Stretch]) -> Iterator[Row]:
        """See `Source`."""
        for project_id, after, upto in stretches:
            events = self.projects.get(project_id, [])[after:upto]
            for seq, event in enumerate(events, start=after + 1):
                yield Row(project_id, seq, *event)

    def record_access(self) -> None:
        """Append a row to the access log."""
        seq = len(self.access_log) + 1
        self.access_log.append((seq, sha256(b"access %d" % seq).digest()))

    def accesses(self, after: int) -> Iterator[tuple[int, bytes]]:
        """See `Source.accesses`."""
        return (row for row in self.access_log if row[0] > after)

    def retired(self) -> list[tuple[int, int, bytes]]:
        """See `Source.retired`."""
        return self.months_gone

    def schema(self) -> bytes:
        """See `Source`."""
        return sha256(self.functions).digest()
