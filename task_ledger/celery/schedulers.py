"""Registering the tracked entries of other beat schedulers."""

from typing import Any, cast

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from celery.utils.imports import symbol_by_name
from sqlalchemy.orm import Session

from task_ledger.celery.beat import HEARTBEAT, LedgerScheduler
from task_ledger.celery.beat_entry import is_tracked, start_entry
from task_ledger.ops.heartbeat import Heartbeats
from task_ledger.registration.caller import SessionTransaction


class RegistersTracked(Scheduler):
    """A mixin for beat schedulers that registers tracked entries, each in its own transaction.

    The scheduler that it is combined with decides which entries exist, when they are due and when
    they last ran. That scheduler marks an entry as started before it is registered, so entries that
    are due while the database is unreachable are skipped and logged by Celery.
    """

    def tick(self, *args: Any, **options: Any) -> float:
        """Start what is due, which is a heartbeat of beat; returns the seconds to the next tick."""
        wait_s = float(cast("Any", super()).tick(*args, **options))
        Heartbeats.of_environment().beat(HEARTBEAT, max(wait_s, 0.0))
        return wait_s

    def apply_async(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, entry: ScheduleEntry, producer: Any = None, advance: bool = True, **options: Any
    ) -> Any:
        """Register a tracked entry; send others as the scheduler sends them.

        Raises:
            SchedulingError: nothing was registered or sent.
        """
        scheduler: Any = self
        if not is_tracked(scheduler.app, entry):
            return cast("Any", super()).apply_async(entry, producer, advance, **options)
        due = scheduler.reserve(entry) if advance else entry
        try:
            with Session(scheduler.app.connections.engine) as session, session.begin():
                task_id = start_entry(SessionTransaction(session), scheduler.app, due)
        except Exception as error:
            raise SchedulingError(f"{entry.name} was not registered: {error}") from error
        finally:
            scheduler._tasks_since_sync += 1
            if scheduler.should_sync():
                scheduler._do_sync()
        return scheduler.app.AsyncResult(task_id)


def registering(scheduler: Any, app: Any) -> Any:
    """Return the scheduler class, or a subclass that registers tracked entries.

    Args:
        scheduler: a class or its path, as `beat_scheduler` and `beat -S` name it.
        app: the `LedgerCelery`, which provides the mixin.
    """
    found: Any = symbol_by_name(scheduler, aliases={"default": "celery.beat:PersistentScheduler"})
    if not (isinstance(found, type) and issubclass(found, Scheduler)):
        return scheduler
    if issubclass(found, LedgerScheduler | RegistersTracked):
        return found
    return type(
        found.__name__, (app.registers_entries_of(found), found), {"__module__": found.__module__}
    )
