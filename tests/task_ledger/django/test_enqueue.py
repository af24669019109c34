"""Enqueueing in Django's transaction, on Django's own connection."""

from typing import Any

import pytest
from celery import chain
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings

from task_ledger import LedgerTask, acting_as
from task_ledger import enqueue as enqueue_in
from task_ledger.django import LedgerCelery, aenqueue, enqueue, enqueue_many
from task_ledger.django.caller import DjangoTransaction
from task_ledger.django.middleware import ActorMiddleware
from task_ledger.errors import (
    AlreadyRegistered,
    NoActor,
    UnregisteredSend,
    UnsupportedConfiguration,
    WrongIsolation,
)
from task_ledger.model.ids import new_task_id
from tests.task_ledger.django.conftest import Ledger, in_a_loop, label
from tests.task_ledger.django.shop.models import Order

APP = LedgerCelery("shop", broker="memory://", set_as_current=False)


@APP.task(name="charge", task_type="charge", shared=False)
def _charge(self: LedgerTask, pk: int = 0) -> None:
    """Is enqueued."""


charge: Any = _charge


def events(ledger: Ledger) -> int:
    return ledger.count("task_ledger.task_event")


def test_it_is_part_of_the_transaction(ledger: Ledger) -> None:
    before = events(ledger)
    with transaction.atomic():
        order = Order.objects.create(label=label())
        task = enqueue(charge.s(order.pk), entity=order)
        assert events(ledger) == before
    assert ledger.types(task.task_id) == ["registered"]
    record = ledger.record(task.task_id)
    assert record.entity == {"type": "shop.order", "id": str(order.pk)}
    assert (record.project_id, record.task_type) == ("shop", "charge")


def test_a_rollback_leaves_nothing(ledger: Ledger) -> None:
    before = events(ledger)
    try:
        with transaction.atomic():
            enqueue(chain(charge.s(1), charge.si(2)))
            raise KeyError
    except KeyError:
        pass
    assert events(ledger) == before


def test_outside_it_commits_a_transaction_of_its_own(ledger: Ledger) -> None:
    task = enqueue(charge.s(1))
    assert ledger.types(task.task_id) == ["registered"]
    assert not connection.in_atomic_block


def test_a_chain_that_breaks_in_the_middle_leaves_none_of_its_tasks(ledger: Ledger) -> None:
    """Outside `atomic()` each statement of Django's connection commits by itself."""
    before = events(ledger)
    three = chain(charge.s(1), charge.si(2), charge.si(3))
    with pytest.raises(AlreadyRegistered):
        enqueue(three, task_id=enqueue(charge.s(0)).task_id)
    assert events(ledger) == before + 1


def test_a_refusal_leaves_the_surrounding_transaction_usable(ledger: Ledger) -> None:
    taken = enqueue(charge.s(1)).task_id
    name = label()
    with transaction.atomic():
        with pytest.raises(AlreadyRegistered):
            enqueue(charge.s(1), task_id=taken)
        Order.objects.create(label=name)
    assert Order.objects.filter(label=name).exists()


def test_many_are_all_or_nothing(ledger: Ledger) -> None:
    before = events(ledger)
    assert len(enqueue_many(charge.s(n) for n in range(1500))) == 1500
    assert events(ledger) == before + 1500
    taken = new_task_id()
    with pytest.raises(AlreadyRegistered):
        enqueue_many(charge.s(n).set(task_id=str(taken)) for n in range(2))
    assert events(ledger) == before + 1500


def test_its_statements_are_seen_by_what_watches_djangos_cursors(ledger: Ledger) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        enqueue(charge.s(1))
    assert [one["sql"].split()[0] for one in queries] == ["SAVEPOINT", "SELECT", "RELEASE"]


@pytest.mark.parametrize("use_tz", [True, False])
def test_times_do_not_depend_on_djangos_time_zone(ledger: Ledger, use_tz: bool) -> None:
    from datetime import UTC, datetime

    due = datetime(2040, 1, 1, tzinfo=UTC)
    with override_settings(USE_TZ=use_tz, TIME_ZONE="Asia/Tokyo"):
        connection.close()
        task = enqueue(charge.s(1).set(eta=due), expires_at=due)
    connection.close()
    (event,) = ledger.events(task.task_id)
    assert event.data.expires_at == due  # type: ignore[union-attr]
    row = ledger.connection.execute(
        "SELECT due_at FROM task_ledger.outbox WHERE task_id = %s", (task.task_id,)
    ).fetchone()
    assert row == (due,)


def test_from_async_code_it_is_a_transaction_of_its_own(ledger: Ledger) -> None:
    async def run() -> Any:
        return await aenqueue(charge.s(1))

    task = in_a_loop(run)
    assert ledger.types(task.task_id) == ["registered"]


def test_who_asks_is_named_around_or_by_the_request_or_by_a_setting(ledger: Ledger) -> None:
    def actor_of(task: Any) -> str:
        return ledger.events(task.task_id)[0].actor

    class User:
        pk = 7
        is_authenticated = True

    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse(actor_of(enqueue(charge.s(1))))

    request = HttpRequest()
    assert ActorMiddleware(answer)(request).content == b"anonymous"
    request.user = User()  # type: ignore[assignment]
    assert ActorMiddleware(answer)(request).content == b"user:7"
    with acting_as("jane"):
        assert ActorMiddleware(answer)(request).content == b"jane"
        assert actor_of(enqueue(charge.s(1), actor="john")) == "john"
    assert actor_of(enqueue(charge.s(1))) == "tester"
    with override_settings(TASK_LEDGER={"PROJECT": "shop"}), pytest.raises(NoActor, match="ACTOR"):
        enqueue(charge.s(1))


def test_an_async_request_names_its_user_too(ledger: Ledger) -> None:
    async def answer(_: Any) -> Any:
        return await aenqueue(charge.s(1))

    async def run() -> Any:
        return await ActorMiddleware(answer)(HttpRequest())

    assert ledger.events(in_a_loop(run).task_id)[0].actor == "anonymous"


def test_the_user_is_not_loaded_for_a_request_that_enqueues_nothing() -> None:
    class Request:
        @property
        def user(self) -> Any:
            raise AssertionError("loaded")

    assert ActorMiddleware(lambda _: "answer")(Request()) == "answer"


def test_what_it_needs_is_said(ledger: Ledger) -> None:
    with (
        override_settings(TASK_LEDGER={}),
        pytest.raises(UnsupportedConfiguration, match="PROJECT"),
    ):
        enqueue(charge.s(1), actor="a")
    with pytest.raises(UnsupportedConfiguration, match=r"shop\.order .* save it"):
        enqueue(charge.s(1), entity=Order(label="new"))
    with pytest.raises(WrongIsolation, match=r"task_ledger\.django\.enqueue"):
        enqueue_in(DjangoTransaction("default"), charge.s(1), project_id="p", actor="a")
    other: Any = connection
    with pytest.raises(UnsupportedConfiguration, match=r"task_ledger\.django\.enqueue"):
        enqueue_in(other, charge.s(1), project_id="p", actor="a")


def test_a_tracked_task_on_commit_is_refused_at_the_call(ledger: Ledger) -> None:
    with transaction.atomic(), pytest.raises(UnregisteredSend):
        charge.delay_on_commit(1)


def test_an_untracked_task_on_commit_is_sent_by_the_commit(ledger: Ledger) -> None:
    @APP.task(name="plain", shared=False)
    def plain() -> None:
        """Is sent."""

    sends: Any = plain
    with APP.connection_for_read() as broker, broker.SimpleQueue("on_commit") as queue:
        with transaction.atomic():
            sends.apply_async_on_commit(queue="on_commit")
            assert queue.qsize() == 0
        assert queue.get(timeout=1).headers["task"] == "plain"


def test_within_djangos_test_case_what_is_enqueued_is_rolled_back(ledger: Ledger) -> None:
    from unittest import TestResult, defaultTestLoader

    from django.test import TestCase

    before = events(ledger)
    found: list[int] = []

    class Tests(TestCase):
        def test_it(self) -> None:
            enqueue(charge.s(1))
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            found.append(1)

    result = TestResult()
    defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
    assert (result.errors, result.failures, found) == ([], [], [1])
    assert events(ledger) == before
