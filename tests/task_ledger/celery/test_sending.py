"""What a task sends leaves after its commit, or never; what a route enqueues likewise."""

import asyncio
import subprocess
import sys
import textwrap
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from task_ledger.errors import (
    AlreadyRegistered,
    NoActor,
    UnknownTask,
    UnregisteredSend,
    UnsupportedSignature,
)
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.model.transitions import Status
from task_ledger.registration.enqueue import Enqueued, enqueue
from tests.task_ledger.celery.conftest import Stack


def test_a_task_sent_in_the_middle_starts_after_the_commit_and_sees_the_rows(
    stack: Stack,
) -> None:
    task_id = stack.enqueue("send_in_the_middle", "sent", False)
    stack.wait_reached("sent")
    assert stack.outbox() == 0
    assert not stack.has_reached("observed:sent")
    stack.open_gate("sent")
    stack.ended(task_id)
    assert stack.wait_reached("observed:sent") == "1"


def test_a_task_sent_before_a_rollback_never_starts(stack: Stack) -> None:
    task_id = stack.enqueue("send_in_the_middle", "unsent", True)
    stack.wait_reached("unsent")
    stack.open_gate("unsent")
    assert stack.ended(task_id).status is Status.FAILURE
    stack.quiet()
    assert not stack.has_reached("observed:unsent")


def test_an_untracked_task_has_the_same_session_and_sends_after_its_commit(stack: Stack) -> None:
    stack.signature("untracked_writer", "plain", False).apply_async()
    assert stack.wait_reached("observed:plain") == "1"
    stack.signature("untracked_writer", "broken", True).apply_async()
    stack.wait_reached("broken")
    stack.quiet()
    assert not stack.has_reached("observed:broken")
    row = stack.connection.execute(
        "SELECT count(*) FROM domain.effect WHERE label = 'broken'"
    ).fetchone()
    assert row == (0,)


def test_a_child_enqueued_by_a_task_is_registered_with_its_lineage(stack: Stack) -> None:
    parent = stack.ended(stack.enqueue("enqueue_child", "a child"))
    child = stack.ended(UUID(parent.result))
    assert (child.status, child.project_id, child.actor) == (Status.SUCCESS, "family", "parent")
    assert (child.parent_id, child.root_id) == (parent.task_id, parent.task_id)


def test_a_route_killed_after_its_commit_has_enqueued(stack: Stack) -> None:
    task_id = UUID(route(stack, "session.commit(); os.kill(os.getpid(), 9)"))
    assert stack.ended(task_id).status is Status.SUCCESS
    assert stack.effects(task_id) == ["from a route"]


def test_a_route_killed_before_its_commit_has_left_nothing(stack: Stack) -> None:
    task_id = UUID(route(stack, "os.kill(os.getpid(), 9)"))
    stack.until(lambda: open_transactions(stack) == 0, "the server to notice the dead route")
    with pytest.raises(UnknownTask):
        stack.record(task_id)
    for table in ("task_ledger.outbox", "task_ledger.message", "task_ledger.task_event"):
        row = stack.connection.execute(
            f"SELECT count(*) FROM {table} WHERE task_id = %s",  # pyright: ignore[reportArgumentType, reportCallIssue]
            (task_id,),
        ).fetchone()
        assert row == (0,), table


def test_a_rolled_back_session_has_enqueued_nothing(stack: Stack) -> None:
    with Session(stack.engine) as session:
        task_id = stack.enqueue_in(session, "succeed", "undone")
        session.rollback()
    with pytest.raises(UnknownTask):
        stack.record(task_id)


def test_an_async_session_enqueues_in_its_transaction(stack: Stack) -> None:
    done = asyncio.run(async_route(stack))
    assert (done.version, done.task_type, done.task_name) == (1, "plain", "Asked by a route")
    assert stack.ended(done.task_id).status is Status.SUCCESS


async def async_route(stack: Stack) -> Enqueued:
    """A route with an AsyncSession: a row of its own and a task, in one transaction."""
    engine = create_async_engine(sqlalchemy_url(stack.database.url_for("api")))
    async with AsyncSession(engine) as session:
        await session.execute(text("INSERT INTO domain.effect (label) VALUES ('route')"))
        done = await enqueue(
            session, stack.signature("succeed", "async"), project_id="p1", actor="route",
            task_type="plain", name="Asked by a route",
        )  # fmt: skip
        with pytest.raises(UnknownTask):
            stack.record(done.task_id)
        await session.commit()
    await engine.dispose()
    return done


def test_a_second_registration_is_answered_and_the_transaction_goes_on(stack: Stack) -> None:
    first = stack.enqueue("succeed", "first")
    with Session(stack.engine) as session:
        with pytest.raises(AlreadyRegistered):
            stack.enqueue_in(session, "succeed", "second", task_id=first)
        other = stack.enqueue_in(session, "succeed", "other")
        session.commit()
    assert stack.ended(other).status is Status.SUCCESS
    assert stack.ended(first).result == {"label": "first"}


def test_what_cannot_be_enqueued_is_refused_with_the_reason(stack: Stack) -> None:
    signature = stack.signature("succeed", "x")
    with Session(stack.engine) as session:
        with pytest.raises(UnsupportedSignature, match="a name for each"):
            enqueue(
                session, signature | signature, project_id="p", actor="a", task_type="plain",
                name="both",
            )  # fmt: skip
        with pytest.raises(UnsupportedSignature, match="task type"):
            enqueue(session, signature, project_id="p", actor="a")
        with pytest.raises(NoActor):
            enqueue(session, signature, project_id="p", task_type="plain")


def test_a_tracked_task_cannot_be_sent_without_being_registered(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "TASK_LEDGER_BROKER_URL", "TASK_LEDGER_WORKER_DATABASE_URL", "TEST_SIGNALS_URL",
    ):  # fmt: skip
        monkeypatch.setenv(name, stack.environment[name])
    from tests.task_ledger.celery import app as under_test

    with pytest.raises(UnregisteredSend, match=r"enqueue\(session, succeed\.s"):
        under_test.succeed.delay("unregistered")


def route(stack: Stack, end: str) -> str:
    """Enqueue in a process of its own that ends itself as `end` says; returns the task's id."""
    code = textwrap.dedent(f"""
        import os, sys
        from celery import Signature
        from sqlalchemy import create_engine
        from sqlalchemy.orm import Session
        from task_ledger import LedgerCelery
        from task_ledger.registration.enqueue import Enqueued, enqueue
        app = LedgerCelery(broker=os.environ["TASK_LEDGER_BROKER_URL"])
        session = Session(create_engine(sys.argv[1]))
        signature = Signature(
            "tests.task_ledger.celery.app.succeed", args=("from a route",), app=app
        )
        done = enqueue(session, signature, project_id="p1", actor="route", task_type="plain")
        print(done.task_id, flush=True)
        {end}
    """)
    process = subprocess.run(
        [sys.executable, "-c", code, sqlalchemy_url(stack.database.url_for("api"))],
        env=stack.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert process.returncode == -9, process.stderr
    return process.stdout.strip()


def open_transactions(stack: Stack) -> int:
    """How many other sessions are inside a transaction that wrote."""
    row = stack.connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
    ).fetchone()
    return row[0] if row else 0
