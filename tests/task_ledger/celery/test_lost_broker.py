"""A worker that loses its broker's connections takes them up again, with messages in its hands."""

from collections.abc import Iterator

import pytest
import redis

from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.model.transitions import Status
from tests.brokers import Brokers, ValkeyBroker
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import enqueue, reasons, start_worker


@pytest.fixture
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """A server that may turn clients away."""
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    own_valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A worker at that server, whichever broker is under test: only Valkey has these lines."""
    broker = ValkeyBroker(own_valkey.url, brokers.space(5).signals_url, "", own_valkey)
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, broker, folder) as stack:
        stack.start("projector", "task_ledger.projector")
        start_worker(stack)
        yield stack


def test_a_worker_outlives_the_loss_of_the_line_for_commands_while_it_waits_for_messages(
    stack: Stack, own_valkey: EmbeddedValkey
) -> None:
    """The server goes, and of two lines that of commands is the first of which it is noticed."""
    task_id = enqueue(stack, "lose_the_first", "in hand")
    stack.wait_reached("in hand")
    log = stack.folder / "worker.log"
    with redis.Redis.from_url(own_valkey.url) as admin:
        admin.config_set("maxclients", 1)
        with admin.pipeline() as both:
            both.client_kill_filter(_type="pubsub")
            both.client_kill_filter(_type="normal", skipme=True)
            both.execute()
        stack.until(lambda: b"Connection to broker lost" in log.read_bytes(), "the loss")
        stack.until(lambda: taken(stack) == [], "the lease to say that it consumes no queue")
        admin.config_set("maxclients", 1000)
    stack.open_gate("in hand")
    assert stack.ended(task_id).status is Status.SUCCESS
    stack.until(lambda: taken(stack) == ["celery"], "the lease to say that it takes again")
    after = enqueue(stack, "tell_process", "after")
    stack.wait_reached("after")
    stack.open_gate("after")
    assert stack.ended(after).status is Status.SUCCESS
    assert reasons(stack, task_id) == ["completed"]


def taken(stack: Stack) -> list[str]:
    """The queues that the worker says it consumes."""
    row = stack.connection.execute("SELECT queues FROM task_ledger.worker_lease").fetchone()
    assert row is not None
    return row[0]
