"""Requirements for the server, the database and the login of a migration. Only reads."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, text

from task_ledger.errors import (
    ForeignSchema,
    NotPermitted,
    RolesMissing,
    UnsupportedServer,
    WrongEncoding,
    WrongRolePrefix,
)

OLDEST: Final = 160000
"""The oldest supported `server_version_num`, which the suite runs on."""

_DATABASE: Final = """
SELECT current_setting('server_version_num')::integer, current_setting('server_version'),
    current_setting('server_encoding'), quote_ident(current_database()), quote_ident(current_user),
    r.rolsuper, r.rolcreaterole,
    has_database_privilege(current_database(), 'CREATE WITH GRANT OPTION'),
    EXISTS (SELECT FROM pg_namespace WHERE nspname = 'task_ledger'),
    EXISTS (SELECT FROM pg_class WHERE relname = 'task_event'
            AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'task_ledger')),
    (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'task_ledger')
FROM pg_roles AS r WHERE r.rolname = current_user
"""

_ROLES: Final = """
SELECT rolname, pg_has_role(oid, 'SET'), pg_has_role(oid, 'SET WITH ADMIN OPTION')
FROM pg_roles WHERE rolname = ANY(:roles)
"""


def check_preconditions(connection: Connection, roles: Sequence[str]) -> None:
    """Refuse a database that cannot be migrated, and say what to change. Only reads.

    Args:
        connection: of the login that migrates.
        roles: the group roles; the first owns the ledger's objects.

    Raises:
        UnsupportedServer: the server is older than PostgreSQL 16.
        WrongEncoding: the database does not store UTF-8.
        ForeignSchema: its schema `task_ledger` is not the ledger's.
        WrongRolePrefix: it has a ledger whose roles have another prefix.
        RolesMissing: it has a ledger, but the cluster lacks group roles.
        NotPermitted: the login may not create or assume what the migration needs.
    """
    found = connection.execute(text(_DATABASE)).one()
    number, version, encoding, database, login, is_super, makes_roles, grants = found[:8]
    exists, ours, owner = found[8:]
    if number < OLDEST:
        raise UnsupportedServer(
            f"the server is PostgreSQL {version}: upgrade it to {OLDEST // 10_000} or newer"
        )
    if encoding != "UTF8":
        raise WrongEncoding(
            f"database {database} is encoded as {encoding}: create another with CREATE DATABASE … "
            "ENCODING 'UTF8' TEMPLATE template0"
        )
    if exists and not ours:
        raise ForeignSchema(
            f"the schema task_ledger of database {database} is not Task Ledger's (it has no table"
            " task_event): rename or drop it, or use another database"
        )
    if owner is not None and owner != roles[0]:
        raise WrongRolePrefix(
            f"the ledger of database {database} belongs to {owner}, not to {roles[0]}: set"
            f" TASK_LEDGER_ROLE_PREFIX to {owner.removesuffix('_owner')}"
        )
    rows = connection.execute(text(_ROLES), {"roles": list(roles)})
    known = {name: (may_act, may_grant) for name, may_act, may_grant in rows}
    missing = [role for role in roles if role not in known]
    if exists and missing:
        raise RolesMissing(
            f"the roles {', '.join(missing)} are missing; a dump of one database does not contain "
            "them: restore them from pg_dumpall --roles-only, then restore the database again"
        )
    if is_super:
        return
    if missing and not makes_roles:
        raise NotPermitted(
            f"login {login} may not create the roles {', '.join(missing)}: as a superuser, run"
            f" ALTER ROLE {login} CREATEROLE"
        )
    needed = roles[:1] if exists else roles
    refused = [role for role in needed if role in known and not any(known[role])]
    if refused:
        raise NotPermitted(
            f"login {login} is not a member of {', '.join(refused)}: as a superuser, run"
            f"GRANT {', '.join(refused)} TO {login}; or, if they belong to another ledger, set "
            "TASK_LEDGER_ROLE_PREFIX to give this one its own roles"
        )
    if not exists and not grants:
        raise NotPermitted(
            f"login {login} does not own database {database}: as a superuser, run"
            f" ALTER DATABASE {database} OWNER TO {login}"
        )
