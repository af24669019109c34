"""Check that each service may do what this release grants it."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger.cli.checks.check import Check, failure, ok
from task_ledger.eventlog.database import query
from task_ledger.ops.roles import with_prefix
from task_ledger.ops.settings import Settings

_PACKAGE: Final = str(__package__)

_COMMENT: Final = re.compile(r"^--.*$", re.M)
_GRANT: Final = re.compile(
    r"\bGRANT\s+(.+?)\s+ON\s+(?:(FUNCTION|SCHEMA)\s+)?(.+?)\s+TO\s+(.+?);", re.S
)
_PRIVILEGE: Final = re.compile(r"([A-Z]+)(?:\s*\(([^)]*)\))?")
_BETWEEN: Final = re.compile(r",\s*(?![^()]*\))")
"""A comma that is not inside of parentheses."""

GRANTS_MISSING: Final = failure(
    "grants_missing",
    "grants",
    "A role lacks a privilege that its service needs.",
    "Run `task-ledger migrate`, which restores the grants.",
)


def needed(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check that the roles have all privileges of this release's grants."""
    from task_ledger.ops.migrate import schema_folder

    text = (schema_folder() / "grants" / "roles.sql").read_text(encoding="utf-8")
    wanted = list(_wanted(with_prefix(text, settings.role_prefix)))
    rows = connection.execute(
        query("missing_grants", _PACKAGE), {"wanted": json.dumps(wanted)}
    ).fetchall()
    if rows:
        yield GRANTS_MISSING.found(
            "; ".join(f"{role} lacks {privilege} on {thing}" for role, privilege, thing in rows)
        )
    else:
        yield ok("grants", f"the roles have all {len(wanted)} privileges")


def _wanted(text: str) -> Iterator[dict[str, str | None]]:
    for privileges, kind, things, roles in _GRANT.findall(_COMMENT.sub("", text)):
        for thing in _BETWEEN.split(things):
            for role in _BETWEEN.split(roles):
                for privilege, columns in _PRIVILEGE.findall(privileges):
                    for column in columns.split(",") if columns else (None,):
                        yield {
                            "role": role.strip(),
                            "kind": kind or "TABLE",
                            "thing": " ".join(thing.split()),
                            "privilege": privilege,
                            "column": column and column.strip(),
                        }
