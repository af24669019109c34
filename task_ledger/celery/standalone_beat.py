"""`celery beat`."""

from contextlib import closing
from typing import Any, Final

import psycopg
import structlog
from celery.apps.beat import Beat

from task_ledger.celery.beat import HEARTBEAT
from task_ledger.celery.schedulers import registering
from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.errors import LedgerError, SchemaMismatch, UnsupportedConfiguration
from task_ledger.eventlog.answered import connect_answered
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.eventlog.schema_revision import check_schema
from task_ledger.ops.heartbeat import Heartbeats

log: Final = structlog.get_logger(__name__)


class LedgerBeat(Beat):
    """Celery's Beat, with the application's scheduler; tracked entries are registered."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Prepare to start.

        Raises:
            SystemExit: this release does not work with the database's schema; it says what to do.
        """
        super().__init__(*args, **options)
        Heartbeats.of_environment().begin([HEARTBEAT])
        beat: Any = self
        _refuse_mismatch(beat.app)
        beat.scheduler_cls = registering(beat.scheduler_cls, beat.app)


def _refuse_mismatch(app: LedgerApplication) -> None:
    try:
        url = app.connections.url
    except UnsupportedConfiguration:
        return  # entries that are not tracked need no database
    parameters = session(url, "task-ledger beat")
    try:
        with ledger_errors(), closing(connect_answered(url, **parameters)) as connection:
            check_schema(connection)
    except SchemaMismatch as error:
        # Celery's command line would show a traceback.
        raise SystemExit(str(error)) from error
    except (LedgerError, psycopg.Error) as error:
        log.warning("beat_waits", error=type(error).__name__)
