"""Translating Django's database errors to the driver's and the ledger's."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from django.db import Error as DjangoError

from task_ledger.eventlog.database import translated


@contextmanager
def driver_errors() -> Generator[None]:
    """Raise the driver's error instead of Django's wrapper around it."""
    try:
        yield
    except DjangoError as error:
        if isinstance(error.__cause__, psycopg.Error):
            raise error.__cause__ from None
        raise


@contextmanager
def django_errors() -> Generator[None]:
    """Translate database errors to the ledger's; other errors stay Django's own."""
    try:
        yield
    except DjangoError as error:
        cause = error.__cause__
        known = translated(cause) if isinstance(cause, psycopg.Error) else None
        if known is None:
            raise
        raise known from error
