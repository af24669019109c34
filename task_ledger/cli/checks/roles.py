"""Checks of the services' database logins and roles."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger import LedgerError
from task_ledger.cli.checks.check import Check, fail, ok, warn
from task_ledger.cli.connection import connected
from task_ledger.eventlog.database import query
from task_ledger.ops.roles import Role, group_role
from task_ledger.ops.settings import Settings, SettingsError

_PACKAGE: Final = str(__package__)
_SERVICES: Final[tuple[Role, ...]] = ("api", "worker", "projector", "auditor", "sealer", "notifier")


def service_roles(settings: Settings) -> list[str]:
    """The names of the services' group roles on the server."""
    return [group_role(role, settings.role_prefix) for role in (*_SERVICES, "eraser")]


def logins(settings: Settings) -> Iterator[Check]:
    """Check that each service connects with a separate login that is limited to its role."""
    used: dict[str, list[str]] = {}
    for role in _SERVICES:
        name = f"login {role}"
        variable = f"TASK_LEDGER_{role.upper()}_DATABASE_URL"
        try:
            with connected(role, known=settings) as connection:
                row = connection.execute(
                    query("session", _PACKAGE),
                    {"owner": group_role("owner", settings.role_prefix)},
                ).fetchone()
        except (SettingsError, LedgerError) as error:
            yield fail(name, str(error), f"Set {variable} to a login that is a member of its role.")
            continue
        login, current, superuser, owner = row or ("", "", False, False)
        used.setdefault(login, []).append(role)
        told = f"{login} as {current}"
        if superuser:
            yield warn(name, f"{told}; a superuser", f"Set {variable} to a separate login.")
        elif owner:
            yield warn(
                name,
                f"{told}; it may become the owner of the log",
                f"Set {variable} to a login that is a member of"
                f" {group_role(role, settings.role_prefix)} only.",
            )
        else:
            yield ok(name, told)
    shared = {login: roles for login, roles in used.items() if len(roles) > 1}
    for login, roles in shared.items():
        yield warn(
            "logins", f"{', '.join(roles)} share {login}", "Give each service its own login."
        )


def session_limits(settings: Settings) -> Iterator[Check]:
    """Check that no database timeout ends the session of a long-running task body."""
    try:
        with connected("worker", known=settings) as connection:
            rows = connection.execute(query("session_limits", _PACKAGE)).fetchall()
    except (SettingsError, LedgerError):
        return  # `logins` has reported it.
    if rows:
        yield warn(
            "worker sessions",
            ", ".join(f"{name} is {float(seconds):g} s" for name, seconds in rows),
            "Tasks that run longer than this fail. ALTER ROLE … SET … = 0 for the worker's "
            "login, or set it longer than the longest task.",
        )
    else:
        yield ok("worker sessions", "no time limit")


def grants(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check that only the functions can write to the log, and that private tables are private."""
    named = {
        "roles": service_roles(settings),
        "projector": group_role("projector", settings.role_prefix),
        "notifier": group_role("notifier", settings.role_prefix),
    }
    rows = connection.execute(query("roles_that_may_write", _PACKAGE), named).fetchall()
    if rows:
        told = ", ".join(f"{role} may {privilege} {table}" for role, table, privilege in rows)
        yield fail("log", told, "REVOKE it; `task-ledger migrate` restores the grants.")
    else:
        yield ok("log", "services can only write to it through the functions")
    rows = connection.execute(query("roles_that_may_read_secrets", _PACKAGE), named).fetchall()
    if rows:
        told = ", ".join(f"{role} may read {table}" for role, table in rows)
        yield fail("private", told, "REVOKE it; `task-ledger migrate` restores the grants.")
    else:
        yield ok(
            "private", "traceback, message and channel can only be read by those who need them"
        )
    rows = connection.execute(query("functions_of_public", _PACKAGE)).fetchall()
    if rows:
        told = ", ".join(function for (function,) in rows)
        yield fail("public", f"may call {told}", "Run `task-ledger migrate`, which revokes it.")
    else:
        yield ok("public", "may call no function of the ledger")


def connect(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check that only the ledger's logins may connect to its database, and to no other ledger's."""
    row = connection.execute(
        query("who_may_connect", _PACKAGE), {"roles": service_roles(settings)}
    ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    public: bool = row[0]
    others: list[str] = row[1]
    if others:
        yield warn(
            "connect",
            f"the ledger's roles may connect to {', '.join(others)} too",
            "If that is another ledger, each one's logins can read the other's log. Migrate each "
            "with its own TASK_LEDGER_ROLE_PREFIX.",
        )
    elif public:
        yield warn(
            "connect",
            "every login of the server may connect to the database",
            f"GRANT CONNECT to the logins that need it, then REVOKE CONNECT ON DATABASE"
            f" {connection.info.dbname} FROM PUBLIC.",
        )
    else:
        yield ok(
            "connect",
            "nobody may connect by default, and the roles may connect to no other database",
        )
