"""Whatever legal writers, followers and rebuilds do in whatever order: the read model is the fold
of the events, and the timeline is complete and without gaps."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from psycopg import Connection

from task_ledger.errors import Refused
from task_ledger.eventlog.append import Append, append, note, request_cancel
from task_ledger.eventlog.read import read_events
from task_ledger.model.events import Completed, Failed, Noted, Progress, Retrying, Started
from task_ledger.model.ids import new_claim
from task_ledger.model.transitions import FailureReason, RetryReason
from task_ledger.projector.follower import PROJECTOR, Follower, Row
from task_ledger.projector.projection import Projection
from task_ledger.projector.rebuild import rebuild
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    drain,
    gaps,
    owner,
    projector,
    projector_connection,
    register,
)

WRITERS = 3
FOLLOWERS = 2
PROJECTS = ("a", "b", "c")
SAYINGS = (
    "register", "started", "started", "progress", "undone", "retrying", "completed", "failed",
    "note", "cancel",
)  # fmt: skip
ENDS = ("commit", "commit", "rollback", "stay open", "stay open")
MOVES = st.tuples(
    st.integers(0, WRITERS - 1),
    st.integers(0, 99),
    st.sampled_from(SAYINGS),
    st.sampled_from(PROJECTS),
    st.sampled_from(ENDS),
)
"""Who writes, about which task, what, in which project, and what becomes of the transaction."""


class Crash(Exception):
    """A follower's end in the middle of a tick."""


class Interleaving(RuleBasedStateMachine):
    """Several connections of writers, each with a transaction that is open for as long as it
    likes; a task that an open transaction has written to is left alone by the others."""

    statuses: ClassVar[set[str]] = set()

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        empty(database)
        self.writers = [owner(database, autocommit=False) for _ in range(WRITERS)]
        self.readers = [projector_connection(database) for _ in range(FOLLOWERS)]
        self.followers = [projector(reader) for reader in self.readers]
        self.tasks: list[UUID] = []
        self.held: dict[UUID, int] = {}

    @initialize()
    def begin(self) -> None:
        """Without it, half of all examples would write nothing."""
        for writer, project in enumerate(PROJECTS):
            self.say(writer, writer, "register", project)
            self.end(writer, "commit")

    @rule(moves=st.lists(MOVES, min_size=3, max_size=9))
    def write(self, moves: list[tuple[int, int, str, str, str]]) -> None:
        for writer, which, saying, project, then in moves:
            self.say(writer, which, saying, project)
            self.end(writer, then)

    def say(self, writer: int, which: int, saying: str, project: str) -> None:
        connection = self.writers[writer]
        if saying == "register":
            self.tasks.append(register(connection, project))
            self.held[self.tasks[-1]] = writer
            return
        task_id = self.tasks[which % len(self.tasks)]
        if self.held.setdefault(task_id, writer) != writer:
            return
        with connection.transaction(), suppress(Refused):
            say_legally(connection, task_id, saying)
            if saying == "undone":
                raise psycopg.Rollback

    def end(self, writer: int, how: str) -> None:
        if how == "commit":
            self.writers[writer].commit()
        elif how == "rollback":
            self.writers[writer].rollback()
        else:
            return
        self.held = {task: by for task, by in self.held.items() if by != writer}

    @rule(which=st.integers(0, FOLLOWERS - 1))
    def tick(self, which: int) -> None:
        self.followers[which].tick()

    @rule(which=st.integers(0, FOLLOWERS - 1))
    def crash_and_reconnect(self, which: int) -> None:
        reader = self.readers[which]
        projection = Projection(reader)

        def die(rows: Sequence[Row]) -> None:
            projection.handle(rows)
            raise Crash

        with suppress(Crash):
            Follower(reader, PROJECTOR, die).tick()
        reader.close()
        self.readers[which] = projector_connection(self.database)
        self.followers[which] = projector(self.readers[which])

    @rule()
    def rebuild(self) -> None:
        rebuild(self.database.url_for("projector"))

    def teardown(self) -> None:
        for writer in self.writers:
            writer.commit()
            writer.close()
        drain(self.followers[0])
        assert gaps(self.readers[1]) == []
        assert_projected(self.readers[1])
        rows = self.readers[1].execute("SELECT status FROM task_ledger.task_record").fetchall()
        self.statuses.update(row[0] for row in rows)
        for reader in self.readers:
            reader.close()


def say_legally(connection: Connection[Any], task_id: UUID, saying: str) -> None:
    """What a worker, a user or the relay would say to the task as the connection sees it.

    Raises:
        Refused: it may not be said now.
    """
    events = read_events(connection, task_id)
    if not events:
        return
    last = events[-1]
    match saying:
        case "note":
            note(connection, task_id, "tester", Noted(kind="comment", message="look"))
        case "cancel":
            request_cancel(connection, task_id, "tester")
        case "started":
            data = Started(worker="w", host="h", pid=1)
            append(connection, Append(task_id, new_claim(), last.attempt + 1, "tester", data))
        case "failed":
            data = Failed(reason=FailureReason.ERROR, message="no")
            append(connection, Append(task_id, last.claim, last.attempt, "tester", data))
        case _ if last.claim is None:
            return
        case "progress" | "undone":
            data = Progress(percent=last.version, step="working")
            append(connection, Append(task_id, last.claim, last.attempt, "tester", data))
        case "retrying":
            data = Retrying(reason=RetryReason.ERROR, countdown_s=0)
            event = Append(
                task_id, last.claim, last.attempt, "tester", data, due_at=last.recorded_at
            )
            append(connection, event)
        case _:
            data = Completed(result=[1])
            append(connection, Append(task_id, last.claim, last.attempt, "tester", data))


def empty(database: Database) -> None:
    """Take everything out of the log; the feeds go on where they are."""
    with psycopg.connect(database.superuser_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "TRUNCATE task_ledger.task_event, task_ledger.task_record,"
            " task_ledger.project_timeline, task_ledger.project_head,"
            " task_ledger.project_bucket,"
            " task_ledger.dead_letter, task_ledger.task_count, task_ledger.task_rollup"
        )
        connection.execute(
            "UPDATE task_ledger.checkpoint AS c SET cursor = h.head, gaps = '[]', old_gaps = '[]'"
            " FROM task_ledger.feed_heads() AS h WHERE h.shard = c.shard"
        )


@pytest.mark.slow
def test_any_interleaving_ends_with_the_fold_of_the_events(database: Database) -> None:
    class OnThisDatabase(Interleaving):
        statuses: ClassVar[set[str]] = set()

        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    assert len(OnThisDatabase.statuses) >= 5, "the examples went nowhere"
