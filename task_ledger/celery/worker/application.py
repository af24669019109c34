"""The interface of the application that the parts of a worker use."""

from typing import Any, Protocol
from uuid import UUID

from task_ledger.celery.run.body_transaction import BodyTransaction
from task_ledger.eventlog.connections import Connections


class LedgerApplication(Protocol):
    """A Celery application with a ledger, as its tasks and its worker's steps see it.

    Attributes:
        boot: id of this run of the worker and of its lease; None outside a worker.
    """

    boot: UUID | None

    @property
    def connections(self) -> Connections:
        """This application's database connections."""
        ...

    def body_transaction(self, mark: UUID, *, tracked: bool) -> BodyTransaction:
        """The transaction for the rows of one run, not opened yet."""
        ...

    @property
    def conf(self) -> Any:
        """Celery's settings."""
        ...

    @property
    def tasks(self) -> Any:
        """The tasks that this process knows, by name."""
        ...
