"""Chooses a task's provider, and handles its errors."""

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
"""Errors that no retry can resolve."""

TRY_AGAIN: Final = (ProviderUnavailable, ProviderAnswerUnusable)
"""Errors that may not occur again on a retry."""


@contextmanager
def provider_for(task: LedgerTask, name: str | None) -> Generator[Provider]:
    """Return the provider `name`, or the configured default. If the provider asks to wait, the
    task's next attempt is delayed accordingly; other errors propagate.

    Raises:
        ProviderNotConfigured: there is no such provider, or its settings are incomplete.
        Retry: the provider is unavailable and stated when to retry.
    """
    provider = choose(name, ProviderSettings())
    try:
        yield provider
    except ProviderUnavailable as error:
        if error.retry_after_s is None:
            raise
        task.retry(exc=error, countdown=error.retry_after_s)
