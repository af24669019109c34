"""The check names every kind of violation, each put into a small database past all rules."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

from task_ledger.eventlog.append import Append, append, request_cancel
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import (
    Completed,
    ErrorData,
    EventData,
    Failed,
    Progress,
    Retrying,
    Started,
)
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import FailureReason, RetryReason
from tests.chaos.check import INVARIANTS, check
from tests.chaos.run import unsettled
from tests.chaos.system import SCHEMA
from tests.servers import Database, fresh_database
from tests.task_ledger.projector.log import drain, projector, projector_connection

Owner = psycopg.Connection[Any]

_REGISTER = """
SELECT task_ledger.register(%(task_id)s, 'site', %(actor)s, clock_timestamp(),
    json_build_object('task_type', %(kind)s::text, 'name', 'a task',
        'metadata', json_build_object('rows', 2, 'children', %(children)s::integer),
        'parent_id', %(parent)s::uuid, 'root_id', %(parent)s::uuid,
        'waits_for', %(waits_for)s::uuid[]),
    1, 3, NULL)"""


class World:
    """A handful of tasks that ended as they may, with their rows, folded and numbered."""

    def __init__(self, database: Database, owner: Owner) -> None:
        self._owner = owner
        owner.execute(SCHEMA.read_bytes())
        self.good = self.task("short")
        self.run(self.good, Completed(result=2))
        self.bad = self.task("failing")
        self.run(self.bad, self.failure())
        self.twice = self.task("retrying")
        self.run(self.twice, self.retry(), at=datetime.now(UTC))
        self.run(self.twice, Completed(), attempt=2)
        self.cancelled = self.task("cancelled")
        request_cancel(owner, self.cancelled, "a route")
        owner.execute("INSERT INTO chaos.told VALUES (%s, 'cancelled')", (self.cancelled,))
        self.parent = self.task("sending", children=1)
        self.child = self.task("short", parent=self.parent)
        self.run(self.child, Completed())
        self.run(self.parent, Completed())
        self.step = self.task("following", waits_for=[self.good])
        self.run(self.step, Completed())
        self.skipped = self.task("following", waits_for=[self.bad])
        skip = Failed(reason=FailureReason.UPSTREAM)
        append(owner, Append(self.skipped, None, 1, "relay", skip))
        owner.execute("INSERT INTO chaos.look VALUES (%s, 2)", (self.parent,))
        for task_id in (self.good, self.twice, self.parent, self.child, self.step):
            owner.execute("INSERT INTO chaos.effect VALUES (%s, 1), (%s, 2)", (task_id, task_id))
        with closing(projector_connection(database)) as connection:
            drain(projector(connection))

    def task(
        self,
        kind: str,
        children: int = 0,
        parent: UUID | None = None,
        waits_for: Sequence[UUID] = (),
    ) -> UUID:
        """A registered task, with the row of its route if it has no parent."""
        task_id, actor = new_task_id(), "a parent" if parent else "a route"
        self._owner.execute(
            _REGISTER,
            {"task_id": task_id, "actor": actor, "kind": kind, "children": children,
             "parent": parent, "waits_for": list(waits_for)},
        )  # fmt: skip
        if parent is None:
            self._owner.execute("INSERT INTO chaos.request VALUES (%s)", (task_id,))
            self._owner.execute("INSERT INTO chaos.told VALUES (%s, 'known')", (task_id,))
        return task_id

    def run(
        self, task_id: UUID, end: EventData, attempt: int = 1, at: datetime | None = None
    ) -> None:
        """One attempt, with progress."""
        claim = new_claim()
        for data in (Started(worker="w", host="h", pid=1), Progress(percent=50, step="half")):
            append(self._owner, Append(task_id, claim, attempt, "w", data))
        append(self._owner, Append(task_id, claim, attempt, "w", end, due_at=at))

    @staticmethod
    def failure() -> Failed:
        """The end of a body that raised."""
        error = ErrorData(type="ValueError", message="this task always fails")
        return Failed(reason=FailureReason.ERROR, error=error)

    @staticmethod
    def retry() -> Retrying:
        """An attempt that is followed by another one."""
        return Retrying(reason=RetryReason.ERROR, countdown_s=0)


@pytest.fixture(scope="module")
def world_and_owner(
    postgres: EmbeddedPostgres, migrated_template: str
) -> Iterator[tuple[World, Owner]]:
    """The tasks, right as they are, and a superuser for whom no trigger fires."""
    with (
        fresh_database(postgres, migrated_template) as database,
        psycopg.connect(database.superuser_url, autocommit=True) as connection,
    ):
        world = World(database, connection)
        connection.execute("SET session_replication_role = replica")
        yield world, connection


@pytest.fixture
def world(world_and_owner: tuple[World, Owner]) -> World:
    """The tasks."""
    return world_and_owner[0]


@pytest.fixture
def owner(world_and_owner: tuple[World, Owner]) -> Iterator[Owner]:
    """The superuser, in a transaction that is undone."""
    connection = world_and_owner[1]
    with connection.transaction(force_rollback=True):
        yield connection


def test_a_right_database_shows_no_violation(world: World, owner: Owner, tmp_path: Path) -> None:
    assert check(owner, tmp_path) == []


EVENTS = "UPDATE task_ledger.task_event"
GOOD = "WHERE task_id = %(good)s"
BAD = "WHERE task_id = %(bad)s"
TWICE = "WHERE task_id = %(twice)s"

EVENT_AGAIN = """
INSERT INTO task_ledger.task_event
SELECT (json_populate_record(e, json_build_object(
    'version', e.version + 1, 'feed', e.feed + 1000))).*
FROM task_ledger.task_event AS e WHERE e.task_id = %(good)s AND e.type = 'completed'"""
CLAIM_AGAIN = """
UPDATE task_ledger.task_event AS e SET claim = f.claim FROM task_ledger.task_event AS f
WHERE e.task_id = %(twice)s AND f.task_id = e.task_id AND f.version = 2"""
STRAY_NUMBER = """
INSERT INTO task_ledger.project_timeline
SELECT 1000, now(), 1, 'progress', 0, id, gen_random_uuid(), 'site'
FROM task_ledger.project_head WHERE project_id = 'site'"""
DISPATCH = """
INSERT INTO task_ledger.outbox (due_at, try_at, message_id, task_id, attempt)
VALUES (now(), now(), 1, %(good)s, 1)"""
MESSAGE = """
INSERT INTO task_ledger.message (task_id, exchange, routing_key, content_type, content_encoding,
    headers, properties, declare, body)
VALUES (%(good)s, '', 'celery', '', '', '{}', '{}', '[]', '')"""

KEPT_OF_SUCCEEDED = """
INSERT INTO task_ledger.message (task_id, exchange, routing_key, content_type, content_encoding,
    headers, properties, declare, body, forget_at)
VALUES (%(good)s, '', 'celery', '', '', '{}', '{}', '[]', '', now() + interval '7 d')"""

VIOLATIONS: list[tuple[str, str, LiteralString]] = [
    ("registrations", "is lost", f"DELETE FROM task_ledger.task_event {GOOD}"),
    ("registrations", "rolled back, and is", "INSERT INTO chaos.told VALUES (%(good)s, 'undone')"),
    ("registrations", "without its reg", "INSERT INTO chaos.request VALUES (gen_random_uuid())"),
    ("registrations", "with 0 rows", f"DELETE FROM chaos.request {GOOD}"),
    ("ends", "0 terminal", f"DELETE FROM task_ledger.task_event {GOOD} AND type = 'completed'"),
    ("ends", "2 terminal", EVENT_AGAIN),
    ("ends", "behind its end", f"{EVENTS} SET version = 9 {GOOD} AND type = 'progress'"),
    ("effects", "row 2 exists 2 times", "INSERT INTO chaos.effect VALUES (%(good)s, 2)"),
    ("effects", "row 2 exists 0 times", f"DELETE FROM chaos.effect {GOOD} AND number = 2"),
    ("effects", "did not succeed, and 1", "INSERT INTO chaos.effect VALUES (%(bad)s, 1)"),
    ("effects", "did not succeed, and 1", "INSERT INTO chaos.effect VALUES (gen_random_uuid(), 1)"),
    ("versions", "versions 1 to 4", f"DELETE FROM task_ledger.task_event {GOOD} AND version = 2"),
    ("versions", "is registered", f"{EVENTS} SET type = 'registered' {GOOD} AND version = 2"),
    ("versions", "stands in 2 events", f"{EVENTS} SET feed = 1 {GOOD} AND version = 2"),
    (
        "transitions",
        "completed (version 2) follows registered",
        f"{EVENTS} SET type = 'completed', state = 'completed' {GOOD} AND version = 2",
    ),
    (
        "transitions",
        "the state retrying",
        f"{EVENTS} SET state = 'retrying' {GOOD} AND version = 3",
    ),
    ("transitions", "attempt 2 behind 1", f"{EVENTS} SET attempt = 2 {GOOD} AND type = 'progress'"),
    ("transitions", "2 started, and 1 are allowed", f"{EVENTS} SET max_attempts = 1 {TWICE}"),
    (
        "transitions",
        "another claim than its attempt",
        f"{EVENTS} SET claim = gen_random_uuid() {GOOD} AND type = 'completed'",
    ),
    (
        "transitions",
        "before it was due",
        f"{EVENTS} SET due_at = due_at + interval '1 h' {TWICE} AND type = 'retrying'",
    ),
    (
        "transitions",
        "follows an accepted cancel",
        f"{EVENTS} SET cancel_requested = true {GOOD} AND type = 'progress'",
    ),
    ("transitions", "started 2 attempts", CLAIM_AGAIN),
    ("cancels", "it succeeded", f"{EVENTS} SET type = 'cancel_requested' {GOOD} AND version = 3"),
    ("cancels", "did not end as", "INSERT INTO chaos.told VALUES (%(good)s, 'cancelled')"),
    (
        "outcomes",
        "ended as failed(undeliverable)",
        f"{EVENTS} SET data = '{{\"reason\": \"undeliverable\"}}' {BAD} AND type = 'failed'",
    ),
    (
        "outcomes",
        "a failing task ended as completed",
        f"{EVENTS} SET type = 'completed', state = 'completed' {BAD} AND type = 'failed'",
    ),
    (
        "outcomes",
        "a unheard-of task",
        f'{EVENTS} SET data = \'{{"task_type": "unheard-of"}}\' {GOOD} AND version = 1',
    ),
    (
        "sends",
        "succeeded and registered 0 children of 1",
        "DELETE FROM task_ledger.task_event WHERE task_id = %(child)s",
    ),
    (
        "sends",
        "did not succeed and registered 1 children",
        f"{EVENTS} SET type = 'failed' WHERE task_id = %(parent)s AND type = 'completed'",
    ),
    ("sends", "rows were committed: 1 seen", "UPDATE chaos.look SET seen = 1"),
    ("sends", "before its rows were", "INSERT INTO chaos.look VALUES (%(bad)s, 2)"),
    ("steps", "before task", f"{EVENTS} SET recorded_at = recorded_at + interval '1 h' {GOOD}"),
    (
        "steps",
        "which failed",
        f"{EVENTS} SET data = '{{}}' WHERE task_id = %(skipped)s AND version = 2",
    ),
    ("steps", "no task before it failed", f"{EVENTS} SET type = 'completed' {BAD}"),
    (
        "timeline",
        "numbers from 1",
        "UPDATE task_ledger.project_timeline SET seq = 1000 WHERE seq = 7",
    ),
    ("timeline", "stands 0 times", "DELETE FROM task_ledger.project_timeline WHERE seq = 7"),
    ("timeline", "is of no event", STRAY_NUMBER),
    (
        "timeline",
        "before version",
        f"UPDATE task_ledger.project_timeline SET seq = 1000 {GOOD} AND version = 2",
    ),
    ("leftovers", "is in the outbox", DISPATCH),
    ("leftovers", "is kept", MESSAGE),
    ("leftovers", "is kept", KEPT_OF_SUCCEEDED),
    (
        "leftovers",
        "is told of no end",
        "INSERT INTO task_ledger.next_step (after, task_id) VALUES (%(good)s, %(step)s)",
    ),
    ("leftovers", "has gaps", "UPDATE task_ledger.checkpoint SET gaps = '[[3, 4, null]]'"),
    ("leftovers", "has read shard", "UPDATE task_ledger.checkpoint SET cursor = 1"),
    (
        "leftovers",
        "in quarantine",
        "INSERT INTO task_ledger.dead_letter VALUES ('projector', %(good)s, 1, 'unreadable')",
    ),
    ("digests", "does not fit", f"{EVENTS} SET actor = 'nobody' {GOOD} AND version = 3"),
    ("digests", "does not fit", f"{EVENTS} SET data = '[]' {GOOD} AND type = 'completed'"),
    ("records", "its record differs", f"UPDATE task_ledger.task_record SET percent = 99 {GOOD}"),
    (
        "records",
        "its record differs",
        f"UPDATE task_ledger.task_record SET status = 'REVOKED' {BAD}",
    ),
    ("records", "has no record", f"DELETE FROM task_ledger.task_record {GOOD}"),
    ("records", "has no events", "DELETE FROM task_ledger.task_event WHERE task_id = %(child)s"),
    ("records", "make no record", f"{EVENTS} SET data = '[]' {GOOD} AND version = 1"),
]
"""(invariant, what is said, how it is broken)."""


@pytest.mark.parametrize(("invariant", "said", "breaking"), VIOLATIONS)
def test_a_violation_is_named(
    world: World,
    owner: Owner,
    tmp_path: Path,
    invariant: str,
    said: str,
    breaking: LiteralString,
) -> None:
    changed = owner.execute(breaking, {k: v for k, v in vars(world).items() if k[0] != "_"})
    assert changed.rowcount > 0
    found = [v for v in check(owner, tmp_path) if v.invariant == invariant]
    assert [v for v in found if said in v.what], found


@pytest.mark.parametrize(("up_to", "allowed"), [(1000, True), (0, False), (None, False)])
def test_a_number_may_come_twice_where_its_feed_was_set_back(
    world: World, owner: Owner, tmp_path: Path, up_to: int | None, allowed: bool
) -> None:
    owner.execute(f"{EVENTS} SET feed = 1 {GOOD} AND version = 2", {"good": world.good})
    owner.execute(
        "INSERT INTO chaos.set_back SELECT shard, 0, %s FROM task_ledger.task_event"
        " WHERE task_id = %s AND version = 2",
        (up_to, world.good),
    )
    found = [v for v in check(owner, tmp_path) if "stands in 2 events" in v.what]
    assert (found == []) is allowed


UNSETTLED: list[LiteralString] = [
    f"DELETE FROM task_ledger.task_event {GOOD} AND type = 'completed'",
    DISPATCH,
    MESSAGE,
    "INSERT INTO task_ledger.next_step (after, task_id) VALUES (%(good)s, %(step)s)",
    "UPDATE task_ledger.checkpoint SET gaps = '[[3, 4, null]]'",
    f"UPDATE task_ledger.task_record SET version = version - 1 {GOOD}",
    f"DELETE FROM task_ledger.task_record {GOOD}",
]


def test_a_run_waits_for_nothing_in_a_right_database(owner: Owner) -> None:
    assert unsettled(owner) == 0


@pytest.mark.parametrize("breaking", UNSETTLED)
def test_a_run_waits_for_whatever_is_left_to_be_done(
    world: World, owner: Owner, breaking: LiteralString
) -> None:
    owner.execute(breaking, {k: v for k, v in vars(world).items() if k[0] != "_"})
    assert unsettled(owner) > 0


def test_each_invariant_is_seen_broken() -> None:
    assert {name for name, _, _ in VIOLATIONS} == {p.stem for p in INVARIANTS} | {
        "digests",
        "records",
    }
