"""Samples of a running system: straight from PostgreSQL, /proc and the readers' answers."""

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, LiteralString, cast

import psutil
import redis
from psycopg import Connection

from bench.row import percentile
from task_ledger.eventlog.lag import read_lag
from tests.soak.past import MONTH
from tests.soak.system import System

WINDOW_S: Final = 60.0
"""The p99 of HTTP is that of the requests answered in so long before a sample."""

QUEUE: Final = "celery"

_QUERIES: Final = Path(__file__).parent / "queries"

Sample = dict[str, float]
"""Values by series; a series about a process or a table is named `what:name`."""


def read_query(name: str) -> LiteralString:
    """The text of `queries/<name>.sql`."""
    return cast("LiteralString", (_QUERIES / f"{name}.sql").read_text())


class Sampler:
    """Takes samples of one system.

    Args:
        connection: a superuser's, in autocommit mode, with the application's name `soak`.
    """

    def __init__(self, system: System, connection: Connection[Any]) -> None:
        self._system = system
        self._connection = connection
        self._state: LiteralString = read_query("state")
        self._tables: LiteralString = read_query("tables")
        self._broker = redis.Redis.from_url(system.servers.broker_url)
        self._read = 0
        self._answers: deque[tuple[float, float]] = deque()
        self.requests = 0
        self.refused: dict[str, int] = {}
        """Requests that were not answered with success: how many, by kind and status."""

    def take(self) -> Sample:
        """Return one sample; runs three statements, and asks the broker."""
        row: Any = self._connection.execute(self._state).fetchone()
        waiting, connections, events = row
        sample: Sample = {
            "lag_s": read_lag(self._connection).oldest_s,
            "undispatched_s": waiting,
            "queued": cast("int", self._broker.llen(QUEUE)),
            "connections": connections,
            "events": events,
        }
        for table, size, dead, _ in self._connection.execute(
            self._tables, {"retired": MONTH.bucket}
        ):
            sample[f"bytes:{table}"] = int(size)
            sample[f"dead:{table}"] = int(dead)
        for name, pid in self._system.pids().items():
            sample |= process_sample(name, pid, anonymous=name == "PostgreSQL")
        if (p99 := self._p99_ms()) is not None:
            sample["http_p99_ms"] = p99
        return sample

    def _p99_ms(self) -> float | None:
        with self._system.answers_file.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode().splitlines():
            at, kind, status, took = line.split()
            self.requests += 1
            if status != "200" and (kind, status) != ("task", "410"):  # it was retired
                key = f"{kind} {status}"
                self.refused[key] = self.refused.get(key, 0) + 1
            self._answers.append((float(at), float(took)))
        while self._answers and self._answers[0][0] < time.time() - WINDOW_S:
            self._answers.popleft()
        times = sorted(took for _, took in self._answers)
        return percentile(times, 99) if times else None


def process_sample(name: str, pid: int, *, anonymous: bool = False) -> Sample:
    """Return memory (MiB) and open files of a process and its descendants; empty if it has ended.

    Memory is the proportional set size (PSS): pages that processes share are divided among them.

    Args:
        anonymous: count anonymous pages only, without shared memory and mapped files.
    """
    wanted = b"Pss_Anon:" if anonymous else b"Pss:"
    memory, files = 0, 0
    try:
        first = psutil.Process(pid)
        family = (first, *first.children(recursive=True))
    except psutil.NoSuchProcess:
        return {}
    for one in family:
        try:
            rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_bytes()
            files += one.num_fds()
        except (OSError, psutil.NoSuchProcess):
            continue  # it has ended meanwhile
        memory += next(
            (int(line.split()[1]) for line in rollup.splitlines() if line.startswith(wanted)), 0
        )
    return {f"memory_mib:{name}": memory / 1024, f"files:{name}": files}


def series(samples: list[tuple[float, Sample]]) -> Mapping[str, list[tuple[float, float]]]:
    """Return the points (seconds since the start, value) of each series."""
    found: dict[str, list[tuple[float, float]]] = {}
    for at, sample in samples:
        for name, value in sample.items():
            found.setdefault(name, []).append((at, value))
    return found
