"""What code has enqueued in a transaction is known, and asserted in one line."""

from datetime import UTC, datetime

import anyio
import pytest
from celery import chain
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from task_ledger import enqueue, enqueue_many, step
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.testing import LedgerTest, enqueued_in
from tests.servers import Database
from tests.task_ledger.testing.app import add, pure


def test_a_route_is_asserted_by_task_and_arguments(
    ledger: LedgerTest, ledger_session: Session
) -> None:
    done = enqueue(
        ledger_session, add.s(2, y=3).set(countdown=60), project_id="riverside", actor="jane",
        name="Sum", entity=("order", "4711"), metadata={"from": "checkout"},
    )  # fmt: skip
    task = ledger.assert_enqueued(
        add, args=(2,), kwargs={"y": 3}, project_id="riverside", actor="jane", name="Sum",
        entity=("order", "4711"), metadata={"from": "checkout"}, task_type="sum",
    )  # fmt: skip
    assert task.task_id == done.task_id
    assert task.due_at is not None
    assert task.due_at > datetime.now(UTC)
    ledger.assert_enqueued("tests.task_ledger.testing.app.add")
    ledger.assert_not_enqueued(pure)
    ledger.assert_not_enqueued(add, args=(9,))


def test_what_was_enqueued_instead_is_said(ledger: LedgerTest, ledger_session: Session) -> None:
    with pytest.raises(AssertionError, match="Nothing was enqueued"):
        ledger.assert_enqueued(add)
    enqueue(ledger_session, pure.s((1, 2)), project_id="p", actor="a")
    with pytest.raises(AssertionError, match=r"not 1\. Enqueued were: .*pure args=\(\[1, 2\],\)"):
        ledger.assert_enqueued(add, args=(1,))
    with pytest.raises(AssertionError, match="was enqueued"):
        ledger.assert_not_enqueued(pure)
    with pytest.raises(AssertionError, match="enqueued 1 times, not 2"):
        ledger.assert_enqueued(pure, times=2)
    ledger.assert_enqueued(pure, args=((1, 2),))


def test_a_misspelled_attribute_is_refused(ledger: LedgerTest, ledger_session: Session) -> None:
    enqueue(ledger_session, add.s(1), project_id="p", actor="a")
    with pytest.raises(AttributeError, match="projekt"):
        ledger.assert_not_enqueued(add, projekt="p")


def test_what_is_rolled_back_was_not_enqueued(ledger: LedgerTest, ledger_session: Session) -> None:
    enqueue(ledger_session, add.s(1), project_id="p", actor="a")
    savepoint = ledger_session.begin_nested()
    enqueue(ledger_session, add.s(2), project_id="p", actor="a")
    with ledger_session.begin_nested():
        enqueue(ledger_session, add.s(3), project_id="p", actor="a")
    savepoint.rollback()
    ledger.assert_enqueued(add, args=(1,))
    assert len(ledger.tasks) == 1
    ledger_session.commit()
    enqueue(ledger_session, add.s(4), project_id="p", actor="a")
    ledger_session.rollback()
    assert [task.args for task in ledger.tasks] == [(1,)]


def test_all_tasks_of_a_chain_and_of_a_bulk_are_known(ledger_session: Session) -> None:
    with enqueued_in(ledger_session) as enqueued:
        enqueue(
            ledger_session, chain(step(add.s(1), name="First"), pure.s()), project_id="p", actor="a"
        )
        enqueue_many(ledger_session, (add.s(n) for n in (5, 6)), project_id="p", actor="a")
    first, second, *_ = enqueued.tasks
    assert (first.name, second.waits_for) == ("First", (first.task_id,))
    enqueued.assert_enqueued(add, times=3)
    enqueue(ledger_session, add.s(7), project_id="p", actor="a")
    assert len(enqueued.tasks) == 4


def test_another_session_on_the_connection_counts(ledger_session: Session) -> None:
    with (
        enqueued_in(ledger_session) as enqueued,
        Session(ledger_session.connection(), join_transaction_mode="create_savepoint") as other,
    ):
        enqueue(other, add.s(1), project_id="p", actor="a")
        other.commit()
        enqueue(other, add.s(2), project_id="p", actor="a")
        other.rollback()
    enqueued.assert_enqueued(add, args=(1,))
    assert len(enqueued.tasks) == 1


def test_two_observers_of_one_connection_are_refused(
    ledger: LedgerTest, ledger_session: Session
) -> None:
    with pytest.raises(RuntimeError, match="already observed"), enqueued_in(ledger_session):
        pass
    assert ledger.tasks == ()


def test_an_async_session_is_observed(kit_database: Database) -> None:
    async def check() -> None:
        engine = create_async_engine(sqlalchemy_url(kit_database.url_for("api")))
        async with AsyncSession(engine) as session:
            with pytest.raises(TypeError, match="async with"), enqueued_in(session):
                pass
            async with enqueued_in(session) as enqueued:
                await enqueue(session, add.s(1), project_id="p", actor="a")
                async with session.begin_nested() as savepoint:
                    await enqueue(session, add.s(2), project_id="p", actor="a")
                    await savepoint.rollback()
            assert [task.args for task in enqueued.tasks] == [(1,)]
            await session.rollback()
        await engine.dispose()

    anyio.run(check)


pytest_plugins = ["pytester"]


def test_an_application_that_is_not_named_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["task_ledger.testing.plugin"]')
    pytester.makepyfile("def test_it(ledger):\n    pass\n")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").stdout.fnmatch_lines(
        ["*override the fixture ledger_app*"]
    )
