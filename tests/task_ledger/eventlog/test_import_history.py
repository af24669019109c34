"""History of another task table is taken over as what it is: told later, by somebody else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import InvalidEvent, NotPermitted
from task_ledger.eventlog.import_history import PastTask, import_history, past_task_id
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.eventlog.verify import Scope, chains, one_snapshot
from task_ledger.eventlog.verify import count as events_in
from task_ledger.model.transitions import Status
from tests.servers import Database

DAY = datetime(2024, 2, 29, 8, tzinfo=UTC)


@pytest.fixture
def owner(database: Database) -> Iterator[Connection[Any]]:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        yield connection


def past(source_id: str = "1", **changed: Any) -> PastTask:
    fields: dict[str, Any] = {
        "source_id": source_id, "project_id": "tower-a", "task_type": "ocr",
        "name": f"Read page {source_id}", "status": "SUCCESS", "result": {"words": 7},
        "created_at": DAY, "started_at": DAY + timedelta(minutes=1),
        "ended_at": DAY + timedelta(minutes=3),
    }  # fmt: skip
    return PastTask(**(fields | changed))


def test_an_imported_task_says_when_it_happened_when_it_was_told_and_by_whom(
    owner: Connection[Any],
) -> None:
    before = datetime.now(UTC)
    assert import_history(owner, "old_jobs", [past()]).imported == 1
    task_id = past_task_id("old_jobs", "1")
    events = read_events(owner, task_id)
    assert [str(event.type) for event in events] == ["registered", "started", "completed"]
    assert [event.occurred_at for event in events] == [
        DAY, DAY + timedelta(minutes=1), DAY + timedelta(minutes=3),
    ]  # fmt: skip
    assert all(event.recorded_at > before for event in events)
    assert {event.actor for event in events} == {"import:old_jobs"}
    record = read_task(owner, task_id)
    assert (record.status, record.result) == (Status.SUCCESS, {"words": 7})
    assert record.metadata["imported"] == {
        "source": "old_jobs", "id": "1", "created_at": "2024-02-29T08:00:00+00:00",
        "started_at": "2024-02-29T08:01:00+00:00", "ended_at": "2024-02-29T08:03:00+00:00",
    }  # fmt: skip
    for table in ("outbox", "message"):
        assert owner.execute(f"SELECT count(*) FROM task_ledger.{table}").fetchone() == (0,)


def test_every_end_becomes_its_status(owner: Connection[Any]) -> None:
    secret = "cannot reach postgresql://anna:sesame@db/x"
    import_history(
        owner, "old_jobs",
        [
            past("failed", status="FAILURE", error=secret, result=None),
            past("revoked", status="REVOKED", started_at=None, result=None),
            past("revoked while it ran", status="REVOKED", result=None),
            past("without a start", started_at=None),
        ],
    )  # fmt: skip

    def imported(source_id: str) -> Any:
        return read_task(owner, past_task_id("old_jobs", source_id))

    failed = imported("failed")
    assert (failed.status, failed.failure_reason) == (Status.FAILURE, "error")
    assert "sesame" not in failed.error["message"]
    assert (imported("revoked").status, imported("revoked").attempt) == (Status.REVOKED, 0)
    assert imported("revoked while it ran").status is Status.REVOKED
    assert imported("without a start").status is Status.SUCCESS


def test_importing_again_changes_nothing_and_goes_on_where_it_broke_off(
    owner: Connection[Any],
) -> None:
    tasks = [past(str(n)) for n in range(450)]
    broken = [*tasks[:430], past("wrong", ended_at=DAY - timedelta(days=1)), *tasks[430:]]
    with pytest.raises(InvalidEvent, match="wrong: its times of creation, start and end"):
        import_history(owner, "old_jobs", broken)
    assert count(owner) == 400 * 3, "whole batches, and nothing of the broken one"
    done = import_history(owner, "old_jobs", tasks)
    assert (done.imported, done.already) == (50, 400)
    assert count(owner) == 450 * 3
    assert import_history(owner, "old_jobs", tasks).already == 450
    other = import_history(owner, "other_jobs", tasks[:1])
    assert other.imported == 1, "another source's task 1 is another task"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"status": "STARTED"}, "has not ended"),
        ({"created_at": datetime(2024, 1, 1)}, "zones"),  # noqa: DTZ001
        ({"ended_at": datetime.now(UTC) + timedelta(days=1)}, "future"),
        ({"result": float("nan")}, "must be JSON"),
        ({"name": ""}, "name"),
    ],
)
def test_what_cannot_be_true_or_stored_is_refused(
    owner: Connection[Any], changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidEvent, match=says):
        import_history(owner, "old_jobs", [past(**changed)])
    assert count(owner) == 0


@pytest.mark.parametrize("role", ["api", "worker", "projector"])
def test_no_application_can_write_events_of_the_past(database: Database, role: Any) -> None:
    with (
        psycopg.connect(database.url_for(role), autocommit=True) as connection,
        pytest.raises(NotPermitted),
    ):
        import_history(connection, "old_jobs", [past()])


def test_imported_history_is_chained_like_any_other(
    owner: Connection[Any], database: Database
) -> None:
    import_history(owner, "old_jobs", [past(str(n)) for n in range(3)])
    with psycopg.connect(database.url_for("auditor")) as auditor, one_snapshot(auditor):
        assert list(chains(auditor, Scope())) == []
        assert events_in(auditor, Scope()) == 9


def count(connection: Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
    return row[0] if row else 0
