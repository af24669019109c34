"""A connection that breaks at any statement of a run: the true end, nothing lost, nothing twice."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from celery import Signature
from psycopg.conninfo import conninfo_to_dict

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import EventType, Status
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.wire import When, Wire
from tests.task_ledger.celery.workers import enqueue as enqueue_of
from tests.task_ledger.celery.workers import reasons, start_worker


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A projector with relay and reconciler; what workers there are, `wire` has."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(6), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        yield stack


@pytest.fixture(scope="module")
def wire(stack: Stack) -> Iterator[Wire]:
    """What the connections of workers go through; one is there."""
    address = stack.environment["TASK_LEDGER_WORKER_DATABASE_URL"]
    port = int(str(conninfo_to_dict(address)["port"]))
    with Wire(port, stack.database.superuser_url) as wire:
        stack.environment["TASK_LEDGER_WORKER_DATABASE_URL"] = address.replace(
            f":{port}/", f":{wire.port}/"
        )
        start_worker(stack, module="breaking", at_once=1)
        yield wire


def enqueue(stack: Stack, task: str, *args: object, **options: Any) -> UUID:
    """Register a task of `breaking`."""
    return enqueue_of(stack, task, *args, module="breaking", **options)


def count(stack: Stack, query: str, value: object) -> int:
    """The number that a query with one argument finds."""
    row = stack.connection.execute(query, (value,)).fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert row is not None
    return row[0]


PLACES: dict[str, tuple[str, When, bool]] = {
    "the claim": ('"host":', "before", False),
    "the claim's answer": ('"host":', "after", False),
    "a child": ("children", "before", True),
    "a link": ("link of", "before", True),
    "a thread's message": ("thread of", "before", True),
    "the last flush": ("row of", "before", True),
    "completed": ("completed", "before", True),
    "the commit": ("COMMIT\0", "before", True),
    "the commit's answer": ("COMMIT\0", "after", False),
}
"""What is sent there, whether the server has seen it, and whether that costs the attempt."""


@pytest.mark.parametrize("place", PLACES)
def test_whatever_statement_breaks_the_task_is_done_once_with_all_that_it_sent(
    stack: Stack, wire: Wire, place: str
) -> None:
    """A commit whose answer was lost is also found by the fence, when the attempt is to be closed;
    but then Celery would not hear of the success, nor a result backend of its own."""
    sent, when, lost = PLACES[place]
    link = Signature(
        "tests.task_ledger.celery.steps.tell_result", args=(f"link of {place}",), immutable=True,
        app=stack.sender,
    )  # fmt: skip
    wire.break_at(sent, when)
    task_id = enqueue(stack, "touch_everything", place, link=[link])
    wire.wait_broken()
    task = stack.ended(task_id)
    assert reasons(stack, task_id) == (["worker_lost", "completed"] if lost else ["completed"])
    assert (task.status, task.result) == (Status.SUCCESS, 2 if lost else 1)
    log = stack.folder / "worker.log"
    stack.until(lambda: f"[{task_id}] succeeded" in log.read_text(), "Celery to hear of it")
    assert count(stack, "SELECT count(*) FROM domain.once WHERE label = %s", f"row of {place}") == 1
    children = (
        "SELECT count(*) FROM task_ledger.task_event WHERE actor = %s AND type = 'registered'"
    )
    assert count(stack, children, f"parent {place}") == 1
    for told in (f"observed:thread of {place}", f"told link of {place}"):
        stack.wait_reached(told)
    stack.quiet()
    assert not stack.has_reached(f"observed:thread of {place}")
    assert not stack.has_reached(f"told link of {place}")


@pytest.mark.parametrize(("when", "times"), [("before", 0), ("after", 1)])
def test_an_untracked_run_whose_commit_breaks_has_left_its_rows_and_its_messages_or_neither(
    stack: Stack, wire: Wire, when: When, times: int
) -> None:
    """Nothing tries it again: what it is worth, it is for its sender to know."""
    name = f"untracked {when}"
    wire.break_at("COMMIT\0", when)
    Signature(
        "tests.task_ledger.celery.breaking.touch_untracked", args=(name,), app=stack.sender
    ).apply_async()
    wire.wait_broken()
    if times:
        stack.wait_reached(f"observed:thread of {name}")
    stack.ended(enqueue(stack, "touch_nothing"))
    stack.quiet()
    assert not stack.has_reached(f"observed:thread of {name}")
    row = "SELECT count(*) FROM domain.once WHERE label = %s"
    assert count(stack, row, f"row of {name}") == times


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("task", "sent", "ends"),
    [
        (("touch_nothing",), "completed", ["completed"]),
        (("fail_first", False), "failed", ["error"]),
        (("fail_first", True), "retrying", ["error", "completed"]),
    ],
    ids=["completed", "failed", "retrying"],
)
def test_an_end_on_the_ledgers_own_connection_is_stored_once(
    stack: Stack, wire: Wire, when: When, task: tuple[Any, ...], sent: str, ends: list[str]
) -> None:
    wire.break_at(sent, when)
    task_id = enqueue(stack, *task)
    wire.wait_broken()
    stack.ended(task_id)
    stack.quiet()
    assert reasons(stack, task_id) == ends
    assert stack.record(task_id).notes == 0


def test_connections_that_broke_while_nothing_ran_cost_no_attempt(stack: Stack, wire: Wire) -> None:
    stack.ended(enqueue(stack, "touch_everything", "the connections"))
    stack.quiet()
    wire.cut()
    wire.mend()
    task = stack.ended(enqueue(stack, "touch_everything", "no connection", max_attempts=1))
    assert (task.status, task.attempt) == (Status.SUCCESS, 1)


def test_a_claim_that_was_stored_before_an_outage_is_known_as_its_own_after_it(
    stack: Stack, wire: Wire
) -> None:
    log = stack.folder / "worker.log"
    before = log.read_bytes().count(b"ledger_unavailable")
    wire.break_at('"host":', "after", stay_away=True)
    task_id = enqueue(stack, "touch_nothing", max_attempts=1)
    wire.wait_broken()
    stack.until(
        lambda: log.read_bytes().count(b"ledger_unavailable") > before, "the claim to try again"
    )
    wire.mend()
    task = stack.ended(task_id)
    assert (task.status, task.attempt, task.notes) == (Status.SUCCESS, 1, 0)
    assert [e.type for e in stack.events(task_id)].count(EventType.STARTED) == 1


def test_a_time_limit_while_a_claim_waits_gives_the_message_back(stack: Stack, wire: Wire) -> None:
    log = stack.folder / "worker.log"
    before = log.read_bytes().count(b"claim_failed")
    wire.cut()
    task_id = enqueue(stack, "touch_nothing", soft_time_limit=2)
    stack.until(lambda: log.read_bytes().count(b"claim_failed") > before, "the limit to strike")
    wire.mend()
    task = stack.ended(task_id)
    assert (task.status, task.attempt) == (Status.SUCCESS, 1)


def test_a_claim_that_does_not_get_the_tasks_lock_gives_the_message_back(
    stack: Stack, wire: Wire
) -> None:
    stack.connection.execute("ALTER FUNCTION task_ledger.append SET lock_timeout = '200ms'")
    log = stack.folder / "worker.log"
    before = log.read_bytes().count(b"claim_failed")
    task_id = new_task_id()
    with stack.connection.transaction():
        stack.connection.execute(
            "SELECT pg_advisory_xact_lock(task_ledger.lock_key(%s))", (task_id,)
        )
        stack.enqueue("succeed", "locked", task_id=task_id)
        stack.until(lambda: log.read_bytes().count(b"claim_failed") > before, "the claim to end")
    task = stack.ended(task_id)
    assert (task.status, task.attempt) == (Status.SUCCESS, 1)
    stack.connection.execute("ALTER FUNCTION task_ledger.append SET lock_timeout = '5s'")


def test_a_claim_that_waited_for_long_enough_gives_its_message_back(
    stack: Stack, wire: Wire
) -> None:
    stack.environment["TEST_CLAIM_WAIT_S"] = "0.3"
    start_worker(stack, "impatient", "solo", "breaking", options=("-Q", "impatient"))
    wire.cut()
    task_id = enqueue(stack, "touch_nothing", queue="impatient", max_attempts=1)
    log = stack.folder / "impatient.log"
    received = f"[{task_id}] received".encode()
    stack.until(lambda: log.read_bytes().count(received) >= 3, "the message to come again")
    wire.mend()
    task = stack.ended(task_id)
    assert (task.status, task.attempt) == (Status.SUCCESS, 1)
    stack.stop("impatient")


def test_a_child_whose_id_somebody_else_registers_for_long_costs_time(
    stack: Stack, wire: Wire
) -> None:
    """The other transaction is undone at last, so the child of the next attempt is the only one."""
    stack.connection.execute(
        "ALTER FUNCTION task_ledger.enqueue SET lock_timeout = '200ms';"
        "ALTER FUNCTION task_ledger.register SET lock_timeout = '200ms'"
    )
    child = new_task_id()
    with psycopg.connect(stack.database.superuser_url) as other:
        other.execute(
            "SELECT task_ledger.register(%s, 'p1', 'other', now(),"
            """ '{"task_type":"t","name":"t","metadata":{}}', 1, 1, NULL)""",
            (child,),
        )
        task_id = enqueue(stack, "register_child", str(child), max_attempts=None)
        stack.until(lambda: reasons(stack, task_id) == ["shortage"], "the attempt to be given up")
        row = "SELECT count(*) FROM domain.once WHERE label = %s"
        assert count(stack, row, f"parent of {child}") == 0
        other.rollback()
    task = stack.ended(task_id)
    assert (task.status, set(reasons(stack, task_id)[:-1])) == (Status.SUCCESS, {"shortage"})
    assert stack.ended(child).status is Status.SUCCESS
    assert stack.events(child)[0].actor == "parent"
