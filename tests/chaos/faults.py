"""The faults: what each does to the system, and the seeded schedule by which they come."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

import psycopg
import redis

from task_ledger.local.embedded import StopMode
from tests.chaos.clocks import shift_clock
from tests.chaos.effects import NoTarget, What
from tests.chaos.feeds import set_feed_back
from tests.chaos.held_locks import hold_task, hold_transaction
from tests.chaos.shortages import fill_disk, limit_connections, slow_broker
from tests.chaos.stale_messages import (
    early_in_countdown,
    stale_in_countdown_to_retry,
    stale_in_queue_for_retry,
    twice_in_queue,
)
from tests.chaos.system import CONCURRENCY, WORKER_LOGIN, WORKERS, System

QUEUE = "celery"
MOST_REMEMBERED = 2000
MOST_AT_ONCE = 6
MOST_AHEAD = 0.02
AFTER_LOAD_S = 60.0
"""For so long a fault that finds no target is tried again when the planned load is over."""
INSTEAD = "kill_projector"
"""What strikes for a fault that has no target any more, since the load is over."""


@dataclass(frozen=True)
class Fault:
    """One fault of a schedule.

    Attributes:
        at_s: when it strikes, from the beginning of the load.
        seed: of what it decides by itself; what it finds in the system is not foreseen.
    """

    number: int
    at_s: float
    kind: str
    seed: int


def schedule(
    random: Random, faults: int, every_s: float, without: Collection[str] = ()
) -> list[Fault]:
    """When which fault strikes: the same for the same seed. Gaps vary, so faults overlap.

    Every kind comes once before any comes by its weight.

    Args:
        without: kinds that do not come.
    """
    weights = {kind: weight for kind, (weight, _) in KINDS.items() if kind not in without}
    more = max(faults - len(weights), 0)
    kinds = random.sample(list(weights), k=min(faults, len(weights)))
    kinds += random.choices(list(weights), list(weights.values()), k=more)
    random.shuffle(kinds)
    at_s, planned = 0.0, []
    for number, kind in enumerate(kinds, start=1):
        at_s += random.uniform(0, 2 * every_s)
        planned.append(Fault(number, round(at_s, 3), kind, random.getrandbits(32)))
    return planned


def _worker(random: Random) -> str:
    return f"worker-{random.randint(1, WORKERS)}"


def kill_child(system: System, random: Random) -> What:
    """SIGKILL one process of a worker's pool."""
    name, place = _worker(random), random.randrange(CONCURRENCY)
    # A worker that loses a child while it starts gives up; so may a machine that is slow to start.
    children = system.children(name) if system.is_ready(name) else []
    if not children:
        raise NoTarget
    pid = children[place % len(children)]
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return {"worker": name, "pid": pid}


def kill_worker(system: System, random: Random) -> What:
    """SIGKILL a worker's main process, with or without its children."""
    name, group, starting = _worker(random), random.random() < 0.5, random.random() < 0.2
    if not starting and not system.is_ready(name):
        raise NoTarget
    return _killed(system, name, random, group=group)


def kill_relay(system: System, random: Random) -> What:
    """SIGKILL the relay."""
    return _killed(system, "relay", random)


def kill_projector(system: System, random: Random) -> What:
    """SIGKILL the projector."""
    return _killed(system, "projector", random)


def kill_reconciler(system: System, random: Random) -> What:
    """SIGKILL the reconciler."""
    return _killed(system, "reconciler", random)


def kill_api(system: System, random: Random) -> What:
    """SIGKILL the api."""
    return _killed(system, "api", random)


def _killed(system: System, name: str, random: Random, *, group: bool = False) -> What:
    down_s = random.choice([0.0, random.uniform(0, 3)])
    pid = system.kill(name, group=group, down_s=down_s)
    if not pid:
        raise NoTarget
    return {"pid": pid, "group": group, "down_s": down_s}


def pause_worker(system: System, random: Random) -> What:
    """SIGSTOP a worker and its children for longer than its lease is good for."""
    name, seconds = _worker(random), random.uniform(2, 6)
    pid = system.pause(name, seconds)
    if not pid:
        raise NoTarget
    return {"worker": name, "pid": pid, "seconds": seconds}


def restart_postgres(system: System, random: Random) -> What:
    """Stop PostgreSQL, mostly as a power cut would, and start it again."""
    mode: StopMode = "immediate" if random.random() < 0.8 else "fast"
    down_s = random.choice([0.0, random.uniform(0, 3)])
    system.restart_postgres(mode, down_s)
    return {"mode": mode, "down_s": down_s}


def restart_broker(system: System, random: Random) -> What:
    """Stop the broker, with SIGKILL or in order, and start it again."""
    mode: StopMode = "immediate" if random.random() < 0.5 else "fast"
    down_s = random.choice([0.0, random.uniform(0, 3)])
    system.restart_valkey(mode, down_s)
    return {"mode": mode, "down_s": down_s}


def cut_connections(system: System, random: Random) -> What:
    """End some of the product's sessions in PostgreSQL."""
    share = random.uniform(0.1, 0.6)
    with system.superuser() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND usename = ANY (%s) AND pid <> pg_backend_pid() ORDER BY pid",
            ([system.postgres.login, WORKER_LOGIN],),
        ).fetchall()
        chosen = [pid for (pid,) in rows if random.random() < share]
        for pid in chosen:
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    if not chosen:
        raise NoTarget
    return {"cut": len(chosen), "of": len(rows)}


def lose_messages(system: System, random: Random) -> What:
    """Take messages out of the queue, as a broker does that loses its newest data."""
    most = random.randint(1, 10)
    with system.broker() as broker:
        lost: Any = broker.lpop(QUEUE, most)
    if not lost:
        raise NoTarget
    return {"messages": len(lost)}


def duplicate_messages(system: System, random: Random) -> What:
    """Deliver messages again: some that wait, some that were delivered long ago."""
    old = [message for message in system.seen_messages if random.random() < 0.05][:20]
    with system.broker() as broker:
        waiting: Any = broker.lrange(QUEUE, 0, 20)
        taken: Any = broker.hvals("unacked")
        held = [json.dumps(json.loads(raw)[0]).encode() for raw in taken]
        again = [m for m in [*waiting, *held] if random.random() < 0.5] + old
        system.remember([*waiting, *held], MOST_REMEMBERED)
        if not again:
            raise NoTarget
        random.shuffle(again)
        broker.lpush(QUEUE, *again)
    return {"messages": len(again), "old": len(old)}


def reorder_messages(system: System, random: Random) -> What:
    """Shuffle what waits in the queue."""
    with system.broker() as broker, broker.pipeline() as pipeline:
        pipeline.watch(QUEUE)
        waiting: Any = pipeline.lrange(QUEUE, 0, -1)
        if len(waiting) < 2:
            raise NoTarget
        random.shuffle(waiting)
        pipeline.multi()
        pipeline.delete(QUEUE)
        pipeline.rpush(QUEUE, *waiting)
        pipeline.execute()
    return {"messages": len(waiting)}


KINDS: dict[str, tuple[int, Callable[[System, Random], What]]] = {
    "kill_child": (18, kill_child),
    "kill_worker": (10, kill_worker),
    "kill_relay": (8, kill_relay),
    "kill_projector": (8, kill_projector),
    "kill_reconciler": (4, kill_reconciler),
    "kill_api": (5, kill_api),
    "pause_worker": (4, pause_worker),
    "restart_postgres": (5, restart_postgres),
    "restart_broker": (6, restart_broker),
    "cut_connections": (8, cut_connections),
    "lose_messages": (5, lose_messages),
    "duplicate_messages": (9, duplicate_messages),
    "reorder_messages": (4, reorder_messages),
    "hold_transaction": (8, hold_transaction),
    "hold_task": (5, hold_task),
    "stale_in_countdown_to_retry": (3, stale_in_countdown_to_retry),
    "stale_in_queue_for_retry": (2, stale_in_queue_for_retry),
    "early_in_countdown": (2, early_in_countdown),
    "twice_in_queue": (2, twice_in_queue),
    "slow_broker": (4, slow_broker),
    "limit_connections": (4, limit_connections),
    "fill_disk": (2, fill_disk),
    "shift_clock": (4, shift_clock),
    "set_feed_back": (3, set_feed_back),
}
"""Each kind of fault: how often it comes, and what it does."""

AWAY = (psycopg.OperationalError, redis.ConnectionError, redis.TimeoutError, redis.WatchError)


class Injector:
    """Lets faults strike at their times, each in a thread of its own, some at once.

    A fault without a target (an empty queue, a process that is down), or that meets a server
    that is away, is tried again until it strikes; after the end of the load another one strikes
    in its place at last. When many wait so, or the load is behind because the machine is slow,
    the rest comes later.

    Args:
        ending: says that nothing more is to be done.
        is_late: says that no further fault is to begin.
    """

    def __init__(
        self,
        system: System,
        faults: list[Fault],
        ending: threading.Event,
        is_late: Callable[[], bool],
    ) -> None:
        self._system = system
        self._faults = faults
        self._ending = ending
        self._is_late = is_late
        self._lock = threading.Lock()
        self._places = threading.Semaphore(MOST_AT_ONCE)
        self._begun = 0
        self.load_progress = 0.0
        self.over = threading.Event()
        kinds = [kind for kind in KINDS if kind not in system.left_out]
        self.struck: dict[str, int] = dict.fromkeys(kinds, 0)

    @property
    def progress(self) -> float:
        """Which part of the faults has begun."""
        return self._begun / len(self._faults)

    def run(self) -> None:
        """Return once the last fault has struck and is over; `over` is set then."""
        try:
            self._run()
        finally:
            self.over.set()

    def _run(self) -> None:
        threads: list[threading.Thread] = []
        before_s = 0.0
        for fault in self._faults:
            self._ending.wait(fault.at_s - before_s)
            before_s = fault.at_s
            while (
                self.progress > self.load_progress + MOST_AHEAD
                and not self._is_late()
                and not self._ending.wait(0.1)
            ):
                pass
            if self._is_late():
                break
            while not self._places.acquire(timeout=0.5):
                if self._ending.is_set():
                    return
            self._begun += 1
            thread = threading.Thread(target=self._strike, args=(fault,), daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()

    def _strike(self, fault: Fault) -> None:
        give_up_at = float("inf")
        with self._places_given_back():
            while not self._ending.is_set():
                struck_at = time.time()
                try:
                    what = KINDS[fault.kind][1](self._system, Random(fault.seed))
                except (NoTarget, *AWAY):
                    if self.load_progress >= 1 and give_up_at == float("inf"):
                        give_up_at = time.monotonic() + AFTER_LOAD_S
                    if time.monotonic() > give_up_at:
                        fault = replace(fault, kind=INSTEAD)
                    self._ending.wait(0.1)
                else:
                    self._log(fault, struck_at, what)
                    return

    def _log(self, fault: Fault, struck_at: float, what: What) -> None:
        line = asdict(fault) | what | {"struck_at": struck_at, "over_at": time.time()}
        with self._lock, (self._system.folder / "faults.jsonl").open("a") as file:
            self.struck[fault.kind] += 1
            file.write(json.dumps(line) + "\n")

    @contextmanager
    def _places_given_back(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._places.release()
