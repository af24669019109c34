"""Fills a database for each size, and repeats every request against an api process."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx2
import psycopg
from psycopg import Connection

from bench.load.fill import fill
from bench.processes import answers, free_port, process, until
from bench.reads import results
from bench.reads.requests import Read, reads
from bench.row import percentile, revision, today
from bench.servers import STATEMENTS, Servers, servers
from bench.speed import fixed_work_ms
from task_ledger import access

SIZES: Final = (100_000, 1_000_000, 10_000_000)
"""Numbers of events."""

SHORT: Final = 8_000
"""Number of events of a short run."""

PROJECTS: Final = 2
MONTHS: Final = 12
ROUNDS: Final = 200
"""Requests of each kind, after those that warm up."""

_WARM_UP: Final = 10
_EVENTS_PER_TASK: Final = 4
_BUFFERS: Final = (Path(__file__).parent / "buffers.sql").read_bytes()
_RESET: Final = "SELECT pg_stat_statements_reset()"


def measure(
    sizes: Sequence[int] = SIZES, *, rounds: int = ROUNDS, path: Path = results.RESULTS
) -> None:
    """Measure each size on a server of its own, and keep its figures at once.

    A size that was measured at the current revision is not measured again.

    Args:
        sizes: numbers of events.
        rounds: number of requests of each kind.
        path: file for the figures.
    """
    for events in sizes:
        kept = results.read(path).get(events)
        if kept is not None and kept.measured.endswith(f", {revision()}") and not _changed():
            continue
        with servers(STATEMENTS) as running:
            results.keep(events, measured(running, events, rounds), path)


def measured(servers: Servers, events: int, rounds: int) -> results.Size:
    """Fill the database and return the figures of every request.

    Raises:
        httpx2.HTTPStatusError: a request was refused.
    """
    now = datetime.now(UTC)
    tasks = events // _EVENTS_PER_TASK // PROJECTS
    with ExitStack() as stack:
        owner = psycopg.connect(servers.url_for("owner"), autocommit=True)
        stack.enter_context(owner)
        fill(owner, projects=PROJECTS, tasks=tasks, months=MONTHS, now=now)
        token = access.create(owner, "reads", "viewer")
        superuser = stack.enter_context(psycopg.connect(servers.superuser_url, autocommit=True))
        superuser.execute("CREATE EXTENSION pg_stat_statements")
        # Autovacuum would do this at a time of its choice.
        superuser.execute("VACUUM ANALYZE")
        port = str(free_port())
        arguments = ("task_ledger", "api", "--host", "127.0.0.1", "--port", port)
        stack.enter_context(process(servers, "api", *arguments))
        client = stack.enter_context(
            httpx2.Client(
                base_url=f"http://127.0.0.1:{port}",
                headers={"Authorization": f"Bearer {token}"},
                timeout=60,
            )
        )
        until(servers, "api", lambda: answers(client))
        found = {
            read.name: _figures(client, superuser, read, rounds) for read in reads(client, now)
        }
    return results.Size(today(), round(fixed_work_ms(), 1), found)


def _figures(
    client: httpx2.Client, superuser: Connection[Any], read: Read, rounds: int
) -> results.Figures:
    def ask() -> float:
        began = time.perf_counter()
        client.get(read.path, params=read.parameters).raise_for_status()
        return (time.perf_counter() - began) * 1000

    for _ in range(min(_WARM_UP, rounds)):
        ask()
    superuser.execute(_RESET)
    times = sorted(ask() for _ in range(rounds))
    row = superuser.execute(_BUFFERS, {"role": "task_ledger_api"}).fetchone()
    touched = row[0] if row else 0
    return results.Figures(
        read.kind,
        round(percentile(times, 50), 3),
        round(percentile(times, 99), 3),
        round(touched / rounds, 1),
    )


def _changed() -> bool:
    return revision().endswith("-dirty")
