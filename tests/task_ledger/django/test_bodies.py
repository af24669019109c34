"""A body on Django's ORM: its rows, the task's end and what it sent are one commit, or none."""

import threading
from contextlib import suppress
from typing import Any

import pytest
from celery.exceptions import Ignore, Retry
from django.db import IntegrityError, close_old_connections, connection, connections, transaction

from task_ledger import LedgerTask
from task_ledger.django import LedgerCelery, enqueue
from task_ledger.errors import (
    TransactionAborted,
    TransactionEscaped,
    UnsupportedConfiguration,
    WroteOutsideRun,
)
from task_ledger.model.transitions import Status
from tests.task_ledger.django.conftest import Ledger, in_a_loop, label
from tests.task_ledger.django.shop.models import Order, Payment

APP = LedgerCelery("shop", broker="memory://", set_as_current=False)


@APP.task(name="receipt", shared=False)
def _receipt() -> None:
    """Is sent."""


receipt: Any = _receipt


@APP.task(name="child", task_type="child", shared=False)
def child(self: LedgerTask) -> None:
    """Is registered."""


def task_of(body: Any, **options: Any) -> Any:
    """A tracked task with a body."""
    name = f"of_{label()}"
    return APP.task(name=name, task_type="order", shared=False, max_retries=3, **options)(body)


def orders(*labels: str) -> int:
    """How many orders there are with these labels, as everybody sees it."""
    found: list[int] = []

    def count() -> None:
        found.append(Order.objects.filter(label__in=labels).count())
        connection.close()

    thread = threading.Thread(target=count)
    thread.start()
    thread.join()
    return found[0]


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


def swallow_without_savepoint() -> None:
    try:
        with transaction.atomic(savepoint=False):
            Order.objects.create(label=TAKEN)
    except IntegrityError:
        pass


def swallow_an_error() -> None:
    with suppress(IntegrityError):
        Order.objects.create(label=TAKEN)


def ask_for_a_rollback() -> None:
    transaction.set_rollback(True)


TAKEN = label()


@pytest.mark.parametrize(
    ("caught", "cause"),
    [
        (swallow_without_savepoint, IntegrityError),
        (swallow_an_error, IntegrityError),
        (ask_for_a_rollback, type(None)),
    ],
)
def test_what_django_would_roll_back_silently_fails_with_its_cause(
    run: Any, ledger: Ledger, caught: Any, cause: type
) -> None:
    name = label()
    Order.objects.get_or_create(label=TAKEN)

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        caught()

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(TransactionAborted, match="only be rolled back") as raised:
        run(body_task, task)
    assert isinstance(raised.value.__cause__, cause)
    assert ledger.types(task.task_id)[-1] == "failed"
    assert orders(name) == 0
    assert connection.get_autocommit()


def close() -> None:
    connection.close()


def close_all() -> None:
    connections.close_all()


def raw_commit() -> None:
    connection.connection.commit()


def said_commit() -> None:
    with connection.cursor() as cursor:
        cursor.execute("COMMIT")


def said_commit_and_chain() -> None:
    connection.connection.execute("COMMIT AND CHAIN")


def other_connection() -> None:
    connection.close()
    connection.connect()


@pytest.mark.parametrize("then_a_row", [True, False])
@pytest.mark.parametrize(
    "escape",
    [
        close,
        close_all,
        close_old_connections,
        raw_commit,
        said_commit,
        said_commit_and_chain,
        other_connection,
    ],
)
def test_a_transaction_that_was_ended_beneath_the_body_is_said(
    run: Any, ledger: Ledger, escape: Any, then_a_row: bool
) -> None:
    late = label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=label())
        escape()
        if then_a_row:
            Order.objects.create(label=late)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(TransactionEscaped):
        run(body_task, task)
    assert ledger.types(task.task_id)[-1] == "failed"
    assert orders(late) == 0
    assert Order.objects.filter(label=late).count() == 0


def test_an_open_block_is_said(run: Any, ledger: Ledger) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        transaction.atomic().__enter__()
        Order.objects.create(label=name)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(TransactionEscaped, match=r"atomic\(\) block open"):
        run(body_task, task)
    assert orders(name) == 0
    assert connection.get_autocommit()


def test_a_durable_block_is_refused_by_django(run: Any, ledger: Ledger) -> None:
    def body(self: LedgerTask) -> None:
        with transaction.atomic(durable=True):
            Order.objects.create(label=label())

    body_task = task_of(body)
    with pytest.raises(RuntimeError, match="durable"):
        run(body_task, enqueue(body_task.s()))


def test_a_deferred_constraint_fails_the_task_at_the_commit(run: Any, ledger: Ledger) -> None:
    def body(self: LedgerTask) -> None:
        Payment.objects.create(order_id=-1)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(Exception, match="foreign key"):
        run(body_task, task)
    assert ledger.types(task.task_id) == ["registered", "started", "failed"]


def test_a_connection_that_was_cut_is_a_lost_attempt_and_no_failure(
    run: Any, ledger: Ledger
) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        ledger.connection.execute(
            "SELECT pg_terminate_backend(%s)", (connection.connection.info.backend_pid,)
        )
        Order.objects.filter(label=name).count()

    body_task = task_of(body)
    task = enqueue(body_task.s(), max_attempts=3)
    with pytest.raises(Retry):
        run(body_task, task)
    assert ledger.types(task.task_id) == ["registered", "started", "retrying"]
    assert orders(name) == 0


def test_a_kept_connection_that_was_cut_between_tasks_costs_nothing(
    run: Any, ledger: Ledger
) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    ledger.connection.execute(
        "SELECT pg_terminate_backend(%s)", (connection.connection.info.backend_pid,)
    )
    run(body_task, task)
    assert ledger.types(task.task_id) == ["registered", "started", "completed"]
    assert orders(name) == 1


def test_the_connection_is_kept_for_the_next_task(run: Any, ledger: Ledger) -> None:
    pids: set[int] = set()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=label())
        pids.add(connection.connection.info.backend_pid)

    body_task = task_of(body)
    for _ in range(3):
        run(body_task, enqueue(body_task.s()))
    assert len(pids) == 1


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


def test_a_thread_of_a_body_may_read_and_not_write(run: Any, ledger: Ledger) -> None:
    name = label()
    seen: list[Any] = []

    def work() -> None:
        seen.append(Order.objects.filter(label=name).count())
        try:
            Order.objects.create(label=name)
        except Exception as error:  # noqa: BLE001
            seen.append(error)
        connection.close()

    def body(self: LedgerTask) -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    body_task = task_of(body)
    run(body_task, enqueue(body_task.s()))
    assert seen[0] == 0
    assert isinstance(seen[1], WroteOutsideRun)
    assert orders(name) == 0


def test_a_coroutine_of_a_body_cannot_write_either(run: Any, ledger: Ledger) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        async def write() -> None:
            await Order.objects.acreate(label=name)

        in_a_loop(write)

    body_task = task_of(body)
    with pytest.raises(WroteOutsideRun):
        run(body_task, enqueue(body_task.s()))
    assert orders(name) == 0


def test_a_coroutine_that_django_runs_is_part_of_the_body(run: Any, ledger: Ledger) -> None:
    from asgiref.sync import async_to_sync

    name = label()

    def body(self: LedgerTask) -> None:
        async def write() -> None:
            await Order.objects.acreate(label=name)

        async_to_sync(write)()
        raise ValueError("no")

    body_task = task_of(body)
    with pytest.raises(ValueError, match="no"):
        run(body_task, enqueue(body_task.s()))
    assert orders(name) == 0


def test_a_second_database_commits_by_itself(run: Any, ledger: Ledger) -> None:
    name, elsewhere = label(), label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        Order.objects.using("other").create(label=elsewhere)
        raise ValueError("no")

    body_task = task_of(body)
    with pytest.raises(ValueError, match="no"):
        run(body_task, enqueue(body_task.s()))
    assert (orders(name), orders(elsewhere)) == (0, 1)


def test_select_for_update_holds_the_row_until_the_end(run: Any, ledger: Ledger) -> None:
    order = Order.objects.create(label=label())
    seen: list[bool] = []

    def is_free() -> bool:
        with ledger.connection.transaction():
            row = ledger.connection.execute(
                "SELECT 1 FROM shop_order WHERE id = %s FOR UPDATE SKIP LOCKED", (order.pk,)
            ).fetchone()
        return row is not None

    def body(self: LedgerTask) -> None:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order.pk)
        seen.append(is_free())

    body_task = task_of(body)
    run(body_task, enqueue(body_task.s()))
    assert [*seen, is_free()] == [False, True]


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
