"""A late message of an earlier attempt ends no task that waits for a later one."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from task_ledger.celery.worker.request import Delivery, Ends
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import Retrying, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import FailureReason, RetryReason, State
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from tests.brokers import Broker
from tests.servers import Database
from tests.task_ledger.projector.log import count, owner, projector_connection
from tests.task_ledger.projector.outbox import enqueue, message


@pytest.fixture
def writer(database: Database) -> Iterator[Connection[Any]]:
    """Commits each call at once."""
    with closing(owner(database)) as connection:
        yield connection


def wait_for_the_second(writer: Connection[Any], task_id: UUID) -> None:
    """Let the first attempt of a task fail; the second is due in an hour."""
    claim = new_claim()
    append(writer, Append(task_id, claim, 1, "w", Started(worker="w", host="h", pid=1)))
    retrying = Retrying(reason=RetryReason.ERROR, countdown_s=3600)
    due_at = datetime.now(UTC) + timedelta(hours=1)
    append(writer, Append(task_id, claim, 1, "w", retrying, due_at=due_at))


@pytest.mark.parametrize(
    "end",
    [
        lambda ends, late: ends.undeliverable(late, "has no code of it"),
        lambda ends, late: ends.revoked(late, FailureReason.EXPIRED, "expired at"),
        lambda ends, late: ends.revoked(late, FailureReason.CANCELLED, "revoked at"),
    ],
    ids=["of an unknown task", "expired", "revoked"],
)
def test_a_worker_that_cannot_run_a_late_message_ends_nothing(
    writer: Connection[Any], database: Database, end: Callable[[Ends, Delivery], None]
) -> None:
    task_id = enqueue(writer)
    wait_for_the_second(writer, task_id)
    ends = Ends(database.url_for("worker"), uuid4())
    end(ends, Delivery(task_id, 1, "another worker", None))
    assert read_task(writer, task_id).state is State.RETRYING
    end(ends, Delivery(task_id, 2, "another worker", None))
    assert read_task(writer, task_id).state is State.FAILED


def test_a_late_dispatch_that_the_broker_refuses_ends_nothing(
    writer: Connection[Any], database: Database, broker: Broker
) -> None:
    broker.poison("poisoned")
    task_id = enqueue(writer, message("poisoned"))
    wait_for_the_second(writer, task_id)
    with (
        closing(projector_connection(database)) as connection,
        closing(Publisher(broker.url)) as publisher,
    ):
        Relay(connection, publisher, most_tries=1).tick()
    assert read_task(writer, task_id).state is State.RETRYING
    assert count(database, "outbox") == 1, "the dispatch of the second attempt"
