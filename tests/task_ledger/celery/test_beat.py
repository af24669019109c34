"""What beat starts is registered once, however many beats run, stop or die."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any, ClassVar, Final

import pytest
from celery.beat import Scheduler, Service
from celery.schedules import crontab
from psycopg import sql

from task_ledger import LedgerCelery
from task_ledger.celery.beat import AGAIN_S, LedgerScheduler
from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.versions import SINCE_5_7


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A ledger; each test starts its own beats, and nothing runs what they start."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(8), folder) as stack:
        yield stack


def beat(stack: Stack, name: str, every_s: float = 3600.0, **options: Any) -> LedgerScheduler:
    """A beat with one entry, ticked by hand, in the process of the test."""
    app = LedgerCelery(
        "beating", broker=stack.broker.url, ledger_url=stack.database.url_for("worker"),
        set_as_current=False,
    )  # fmt: skip

    @app.task(name="tracked", task_type="scheduled", shared=False)
    def tracked(self: object) -> None: ...

    @app.task(name="untracked", shared=False)
    def untracked() -> None: ...

    entry = {"task": "tracked", "schedule": every_s, **options}
    app.conf.beat_schedule = {name: entry}
    return LedgerScheduler(app)


def started(stack: Stack, name: str) -> list[datetime]:
    """When the entry's tasks were registered."""
    rows = stack.connection.execute(
        "SELECT recorded_at FROM task_ledger.task_event WHERE type = 'registered'"
        " AND private -> 'metadata' ->> 'schedule' = %s ORDER BY recorded_at",
        (name,),
    ).fetchall()
    return [row[0] for row in rows]


def last_run(stack: Stack, name: str, ago: timedelta) -> None:
    """Let the entry have been started so long ago."""
    stack.connection.execute(
        "INSERT INTO task_ledger.beat_entry (name, last_run_at) VALUES (%s, %s) ON CONFLICT (name)"
        " DO UPDATE SET last_run_at = excluded.last_run_at",
        (name, datetime.now(UTC) - ago),
    )


def test_an_entry_is_started_when_it_is_due_and_not_earlier(stack: Stack) -> None:
    scheduler = beat(stack, "hourly")
    assert scheduler.tick() > 0
    assert started(stack, "hourly") == []
    last_run(stack, "hourly", timedelta(hours=1))
    beat(stack, "hourly").tick()
    assert len(started(stack, "hourly")) == 1


def test_what_is_started_is_registered_with_its_message_in_its_project(stack: Stack) -> None:
    last_run(stack, "described", timedelta(hours=2))
    options = {"project_id": "ops", "name": "Clean up", "metadata": {"kind": "night"}}
    beat(stack, "described", options=options).tick()
    row = stack.connection.execute(
        "SELECT e.project_id, e.actor, e.private ->> 'name', e.private -> 'metadata' ->> 'kind',"
        " o.attempt FROM task_ledger.task_event e JOIN task_ledger.outbox o ON o.task_id ="
        " e.task_id"
        " WHERE e.private -> 'metadata' ->> 'schedule' = 'described'"
    ).fetchone()
    assert row == ("ops", "beat", "Clean up", "night", 1)


def test_of_two_beats_at_the_same_moment_one_starts_the_entry(stack: Stack) -> None:
    for turn in range(5):
        name = f"shared {turn}"
        last_run(stack, name, timedelta(hours=1))
        beats = [beat(stack, name) for _ in range(2)]
        together = Barrier(2)

        def tick(scheduler: LedgerScheduler, together: Barrier = together) -> None:
            together.wait(10)
            scheduler.tick()

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(tick, beats))
        assert len(started(stack, name)) == 1


def test_what_was_missed_several_times_is_started_once(stack: Stack) -> None:
    last_run(stack, "missed", timedelta(hours=10, minutes=30))
    scheduler = beat(stack, "missed")
    waits_s = [scheduler.tick() for _ in range(3)]
    assert len(started(stack, "missed")) == 1
    # The next time counts from now, and not from the times that were missed.
    assert waits_s[-1] > 0
    assert scheduler._known["missed"] > datetime.now(UTC) - timedelta(minutes=1)  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(("moment", "times"), [("before_commit", 0), ("after_commit", 1)])
def test_a_beat_that_dies_has_started_an_entry_once_or_not_at_all(
    stack: Stack, moment: str, times: int
) -> None:
    name = f"died {moment}"
    last_run(stack, name, timedelta(hours=1))
    code = textwrap.dedent(f"""
        import os, sys
        from sqlalchemy import event
        from sqlalchemy.orm import Session
        from task_ledger import LedgerCelery
        from task_ledger.celery.beat import AGAIN_S, LedgerScheduler
        app = LedgerCelery(broker=sys.argv[1], ledger_url=sys.argv[2])
        @app.task(name="tracked", task_type="scheduled")
        def tracked(self): ...
        app.conf.beat_schedule = {{{name!r}: {{"task": "tracked", "schedule": 3600.0}}}}
        scheduler = LedgerScheduler(app)
        scheduler._known[{name!r}] = scheduler._remembered(scheduler.schedule[{name!r}])
        event.listen(Session, {moment!r}, lambda session: os.kill(os.getpid(), 9))
        scheduler.tick()
    """)
    died = subprocess.run(
        [sys.executable, "-c", code, stack.broker.url, stack.database.url_for("worker")],
        env=stack.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert died.returncode == -9, died.stderr
    stack.until(lambda: len(started(stack, name)) == times, "the database to notice")
    beat(stack, name).tick()
    assert len(started(stack, name)) == 1


def test_a_beat_waits_while_the_database_is_away_and_then_starts_what_was_due(
    stack: Stack,
) -> None:
    last_run(stack, "overdue", timedelta(hours=1))
    scheduler = beat(stack, "overdue")
    limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
    name = sql.Identifier(stack.database.name)
    stack.connection.execute(limit.format(name, 0))
    try:
        assert 0 < scheduler.tick() <= AGAIN_S
    finally:
        stack.connection.execute(limit.format(name, -1))
    scheduler.tick()
    # Not an hour later, as if it had been started.
    assert len(started(stack, "overdue")) == 1


def test_a_beat_whose_connections_were_cut_starts_what_is_due_all_the_same(stack: Stack) -> None:
    """At once, and not when it looks again: the pool asks before it gives a connection."""
    scheduler = beat(stack, "broken")
    scheduler.tick()
    last_run(stack, "broken", timedelta(hours=1))
    again = LedgerScheduler(scheduler.app)
    stack.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    again.tick()
    assert len(started(stack, "broken")) == 1


def test_an_entry_that_cannot_be_started_does_not_keep_others_from_it(stack: Stack) -> None:
    last_run(stack, "unknown", timedelta(hours=1))
    last_run(stack, "beside", timedelta(hours=1))
    scheduler = beat(stack, "unknown", task="elsewhere")
    conf: Any = scheduler.app.conf
    conf.beat_schedule["beside"] = {"task": "tracked", "schedule": 3600.0}
    again = LedgerScheduler(scheduler.app)
    again.tick()
    assert started(stack, "unknown") == []
    assert len(started(stack, "beside")) == 1


def test_an_entry_that_cannot_be_started_is_tried_at_its_next_time(stack: Stack) -> None:
    last_run(stack, "unready", timedelta(hours=1))
    scheduler = beat(stack, "unready", task="declared_late")
    scheduler.tick()

    @scheduler.app.task(name="declared_late", task_type="scheduled")
    def declared_late(self: object) -> None: ...

    assert scheduler.tick() > 0
    assert started(stack, "unready") == []
    # One that is started anew does not remember that it has failed.
    LedgerScheduler(scheduler.app).tick()
    assert len(started(stack, "unready")) == 1


# In most minutes of an hour, Celery 5.6 leaves out what was missed for less than the deadline, too.
@pytest.mark.parametrize(("deadline_s", "times"), [(60, 0), *([(7200, 1)] if SINCE_5_7 else [])])
def test_what_was_missed_for_too_long_is_not_started(
    stack: Stack, deadline_s: int, times: int
) -> None:
    name = f"late by more than {deadline_s}"
    last_run(stack, name, timedelta(hours=3))
    half_an_hour_ago = datetime.now(UTC) - timedelta(minutes=30)
    scheduler = beat(stack, name, schedule=crontab(minute=half_an_hour_ago.minute))
    scheduler.app.conf.beat_cron_starting_deadline = deadline_s
    scheduler.tick()
    assert len(started(stack, name)) == times


def test_an_untracked_entry_leaves_through_the_outbox_too(stack: Stack) -> None:
    last_run(stack, "plain", timedelta(hours=1))
    beat(stack, "plain", task="untracked").tick()
    row = stack.connection.execute(
        "SELECT count(*) FROM task_ledger.outbox o"
        " JOIN task_ledger.message m ON m.id = o.message_id"
        " WHERE m.headers ->> 'task' = 'untracked' AND o.task_id IS NULL"
    ).fetchone()
    assert row == (1,)


def test_an_untracked_entry_waits_and_expires_as_its_options_say(stack: Stack) -> None:
    last_run(stack, "brief", timedelta(hours=1))
    options = {"countdown": 600, "expires": 900, "headers": {"kind": "brief"}}
    beat(stack, "brief", task="untracked", options=options).tick()
    row = stack.connection.execute(
        "SELECT extract(epoch FROM o.due_at - now()),"
        " extract(epoch FROM (m.headers ->> 'expires')::timestamptz - now())"
        " FROM task_ledger.outbox o JOIN task_ledger.message m ON m.id = o.message_id"
        " WHERE m.headers ->> 'kind' = 'brief' AND m.headers ->> 'eta' IS NULL"
    ).fetchone()
    assert row is not None
    assert [round(float(value), -2) for value in row] == [600, 900]


KEEP_MARKS: Final = """
CREATE TABLE domain.marked (name text, at timestamptz);
CREATE FUNCTION domain.keep_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO domain.marked VALUES (NEW.name, NEW.last_run_at);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_mark AFTER UPDATE OF last_run_at ON task_ledger.beat_entry
    FOR EACH ROW EXECUTE FUNCTION domain.keep_mark();
"""


def test_two_celery_beats_start_each_entry_once_a_second(stack: Stack) -> None:
    stack.connection.execute(KEEP_MARKS)
    for name in ("one", "two"):
        stack.start(
            name, "celery", "-A", "tests.task_ledger.celery.beating", "beat", "--pidfile",
            str(stack.folder / f"{name}.pid"), "-s", str(stack.folder / f"{name}.schedule"),
        )  # fmt: skip
    try:
        stack.until(lambda: len(started(stack, "often")) >= 2, "two starts")
        stack.kill("one")
        before = len(started(stack, "often"))
        stack.until(lambda: len(started(stack, "often")) >= before + 2, "two more starts")
    finally:
        for name in list(stack.processes):
            stack.kill(name)
    times = [
        at
        for (at,) in stack.connection.execute(
            "SELECT at FROM domain.marked WHERE name = 'often' ORDER BY at"
        ).fetchall()
    ]
    # Each start waits for the interval behind the one before, whichever beat makes it.
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(seconds=1)


class MarkingScheduler(Scheduler):
    """A scheduler of the application's own, as one that keeps its entries elsewhere."""

    marked: ClassVar[list[str]] = []

    def reserve(self, entry: Any) -> Any:
        self.marked.append(entry.name)
        return super().reserve(entry)


OWN: Final = f"{MarkingScheduler.__module__}:{MarkingScheduler.__name__}"


@pytest.mark.parametrize(
    ("settings", "namespace"),
    [
        ({"beat_scheduler": OWN, "worker_consumer": "own:Consumer"}, None),
        ({"CELERY_BEAT_SCHEDULER": OWN, "CELERY_WORKER_CONSUMER": "own:Consumer"}, "CELERY"),
        ({"CELERYBEAT_SCHEDULER": OWN, "CELERYD_CONSUMER": "own:Consumer"}, None),
    ],
)
def test_what_the_application_sets_wins_over_the_ledgers_defaults(
    settings: dict[str, str], namespace: str | None
) -> None:
    unset = LedgerCelery(set_as_current=False)
    assert "task_ledger" in unset.conf.beat_scheduler
    assert "task_ledger" in unset.conf.worker_consumer
    app = LedgerCelery(set_as_current=False)
    app.config_from_object(settings, namespace=namespace)
    assert (app.conf.beat_scheduler, app.conf.worker_consumer) == (OWN, "own:Consumer")


def test_a_scheduler_of_the_applications_own_runs_and_registers_tracked_entries(
    stack: Stack,
) -> None:
    app = LedgerCelery(
        "own_beat", broker=stack.broker.url, ledger_url=stack.database.url_for("worker"),
        set_as_current=False,
    )  # fmt: skip

    @app.task(name="own.tracked", task_type="scheduled")
    def tracked(self: object) -> None: ...

    @app.task(name="own.untracked")
    def untracked() -> None: ...

    entries = {
        name: {"task": f"own.{name}", "schedule": timedelta(seconds=0)}
        for name in ("tracked", "untracked")
    }
    app.config_from_object({"beat_scheduler": OWN, "beat_schedule": entries})
    service = Service(app, scheduler_cls=app.Beat(quiet=True).scheduler_cls)
    before = stack.published()
    for _ in range(2):
        service.scheduler.tick()
    assert isinstance(service.scheduler, MarkingScheduler)
    assert sorted(MarkingScheduler.marked) == ["tracked", "untracked"]
    assert len(started(stack, "tracked")) == 1
    assert stack.published() == before + 1
