"""A record is replaced by a newer one, never by an older one."""

import re
from contextlib import closing
from dataclasses import fields, replace
from typing import Any

from psycopg import Connection

from task_ledger.eventlog.read import read_events
from task_ledger.model.fold import fold_all
from task_ledger.model.record import TaskRecord
from task_ledger.projector.database import query
from task_ledger.projector.records import store_records
from tests.servers import Database
from tests.task_ledger.projector.log import (
    owner,
    projector_connection,
    record,
    register,
    report,
    start,
)


def folded(connection: Connection[Any]) -> list[TaskRecord]:
    """One task's record at each of its versions."""
    task_id = register(connection)
    report(connection, task_id, start(connection, task_id), 50)
    events = read_events(connection, task_id)
    records = [fold_all(None, events[:n]) for n in range(1, len(events) + 1)]
    return [one for one in records if one is not None]


def test_a_newer_version_replaces_an_older_one_and_never_the_other_way(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        first, second, third = folded(writer)
        store_records(connection, [second])
        store_records(connection, [first])
        store_records(connection, [first], again=True)
        assert record(writer, first.task_id) == second
        store_records(connection, [third])
        assert record(writer, first.task_id) == third


def test_the_same_version_is_replaced_only_when_it_is_asked_for(database: Database) -> None:
    with closing(owner(database)) as writer, closing(projector_connection(database)) as connection:
        first, *_ = folded(writer)
        wrong = replace(first, task_name="wrong")
        store_records(connection, [wrong])
        store_records(connection, [first])
        assert record(writer, first.task_id) == wrong
        store_records(connection, [first], again=True)
        assert record(writer, first.task_id) == first


def test_every_column_is_replaced(database: Database) -> None:
    with closing(owner(database)) as writer:
        rows = writer.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'task_ledger.task_record'::regclass"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        ).fetchall()
        columns = [row[0] for row in rows]
        assert columns == [one.name for one in fields(TaskRecord)]
        replaced = re.findall(r"excluded\.(\w+)[,\n]", query("store_records"))
        assert replaced == [column for column in columns if column != "task_id"]
        first, second, _ = folded(writer)
        with closing(projector_connection(database)) as connection:
            # Nothing of the old record may be left, whichever column differs.
            store_records(connection, [second])
            connection.execute(
                "UPDATE task_ledger.task_record SET version = 1, entity = '{}', queue = 'x',"
                " max_attempts = 9, percent = 1, step = 'x', detail = 'x', current = 1, total = 1,"
                " cancel_requested = true, cancel_requested_by = 'x', retry_reason = 'x',"
                " countdown_s = 1, due_at = now(), expires_at = now(), failure_reason = 'x',"
                " error = '{}', result = '1', parent_id = task_id, root_id = task_id,"
                " group_id = task_id, notes = 7, completed_at = now(), status = 'x', actor = 'x',"
                " worker = 'x', claim = task_id, attempt = 7, task_type = 'x', task_name = 'x',"
                " boot = task_id, metadata = '{\"a\": 1}', project_id = 'x',"
                " state = 'failed', digest = 'x', created_at = now(), started_at = now(),"
                " attempt_started_at = now(), updated_at = now()"
            )
            store_records(connection, [second])
        assert record(writer, first.task_id) == second
