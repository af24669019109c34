"""Translating database errors to the ledger's, connection options, and loading SQL files."""

import re
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib.resources import files
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, LiteralString, cast
from uuid import UUID

from task_ledger.errors import (
    AlreadyRegistered,
    ImmutableLog,
    InvalidEvent,
    InvalidTaskId,
    LedgerBusy,
    LedgerError,
    LedgerUnavailable,
    MonthRetired,
    NotPermitted,
    SchemaMismatch,
    TooLarge,
    UnsupportedConfiguration,
    WrongIsolation,
)
from task_ledger.model.rollup import MEASURES

if TYPE_CHECKING:
    import psycopg

# psycopg is imported on use: a process that only imports `enqueue` does not need it yet.

CONNECT: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # TCP keepalives are not sent while data is unacknowledged, so this limit is needed as well.
    "tcp_user_timeout": 25_000,
}
"""libpq parameters of all ledger connections: a dead server is noticed within 25 s."""

DEAD_CLIENTS: Final = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=25s"
)
"""Session options: the server notices a dead client within 25 s and releases its locks."""

_SESSION: Final = f"-c TimeZone=UTC -c DateStyle=ISO {DEAD_CLIENTS}"

_NO_CONNECTION_LEFT: Final = re.compile(
    r"too many (connections|clients)|connection slots are reserved|no more connections allowed"
)
"""Messages of PostgreSQL and PgBouncer."""

_REFUSES_OPTIONS: Final = "unsupported startup parameter"
"""PgBouncer's message about unsupported connection options."""

READ_ONLY: Final = "25006"

_LACKING: Final = {"42883", "42P01", "42704", "3F000"}
"""A function, a table, a type or a schema that does not exist."""

ALREADY_REGISTERED: Final = "TL006"
"""The SQLSTATE for an array of tasks; the detail is the task's id and version."""

_BY_STATE: Final[dict[str, type[LedgerError]]] = {
    "TL001": WrongIsolation,
    "TL002": ImmutableLog,
    "TL003": InvalidTaskId,
    "TL004": InvalidEvent,
    "TL005": TooLarge,
    "TL008": MonthRetired,
    "22023": InvalidEvent,
    "22P02": InvalidEvent,
    "22P05": InvalidEvent,
    "42501": NotPermitted,
    "54001": InvalidEvent,
    "55P03": LedgerBusy,
    "57014": LedgerBusy,
}

_EVENT_COLUMNS: Final = (
    "task_id, version, project_id, shard, feed, type, schema_version, actor, occurred_at,"
    " recorded_at, state, attempt, max_attempts, claim, cancel_requested, due_at, digest"
)


@cache
def query(name: str, package: str = "task_ledger.eventlog") -> LiteralString:
    """The SQL of `queries/<name>.sql` in `package`, without its header comment.

    `{event:e}` in it stands for the columns of the event `e`, in the order that
    `task_ledger.eventlog.read.event_of` reads, and `{counts:r}` for the sums of the counts in the
    rollups `r`, in the order of `task_ledger.model.rollup.MEASURES`. Ids, times and values are
    parameters in psycopg's `%(name)s` form.
    """
    text = (files(package) / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    body = "\n".join(lines).strip()
    for alias in ("e", "n"):
        columns = ", ".join(f"{alias}.{column}" for column in _EVENT_COLUMNS.split(", "))
        body = body.replace(
            f"{{event:{alias}}}",
            f"{columns}, {alias}.data::text, {alias}.private::text, {alias}.salt",
        )
    counts = ",\n    ".join(f"sum(r.{measure})::bigint" for measure in MEASURES)
    return cast("LiteralString", body.replace("{counts:r}", counts))


_POOLER: Final = (
    "a pooler such as PgBouncer refuses the connection's options: give workers, projector, sealer"
    "and commands the address of the PostgreSQL server itself, and set TASK_LEDGER_API_POOLED for "
    "an API behind a pooler, with a separate login in TASK_LEDGER_API_DATABASE_URL"
)


def translated(error: "psycopg.Error") -> LedgerError | None:
    """The ledger's error for a database error; None if it has nothing to do with the ledger."""
    from psycopg import errors as pg

    message = error.diag.message_primary or str(error).strip()
    hint = f" {error.diag.message_hint}" if error.diag.message_hint else ""
    if error.sqlstate == ALREADY_REGISTERED:
        task_id, version = (error.diag.message_detail or "").split()
        return AlreadyRegistered(UUID(task_id), int(version))
    if error.sqlstate in _BY_STATE:
        return _BY_STATE[error.sqlstate](f"{message}.{hint}")
    if error.sqlstate in _LACKING and "task_ledger" in message:
        return SchemaMismatch(
            "this database has no ledger, or an older one: run `task-ledger migrate` of this"
            f" release ({message})"
        )
    if error.sqlstate is None and _REFUSES_OPTIONS in str(error):
        return UnsupportedConfiguration(_POOLER)
    if error.sqlstate == READ_ONLY or (
        isinstance(error, pg.OperationalError | pg.InterfaceError) and _unreachable(error)
    ):
        what = "is short of resources" if is_short(error) else "cannot be reached"
        return LedgerUnavailable(f"the ledger's database {what}: {message}")
    return None


def session(url: str, name: str, options: str = "", *, pooled: bool = False) -> dict[str, Any]:
    """Further libpq parameters for a ledger connection to `url`.

    The session's time zone is UTC, whatever the settings of server, role or database.

    Args:
        url: the URL; its options, such as the role, are kept.
        name: the connection's purpose; shown in pg_stat_activity.
        options: the session's other settings, as `-c name=value`.
        pooled: whether the address is that of a pooler in transaction mode, which accepts no
            options and keeps no prepared statements; reading times then needs `pooler.read_in_utc`.
    """
    if pooled:
        return {**CONNECT, "application_name": name, "prepare_threshold": None}
    own = with_options(url, f"{_SESSION} {options}")
    return {**CONNECT, "application_name": name, "options": own}


def with_options(url: str, options: str) -> str:
    """The URL's own options, such as the role, followed by `options`, for libpq."""
    from psycopg.conninfo import conninfo_to_dict

    return f"{conninfo_to_dict(url).get('options') or ''} {options}".strip()


def sqlalchemy_url(url: str) -> str:
    """Convert a libpq URL for SQLAlchemy: `postgresql://` becomes `postgresql+psycopg://`.

    Several hosts (`postgresql://db1:5432,db2:5432/name`) become the parameters from which
    SQLAlchemy reads them.
    """
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + _one_host(url.removeprefix(prefix))
    return url


def _one_host(address: str) -> str:
    """Move the hosts of an address that has several into its query."""
    place, slash, rest = address.partition("/")
    login, at, hosts = place.rpartition("@")
    if "," not in hosts:
        return address
    name, _, query = rest.partition("?")
    given = [f"host={host}" for host in hosts.split(",")]
    return f"{login}{at}{slash or '/'}{name}?{'&'.join([*given, *filter(None, [query])])}"


def libpq_url(url: str) -> str:
    """Convert an SQLAlchemy URL for libpq by removing the driver (`postgresql+psycopg2://`)."""
    scheme, separator, rest = url.partition("://")
    return scheme.partition("+")[0] + separator + rest


class _LedgerErrors:
    """Stateless and shared, because every event passes through it."""

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if error is None:
            return
        from psycopg import Error

        known = translated(error) if isinstance(error, Error) else None
        if known is not None:
            raise known from error


_LEDGER_ERRORS: Final = _LedgerErrors()


def ledger_errors() -> AbstractContextManager[None]:
    """Translate database errors raised in the block to the ledger's, with the original as cause."""
    return _LEDGER_ERRORS


@contextmanager
def sqlalchemy_errors() -> Generator[None]:
    """Like `ledger_errors`, for statements executed through SQLAlchemy."""
    # Imported here, because it takes longer than everything else that a command needs.
    from psycopg import Error
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        known = translated(error.orig) if isinstance(error.orig, Error) else None
        if known is None:
            raise
        raise known from error


def is_short(error: "psycopg.Error") -> bool:
    """True if the server is out of connections, disk, memory or locks (class 53).

    libpq has no SQLSTATE for a refused connection, so its English message decides; in another
    language, the server counts as unreachable.
    """
    if error.sqlstate is not None:
        return error.sqlstate.startswith("53")
    return _NO_CONNECTION_LEFT.search(str(error)) is not None


def _unreachable(error: "psycopg.Error") -> bool:
    # Class 08 is a broken connection, 53 a shortage, 57P an operator intervention; no SQLSTATE
    # means that libpq gave up. A read-only server was the primary until a moment ago.
    state = error.sqlstate
    return state is None or is_short(error) or state.startswith(("08", "57P"))
