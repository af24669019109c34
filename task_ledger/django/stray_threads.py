"""Keeps threads started by a task's body from writing with the ORM.

A thread has its own connection, on autocommit. Rows written there would stay if the attempt fails,
and would be written again by the next one.
"""

from collections.abc import Callable
from typing import Any

from django.db import Error as DjangoError
from psycopg.errors import ReadOnlySqlTransaction

from task_ledger.celery.run.outer_run import is_stray_thread
from task_ledger.django import conf
from task_ledger.errors import WroteOutsideRun


def keep_from_writing(connection: Any, **_: Any) -> None:
    """Make a new connection read-only if a stray thread of a worker has opened it.

    Receives Django's `connection_created`. Connections of other databases are left alone.
    """
    if connection.alias != conf.database() or not is_stray_thread():
        return
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    connection.execute_wrappers.append(_explain)


def _explain(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    try:
        return execute(sql, params, many, context)
    except DjangoError as error:
        if isinstance(error.__cause__, ReadOnlySqlTransaction):
            raise WroteOutsideRun(
                "a thread started by the task's body wrote through Django's ORM, on a connection"
                " outside the task's transaction: return its results to the body, and write them"
                " there"
            ) from error
        raise
