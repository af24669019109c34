"""What a lost worker holds is closed once, by the log's word; what a living one holds is not."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest

from task_ledger.errors import Fenced, LedgerUnavailable
from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.eventlog.closing import MOST_LOSSES
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.events import Completed, Failed, Retrying
from task_ledger.model.transitions import EventType, State, Status
from task_ledger.projector.reconciler import Reconciler
from tests.task_ledger.projector.attempts import Ledger
from tests.task_ledger.projector.log import owner, projector_connection, say


def test_an_attempt_whose_worker_ended_its_lease_is_closed_and_dispatched_again(
    ledger: Ledger,
) -> None:
    boot, task_id = uuid4(), ledger.register()
    ledger.renew(boot, task_id)
    claim = ledger.start(task_id, boot)
    assert ledger.reconcile() == 0
    ledger.end(boot)
    assert ledger.reconcile() == 1
    assert ledger.reconcile() == 0
    task = read_task(ledger.writer, task_id)
    assert (task.status, task.retry_reason, task.attempt) == (Status.RETRY, "worker_lost", 1)
    assert ledger.dispatches(task_id) == [2]
    with pytest.raises(Fenced):
        say(ledger.writer, task_id, claim, Completed(result="late"))
    event = read_events(ledger.writer, task_id)[-1]
    assert event.actor == "reconciler"
    assert isinstance(event.data, Retrying)
    assert event.data.countdown_s == 0


def test_an_expired_lease_closes_and_one_that_is_renewed_does_not(ledger: Ledger) -> None:
    gone, alive = uuid4(), uuid4()
    lost, kept = ledger.register(), ledger.register()
    ledger.renew(gone, lost, seconds=0)
    ledger.renew(alive, kept)
    ledger.start(lost, gone)
    ledger.start(kept, alive)
    for _ in range(3):
        ledger.renew(alive, kept)
    assert ledger.reconcile() == 1
    assert read_task(ledger.writer, lost).state is State.RETRYING
    assert read_task(ledger.writer, kept).state is State.STARTED


def test_an_attempt_that_its_living_worker_does_not_name_twice_is_closed(ledger: Ledger) -> None:
    boot, other, task_id = uuid4(), uuid4(), ledger.register()
    ledger.renew(boot)
    ledger.start(task_id, boot)
    assert ledger.reconcile() == 0  # the worker said nothing yet since the attempt began
    ledger.renew(boot)
    assert ledger.reconcile() == 0  # a list that was made before the attempt began, and sent after
    ledger.renew(boot, other)
    assert ledger.reconcile() == 1
    data = read_events(ledger.writer, task_id)[-1].data
    assert isinstance(data, Retrying)
    assert data.error is not None
    assert "no longer works on this attempt" in data.error.message


def test_an_attempt_that_one_of_two_renewals_names_is_kept(ledger: Ledger) -> None:
    boot, task_id = uuid4(), ledger.register()
    ledger.renew(boot)
    ledger.start(task_id, boot)
    for live in ((task_id,), (), (task_id,), ()):
        ledger.renew(boot, *live)
        assert ledger.reconcile() == 0


def test_an_attempt_without_any_lease_is_lost_when_it_is_old_and_a_lease_could_be_written(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reconciler that has just come back cannot know whether the worker could write a lease."""
    clock = [1_000_000.0]
    monkeypatch.setattr("task_ledger.projector.reconciler.time", lambda: clock[0])
    monkeypatch.setattr("task_ledger.projector.reconciler.INTERRUPTION_S", 60.0)
    task_id = ledger.register()
    ledger.start(task_id, uuid4())
    ledger.fold()
    with closing(projector_connection(ledger.database)) as connection:
        reconciler = Reconciler(connection)
        clock[0] += 59
        assert reconciler.lost() == []
        ledger.writer.execute(
            "UPDATE task_ledger.task_record SET attempt_started_at = now() - interval '61 s'"
        )
        assert reconciler.lost() == []
        clock[0] += 2
        assert len(reconciler.lost()) == 1
        clock[0] += 3600
        assert reconciler.lost() == []


FULL = """
CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON task_ledger.task_event
    FOR EACH STATEMENT EXECUTE FUNCTION public.full_disk()"""


def test_while_no_end_can_be_stored_no_lease_counts_as_missing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps the reconciler from writing keeps workers from renewing their leases."""
    clock = [1_000_000.0]
    monkeypatch.setattr("task_ledger.projector.reconciler.time", lambda: clock[0])
    task_id = ledger.register()
    ledger.start(task_id, uuid4())
    ledger.fold()
    ledger.writer.execute(
        "UPDATE task_ledger.task_record SET attempt_started_at = now() - interval '1 h'"
    )
    with closing(projector_connection(ledger.database)) as connection:
        reconciler = Reconciler(connection)
        for _ in range(13):
            clock[0] += 5
            reconciler.lost()
        with psycopg.connect(ledger.database.superuser_url, autocommit=True) as superuser:
            superuser.execute(FULL)
            with pytest.raises(LedgerUnavailable, match="short of resources"):
                reconciler.tick()
            superuser.execute("DROP TRIGGER full_disk ON task_ledger.task_event")
        clock[0] += 5
        assert reconciler.tick() == 0
        for _ in range(12):
            clock[0] += 5
            reconciler.tick()
    assert read_task(ledger.writer, task_id).state is not State.STARTED


def test_the_last_attempt_ends_as_failed(ledger: Ledger) -> None:
    boot, task_id = uuid4(), ledger.register(max_attempts=2)
    for attempt in (1, 2):
        _make_due(ledger)
        ledger.start(task_id, boot, attempt)
        ledger.renew(boot, seconds=0)
        assert ledger.reconcile() == 1
    task = read_task(ledger.writer, task_id)
    assert (task.status, task.failure_reason) == (Status.FAILURE, "worker_lost")
    assert ledger.dispatches(task_id) == [2]


def test_a_task_without_a_limit_ends_after_so_many_losses_in_a_row(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.closing.LONGEST_WAIT_S", 0.0)
    boot, task_id = uuid4(), ledger.register(max_attempts=None)
    attempt = 0

    def lose() -> None:
        nonlocal attempt
        attempt += 1
        ledger.start(task_id, boot, attempt)
        ledger.renew(boot, seconds=0)
        assert ledger.reconcile() == 1

    for _ in range(MOST_LOSSES - 1):
        lose()
    # An attempt that ends in another way begins the count anew.
    attempt += 1
    claim = ledger.start(task_id, None, attempt)
    error = Retrying.model_validate({"reason": "error", "countdown_s": 0})
    now = datetime.now(UTC)
    append(ledger.writer, Append(task_id, claim, attempt, "w", error, due_at=now))
    for _ in range(MOST_LOSSES):
        assert read_task(ledger.writer, task_id).state is State.RETRYING
        lose()
    task = read_task(ledger.writer, task_id)
    assert (task.status, task.failure_reason) == (Status.FAILURE, "worker_lost")
    assert task.attempt == 2 * MOST_LOSSES


def test_later_losses_wait_longer(ledger: Ledger) -> None:
    boot, task_id = uuid4(), ledger.register(max_attempts=None)
    waits: list[float | None] = []
    for attempt in (1, 2, 3):
        _make_due(ledger)
        ledger.start(task_id, boot, attempt)
        ledger.renew(boot, seconds=0)
        ledger.reconcile()
        waits.append(read_task(ledger.writer, task_id).countdown_s)
    assert waits == [0, 1, 3]


def test_a_lost_attempt_that_was_to_be_cancelled_ends_as_cancelled(ledger: Ledger) -> None:
    boot, task_id = uuid4(), ledger.register()
    ledger.start(task_id, boot)
    request_cancel(ledger.writer, task_id, "tester")
    ledger.renew(boot, seconds=0)
    assert ledger.reconcile() == 1
    task = read_task(ledger.writer, task_id)
    assert (task.status, task.failure_reason) == (Status.REVOKED, "cancelled")
    assert ledger.dispatches(task_id) == []


def test_a_read_model_that_is_behind_closes_nothing_wrong(ledger: Ledger) -> None:
    gone, alive = uuid4(), uuid4()
    taken, ended = ledger.register(), ledger.register()
    ledger.start(taken, gone)
    claim = ledger.start(ended, gone)
    ledger.renew(gone, seconds=0)
    ledger.fold()
    seen = ledger.lost()
    assert len(seen) == 2
    assert ledger.reconcile() == 2
    _make_due(ledger)
    ledger.start(taken, alive, attempt=2)
    claim = ledger.start(ended, alive, attempt=2)
    say(ledger.writer, ended, claim, Completed(result="done"), attempt=2)
    before = (ledger.types(taken), ledger.types(ended))
    with closing(projector_connection(ledger.database)) as connection:
        assert [Reconciler(connection).close(lost) for lost in seen] == [False, False]
    assert (ledger.types(taken), ledger.types(ended)) == before


def test_two_reconcilers_at_once_close_once(ledger: Ledger) -> None:
    boot = uuid4()
    tasks = [ledger.register() for _ in range(10)]
    for task_id in tasks:
        ledger.start(task_id, boot)
    ledger.renew(boot, seconds=0)
    ledger.fold()
    both_have_looked = Barrier(2)

    def reconcile(_: int) -> int:
        with closing(projector_connection(ledger.database)) as connection:
            reconciler = Reconciler(connection)
            lost = reconciler.lost()
            both_have_looked.wait(10)
            return sum(reconciler.close(one) for one in lost)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(reconcile, range(2))) == len(tasks)
    for task_id in tasks:
        assert ledger.types(task_id).count(EventType.RETRYING) == 1
        assert ledger.dispatches(task_id) == [2]


def test_a_worker_that_is_about_to_commit_is_not_waited_for(ledger: Ledger) -> None:
    boot, task_id = uuid4(), ledger.register()
    claim = ledger.start(task_id, boot)
    ledger.renew(boot, seconds=0)
    with closing(owner(ledger.database, autocommit=False)) as worker:
        say(worker, task_id, claim, Completed(result="done"))
        assert ledger.reconcile() == 0
        worker.commit()
    assert ledger.reconcile() == 0
    assert read_task(ledger.writer, task_id).status is Status.SUCCESS


def test_an_ended_lease_is_not_renewed_and_an_expired_one_is(ledger: Ledger) -> None:
    ended, expired = uuid4(), uuid4()
    for boot in (ended, expired):
        ledger.renew(boot, seconds=0)
    ledger.end(ended)
    for boot in (ended, expired):
        ledger.renew(boot)
    rows = ledger.writer.execute(
        "SELECT boot FROM task_ledger.worker_lease WHERE expires_at > now()"
    ).fetchall()
    assert rows == [(expired,)]


def test_a_lease_that_nobody_could_renew_does_not_count_until_it_could_be(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away, or the machine slept: every lease has expired, no worker is lost."""
    clock = [1_000_000.0]
    monkeypatch.setattr("task_ledger.projector.reconciler.time", lambda: clock[0])
    boot, task_id = uuid4(), ledger.register()
    ledger.start(task_id, boot)
    ledger.renew(boot, task_id, seconds=20)
    ledger.writer.execute(
        "UPDATE task_ledger.worker_lease SET renewed_at = renewed_at - interval '1 h',"
        " expires_at = expires_at - interval '1 h'"
    )
    ledger.fold()
    with closing(projector_connection(ledger.database)) as connection:
        reconciler = Reconciler(connection)

        def seen_after(*seconds: float) -> list[int]:
            seen: list[int] = []
            for one in seconds:
                clock[0] += one
                seen.append(len(reconciler.lost()))
            return seen

        assert seen_after(0, 4, 4, 4, 4, 3) == [0] * 6
        assert seen_after(3600, 4, 4, 4, 4, 3) == [0] * 6
        assert seen_after(2) == [1]


def test_leases_that_are_long_over_are_forgotten(ledger: Ledger) -> None:
    gone, kept = uuid4(), uuid4()
    for boot, ago in ((gone, "25 hours"), (kept, "22 hours")):
        ledger.renew(boot)
        ledger.writer.execute(
            "UPDATE task_ledger.worker_lease SET expires_at = now() - %s::interval WHERE boot = %s",
            (ago, boot),
        )
    ledger.reconcile()
    assert ledger.writer.execute("SELECT boot FROM task_ledger.worker_lease").fetchall() == [
        (kept,)
    ]


def test_failed_says_which_worker_was_lost(ledger: Ledger) -> None:
    boot, task_id = uuid4(), ledger.register(max_attempts=1)
    ledger.start(task_id, boot)
    ledger.renew(boot, seconds=0)
    ledger.reconcile()
    data = read_events(ledger.writer, task_id)[-1].data
    assert isinstance(data, Failed)
    assert data.error is not None
    assert data.error.message.startswith("the worker w has stopped")


def _make_due(ledger: Ledger) -> None:
    """Let every countdown be over: as if the time had passed."""
    ledger.writer.execute("ALTER TABLE task_ledger.task_event DISABLE TRIGGER admit_erasure")
    ledger.writer.execute("UPDATE task_ledger.task_event SET due_at = now() - interval '1 h'"
                          " WHERE due_at IS NOT NULL")  # fmt: skip
    ledger.writer.execute("ALTER TABLE task_ledger.task_event ENABLE TRIGGER admit_erasure")
