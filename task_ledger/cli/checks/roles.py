"""Checks of the services' database logins and roles."""

from collections.abc import Iterator
from typing import Any, Final

from psycopg import Connection

from task_ledger import LedgerError
from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.cli.connection import connected
from task_ledger.eventlog.database import query
from task_ledger.ops.roles import Role, group_role
from task_ledger.ops.settings import Settings, SettingsError

_PACKAGE: Final = str(__package__)
_LOGIN: Final = "Set {variable} to a login that is a member of {group} only."
_REVOKE: Final = "REVOKE it; `task-ledger migrate` restores the grants."

LOGIN_REFUSED: Final = failure(
    "login_refused",
    "login",
    "A service cannot connect with its role.",
    "Set {variable} to a login that is a member of its role.",
)
LOGIN_SUPERUSER: Final = warning(
    "login_superuser", "login", "A service's login is a superuser.", _LOGIN
)
LOGIN_OWNER: Final = warning(
    "login_owner", "login", "A service's login may become the owner of the log.", _LOGIN
)
LOGINS_SHARED: Final = warning(
    "logins_shared",
    "logins",
    "Services share a login.",
    "Give each service its own login: deploy/logins.sql creates them.",
)
SESSIONS_LIMITED: Final = warning(
    "sessions_limited",
    "worker sessions",
    "A timeout of the database ends long statements, transactions or sessions of task bodies.",
    "Tasks that run longer than this fail. ALTER ROLE … SET … = 0 for the worker's "
    "login, or set it longer than the longest task.",
)
ISOLATION_WRONG: Final = failure(
    "isolation_wrong",
    "isolation",
    "A login's transactions are not READ COMMITTED, so its events are refused.",
    "ALTER ROLE … or ALTER DATABASE … SET default_transaction_isolation = 'read committed'.",
)
LOG_WRITABLE: Final = failure(
    "log_writable",
    "log",
    "A service may write to the log or the timeline without the ledger's functions.",
    _REVOKE,
)
PRIVATE_READABLE: Final = failure(
    "private_readable",
    "private",
    "A service may read tracebacks, messages or channels that it does not need.",
    _REVOKE,
)
PUBLIC_MAY_CALL: Final = failure(
    "public_may_call",
    "public",
    "Every login may call functions of the ledger.",
    "Run `task-ledger migrate`, which revokes it.",
)
OTHER_DATABASES: Final = warning(
    "other_databases",
    "connect",
    "The ledger's roles may connect to other databases of the server.",
    "If that is another ledger, each one's logins can read the other's log. Migrate each "
    "with its own TASK_LEDGER_ROLE_PREFIX.",
)
PUBLIC_MAY_CONNECT: Final = warning(
    "public_may_connect",
    "connect",
    "Every login of the server may connect to the database.",
    "GRANT CONNECT to the logins that need it, then REVOKE CONNECT ON DATABASE {database}"
    " FROM PUBLIC.",
)

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
            with connected(role, known=settings, any_schema=True) as connection:
                row = connection.execute(
                    query("session", _PACKAGE),
                    {"owner": group_role("owner", settings.role_prefix)},
                ).fetchone()
        except (SettingsError, LedgerError) as error:
            yield LOGIN_REFUSED.found(str(error), check=name, variable=variable)
            continue
        login, current, superuser, owner = row or ("", "", False, False)
        used.setdefault(login, []).append(role)
        told = f"{login} as {current}"
        group = group_role(role, settings.role_prefix)
        if superuser:
            yield LOGIN_SUPERUSER.found(
                f"{told}; a superuser", check=name, variable=variable, group=group
            )
        elif owner:
            yield LOGIN_OWNER.found(
                f"{told}; it may become the owner of the log",
                check=name,
                variable=variable,
                group=group,
            )
        else:
            yield ok(name, told)
    shared = {login: roles for login, roles in used.items() if len(roles) > 1}
    for login, roles in shared.items():
        yield LOGINS_SHARED.found(f"{', '.join(roles)} share {login}")


def session_limits(settings: Settings) -> Iterator[Check]:
    """Check that no database timeout ends the session of a long-running task body."""
    try:
        with connected("worker", known=settings, any_schema=True) as connection:
            rows = connection.execute(query("session_limits", _PACKAGE)).fetchall()
    except (SettingsError, LedgerError):
        return  # `logins` has reported it.
    if rows:
        yield SESSIONS_LIMITED.found(
            ", ".join(f"{name} is {float(seconds):g} s" for name, seconds in rows)
        )
    else:
        yield ok("worker sessions", "no time limit")


def isolation(settings: Settings) -> Iterator[Check]:
    """Check that transactions of those who write events are READ COMMITTED by default."""
    wrong: list[str] = []
    for role in ("api", "worker", "projector"):
        try:
            with connected(role, known=settings, any_schema=True) as connection:
                row = connection.execute("SHOW default_transaction_isolation").fetchone()
        except (SettingsError, LedgerError):
            continue  # `logins` has reported it.
        if row and row[0] != "read committed":
            wrong.append(f"that of {role} is {row[0]}")
    if wrong:
        yield ISOLATION_WRONG.found("; ".join(wrong))
    else:
        yield ok("isolation", "READ COMMITTED by default")


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
        yield LOG_WRITABLE.found(told)
    else:
        yield ok("log", "services can only write to it through the functions")
    rows = connection.execute(query("roles_that_may_read_secrets", _PACKAGE), named).fetchall()
    if rows:
        told = ", ".join(f"{role} may read {table}" for role, table in rows)
        yield PRIVATE_READABLE.found(told)
    else:
        yield ok(
            "private", "traceback, message and channel can only be read by those who need them"
        )
    rows = connection.execute(query("functions_of_public", _PACKAGE)).fetchall()
    if rows:
        told = ", ".join(function for (function,) in rows)
        yield PUBLIC_MAY_CALL.found(f"may call {told}")
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
        yield OTHER_DATABASES.found(f"the ledger's roles may connect to {', '.join(others)} too")
    elif public:
        yield PUBLIC_MAY_CONNECT.found(
            "every login of the server may connect to the database",
            database=connection.info.dbname,
        )
    else:
        yield ok(
            "connect",
            "nobody may connect by default, and the roles may connect to no other database",
        )
