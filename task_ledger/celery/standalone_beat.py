"""`celery beat`."""

from typing import Any

from celery.apps.beat import Beat

from task_ledger.celery.beat import HEARTBEAT
from task_ledger.celery.schedulers import registering
from task_ledger.ops.heartbeat import Heartbeats


class LedgerBeat(Beat):
    """Celery's Beat, with the application's scheduler; tracked entries are registered."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        Heartbeats.of_environment().begin([HEARTBEAT])
        beat: Any = self
        beat.scheduler_cls = registering(beat.scheduler_cls, beat.app)
