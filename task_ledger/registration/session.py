"""Checking that a caller's session is in a transaction in which tasks can be registered."""

from typing import TYPE_CHECKING, Any, Final

from task_ledger.errors import UnsupportedConfiguration, WrongIsolation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_DRIVERS: Final = frozenset({"psycopg", "psycopg_async"})


def check_session(session: "Session") -> None:
    """Refuse a session through which tasks cannot be registered safely.

    Begins the session's transaction; sends no statement.

    Raises:
        UnsupportedConfiguration: its driver is not psycopg 3, for whose parameters and errors the
            statements are written.
        WrongIsolation: it is on autocommit: a task would exist even if the caller rolled back, and
            a chain could be cut between two tasks.
    """
    dialect = session.get_bind().dialect
    if dialect.name != "postgresql" or dialect.driver not in _DRIVERS:
        raise UnsupportedConfiguration(
            f"the session works with {dialect.name}+{dialect.driver}, but tasks are registered "
            "through psycopg 3: create its engine with create_engine('postgresql+psycopg://…'), "
            "or create_async_engine with the same URL"
        )
    driver: Any = session.connection().connection.driver_connection
    if driver.autocommit:
        raise WrongIsolation(
            "the session's connection is on AUTOCOMMIT, so its registrations would stay after a "
            "rollback: use an engine, or an execution option isolation_level, of READ COMMITTED"
        )
