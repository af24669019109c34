"""Workers, their attempts and leases, and reconcilers, as tests of lost attempts see them."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.eventlog.read import read_events
from task_ledger.model.events import Registered, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import EventType
from task_ledger.projector.reconciler import Lost, Reconciler
from tests.servers import Database
from tests.task_ledger.projector.log import drain, projector, projector_connection, say
from tests.task_ledger.projector.outbox import message


class Ledger:
    """Workers, tasks and reconcilers on one database; the projector folds when it is told to."""

    def __init__(self, database: Database, connection: Connection[Any]) -> None:
        self.database = database
        self.writer = connection
        self._follower = projector(connection)

    def register(self, max_attempts: int | None = 3) -> UUID:
        """Register a task with its message."""
        task_id = new_task_id()
        parameters = {
            "task_id": task_id, "project_id": "p", "actor": "tester",
            "occurred_at": datetime.now(UTC), "schema_version": 1, "due_at": None, "due_in_s": None,
            "private": None,
            "data": Registered(task_type="test", name="a test").to_json(),
            "max_attempts": max_attempts, **message().parameters(),
        }  # fmt: skip
        self.writer.execute(query("enqueue"), parameters)
        self.writer.execute("DELETE FROM task_ledger.outbox")  # the relay has published it
        return task_id

    def start(self, task_id: UUID, boot: UUID | None, attempt: int = 1) -> UUID:
        """Start an attempt on a worker; returns its claim."""
        claim = new_claim()
        say(self.writer, task_id, claim, Started(worker="w", host="h", pid=1, boot=boot), attempt)
        return claim

    def renew(self, boot: UUID, *live: UUID, seconds: float = 60.0) -> None:
        """Renew a worker's lease."""
        parameters = {"boot": boot, "worker": "w", "host": "h", "pid": 1}
        parameters |= {"pool": "prefork", "processes": 2, "queues": ["celery"]}
        self.writer.execute(
            query("renew_lease"),
            {**parameters, "seconds": seconds, "live": list(live), "can_terminate": True},
        )

    def end(self, boot: UUID) -> None:
        """End a worker's lease."""
        self.writer.execute(query("end_lease"), {"boot": boot})

    def fold(self) -> None:
        """Let the read model catch up."""
        drain(self._follower)

    def reconcile(self) -> int:
        """One tick of a reconciler, with the projector up to date."""
        self.fold()
        with closing(projector_connection(self.database)) as connection:
            return Reconciler(connection).tick()

    def lost(self) -> list[Lost]:
        """What seems lost by the read model as it is."""
        with closing(projector_connection(self.database)) as connection:
            return Reconciler(connection).lost()

    def dispatches(self, task_id: UUID) -> list[int]:
        """The attempts that the outbox holds dispatches for."""
        rows = self.writer.execute(
            "SELECT attempt FROM task_ledger.outbox WHERE task_id = %s ORDER BY id", (task_id,)
        ).fetchall()
        return [attempt for (attempt,) in rows]

    def types(self, task_id: UUID) -> list[EventType]:
        """The task's history, by type."""
        return [event.type for event in read_events(self.writer, task_id)]
