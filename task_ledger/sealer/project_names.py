"""Project names in the head log: pseudonyms that only the project's key can verify.

Each project has its own key, derived from the log's secret. With one project's key, a reader can
find that project in the log, but cannot test by guessing ids whether others are in it.
"""

import hmac
from hashlib import sha256


def project_key(secret: bytes, project_id: str) -> bytes:
    """The key of one project, 32 octets; for readers of the project."""
    return hmac.digest(secret, b"task-ledger project key 1\n" + project_id.encode(), sha256)


def project_name(key: bytes, project_id: str) -> bytes:
    """The name of a project in the head log, 32 octets."""
    return hmac.digest(key, b"task-ledger project name 1\n" + project_id.encode(), sha256)


def project_leaf(name: bytes, size: int, root: bytes) -> bytes:
    """The text hashed into a project's leaf, in the tree of a head log entry.

    These lines, joined by a line feed: `task-ledger project 1`, the name in hex, the number of
    sealed events, the root of the project's tree in hex.
    """
    return f"task-ledger project 1\n{name.hex()}\n{size}\n{root.hex()}".encode()
