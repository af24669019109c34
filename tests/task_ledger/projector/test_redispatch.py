"""What nobody claims is dispatched again, three times in all; what has expired ends."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.eventlog.read import read_task
from task_ledger.model.events import Registered, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import State, Status
from task_ledger.ops.settings import Settings
from task_ledger.projector.parts import reconciling
from task_ledger.projector.redispatch import Redispatch
from tests.servers import Database
from tests.task_ledger.projector.log import (
    drain,
    owner,
    projector,
    projector_connection,
    say,
    until,
)
from tests.task_ledger.projector.outbox import message


class Waiting:
    """Tasks whose dispatches disappear."""

    def __init__(self, database: Database, connection: Connection[Any]) -> None:
        self.database = database
        self.writer = connection
        self._follower = projector(connection)

    def register(
        self,
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
        queue: str = "work",
    ) -> UUID:
        """Register a task; its first dispatch is in the outbox."""
        task_id = new_task_id()
        data = Registered(task_type="test", name="a test", queue=queue, expires_at=expires_at)
        parameters = {
            "task_id": task_id, "project_id": "p", "actor": "tester",
            "occurred_at": datetime.now(UTC), "schema_version": 1, "due_at": due_at,
            "due_in_s": None, "private": None,
            "data": data.to_json(), "max_attempts": 3, **message().parameters(),
        }  # fmt: skip
        self.writer.execute(query("enqueue"), parameters)
        return task_id

    def publish(self) -> int:
        """Let the relay take what is due, and the broker lose it."""
        return self.writer.execute("DELETE FROM task_ledger.outbox WHERE try_at <= now()").rowcount

    def watch(self, look_after_s: float = 0.0, wait_s: float = 0.0) -> int:
        """One tick with the projector up to date."""
        drain(self._follower)
        with closing(projector_connection(self.database)) as connection:
            return Redispatch(connection, look_after_s, wait_s).tick()


@pytest.fixture
def waiting(database: Database) -> Iterator[Waiting]:
    """A ledger with nothing in it."""
    with closing(owner(database)) as connection:
        yield Waiting(database, connection)


def test_a_lost_dispatch_is_made_again_and_three_times_in_all(waiting: Waiting) -> None:
    task_id = waiting.register()
    assert waiting.watch() == 0  # it is in the outbox
    published = waiting.publish()
    for _ in range(5):
        waiting.watch()
        published += waiting.publish()
    assert published == 3
    assert read_task(waiting.writer, task_id).state is State.REGISTERED


def test_how_long_an_unclaimed_attempt_waits_is_a_setting(
    waiting: Waiting, settings: Settings
) -> None:
    """By default it is five minutes, which this test does not wait for."""
    waiting.register()
    waiting.publish()
    waiting.watch(look_after_s=60)  # brings the projector up to date
    with reconciling(settings.model_copy(update={"redispatch_after_s": 0.1})) as step:

        def dispatched_again() -> bool:
            step()
            return waiting.publish() == 1

        until(dispatched_again)


def test_dispatches_count_anew_when_a_later_task_of_the_queue_was_started(
    waiting: Waiting,
) -> None:
    lost = waiting.register()

    def published() -> int:
        return sum((waiting.watch(), waiting.publish())[1] for _ in range(5))

    assert waiting.publish() + published() == 3
    other_queue = waiting.register(queue="other")
    say(waiting.writer, other_queue, new_claim(), Started(worker="w", host="h", pid=1))
    later = waiting.register()
    waiting.publish()
    assert waiting.watch(look_after_s=60) == 0
    say(waiting.writer, later, new_claim(), Started(worker="w", host="h", pid=1))
    assert published() == 2  # with one that counts as the first, three in all
    assert read_task(waiting.writer, lost).state is State.REGISTERED


def test_a_dispatch_that_waits_in_the_outbox_is_not_doubled(waiting: Waiting) -> None:
    waiting.register()
    waiting.publish()
    waiting.watch()
    for _ in range(3):
        waiting.watch()
    assert waiting.publish() == 1


def test_later_dispatches_wait_longer(waiting: Waiting) -> None:
    waiting.register()
    waiting.publish()
    assert waiting.watch(wait_s=60) == 0
    _let_pass(waiting, 61)
    assert waiting.watch(wait_s=60) == 1
    waiting.publish()
    _let_pass(waiting, 61)
    assert waiting.watch(wait_s=60) == 0
    _let_pass(waiting, 180)
    assert waiting.watch(wait_s=60) == 1


def test_the_next_attempt_is_counted_anew(waiting: Waiting) -> None:
    task_id = waiting.register()
    for _ in range(5):
        waiting.publish()
        waiting.watch()
    claim = new_claim()
    say(waiting.writer, task_id, claim, Started(worker="w", host="h", pid=1))
    waiting.writer.execute(
        "SELECT task_ledger.append(%s, 'retrying', %s, 1, 'w', now(),"
        """ '{"reason":"error","countdown_s":0}', 1, clock_timestamp())""",
        (task_id, claim),
    )
    published = waiting.publish()
    for _ in range(5):
        waiting.watch()
        published += waiting.publish()
    assert published == 3


def test_what_is_not_due_or_was_claimed_is_left_alone(waiting: Waiting) -> None:
    waiting.register(due_at=datetime.now(UTC) + timedelta(hours=1))
    claimed = waiting.register()
    waiting.publish()
    say(waiting.writer, claimed, new_claim(), Started(worker="w", host="h", pid=1))
    for _ in range(3):
        assert waiting.watch() == 0


def test_what_was_due_a_moment_ago_is_not_looked_at(waiting: Waiting) -> None:
    waiting.register()
    waiting.publish()
    for _ in range(3):
        assert waiting.watch(look_after_s=60) == 0


def test_a_claim_that_the_read_model_does_not_know_of_yet_is_respected(waiting: Waiting) -> None:
    task_id = waiting.register()
    waiting.publish()
    waiting.watch(wait_s=60)
    say(waiting.writer, task_id, new_claim(), Started(worker="w", host="h", pid=1))
    with closing(projector_connection(waiting.database)) as connection:
        assert Redispatch(connection, 0.0, 0.0).tick() == 0
    assert waiting.publish() == 0


def test_what_a_living_worker_holds_ready_is_not_dispatched_again(waiting: Waiting) -> None:
    task_id = waiting.register()
    waiting.publish()
    lease = {
        "boot": uuid4(), "worker": "w", "host": "h", "pid": 1, "live": [task_id],
        "can_terminate": True, "pool": "prefork", "processes": 1, "queues": ["work"],
    }  # fmt: skip
    waiting.writer.execute(query("renew_lease"), {**lease, "seconds": 60})
    assert waiting.watch() == 0
    waiting.writer.execute(query("renew_lease"), {**lease, "seconds": 0})
    assert waiting.watch() == 1


def test_two_reconcilers_at_once_dispatch_once(waiting: Waiting) -> None:
    for _ in range(20):
        waiting.register()
    waiting.publish()
    waiting.watch(wait_s=60)

    def tick(_: int) -> int:
        with closing(projector_connection(waiting.database)) as connection:
            return Redispatch(connection, 0.0, 0.0).tick()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(tick, range(2))) == 20
    assert waiting.publish() == 20


def test_a_task_that_waits_beyond_its_time_ends_as_expired(waiting: Waiting) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    expired = waiting.register(expires_at=past)
    claimed = waiting.register(expires_at=past)
    kept = waiting.register(expires_at=datetime.now(UTC) + timedelta(hours=1))
    say(waiting.writer, claimed, new_claim(), Started(worker="w", host="h", pid=1))
    waiting.watch()
    task = read_task(waiting.writer, expired)
    assert (task.status, task.failure_reason) == (Status.FAILURE, "expired")
    assert read_task(waiting.writer, claimed).state is State.STARTED
    assert read_task(waiting.writer, kept).state is State.REGISTERED


def test_a_task_that_somebody_holds_does_not_keep_the_others_waiting(waiting: Waiting) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    held, expired = waiting.register(expires_at=past), waiting.register(expires_at=past)
    with closing(owner(waiting.database, autocommit=False)) as holder:
        holder.execute("SELECT pg_advisory_xact_lock(task_ledger.lock_key(%s))", (held,))
        waiting.watch()
        assert read_task(waiting.writer, expired).state is State.FAILED
        assert read_task(waiting.writer, held).state is State.REGISTERED
    waiting.watch()
    assert read_task(waiting.writer, held).state is State.FAILED


def _let_pass(waiting: Waiting, seconds: float) -> None:
    """As if so much time had passed since the last dispatch."""
    waiting.writer.execute(
        "UPDATE task_ledger.redispatch SET dispatched_at = dispatched_at -"
        " make_interval(secs => %s)",
        (seconds,),
    )
