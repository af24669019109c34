"""Schedulers of beat that are not the ledger's own: their tracked entries are registered too."""

from typing import Any, cast

from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from celery.utils.imports import symbol_by_name
from sqlalchemy.orm import Session

from task_ledger.celery.beat import LedgerScheduler
from task_ledger.celery.beat_entry import is_tracked, start_entry
from task_ledger.registration.caller import SessionTransaction


class RegistersTracked(Scheduler):
    """A scheduler whose tracked entries are registered, in a transaction of their own.

    Which entries there are, when they are due and when they last ran is the business of the
    scheduler that it is combined with. That has marked an entry as started before it is
    registered: what is due while the database is away is skipped, and logged by Celery.
    """

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
    """The scheduler class, or one made of it whose tracked entries are registered.

    Args:
        scheduler: a class or its path, as `beat_scheduler` and `beat -S` name it.
        app: the `LedgerCelery`, which says how entries of such a scheduler are registered.
    """
    found: Any = symbol_by_name(scheduler, aliases={"default": "celery.beat:PersistentScheduler"})
    if not (isinstance(found, type) and issubclass(found, Scheduler)):
        return scheduler
    if issubclass(found, LedgerScheduler | RegistersTracked):
        return found
    return type(
        found.__name__, (app.registers_entries_of(found), found), {"__module__": found.__module__}
    )
