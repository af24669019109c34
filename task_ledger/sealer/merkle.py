"""Merkle trees of RFC 6962: hashes, the right edge of a growing tree, and verification of proofs.

Sources: RFC 6962 section 2.1; for verification RFC 9162 sections 2.1.3.2 and 2.1.4.2, which
describe the same trees and proofs.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from task_ledger.sealer.errors import InvalidProof

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above `left` and `right`."""
    return sha256(_NODE + left + right).digest()


class Frontier:
    """The right edge of a tree: sufficient to append leaves and to compute the root.

    Attributes:
        size: number of leaves.
        hashes: roots of the complete subtrees from left to right, one for each set bit of `size`,
            the largest first.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has no edge of {len(self.hashes)} hashes")

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote for a tree of `size` leaves."""
        if len(data) % HASH_SIZE:
            raise ValueError("an edge is a whole number of hashes")
        return cls(size, (data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)))

    def to_bytes(self) -> bytes:
        """The concatenated hashes."""
        return b"".join(self.hashes)

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaves, given by their hashes."""
        # Inlined because it runs for every sealed event: two calls fewer per node.
        hashes, size = self.hashes, self.size
        for node in leaf_hashes:
            above = size
            while above & 1:
                node = sha256(_NODE + hashes.pop() + node).digest()  # noqa: PLW2901
                above >>= 1
            hashes.append(node)
            size += 1
        self.size = size

    def extend_tiles(self, leaf_hashes: Sequence[bytes], level: int) -> list[tuple[int, bytes]]:
        """Append leaves, given by their hashes, and return the subtrees that became complete.

        Args:
            level: level of the subtrees; each has 2**level leaves.

        Returns: each subtree's number, counted from 0 at the left edge, and root.
        """
        width, done, place = 1 << level, list[tuple[int, bytes]](), 0
        while place < len(leaf_hashes):
            room = width - self.size % width
            piece = leaf_hashes[place : place + room]
            place += len(piece)
            if len(piece) < room:
                self.extend(piece)
                break
            cut = len(self.hashes) - (self.size % width).bit_count()
            tile = Frontier(self.size % width, self.hashes[cut:])
            tile.extend(piece)
            above = Frontier(self.size >> level, self.hashes[:cut])
            above.extend(tile.hashes)
            self.size, self.hashes = above.size << level, above.hashes
            done.append((above.size - 1, tile.hashes[0]))
        return done

    def append(self, leaf: bytes) -> None:
        """Append one leaf, given by its hash."""
        self.extend((leaf,))

    def append_subtree(self, level: int, root: bytes) -> None:
        """Append 2**level leaves, given by the root over them.

        Raises:
            ValueError: no subtree of this level can begin at the right edge.
        """
        above = self.size >> level
        if above << level != self.size:
            raise ValueError(f"no subtree of level {level} begins after {self.size} leaves")
        while above & 1:
            root, above = node_hash(self.hashes.pop(), root), above >> 1
        self.hashes.append(root)
        self.size += 1 << level

    def root(self) -> bytes:
        """The tree's current root."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> "Frontier":
        """An independent copy."""
        return Frontier(self.size, self.hashes)

    def subtrees(self) -> list[tuple[int, int, bytes]]:
        """Each complete subtree as (first leaf, last leaf + 1, root)."""
        found: list[tuple[int, int, bytes]] = []
        first = 0
        for level, root in zip(reversed(_set_bits(self.size)), self.hashes, strict=True):
            found.append((first, first + (1 << level), root))
            first += 1 << level
        return found


def _set_bits(number: int) -> list[int]:
    return [bit for bit in range(number.bit_length()) if number >> bit & 1]


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaves, given by their hashes."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that `leaf` is leaf number `index` of the tree of `size` leaves with that `root`.

    Args:
        leaf: the leaf's hash, 32 octets.
        index: counted from 0.
        proof: the hashes from the leaf's sibling up to the root's child.

    Raises:
        InvalidProof: it is not, or the proof has the wrong length.
    """
    _require_hashes((leaf, root, *proof))
    if not 0 <= index < size:
        raise InvalidProof(f"a tree of {size} leaves has no leaf {index}")
    number, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise InvalidProof("the inclusion proof is too long")
        if number & 1 or number == last:
            node = node_hash(sibling, node)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        number >>= 1
        last >>= 1
    if last:
        raise InvalidProof("the inclusion proof is too short")
    if node != root:
        raise InvalidProof("the inclusion proof leads to another root")


def verify_consistency(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """Check that the tree of `old_size` leaves is a prefix of the tree of `size` leaves.

    Raises:
        InvalidProof: it is not, or the proof has the wrong length.
    """
    _require_hashes((old_root, root, *proof))
    if not 0 <= old_size <= size:
        raise InvalidProof(f"a tree of {size} leaves extends none of {old_size}")
    if old_size in (0, size):
        _verify_without_proof(old_size, size, proof, old_root, root)
        return
    path = list(proof)
    if not old_size & (old_size - 1):
        path.insert(0, old_root)
    if not path:
        raise InvalidProof("the consistency proof is too short")
    number, last = old_size - 1, size - 1
    while number & 1:
        number >>= 1
        last >>= 1
    old_node = node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise InvalidProof("the consistency proof is too long")
        if number & 1 or number == last:
            old_node = node_hash(sibling, old_node)
            node = node_hash(sibling, node)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        number >>= 1
        last >>= 1
    if last:
        raise InvalidProof("the consistency proof is too short")
    if (old_node, node) != (old_root, root):
        raise InvalidProof("the consistency proof leads to other roots")


def _verify_without_proof(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    if proof:
        raise InvalidProof("the consistency proof must be empty")
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise InvalidProof("a tree without leaves has another root")
    if old_size == size and old_root != root:
        raise InvalidProof("two trees of the same size have different roots")


def _require_hashes(values: Iterable[bytes]) -> None:
    if any(len(value) != HASH_SIZE for value in values):
        raise InvalidProof("a hash has 32 octets")
