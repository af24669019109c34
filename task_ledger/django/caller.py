"""Django's transaction, as used for registering tasks."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, LiteralString

from django.db import connections, transaction

from task_ledger.django.errors import django_errors
from task_ledger.errors import WrongIsolation
from task_ledger.registration.caller import CallerTransaction


class DjangoTransaction(CallerTransaction):
    """The transaction of one Django connection; statements go through Django's cursors.

    Args:
        alias: the database's alias.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def check(self) -> None:
        """Refuse a connection that is not in a transaction.

        Raises:
            WrongIsolation: the connection is on autocommit.
        """
        if connections[self._alias].get_autocommit():
            raise WrongIsolation(
                f"the connection {self._alias!r} is not in a transaction: enqueue with "
                "task_ledger.django.enqueue(…), which opens one"
            )

    def execute(self, statement: LiteralString, parameters: Mapping[str, Any]) -> Any:
        """Run one statement on Django's connection."""
        with django_errors(), connections[self._alias].cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchone() if cursor.description else None

    def savepoint(self) -> AbstractContextManager[Any]:
        """A Django savepoint."""
        return transaction.atomic(using=self._alias)
