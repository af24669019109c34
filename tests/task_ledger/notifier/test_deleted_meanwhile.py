"""A rule or channel deleted while a notifier works ends its notifications, and no others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from task_ledger.notifier.channels import delete_channel
from task_ledger.notifier.rules import Trigger, delete_rule
from tests.task_ledger.notifier.house import House
from tests.task_ledger.notifier.receiver import Receiver
from tests.task_ledger.projector.log import drain

Api = psycopg.Connection[Any]
WhileDeleting = Callable[[Callable[[Api], object], Callable[[], object]], None]
WAITS = "SELECT cardinality(pg_blocking_pids(%s)) > 0"


@pytest.fixture(autouse=True)
def channels(ledger: House, receiver: Receiver) -> None:
    for name in ("ops", "other"):
        ledger.channel(receiver.url(), name)


@pytest.fixture
def while_deleting(ledger: House) -> WhileDeleting:
    """Deletes something, lets the notifier work until it waits for that, and commits."""

    def run(delete: Callable[[Api], object], work: Callable[[], object]) -> None:
        notifier = (ledger.notifier.info.backend_pid,)
        with ThreadPoolExecutor(1) as pool:
            with ledger.api.transaction():
                assert delete(ledger.api)
                worked = pool.submit(work)
                while ledger.writer.execute(WAITS, notifier).fetchone() != (True,):
                    assert not worked.done(), "the notifier has not waited"
            worked.result(30)

    return run


def test_a_rule_deleted_while_events_are_read(ledger: House, while_deleting: WhileDeleting) -> None:
    rule = ledger.rule(Trigger.FAILED, quiet_s=60)
    ledger.rule(Trigger.FAILED, "other", quiet_s=60)
    ledger.fail()
    drain(ledger.follower)
    while_deleting(lambda c: delete_rule(c, rule.id, actor="anna"), ledger.following.tick)
    assert [each.channel for each in ledger.made()] == ["other"]


def test_a_channel_deleted_while_events_are_read(
    ledger: House, while_deleting: WhileDeleting
) -> None:
    for channel in ("ops", "other"):
        ledger.rule(Trigger.FAILED, channel)
    ledger.fail()
    drain(ledger.follower)
    while_deleting(lambda c: delete_channel(c, "ops", actor="anna"), ledger.following.tick)
    assert [each.channel for each in ledger.made()] == ["other"]


def test_a_rule_deleted_while_a_condition_begins(
    ledger: House, while_deleting: WhileDeleting
) -> None:
    rule = ledger.rule(Trigger.STUCK)
    ledger.rule(Trigger.STUCK, "other")
    ledger.writer.execute(
        "INSERT INTO task_ledger.outbox (due_at, try_at, message_id)"
        " VALUES (now() - interval '1 h', now() - interval '1 h', 1)"
    )
    while_deleting(lambda c: delete_rule(c, rule.id, actor="anna"), ledger.conditions.tick)
    assert [each.channel for each in ledger.made()] == ["other"]
