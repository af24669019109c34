"""A body's connection breaks or is kept; threads and other databases have their own."""

import signal
import threading
from typing import Any, cast

import pytest
from celery.exceptions import Reject, Retry, SoftTimeLimitExceeded
from django.db import connection, transaction

from task_ledger import LedgerTask
from task_ledger.django import LedgerCelery, enqueue
from task_ledger.errors import (
    WroteOutsideRun,
)
from task_ledger.model.transitions import Status
from tests.servers import Database
from tests.task_ledger.django.bodies import orders, task_of
from tests.task_ledger.django.conftest import Ledger, in_a_loop, label
from tests.task_ledger.django.shop.models import Order


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


def test_a_time_limit_in_the_middle_of_a_statement_undoes_the_rows(
    run: Any, ledger: Ledger
) -> None:
    name = label()

    def strike(*_: object) -> None:
        raise SoftTimeLimitExceeded

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    body_task = task_of(body)
    task = enqueue(body_task.s())
    before = signal.signal(signal.SIGALRM, strike)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            run(body_task, task)
    finally:
        signal.signal(signal.SIGALRM, before)
    record = ledger.record(task.task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "timeout")
    assert orders(name) == 0
    # The next body has a connection that works.
    assert Order.objects.count() >= 0


def test_nothing_is_claimed_without_the_bodys_connection(
    run: Any, ledger: Ledger, shop: Database
) -> None:
    app = LedgerCelery("short", broker="memory://", ledger_url=shop.url, set_as_current=False)
    app.conf.ledger_claim_wait_s = 0.01

    @app.task(name=f"of_{label()}", task_type="order", shared=False)
    def body(self: LedgerTask) -> None:
        """Is not run."""

    task = enqueue(cast("Any", body).s())
    told = connection.settings_dict
    port, told["PORT"] = told["PORT"], "1"
    connection.close()
    try:
        with pytest.raises(Reject):
            run(body, task)
    finally:
        told["PORT"] = port
    assert ledger.types(task.task_id) == ["registered"]
    run(body, task)
    assert ledger.types(task.task_id)[-1] == "completed"


def test_the_connection_is_kept_for_the_next_task(run: Any, ledger: Ledger) -> None:
    pids: set[int] = set()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=label())
        pids.add(connection.connection.info.backend_pid)

    body_task = task_of(body)
    for _ in range(3):
        run(body_task, enqueue(body_task.s()))
    assert len(pids) == 1


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
