"""An event-sourced ledger for Celery tasks.

Names that applications import are here. Each is loaded on first use: a web process that imports
`enqueue` does not load the code of workers. Everything else is private, except what
`docs/reference/python.md` lists. To read the code, start at `model`, then `eventlog`,
`registration` and `celery`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from task_ledger.celery.app import LedgerCelery
    from task_ledger.celery.task import LedgerTask
    from task_ledger.errors import (
        AlreadyRegistered,
        BadResult,
        Cancelled,
        Exhausted,
        Fenced,
        IllegalTransition,
        InvalidEvent,
        InvalidTaskId,
        LedgerBusy,
        LedgerError,
        LedgerUnavailable,
        NoActor,
        NotDue,
        NotPermitted,
        NotRetrying,
        NotTerminable,
        Refused,
        SentOutsideRun,
        TaskFailed,
        TooLarge,
        TooManyNotes,
        TransactionAborted,
        TransactionEscaped,
        UnknownTask,
        UnregisteredSend,
        UnsupportedConfiguration,
        UnsupportedSignature,
        WrongIsolation,
        WroteOutsideRun,
    )
    from task_ledger.eventlog.actor import acting_as
    from task_ledger.plugin import Plugin
    from task_ledger.registration.enqueue import Enqueued, enqueue, step
    from task_ledger.registration.enqueue_many import enqueue_many
    from task_ledger.registration.run_context import in_this_run

    __version__: str

__all__ = [
    "AlreadyRegistered",
    "BadResult",
    "Cancelled",
    "Enqueued",
    "Exhausted",
    "Fenced",
    "IllegalTransition",
    "InvalidEvent",
    "InvalidTaskId",
    "LedgerBusy",
    "LedgerCelery",
    "LedgerError",
    "LedgerTask",
    "LedgerUnavailable",
    "NoActor",
    "NotDue",
    "NotPermitted",
    "NotRetrying",
    "NotTerminable",
    "Plugin",
    "Refused",
    "SentOutsideRun",
    "TaskFailed",
    "TooLarge",
    "TooManyNotes",
    "TransactionAborted",
    "TransactionEscaped",
    "UnknownTask",
    "UnregisteredSend",
    "UnsupportedConfiguration",
    "UnsupportedSignature",
    "WrongIsolation",
    "WroteOutsideRun",
    "__version__",
    "acting_as",
    "enqueue",
    "enqueue_many",
    "in_this_run",
    "step",
]

_ERRORS: Final = "task_ledger.errors"
_MODULES: Final = {
    "LedgerCelery": "task_ledger.celery.app",
    "LedgerTask": "task_ledger.celery.task",
    "acting_as": "task_ledger.eventlog.actor",
    "Plugin": "task_ledger.plugin",
    "Enqueued": "task_ledger.registration.enqueue",
    "enqueue": "task_ledger.registration.enqueue",
    "enqueue_many": "task_ledger.registration.enqueue_many",
    "step": "task_ledger.registration.enqueue",
    "in_this_run": "task_ledger.registration.run_context",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("task-ledger")
    else:
        value = getattr(import_module(_MODULES.get(name, _ERRORS)), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
