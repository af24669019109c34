"""A feed's sequence that goes back behind its followers, and its repair."""

import json
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from psycopg import Connection, OperationalError, sql

from tests.chaos.effects import NoTarget, What
from tests.chaos.system import System

COMMAND = str(Path(sys.executable).with_name("task-ledger"))
LEAST = 40
REPAIR_S = 60.0


def set_feed_back(system: System, random: Random) -> What:
    """Set a feed's sequence far behind its followers, as a restore does that copies no sequence.

    After a while somebody runs `task-ledger repair feeds`. Counted when it found events that the
    projector had missed.
    """
    seconds = random.uniform(0.5, 3)
    with system.feeds_lock:
        with system.superuser() as connection:
            rows = connection.execute(
                "SELECT shard, max(cursor) FROM task_ledger.checkpoint"
                " GROUP BY shard HAVING max(cursor) > %s ORDER BY shard",
                (LEAST,),
            ).fetchall()
            if not rows:
                raise NoTarget
            shard, cursor = random.choice(rows)
            back_to = random.randint(1, cursor - LEAST)
            _set_back(connection, shard, back_to)
        time.sleep(seconds)
        missed = _repair(system)
        _remember_repaired(system, shard)
    if not missed:
        raise NoTarget
    return {"shard": shard, "from": cursor, "to": back_to, "seconds": seconds, "missed": missed}


def _set_back(connection: Connection[Any], shard: int, back_to: int) -> None:
    with connection.transaction():
        connection.execute("INSERT INTO chaos.set_back VALUES (%s, %s)", (shard, back_to))
        feed = sql.Literal(f"task_ledger.feed_{shard}")
        connection.execute(sql.SQL("SELECT setval({}, {})").format(feed, sql.Literal(back_to)))


def _remember_repaired(system: System, shard: int) -> None:
    """Note up to which number the feed's numbers may be taken twice, however long it takes."""
    noted = sql.SQL(
        "UPDATE chaos.set_back SET up_to = (SELECT last_value FROM {}) WHERE shard = {}"
        " AND up_to IS NULL"
    ).format(sql.Identifier("task_ledger", f"feed_{shard}"), sql.Literal(shard))
    while True:
        try:
            with system.superuser() as connection:
                connection.execute(noted)
        except OperationalError:
            time.sleep(0.1)
        else:
            return


def _repair(system: System) -> int:
    """Run the command until it has succeeded; returns how many events had been missed."""
    deadline = time.monotonic() + REPAIR_S
    while True:
        done = subprocess.run(
            [COMMAND, "repair", "feeds", "--json"],
            env=system.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return sum(feed["missed"] for feed in json.loads(done.stdout)["repaired"])
        if time.monotonic() > deadline:
            raise TimeoutError(f"repair feeds fails for {REPAIR_S:.0f} s: {done.stderr}")
        time.sleep(0.2)
