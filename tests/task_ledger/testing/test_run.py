"""A task is run in the transaction of a test, as a worker would run it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from celery import chain, chord, group, signals
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from task_ledger import (
    BadResult,
    Enqueued,
    NotDue,
    TransactionEscaped,
    UnsupportedConfiguration,
    enqueue,
    enqueue_many,
    step,
)
from task_ledger.testing import LedgerTest, ledger_test
from tests.task_ledger.testing.app import (
    add,
    app,
    broken_untracked,
    fail,
    flaky,
    forever,
    loop,
    notify,
    parent,
    pure,
    untracked,
)

Labels = Callable[[], list[str]]


def types(run: Any) -> list[str]:
    return [str(event.type) for event in run.events]


def test_a_body_runs_with_its_rows_progress_and_result(ledger: LedgerTest, labels: Labels) -> None:
    run = ledger.run(add.s(2, y=3), project_id="riverside", name="Sum")
    assert (run.status, run.result, run.get()) == ("SUCCESS", 5, 5)
    assert [(p.percent, p.step, p.current) for p in run.progress] == [
        (0, "Adding", None),
        (100, "Added", 1),
    ]
    assert types(run) == ["registered", "started", "progress", "progress", "completed"]
    assert run.record is not None
    assert (run.record.project_id, run.record.task_name) == ("riverside", "Sum")
    assert labels() == ["2+3"]


def test_a_body_without_a_session_runs(ledger: LedgerTest) -> None:
    assert ledger.run(pure.s(7)).get() == 7


def test_retries_are_run_without_waiting_and_undo_rows_and_sends(
    ledger: LedgerTest, labels: Labels
) -> None:
    run = ledger.run(flaky.s(3))
    assert (run.status, run.result, run.attempt) == ("SUCCESS", 3, 3)
    assert [retry.countdown_s for retry in run.retries] == [60, 60]
    assert [p.step for p in run.progress] == ["Attempt 1", "Attempt 2", "Attempt 3"]
    assert types(run).count("progress") == 3
    assert labels() == ["attempt 3"]
    assert [(sent.task, sent.args) for sent in run.sent] == [(notify.name, ("attempt 3",))]


def test_attempts_may_be_run_one_by_one(ledger: LedgerTest) -> None:
    first = ledger.run(flaky.s(2), attempts=1)
    assert (first.status, first.attempt) == ("RETRY", 1)
    assert isinstance(first.exception, OSError)
    (task,) = ledger.tasks
    second = ledger.run(task, attempts=1)
    assert (second.status, second.attempt, len(second.progress)) == ("SUCCESS", 2, 2)


def test_a_task_without_an_attempt_left_fails(ledger: LedgerTest, labels: Labels) -> None:
    run = ledger.run(flaky.s(9))
    assert (run.status, run.attempt, run.sent) == ("FAILURE", 3, ())
    with pytest.raises(OSError, match="attempt 3"):
        run.get()
    assert labels() == []


def test_a_task_that_never_ends_is_said(
    ledger: LedgerTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.testing.running.MOST_ATTEMPTS", 4)
    with pytest.raises(AssertionError, match="4 attempts"):
        ledger.run(forever.s())


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("error", ValueError),
        ("sql", Exception),
        ("object", BadResult),
        ("commit", TransactionEscaped),
    ],
)
def test_a_failed_body_leaves_its_progress_and_no_row(
    ledger: LedgerTest, labels: Labels, how: str, kind: type[Exception]
) -> None:
    run = ledger.run(fail.s(how))
    assert run.status == "FAILURE"
    assert isinstance(run.exception, kind)
    assert types(run) == ["registered", "started", "progress", "failed"]
    assert labels() == []


def test_ignore_keeps_the_rows(ledger: LedgerTest, labels: Labels) -> None:
    run = ledger.run(fail.s("ignore"))
    assert (run.status, run.result, labels()) == ("SUCCESS", None, ["before"])
    assert [sent.args for sent in run.sent] == [("before it",)]


def test_a_cancel_ends_the_body_at_its_next_progress(ledger: LedgerTest, labels: Labels) -> None:
    run = ledger.run(loop.s(), cancel_at=40)
    assert run.status == "REVOKED"
    assert [p.percent for p in run.progress] == [0, 10, 20, 30, 40]
    assert "cancel_requested" in types(run)
    assert labels() == []


def test_the_rows_of_the_test_are_seen_by_the_body_and_kept_when_it_fails(
    ledger: LedgerTest, ledger_session: Session, labels: Labels
) -> None:
    ledger_session.execute(text("INSERT INTO kit_row VALUES ('mine')"))
    ledger.run(fail.s("sql"))
    assert labels() == ["mine"]


def test_what_a_body_enqueues_and_sends_is_recorded_and_can_be_run(ledger: LedgerTest) -> None:
    run = ledger.run(parent.s(4))
    (child,) = run.enqueued
    assert (child.task, child.args, child.project_id) == (add.name, (4, 1), "family")
    (sent,) = run.sent
    assert (sent.task, sent.args) == (notify.name, ("child",))
    assert sent.due_at is not None
    assert sent.due_at > datetime.now(UTC) + timedelta(seconds=20)
    (child_run,) = ledger.run_enqueued()
    assert child_run.result == 5
    assert child_run.record is not None
    assert child_run.record.parent_id == run.task_id


def test_a_chain_passes_results_on(ledger: LedgerTest) -> None:
    assert ledger.run(chain(add.s(1, 2), add.s(10), add.s(100))).result == 113


def test_a_chord_collects_results(ledger: LedgerTest) -> None:
    run = ledger.run(chord([add.s(1), add.s(2)], pure.s()))
    assert run.result == [1, 2]
    assert len(ledger.runs) == 3
    assert ledger.run(group(add.s(1), add.s(2))).result == 2


def test_what_comes_after_a_failure_fails_without_running(ledger: LedgerTest) -> None:
    run = ledger.run(chain(fail.s("error"), pure.s()))
    assert (run.status, run.attempt) == ("FAILURE", 0)
    assert run.record is not None
    assert run.record.failure_reason == "upstream"
    with pytest.raises(AssertionError, match="no result"):
        run.get()


def test_a_step_after_failures_runs_although_the_one_before_it_failed(ledger: LedgerTest) -> None:
    run = ledger.run(chain(fail.s("error"), step(pure.si(1), after_failures=True)))
    assert run.status == "SUCCESS"


def test_an_untracked_task_runs_in_the_same_transaction(ledger: LedgerTest, labels: Labels) -> None:
    run = ledger.run(untracked.s(2))
    assert (run.status, run.result, run.attempt) == ("SUCCESS", 2, 2)
    assert (run.record, run.events, len(run.sent)) == (None, (), 1)
    assert labels() == ["untracked 2"]
    failed = ledger.run(broken_untracked.s())
    assert failed.status == "FAILURE"
    with pytest.raises(ValueError, match="untracked"):
        failed.get()
    assert ledger.run(notify.s("x")).result == "told x"


def test_a_shared_task_runs(ledger: LedgerTest, labels: Labels) -> None:
    task = app.tasks["kit.shared"]
    assert ledger.run(task.s(3)).get() == 3
    assert labels() == ["shared 3"]


def test_what_is_not_due_is_left_alone(ledger: LedgerTest, ledger_session: Session) -> None:
    later = enqueue(ledger_session, add.s(1).set(countdown=60), project_id="p", actor="a")
    assert ledger.run_enqueued() == []
    with pytest.raises(NotDue):
        ledger.run(later)
    assert ledger.run(add.s(1).set(countdown=60)).status == "SUCCESS"


def test_many_that_were_enqueued_are_run_in_order(
    ledger: LedgerTest, ledger_session: Session
) -> None:
    enqueue_many(ledger_session, (add.s(n) for n in range(3)), project_id="p", actor="a")
    assert [run.result for run in ledger.run_enqueued()] == [0, 1, 2]
    assert ledger.run_enqueued() == []


def test_celerys_signals_and_handlers_are_called(ledger: LedgerTest) -> None:
    told: list[str] = []

    def note(sender: Any, task_id: str, **_: Any) -> None:
        told.append(task_id)

    signals.task_prerun.connect(note)
    try:
        run = ledger.run(add.s(1))
    finally:
        signals.task_prerun.disconnect(note)
    assert told == [str(run.task_id)]


def test_eager_mode_runs_what_is_enqueued_at_once(ledger_session: Session, labels: Labels) -> None:
    app.conf.task_always_eager = True
    try:
        with pytest.raises(UnsupportedConfiguration, match="ledger_test"):
            enqueue(ledger_session, add.s(1, 2), project_id="p", actor="a")
        with pytest.raises(UnsupportedConfiguration, match="ledger_test"):
            add.delay(1)
        with ledger_test(app, ledger_session) as ledger:
            done = enqueue(ledger_session, parent.s(1), project_id="p", actor="a")
            assert ledger.runs[done.task_id].status == "SUCCESS"
            assert labels() == ["1+1"]
        assert app.conf.task_always_eager
    finally:
        app.conf.task_always_eager = False


def test_an_async_session_is_refused_with_what_to_use(ledger_session: Session) -> None:
    other: Any = AsyncSession()
    with pytest.raises(UnsupportedConfiguration, match="enqueued_in"), ledger_test(app, other):
        pass


def test_a_task_that_was_not_enqueued_within_is_said(ledger: LedgerTest) -> None:
    with pytest.raises(AssertionError, match="not enqueued within"):
        ledger.run(Enqueued(UUID(int=0), 1, "sum", "Sum"))
