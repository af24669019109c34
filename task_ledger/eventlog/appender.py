"""Appending repeatedly on one connection, with less overhead than `append.append`: an event always
has the same twelve parameters, which are sent to a statement prepared once on the server."""

from functools import cache
from typing import Any, Final

from psycopg import Connection

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.append import PARAMETERS, Append, accepted
from task_ledger.eventlog.append_result import AppendResult, result_from_text
from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.eventlog.prepared import PreparedStatement

_NAME: Final = b"task_ledger_append"


class Appender:
    """Appends events on one psycopg connection, which still belongs to the caller.

    Args:
        connection: on autocommit, each event is its own transaction; otherwise the event is part of
            the open transaction. Used by one thread at a time.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._encoding = connection.info.encoding
        self._statement = PreparedStatement(connection, _NAME, _statement())

    @property
    def connection(self) -> Connection[Any]:
        """The connection."""
        return self._connection

    def append(self, event: Append) -> AppendResult:
        """Append one event of an attempt in one round trip, with the same guarantees as
        `append.append`.

        Signal handlers run while the answer is awaited. If one raises, the connection is in the
        middle of a statement and must be closed.

        Raises:
            Fenced, IllegalTransition, Cancelled, NotDue, Exhausted, UnknownTask: nothing was
                stored; the exception says why.
            InvalidEvent, TooLarge, LedgerBusy, LedgerUnavailable, NotPermitted, WrongIsolation: as
                in `task_ledger.eventlog.append`.
        """
        texts = _texts(event, self._encoding)
        with ledger_errors():
            text = self._statement.run(texts).get_value(0, 0)
        if text is None:
            raise AssertionError("task_ledger.append answers every call")
        return accepted(result_from_text(text.decode()), event.task_id, str(event.data.type))


@cache
def _statement() -> str:
    """The statement, with its parameters by number, in the order of `Append.parameters`."""
    numbers = {name: f"${number}" for number, name in enumerate(PARAMETERS, start=1)}
    return query("append") % numbers


def _texts(event: Append, encoding: str) -> list[bytes | None]:
    """The arguments of `task_ledger.append` in PostgreSQL's text format, in the order of
    `parameters`.

    Raises:
        InvalidEvent: a text contains NUL, at which libpq would cut it, or characters that the
            encoding lacks.
    """
    texts: list[bytes | None] = []
    for name, value in event.parameters().items():
        try:
            text = None if value is None else str(value).encode(encoding)
        except UnicodeEncodeError as error:
            raise InvalidEvent(f"an event's {name} cannot be stored: {error}") from error
        if text is not None and b"\0" in text:
            raise InvalidEvent(f"an event's {name} must not contain NUL (0x00)")
        texts.append(text)
    return texts
