"""The remaining nodes of a sealed tree, which with the archived events yield the sealed root."""

from collections.abc import Iterable, Iterator

from task_ledger.sealer.proofs import ReadNode, covering


def others(
    archived: Iterable[tuple[int, int]], size: int, read: ReadNode
) -> Iterator[tuple[int, int, str]]:
    """The fewest nodes that cover all leaves of a tree that are not archived.

    Args:
        archived: ranges of archived numbers (first, last), counted from 1, ascending.
        size: number of leaves of the tree; no archived number is above it.

    Yields: (first leaf from 0, level, hash in hex), ascending.
    """
    at = 0
    for first, last in archived:
        yield from _in_hex(at, first - 1, read)
        at = last
    yield from _in_hex(at, size, read)


def _in_hex(first: int, end: int, read: ReadNode) -> Iterator[tuple[int, int, str]]:
    for at, level, node in covering(first, end, read):
        yield at, level, node.hex()
