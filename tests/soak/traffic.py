"""`python -m tests.soak.traffic RATE SEED API`: enqueues tasks of every kind, and cancels some.

Each task is registered in one transaction with a row of its own, as a route does. The api's token
is in SOAK_TOKEN. With a rate of 0, tasks are enqueued as fast as they end, with at most
`MOST_OPEN` open at a time. Ends on SIGTERM, after the cancels that are due.
"""

import heapq
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event, Lock
from typing import Any, Final
from uuid import UUID

import httpx2
from celery import Signature
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.model.ids import new_task_id
from task_ledger.registration.enqueue import enqueue

PROJECTS: Final = 20
SHARES: Final = {
    "quick": 40, "stepped": 35, "retrying": 10, "failing": 5, "cancelled": 7, "slow": 3,
}  # fmt: skip
"""How often each kind of task comes."""

MOST_OPEN: Final = 60
COUNTDOWN_S: Final = 3.0
"""Of a task that will be cancelled."""

CANCEL_WITHIN_S: Final = 3.2
"""When the cancel comes: nearly always in time."""

_OPEN: Final = text(
    "SELECT coalesce(sum(tasks), 0) FROM task_ledger.task_count"
    " WHERE status IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')"
)


class Traffic:
    """Enqueues at a rate, and cancels, until it is ended."""

    def __init__(self, rate: float, seed: int, api: str, token: str, url: str) -> None:
        self._rate = rate
        self._random = Random(seed)
        self._ending = Event()
        self._engine = create_engine(sqlalchemy_url(url))
        self._sender = LedgerCelery("sender", set_as_current=False)
        self._lock = Lock()
        self._due: list[tuple[float, UUID]] = []
        self._api = httpx2.Client(
            base_url=api, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )

    def end(self) -> None:
        """Make `run` return."""
        self._ending.set()

    def run(self) -> None:
        """Enqueue until `end` is called; then return after the last cancel.

        Raises:
            httpx2.HTTPError: a cancel was refused or not answered.
        """
        at = time.monotonic()
        with ThreadPoolExecutor(1) as executor:
            cancelling = executor.submit(self._cancel_all)
            while not self._ending.is_set() and not cancelling.done():
                if self._rate:
                    at += self._random.expovariate(self._rate)
                    self._ending.wait(max(0.0, at - time.monotonic()))
                else:
                    self._wait_for_room()
                self._enqueue()
            cancelling.result()
        self._engine.dispose()

    def _wait_for_room(self) -> None:
        with self._engine.connect() as connection:
            while connection.execute(_OPEN).scalar_one() > MOST_OPEN - 10:
                connection.rollback()
                if self._ending.wait(0.05):
                    return
        for _ in range(9):
            self._enqueue()

    def _enqueue(self) -> None:
        (kind,) = self._random.choices(list(SHARES), list(SHARES.values()))
        task_id = new_task_id()
        with Session(self._engine) as session, session.begin():
            session.execute(
                text("INSERT INTO soak.request (task_id, kind) VALUES (:id, :kind)"),
                {"id": task_id, "kind": kind},
            )
            enqueue(
                session,
                self._signature(kind),
                project_id=f"project-{self._random.randrange(PROJECTS)}",
                actor="soak",
                task_id=task_id,
                task_type=kind,
                metadata={"page": self._random.randrange(1000)},
            )
        if kind == "cancelled":
            due = time.monotonic() + self._random.uniform(0, CANCEL_WITHIN_S)
            with self._lock:
                heapq.heappush(self._due, (due, task_id))

    def _signature(self, kind: str) -> "Signature[Any]":
        task = "quick" if kind == "cancelled" else kind
        args = (self._random.uniform(0.1, 1.0),) if kind == "retrying" else ()
        signature: Signature[Any] = Signature(f"tests.soak.app.{task}", args=args, app=self._sender)
        return signature.set(countdown=COUNTDOWN_S) if kind == "cancelled" else signature

    def _cancel_all(self) -> None:
        while True:
            with self._lock:
                due = self._due and (self._due[0][0] <= time.monotonic() or self._ending.is_set())
                task_id = heapq.heappop(self._due)[1] if due else None
            if task_id is not None:
                self._cancel(task_id)
            elif self._ending.wait(0.05) and not self._due:
                return

    def _cancel(self, task_id: UUID) -> None:
        answer = self._api.post(f"/api/v1/tasks/{task_id}/cancel", json={})
        if answer.status_code == httpx2.codes.CONFLICT:
            return  # it has ended
        answer.raise_for_status()
        with self._engine.begin() as connection:
            connection.execute(
                text("INSERT INTO soak.cancelled (task_id) VALUES (:id)"), {"id": task_id}
            )


def main() -> None:
    """Run until SIGTERM."""
    rate, seed, api = sys.argv[1:]
    url = os.environ["SOAK_API_DATABASE_URL"]
    traffic = Traffic(float(rate), int(seed), api, os.environ["SOAK_TOKEN"], url)
    signal.signal(signal.SIGTERM, lambda *_: traffic.end())
    traffic.run()


if __name__ == "__main__":
    main()
