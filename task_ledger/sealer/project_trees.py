"""The projects' trees, kept in the state: read new events and seal them."""

from collections.abc import Iterable, Iterator

from task_ledger.sealer.entries import Projects
from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.leaf import leaves_of
from task_ledger.sealer.merkle import Frontier, leaf_hash, root_of
from task_ledger.sealer.project_names import project_key, project_leaf, project_name
from task_ledger.sealer.source import Row, Source, Stretch
from task_ledger.sealer.state import State

BATCH = 20_000
"""Number of events read and stored per batch."""

TILE_LEVEL = 8
"""The state keeps the roots of subtrees of 2**TILE_LEVEL events; a proof re-reads that many."""


def sizes(state: State) -> dict[str, int]:
    """Number of events read, by project."""
    return dict(state.all("SELECT project_id, size FROM project"))


def read_on(state: State, source: Source, limit: int) -> int:
    """Read about `limit` new events into the projects' trees.

    Each batch is its own transaction. A project's last event is read again together with the new
    ones, and must be unchanged.

    Returns: number of new events.

    Raises:
        SealRefused: a timeline is shorter than before, has a gap or a missing event, or its last
            event has changed. Events before the mismatch are kept.
        LedgerUnavailable, StateUnavailable.
    """
    read = 0
    for batch in _batches(source.moved(sizes(state)), state, limit):
        read += _read_batch(state, source, batch)
    return read


def _batches(
    moved: Iterable[tuple[str, int]], state: State, limit: int
) -> Iterator[list[tuple[str, int, int]]]:
    """The project, the number of its events read so far, and the number to read up to."""
    batch: list[tuple[str, int, int]] = []
    held = total = 0
    for project_id, head in moved:
        row = state.one("SELECT size FROM project WHERE project_id = ?", project_id)
        size = row[0] if row else 0
        if head < size:
            raise SealRefused(
                f"its timeline ends at {head}, and {size} events are sealed", project_id
            )
        while size < head and total < limit:
            upto = min(head, size + BATCH - held)
            batch.append((project_id, size, upto))
            held += upto - size + 1
            total += upto - size
            size = upto
            if held >= BATCH:
                yield batch
                batch, held = [], 0
    if batch:
        yield batch


def _read_batch(state: State, source: Source, batch: list[tuple[str, int, int]]) -> int:
    rows = iter(source.rows(Stretch(name, max(size - 1, 0), upto) for name, size, upto in batch))
    grown: list[tuple[str, int, bytes, bytes]] = []
    tiles: list[tuple[str, int, bytes]] = []
    for project_id, size, upto in batch:
        found = state.one("SELECT frontier, leaf FROM project WHERE project_id = ?", project_id)
        frontier = Frontier.from_bytes(size, found[0] if found else b"")
        leaves = numbered_leaves(rows, project_id, max(size, 1), upto)
        if found and next(leaves) != found[1]:
            raise SealRefused(f"event {size} differs from the sealed one", project_id)
        new = list(leaves)
        tiles += [(project_id, *tile) for tile in frontier.extend_tiles(new, TILE_LEVEL)]
        grown.append((project_id, frontier.size, frontier.to_bytes(), new[-1]))
    with state.transaction():
        state.execute_many(
            "INSERT INTO project (project_id, size, frontier, leaf) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET size = excluded.size, frontier = excluded.frontier,"
            " leaf = excluded.leaf",
            grown,
        )
        state.execute_many("INSERT INTO project_tile VALUES (?, ?, ?)", tiles)
    return sum(upto - size for _, size, upto in batch)


def numbered_leaves(rows: Iterator[Row], project_id: str, first: int, last: int) -> Iterator[bytes]:
    """The leaf hashes of a project's events `first` to `last`, consumed from the front of `rows`.

    Raises:
        SealRefused: a number or its event is missing.
    """
    make = leaves_of(project_id)
    for expected in range(first, last + 1):
        row = next(rows, None)
        if row is None or row.project_id != project_id or row.seq != expected:
            raise SealRefused(f"its timeline lacks number {expected}", project_id)
        if row.leaf is not None:
            yield row.leaf
            continue
        if row.digest is None:
            raise SealRefused(
                f"number {expected} stands for version {row.version} of task {row.task_id},"
                " which is no event of the project any more",
                project_id,
            )
        yield make(row.seq, row.task_id, row.version, row.digest)


def seal_projects(state: State, number: int, now: int, *, everything: bool) -> Projects | None:
    """Create the entry that covers the events read, in the caller's transaction.

    Args:
        number: the entry's in the head log.
        everything: cover every project, so that each has a recent seal.

        Returns: None if no project has new events and `everything` is false.
    """
    which = "" if everything else " WHERE size <> sealed"
    found = state.all(f"SELECT project_id, size, frontier FROM project{which}")
    if not found and not everything:
        return None
    named = sorted(
        (project_name(project_key(state.secret, project_id), project_id), project_id, size, edge)
        for project_id, size, edge in found
    )
    roots = [Frontier.from_bytes(size, edge).root() for _, _, size, edge in named]
    leaves = [
        leaf_hash(project_leaf(name, size, root))
        for (name, _, size, _), root in zip(named, roots, strict=True)
    ]
    state.execute_many(
        "UPDATE project SET sealed = ?, root = ?, entry = ?, place = ?, sealed_at = ?"
        " WHERE project_id = ?",
        [
            (size, root, number, place, now, project_id)
            for place, ((_, project_id, size, _), root) in enumerate(zip(named, roots, strict=True))
        ],
    )
    if everything:
        state.execute("DELETE FROM project_tree")
    state.execute("INSERT INTO project_tree VALUES (?, ?)", number, b"".join(leaves))
    return Projects(now, "all" if everything else "moved", len(leaves), root_of(leaves))
