"""The load: tasks of every kind, registered by routes that do not give up, some cancelled."""

import json
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any
from uuid import UUID

import httpx2
import psycopg
from celery import Signature, chain, chord
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery
from task_ledger.errors import AlreadyRegistered, LedgerError
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.model.ids import new_task_id
from task_ledger.registration.enqueue import enqueue, step

PROJECTS = 7
MOST_ATTEMPTS = 25
BATCH = 3
ROLLED_BACK = 0.05
AGAIN_S = 0.2

SHARES = {
    "short": 30, "long": 20, "retrying": 10, "failing": 6, "exhausted": 3, "hanging": 1,
    "poison": 1, "sending": 10, "linked": 6, "cancelled": 9, "expiring": 4,
    "chained": 6, "chord": 3,
}  # fmt: skip
"""How often each kind comes; a chain or a chord counts once, and brings several tasks."""


@dataclass(frozen=True)
class Planned:
    """A task that will be registered.

    Attributes:
        kind: its task type; `invariants/outcomes.sql` says what it may end as.
        task: the name of the function that runs.
        at: when it is registered, as a part of the time in which the load comes.
        cancel_after_s: when its cancel is asked for after that; None for never.
    """

    kind: str
    task: str
    at: float
    args: tuple[Any, ...]
    metadata: dict[str, Any]
    project: str
    options: dict[str, Any]
    max_attempts: int
    cancel_after_s: float | None


def plan(random: Random, tasks: int, without: Collection[str] = ()) -> list[Planned]:
    """The tasks of a load, in the order of their times: the same for the same seed.

    Args:
        without: kinds that do not come.
    """
    shares = {kind: share for kind, share in SHARES.items() if kind not in without}
    kinds = random.choices(list(shares), list(shares.values()), k=tasks)
    times = sorted(random.random() for _ in range(tasks))
    return [_planned(random, kind, at) for kind, at in zip(kinds, times, strict=True)]


def _planned(random: Random, kind: str, at: float) -> Planned:
    rows = random.randint(2, 6)
    seconds = random.uniform(0.5, 4)
    children = random.randint(1, 3)
    task, args, most = kind, (rows,), MOST_ATTEMPTS
    options: dict[str, Any] = {}
    metadata: dict[str, Any] = {"rows": rows}
    if kind in {"long", "cancelled"}:
        task, args = "long", (rows, seconds)
    elif kind == "retrying":
        args = (rows, random.randint(1, 3), random.uniform(0, 4))
    elif kind == "exhausted":
        most = 3
    elif kind == "poison":
        most = 2
    elif kind == "sending":
        args = (rows, children, random.randint(0, 1))
        metadata["children"] = children
    elif kind in {"chained", "chord"}:
        args = (rows, children, random.random() < 0.2)
    elif kind in {"linked", "expiring"}:
        task = "short"
    if kind == "expiring":
        options["expires"] = random.uniform(0.2, 4)
    elif kind not in {"chained", "chord"} and random.random() < 0.15:
        options["countdown"] = random.choice([random.uniform(0.5, 6), random.uniform(6, 20)])
    project = f"site-{random.randrange(PROJECTS)}"
    cancel_after_s = random.uniform(0, 5) if kind == "cancelled" else None
    return Planned(kind, task, at, args, metadata, project, options, most, cancel_after_s)


@dataclass
class Told:
    """What clients were told, written to a file as they learn it."""

    path: Path
    lines: list[tuple[UUID, str]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, task_id: UUID, what: str) -> None:
        """A client learned `what` of the task: known, undone or cancelled."""
        with self.lock, self.path.open("a") as file:
            self.lines.append((task_id, what))
            file.write(json.dumps([str(task_id), what]) + "\n")

    def count(self, what: str) -> int:
        """How many tasks clients learned `what` of."""
        with self.lock:
            return sum(told == what for _, told in self.lines)

    def store(self, connection: psycopg.Connection[Any]) -> None:
        """Put it all beside the ledger, for the check."""
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO chaos.told VALUES (%s, %s)", self.lines)


class Routes:
    """Registers tasks with a row of its own for each, as a route does, until it is told yes.

    Args:
        url: the database, acting as the api.
        ending: says that nothing is to be tried any more.
    """

    def __init__(self, url: str, told: Told, ending: Callable[[], bool]) -> None:
        self._engine: Engine = create_engine(
            sqlalchemy_url(url), pool_pre_ping=True, connect_args={"connect_timeout": 2}
        )
        self._told = told
        self._ending = ending
        self._sender = LedgerCelery("sender", set_as_current=False)

    def register(self, batch: list[Planned], *, roll_back: bool) -> list[UUID]:
        """Register a batch in one transaction, again and again with the same ids if need be."""
        ids = [new_task_id() for _ in batch]
        while not self._ending():
            try:
                with Session(self._engine) as session:
                    for task_id, planned in zip(ids, batch, strict=True):
                        self._enqueue(session, task_id, planned)
                    if roll_back:
                        session.rollback()
                        return self._tell(ids, "undone")
                    session.commit()
                    return self._tell(ids, "known")
            except AlreadyRegistered:
                # An earlier try was committed, though its answer was lost.
                return self._tell(ids, "known")
            except (DBAPIError, LedgerError):
                time.sleep(AGAIN_S)
        return []

    def close(self) -> None:
        """Close its connections."""
        self._engine.dispose()

    def _tell(self, ids: list[UUID], what: str) -> list[UUID]:
        for task_id in ids:
            self._told.add(task_id, what)
        return ids if what == "known" else []

    def _enqueue(self, session: Session, task_id: UUID, planned: Planned) -> None:
        if planned.kind in {"chained", "chord"}:
            unit = self._unit(planned)
        else:
            unit = self._signature(planned.task, *planned.args).set(**planned.options)
        if planned.kind == "linked":
            unit.link(self._signature("look_after", str(task_id)))
        done = enqueue(
            session, unit, project_id=planned.project, actor="a route", task_id=task_id,
            task_type=planned.kind, max_attempts=planned.max_attempts, metadata=planned.metadata,
        )  # fmt: skip
        for task in done.tasks or [done]:
            session.execute(
                text("INSERT INTO chaos.request (task_id) VALUES (:id)"), {"id": task.task_id}
            )

    def _unit(self, planned: Planned) -> Signature:
        """A chain, or a chord, of which one task may fail."""
        rows, more, fails = planned.args
        failing = step(self._signature("failing", rows), task_type="failing")
        first = step(self._signature("retrying", rows, 1, 0.1), task_type="retrying")
        long = step(self._signature("long", rows, 0.5), task_type="long")
        if planned.kind == "chord":
            members = [long, *[self._signature("short", rows) for _ in range(more)]]
            members = [step(member, task_type="short") for member in members[1:]] + members[:1]
            return chord(
                [*members, *([failing] if fails else [])], self._signature("collect", rows)
            )
        steps = [step(self._signature("following", rows), task_type="following")] * more
        end = step(self._signature("following", rows), task_type="following")
        return chain(failing if fails else first, *steps, end)

    def _signature(self, task: str, *args: Any) -> Signature:
        return Signature(f"tests.chaos.app.{task}", args=args, app=self._sender)


def cancel(
    api: str, headers: dict[str, str], task_id: UUID, told: Told, ending: Callable[[], bool]
) -> bool:
    """Ask the api to cancel a task until it answers yes, or that the task has ended.

    Returns:
        Whether it has answered before `ending` said that nothing is to be tried any more.
    """
    while not ending():
        try:
            answer = httpx2.post(
                f"{api}/api/v1/tasks/{task_id}/cancel", headers=headers, timeout=5, json={}
            )
        except httpx2.HTTPError:
            answer = None
        if answer is not None and answer.status_code == 202:
            told.add(task_id, "cancelled")
            return True
        if answer is not None and answer.status_code == 409:
            return True
        time.sleep(AGAIN_S)
    return False


def urandom_seed() -> int:
    """A seed for a run that was given none."""
    return int.from_bytes(os.urandom(4))
