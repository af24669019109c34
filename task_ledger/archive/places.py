"""The rest of a sealed tree: with its nodes, the archived events lead to the sealed root."""

from collections.abc import Iterable, Iterator

from task_ledger.sealer.proofs import ReadNode, covering


def others(
    archived: Iterable[tuple[int, int]], size: int, read: ReadNode
) -> Iterator[tuple[int, int, str]]:
    """The nodes over all leaves of a tree that are not archived, as few as there can be.

    Args:
        archived: the stretches of archived numbers, first and last, from 1, ascending.
        size: leaves of the tree; no archived number is above it.

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
