"""The names of the ledger's group roles, which belong to a whole server, not to one database."""

import re
from typing import Final, Literal

Role = Literal["owner", "api", "worker", "projector", "auditor", "sealer", "eraser", "notifier"]

ROLES: Final[tuple[Role, ...]] = (
    "owner",
    "api",
    "worker",
    "projector",
    "auditor",
    "sealer",
    "eraser",
    "notifier",
)
"""Every group role, without its prefix; the first owns the ledger's objects."""

DEFAULT_PREFIX: Final = "task_ledger"
"""The default prefix of the roles' names, used in the SQL files."""

_PREFIX: Final = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,39}")
_NAMED: Final = re.compile(rf"\b{DEFAULT_PREFIX}_({'|'.join(ROLES)})\b")


PREFIX_RULE: Final = (
    "must be lower-case letters, digits and _ (at most 40), and not begin with a digit or pg_"
)
"""The rule that `is_prefix` checks."""


def is_prefix(prefix: str) -> bool:
    """Whether names of roles and logins with this prefix need no quotes and are not truncated."""
    return _PREFIX.fullmatch(prefix) is not None


def group_role(role: Role, prefix: str = DEFAULT_PREFIX) -> str:
    """The name of a group role on the server."""
    return f"{prefix}_{role}"


def group_roles(prefix: str = DEFAULT_PREFIX) -> tuple[str, ...]:
    """The names of all group roles on the server; the first owns the ledger's objects."""
    return tuple(group_role(role, prefix) for role in ROLES)


def with_prefix(statements: str, prefix: str) -> str:
    """The text of an SQL file with the prefix of its group roles replaced."""
    return _NAMED.sub(rf"{prefix}_\1", statements)
