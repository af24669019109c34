"""A scheduler for `celery beat` that registers the tasks it starts; any number of beats may run.

A due entry's task, its message and the time of its start are stored in one transaction. That time
is the schedule's only state; it is kept in the ledger's database, not in a file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, cast

import structlog
from celery.beat import ScheduleEntry, Scheduler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from task_ledger.celery.beat_entry import project_of, start_entry
from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.errors import LedgerBusy, LedgerUnavailable
from task_ledger.eventlog.database import query
from task_ledger.ops.heartbeat import Heartbeats
from task_ledger.registration.caller import SessionTransaction

log = structlog.get_logger(__name__)

AGAIN_S: Final = 1.0
"""Seconds to wait after the ledger could not be reached."""

HEARTBEAT: Final = "beat"
"""The name of a beat's heartbeat."""

ASKED_S: Final = 5.0
"""Maximum seconds between looks for entries that somebody has asked to start now."""

WATCH_S: Final = 20.0
"""Seconds after which a beat says again what it knows of its entries."""

WATCHED_S: Final = 60.0
"""Seconds for which what it said holds."""

_SECOND: Final = timedelta(seconds=1)


@dataclass(slots=True)
class _Due:
    """Whether an entry is due, and the seconds until it must be checked again."""

    now: bool
    again_s: float


class LedgerScheduler(Scheduler):
    """Starts each entry of `beat_schedule` once when it is due, whichever beat sees it first.

    A tracked task is registered in the project `options["project_id"]`, with the entry's name in
    its metadata; an untracked task is stored as a message. Both are sent if the transaction
    commits, and never otherwise, so a beat that dies at any moment has started an entry once or not
    at all. An entry that was due several times while no beat ran or the database was unavailable is
    started once, unless `beat_cron_starting_deadline` has passed. A new entry's schedule starts
    when a beat first sees it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._known: dict[str, datetime] = {}
        self._next: dict[str, datetime] = {}
        self._said: dict[str, datetime] = {}
        self._said_at = -WATCH_S
        self._heartbeats = Heartbeats.of_environment()
        super().__init__(*args, **options)

    def setup_schedule(self) -> None:
        """Read the entries from the configuration; their last start times are read at the first
        tick."""
        scheduler: Any = self
        scheduler.install_default_entries(scheduler.data)
        scheduler.merge_inplace(self._app.conf.beat_schedule)

    def tick(self, *_: Any, **__: Any) -> float:
        """Start what is due.

        Returns:
            The seconds until something may be due again.
        """
        wait_s = min(float(cast("Any", self).max_interval), ASKED_S)
        for entry in list(self.schedule.values()):
            try:
                again_s = self._look_at(entry)
                self._expect(str(entry.name), entry.default_now() + timedelta(seconds=again_s))
                wait_s = min(wait_s, again_s)
            except (LedgerUnavailable, LedgerBusy, DBAPIError) as error:
                log.warning("beat_waits", entry=entry.name, error=type(error).__name__)
                wait_s = min(wait_s, AGAIN_S)
            except Exception as error:  # noqa: BLE001 (the other entries go on)
                # Not before its next due time: it would fail at every check until then.
                log.error(
                    "beat_entry_failed", entry=entry.name, error=f"{type(error).__name__}: {error}"
                )
                self._known[str(entry.name)] = entry.default_now()
        try:
            self._start_what_is_asked_for()
            self._say()
        except (LedgerUnavailable, LedgerBusy, DBAPIError) as error:
            log.warning("beat_not_told", error=type(error).__name__)
            wait_s = min(wait_s, AGAIN_S)
        self._heartbeats.beat(HEARTBEAT, max(wait_s, 0.0))
        return max(wait_s, 0.0)

    def _look_at(self, entry: ScheduleEntry) -> float:
        name = str(entry.name)
        if name not in self._known:
            self._known[name] = self._remembered(entry)
        due = _due(entry, self._known[name])
        if not due.now:
            return due.again_s
        started: str | None = None
        with Session(self._app.connections.engine) as session, session.begin():
            caller = SessionTransaction(session)
            last_run_at = self._take(caller, entry)
            due = _due(entry, last_run_at)
            if due.now:
                last_run_at = entry.default_now()
                started = start_entry(caller, self._app, entry)
                caller.execute(
                    query("beat_mark"), {"name": name, "now": last_run_at, "task_id": started}
                )
        self._known[name] = last_run_at
        if due.now:
            log.info("beat_started", entry=name, task_id=started)
        return _due(entry, last_run_at).again_s

    def _expect(self, name: str, at: datetime) -> None:
        """Remember when an entry is due; what differs by less than a second is the same time."""
        if abs(at - self._next.get(name, datetime.min.replace(tzinfo=at.tzinfo))) >= _SECOND:
            self._next[name] = at

    def _start_what_is_asked_for(self) -> None:
        entries = {str(entry.name): entry for entry in self.schedule.values()}
        with Session(self._app.connections.engine) as session, session.begin():
            caller = SessionTransaction(session)
            (asked,) = caller.execute(query("beat_asked"), {"names": list(entries)})
        for name in asked:
            self._start_now(name, entries[name])

    def _start_now(self, name: str, entry: ScheduleEntry) -> None:
        failure: str | None = None
        started: str | None = None
        try:
            with Session(self._app.connections.engine) as session, session.begin():
                caller = SessionTransaction(session)
                (actor,) = caller.execute(query("beat_answer"), {"name": name})
                if actor is None:
                    return
                started = start_entry(caller, self._app, entry, actor)
                told = {"name": name, "task_id": started, "failure": None}
                caller.execute(query("beat_started"), told)
        except (LedgerUnavailable, LedgerBusy, DBAPIError):
            raise
        except Exception as error:  # noqa: BLE001 (whatever keeps the entry from starting)
            failure = type(error).__name__
            log.error("beat_entry_failed", entry=name, error=f"{failure}: {error}")
            with Session(self._app.connections.engine) as session, session.begin():
                caller = SessionTransaction(session)
                caller.execute(query("beat_answer"), {"name": name})
                told = {"name": name, "task_id": None, "failure": failure}
                caller.execute(query("beat_started"), told)
            return
        log.info("beat_started", entry=name, task_id=started, asked_by=actor)

    def _say(self) -> None:
        """Say what the entries are and when they are due, if that has changed or was long ago."""
        if self._next == self._said and monotonic() - self._said_at < WATCH_S:
            return
        entries = [entry for entry in self.schedule.values() if str(entry.name) in self._next]
        with Session(self._app.connections.engine) as session, session.begin():
            SessionTransaction(session).execute(
                query("beat_watch"),
                {
                    "names": [str(entry.name) for entry in entries],
                    "tasks": [str(entry.task) for entry in entries],
                    "schedules": [repr(entry.schedule).strip("<>")[:200] for entry in entries],
                    "projects": [project_of(self._app, entry) for entry in entries],
                    "next_runs": [self._next[str(entry.name)] for entry in entries],
                    "seconds": WATCHED_S,
                },
            )
        self._said = dict(self._next)
        self._said_at = monotonic()

    def _remembered(self, entry: ScheduleEntry) -> datetime:
        with Session(self._app.connections.engine) as session, session.begin():
            caller = SessionTransaction(session)
            caller.execute(query("beat_add"), {"name": entry.name, "now": entry.default_now()})
            return self._take(caller, entry)

    def _take(self, caller: SessionTransaction, entry: ScheduleEntry) -> datetime:
        (last_run_at,) = caller.execute(query("beat_take"), {"name": entry.name})
        return last_run_at

    @property
    def _app(self) -> LedgerApplication:
        return cast("Any", self).app


def _due(entry: ScheduleEntry, last_run_at: datetime) -> _Due:
    schedule: Any = entry.schedule
    now, again_s = schedule.is_due(last_run_at)
    return _Due(bool(now), float(again_s))
