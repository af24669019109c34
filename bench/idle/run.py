"""Counts statements and processor time of every process while no task is enqueued."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx2
import psycopg

from bench.processes import ROOT, answers, cpu_s, environment, free_port, log_of, process, until
from bench.row import Row, alone
from bench.servers import Servers

SECONDS: Final = 60
SETTLE_S: Final = 10.0
"""From the last process's start, so that what a start costs does not count."""

_CALLS: Final = (Path(__file__).parent / "calls.sql").read_bytes()
_WORKER: Final = (
    *("celery", "-A", "bench.durable.celery_apps:ledger", "worker", "--pool=prefork"),
    *("--concurrency=1", "--queues", "ledger", "--loglevel=INFO"),
    *("--without-gossip", "--without-mingle"),
)


def measure(servers: Servers, short: bool = False) -> list[Row]:
    """Measure an idle system: statements per second, and processor time as a share of one core.

    Args:
        servers: PostgreSQL counts statements (`bench.servers.STATEMENTS`).
        short: five seconds instead of a minute.
    """
    seconds = 5 if short else SECONDS
    with (
        psycopg.connect(servers.superuser_url, autocommit=True) as superuser,
        running(servers) as processes,
    ):
        superuser.execute("CREATE EXTENSION pg_stat_statements")
        time.sleep(1 if short else SETTLE_S)
        superuser.execute("SELECT pg_stat_statements_reset()")
        began, before = time.monotonic(), _cpu_s(processes)
        time.sleep(seconds)
        calls = dict(superuser.execute(_CALLS).fetchall())
        after, took = _cpu_s(processes), time.monotonic() - began
    shares = {name: (after[name] - before[name]) / took * 100 for name in processes}
    own = [share for name, share in shares.items() if name != "PostgreSQL"]
    return [
        alone("idle, statements of all processes", "statements/s", [sum(calls.values()) / took]),
        *(
            alone(f"idle, statements as {role}", "statements/s", [calls[role] / took])
            for role in sorted(calls)
        ),
        alone("idle, CPU of all processes", "% of a core", [sum(own)]),
        *(alone(f"idle, CPU of {name}", "% of a core", [share]) for name, share in shares.items()),
    ]


@contextmanager
def running(servers: Servers) -> Iterator[Mapping[str, int]]:
    """Run one of each process; yields the pids by name, PostgreSQL's included.

    Raises:
        RuntimeError: a process did not start in time; the text ends with its last output.
    """
    opening = [sys.executable, "-m", "task_ledger", "seal", "open", "bench.example/ledger"]
    subprocess.run(opening, cwd=ROOT, env=environment(servers), check=True, capture_output=True)
    port = free_port()
    arguments = {
        "api": ("task_ledger", "api", "--host", "127.0.0.1", "--port", str(port)),
        "projector": ("task_ledger.projector",),
        "sealer": ("task_ledger.sealer",),
        "notifier": ("task_ledger.notifier",),
        "worker": _WORKER,
    }
    with ExitStack() as stack:
        pids = {
            name: stack.enter_context(process(servers, name, *argv)).pid
            for name, argv in arguments.items()
        }
        client = stack.enter_context(httpx2.Client(base_url=f"http://127.0.0.1:{port}"))
        until(servers, "api", lambda: answers(client))
        for name in ("projector", "sealer", "notifier"):
            until(servers, name, lambda: b"started" in log_of(servers, name).read_bytes())  # noqa: B023
        until(servers, "worker", lambda: b" ready." in log_of(servers, "worker").read_bytes())
        yield {**pids, "PostgreSQL": servers.pid}


def _cpu_s(processes: Mapping[str, int]) -> dict[str, float]:
    """Return each process's time with its descendants', in seconds."""
    return {name: cpu_s(pid) for name, pid in processes.items()}
