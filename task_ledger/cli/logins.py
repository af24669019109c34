"""A login for each role on the embedded server, so that each service has only its own rights."""

import secrets
from typing import Any, Final

from psycopg import Connection, sql
from pydantic import SecretStr

from task_ledger.cli.connection import connected
from task_ledger.ops.roles import Role, group_role
from task_ledger.ops.settings import Settings, with_role

ROLES: Final[tuple[Role, ...]] = ("api", "worker", "projector", "auditor", "sealer", "notifier")


def with_logins(settings: Settings) -> Settings:
    """Return the settings with a separate database URL for each role.

    Creates missing logins and gives each a new password; commits. The login of `database_url` must
    be allowed to create roles.

    Raises:
        LedgerUnavailable, NotPermitted.
    """
    addresses: dict[str, SecretStr] = {}
    with connected(None, known=settings) as connection:
        for role in ROLES:
            password = secrets.token_urlsafe(24)
            login = f"ledger_{role}"
            group = group_role(role, settings.role_prefix)
            _make(connection, login, group, password)
            address = _address(settings.login_url(), login, password)
            addresses[f"{role}_database_url"] = SecretStr(with_role(address, group))
    return settings.model_copy(update=addresses)


def _make(connection: Connection[Any], login: str, role: str, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    # Send the password's SCRAM verifier, never the password itself.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
            sql.SQL("CREATE" if known is None else "ALTER"),
            sql.Identifier(login),
            sql.Literal(verifier.decode()),
        )
    )
    connection.execute(
        sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login))
    )


def _address(url: str, login: str, password: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{login}:{password}@{rest.rpartition('@')[2]}"
