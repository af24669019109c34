"""The tree over the access log, kept in the state: read, check and seal new rows.

Leaf i is the row with number i + 1: `task-ledger access leaf 1`, its number, its digest in hex, as
lines joined by a line feed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from task_ledger.sealer.entries import Access
from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.merkle import Frontier, leaf_hash
from task_ledger.sealer.source import Source
from task_ledger.sealer.state import State


@dataclass(frozen=True, slots=True)
class AccessTree:
    """The access log up to the last row read: the tree's right edge and the last leaf's hash."""

    edge: Frontier
    leaf: bytes

    def entry(self, now: int) -> Access:
        """The head log's entry over the tree."""
        return Access(now, self.edge.size, self.edge.root())

    def keep(self, state: State) -> None:
        """Store the tree as sealed, in the caller's transaction."""
        state.execute(
            "UPDATE access SET size = ?, frontier = ?, leaf = ?",
            self.edge.size,
            self.edge.to_bytes(),
            self.leaf,
        )


def access_leaf(seq: int, digest: bytes) -> bytes:
    """The text hashed into a row's leaf."""
    return f"task-ledger access leaf 1\n{seq}\n{digest.hex()}".encode()


def read_access_log(state: State, source: Source, *, everything: bool) -> AccessTree | None:
    """Read the access log's new rows, or all rows, and check the last sealed one.

    Returns: None if there are no new rows.

    Raises:
        SealRefused: the log is shorter than what was sealed, has a gap, or a row was altered.
        LedgerUnavailable, StateUnavailable.
    """
    size, edge, last = state.one("SELECT size, frontier, leaf FROM access")
    sealed = Frontier.from_bytes(size, edge)
    tree = Frontier() if everything else sealed.copy()
    after = 0 if everything else max(size - 1, 0)
    leaves = _leaves(source.accesses(after), after)
    if tree.size and (found := next(leaves, None)) != last:
        raise SealRefused(
            f"the access log ends before its sealed row {size}"
            if found is None
            else f"row {size} of the access log differs from the sealed one"
        )
    for leaf in leaves:
        tree.append(leaf)
        last = leaf
        if tree.size == size and tree.root() != sealed.root():
            raise SealRefused(f"rows 1 to {size} of the access log differ from the sealed ones")
    if tree.size < size:
        raise SealRefused(f"the access log ends at row {tree.size}, and {size} are sealed")
    return AccessTree(tree, last) if tree.size > size else None


def _leaves(rows: Iterable[tuple[int, bytes]], after: int) -> Iterator[bytes]:
    for expected, (seq, digest) in enumerate(rows, start=after + 1):
        if seq != expected:
            raise SealRefused(f"the access log lacks row {expected}")
        yield leaf_hash(access_leaf(seq, digest))
