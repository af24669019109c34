"""Applying `autoretry_for` to errors after the body, which Celery does not cover."""

from __future__ import annotations

from typing import Any

from celery import Task
from celery.utils.time import get_exponential_backoff_interval

from task_ledger.errors import BadResult, TransactionEscaped


def retry_if_declared(task: Task[Any, Any], error: Exception) -> None:
    """Retry for an error raised after the body if `autoretry_for` names it.

    Raises:
        Retry: the error is one to retry for, and an attempt is left.
    """
    retry_for: Any = tuple(getattr(task, "autoretry_for", ()))
    never_for: Any = tuple(getattr(task, "dont_autoretry_for", ()))
    never_for += (BadResult, TransactionEscaped)
    if not isinstance(error, retry_for) or isinstance(error, never_for):
        return
    options: dict[str, Any] = dict(getattr(task, "retry_kwargs", {}))
    backoff = float(getattr(task, "retry_backoff", False))
    if backoff:
        options["countdown"] = get_exponential_backoff_interval(
            factor=int(max(1.0, backoff)),
            retries=task.request.retries,
            maximum=int(getattr(task, "retry_backoff_max", 600)),
            full_jitter=bool(getattr(task, "retry_jitter", True)),
        )
    task.retry(exc=error, **options)
