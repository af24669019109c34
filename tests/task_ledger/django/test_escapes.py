"""A body that leaves its transaction, or lets Django undo it silently, fails and says why."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, close_old_connections, connection, connections, transaction

from task_ledger import LedgerTask
from task_ledger.django import enqueue
from task_ledger.errors import (
    TransactionAborted,
    TransactionEscaped,
)
from tests.task_ledger.django.bodies import orders, task_of
from tests.task_ledger.django.conftest import Ledger, label
from tests.task_ledger.django.shop.models import Order


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


@pytest.mark.parametrize("said", ["COMMIT", "/* done */ commit and chain", "END; SELECT 1"])
def test_a_commit_that_the_body_says_commits_nothing(run: Any, ledger: Ledger, said: str) -> None:
    name = label()

    def body(self: LedgerTask) -> None:
        Order.objects.create(label=name)
        with connection.cursor() as cursor:
            cursor.execute(said)

    body_task = task_of(body)
    task = enqueue(body_task.s())
    with pytest.raises(TransactionEscaped, match="may not execute"):
        run(body_task, task)
    assert orders(name) == 0


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
