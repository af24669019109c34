"""Measures whole tasks per second, with every process of each system on the same machine."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg

from bench.processes import ROOT, cpu_s, environment, process, until
from bench.row import Row, compared
from bench.servers import Servers
from task_ledger.eventlog.database import sqlalchemy_url

WORKERS = 2
ENDED: Mapping[str, LiteralString] = {
    "ledger": "SELECT count(*) FROM task_ledger.task_event WHERE type = 'completed'",
    "procrastinate": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'",
    "celery": "SELECT count(*) FROM celery_taskmeta WHERE status = 'SUCCESS'",
    "dbos": "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'",
}


@dataclass(frozen=True)
class Drained:
    """The cost of one round.

    Attributes:
        rate: whole tasks per second, from the first order to the last durable end.
        cpu_ms: processor time of all processes, servers included, per task in ms.
    """

    rate: float
    cpu_ms: float


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure each system in turn: a sender and two workers, until every task has ended."""
    rounds, tasks = (1, 20) if short else (3, 600)
    prepare(servers)
    found: dict[str, list[Drained]] = {kind: [] for kind in ENDED}
    for _ in range(rounds):
        for kind in ENDED:
            found[kind].append(one_round(servers, kind, tasks))
    rows: list[Row] = []
    ours = found["ledger"]
    for kind, name in (
        ("procrastinate", "procrastinate"),
        ("dbos", "DBOS"),
        ("celery", "Celery's database backend"),
    ):
        peer = found[kind]
        rates = ([one.rate for one in ours], [one.rate for one in peer])
        rows.append(compared(f"whole tasks, beside {name}", "tasks/s", *rates, name))
        cpu = ([one.cpu_ms for one in ours], [one.cpu_ms for one in peer])
        rows.append(compared(f"whole tasks, CPU beside {name}", "ms", *cpu, name))
    return rows


def prepare(servers: Servers) -> None:
    """Create the orders' table and the tables of the peers."""
    with psycopg.connect(servers.database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE bench_order (id bigserial PRIMARY KEY, number integer NOT NULL)"
        )
    url = sqlalchemy_url(servers.database_url)
    for command in (
        ("procrastinate", "--app=bench.durable.procrastinate_app.app", "schema", "--apply"),
        ("dbos", "migrate", "--sys-db-url", url),
    ):
        program = Path(sys.executable).parent / command[0]
        subprocess.run(
            [str(program), *command[1:]], cwd=ROOT, env=environment(servers), check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def system(servers: Servers, kind: str) -> Iterator[None]:
    """Run the processes of a system: two that run bodies, and those they need."""
    celery = (
        "--pool=prefork", f"--concurrency={WORKERS}", "--queues", kind, "--loglevel=WARNING",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    )  # fmt: skip
    commands: dict[str, list[tuple[str, ...]]] = {
        "ledger": [
            ("celery", "-A", "bench.durable.celery_apps:ledger", "worker", *celery),
            ("task_ledger.projector",),
        ],
        "celery": [("celery", "-A", "bench.durable.celery_apps:celery", "worker", *celery)],
        "procrastinate": [("procrastinate", "--app=bench.durable.procrastinate_app.app", "worker")]
        * WORKERS,
        "dbos": [("bench.durable.dbos_app",)] * WORKERS,
    }
    with ExitStack() as stack:
        for number, command in enumerate(commands[kind]):
            stack.enter_context(process(servers, f"{kind}-{number}", *command))
        yield


def one_round(servers: Servers, kind: str, tasks: int) -> Drained:
    """Return rate and cost of `tasks` tasks, after one that shows that everything has started."""
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        before = ended(connection, kind)

        def all_of(number: int) -> Callable[[], bool]:
            return lambda: ended(connection, kind) - before >= number

        with system(servers, kind), sender(servers, kind) as send:
            send(1)
            until(servers, f"{kind}-0", all_of(1))
            began, cpu = time.monotonic(), cpu_s()
            send(tasks)
            # Counting costs processor time, too.
            until(servers, f"{kind}-0", all_of(tasks + 1), every_s=0.1)
            took, used = time.monotonic() - began, cpu_s() - cpu
    return Drained(tasks / took, used / tasks * 1000)


def ended(connection: psycopg.Connection, kind: str) -> int:
    """Return the number of ended tasks of a kind."""
    try:
        row = connection.execute(ENDED[kind]).fetchone()
    except psycopg.errors.UndefinedTable:  # Celery creates its table with the first result
        return 0
    assert row is not None
    return row[0]


@contextmanager
def sender(servers: Servers, kind: str) -> Iterator[Callable[[int], None]]:
    """Run a process that takes orders; the provided function sends it a number without waiting."""
    command = [sys.executable, "-m", "bench.durable.sender", kind]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(servers), stdin=subprocess.PIPE, text=True
    ) as running:
        told = running.stdin
        assert told is not None

        def send(tasks: int) -> None:
            told.write(f"{tasks}\n")
            told.flush()

        try:
            yield send
        finally:
            told.close()  # it ends when its input ends
    if running.returncode:
        raise RuntimeError(f"the sender to {kind} ended with status {running.returncode}")
