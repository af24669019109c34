"""Django's errors of the database, as the driver's and as the ledger's."""

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from django.db import Error as DjangoError

from task_ledger.eventlog.database import translated


@contextmanager
def driver_errors() -> Generator[None]:
    """Raise within what the driver raised, in place of Django's error that wraps it."""
    try:
        yield
    except DjangoError as error:
        if isinstance(error.__cause__, psycopg.Error):
            raise error.__cause__ from None
        raise


@contextmanager
def django_errors() -> Generator[None]:
    """Raise within the ledger's error for one of the database; others stay Django's own."""
    try:
        yield
    except DjangoError as error:
        cause = error.__cause__
        known = translated(cause) if isinstance(cause, psycopg.Error) else None
        if known is None:
            raise
        raise known from error
