"""Build the proofs of RFC 6962, sections 2.1.1 and 2.1.2, from the nodes of a tree."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from task_ledger.sealer.merkle import EMPTY_ROOT, Frontier, node_hash

ReadNode: TypeAlias = Callable[[int, int], bytes]
"""Returns the root of the complete subtree (level, index): over 2**level leaves from
index * 2**level."""


def nodes_of(leaf_hashes: Sequence[bytes]) -> ReadNode:
    """Create a `ReadNode` for the tree over these leaves, given by their hashes."""

    def read(level: int, index: int) -> bytes:
        frontier = Frontier()
        frontier.extend(leaf_hashes[index << level : (index + 1) << level])
        return frontier.root()

    return read


def inclusion_proof(index: int, size: int, read: ReadNode) -> list[bytes]:
    """Prove that leaf `index`, counted from 0, is in the tree of `size` leaves.

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    proof: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            proof.append(subtree_root(middle, end, read))
            end = middle
        else:
            proof.append(subtree_root(first, middle, read))
            first = middle
    return proof[::-1]


def consistency_proof(old_size: int, size: int, read: ReadNode) -> list[bytes]:
    """Prove that the tree of `old_size` leaves is a prefix of the tree of `size` leaves.

    Raises:
        ValueError: the older tree is larger.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {size} leaves extends none of {old_size}")
    if old_size in (0, size):
        return []
    proof: list[bytes] = []
    first, end, whole = 0, size, True
    while old_size != end:
        middle = first + _split(end - first)
        if old_size <= middle:
            proof.append(subtree_root(middle, end, read))
            end = middle
        else:
            proof.append(subtree_root(first, middle, read))
            first, whole = middle, False
    if not whole:
        proof.append(subtree_root(first, end, read))
    return proof[::-1]


def covering(first: int, end: int, read: ReadNode) -> Iterator[tuple[int, int, bytes]]:
    """The fewest complete subtrees that cover the leaves from `first` up to `end`: first leaf,
    level and root of each."""
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        yield first, level, read(level, first >> level)
        first += 1 << level


def subtree_root(first: int, end: int, read: ReadNode) -> bytes:
    """The root over the leaves from `first` up to `end`.

    Args:
        first: a multiple of the largest power of two that is at most `end - first`.
    """
    nodes: list[bytes] = []
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append(read(level, first >> level))
        first += 1 << level
    if not nodes:
        return EMPTY_ROOT
    root = nodes.pop()
    while nodes:
        root = node_hash(nodes.pop(), root)
    return root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
