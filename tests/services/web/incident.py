"""A prepared incident: what an engineer on call finds in the morning, in one ledger.

A release began to fail on the night of the last Tuesday. Since then a worker was lost, one queue
has no worker, another one is paused, and tasks wait for a provider.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection
from sqlalchemy.orm import Session

from task_ledger import access
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.queues import pause_queue
from task_ledger.model.events import (
    Completed,
    ErrorData,
    EventData,
    Failed,
    Progress,
    Registered,
    Started,
)
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.rollup import slot_of
from task_ledger.model.transitions import FailureReason, Status
from task_ledger.projector.usual_durations import UsualDurations
from task_ledger.registration.enqueue import enqueue
from tests.services.web.site import SMALL_TASKS, Site
from tests.task_ledger.server.ledger import Running
from tests.task_ledger.server.processes import eventually

RIVERSIDE: Final = "riverside"
HARBOUR: Final = "harbour"
NORTHGATE: Final = "northgate"

RELEASE: Final = "2026.11.2"
"""The release that fails; 2026.11.1 worked."""

STUCK: Final = "gpu"
"""The queue that no worker consumes."""
PAUSED: Final = "reports"
SCHEDULE: Final = "nightly quantities"
LOST: Final = "ocr-3@site"

_REGISTER = "SELECT task_ledger.register(%s, %s, %s, %s, %s::json, 1, %s, %s)"
_RENEW = "SELECT task_ledger.renew_lease(%s, %s, 'site', 7, 0, %s, true, 'prefork', 2, '{ocr}')"
_MOVE = """
UPDATE task_ledger.task_event SET occurred_at = %(at)s, recorded_at = %(at)s
WHERE task_id = %(task_id)s AND version = %(version)s"""
_DIGEST = """
UPDATE task_ledger.task_event AS e SET digest = task_ledger.digest(
    (SELECT b.digest FROM task_ledger.task_event AS b
     WHERE b.task_id = e.task_id AND b.version = e.version - 1),
    e.task_id, e.version, e.project_id, e.shard, e.feed, e.type, e.schema_version, e.actor,
    e.occurred_at, e.recorded_at, e.state, e.attempt, e.max_attempts, e.claim,
    e.cancel_requested, e.due_at, e.data, e.private, e.salt)
WHERE e.task_id = %(task_id)s AND e.version = %(version)s"""
_RUNS = """
INSERT INTO task_ledger.task_rollup
    (hour, bucket, shard, project_id, task_type, completed, duration)
SELECT date_trunc('hour', now(), 'UTC') - interval '1 h', 202603, 1, %s, %s, 40,
    %s::text::integer[]"""
_BEAT = """
INSERT INTO task_ledger.beat_entry
    (name, last_run_at, runs, task, schedule, project_id, next_run_at, watched_until)
VALUES (%s, now() - interval '9 h', 41, 'takeoff.quantities',
    'crontab: 0 21 * * * (m/h/dM/MY/d)', %s, now() + interval '15 h', now() + interval '1 h')"""


@dataclass(frozen=True)
class Incident:
    """What was brought about, to check answers against.

    Attributes:
        night: 22:00 UTC on the last Tuesday before today.
        no_scale: the tasks that failed that night for want of a scale bar, oldest first.
        no_answer: a task that failed that night with another error.
        stuck: those that wait in the queue that no worker consumes.
        lost: the task whose worker died, at 60 percent.
        slow: the task that runs longer than its type usually does.
        counting_down: those that wait for another attempt.
        asked_by_citra: those of the customer citra that have not ended, in two projects.
        paused: the one that waits in the paused queue.
        cancelled: the one that Carl cancelled.
        drawing: the first task of a tree, and the one in it that waits.
        unread: a failed task of another customer.
    """

    night: datetime
    no_scale: list[UUID]
    no_answer: UUID
    stuck: list[UUID]
    lost: UUID
    slow: UUID
    counting_down: list[UUID]
    asked_by_citra: list[UUID]
    paused: UUID
    cancelled: UUID
    drawing: tuple[UUID, UUID]
    unread: UUID


def last_tuesday_night() -> datetime:
    """22:00 UTC on the last Tuesday before today."""
    today = datetime.now(UTC).replace(hour=22, minute=0, second=0, microsecond=0)
    return today - timedelta(days=(today.weekday() - 2) % 7 + 1)


def prepare(site: Site) -> Incident:
    """Bring the incident about on the running system."""
    for project, name in (
        (RIVERSIDE, "Riverside Tower"),
        (HARBOUR, "Harbour Warehouses"),
        (NORTHGATE, "Northgate School"),
    ):
        site.client.post("/api/v1/projects", json={"id": project, "name": name}).raise_for_status()
    night = last_tuesday_night()
    with psycopg.connect(site.stack.database.superuser_url) as connection:
        # The triggers that refuse changes of events are off in this transaction.
        connection.execute("SET LOCAL session_replication_role = replica")
        past = Past(site, connection)
        for n in range(3):
            past.ended(
                f"Scale of S-{n + 1}00", night - timedelta(hours=20 - n), release="2026.11.1"
            )
        no_scale = [
            past.ended(
                f"Scale of A-{n}01",
                night + timedelta(minutes=14 + 14 * n),
                error=ErrorData(
                    type="takeoff.errors.NoScale",
                    message=f"Sheet A-{n}01 shows no bar scale",
                    place="takeoff.scale.find_scale",
                ),
            )
            for n in range(1, 7)
        ]
        no_answer = past.ended(
            "Scale of B-101",
            night + timedelta(minutes=50),
            project=HARBOUR,
            customer="borealis",
            error=ErrorData(
                type="TimeoutError",
                message="the provider hung up after 30 s",
                place="takeoff.providers.ask",
            ),
        )
        unread = past.ended(
            "Scale of B-202",
            night + timedelta(hours=40),
            project=HARBOUR,
            customer="borealis",
            error=ErrorData(
                type="takeoff.errors.Unreadable",
                message="page 3 is upside down",
                place="takeoff.pages.read",
            ),
        )
    counting_down = [_counting_down(site, n) for n in range(2)]
    stuck = [_waiting(site, NORTHGATE, f"Read C-{n}01", STUCK, "citra") for n in range(1, 4)]
    also = _waiting(site, HARBOUR, "Read C-901", None, "citra", due_in=timedelta(hours=2))
    incident = Incident(
        night, no_scale, no_answer, stuck, _lost(site), _slow(site), counting_down,
        [*stuck, also], _paused(site), _cancelled(site), _tree(site), unread,
    )  # fmt: skip
    site.owner.execute(_BEAT, (SCHEDULE, RIVERSIDE))
    site.caught_up()
    UsualDurations(site.owner).tick()
    for task in counting_down:
        _until(site, task, Status.RETRY)
    _until(site, incident.lost, Status.FAILURE)
    site.caught_up()
    return incident


class Past:
    """Writes tasks that ended earlier: in one transaction, with the times that they had.

    Args:
        connection: a superuser's, in a transaction in which triggers are off.
    """

    def __init__(self, site: Site, connection: Connection[Any]) -> None:
        self._site = site
        self._connection = connection

    def ended(
        self,
        name: str,
        at: datetime,
        *,
        project: str = RIVERSIDE,
        customer: str = "acme",
        release: str = RELEASE,
        error: ErrorData | None = None,
    ) -> UUID:
        """A task that succeeded, or failed with `error`, a minute after `at`."""
        enqueued = enqueue(
            self._connection,
            self._site.stack.signature("succeed", name).set(queue=SMALL_TASKS),
            project_id=project, actor="uploads", task_type="scale_detection", name=name,
            metadata={"customer": customer, "release": release}, max_attempts=1,
        )  # fmt: skip
        task_id = enqueued.task_id
        # It was dispatched then.
        self._connection.execute("DELETE FROM task_ledger.outbox WHERE task_id = %s", (task_id,))
        claim = new_claim()
        end: EventData = Completed(result={"scale": "1:50"})
        if error is not None:
            end = Failed(reason=FailureReason.ERROR, error=error)
        for data in (Started(worker="scale-1@site", host="site", pid=7), end):
            append(self._connection, Append(task_id, claim, 1, "scale-1", data))
        for version, later in enumerate((0, 2, 60), start=1):
            parameters = {
                "task_id": task_id,
                "version": version,
                "at": at + timedelta(seconds=later),
            }
            self._connection.execute(_MOVE, parameters)
            self._connection.execute(_DIGEST, parameters)
        return task_id


def _counting_down(site: Site, n: int) -> UUID:
    """A task that a real worker has tried once and tries again in an hour."""
    signature = site.stack.signature("retry_until", 2, 3600.0, f"incident-{n}")
    with Session(site.stack.engine) as session:
        enqueued = enqueue(
            session, signature.set(queue=SMALL_TASKS), project_id=HARBOUR, actor="uploads",
            task_type="provider_comparison", name=f"Compare providers on B-30{n}", max_attempts=2,
        )  # fmt: skip
        session.commit()
    return enqueued.task_id


def _waiting(
    site: Site,
    project: str,
    name: str,
    queue: str | None,
    customer: str,
    due_in: timedelta = timedelta(minutes=-4),
) -> UUID:
    """A task that is due, or will be, and that no worker has started."""
    task_id = new_task_id()
    now = datetime.now(UTC)
    data = Registered(
        task_type="ocr_processing", name=name, queue=queue, metadata={"customer": customer}
    )
    site.owner.execute(
        _REGISTER, (task_id, project, "uploads", now, data.to_json(), 3, now + due_in)
    )
    return task_id


def _lost(site: Site) -> UUID:
    """A task at 60 percent whose worker died; the reconciler closes it."""
    boot = uuid4()
    task = site.ledger.register(
        project=HARBOUR, name="Read B-401", task_type="ocr_processing", max_attempts=1
    )
    task.claim, task.attempt = new_claim(), 1
    site.ledger.append(task, Started(worker=LOST, host="site", pid=7, boot=boot, queue="ocr"))
    site.ledger.append(task, Progress(percent=60, step="Reading page 3", current=3, total=5))
    site.owner.execute(_RENEW, (boot, LOST, [task.id]))
    return task.id


def _slow(site: Site) -> UUID:
    """A task that has begun, of a type whose runs usually take half a second."""
    slot = slot_of(500_000)
    site.owner.execute(_RUNS, (RIVERSIDE, "page_classification", f"[{slot}:{slot}]={{40}}"))
    task = site.ledger.register(
        project=RIVERSIDE, name="Classify A-501", task_type="page_classification"
    )
    site.ledger.start(task)
    return task.id


def _paused(site: Site) -> UUID:
    """A task in a queue that Dora has paused."""
    pause_queue(site.owner, PAUSED, actor="dora", reason="the printer is out of paper")
    with Session(site.stack.engine) as session:
        enqueued = enqueue(
            session, site.stack.signature("succeed", "report").set(queue=PAUSED),
            project_id=RIVERSIDE, actor="uploads", task_type="report", name="Quantities of A",
            max_attempts=1,
        )  # fmt: skip
        session.commit()
    return enqueued.task_id


def _cancelled(site: Site) -> UUID:
    """A task that Carl has cancelled before it ran."""
    task = site.ledger.register(
        project=RIVERSIDE, name="Take off slab on grade", task_type="ai_takeoff"
    )
    headers = {"Authorization": f"Bearer {access.create(site.owner, 'carl', 'operator')}"}
    answer = site.client.post(
        f"/api/v1/tasks/{task.id}/cancel", json={"reason": "wrong drawing"}, headers=headers
    )
    answer.raise_for_status()
    return task.id


def _tree(site: Site) -> tuple[UUID, UUID]:
    """A drawing's task, of whose two pages one waits: that task, and the one that waits."""
    first = site.ledger.register(project=RIVERSIDE, name="Process A-601.pdf")
    site.ledger.start(first)
    site.ledger.complete(first, {"page_count": 2})
    pages: list[Running] = []
    for n in (1, 2):
        pages.append(Running(new_task_id()))
        data = Registered(
            task_type="ocr_processing", name=f"Read page {n} of A-601", queue=STUCK,
            parent_id=first.id, root_id=first.id,
        )  # fmt: skip
        now = datetime.now(UTC)
        due_at = now - timedelta(minutes=4)
        site.owner.execute(
            _REGISTER, (pages[-1].id, RIVERSIDE, "uploads", now, data.to_json(), 3, due_at)
        )
    site.ledger.start(pages[0])
    site.ledger.complete(pages[0])
    return first.id, pages[1].id


def _until(site: Site, task: UUID, status: Status) -> None:
    eventually(f"{task} is {status}", lambda: site.task(task)["status"] == status)
