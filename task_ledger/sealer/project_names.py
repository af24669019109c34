"""How the head log names projects: by a name that only who knows the project's key can check.

Each project has a key of its own, derived from the log's secret. Whoever is given one project's
key can find that project in the log, and cannot tell by guessing ids whether another one is there.
"""

import hmac
from hashlib import sha256


def project_key(secret: bytes, project_id: str) -> bytes:
    """The key of one project, 32 octets: for those who may read the project."""
    return hmac.digest(secret, b"task-ledger project key 1\n" + project_id.encode(), sha256)


def project_name(key: bytes, project_id: str) -> bytes:
    """The name of a project in the head log, 32 octets."""
    return hmac.digest(key, b"task-ledger project name 1\n" + project_id.encode(), sha256)


def project_leaf(name: bytes, size: int, root: bytes) -> bytes:
    """What is hashed into a project's leaf of the tree that one head log entry stands for.

    These lines, joined by a line feed: `task-ledger project 1`, the name in hex, how many events
    are sealed, the root of the project's tree in hex.
    """
    return f"task-ledger project 1\n{name.hex()}\n{size}\n{root.hex()}".encode()
