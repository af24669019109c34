"""A time that not every reader's calendar has is refused, whoever writes it."""

from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors as pg

from task_ledger.model.ids import new_claim, new_task_id
from tests.servers import Database

BAD = ["infinity", "-infinity", "4000-01-01 BC", "12000-01-01", "1999-12-31", None]
REGISTER = """SELECT (task_ledger.register(%s, 'p', 'a', %s::timestamptz,
    '{"task_type":"t","name":"n"}', 1, 3, %s::timestamptz)).outcome"""
APPEND = """SELECT (task_ledger.append(%s, 'started', %s, 1, 'w', %s::timestamptz,
                                  '{"worker":"w","host":"h","pid":1}', 1)).outcome"""
NOTE = """SELECT (task_ledger.note(%s, 'a', %s::timestamptz, '{"kind":"comment"}', 1)).outcome"""
CANCEL = """SELECT (task_ledger.request_cancel(%s, 'a', %s::timestamptz, '{}', 1)).outcome"""


@pytest.mark.parametrize("time", BAD)
def test_no_writer_stores_a_time_out_of_range(database: Database, time: str | None) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        task_id = new_task_id()
        connection.execute(REGISTER, (task_id, "2026-01-01", None))
        cases: list[tuple[LiteralString, tuple[Any, ...]]] = [
            (REGISTER, (new_task_id(), time, None)),
            (APPEND, (task_id, new_claim(), time)),
            (NOTE, (task_id, time)),
            (CANCEL, (task_id, time)),
        ]
        for statement, parameters in cases:
            with pytest.raises(pg.DatabaseError) as refused:
                connection.execute(statement, parameters)
            assert refused.value.sqlstate == "TL004"
        if time is not None:
            with pytest.raises(pg.DatabaseError, match="2000 to 8999"):
                connection.execute(REGISTER, (new_task_id(), "2026-01-01", time))
        row = connection.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
    assert row == (1,)
