"""Processor time that a sealer takes for what is appended, against appending itself."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.append.run import EVENTS, HERE, found, pgbench_command
from bench.processes import process
from bench.row import Row, alone, compared
from bench.servers import Servers
from task_ledger.sealer.key_file import create_key_file, read_key_file
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.sealer import Limits, Sealer
from task_ledger.sealer.state import create_state
from task_ledger.sealer.store import FolderStore

ORIGIN = "bench.example/ledger"
ASYNCHRONOUS = "-c synchronous_commit=off"
"""Appending waits for no disk, so that processors are all that limits it."""


@dataclass(frozen=True)
class Cost:
    """Processor time of one round.

    Attributes:
        appending: of the server and the projector, µs for each event that was appended.
        sealing: of the sealer and its session, µs for each of these events, sealed in one tick.
        tick: of the sealer and its session, ms for a tick that only reads old events again.
    """

    appending: float
    sealing: float
    tick: float


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Eight clients append for some seconds, a projector numbers, then a sealer seals."""
    rounds, seconds = (1, 2) if short else (5, 10)
    create_key_file(servers.folder / "cost.key", ORIGIN)
    create_state(servers.folder / "cost.state", ORIGIN, int(time.time()))
    with process(servers, "projector", "task_ledger.projector", "--only", "fold") as projector:
        round_(servers, projector.pid, 1)
        costs = [round_(servers, projector.pid, seconds) for _ in range(rounds)]
    return [
        compared(
            "sealing, CPU per event",
            "µs",
            [each.sealing for each in costs],
            [each.appending for each in costs],
            "appending and projecting it",
        ),
        alone("sealing, CPU per tick", "ms", [each.tick for each in costs]),
    ]


def round_(servers: Servers, projector: int, seconds: int) -> Cost:
    """Append for some seconds, and seal when the projector has numbered everything."""
    command, environment = pgbench_command(servers, HERE / "task_ours.sql", ASYNCHRONOUS, seconds)
    with psycopg.connect(servers.url_for("owner"), autocommit=True) as watching:
        had, before = numbered(watching), cpu_s(servers.pid) + cpu_s(projector)
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        events = int(found(r"actually processed: (\d+)", said.stdout)) * EVENTS
        while numbered(watching) < had + events:
            time.sleep(0.05)
        appending = cpu_s(servers.pid) + cpu_s(projector) - before
        with sealer_of(servers, 0) as sealer:
            sealing = tick_s(sealer, watching)
        with sealer_of(servers, Limits().recheck) as sealer:
            tick = tick_s(sealer, watching)
    return Cost(appending * 1e6 / events, sealing * 1e6 / events, tick * 1e3)


@contextmanager
def sealer_of(servers: Servers, recheck: int) -> Iterator[Sealer]:
    """A connected sealer of the log in the servers' folder."""
    with PostgresSource(servers.url_for("sealer")) as source:
        source.schema()
        with Sealer(
            servers.folder / "cost.state",
            source,
            FolderStore(servers.folder / "cost public"),
            partial(read_key_file, servers.folder / "cost.key"),
            limits=Limits(recheck=recheck),
        ) as sealer:
            yield sealer


def tick_s(sealer: Sealer, watching: psycopg.Connection[tuple[Any, ...]]) -> float:
    """Processor time of a tick, of this process and of the sealer's session, in seconds."""
    row = watching.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'task-ledger sealer'"
    ).fetchone()
    if row is None:
        raise RuntimeError("the sealer has no session")
    began = time.process_time() + session_s(row[0])
    sealer.tick()
    return time.process_time() + session_s(row[0]) - began


def session_s(pid: int) -> float:
    """Processor time of one process of the server, in seconds; Linux only."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def numbered(watching: psycopg.Connection[tuple[Any, ...]]) -> int:
    """How many events the projector has numbered."""
    row = watching.execute("SELECT coalesce(sum(seq), 0) FROM task_ledger.project_head").fetchone()
    return int(row[0]) if row else 0


def cpu_s(pid: int) -> float:
    """Processor time of a process and of its children, ended ones included, in seconds."""
    one = psutil.Process(pid)
    total = sum(one.cpu_times()[:4])
    for child in one.children():
        try:
            total += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue  # its parent has its time
    return total
