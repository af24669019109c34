"""A body on Django's ORM: its rows, the task's end and what it sent are one commit, or none."""

from typing import Any

import pytest
from celery.exceptions import Ignore, Retry
from django.db import IntegrityError, connection, transaction

from task_ledger import LedgerTask
from task_ledger.django import enqueue
from task_ledger.errors import (
    UnsupportedConfiguration,
)
from task_ledger.model.transitions import Status
from tests.task_ledger.django.bodies import APP, child, orders, receipt, task_of
from tests.task_ledger.django.conftest import Ledger, label
from tests.task_ledger.django.shop.models import Order, Payment


def test_rows_end_and_messages_are_one_commit(run: Any, ledger: Ledger) -> None:
    name = label()
    seen: list[Any] = []
    before = ledger.sent().count("receipt")

    def body(self: LedgerTask) -> str:
        Order.objects.create(label=name)
        receipt.delay()
        self.progress(50, "Charging")
        seen.append((orders(name), ledger.types(task.task_id)))
        return "paid"

    body_task = task_of(body)
    task = enqueue(body_task.s())
    assert run(body_task, task) == "paid"
    # Progress is seen at once, on the ledger's own connection; rows and message are not.
    assert seen == [(0, ["registered", "started", "progress"])]
    assert ledger.types(task.task_id) == ["registered", "started", "progress", "completed"]
    assert ledger.sent().count("receipt") == before + 1
    assert orders(name) == 1
    assert connection.get_autocommit()
    (transactions,) = ledger.connection.execute(
        "SELECT count(DISTINCT x::text) FROM (SELECT xmin AS x FROM shop_order WHERE label = %s"
        " UNION SELECT xmin FROM task_ledger.task_event WHERE task_id = %s AND type = 'completed')"
        " AS both_rows",
        (name, task.task_id),
    ).fetchone() or (0,)
    assert transactions == 1


def test_a_body_that_raises_leaves_nothing_but_its_end(run: Any, ledger: Ledger) -> None:
    name = label()
    before = len(ledger.sent())

    def body(self: LedgerTask) -> None:
        with transaction.atomic():
            Order.objects.create(label=name)
            receipt.delay()
            enqueue(child.s())
        raise ValueError("no")

    body_task = task_of(body)
    task = enqueue(body_task.s())
    tasks = ledger.count("task_ledger.task_event WHERE type = 'registered'")
    with pytest.raises(ValueError, match="no"):
        run(body_task, task)
    assert ledger.types(task.task_id)[-1] == "failed"
    assert orders(name) == 0
    assert len(ledger.sent()) == before
    assert ledger.count("task_ledger.task_event WHERE type = 'registered'") == tasks


def test_a_body_without_rows_ends_on_the_ledgers_own_connection(run: Any, ledger: Ledger) -> None:
    def body(self: LedgerTask) -> int:
        return 1

    body_task = task_of(body)
    task = enqueue(body_task.s())
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        run(body_task, task)
    assert ledger.types(task.task_id)[-1] == "completed"
    # Django lists these two for its own flag; psycopg has sent neither.
    assert [one["sql"] for one in queries] == ["BEGIN", "COMMIT"]


def test_a_child_is_registered_in_the_bodys_commit(run: Any, ledger: Ledger) -> None:
    children: list[Any] = []

    def body(self: LedgerTask) -> None:
        order = Order.objects.create(label=label())
        children.append(enqueue(child.s(), entity=order))

    body_task = task_of(body)
    task = enqueue(body_task.s())
    run(body_task, task)
    record = ledger.record(children[0].task_id)
    assert (record.parent_id, record.status) == (task.task_id, Status.PENDING)


def test_a_savepoint_undoes_its_part_alone(run: Any, ledger: Ledger) -> None:
    kept, undone = label(), label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=kept)
        try:
            with transaction.atomic():
                Order.objects.create(label=undone)
                Order.objects.create(label=kept)
        except IntegrityError:
            pass

    body_task = task_of(body)
    task = enqueue(body_task.s())
    run(body_task, task)
    assert ledger.types(task.task_id)[-1] == "completed"
    assert (orders(kept), orders(undone)) == (1, 0)


def test_a_deferred_constraint_fails_the_task_at_the_commit(run: Any, ledger: Ledger) -> None:
    def body(self: LedgerTask) -> None:
        Payment.objects.create(order_id=-1)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(Exception, match="foreign key"):
        run(body_task, task)
    assert ledger.types(task.task_id) == ["registered", "started", "failed"]


def test_hooks_run_after_the_commit_and_cannot_fail_the_task(run: Any, ledger: Ledger) -> None:
    seen: list[Any] = []
    name = label()
    before = ledger.sent().count("receipt")

    def fail() -> None:
        raise ValueError("too late")

    def look() -> None:
        seen.append((orders(name), ledger.types(task.task_id)[-1], connection.in_atomic_block))

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        transaction.on_commit(fail)
        transaction.on_commit(look)
        transaction.on_commit(receipt.delay)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    run(body_task, task)
    assert seen == [(1, "completed", False)]
    assert ledger.types(task.task_id) == ["registered", "started", "completed"]
    assert ledger.sent().count("receipt") == before + 1


def test_hooks_of_a_body_without_rows_run_too_and_none_of_a_failed_one(
    run: Any, ledger: Ledger
) -> None:
    seen: list[str] = []

    def body(self: LedgerTask, fails: bool) -> None:
        transaction.on_commit(lambda: seen.append("ran"))
        if fails:
            raise ValueError("no")

    body_task = task_of(body)
    run(body_task, enqueue(body_task.s(False)), False)
    assert seen == ["ran"]
    with pytest.raises(ValueError, match="no"):
        run(body_task, enqueue(body_task.s(True)), True)
    assert seen == ["ran"]
    assert connection.run_on_commit == []


def test_delay_on_commit_in_a_body_leaves_with_its_commit(run: Any, ledger: Ledger) -> None:
    before = ledger.sent().count("receipt")

    def body(self: LedgerTask, fails: bool) -> None:
        receipt.delay_on_commit()
        if fails:
            raise ValueError("no")

    body_task = task_of(body)
    run(body_task, enqueue(body_task.s(False)), False)
    assert ledger.sent().count("receipt") == before + 1
    with pytest.raises(ValueError, match="no"):
        run(body_task, enqueue(body_task.s(True)), True)
    assert ledger.sent().count("receipt") == before + 1


def test_a_retry_undoes_the_rows(run: Any, ledger: Ledger) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        with transaction.atomic():
            raise self.retry(countdown=60)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(Retry):
        run(body_task, task)
    assert ledger.record(task.task_id).status is Status.RETRY
    assert orders(name) == 0


def test_ignore_keeps_the_rows(run: Any, ledger: Ledger) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        raise Ignore

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(Ignore):
        run(body_task, task)
    assert ledger.types(task.task_id)[-1] == "completed"
    assert orders(name) == 1


def test_the_session_of_sqlalchemy_is_refused(run: Any, ledger: Ledger) -> None:
    def body(self: LedgerTask) -> None:
        _ = self.session

    body_task = task_of(body)
    with pytest.raises(UnsupportedConfiguration, match="use the models"):
        run(body_task, enqueue(body_task.s()))


def test_an_untracked_task_commits_as_it_writes(run: Any, ledger: Ledger) -> None:
    name, undone = label(), label()
    before = ledger.sent().count("receipt")

    @APP.task(name=f"of_{label()}", bind=True, shared=False)
    def plain(self: Any) -> None:
        Order.objects.create(label=name)
        seen.append(orders(name))
        with transaction.atomic():
            receipt.delay()
        try:
            with transaction.atomic():
                Order.objects.create(label=undone)
                receipt.delay()
                raise KeyError
        except KeyError:
            pass
        raise ValueError("no")

    seen: list[int] = []
    pushed: Any = plain
    pushed.push_request(id=label(), delivery_info={}, called_directly=False, is_eager=False)
    try:
        with pytest.raises(ValueError, match="no"):
            pushed()
    finally:
        pushed.pop_request()
    assert seen == [1]
    assert (orders(name), orders(undone)) == (1, 0)
    assert ledger.sent().count("receipt") == before + 1
