"""A rebuild makes the read model what the log says, while projectors run."""

from contextlib import closing
from threading import Thread

import psycopg
from psycopg import sql

from task_ledger.model.ids import new_task_id
from task_ledger.projector.rebuild import Rebuilt, rebuild
from tests.servers import Database
from tests.task_ledger.projector.log import (
    assert_projected,
    complete,
    drain,
    owner,
    projector,
    projector_connection,
    record,
    register,
    report,
    start,
    timeline,
    until,
)

WAITING = """
SELECT FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'task-ledger rebuild'
    AND wait_event_type = 'Lock'"""


def test_it_repairs_what_somebody_changed_and_removes_what_never_was(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        follower = projector(connection)
        tasks = [register(writer) for _ in range(5)]
        for task_id in tasks:
            complete(writer, task_id, start(writer, task_id))
        drain(follower)
        before = timeline(writer)
        writer.execute("UPDATE task_ledger.task_record SET status = 'FAILURE', worker = 'nobody'")
        writer.execute(
            "UPDATE task_ledger.task_record SET task_id = %s WHERE task_id = %s",
            (new_task_id(), tasks[0]),
        )
        writer.execute("UPDATE task_ledger.task_count SET tasks = 99")
        seen: list[Rebuilt] = []
        done = rebuild(database.url_for("projector"), seen.append)
        assert done == Rebuilt(tasks=5, of=5, quarantined=0, removed=1)
        assert seen[-1] == done
        assert_projected(writer)
        assert timeline(writer) == before


def test_events_that_no_projector_has_seen_are_folded_once(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        follower = projector(connection)
        task_id = register(writer)
        drain(follower)
        claim = start(writer, task_id)
        rebuild(database.url_for("projector"))
        folded = record(writer, task_id)
        assert folded is not None
        assert folded.version == 2
        complete(writer, task_id, claim)
        drain(follower)
        assert_projected(writer)


def test_it_never_puts_an_older_record_over_a_newer_one(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        follower = projector(connection)
        tasks = {
            task_id: start(writer, task_id) for task_id in (register(writer) for _ in range(8))
        }
        stop = []

        def keep_rebuilding() -> None:
            while not stop:
                rebuild(database.url_for("projector"))

        thread = Thread(target=keep_rebuilding)
        thread.start()
        try:
            for percent in range(60):
                for task_id, claim in tasks.items():
                    report(writer, task_id, claim, percent)
                follower.tick()
        finally:
            stop.append(True)
            thread.join()
        drain(follower)
        assert_projected(writer)


def test_it_waits_for_a_tick_that_is_under_way(database: Database) -> None:
    with (
        closing(psycopg.connect(database.superuser_url, autocommit=True)) as writer,
        closing(owner(database, autocommit=False)) as tick,
    ):
        task_id = register(writer)
        tick.execute("SELECT FROM task_ledger.checkpoint FOR UPDATE")
        thread = Thread(target=rebuild, args=(database.url_for("projector"),))
        thread.start()
        until(lambda: bool(writer.execute(WAITING).fetchall()))
        assert record(writer, task_id) is None
        tick.rollback()
        thread.join()
        assert record(writer, task_id) is not None


def test_the_record_of_a_detached_month_stays(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        task_id = register(writer)
        drain(projector(connection))
        bucket = writer.execute("SELECT task_ledger.bucket_of(%s)", (task_id,)).fetchone()
        assert bucket is not None
        partition = sql.Identifier("task_ledger", f"task_event_{bucket[0]}")
        writer.execute(
            sql.SQL("ALTER TABLE task_ledger.task_event DETACH PARTITION {}").format(partition)
        )
        writer.execute("UPDATE task_ledger.bucket SET closed_at = now() WHERE bucket = %s", bucket)
        assert rebuild(database.url_for("projector")) == Rebuilt()
        assert record(writer, task_id) is not None
