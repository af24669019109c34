"""The Celery application under test: small tasks, each made to show one promise."""

import gc
import os
import socket
import threading
from contextlib import suppress
from typing import Any, ClassVar

from billiard.einfo import ExceptionInfo
from celery.exceptions import Ignore, Reject
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from task_ledger import LedgerCelery, LedgerTask, in_this_run
from task_ledger.errors import LedgerUnavailable, SentOutsideRun
from task_ledger.model.events import MODELS
from task_ledger.registration.enqueue import enqueue
from tests.task_ledger.celery.signals import gate, reached

BROKER = os.environ["TASK_LEDGER_BROKER_URL"]

app = LedgerCelery(
    "under_test",
    broker=BROKER,
    ledger_url=os.environ["TASK_LEDGER_WORKER_DATABASE_URL"],
)
app.conf.update(
    worker_prefetch_multiplier=1,
    task_ignore_result="TASK_LEDGER_TEST_BACKEND" not in os.environ,
    result_backend=os.environ.get("TASK_LEDGER_TEST_BACKEND"),
    broker_connection_retry_on_startup=True,
)


class Base(DeclarativeBase):
    """Models of the domain under test."""


class Once(Base):
    """A row that may exist once."""

    __tablename__ = "once"
    __table_args__: ClassVar = {"schema": "domain"}

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]


def effect(task: LedgerTask, label: str) -> None:
    """Write one row of the domain in the task's session."""
    task.session.execute(
        text("INSERT INTO domain.effect (task_id, label) VALUES (:task_id, :label)"),
        {"task_id": task.request.id, "label": label},
    )


@app.task(task_type="plain")
def succeed(self: LedgerTask, label: str) -> dict[str, str]:
    self.progress(50, "Working")
    effect(self, label)
    return {"label": label}


@app.task(task_type="plain")
def report_then_fail(self: LedgerTask, name: str) -> None:
    effect(self, "pending")
    self.session.flush()
    self.progress(40, "In the middle")
    reached(name)
    gate(name)
    raise ValueError("the body fails after it has reported")


@app.task(task_type="plain")
def commit_then_fail(self: LedgerTask) -> None:
    effect(self, "committed by the author")
    self.session.commit()
    effect(self, "after the commit")
    raise ValueError("the body fails after its own commit")


@app.task(task_type="plain")
def end_transaction(self: LedgerTask, how: str) -> None:
    effect(self, "before the escape")
    connection = self.session.connection()
    if how == "connection.commit":
        connection.commit()
    elif how == "driver":
        connection.connection.driver_connection.commit()  # pyright: ignore[reportOptionalMemberAccess]
        effect(self, "after the escape")
    else:
        self.session.execute(text(how))


@app.task(task_type="plain", max_retries=3)
def retry_until(self: LedgerTask, succeed_at: int, countdown: float, name: str) -> int:
    effect(self, f"attempt {self.request.retries + 1}")
    self.progress(30, f"Attempt {self.request.retries + 1}")
    if self.request.retries + 1 < succeed_at:
        reached(name)
        raise self.retry(exc=ConnectionError("not yet"), countdown=countdown)
    return self.request.retries + 1


@app.task(task_type="plain", max_retries=2, default_retry_delay=0)
def swallow_retry(self: LedgerTask, how: str) -> str:
    if self.request.retries == 0:
        effect(self, "first attempt")
        if how == "throw=False":
            self.retry(throw=False)
        else:
            with suppress(Exception):
                self.retry()
        return "swallowed"
    return "second attempt"


@app.task(
    task_type="plain", autoretry_for=(OSError,), max_retries=2, retry_backoff=False,
    default_retry_delay=0,
)  # fmt: skip
def always_os_error(self: LedgerTask) -> None:
    raise OSError(f"attempt {self.request.retries + 1}")


@app.task(task_type="plain")
def idle_too_long(self: LedgerTask, name: str, then_write: bool) -> None:
    """Says nothing to the database for longer than its session may be idle."""
    effect(self, "idle")
    self.session.flush()
    self.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
    reached(name)
    gate(name)
    if then_write:
        effect(self, "too late")
        self.session.flush()


@app.task(task_type="plain")
def wait_inside(self: LedgerTask, name: str, label: str) -> str:
    effect(self, label)
    reached(name)
    gate(name)
    return label


@app.task(task_type="plain")
def progress_until_cancelled(self: LedgerTask, name: str) -> str:
    effect(self, "before the cancel")
    self.progress(10, "First")
    reached(name)
    gate(name)
    self.progress(20, "Second")
    reached(f"{name}: went on")
    return "not cancelled"


@app.task(task_type="plain")
def ignore_cancel(self: LedgerTask, name: str) -> str:
    effect(self, "never asked")
    reached(name)
    gate(name)
    return "done anyway"


@app.task
def observe(name: str) -> None:
    """Untracked, unbound: tells what it can see of the task that sent it."""
    from task_ledger.eventlog.connections import Connections

    connections: Connections = app.connections
    with connections.engine.connect() as connection:
        seen = connection.execute(
            text("SELECT count(*) FROM domain.effect WHERE label = :label"), {"label": name}
        ).scalar_one()
    reached(f"observed:{name}", str(seen))


@app.task(task_type="plain")
def send_in_the_middle(self: LedgerTask, name: str, fail: bool) -> None:
    effect(self, name)
    observe.delay(name)
    reached(name)
    gate(name)
    if fail:
        raise ValueError("rolled back")


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def untracked_writer(self: LedgerTask, name: str, fail: bool) -> None:
    effect(self, name)
    self.progress(50, "nobody sees this")
    observe.delay(name)
    if fail:
        reached(name)
        raise ValueError("rolled back")


@app.task(task_type="plain")
def enqueue_child(self: LedgerTask, label: str) -> str:
    child = enqueue(
        self.session, succeed.s(label), project_id="family", name="The child", actor="parent"
    )
    return str(child.task_id)


def nested(levels: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


@app.task(task_type="plain")
def return_value(self: LedgerTask, kind: str) -> Any:
    effect(self, kind)
    return {
        "nan": float("nan"),
        "large": {"text": "x" * 70_000},
        "object": object(),
        "nul": {"text": "a\0b\ud800"},
        "deep": nested(300),
        "unbuilt": [model.__name__ for model in MODELS.values() if not model.__pydantic_complete__],
    }[kind]


@app.task(task_type="plain", autoretry_for=(TimeoutError,), max_retries=1, default_retry_delay=0)
def raise_without_gc(self: LedgerTask, how: str) -> None:
    """Raises in a process that collects no garbage by itself."""
    gc.disable()
    if how == "fail":
        raise ValueError("this task always fails")
    if how == "retry" and self.request.retries == 0:
        raise TimeoutError("this task runs twice")
    if how == "ignore":
        raise Ignore("nothing to do")
    if how == "reject":
        raise Reject("not mine", requeue=False)


@app.task(task_type="plain")
def count_exceptions_kept(self: LedgerTask) -> int:
    effect(self, "counted")
    return sum(isinstance(each, ExceptionInfo) for each in gc.get_objects())


@app.task(task_type="plain")
def raise_as(self: LedgerTask, how: str) -> None:
    effect(self, how)
    if how == "ignore":
        raise Ignore("nothing to do")
    if how == "reject":
        raise Reject("not mine", requeue=True)
    if how == "secret":
        raise RuntimeError("cannot reach postgresql://user:hunter2@db/x with api_key=abcdef123456")
    raise ValueError(how)


@app.task(task_type="plain", autoretry_for=(Exception,), max_retries=1, default_retry_delay=0)
def break_constraint(self: LedgerTask, label: str) -> int:
    if self.request.retries == 0:
        # Pending until the last flush, which is after the body.
        self.session.add_all([Once(label=label), Once(label=label)])
    return self.request.retries + 1


@app.task(task_type="plain")
def fail_at_commit(self: LedgerTask, label: str) -> str:
    effect(self, label)
    self.session.execute(
        text("INSERT INTO domain.checked_late (label) VALUES (:label), (:label)"), {"label": label}
    )
    observe.delay(label)
    return label


@app.task(task_type="plain")
def lose_connection(self: LedgerTask) -> None:
    """The network breaks under the body."""
    effect(self, "on a lost connection")
    driver: Any = self.session.connection().connection.driver_connection
    with socket.socket(fileno=os.dup(driver.fileno())) as its_own:
        its_own.shutdown(socket.SHUT_RDWR)
    effect(self, "after it")


@app.task(task_type="plain")
def wait_at_first(self: LedgerTask, name: str, then_write: bool) -> int:
    """Waits for the test in the first attempt, after its rows or between them."""
    effect(self, f"attempt {self.request.retries + 1}")
    if self.request.retries == 0:
        reached(name)
        gate(name)
        if then_write:
            effect(self, "after the gate")
    return self.request.retries + 1


@app.task(task_type="plain")
def wait_while_it_opens(self: LedgerTask, name: str) -> int:
    """Waits for the test in the first attempt as the session's transaction begins."""
    if self.request.retries == 0:

        def wait(connection: Connection) -> None:
            driver: Any = connection.connection.driver_connection
            reached(name, str(driver.info.backend_pid))
            gate(name)

        event.listen(app.connections.engine, "begin", wait, once=True)
    effect(self, f"attempt {self.request.retries + 1}")
    return self.request.retries + 1


@app.task(
    task_type="plain", autoretry_for=(LedgerUnavailable,), max_retries=2, default_retry_delay=0
)
def wait_and_declare(self: LedgerTask, name: str) -> int:
    """Says that it is to be tried again when the ledger is away."""
    effect(self, f"attempt {self.request.retries + 1}")
    if self.request.retries == 0:
        reached(name)
        gate(name)
    return self.request.retries + 1


@app.task(task_type="plain")
def call_another(self: LedgerTask, fail: bool) -> Any:
    effect(self, "outer")
    value = write_inside.apply((self.request.id,)).get(disable_sync_subtasks=False)
    if fail:
        raise ValueError("after the inner body")
    return value


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def write_inside(self: LedgerTask, outer_id: str) -> str:
    self.session.execute(
        text("INSERT INTO domain.effect (task_id, label) VALUES (:id, 'inner')"), {"id": outer_id}
    )
    observe.delay("inner")
    return "inner"


@app.task(task_type="plain", autoretry_for=(Exception,), max_retries=3, default_retry_delay=0)
def return_nan_and_retry(self: LedgerTask) -> float:
    return float("nan")


@app.task(task_type="plain")
def limited(self: LedgerTask) -> str:
    effect(self, "limited")
    return "in time"


@app.task(task_type="plain")
def report_often(self: LedgerTask, times: int) -> int:
    for i in range(times):
        self.progress(100 * i / times, "Counting", current=i, total=times)
    return times


def send_from_threads(name: str, late: list[threading.Thread]) -> list[str]:
    """Send from threads with and without the run; returns what each was told."""
    told: list[str] = []

    def send(label: str, wait: str | None = None, **options: Any) -> None:
        if wait:
            gate(wait)
        try:
            observe.apply_async((label,), **options)
        except SentOutsideRun as error:
            told.append(f"{label}: {type(error).__name__}")
            reached(f"refused:{label}")

    def start(target: Any, *args: Any, **kwargs: Any) -> threading.Thread:
        thread = threading.Thread(target=target, args=args, kwargs=kwargs)
        thread.start()
        return thread

    for thread in (
        start(send, f"{name} stray"),
        start(in_this_run(send), f"{name} carried"),
        start(send, f"{name} untracked", untracked=True),
    ):
        thread.join()
    late.append(start(in_this_run(send), f"{name} late", wait=f"{name} late"))
    return told


@app.task(task_type="plain")
def use_threads(self: LedgerTask, name: str, fail: bool) -> list[str]:
    for label in ("carried", "untracked"):
        effect(self, f"{name} {label}")
    told = send_from_threads(name, [])
    reached(name)
    gate(name)
    if fail:
        raise ValueError("rolled back")
    return told


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def use_threads_untracked(self: LedgerTask, name: str) -> None:
    effect(self, f"{name} carried")
    reached(f"told:{name}", ", ".join(send_from_threads(name, [])))
