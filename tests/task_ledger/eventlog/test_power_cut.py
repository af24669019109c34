"""What a database that loses its power still knows of an attempt."""

from collections.abc import Iterator

import psycopg
import pytest

from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.connections import Connections
from task_ledger.eventlog.read import read_events
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Completed, EventData, Failed, Progress, Retrying, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.model.transitions import FailureReason, RetryReason
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import with_role
from tests.schema.calls import register

STARTED = Started(worker="w1", host="h1", pid=7)
READING = Progress(percent=50, step="read")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server whose log reaches the disk when somebody waits for it, and long after otherwise."""
    settings = {"wal_writer_delay": "10s", "bgwriter_delay": "10s", "autovacuum": "off"}
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), settings=settings)
    with server:
        upgrade(server.url)
        yield server


@pytest.mark.slow
@pytest.mark.parametrize(
    "end",
    [
        Completed(result=1),
        Failed(reason=FailureReason.ERROR),
        Retrying(reason=RetryReason.ERROR, countdown_s=0),
    ],
    ids=lambda end: str(end.type),
)
def test_an_end_that_was_answered_is_there_with_all_that_was_said_before_it(
    postgres: EmbeddedPostgres, end: EventData
) -> None:
    task_id, claim = new_task_id(), new_claim()
    with psycopg.connect(with_role(postgres.url, "task_ledger_owner"), autocommit=True) as owner:
        register(owner, task_id)
    worker = Connections(with_role(postgres.url, "task_ledger_worker"))
    due_at = None
    if isinstance(end, Retrying):
        row = worker.ledger().execute("SELECT now()").fetchone()
        due_at = row[0] if row else None
    worker.appender().append(Append(task_id, claim, 1, "w1", STARTED))
    worker.progress_appender().append(Append(task_id, claim, 1, "w1", READING))
    worker.appender().append(Append(task_id, claim, 1, "w1", end, due_at=due_at))
    postgres.stop("immediate")
    postgres.start()
    with psycopg.connect(with_role(postgres.url, "task_ledger_owner"), autocommit=True) as owner:
        types = [str(event.type) for event in read_events(owner, task_id)]
    assert types == ["registered", "started", "progress", str(end.type)]


def test_a_claim_waits_for_no_disk_and_a_stricter_setting_stays(
    postgres: EmbeddedPostgres,
) -> None:
    task_id, claim = new_task_id(), new_claim()
    with psycopg.connect(with_role(postgres.url, "task_ledger_owner"), autocommit=True) as owner:
        register(owner, task_id)
    worker = Connections(with_role(postgres.url, "task_ledger_worker")).ledger()

    def waits(data: EventData) -> str:
        with worker.transaction():
            append(worker, Append(task_id, claim, 1, "w1", data))
            row = worker.execute("SHOW synchronous_commit").fetchone()
        assert row is not None
        return row[0]

    assert waits(STARTED) == "off"
    assert waits(READING) == "off"
    worker.execute("SET synchronous_commit = remote_apply")
    assert waits(Completed(result=1)) == "remote_apply"
