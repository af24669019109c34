"""A database that is frozen and goes on: nothing is lost, nothing is run twice, nobody is stuck."""

from collections.abc import Iterator

import pytest

from task_ledger.errors import LedgerUnavailable, UnknownTask
from task_ledger.eventlog import connections
from task_ledger.eventlog.append import Append
from task_ledger.eventlog.connections import Connections
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Progress
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import Status
from tests.brokers import Brokers
from tests.freezer import Freezer
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import enqueue, start_worker


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Nothing is started yet."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(9), folder) as stack:
        yield stack


@pytest.fixture(scope="module")
def freezer(stack: Stack) -> Iterator[Freezer]:
    """Between the database and everybody but the test; worker and projector run."""
    with Freezer(stack.database.url) as freezer:
        for name in ("TASK_LEDGER_DATABASE_URL", "TASK_LEDGER_WORKER_DATABASE_URL"):
            stack.environment[name] = freezer.behind(stack.environment[name])
        stack.start("projector", "tests.task_ledger.celery.frozen_projector")
        start_worker(stack, module="frozen", at_once=2)
        yield freezer
        freezer.thaw()
        for name in list(stack.processes):
            stack.stop(name)


def test_everybody_gives_up_in_time_and_afterwards_every_task_has_its_effect_once(
    stack: Stack, freezer: Freezer
) -> None:
    def said(name: str, *words: str) -> bool:
        lines = (stack.folder / f"{name}.log").read_text(errors="replace").splitlines()
        return any(all(word in line for word in words) for line in lines)

    running = [enqueue(stack, "wait_in_each", name, max_attempts=9) for name in ("a", "b")]
    for name in ("a", "b"):
        stack.wait_reached(f"{name} 1")
    waiting = [enqueue(stack, "exceed_the_limit", f"w{n}", 1, max_attempts=9) for n in range(4)]
    stack.until(lambda: stack.outbox() == 0, "all to be published")
    freezer.freeze()
    later = [enqueue(stack, "exceed_the_limit", f"l{n}", 1, max_attempts=9) for n in range(4)]
    stack.until(lambda: said("worker", "lease_not_renewed"), "the lease to give up")
    for part in ("fold", "relay", "reconcile"):
        stack.until(
            lambda part=part: said("projector", "away", f'"part": "{part}"'), f"{part} to give up"
        )
    stack.open_gate("b 1")
    freezer.thaw()
    # A body of an attempt that was closed meanwhile runs again, up to a gate of its own.
    for name in ("a", "b"):
        for attempt in range(1, 10):
            stack.open_gate(f"{name} {attempt}")
    for task_id in (*running, *waiting, *later):
        record = stack.ended(task_id)
        assert record.status is Status.SUCCESS
        assert stack.effects(task_id) == [f"attempt {record.attempt}"]


def test_an_append_is_given_up_and_the_next_one_has_a_connection_of_its_own(
    stack: Stack, freezer: Freezer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "ANSWER_S", 0.5)
    own = Connections(stack.environment["TASK_LEDGER_WORKER_DATABASE_URL"])
    event = Append(new_task_id(), new_claim(), 1, "worker-1", Progress(percent=1, step="Reading"))
    with pytest.raises(UnknownTask):
        own.appender().append(event)
    freezer.freeze()
    with pytest.raises(LedgerUnavailable, match="has not answered"):
        own.appender().append(event)
    freezer.thaw()
    with pytest.raises(UnknownTask):
        own.appender().append(event)
    own.discard()
