"""Lost connections, time limits at bad moments, limits that disagree: the true end all the same."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.eventlog.connections import Connections
from task_ledger.model.transitions import Status
from task_ledger.registration.enqueue import enqueue
from tests.servers import Database
from tests.task_ledger.celery.conftest import Stack


def test_an_attempt_that_lost_its_connection_ends_with_its_own_error(stack: Stack) -> None:
    task_id = stack.enqueue("lose_connection")
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "worker_lost")
    assert record.error is not None
    assert record.error["type"] == "sqlalchemy.exc.OperationalError"
    assert stack.effects(task_id) == []


def test_a_retry_beyond_the_registered_limit_ends_with_the_error(stack: Stack) -> None:
    """The code says three retries, the registration one attempt."""
    task_id = stack.enqueue("retry_until", 3, 0, "beyond", max_attempts=1)
    record = stack.ended(task_id)
    assert (record.status, record.failure_reason) == (Status.FAILURE, "error")
    assert record.error is not None
    assert record.error["message"] == "not yet"
    assert record.notes == 0


def test_a_time_limit_during_the_claim_leaves_no_attempt_behind(stack: Stack) -> None:
    with stack.connection.transaction():
        signature = stack.signature("limited")
        signature.options["soft_time_limit"] = 1
        with Session(stack.engine) as session:
            task_id = enqueue(
                session, signature, project_id="p1", actor="t", task_type="plain"
            ).task_id
            session.commit()
        stack.connection.execute(
            "SELECT pg_advisory_xact_lock(task_ledger.lock_key(%s))", (task_id,)
        )
        log = Path(stack.folder / "worker.log")
        stack.until(lambda: b"claim_failed" in log.read_bytes(), "the time limit to strike")
    record = stack.ended(task_id)
    assert (record.status, record.attempt) == (Status.SUCCESS, 1)
    assert stack.effects(task_id) == ["limited"]


def test_a_body_called_by_another_one_is_part_of_its_transaction(stack: Stack) -> None:
    failed = stack.enqueue("call_another", True)
    assert stack.ended(failed).status is Status.FAILURE
    assert stack.effects(failed) == []
    done = stack.enqueue("call_another", False)
    assert stack.ended(done).result == "inner"
    assert stack.effects(done) == ["outer", "inner"]
    assert stack.wait_reached("observed:inner") == "1"
    stack.quiet()
    assert not stack.has_reached("observed:inner")


def test_what_no_attempt_can_mend_is_not_retried(stack: Stack) -> None:
    record = stack.ended(stack.enqueue("return_nan_and_retry", max_attempts=4))
    assert (record.failure_reason, record.attempt) == ("bad_result", 1)


def test_a_countdown_and_an_expiry_stay_in_the_ledger(stack: Stack) -> None:
    signature = stack.signature("succeed", "later").set(countdown=3600, expires=7200)
    with Session(stack.engine) as session:
        task = enqueue(session, signature, project_id="p1", actor="t", task_type="plain")
        session.commit()
    row = stack.connection.execute(
        "SELECT headers ->> 'eta', headers ->> 'expires', properties ->> 'expiration'"
        " FROM task_ledger.message WHERE task_id = %s",
        (task.task_id,),
    ).fetchone()
    assert row == (None, None, None)
    record = stack.record(task.task_id)
    assert record.due_at is not None
    assert record.expires_at is not None
    assert (record.expires_at - record.due_at).total_seconds() == pytest.approx(3600, abs=5)


def test_eager_mode_does_not_run_what_is_enqueued_or_sent(stack: Stack) -> None:
    app = LedgerCelery(broker=stack.broker.url, set_as_current=False)
    app.conf.task_always_eager = True
    ran: list[str] = []

    @app.task(name="eager.tracked", task_type="plain")
    def tracked(self: object) -> None:
        ran.append("ran")

    with Session(stack.engine) as session:
        with pytest.raises(UnsupportedConfiguration, match="task_always_eager"):
            enqueue(session, tracked.s(), project_id="p1", actor="t")
        with pytest.raises(UnsupportedConfiguration, match="task_always_eager"):
            tracked.delay()
    assert ran == []


def test_a_connection_that_was_left_in_the_middle_of_an_answer_is_replaced(
    database: Database,
) -> None:
    connections = Connections(database.url_for("worker"))
    left = connections.ledger()
    left.pgconn.send_query(b"SELECT pg_sleep(600)")
    fresh = connections.ledger()
    assert fresh is not left
    assert left.closed
    row = fresh.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%%pg_sleep(600)%%'"
        " AND state = 'active' AND pid <> pg_backend_pid()"
    ).fetchone()
    assert row == (0,)
    connections.discard()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_ledgers_address_may_be_one_of_sqlalchemys(database: Database, scheme: str) -> None:
    url = database.url_for("worker").replace("postgresql://", f"{scheme}://")
    connections = Connections(url)
    assert connections.ledger().execute("SELECT 1").fetchone() == (1,)
    with connections.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    connections.discard()
