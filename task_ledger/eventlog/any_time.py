"""Reading every timestamp that PostgreSQL can store."""

from datetime import datetime
from typing import Any

from psycopg import Connection, DataError
from psycopg.types.datetime import TimestamptzLoader

from task_ledger.model.timestamps import OUT_OF_RANGE


def read_any_time(connection: Connection[Any]) -> None:
    """From now on, read times that Python cannot represent as `OUT_OF_RANGE` on `connection`.

    Without this, one row altered by an owner would make every query that reads it fail.
    """
    connection.adapters.register_loader("timestamptz", _AnyTime)


class _AnyTime(TimestamptzLoader):
    """A loader for every timestamp that the database can store."""

    def load(self, data: Any) -> datetime:
        try:
            # A fast path for the format sent by a session in UTC.
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            pass
        try:
            return super().load(data)
        except DataError:
            return OUT_OF_RANGE
