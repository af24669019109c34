"""The running system of the drill: processes on one database, orders, and a verdict."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final
from uuid import UUID

import psycopg
from celery import Signature
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, enqueue
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.ops.settings import with_role
from tests.forked import Forked

HERE: Final = Path(__file__).parent

TASKS: Final = int(os.environ.get("TASK_LEDGER_DRILL_TASKS", "60"))
"""How many orders come in before the backup, and as many again while it is made."""

REDISPATCH_AFTER_S: Final = 4.0
"""Seconds after which an attempt that nobody claimed is dispatched again."""


class System:
    """A projector and a worker on one database and one broker.

    Args:
        url: the database, for the login that owns it.
        broker: the broker's address.
        folder: for the processes' output.
    """

    def __init__(self, url: str, broker: str, folder: Path) -> None:
        folder.mkdir()
        self.url = url
        self._folder = folder
        self.environment = {
            **os.environ,
            "TASK_LEDGER_DATABASE_URL": url,
            "TASK_LEDGER_WORKER_DATABASE_URL": with_role(url, "task_ledger_worker"),
            "TASK_LEDGER_BROKER_URL": broker,
            "TASK_LEDGER_REDISPATCH_AFTER_S": str(REDISPATCH_AFTER_S),
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
        }
        self._sender = LedgerCelery("sender", broker=broker, set_as_current=False)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start the projector with its relay, and a worker, and wait until both work."""
        self._start("projector", "task_ledger.projector")
        self._start(
            "worker", "celery", "-A", "tests.drill.app", "worker", "-n", "worker@drill", "-c", "2",
            "--without-gossip", "--without-mingle", "-l", "INFO",
        )  # fmt: skip
        log = self._folder / "worker.log"
        self.until(lambda: b" ready." in log.read_bytes(), "a worker")

    def _start(self, name: str, *argv: str) -> None:
        log = (self._folder / f"{name}.log").open("ab")
        self._processes[name] = Forked(
            *argv, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self) -> None:
        """SIGKILL every process with its children, as when their machine is lost."""
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes.clear()

    def take_orders(self, numbers: range) -> list[UUID]:
        """Commit an order with its task for each number, and return the tasks that were committed.

        Stops early, without an error, when the database is gone.
        """
        engine = create_engine(sqlalchemy_url(with_role(self.url, "task_ledger_api")))
        told: list[UUID] = []
        try:
            for number in numbers:
                with Session(engine) as session:
                    task_id = self._order(session, number)
                    session.commit()
                told.append(task_id)
        except OperationalError:
            pass
        finally:
            engine.dispose()
        return told

    def _order(self, session: Session, number: int) -> UUID:
        signature = Signature("tests.drill.app.deliver", args=(number,), app=self._sender)
        task_id = enqueue(
            session, signature, project_id=f"site-{number % 3}", actor="drill",
            task_type="delivery", max_attempts=21,
        ).task_id  # fmt: skip
        session.execute(
            text("INSERT INTO drill.order_of (task_id, number) VALUES (:task_id, :number)"),
            {"task_id": task_id, "number": number},
        )
        return task_id

    @contextmanager
    def taking_orders(self, numbers: range) -> Iterator[Callable[[], list[UUID]]]:
        """Orders that come in meanwhile.

        What is yielded waits for the last and returns the tasks that were committed.
        """
        told: list[UUID] = []
        thread = Thread(target=lambda: told.extend(self.take_orders(numbers)))
        thread.start()

        def committed() -> list[UUID]:
            thread.join()
            return told

        try:
            yield committed
        finally:
            thread.join()

    def wait_for_all(self) -> None:
        """Wait until every order's task has ended and lists show it."""
        query = """
            SELECT (SELECT count(*) FROM drill.order_of) - count(*)
            FROM task_ledger.task_record
            WHERE status NOT IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
        """
        with psycopg.connect(self.url, autocommit=True) as connection:
            self.until(
                lambda: connection.execute(query).fetchone() == (0,), "every task's end", 120
            )

    def violations(self) -> dict[str, int]:
        """The rules that are broken, with how often."""
        query = (HERE / "queries" / "violations.sql").read_text("utf-8")
        with psycopg.connect(self.url) as connection:
            return {rule: broken for rule, broken in connection.execute(query.encode()) if broken}

    def epoch(self) -> str:
        """The database's epoch, which a client's cursors name."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("SELECT task_ledger.epoch()").fetchone()
        assert row is not None
        return row[0]

    def orders(self) -> set[UUID]:
        """The orders that the database has."""
        with psycopg.connect(self.url) as connection:
            return {task for (task,) in connection.execute("SELECT task_id FROM drill.order_of")}

    def until(self, condition: Callable[[], Any], what: str, timeout: float = 60.0) -> None:
        """Wait for a condition, by asking for it."""
        end = time.monotonic() + timeout
        while not condition():
            dead = [name for name, process in self._processes.items() if process.poll() is not None]
            assert not dead, f"{dead} ended\n{self.logs()}"
            assert time.monotonic() < end, f"waited for {what} in vain\n{self.logs()}"
            time.sleep(0.05)

    def logs(self) -> str:
        """The last lines of every process."""
        return "\n".join(
            f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-20:])
            for path in sorted(self._folder.glob("*.log"))
        )
