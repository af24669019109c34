"""Threads of a task's body that work with the ORM: they may read, and are refused when they write.

A thread has a connection of its own, in autocommit. What it wrote there would stay when the
attempt fails, and be written again by the next one.
"""

from collections.abc import Callable
from typing import Any

from django.db import Error as DjangoError
from psycopg.errors import ReadOnlySqlTransaction

from task_ledger.celery.run.outer_run import is_stray_thread
from task_ledger.django import conf
from task_ledger.errors import WroteOutsideRun


def keep_from_writing(connection: Any, **_: Any) -> None:
    """Let a new connection only read, if a thread that no task runs in has opened it in a worker.

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
                "a thread that the task's body has started wrote through Django's ORM, on a"
                " connection that is not in the task's transaction: return what it found to the"
                " body, and write it there"
            ) from error
        raise
