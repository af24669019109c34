"""Many events at once are numbered by COPY, and those that have a number keep it."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.projector.follower import BATCH, MOST, MOST_BYTES, Row, next_batch
from task_ledger.projector.projection import COPIED
from tests.servers import Database
from tests.task_ledger.projector.log import (
    drain,
    projector,
    projector_connection,
    register,
    timeline,
)


@pytest.mark.parametrize("project", ["p", "tab\tback\\slash\nline \\N"])
def test_events_that_come_again_keep_their_numbers(
    database: Database, writer: Connection[Any], project: str
) -> None:
    with writer.transaction():
        for _ in range(COPIED):
            register(writer, project)
    with closing(projector_connection(database)) as connection:
        follower = projector(connection)
        drain(follower)
        numbered = timeline(writer, project)
        assert len(numbered) == COPIED
        writer.execute("UPDATE task_ledger.checkpoint SET cursor = 0, gaps = '[]'")
        new = register(writer, project)
        drain(follower)
    assert timeline(writer, project) == [*numbered, (new, 1)]


def test_a_batch_grows_while_events_are_behind_and_is_small_where_they_are_large() -> None:
    def rows(size: int) -> list[Row]:
        return [Row((None, datetime.now(UTC), "x" * size, None, None))] * 10

    assert next_batch(BATCH, rows(100)) == 4 * BATCH
    assert next_batch(MOST, rows(100)) == MOST
    assert next_batch(MOST, rows(8192)) == MOST_BYTES // 8192
    assert next_batch(MOST, rows(64 * 1024)) == BATCH
