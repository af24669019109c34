"""One run: a load is held while a projector is killed, a month retired, and records are rebuilt."""

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from psycopg import Connection

from bench.processes import Start, cpu_s, python
from bench.row import today
from bench.speed import fixed_work_ms
from tests.soak.past import MONTH
from tests.soak.results import LOGS, Incident, Outcome
from tests.soak.samples import Sample, Sampler, read_query, series
from tests.soak.system import PROJECTORS, System, running
from tests.soak.verdicts import judge

SHARE: Final = 0.7
"""The part of the measured limit that is held."""

SETTLE_S: Final = 120.0
"""After the last task, for how long at most nothing may come to its end."""


@dataclass(frozen=True)
class Asked:
    """What a run is asked for.

    Attributes:
        rate: tasks per second; None to measure the limit and hold `share` of it.
        calibrate_s: how long the limit is measured, a third of it to warm up.
        past_tasks: number of tasks in the month that is retired.
        judged: whether series are judged; a run of seconds is too short for that.
        settings: of PostgreSQL, in addition to its defaults.
        begin: starts each process.
        logs: a folder for the processes' output, if something is wrong.
    """

    seed: int
    seconds: float = 1800.0
    rate: float | None = None
    share: float = SHARE
    calibrate_s: float = 60.0
    past_tasks: int = 2_000
    judged: bool = True
    settings: Mapping[str, str] | None = None
    begin: Start = python
    logs: Path = LOGS

    @property
    def every_s(self) -> float:
        """Seconds from one sample to the next: 5, in short runs less."""
        return min(5.0, max(1.0, self.seconds / 60))


def run(asked: Asked, show: Callable[[str], None]) -> tuple[Outcome, list[tuple[float, Sample]]]:
    """Run once; returns what came of it, and all samples.

    Args:
        show: is given a line of text now and then.

    Raises:
        RuntimeError: a process did not start, or a client of the system failed.
    """
    speed = round(fixed_work_ms(), 1)
    with (
        running(asked.settings, asked.past_tasks, asked.begin) as system,
        psycopg.connect(
            system.servers.superuser_url, autocommit=True, application_name="soak"
        ) as connection,
    ):
        limit = None if asked.rate else _limit(asked, system, connection, show)
        rate = asked.rate or (limit or 0.0) * asked.share
        show(f"holding {rate:.1f} tasks/s for {asked.seconds:.0f} s")
        before = _row(connection, "totals")
        hold = _Hold(asked, system, connection, show)
        with (
            system.client(
                "traffic", "tests.soak.traffic", f"{rate}", f"{asked.seed}", system.api
            ) as traffic,
            system.client(
                "readers", "tests.soak.readers", f"{asked.seed}", system.api,
                str(system.answers_file),
            ),
        ):  # fmt: skip
            hold.run(lambda: traffic.poll() is None)
        wrong = hold.wrong + _settle(system, connection)
        after = _row(connection, "totals")
        requests = hold.sampler.requests
        wrong += [f"{count} times {what}" for what, count in hold.sampler.refused.items()]
        if wrong:
            system.keep_logs(asked.logs)
            show(f"the processes' logs are in {asked.logs}")
    outcome = Outcome(
        today(), speed, asked.seed, asked.seconds, limit, rate, after[0] - before[0],
        after[2] - before[2] + hold.retired_events,
        round(hold.others, 3), requests, hold.incidents,
        judge(series(hold.samples), asked.seconds) if asked.judged else [], wrong,
    )  # fmt: skip
    return outcome, hold.samples


class _Hold:
    """Samples while the load is held, and brings the incidents about."""

    def __init__(
        self,
        asked: Asked,
        system: System,
        connection: Connection[Any],
        show: Callable[[str], None],
    ) -> None:
        self._asked = asked
        self._system = system
        self._show = show
        self.sampler = Sampler(system, connection)
        self.samples: list[tuple[float, Sample]] = []
        self.incidents: list[Incident] = []
        self.wrong: list[str] = []
        self.others = 0.0
        self.retired_events = asked.past_tasks * 4
        system.answers_file.touch()

    def run(self, flows: Callable[[], bool]) -> None:
        """Return after the time that was asked for and the last incident.

        Args:
            flows: says whether the traffic still comes; without it, `run` returns early.
        """
        due = [
            (self._asked.seconds / 3, self._replace_projector),
            (self._asked.seconds / 2, self._retire),
            (self._asked.seconds * 2 / 3, self._rebuild),
        ]
        began, busy = time.monotonic(), _others_s()
        with ThreadPoolExecutor(1) as incidents:
            done: list[Future[None]] = []
            at = 0.0
            while flows() and (at < self._asked.seconds or not all(one.done() for one in done)):
                while due and due[0][0] <= at:
                    done.append(incidents.submit(due.pop(0)[1], began))
                sample = self.sampler.take()
                self.samples.append((at, sample))
                self._report(at, sample)
                next_at = (int(at / self._asked.every_s) + 1) * self._asked.every_s
                time.sleep(max(0.0, next_at - (time.monotonic() - began)))
                at = time.monotonic() - began
            for each in done:
                each.result()
        cores_s = (time.monotonic() - began) * (os.cpu_count() or 1)
        # Never below 0: the two clocks are not read at the same moment.
        self.others = max(0.0, (_others_s() - busy) / cores_s)
        if ended := self._system.ended():
            self.wrong.append(f"ended by themselves: {ended}")

    def _report(self, at: float, sample: Sample) -> None:
        if int(at / self._asked.every_s) % 6 == 0:
            p99 = sample.get("http_p99_ms", 0.0)
            self._show(
                f"{at:6.0f} s  lag {sample['lag_s']:.2f} s  undispatched "
                f"{sample['undispatched_s']:.2f} s  p99 {p99:.0f} ms  {sample['events']:.0f} events"
            )

    def _replace_projector(self, began: float) -> None:
        self._incident(began, "a projector was killed and replaced", self._kill)

    def _kill(self) -> None:
        self._system.replace(PROJECTORS[0])

    def _retire(self, began: float) -> None:
        self._incident(
            began, "a month was retired", lambda: self._run("retire", str(MONTH), "--json")
        )

    def _rebuild(self, began: float) -> None:
        self._incident(began, "every record was rebuilt", lambda: self._run("rebuild", "--json"))

    def _run(self, *arguments: str) -> None:
        done = self._system.command(*arguments)
        if done.returncode:
            self.wrong.append(
                f"{arguments[0]} ended with {done.returncode}: {done.stdout}{done.stderr}"
            )

    def _incident(self, began: float, what: str, bring_about: Callable[[], None]) -> None:
        start = time.monotonic()
        bring_about()
        took = time.monotonic() - start
        self.incidents.append(Incident(what, round(start - began, 1), round(took, 1)))
        self._show(f"{what}, within {took:.1f} s")


def _limit(
    asked: Asked, system: System, connection: Connection[Any], show: Callable[[str], None]
) -> float:
    """Tasks that end per second while new ones come as fast as they end."""
    with system.client("calibration", "tests.soak.traffic", "0", f"{asked.seed}", system.api):
        time.sleep(asked.calibrate_s / 3)
        began, before = time.monotonic(), _row(connection, "totals")[1]
        time.sleep(asked.calibrate_s * 2 / 3)
        ended, took = _row(connection, "totals")[1] - before, time.monotonic() - began
    limit = round(ended / took, 1)
    show(f"the limit is {limit} tasks/s")
    return limit


def _settle(system: System, connection: Connection[Any]) -> list[str]:
    """Wait for the last end, then check every task and the whole log; returns what is wrong."""
    least, deadline = None, time.monotonic() + SETTLE_S
    while (left := _row(connection, "unsettled")[0]) and time.monotonic() < deadline:
        if least is None or left < least:
            least, deadline = left, time.monotonic() + SETTLE_S
        time.sleep(0.5)
    wrong = [f"{left} things were left, and none ended for {SETTLE_S:.0f} s"] if left else []
    if left:
        wrong += [line for (line,) in connection.execute(read_query("left"))]
    unaccounted = connection.execute(read_query("unaccounted")).fetchall()
    wrong += [f"task {task_id}: {what}" for task_id, what in unaccounted[:20]]
    if len(unaccounted) > 20:
        wrong.append(f"and {len(unaccounted) - 20} more tasks")
    verified = system.command("verify", "--json")
    if verified.returncode:
        wrong.append(f"verify: {verified.stdout[-2000:]}{verified.stderr[-2000:]}")
    return wrong


def _others_s() -> float:
    """Processor time of the machine without that of this run's processes, in seconds."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system - cpu_s()


def _row(connection: Connection[Any], name: str) -> Any:
    return connection.execute(read_query(name)).fetchone()
