"""A database without room costs time, and never a task: connections, disk, memory, locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from psycopg import sql

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Retrying
from task_ledger.model.transitions import Status
from task_ledger.ops.settings import with_role
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import enqueue, reasons, start_worker

ROOM = 7
"""Connections of the worker's login: the lease, one for each of four children, and two bodies."""


@contextmanager
def limited_login(stack: Stack, connections: int) -> Iterator[None]:
    """Let the stack's processes log in to the database with so many connections at once."""
    login = sql.Identifier(f"limited_{stack.database.name}")
    stack.connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'limited' CONNECTION LIMIT {}").format(
            login, sql.Literal(connections)
        )
    )
    stack.connection.execute(sql.SQL("GRANT task_ledger_worker TO {}").format(login))
    parts = urlsplit(stack.database.url)
    host = parts.netloc.rpartition("@")[2]
    url = urlunsplit(parts._replace(netloc=f"limited_{stack.database.name}:limited@{host}"))
    stack.environment["TASK_LEDGER_WORKER_DATABASE_URL"] = with_role(url, "task_ledger_worker")
    try:
        yield
    finally:
        for name in list(stack.processes):
            stack.stop(name)
        stack.connection.execute(sql.SQL("DROP ROLE {}").format(login))


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Four children of a worker whose login has room for two bodies."""
    folder = tmp_path_factory.mktemp("shortages")
    with (
        open_stack(postgres, migrated_template, brokers.space(15), folder) as stack,
        limited_login(stack, ROOM),
    ):
        stack.start("projector", "task_ledger.projector")
        start_worker(stack, module="short", at_once=4)
        yield stack


def test_a_login_with_too_few_connections_costs_time_and_no_attempt(stack: Stack) -> None:
    task_ids = [enqueue(stack, "write_slowly", max_attempts=1, module="short") for _ in range(40)]
    for task_id in task_ids:
        record = stack.ended(task_id, timeout=120)
        assert (record.status, record.attempt) == (Status.SUCCESS, 1), record
        assert stack.effects(task_id) == ["once"]
    log = (stack.folder / "worker.log").read_text()
    assert "too many connections for role" in log, "the login had room for all"


def test_a_child_that_found_no_room_finds_it_when_the_others_are_idle(stack: Stack) -> None:
    """Else it takes messages and gives them back for as long as it is the one that gets them."""

    def bodies() -> int:
        row = stack.connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE usename = %s AND application_name NOT LIKE 'task-ledger%%'",
            (f"limited_{stack.database.name}",),
        ).fetchone()
        assert row is not None
        return row[0]

    stack.ended(enqueue(stack, "write_slowly", max_attempts=1, module="short"), timeout=120)
    assert bodies() > 0
    stack.until(lambda: bodies() == 0, "idle children to close their bodies' connections")


@pytest.mark.parametrize("state", ["53100", "53200", "53300"])
def test_a_server_without_room_in_the_middle_of_a_body_costs_no_attempt_of_the_task(
    stack: Stack, state: str
) -> None:
    task_id = enqueue(stack, "run_short", state, 2, max_attempts=1, module="short")
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, 3), record
    assert reasons(stack, task_id) == ["shortage", "shortage", "completed"]
    assert stack.effects(task_id) == ["attempt 3"]


def test_the_wait_after_a_shortage_grows(stack: Stack) -> None:
    task_id = enqueue(stack, "run_short", "53100", 2, max_attempts=None, module="short")
    assert stack.ended(task_id).status is Status.SUCCESS
    waits = [e.data.countdown_s for e in stack.events(task_id) if isinstance(e.data, Retrying)]
    assert waits == [0.0, 1.0]


def test_an_end_that_the_server_has_no_room_for_is_stored_when_it_has(stack: Stack) -> None:
    """The disk is full as the body ends: nothing can be appended until somebody makes room."""
    task_id = enqueue(stack, "wait", "full", max_attempts=1, module="short")
    stack.wait_reached("full")
    stack.connection.execute(
        "CREATE FUNCTION public.fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'could not extend file: No space left on device'"
        " USING ERRCODE = '53100'; END $$"
    )
    stack.connection.execute(
        "CREATE TRIGGER full_disk BEFORE INSERT ON task_ledger.task_event"
        " FOR EACH ROW EXECUTE FUNCTION public.fill()"
    )
    log = stack.folder / "worker.log"
    stack.open_gate("full")
    try:
        stack.until(lambda: "end_waits_for_room" in log.read_text(), "the end to be refused")
    finally:
        # The trigger stays: to drop it would wait for the worker, which waits for its turn.
        stack.connection.execute(
            "CREATE OR REPLACE FUNCTION public.fill() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$"
        )
    record = stack.ended(task_id)
    assert (record.status, record.result) == (Status.SUCCESS, 2), (record.error, stack.logs())
    assert reasons(stack, task_id) == ["shortage", "completed"]
    assert stack.effects(task_id) == ["attempt 2"]
