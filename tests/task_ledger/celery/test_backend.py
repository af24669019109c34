"""`AsyncResult` on existing code, answered from the ledger; nothing is ever written by it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery.exceptions import TaskRevokedError, TimeoutError, WorkerLostError
from celery.result import AsyncResult, GroupResult

from task_ledger import LedgerCelery
from task_ledger.errors import (
    TaskFailed,
    UnknownTask,
    UnsupportedConfiguration,
    UnsupportedSignature,
)
from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Completed, ErrorData, Failed, Progress, Retrying, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import FailureReason, RetryReason
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A ledger; nothing runs, so every state can be looked at."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(11), folder) as stack:
        yield stack


@pytest.fixture
def app(stack: Stack) -> LedgerCelery:
    """An application that only asks, with the api's login."""
    return LedgerCelery(
        "asking", broker=stack.broker.url, backend="ledger://",
        ledger_url=stack.database.url_for("api"), set_as_current=False,
    )  # fmt: skip


class Running:
    """A task whose attempt the test itself runs."""

    def __init__(self, stack: Stack, app: LedgerCelery) -> None:
        self._connection = stack.connection
        self.task_id = stack.enqueue("succeed", "x", max_attempts=3)
        self.claim = new_claim()
        self.result: AsyncResult[Any] = app.AsyncResult(str(self.task_id))

    def start(self) -> "Running":
        self.say(Started(worker="w1", host="h", pid=1))
        return self

    def say(self, data: Any, **options: Any) -> None:
        append(
            self._connection,
            Append(self.task_id, self.claim, 1, "w1", data, **options),
        )


@pytest.fixture
def task(stack: Stack, app: LedgerCelery) -> Running:
    return Running(stack, app)


def test_every_state_is_told_as_it_is_now(task: Running) -> None:
    assert (task.result.status, task.result.ready()) == ("PENDING", False)
    task.start()
    assert (task.result.state, task.result.info) == ("STARTED", {"hostname": "w1"})
    task.say(Progress(percent=40, step="Reading", current=2, total=5))
    assert task.result.status == "PROGRESS"
    assert task.result.info["percent"] == 40
    assert (task.result.info["current"], task.result.info["total"]) == (2, 5)
    task.say(Completed(result={"pages": 3}))
    assert (task.result.status, task.result.result) == ("SUCCESS", {"pages": 3})
    assert task.result.ready()
    assert task.result.successful()
    assert task.result.get(timeout=5) == {"pages": 3}
    assert task.result.date_done is not None
    assert task.result.name == "tests.task_ledger.celery.app.succeed"


def test_a_retry_that_counts_down_is_not_ready_and_tells_its_error(
    task: Running, stack: Stack
) -> None:
    error = ErrorData(type="ConnectionError", message="not yet")
    due_at = stack.connection.execute("SELECT now() + interval '1 h'").fetchone()
    assert due_at is not None
    task.start().say(
        Retrying(reason=RetryReason.ERROR, error=error, countdown_s=3600), due_at=due_at[0]
    )
    assert (task.result.status, task.result.ready()) == ("RETRY", False)
    assert isinstance(task.result.result, ConnectionError)
    with pytest.raises(TimeoutError):
        task.result.get(timeout=0.2, interval=0.05)


FAILURES: list[tuple[Failed, type[BaseException], str]] = [
    (Failed(reason=FailureReason.ERROR, error=ErrorData(type="ValueError", message="bad page")),
     ValueError, "bad page"),
    (Failed(reason=FailureReason.ERROR,
            error=ErrorData(type="json.decoder.JSONDecodeError", message="no JSON")),
     Exception, "no JSON"),
    (Failed(reason=FailureReason.ERROR,
            error=ErrorData(type="not.imported.here.AppError", message="its own")),
     Exception, "its own"),
    (Failed(reason=FailureReason.ERROR, error=ErrorData(type="os.system", message="true")),
     TaskFailed, "os.system: true"),
    (Failed(reason=FailureReason.TIMEOUT,
            error=ErrorData(type="TimeLimitExceeded", message="10 s")), Exception, "10 s"),
    (Failed(reason=FailureReason.WORKER_LOST, error=ErrorData(type="WorkerLost", message="gone")),
     WorkerLostError, "gone"),
]  # fmt: skip


@pytest.mark.parametrize(("failed", "raised", "message"), FAILURES)
def test_a_failure_is_raised_as_its_exception(
    task: Running, failed: Failed, raised: type[BaseException], message: str
) -> None:
    task.start().say(failed)
    assert (task.result.status, task.result.failed()) == ("FAILURE", True)
    with pytest.raises(raised, match=message):
        task.result.get(timeout=5)
    error = task.result.get(propagate=False)
    assert isinstance(error, BaseException)
    assert task.result.traceback is None


def test_the_exception_has_the_bodys_type_also_where_it_is_not_imported(task: Running) -> None:
    error = ErrorData(type="not.imported.here.AppError", message="its own")
    task.start().say(Failed(reason=FailureReason.ERROR, error=error))
    assert type(task.result.result).__name__ == "AppError"


def test_a_task_that_failed_without_an_error_of_its_body_tells_the_reason(
    task: Running, stack: Stack
) -> None:
    failed = Failed(reason=FailureReason.EXPIRED, message="too late")
    append(stack.connection, Append(task.task_id, None, 1, "reconciler", failed))
    with pytest.raises(TaskFailed, match=r"failed\(expired\): too late") as raised:
        task.result.get(timeout=5)
    assert raised.value.reason == "expired"


def test_a_cancelled_task_is_revoked(task: Running, stack: Stack) -> None:
    request_cancel(stack.connection, task.task_id, "ops")
    assert task.result.status == "REVOKED"
    with pytest.raises(TaskRevokedError):
        task.result.get(timeout=5)


def test_an_unknown_id_is_an_error_and_never_pending(app: LedgerCelery) -> None:
    with pytest.raises(UnknownTask):
        _ = app.AsyncResult(str(uuid4())).status
    with pytest.raises(UnsupportedConfiguration, match="UUID"):
        _ = app.AsyncResult("not-a-uuid").status


def test_several_results_are_had_at_once(stack: Stack, app: LedgerCelery) -> None:
    tasks = [Running(stack, app) for _ in range(3)]
    for n, task in enumerate(tasks):
        task.start().say(Completed(result=n))
    results = GroupResult(str(uuid4()), [task.result for task in tasks], app=app)
    assert results.get(timeout=5) == [0, 1, 2]


def test_it_comes_back_by_itself_after_the_database_was_away(task: Running, stack: Stack) -> None:
    assert task.result.status == "PENDING"
    stack.engine.dispose()
    stack.connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert task.result.status == "PENDING"


def test_nothing_is_ever_written(task: Running, stack: Stack, app: LedgerCelery) -> None:
    before = stack.record(task.task_id)
    backend: Any = app.backend
    backend.store_result(str(task.task_id), 1, "SUCCESS")
    backend.mark_as_done(str(task.task_id), 1)
    backend.mark_as_failure(str(task.task_id), ValueError("x"))
    backend.cleanup()
    assert stack.record(task.task_id) == before
    with pytest.raises(UnsupportedConfiguration, match="remove the call"):
        task.result.forget()
    with pytest.raises(UnsupportedConfiguration, match="group_id"):
        GroupResult(str(uuid4()), [task.result], app=app).save()
    with pytest.raises(UnsupportedSignature, match="enqueue"):
        backend.ensure_chords_allowed()


def test_a_worker_with_it_runs_tracked_and_untracked_tasks(stack: Stack) -> None:
    stack.environment["TASK_LEDGER_TEST_BACKEND"] = "ledger://"
    stack.start("projector", "task_ledger.projector")
    stack.start_worker("asked", "-c", "1")
    try:
        app = LedgerCelery(
            "asking", broker=stack.broker.url, backend="ledger://",
            ledger_url=stack.database.url_for("api"), set_as_current=False,
        )  # fmt: skip
        done: UUID = stack.enqueue("succeed", "asked")
        assert app.AsyncResult(str(done)).get(timeout=30) == {"label": "asked"}
        stack.signature("untracked_writer", "beside", False).apply_async()
        assert stack.wait_reached("observed:beside") == "1"
        failing = app.AsyncResult(str(stack.enqueue("raise_as", "x")))
        with pytest.raises(ValueError, match="x"):
            failing.get(timeout=30)
    finally:
        stack.stop("asked")
