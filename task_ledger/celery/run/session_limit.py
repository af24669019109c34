"""Detecting that the database ended a body's session because of a session timeout.

Another attempt would end the same way, so this does not count as a lost attempt: the task fails and
names the timeout.
"""

from typing import Final

from psycopg import Error as DriverError

from task_ledger.errors import SessionTimedOut
from task_ledger.model.database_error import related

_SETTINGS: Final = {
    "25P03": "idle_in_transaction_session_timeout",
    "25P04": "transaction_timeout",
    "57P05": "idle_session_timeout",
}
"""The settings by the SQLSTATE of the message with which the server ends the session."""


def session_timed_out(*errors: BaseException | None) -> SessionTimedOut | None:
    """The error to report if one of the errors, or its cause, is a session timeout."""
    for error in errors:
        setting = _setting(error)
        if setting is not None:
            timed_out = SessionTimedOut(
                f"the database ended the task's session: {setting} is shorter than the body took. "
                "A body's transaction is open from its first statement to its end, and idle while "
                f"the body works: ALTER ROLE … SET {setting} = 0 for the worker's login, or longer"
                " than the longest body"
            )
            timed_out.__cause__ = error
            return timed_out
    return None


def _setting(error: BaseException | None) -> str | None:
    if error is None:
        return None
    states = (each.sqlstate for each in related(error) if isinstance(each, DriverError))
    return next((_SETTINGS[state] for state in states if state in _SETTINGS), None)
