"""Transactions that are held open, with numbers that they have taken or a task's lock."""

import time
from random import Random
from uuid import UUID

import psycopg

from task_ledger.model.events import Registered
from task_ledger.model.ids import new_task_id
from tests.chaos.effects import NoTarget, What
from tests.chaos.system import System


def hold_transaction(system: System, random: Random) -> What:
    """Hold a transaction open that has taken feed numbers; then commit it, or not."""
    seconds, commits = random.uniform(1, 6), random.random() < 0.5
    task_id = new_task_id()
    data = Registered(task_type="short", name="held open", metadata={"rows": 0}).to_json()
    connection = psycopg.connect(system.url_for("owner"), connect_timeout=2)
    try:
        # Registered without a message and cancelled: it ends in the transaction that made it.
        connection.execute(
            "SELECT task_ledger.register(%s, %s, 'a held transaction', clock_timestamp(),"
            " %s::json, 1,"
            " 1, NULL)",
            (task_id, f"site-{random.randrange(7)}", data),
        )
        connection.execute(
            "SELECT task_ledger.request_cancel(%s, 'a held transaction', clock_timestamp(),"
            " '{}'::json, 1)",
            (task_id,),
        )
        time.sleep(seconds)
        if commits:
            connection.commit()
    finally:
        connection.close()
    return {"seconds": seconds, "commits": commits}


def hold_task(system: System, random: Random) -> What:
    """Hold the lock of a running task open, with a note that is rolled back in the end."""
    seconds, place = random.uniform(1, 7), random.random()
    with psycopg.connect(system.url_for("owner"), connect_timeout=2) as connection:
        rows: list[tuple[UUID]] = connection.execute(
            "SELECT task_id FROM task_ledger.task_record WHERE completed_at IS NULL"
            " ORDER BY task_id"
        ).fetchall()
        if not rows:
            raise NoTarget
        task_id = rows[int(place * len(rows))][0]
        connection.execute(
            "SELECT task_ledger.note(%s, 'a held transaction', clock_timestamp(),"
            """ '{"kind": "comment"}'::json, 1)""",
            (task_id,),
        )
        time.sleep(seconds)
        connection.rollback()
    return {"task_id": str(task_id), "seconds": seconds}
