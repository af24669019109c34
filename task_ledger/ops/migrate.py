"""Migrating a database's schemas: forward only, in one transaction, without touching events.

Types and tables are created once by numbered Alembic revisions; functions, triggers and grants are
replaced from their files by every run, in the order of `order.txt`.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import OperationalError

from task_ledger.errors import MigrationBusy, PartitionsBusy, SchemaMismatch, WrongRolePrefix
from task_ledger.eventlog.answered import PingedConnection
from task_ledger.eventlog.database import CONNECT, sqlalchemy_url
from task_ledger.eventlog.schema_revision import schema_folder
from task_ledger.ops.preconditions import check_preconditions
from task_ledger.ops.roles import (
    DEFAULT_PREFIX,
    PREFIX_RULE,
    group_role,
    group_roles,
    is_prefix,
    with_prefix,
)
from task_ledger.plugin import SchemaFolder

REPLACED: Final = ("functions/", "triggers/", "grants/")
"""Folders whose files are run by every migration."""

LOCK_NOT_AVAILABLE: Final = "55P03"

LOCK_TIMEOUT_S: Final = 5
"""Seconds that a migration waits for a lock, blocking writers meanwhile."""

OPENING_ATTEMPTS: Final = 10
"""Number of tries to create partitions, each of which waits half a second for a lock."""


def ledger_schema() -> SchemaFolder:
    """The ledger's own schema, which is always migrated first."""
    return SchemaFolder(schema="task_ledger", folder=schema_folder())


def create(objects: Iterable[str]) -> None:
    """Run SQL files of the schema folder in the current Alembic revision."""
    _run_files(op.get_bind(), schema_folder(), DEFAULT_PREFIX, objects)


def run_file(connection: Connection, path: Path, role_prefix: str = DEFAULT_PREFIX) -> None:
    """Run one SQL file on `connection`, with the group roles of `role_prefix`; does not commit."""
    statements = with_prefix(path.read_text(encoding="utf-8"), role_prefix)
    # The raw cursor accepts several statements and no parameters, so `%` and `:` stay literal.
    connection.connection.cursor().execute(statements)


def replaced_objects(folder: Path) -> list[Path]:
    """The files that every migration runs, in the order of `order.txt`."""
    lines = (folder / "order.txt").read_text(encoding="utf-8").splitlines()
    return [folder / line for line in lines if line.startswith(REPLACED)]


def upgrade(
    url: str, schemas: Sequence[SchemaFolder] = (), role_prefix: str = DEFAULT_PREFIX
) -> list[str]:
    """Migrate the ledger's schema and others, and create the log's partitions for the coming
    months.

    Uses its own connection and commits: one transaction for the migration, a second one for the
    partitions. Safe to repeat, and to run concurrently with itself and with running services.

    Args:
        url: a libpq or SQLAlchemy URL of a login that may create roles and schemas. Needed
            once; later runs only need membership in the owner's role.
        schemas: an application's own schemas, migrated after the ledger's.
        role_prefix: prefix of the group roles' names. Two ledgers on one server that must not read
            each other need different prefixes.

    Returns:
        The partitions of the log that were opened, oldest first: months such as `2027-01`, and
        `UUIDv4` for tasks whose ids have no time.

    Raises:
        UnsupportedServer, WrongEncoding, ForeignSchema, RolesMissing, WrongRolePrefix,
            NotPermitted: the database or the login is unsuitable, see `check_preconditions`;
                nothing was changed.
        SchemaMismatch: a newer release has migrated a schema; nothing was changed.
        MigrationBusy: another transaction holds the ledger's tables; nothing was changed.
        PartitionsBusy: another transaction holds the log for too long; run it again.
        sqlalchemy.exc.DBAPIError: the server refused; its message says what.
    """
    if not is_prefix(role_prefix):
        raise WrongRolePrefix(f"the role prefix {PREFIX_RULE}")
    engine = _engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('task-ledger migrate', 0))")
        )
        connection.execute(text("RESET ROLE"))
        check_preconditions(connection, group_roles(role_prefix))
        # From here on, all writers wait for this migration's locks.
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'"))
        try:
            for each in (ledger_schema(), *schemas):
                become_owner(connection, each.schema, role_prefix)
                _refuse_newer(connection, each)
                command.upgrade(alembic_config(connection, each, role_prefix), "head")
                for path in replaced_objects(each.folder):
                    run_file(connection, path, role_prefix)
        except (OperationalError, LockNotAvailable) as error:
            if _sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            raise MigrationBusy(
                "some transaction holds the ledger's tables; nothing was changed:"
                " run task-ledger migrate again when it has ended"
            ) from error
    opened = _open_buckets(engine, group_role("owner", role_prefix))
    return [f"{bucket // 100}-{bucket % 100:02}" if bucket else "UUIDv4" for bucket in opened]


def become_owner(connection: Connection, schema: str, role_prefix: str = DEFAULT_PREFIX) -> None:
    """Create missing group roles and `schema`, and continue as their owner.

    The first time in a database, also revoke the right to connect to it from PUBLIC. The role
    applies to the current transaction; does not commit.
    """
    owner = group_role("owner", role_prefix)
    connection.execute(text("RESET ROLE"))
    if connection.execute(text("SELECT to_regnamespace(:s)"), {"s": schema}).scalar() is None:
        roles = schema_folder() / "roles"
        run_file(connection, roles / "group_roles.sql", role_prefix)
        database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
        _join_groups(connection, group_roles(role_prefix))
        if schema == ledger_schema().schema:
            run_file(connection, roles / "connect.sql", role_prefix)
            run_file(connection, roles / "search_path.sql", role_prefix)
        connection.exec_driver_sql(f"GRANT CREATE ON DATABASE {database} TO {owner}")
        connection.exec_driver_sql(f"CREATE SCHEMA {schema} AUTHORIZATION {owner}")
    connection.execute(text(f"SET LOCAL ROLE {owner}"))


def _engine(url: str) -> Engine:
    """An engine without time limits for statements, but with one for a frozen server."""
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool, connect_args=CONNECT)

    @event.listens_for(engine, "do_connect")
    def connect(  # pyright: ignore[reportUnusedFunction]
        _dialect: object, _record: object, arguments: list[Any], parameters: dict[str, Any]
    ) -> PingedConnection:
        return PingedConnection.connect(*arguments, **parameters)

    return engine


def _sqlstate(error: OperationalError | LockNotAvailable) -> str | None:
    driver = error.orig if isinstance(error, OperationalError) else error
    return getattr(driver, "sqlstate", None)


def _join_groups(connection: Connection, roles: Sequence[str]) -> None:
    """Make the login a member of every group role, so that services can assume them.

    A non-superuser that creates a role may grant it, but is not automatically a member.
    """
    for role in roles:
        member = text("SELECT pg_has_role(current_user, :role, 'SET')")
        if not connection.execute(member, {"role": role}).scalar_one():
            connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")


def pending(url: str, schema: SchemaFolder | None = None) -> list[str]:
    """The revisions not applied yet, oldest first; only reads.

    Args:
        url: a libpq or SQLAlchemy URL of a login that may read the schema.
        schema: an application's own. Default: the ledger's.
    """
    return not_applied(*revisions(url, schema or ledger_schema()))


def not_applied(done: str | None, known: list[str]) -> list[str]:
    """What of the revisions `known` follows `done`: all, if that is none of them."""
    return known[known.index(done) + 1 :] if done in known else known


def revisions(url: str, of: SchemaFolder) -> tuple[str | None, list[str]]:
    """The database's revision, if any, and those of this release, oldest first; only reads.

    A revision that this release does not have is of a newer one.
    """
    with _engine(url).connect() as connection:
        return _revisions_on(connection, of)


def _revisions_on(connection: Connection, of: SchemaFolder) -> tuple[str | None, list[str]]:
    table = f"{of.schema}.migration"
    done: str | None = None
    if connection.execute(text("SELECT to_regclass(:t)"), {"t": table}).scalar() is not None:
        done = connection.execute(text(f"SELECT version_num FROM {table}")).scalar()
    script = ScriptDirectory.from_config(alembic_config(connection, of))
    known = [r.revision for r in script.walk_revisions()]
    return done, known[::-1]


def _refuse_newer(connection: Connection, of: SchemaFolder) -> None:
    """Refuse to put an older release's functions into the schema of a newer one."""
    done, known = _revisions_on(connection, of)
    if done is not None and done not in known:
        raise SchemaMismatch(
            f"the schema {of.schema} is at revision {done}, which this release does not have;"
            " nothing was changed: upgrade the package that was installed when it was migrated"
        )


_BUCKETS: Final = "SELECT b.bucket FROM task_ledger.bucket AS b ORDER BY b.bucket"


def _open_buckets(engine: Engine, owner: str) -> list[int]:
    for attempt in range(1, OPENING_ATTEMPTS + 1):
        try:
            with engine.begin() as connection:
                connection.execute(text(f"SET LOCAL ROLE {owner}"))
                before = set(connection.scalars(text(_BUCKETS)))
                connection.execute(text("SELECT task_ledger.open_buckets()"))
                after = connection.scalars(text(_BUCKETS)).all()
        except OperationalError as error:
            if _sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            if attempt == OPENING_ATTEMPTS:
                raise PartitionsBusy(
                    "the partitions of the months to come could not be opened: some transaction"
                    " holds the event log; run task-ledger migrate again when it has ended"
                ) from error
        else:
            return [bucket for bucket in after if bucket not in before]
    raise AssertionError("the last attempt returns or raises")


def alembic_config(
    connection: Connection, of: SchemaFolder, role_prefix: str = DEFAULT_PREFIX
) -> Config:
    """Alembic's configuration for one folder of revisions, bound to `connection`.

    A revision runs its folder's SQL files with `context.config.attributes["create"]`, so that an
    application's revisions need not import this module.
    """
    config = Config()
    config.set_main_option("script_location", str(of.folder / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["schema"] = of.schema
    config.attributes["create"] = partial(_run_files, connection, of.folder, role_prefix)
    return config


def _run_files(
    connection: Connection, folder: Path, role_prefix: str, names: Iterable[str]
) -> None:
    for name in names:
        run_file(connection, folder / name, role_prefix)
