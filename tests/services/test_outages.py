"""The database or the broker is away: what can be answered is, the rest says when to come back,
everything comes back by itself, and nothing is lost or done twice.

Here all rules work together, so some make good what another one would have missed. What each of
them does is tested where nothing else repairs it: a body or a commit whose connection breaks, an
end whose answer is lost and a claim that waits in `test_lost_database.py` and
`test_broken_lines.py`; leases that nobody could renew in `test_reconciler.py`; dispatches that wait
in `test_relay.py`; messages that were lost in `test_unclaimed.py`; the api's pool in
`test_reconnecting.py`.

They are away for seconds, or for as long as is asked for, and what was measured is printed:

    TASK_LEDGER_TEST_AWAY_S=60 make test ARGS="tests/services/test_outages.py -rP"
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx2
import psycopg
import pytest
from sqlalchemy.orm import Session

from services.plugin import takeoff
from task_ledger import access
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.model.transitions import TERMINAL
from task_ledger.ops.migrate import upgrade
from tests.brokers import NAME, Broker, Brokers, ValkeyBroker
from tests.services.api.processes import serving
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.celery.workers import start_worker
from tests.task_ledger.server.processes import Server, eventually

PATIENCE_S: Final = 120

AWAY_S: Final = float(os.environ.get("TASK_LEDGER_TEST_AWAY_S", "0"))
"""For how many seconds each server is away at least."""


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server that waits for the disk, and that this module may kill."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_of_outages")
        upgrade(server.url_of("template_of_outages"), takeoff.schemas)
        yield server


@contextmanager
def own_broker(brokers: Brokers, folder: Path) -> Iterator[Broker]:
    """A broker that may be stopped while bodies and tests go on telling each other things."""
    broker = brokers.space(10)
    if brokers.rabbitmq is not None:
        yield broker
        return
    with EmbeddedValkey(folder / "valkey") as server:
        yield ValkeyBroker(server.url, broker.signals_url, broker.refusal, server)


@pytest.fixture(scope="module")
def stack(
    own_postgres: EmbeddedPostgres, brokers: Brokers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Projector with relay and reconciler, and a worker."""
    folder = tmp_path_factory.mktemp("stack")
    with (
        own_broker(brokers, folder) as broker,
        open_stack(own_postgres, "template_of_outages", broker, folder) as stack,
    ):
        stack.start("projector", "task_ledger.projector")
        start_worker(stack)
        yield stack


@pytest.fixture(scope="module")
def server(stack: Stack) -> Iterator[Server]:
    """The api in a process of its own."""
    with serving(stack.environment | {"TASK_LEDGER_POOL_TIMEOUT_S": "1"}) as running:
        yield running


@pytest.fixture(scope="module")
def client(stack: Stack, server: Server) -> Iterator[httpx2.Client]:
    """An admin's requests."""
    with psycopg.connect(stack.database.url_for("owner"), autocommit=True) as owner:
        token = access.create(owner, "ops", "admin", None)
    with server.client({"Authorization": f"Bearer {token}"}) as client:
        yield client


def test_the_broker_is_away_and_comes_back(stack: Stack, client: httpx2.Client) -> None:
    pids = {name: process.pid for name, process in stack.processes.items()}
    tasks = load(stack, "broker")
    with away(stack.broker.stop, stack.broker.start) as outage:
        answers_at_last(client, "/readyz", 503)
        ready = client.get("/readyz").json()
        assert (ready["database"], ready["broker"]) == (True, False)
        # What needs no broker is answered; what is registered now waits in the outbox.
        assert client.post("/api/v1/projects", json={"name": "meanwhile"}).status_code == 201
        assert client.get(f"/api/v1/tasks/{tasks[0]}").status_code == 200
        during = [stack.enqueue("succeed", f"during {i}", max_attempts=5) for i in range(5)]
        cancelled = stack.enqueue("succeed", "cancelled meanwhile")
        assert client.post(f"/api/v1/tasks/{cancelled}/cancel").status_code == 202
        assert stack.record(cancelled).status == "REVOKED"
        # Bodies end while their messages cannot be acknowledged.
        let_go(stack, "broker")
        while outage.lasts():
            assert client.get(f"/api/v1/tasks/{during[0]}").json()["status"] == "PENDING"
    all_done_once(stack, [*tasks, *during], outage)
    answers_at_last(client, "/readyz", 200)
    outage.tell("the broker")
    assert {name: process.pid for name, process in stack.processes.items()} == pids


def test_the_database_is_away_and_comes_back(
    stack: Stack, client: httpx2.Client, own_postgres: EmbeddedPostgres
) -> None:
    pids = {name: process.pid for name, process in stack.processes.items()}
    tasks = load(stack, "database")
    with away(lambda: own_postgres.stop("immediate"), own_postgres.start) as outage:
        assert client.get("/healthz").status_code == 200
        for method, path in (
            ("GET", f"/api/v1/tasks/{tasks[0]}"),
            ("GET", "/api/v1/tasks/project/p1"),
            ("POST", f"/api/v1/tasks/{tasks[0]}/cancel"),
            ("GET", "/api/v1/projects/p1/events"),
        ):
            answer = client.request(method, path)
            assert answer.status_code == 503, (path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["code"] == "database_unavailable"
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["database"] is False
        # Bodies end while nobody can write it down.
        let_go(stack, "database")
        while outage.lasts():
            assert client.get(f"/api/v1/tasks/{tasks[0]}").status_code == 503
    reconnect(stack)
    all_done_once(stack, tasks, outage)
    answers_at_last(client, "/readyz", 200)
    outage.tell("the database")
    assert client.get(f"/api/v1/tasks/{tasks[0]}").json()["status"] == "SUCCESS"
    assert {name: process.pid for name, process in stack.processes.items()} == pids
    after = stack.enqueue("succeed", "after")
    assert stack.ended(after).status == "SUCCESS"


class Outage:
    """The time during which a server is away, and the time after it."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._ended = self._began
        self._told: dict[str, float] = {}

    def lasts(self) -> bool:
        """Whether it has to go on; waits a little before it says so."""
        time.sleep(0.2 if AWAY_S else 0)
        return time.monotonic() < self._began + AWAY_S

    def end(self) -> None:
        """The server answers again."""
        self._ended = time.monotonic()
        self._told["away for"] = self._ended - self._began

    def mark(self, what: str) -> None:
        """Something is as it is to be, this long after the end; said twice, the first counts."""
        self._told.setdefault(what, time.monotonic() - self._ended)

    def tell(self, server: str) -> None:
        """Print what was measured."""
        self.mark("all is ready")
        seconds = ", ".join(f"{what} {told:.1f} s" for what, told in self._told.items())
        print(f"{server} on {NAME}: {seconds}")


@contextmanager
def away(stop: Callable[[], None], start: Callable[[], None]) -> Iterator[Outage]:
    """A server that is stopped within, and started again whatever happens."""
    stop()
    outage = Outage()
    try:
        yield outage
    finally:
        start()
        outage.end()


def load(stack: Stack, name: str) -> list[UUID]:
    """Tasks that wait, that run, and that count down to a retry; returns once two run."""
    tasks = [stack.enqueue("wait_inside", name, name, max_attempts=5) for _ in range(2)]
    for _ in tasks:
        stack.wait_reached(name)
    tasks += [stack.enqueue("succeed", f"{name} {i}", max_attempts=5) for i in range(15)]
    with Session(stack.engine) as session:
        for i in range(3):
            tasks.append(
                stack.enqueue_in(session, "retry_until", 2, 1, f"retry {name} {i}", max_attempts=6)
            )
        session.commit()
    return tasks


def let_go(stack: Stack, name: str) -> None:
    """Open the gate for every attempt that there may be."""
    for _ in range(20):
        stack.open_gate(name)


def all_done_once(stack: Stack, tasks: list[UUID], outage: Outage) -> None:
    """Every task ends in success, once, with its effects once; the read model agrees."""
    left = dict.fromkeys(tasks)

    def ended() -> bool:
        for task_id in list(left):
            if stack.record(task_id).state in TERMINAL:
                del left[task_id]
        if len(left) < len(tasks) / 2:
            outage.mark("half of the tasks had ended after")
        return not left

    stack.until(ended, "the end of every task", PATIENCE_S)
    outage.mark("the last had ended after")
    rows = stack.connection.execute(
        "SELECT task_id, count(*) FILTER (WHERE type = 'completed'),"
        " count(*) FILTER (WHERE type = 'failed') FROM task_ledger.task_event"
        " WHERE task_id = ANY(%s) GROUP BY task_id",
        (tasks,),
    ).fetchall()
    assert Counter((done, failed) for _, done, failed in rows) == {(1, 0): len(tasks)}, stack.logs()
    effects = stack.connection.execute(
        "SELECT task_id, count(*) FROM domain.effect WHERE task_id = ANY(%s) GROUP BY task_id",
        ([str(task_id) for task_id in tasks],),
    ).fetchall()
    assert {count for _, count in effects} == {1}
    assert len(effects) == len(tasks)

    def folded() -> bool:
        row = stack.connection.execute(
            "SELECT count(*) FROM task_ledger.task_record WHERE task_id = ANY(%s)"
            " AND status = 'SUCCESS'",
            (tasks,),
        ).fetchone()
        return row == (len(tasks),)

    stack.until(folded, "the read model", PATIENCE_S)


def reconnect(stack: Stack) -> None:
    """Give the test's own view a new connection."""
    stack.connection.close()
    stack.engine.dispose()
    stack.connection = psycopg.connect(stack.database.superuser_url, autocommit=True)


def answers_at_last(client: httpx2.Client, path: str, status: int) -> None:
    """Wait until the api answers with this status."""
    eventually(
        f"{path} answers {status}", lambda: client.get(path).status_code == status, PATIENCE_S
    )
