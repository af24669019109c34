"""Measures a sealer that catches up with a ledger it has never read."""

import time
from functools import partial
from pathlib import Path

import psycopg
import structlog

from bench.row import Row, alone
from bench.sealing import cost
from bench.servers import Servers
from task_ledger.sealer.key_file import create_key_file, read_key_file
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.sealer import Limits, Sealer
from task_ledger.sealer.state import create_state
from task_ledger.sealer.store import FolderStore

ORIGIN = "bench.example/ledger"
PROJECTS = 40
FILL = Path(__file__).parent / "fill.sql"


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure catching up, rereading old events, and a tick that seals one event."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    tasks = 100 if short else 1500
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in FILL.read_text().split(";\n"):
            connection.execute(
                statement,  # type: ignore[arg-type]
                {"projects": PROJECTS, "tasks": tasks} if "%(" in statement else None,
            )
    events = PROJECTS * tasks * 4
    rounds = [round_(servers, servers.folder / f"seal {number}", events) for number in range(3)]
    return [
        *cost.measure(servers, short),
        alone("sealing, catching up", "events/s", [each[0] for each in rounds]),
        alone("sealing, the sealer's CPU per event", "µs", [each[1] for each in rounds]),
        alone("sealing, old events read again", "events/s", [each[2] for each in rounds]),
    ]


def round_(servers: Servers, folder: Path, events: int) -> tuple[float, float, float]:
    """Return events per second, this process's CPU time per event in µs, and events reread per
    second.
    """
    folder.mkdir()
    create_key_file(folder / "key", ORIGIN)
    create_state(folder / "state", ORIGIN, int(time.time()))
    with PostgresSource(servers.url_for("auditor")) as source:
        parts = (
            folder / "state",
            source,
            FolderStore(folder / "public"),
            partial(read_key_file, folder / "key"),
        )
        with Sealer(*parts, limits=Limits(recheck=0)) as sealer:
            began, cpu, read = time.perf_counter(), time.process_time(), 0
            while new := sealer.tick().read:
                read += new
            took, cpu = time.perf_counter() - began, time.process_time() - cpu
        with Sealer(*parts, limits=Limits(recheck=events)) as sealer:
            began = time.perf_counter()
            again = sealer.tick().rechecked
            rate = again / (time.perf_counter() - began)
    if read != events:
        raise RuntimeError(f"{read} of {events} events were sealed")
    return events / took, cpu * 1e6 / events, rate
