"""The leaf of an event in its project's tree.

`task-ledger leaf 1` is these lines, joined by a line feed, without one at the end, in UTF-8:
`task-ledger leaf 1`, the octets of the project's id, the project's id, the event's number in the
project's timeline, the task's id, the event's version, its digest in 64 hex digits. Leaf i of the
tree is the event with number i + 1.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeAlias

MakeLeaf: TypeAlias = Callable[[int, str, int, bytes], bytes]
"""Returns a leaf's hash for (seq, task_id, version, digest)."""


def event_leaf(project_id: str, seq: int, task_id: str, version: int, digest: bytes) -> bytes:
    """The text hashed into an event's leaf.

    Args:
        task_id: the UUID in lower case.
        digest: 32 octets.
    """
    octets = len(project_id.encode())
    lines = ("task-ledger leaf 1", octets, project_id, seq, task_id, version, digest.hex())
    return "\n".join(map(str, lines)).encode()


def leaves_of(project_id: str) -> MakeLeaf:
    """Create a function that hashes one project's events as `leaf_hash(event_leaf(…))` does."""
    # Called for every sealed event, so the shared part is hashed only once.
    octets = project_id.encode()
    shared = sha256(b"\x00task-ledger leaf 1\n%d\n%s\n" % (len(octets), octets))

    def make(seq: int, task_id: str, version: int, digest: bytes) -> bytes:
        leaf = shared.copy()
        leaf.update(f"{seq}\n{task_id}\n{version}\n{digest.hex()}".encode())
        return leaf.digest()

    return make
