"""Proofs that single events are in their project's sealed tree."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from task_ledger.sealer.merkle import root_of
from task_ledger.sealer.project_trees import TILE_LEVEL, numbered_leaves
from task_ledger.sealer.proofs import inclusion_proof
from task_ledger.sealer.seal_file import NotSealed, project_seal
from task_ledger.sealer.source import Source, Stretch
from task_ledger.sealer.state import reading
from task_ledger.sealer.store import Store


class TaskSource(Source, Protocol):
    """A source that lists the numbers of a task's events."""

    def numbers(self, project_id: str, task_id: UUID) -> list[tuple[int, int]]:
        """Timeline number and version of each event, oldest first."""
        ...


def task_proof(
    state: Path,
    store: Store,
    source: TaskSource,
    project_id: str,
    task_id: UUID,
    *,
    since: int = 0,
) -> dict[str, Any]:
    """Build a project's seal with a proof for each sealed event of one task, to check its export.

    Args:
        since: as `project_seal`.

    Returns: JSON values, with hashes in hex.

    Raises:
        NotSealed: no event of the task is sealed yet.
        SealRefused: the ledger lacks an event that was sealed.
        ValueError, StateUnavailable, StoreUnavailable, InvalidTile: as `project_seal`.
        LedgerUnavailable.
    """
    seal = project_seal(state, store, project_id, since)
    size = seal["events"]
    numbers = [each for each in source.numbers(project_id, task_id) if each[0] <= size]
    if not numbers:
        raise NotSealed(f"no published checkpoint covers task {task_id} yet")
    proofs = event_proofs(state, source, project_id, size, [seq for seq, _ in numbers])
    return {
        "format": "task-ledger task proof 1",
        "task_id": str(task_id),
        "events": [
            {"version": version, "seq": seq, "proof": proofs[seq]} for seq, version in numbers
        ],
        "seal": seal,
    }


def event_proofs(
    state: Path, source: Source, project_id: str, size: int, seqs: Sequence[int]
) -> dict[int, list[str]]:
    """Prove for each of these events that it is in the project's tree of `size` events.

    Reads up to 256 digests per event, and 32 octets of the state per 256 events.

    Raises:
        NotSealed: a number is not among the first `size`.
        SealRefused: an event is missing.
        StateUnavailable, LedgerUnavailable.
    """
    if any(not 0 < seq <= size for seq in seqs):
        raise NotSealed(f"of project {project_id!r}, {size} events are sealed")
    nodes = ProjectNodes(state, source, project_id, size)
    return {
        seq: [each.hex() for each in inclusion_proof(seq - 1, size, nodes.read)] for seq in seqs
    }


class ProjectNodes:
    """Nodes of the tree over a project's first `size` events."""

    def __init__(self, state: Path, source: Source, project_id: str, size: int) -> None:
        self._source = source
        self._project_id = project_id
        self._size = size
        self._leaves: dict[int, list[bytes]] = {}
        with reading(state) as connection:
            self._tiles = [
                root
                for (root,) in connection.execute(
                    "SELECT root FROM project_tile WHERE project_id = ? AND number < ?"
                    " ORDER BY number",
                    (project_id, size >> TILE_LEVEL),
                )
            ]

    def read(self, level: int, index: int) -> bytes:
        """As `proofs.ReadNode`."""
        if level >= TILE_LEVEL:
            level -= TILE_LEVEL
            return root_of(self._tiles[index << level : (index + 1) << level])
        first = index << level
        tile, place = divmod(first, 1 << TILE_LEVEL)
        return root_of(self._tile(tile)[place : place + (1 << level)])

    def _tile(self, number: int) -> list[bytes]:
        if number not in self._leaves:
            first = number << TILE_LEVEL
            upto = min(self._size, first + (1 << TILE_LEVEL))
            rows = iter(self._source.rows([Stretch(self._project_id, first, upto)]))
            self._leaves[number] = list(numbered_leaves(rows, self._project_id, first + 1, upto))
        return self._leaves[number]
