"""What comes after a task leaves when the task has completed, and ends when it has not."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from celery import chain, chord, group
from sqlalchemy.orm import Session

from task_ledger.errors import AlreadyRegistered, InvalidEvent, NotDue
from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.eventlog.database import query
from task_ledger.eventlog.read import read_events
from task_ledger.model.events import Completed, Failed, Registered
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import FailureReason, State, Status
from task_ledger.projector.redispatch import Redispatch
from task_ledger.registration import registration
from task_ledger.registration.enqueue import step
from tests.task_ledger.projector.log import (
    complete,
    count,
    drain,
    owner,
    projector,
    projector_connection,
    say,
    start,
)
from tests.task_ledger.projector.steps import ENDS, Steps, fail, lose_its_worker, task


def test_all_steps_are_registered_at_once_and_say_what_they_come_after(steps: Steps) -> None:
    first, left, right, last = steps.enqueue(
        chain(task("a"), group(task("b"), task("c")), task("d"))
    )
    records = [steps.record(one) for one in (first, left, right, last)]
    assert [one.status for one in records] == [Status.PENDING] * 4
    assert [one.waits_for for one in records] == [[], [first], [first], [left, right]]
    assert {one.root_id for one in records[1:]} == {first}
    assert records[1].group_id == records[2].group_id is not None
    assert records[0].group_id is records[3].group_id is None
    assert steps.dispatched() == [first]


@pytest.mark.parametrize("countdown", [9.2e12, float("inf"), float("nan")])
def test_a_step_whose_delay_never_ends_is_refused_before_it_fails_the_task_before_it(
    steps: Steps, countdown: float
) -> None:
    with pytest.raises(InvalidEvent, match="countdown"):
        steps.enqueue(chain(task("a"), task("b").set(countdown=countdown)))
    assert count(steps.database, "task_event") == 0


@pytest.mark.parametrize("delay_s", [9.2e12, float("nan")])
def test_the_database_refuses_it_as_well(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, delay_s: float
) -> None:
    monkeypatch.setattr(registration, "seconds", lambda given: delay_s if given else None)
    with pytest.raises(InvalidEvent, match="does not end in the years"):
        steps.enqueue(chain(task("a"), task("b").set(countdown=1)))
    assert count(steps.database, "task_event") == 0


def test_a_forged_message_starts_and_ends_no_step_before_its_time(steps: Steps) -> None:
    """Who can write to the broker can send the message of a step that waits."""
    first, second = steps.enqueue(chain(task("a"), task("b").set(countdown=60)))
    lost = Failed(reason=FailureReason.UNDELIVERABLE, message="no such code")

    def refused() -> None:
        with pytest.raises(NotDue, match="for tasks before it"):
            start(steps.writer, second)
        with pytest.raises(NotDue, match="for tasks before it"):
            append(steps.writer, Append(second, None, 1, "w", lost))

    refused()
    claim = start(steps.writer, first)
    refused()
    complete(steps.writer, first, claim)
    refused()  # its own countdown counts from the end of the first
    assert steps.advance() == 0
    steps.writer.execute("UPDATE task_ledger.next_step SET ready_at = now()")
    assert steps.advance() == 1
    start(steps.writer, second)


def test_a_step_is_dispatched_after_the_commit_of_the_step_before_and_not_earlier(
    steps: Steps,
) -> None:
    first, second, third = steps.enqueue(chain(task("a"), task("b"), task("c")))
    claim = start(steps.writer, first)
    assert steps.advance() == 0
    with closing(owner(steps.database, autocommit=False)) as worker:
        complete(worker, first, claim)
        assert steps.advance() == 0
        assert steps.dispatched() == [first]
        worker.commit()
    assert steps.advance() == 1
    assert steps.dispatched() == [first, second]
    steps.run(second)
    steps.advance()
    assert steps.dispatched() == [first, second, third]
    steps.run(third)
    assert steps.advance() == 0
    assert count(steps.database, "next_step") == 0


def test_a_step_before_that_is_rolled_back_makes_nothing_due(steps: Steps) -> None:
    first, _ = steps.enqueue(chain(task("a"), task("b")))
    claim = start(steps.writer, first)
    with closing(owner(steps.database, autocommit=False)) as worker:
        complete(worker, first, claim)
        worker.rollback()
    assert steps.advance() == 0
    assert steps.dispatched() == [first]


@pytest.mark.parametrize("how", ENDS)
def test_whatever_comes_after_a_task_that_did_not_complete_ends_as_upstream(
    steps: Steps, how: str
) -> None:
    first, *later = steps.enqueue(chain(task("a"), task("b"), task("c")))
    ENDS[how](steps, first)
    steps.advance()
    for before, one in zip([first, *later], later, strict=False):
        record = steps.record(one)
        assert (record.status, record.failure_reason) == (Status.FAILURE, "upstream")
        assert record.error is not None
        assert str(before) in record.error["message"]
    reason = how.partition(" ")[0]
    message = (steps.record(later[0]).error or {})["message"]
    assert message.endswith(f"failed({reason})")
    assert steps.dispatched() == [first]
    assert count(steps.database, "next_step") == 0


@pytest.mark.parametrize("how", ENDS)
def test_a_step_after_failures_is_dispatched_when_all_before_it_have_ended(
    steps: Steps, how: str
) -> None:
    body = step(task("c").set(immutable=True), after_failures=True)
    bad, good, last = steps.enqueue(chord([task("a"), task("b")], body))
    assert steps.record(last).waits_for == [bad, good]
    ENDS[how](steps, bad)
    steps.advance()
    assert steps.dispatched() == [bad, good]
    assert steps.record(last).state is State.REGISTERED
    steps.run(good)
    steps.advance()
    assert steps.dispatched() == [bad, good, last]
    assert count(steps.database, "next_step") == 0


def test_a_step_after_failures_counts_its_delay_from_the_last_end(steps: Steps) -> None:
    body = step(task("b", countdown=60).set(immutable=True), after_failures=True)
    first, _ = steps.enqueue(chain(task("a"), body))
    fail(steps, first)
    assert steps.advance() == 0
    steps.writer.execute("UPDATE task_ledger.next_step SET ready_at = ready_at - interval '60 s'")
    assert steps.advance() == 1


def test_an_attempt_that_is_tried_again_keeps_the_next_step_waiting(steps: Steps) -> None:
    first, second = steps.enqueue(chain(task("a"), task("b")), max_attempts=2)
    lose_its_worker(steps, first)
    assert steps.record(first).state is State.RETRYING
    assert steps.advance() == 0
    assert steps.record(second).state is State.REGISTERED


def test_a_task_that_raised_ignore_is_followed_by_nothing(steps: Steps) -> None:
    first, second = steps.enqueue(chain(task("a"), task("b")))
    say(steps.writer, first, start(steps.writer, first), Completed(ignored=True))
    steps.advance()
    record = steps.record(second)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "upstream")
    assert "Ignore" in (record.error or {})["message"]
    assert steps.record(first).status is Status.SUCCESS


def test_of_two_ends_at_once_one_is_the_last_and_the_body_is_dispatched_once(
    steps: Steps,
) -> None:
    left, right, body = steps.enqueue(chord([task("a"), task("b")], task("c")))
    claims = [start(steps.writer, one) for one in (left, right)]
    with (
        closing(owner(steps.database, autocommit=False)) as one,
        closing(owner(steps.database, autocommit=False)) as other,
    ):
        complete(one, left, claims[0])
        complete(other, right, claims[1])
        one.commit()
        other.commit()
    assert steps.advance() == 2
    assert steps.dispatched() == [left, right, body]


def test_two_who_take_the_steps_of_one_body_dispatch_it_once(steps: Steps) -> None:
    left, right, body = steps.enqueue(chord([task("a"), task("b")], task("c")))
    steps.run(left)
    with closing(owner(steps.database, autocommit=False)) as another:
        another.execute("SELECT task_ledger.take_next_steps(10, 'another')")
        steps.run(right)
        assert steps.next_steps.tick() == 0, "the body is in another's hands"
        another.commit()
    assert steps.advance() == 1
    assert steps.dispatched() == [left, right, body]


def test_a_body_ends_with_the_first_member_that_fails_and_the_others_go_on(steps: Steps) -> None:
    left, right, body = steps.enqueue(chord([task("a"), task("b")], task("c")))
    fail(steps, left)
    steps.advance()
    assert steps.record(body).failure_reason == "upstream"
    steps.run(right)
    steps.advance()
    assert steps.record(right).status is Status.SUCCESS
    assert steps.dispatched() == [left, right]
    assert count(steps.database, "next_step") == 0


def test_a_step_that_was_cancelled_while_it_waited_is_not_dispatched(steps: Steps) -> None:
    first, second, third = steps.enqueue(chain(task("a"), task("b"), task("c")))
    assert request_cancel(steps.writer, second, "ops").outcome == "accepted"
    assert steps.record(second).status is Status.REVOKED
    steps.advance()
    assert steps.record(third).failure_reason == "upstream"
    steps.run(first)
    steps.advance()
    assert steps.dispatched() == [first]
    assert count(steps.database, "next_step") == 0


def test_the_countdown_of_a_step_begins_with_the_end_of_the_one_before(steps: Steps) -> None:
    first, second = steps.enqueue(chain(task("a"), task("b", countdown=60)))
    steps.run(first)
    assert steps.advance() == 0
    row = steps.writer.execute("SELECT ready_at FROM task_ledger.next_step").fetchone()
    assert row is not None
    left_s = (row[0] - datetime.now(UTC)).total_seconds()
    assert 50 < left_s <= 60
    steps.writer.execute("UPDATE task_ledger.next_step SET ready_at = now()")
    steps.advance()
    assert steps.dispatched() == [first, second]


def test_a_step_with_an_eta_is_dispatched_for_that_time(steps: Steps) -> None:
    eta = datetime.now(UTC) + timedelta(hours=1)
    first, second = steps.enqueue(chain(task("a"), task("b", eta=eta)))
    steps.run(first)
    steps.advance()
    row = steps.writer.execute(
        "SELECT due_at FROM task_ledger.outbox WHERE task_id = %s", (second,)
    ).fetchone()
    assert row == (eta,)


def test_a_task_that_waits_for_others_is_not_taken_for_one_that_the_broker_lost(
    steps: Steps,
) -> None:
    first, second = steps.enqueue(chain(task("a"), task("b")))
    steps.writer.execute("DELETE FROM task_ledger.outbox")
    with closing(projector_connection(steps.database)) as connection:
        drain(projector(connection))
        unclaimed = Redispatch(connection, look_after_s=0.0, wait_s=0.0)
        assert unclaimed.tick() == 1
        assert steps.dispatched() == [first]
        assert count(steps.database, "redispatch") == 1
        row = connection.execute("SELECT task_ledger.dispatch_again(%s, 1)", (second,)).fetchone()
        assert row == (False,)


def test_a_unit_that_was_registered_before_stores_nothing_more(steps: Steps) -> None:
    unit = chain(task("a"), task("b"))
    task_id = new_task_id()
    with Session(steps._engine) as session, session.begin():  # pyright: ignore[reportPrivateUsage]
        done = steps.enqueue_in(session, unit, task_id=task_id)
        with pytest.raises(AlreadyRegistered):
            steps.enqueue_in(session, unit, task_id=task_id)
    assert done.task_id == task_id == done.tasks[-1].task_id
    assert count(steps.database, "task_event") == 2
    assert len(steps.dispatched()) == 1


def test_the_registered_event_of_a_step_names_what_it_waits_for(steps: Steps) -> None:
    first, second = steps.enqueue(chain(task("a"), task("b")))
    (event,) = read_events(steps.writer, second)
    assert isinstance(event.data, Registered)
    assert event.data.waits_for == [first]


def test_a_step_that_nobody_takes_counts_as_undispatched(steps: Steps) -> None:
    first, second = steps.enqueue(chain(task("a"), task("b")))
    steps.writer.execute("DELETE FROM task_ledger.outbox")

    def undispatched() -> int:
        with closing(psycopg.connect(steps.database.url_for("api"))) as connection:
            row = connection.execute(query("undispatched")).fetchone()
        assert row is not None
        return row[0]

    assert undispatched() == 0
    steps.run(first)
    assert undispatched() == 1
    steps.advance()
    assert steps.dispatched() == [second]
