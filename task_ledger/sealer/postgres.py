"""Reads the ledger in PostgreSQL for the sealer, with the auditor's role."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import psycopg

from task_ledger.eventlog.answered import connect_answered
from task_ledger.eventlog.database import ledger_errors, query, session
from task_ledger.eventlog.pooler import read_in_utc, refuse_pooler
from task_ledger.eventlog.schema_revision import check_schema
from task_ledger.sealer.closing import Closing
from task_ledger.sealer.source import Row, Stretch

_PACKAGE: Final = "task_ledger.sealer"
ANSWER_S: Final = 660.0
"""Longer than `_TIMEOUT`: a server that has not answered by then is frozen."""

_TIMEOUT: Final = "-c statement_timeout=10min -c default_transaction_read_only=on"


class PostgresSource(Closing):
    """The timelines and events of one database. Not thread-safe.

    Connects on first use, and reconnects after a lost connection. Every statement is its own
    transaction, so that a long catch-up holds no snapshot.

    Args:
        url: of the database, with a login that has the auditor's role. It must be the primary: a
            lagging replica looks like a ledger with missing events.
        pooled: whether the address may be a pooler's (as for the API); refused otherwise.
    """

    def __init__(self, url: str, *, pooled: bool = False) -> None:
        self._url = url
        self._pooled = pooled
        self._connection: psycopg.Connection[Any] | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def moved(self, sealed: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """See `Source.moved`. Reads the end of every project's timeline once."""
        heads = dict(self._all("seal_heads", {}))
        for project_id in sorted(heads.keys() | sealed.keys()):
            if (head := heads.get(project_id, 0)) != sealed.get(project_id, 0):
                yield project_id, head

    def rows(self, stretches: Iterable[Stretch]) -> Iterator[Row]:
        """See `Source.rows`. The result of one call is held in memory."""
        asked = list(stretches)
        parameters = {
            "projects": [each.project_id for each in asked],
            "after": [each.after for each in asked],
            "upto": [each.upto for each in asked],
        }
        return map(Row._make, self._all("seal_rows", parameters))

    def numbers(self, project_id: str, task_id: UUID) -> list[tuple[int, int]]:
        """See `event_proofs.TaskSource.numbers`."""
        return self._all("seal_task", {"project_id": project_id, "task_id": task_id})

    def accesses(self, after: int) -> Iterator[tuple[int, bytes]]:
        """See `Source.accesses`. The result is held in memory."""
        return iter(self._all("seal_accesses", {"after": after}))

    def retired(self) -> list[tuple[int, int, bytes]]:
        """See `Source.retired`."""
        return self._all("seal_retired", {})

    def retired_numbers(self, project_id: str) -> list[tuple[int, int]]:
        """See `rest_proof.RetiredSource.retired_numbers`."""
        return self._all("seal_retired_numbers", {"project_id": project_id})

    def schema(self) -> bytes:
        """See `Source.schema`."""
        found = sha256()
        for (definition,) in self._all("seal_schema", {}):
            text = definition.encode()
            found.update(len(text).to_bytes(8, "big") + text)
        return found.digest()

    def _all(self, name: str, parameters: dict[str, Any]) -> list[Any]:
        with ledger_errors():
            if self._connection is None or self._connection.closed:
                options = session(self._url, "task-ledger sealer", _TIMEOUT, pooled=self._pooled)
                self._connection = connect_answered(self._url, ANSWER_S, **options)
                if self._pooled:
                    read_in_utc(self._connection)
                else:
                    refuse_pooler(self._connection, "the sealer")
                check_schema(self._connection)
            cursor = self._connection.cursor(binary=True)
            return cursor.execute(query(name, _PACKAGE), parameters).fetchall()
