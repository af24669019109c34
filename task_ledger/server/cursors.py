"""Cursors of lists: opaque to clients, bound to the filters they were issued for, and checked."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from task_ledger.eventlog.task_order import Position
from task_ledger.server.problems import ProblemError

_MARK_BYTES: Final = 8
_FORM: Final = struct.Struct(f">B{_MARK_BYTES}sq16s")
_VERSION: Final = 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(position: Position, scope: str) -> str:
    """The cursor after `position` in the list described by `scope`."""
    packed = _FORM.pack(_VERSION, _mark(scope), position.micros, position.task_id.bytes)
    return urlsafe_b64encode(packed).decode().rstrip("=")


def position_of(cursor: str, scope: str) -> Position:
    """The position at which the list described by `scope` continues.

    Raises:
        ProblemError: 400, the cursor was not issued for this list and these filters.
    """
    try:
        packed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        _, _, micros, task_id = _FORM.unpack(packed)
        _ = _EPOCH + timedelta(microseconds=micros)  # a time must be one that can be queried
        position = Position(micros, UUID(bytes=task_id))
    except (ValueError, OverflowError, struct.error):
        raise bad_cursor() from None
    # Checks version, filters and spelling at once: encoding the position again must give the same
    # cursor.
    if cursor != cursor_of(position, scope):
        raise bad_cursor()
    return position


def text_cursor_of(last: str, scope: str) -> str:
    """The cursor after the sort key `last` in the list described by `scope`."""
    return urlsafe_b64encode(_mark(scope) + last.encode()).decode().rstrip("=")


def text_of(cursor: str, scope: str) -> str:
    """The sort key after which the list described by `scope` continues.

    Raises:
        ProblemError: 400, the cursor was not issued for this list.
    """
    try:
        packed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        last = packed[_MARK_BYTES:].decode()
    except ValueError:
        raise bad_cursor() from None
    if "\0" in last or cursor != text_cursor_of(last, scope):
        raise bad_cursor()
    return last


def id_of(cursor: str, scope: str) -> UUID:
    """Like `text_of`, for a list ordered by id."""
    try:
        return UUID(text_of(cursor, scope))
    except ValueError:
        raise bad_cursor() from None


def _mark(scope: str) -> bytes:
    return sha256(scope.encode(errors="surrogatepass")).digest()[:_MARK_BYTES]


def bad_cursor() -> ProblemError:
    """The refusal of a cursor that was not issued for the list."""
    return ProblemError(
        400,
        "bad_cursor",
        "The cursor was not issued for this list with these filters. Start without a cursor.",
    )
