"""The provider that a task asks, and what becomes of its errors."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from services.workers.errors import NotFound, WrongProject
from takeoff.geometry import NotCalibrated
from takeoff.providers import (
    NEVER_AGAIN,
    Provider,
    ProviderAnswerUnusable,
    ProviderSettings,
    ProviderUnavailable,
    choose,
)
from task_ledger import LedgerTask

FAIL_AT_ONCE: Final = (NotFound, WrongProject, NotCalibrated, *NEVER_AGAIN)
"""What no further attempt can mend."""

TRY_AGAIN: Final = (ProviderUnavailable, ProviderAnswerUnusable)
"""What the same provider may not do the next time."""


@contextmanager
def provider_for(task: LedgerTask, name: str | None) -> Generator[Provider]:
    """The provider `name`, or the one of the settings. Where it says how long to wait before it
    is asked again, the task's next attempt waits for as long; other errors pass.

    Raises:
        ProviderNotConfigured: there is none, or its settings are not complete.
        Retry: the provider is away and said when to come back.
    """
    provider = choose(name, ProviderSettings())
    try:
        yield provider
    except ProviderUnavailable as error:
        if error.retry_after_s is None:
            raise
        task.retry(exc=error, countdown=error.retry_after_s)
