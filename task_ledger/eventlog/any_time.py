"""Reading every time that a database can hold."""

from datetime import datetime
from typing import Any

from psycopg import Connection, DataError
from psycopg.types.datetime import TimestamptzLoader

from task_ledger.model.timestamps import OUT_OF_RANGE


def read_any_time(connection: Connection[Any]) -> None:
    """Read times that Python cannot hold as `OUT_OF_RANGE` on `connection` from now on.

    Without it a single row that an owner has altered makes every read that meets it fail.
    """
    connection.adapters.register_loader("timestamptz", _AnyTime)


class _AnyTime(TimestamptzLoader):
    """Reads every timestamp that the database can hold."""

    def load(self, data: Any) -> datetime:
        try:
            # What a session in UTC sends, an order of magnitude faster than the general way.
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            pass
        try:
            return super().load(data)
        except DataError:
            return OUT_OF_RANGE
