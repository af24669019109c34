"""`task-ledger repair feeds` sets sequences past what was read and written."""

from typing import Any

import psycopg

from tests.task_ledger.cli.command import Command


def test_a_feed_below_its_follower_is_set_past_it(
    command: Command, altering: psycopg.Connection[Any]
) -> None:
    altering.execute("UPDATE task_ledger.checkpoint SET cursor = 7 WHERE shard = 3")
    ended = command("repair", "feeds")
    assert ended.status == 0, ended.err
    assert ended.out.strip() == "feed 3: 0 → 7, 0 events to be numbered"
    assert command("repair", "feeds", "--json").json() == {"repaired": []}
    row = altering.execute("SELECT nextval('task_ledger.feed_3')").fetchone()
    assert row == (8,)
