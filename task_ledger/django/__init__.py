"""Task Ledger for Django: `"task_ledger.django"` in INSTALLED_APPS.

Names that applications import are here. Each is loaded on first use, so that the app can be
installed before Django's models are ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from task_ledger.django.celery import LedgerCelery
    from task_ledger.django.registration import aenqueue, enqueue, enqueue_many

__all__ = ["LedgerCelery", "aenqueue", "enqueue", "enqueue_many"]

_MODULES: Final = {
    "LedgerCelery": "task_ledger.django.celery",
    "aenqueue": "task_ledger.django.registration",
    "enqueue": "task_ledger.django.registration",
    "enqueue_many": "task_ledger.django.registration",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
