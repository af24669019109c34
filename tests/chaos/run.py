"""One run: load and faults at the same time, then quiet until all has ended, then the check."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, LiteralString, cast

import psycopg

from tests.chaos.app import VISIBILITY_TIMEOUT_S
from tests.chaos.check import Violation, check, ended_by_themselves
from tests.chaos.faults import AWAY, QUEUE, Fault, Injector, schedule
from tests.chaos.load import BATCH, ROLLED_BACK, SHARES, Planned, Routes, Told, cancel, plan
from tests.chaos.system import System

SHOW_EVERY_S = 5.0
MOST_OPEN = 80
"""While so many tasks have not ended, routes wait: a slow machine has no part in what is shown."""
TRICKLE_S = 0.5
MOST_TRICKLED = 20
NOT_TRICKLED = frozenset(SHARES) - {"short", "long", "retrying"}
REDELIVERED_S = VISIBILITY_TIMEOUT_S + 20.0
MEASURES = Path(__file__).parent / "measures"
QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True)
class Asked:
    """What a run is asked for.

    Attributes:
        every_s: the mean time between two faults, in seconds.
        bound_s: how long, after the last fault, the last task may take to end.
        without: kinds of tasks that do not come.
        most_s: after so long no fault begins and no task is registered any more, in seconds.
    """

    seed: int
    faults: int
    tasks: int
    every_s: float = 1.0
    bound_s: float = 120.0
    without: tuple[str, ...] = ()
    most_s: float = float("inf")


@dataclass(frozen=True)
class Outcome:
    """What came of a run; `figures` is what is printed of it, as JSON."""

    violations: list[Violation]
    figures: dict[str, Any]


def run(asked: Asked, folder: Path, show: Callable[[str], None]) -> Outcome:
    """Run once, in a folder of its own, which holds the logs, the schedule and the export.

    Args:
        show: is given a line of text now and then.
    """
    random = Random(asked.seed)
    load = plan(random, asked.tasks, asked.without)
    _write(folder / "load.jsonl", load)
    with System(folder).running() as system:
        for kind, why in system.left_out.items():
            show(f"left out: {kind}, because {why}")
        faults = schedule(random, asked.faults, asked.every_s, system.left_out)
        _write(folder / "schedule.jsonl", faults)
        return _Run(asked, system, show).run(load, faults)


class _Run:
    def __init__(self, asked: Asked, system: System, show: Callable[[str], None]) -> None:
        self._asked = asked
        self._system = system
        self._show = show
        self._ending = Event()
        self._began = time.monotonic()
        self._open_tasks = 0
        self._violations: list[Violation] = []
        self._told = Told(system.folder / "told.jsonl")

    def run(self, load: list[Planned], faults: list[Fault]) -> Outcome:
        injector = Injector(self._system, faults, self._ending, self._is_late)
        showing = Thread(target=self._show_progress, args=(injector,), daemon=True)
        showing.start()
        striking = Thread(target=injector.run, name="faults")
        try:
            self._until(self._works, 60, "the first start of everything")
            striking.start()
            self._register(load, injector)
            striking.join()
            quiet_at = time.monotonic()
            self._show("the last fault is over")
            ended = self._until(self._settled, self._asked.bound_s, "everything to end")
            quiet_s = time.monotonic() - quiet_at
            self._until(self._delivered, REDELIVERED_S, "old messages to be delivered again")
            self._until(self._settled, self._asked.bound_s, "everything to end")
        finally:
            self._ending.set()
        if striking.is_alive():
            striking.join()
        showing.join()
        return self._check(injector, quiet_s, ended=ended)

    def _register(self, load: list[Planned], injector: Injector) -> None:
        """Register the load while faults strike, in batches, each by a route of its own."""
        headers = {"Authorization": f"Bearer {self._system.token()}"}
        random = Random(self._asked.seed)
        routes = Routes(self._system.url_for("api"), self._told, self._ending.is_set)
        futures: list[Future[None]] = []

        def register(batch: list[Planned], roll_back: bool) -> None:
            for task_id, planned in zip(
                routes.register(batch, roll_back=roll_back), batch, strict=False
            ):
                if planned.cancel_after_s is not None:
                    futures.append(
                        cancels.submit(self._cancel, headers, task_id, planned.cancel_after_s)
                    )

        with ThreadPoolExecutor(16) as cancels, ThreadPoolExecutor(3) as clients:
            place = 0
            while place < len(load) and not self._ending.is_set() and not self._is_late():
                batch = load[place : place + random.randint(1, BATCH)]
                injector.load_progress = batch[0].at
                while (
                    (injector.progress < batch[0].at or self._open_tasks > MOST_OPEN)
                    and not self._is_late()
                    and not self._ending.wait(0.1)
                ):
                    pass
                roll_back = random.random() < ROLLED_BACK
                futures.append(clients.submit(register, batch, roll_back))
                # What was rolled back is registered once more, under other ids.
                place += 0 if roll_back else len(batch)
            injector.load_progress = 1.0
            while not self._is_late() and not injector.over.wait(TRICKLE_S):
                # A fault that is still to strike needs something to strike at.
                if self._open_tasks < MOST_TRICKLED and not self._ending.is_set():
                    futures.append(clients.submit(register, plan(random, 2, NOT_TRICKLED), False))
            clients.shutdown()
        for future in futures:
            future.result()
        routes.close()

    def _cancel(self, headers: dict[str, str], task_id: Any, after_s: float) -> None:
        if self._ending.wait(after_s):
            return
        # The database may be away for most of the bound, by one fault after the other.
        patience_s = 3 * self._asked.bound_s
        deadline = time.monotonic() + patience_s

        def ending() -> bool:
            return self._ending.is_set() or time.monotonic() > deadline

        if not cancel(self._system.api, headers, task_id, self._told, ending):
            what = f"the api answered no cancel within {patience_s:.0f} s"
            self._violations.append(Violation("bound", str(task_id), what))

    def _until(self, holds: Callable[[], bool], seconds: float, what: str) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if holds():
                    return True
            except AWAY:
                pass
            time.sleep(0.2)
        self._show(f"waited {seconds:.0f} s for {what} in vain")
        return False

    def _is_late(self) -> bool:
        """Whether nothing new is to come, for this run has taken so long."""
        return time.monotonic() - self._began > self._asked.most_s

    def _works(self) -> bool:
        """Whether every worker has a lease and every process runs."""
        with self._system.superuser() as connection:
            return self._system.all_up() and _value(connection, "leases") >= 2

    def _settled(self) -> bool:
        with self._system.superuser() as connection:
            return unsettled(connection) == 0

    def _delivered(self) -> bool:
        with self._system.broker() as broker:
            return not broker.llen(QUEUE) and not broker.hlen("unacked")

    def _show_progress(self, injector: Injector) -> None:
        shown = 0.0
        while not self._ending.wait(1.0):
            try:
                with self._system.superuser() as connection:
                    tasks, ended, events = _row(connection, "progress")
            except AWAY:
                found = "the database is away"
            else:
                self._open_tasks = tasks - ended
                found = f"{ended}/{tasks} tasks ended, {events} events"
            if time.monotonic() - shown < SHOW_EVERY_S:
                continue
            shown = time.monotonic()
            struck = sum(injector.struck.values())
            seconds = time.monotonic() - self._began
            self._show(f"{seconds:5.0f} s  {struck}/{self._asked.faults} faults  {found}")

    def _check(self, injector: Injector, quiet_s: float, *, ended: bool) -> Outcome:
        with self._system.superuser() as connection:
            self._told.store(connection)
            self._store_kills(connection)
            self._show("checking")
            violations = self._violations + check(connection, self._system.folder)
            violations += ended_by_themselves(self._system.exits())
            if not ended:
                what = f"{self._asked.bound_s:.0f} s after the last fault not all had ended"
                violations.append(Violation("bound", None, what))
            figures: dict[str, Any] = {
                "seed": self._asked.seed,
                "tasks": _row(connection, "progress")[0],
                "faults": sum(injector.struck.values()),
                "violations": len(violations),
                "seconds": round(time.monotonic() - self._began),
                "quiet_s": round(quiet_s, 1),
                "struck": injector.struck,
                "left_out": self._system.left_out,
                "exits": self._system.exits(),
                "known": self._told.count("known"),
                "rolled_back": self._told.count("undone"),
                "cancels_accepted": self._told.count("cancelled"),
            }
            for path in sorted(MEASURES.glob("*.sql")):
                query = cast("LiteralString", path.read_text())
                figures[path.stem] = {
                    str(name): float(value) if isinstance(value, float) else int(value)
                    for name, value in connection.execute(query)
                }
        return Outcome(violations, figures)

    def _store_kills(self, connection: psycopg.Connection[Any]) -> None:
        path = self._system.folder / "faults.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        faults = [json.loads(line) for line in lines]
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO chaos.kill VALUES (%s, %s, to_timestamp(%s))",
                [
                    (fault["kind"], fault["pid"], fault["struck_at"])
                    for fault in faults
                    if fault["kind"] in {"kill_worker", "kill_child"}
                ],
            )


def unsettled(connection: psycopg.Connection[Any]) -> int:
    """How much is left to be done; a run that is not at 0 in time violates its bound."""
    return _value(connection, "unsettled")


def _value(connection: psycopg.Connection[Any], name: str) -> int:
    return _row(connection, name)[0]


def _row(connection: psycopg.Connection[Any], name: str) -> Any:
    query = cast("LiteralString", (QUERIES / f"{name}.sql").read_text())
    return connection.execute(query).fetchone()


def _write(path: Path, things: list[Any]) -> None:
    path.write_text("".join(json.dumps(asdict(thing)) + "\n" for thing in things))
