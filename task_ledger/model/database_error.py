"""Database errors without row values: message, SQLSTATE and constraint.

A failed statement's error quotes the row (`DETAIL: Failing row contains (…)`), and SQLAlchemy adds
the statement and its parameters. Errors are recognised by the names of PEP 249 and by their
attributes, so that psycopg, psycopg2, asyncpg, SQLAlchemy and Django are supported without
importing any of them.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from task_ledger.model.scrub import HIDDEN

_KINDS: Final = frozenset({"DatabaseError", "InterfaceError", "PostgresError", "StatementError"})
_VALUE_FREE: Final = frozenset({"psycopg", "psycopg2", "asyncpg", "sqlite3", "sqlalchemy"})
"""Drivers whose own messages (not sent by a server) quote no values."""

_QUOTES_VALUES: Final = ("22", "42601")
"""SQLSTATEs, or their classes, whose primary message quotes a value or part of the statement."""

_LEFT_OUT: Final = "the driver's message is left out: it may quote values"


def related(error: BaseException) -> Iterator[BaseException]:
    """`error` with everything it wraps: causes, contexts and members of exception groups."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__context__, each.__cause__, getattr(each, "orig", None)]
        if isinstance(each, BaseExceptionGroup):
            waiting += cast("BaseExceptionGroup[BaseException]", each).exceptions


def is_database_error(error: BaseException) -> bool:
    """Whether `error` is a database error, by its class or a base class."""
    return any(kind.__name__ in _KINDS for kind in type(error).__mro__)


def database_message(error: BaseException) -> str:
    """The safe text of a database error: only primary message, SQLSTATE and constraint."""
    for each in _sources(error):
        diagnosis: Any = getattr(each, "diag", None)
        state = _text(each, "sqlstate") or _text(each, "pgcode")
        primary = _text(diagnosis, "message_primary") or _text(each, "message")
        if state and primary:
            if state.startswith(_QUOTES_VALUES):
                primary = re.sub(r"\".*\"", HIDDEN, primary, flags=re.S)
            constraint = _text(diagnosis, "constraint_name") or _text(each, "constraint_name")
            named = f", constraint {constraint}" if constraint else ""
            return f"{primary} (SQLSTATE {state}{named})"
    source = list(_sources(error))[-1]
    if type(source).__module__.partition(".")[0] in _VALUE_FREE:
        return str(source)
    code = source.args[0] if source.args else None
    return f"{_LEFT_OUT} (code {code})" if isinstance(code, int) else _LEFT_OUT


def _sources(error: BaseException) -> Iterator[BaseException]:
    """The error, the one wrapped by SQLAlchemy, and the driver's original."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        wrapped = getattr(each, "orig", None)
        cause = each.__cause__
        if isinstance(wrapped, BaseException):
            each = wrapped
        else:
            each = cause if cause is not None and is_database_error(cause) else None


def _text(source: object, name: str) -> str | None:
    value = getattr(source, name, None)
    return value if isinstance(value, str) else None
