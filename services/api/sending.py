"""The tasks that the api asks for, by the names under which the workers have registered them."""

from dataclasses import dataclass
from typing import Any, Final

from celery import Celery, Signature

from task_ledger.celery.app import LedgerCelery


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A task whose code is with the workers.

    Attributes:
        name: as registered.
        max_attempts: its retries and one.
    """

    name: str
    task_type: str
    max_attempts: int

    def signature(self, sender: Celery, **arguments: Any) -> Signature:
        """The task with its arguments, for `enqueue`."""
        return sender.signature(self.name, kwargs=arguments)


PROCESS_DOCUMENT: Final = AskedTask("takeoff.process_document", "document_processing", 4)


def make_sender() -> Celery:
    """An application that builds messages and neither sends nor connects."""
    return LedgerCelery("task_ledger_api", set_as_current=False, broker="memory://")
