"""A real worker, projector and relay on a database of the module's own."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import redis
from celery import Signature
from psycopg import Connection
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import TaskEvent
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import TERMINAL
from task_ledger.registration.enqueue import enqueue
from tests.brokers import Broker, Brokers
from tests.forked import Forked
from tests.servers import Database, fresh_database

DOMAIN = """
CREATE SCHEMA domain;
CREATE TABLE domain.effect (id bigint GENERATED ALWAYS AS IDENTITY, task_id text, label text);
CREATE TABLE domain.once (id integer GENERATED ALWAYS AS IDENTITY, label text UNIQUE);
CREATE TABLE domain.checked_late (label text UNIQUE DEFERRABLE INITIALLY DEFERRED);
GRANT USAGE ON SCHEMA domain TO task_ledger_worker, task_ledger_api;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA domain TO task_ledger_worker;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA domain TO task_ledger_worker, task_ledger_api;
"""


@dataclass
class Stack:
    """The running system, as a test sees it."""

    database: Database
    broker: Broker
    environment: dict[str, str]
    folder: Path
    sender: LedgerCelery
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signals = redis.Redis.from_url(
            self.broker.signals_url, decode_responses=True, socket_timeout=None
        )
        self.connection: Connection[Any] = psycopg.connect(
            self.database.superuser_url, autocommit=True
        )
        self.engine = create_engine(sqlalchemy_url(self.database.url_for("api")))

    def start(self, name: str, *argv: str) -> subprocess.Popen[bytes]:
        """Start a process of the system; its output goes to a file that a failure shows."""
        log = (self.folder / f"{name}.log").open("ab")
        process = Forked(
            *argv, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )
        self.processes[name] = process
        return process

    def start_worker(self, name: str = "worker", *options: str) -> subprocess.Popen[bytes]:
        """Start a worker of the tasks under test and wait until it takes messages."""
        process = self.start(
            name, "celery", "-A", "tests.task_ledger.celery.app", "worker", "-n",
            f"{name}@test", "-c", "4", "--without-gossip", "--without-mingle",
            "-l", "INFO", *options,
        )  # fmt: skip
        self.until(lambda: b" ready." in (self.folder / f"{name}.log").read_bytes(), "a worker")
        return process

    def stop(self, name: str) -> None:
        """End a process and everything it started."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            process.wait(20)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def kill(self, name: str) -> None:
        """SIGKILL a process with its children, as a power cut would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def enqueue(
        self, task: str, *args: Any, project_id: str = "p1", link: Any = None, **options: Any
    ) -> UUID:
        """Register a task as a route would, and commit."""
        with Session(self.engine) as session:
            task_id = self.enqueue_in(
                session, task, *args, project_id=project_id, link=link, **options
            )
            session.commit()
        return task_id

    def enqueue_in(
        self, session: Session, task: str, *args: Any, project_id: str = "p1", link: Any = None,
        max_attempts: int | None = 1, **options: Any,
    ) -> UUID:  # fmt: skip
        """Register a task in a transaction of the test's own."""
        signature = self.signature(task, *args)
        if link is not None:
            signature.link(link)
        return enqueue(
            session, signature, project_id=project_id, actor="tester", task_type="plain",
            max_attempts=max_attempts, **options,
        ).task_id  # fmt: skip

    def signature(self, task: str, *args: Any) -> Signature:
        """A signature by name, as an api that does not import the tasks makes it."""
        return Signature(f"tests.task_ledger.celery.app.{task}", args=args, app=self.sender)

    def record(self, task_id: UUID) -> TaskRecord:
        """The task, always fresh."""
        return read_task(self.connection, task_id)

    def events(self, task_id: UUID) -> list[TaskEvent]:
        """The task's events."""
        return read_events(self.connection, task_id)

    def ended(self, task_id: UUID, timeout: float = 60.0) -> TaskRecord:
        """The task, once it has ended."""
        what = f"the end of {task_id}"
        self.until(lambda: self.record(task_id).state in TERMINAL, what, timeout)
        return self.record(task_id)

    def effects(self, task_id: UUID) -> list[str]:
        """The labels of the domain rows that the task has committed."""
        rows = self.connection.execute(
            "SELECT label FROM domain.effect WHERE task_id = %s ORDER BY id", (str(task_id),)
        ).fetchall()
        return [label for (label,) in rows]

    def outbox(self) -> int:
        """How many dispatches are due."""
        row = self.connection.execute(
            "SELECT count(*) FROM task_ledger.outbox WHERE due_at <= clock_timestamp()"
        ).fetchone()
        return row[0] if row else 0

    def published(self) -> int:
        """How many messages wait in the broker's queue."""
        return self.broker.waiting()

    def message(self, task_id: UUID) -> tuple[Any, ...]:
        """A registered task's message, which is kept until the task ends."""
        row = self.connection.execute(
            "SELECT exchange, routing_key, content_type, content_encoding, headers, properties,"
            " body FROM task_ledger.message WHERE task_id = %s",
            (task_id,),
        ).fetchone()
        assert row is not None
        return row

    def deliver(
        self, task_id: UUID, attempt: int = 1, message: tuple[Any, ...] | None = None,
        **changes: Any,
    ) -> None:  # fmt: skip
        """Publish a registered task's message for an attempt, past the relay.

        Args:
            message: as it was before the task ended; the task's own when not given.
            changes: what of it is to be other: body, content_type, routing_key …
        """
        from task_ledger.eventlog.message import headers_for_attempt

        exchange, routing_key, content_type, encoding, headers, properties, body = (
            message or self.message(task_id)
        )
        with self.sender.connection_for_write() as connection:
            sent: dict[str, Any] = {
                "body": bytes(body),
                "exchange": exchange,
                "routing_key": routing_key,
                "content_type": content_type,
                "content_encoding": encoding,
                "headers": headers_for_attempt(headers, attempt),
                **properties,
                **changes,
            }
            connection.Producer().publish(**sent)

    def wait_reached(self, name: str, timeout: int = 30) -> str:
        """Wait until a body has come to `name`."""
        found: Any = self.signals.blpop([f"reached:{name}"], timeout=timeout)
        assert found is not None, f"nobody reached {name}\n{self.logs()}"
        return found[1]

    def has_reached(self, name: str) -> bool:
        """Whether a body has come to `name` and nobody waited for it."""
        return bool(self.signals.llen(f"reached:{name}"))

    def open_gate(self, name: str) -> None:
        """Let a body that waits at `name` go on."""
        self.signals.rpush(f"gate:{name}", "")

    def until(self, condition: Callable[[], Any], what: str, timeout: float = 60.0) -> None:
        """Wait for a condition, by asking for it."""
        deadline = time.monotonic() + timeout
        while not condition():
            dead = [n for n, p in self.processes.items() if p.poll() is not None]
            assert not dead, f"{dead} ended\n{self.logs()}"
            assert time.monotonic() < deadline, f"waited for {what} in vain\n{self.logs()}"
            time.sleep(0.02)

    def quiet(self) -> None:
        """Wait until no message is on its way: outbox empty, queue empty, nobody works on one."""
        self.until(lambda: self.outbox() == 0 and self.broker.settled(), "quiet")

    def logs(self) -> str:
        """The last lines of every process."""
        waiting = self.connection.execute(
            "SELECT task_id, attempt, due_at, tries, last_error FROM task_ledger.outbox"
        ).fetchall()
        told: dict[str, Any] = {
            key: self.signals.llen(key)
            if self.signals.type(key) == "list"
            else self.signals.type(key)
            for key in self.signals.scan_iter()
        }
        return f"outbox {waiting}\nqueue {self.published()}\nvalkey {told}\n" + "\n".join(
            f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-30:])
            for path in sorted(self.folder.glob("*.log"))
        )

    def close(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.stop(name)
        self.connection.close()
        self.engine.dispose()
        self.signals.close()


@contextmanager
def open_stack(
    postgres: EmbeddedPostgres, template: str, broker: Broker, folder: Path
) -> Iterator[Stack]:
    """A database, a broker and the environment for the system's processes; nothing started."""
    with fresh_database(postgres, template) as database:
        with psycopg.connect(database.superuser_url, autocommit=True) as connection:
            connection.execute(DOMAIN)
        environment = {
            **os.environ,
            "TASK_LEDGER_DATABASE_URL": database.url,
            "TASK_LEDGER_WORKER_DATABASE_URL": database.url_for("worker"),
            "TASK_LEDGER_BROKER_URL": broker.url,
            "TEST_SIGNALS_URL": broker.signals_url,
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
        }
        sender = LedgerCelery("sender", broker=broker.url, set_as_current=False)
        stack = Stack(database, broker, environment, folder, sender)
        try:
            yield stack
        finally:
            stack.close()


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """Worker (prefork), projector and relay, for one module's tests."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(15), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        stack.start_worker()
        yield stack


def as_json(record: TaskRecord) -> dict[str, Any]:
    """A record as the read model stores it, to compare."""
    return json.loads(json.dumps(record, default=str))
