"""What the models found, as tests of the code."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from celery.exceptions import Ignore

from task_ledger import LedgerCelery, LedgerTask
from task_ledger.celery.run.attempt import Attempt
from task_ledger.eventlog.append import Append, append
from task_ledger.eventlog.message import LedgerHeader
from task_ledger.eventlog.read import read_events
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Completed, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.ops.migrate import upgrade
from task_ledger.ops.settings import with_role
from task_ledger.projector.reconciler import Reconciler
from tests.schema.calls import register
from tests.servers import Database
from tests.task_ledger.projector.log import drain, owner, projector, projector_connection, say
from tests.task_ledger.projector.log import register as register_task

STARTED = Started(worker="w", host="h", pid=1)


@pytest.fixture
def powered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server whose log reaches the disk when somebody waits for it, and long after otherwise."""
    settings = {"wal_writer_delay": "10s", "bgwriter_delay": "10s", "autovacuum": "off"}
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), settings=settings)
    with server:
        upgrade(server.url)
        yield server


def test_a_run_does_not_take_the_end_of_another_for_its_own(powered: EmbeddedPostgres) -> None:
    """A power cut loses a claim; the attempt begins again elsewhere and completes; then the first
    run, whose body used no session, says `completed` too."""
    worker_url = with_role(powered.url, "task_ledger_worker")
    app = LedgerCelery("under_test", broker="memory://", ledger_url=worker_url)
    task_id = new_task_id()
    with psycopg.connect(with_role(powered.url, "task_ledger_owner"), autocommit=True) as setup:
        register(setup, task_id)

    @app.task(task_type="cut_off")
    def cut_off(self: LedgerTask) -> str:
        powered.stop("immediate")
        powered.start()
        with psycopg.connect(worker_url, autocommit=True) as other:
            claim = new_claim()
            append(other, Append(task_id, claim, 1, "another", STARTED))
            append(other, Append(task_id, claim, 1, "another", Completed(result="another's")))
        return "mine"

    task: Any = cut_off
    task.push_request(id=str(task_id), root_id=None, hostname="w", delivery_info={}, retries=0)
    try:
        header = LedgerHeader(tracked=True, attempt=1, project_id="P-1")
        transaction = partial(app.body_transaction, tracked=True)
        with pytest.raises(Ignore):
            Attempt(app.connections, uuid4(), task, header, transaction).execute((), {})
    finally:
        task.pop_request()
        app.connections.discard()
    with psycopg.connect(with_role(powered.url, "task_ledger_owner"), autocommit=True) as reader:
        types = [str(event.type) for event in read_events(reader, task_id)]
    assert types == ["registered", "started", "completed", "noted"]


def test_an_attempt_without_a_lease_is_not_closed_because_the_database_was_away(
    database: Database,
) -> None:
    """It began 61 s ago; a reconciler that has just come back cannot know that its worker could
    have written a lease since."""
    with closing(owner(database)) as connection:
        task_id = register_task(connection)
        started = Started(worker="w", host="h", pid=1, boot=uuid4())
        say(connection, task_id, new_claim(), started)
        drain(projector(connection))
        connection.execute(
            "UPDATE task_ledger.task_record SET attempt_started_at = %s - interval '61 s'",
            (datetime.now(UTC),),
        )
    with closing(projector_connection(database)) as connection:
        assert Reconciler(connection).lost() == []
