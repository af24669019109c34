"""Enqueueing does not wait for a result backend: it needs PostgreSQL and nothing else."""

import psycopg
import pytest

from task_ledger import LedgerCelery, enqueue
from tests.servers import Database

UNREACHABLE = "redis://127.0.0.1:1/0"


@pytest.mark.parametrize("backend", [UNREACHABLE, "rpc://"])
def test_a_result_backend_is_not_asked_to_wait_for_what_is_enqueued(
    database: Database, backend: str
) -> None:
    app = LedgerCelery("sender", broker="memory://", backend=backend, set_as_current=False)
    app.conf.result_backend_transport_options = {"retry_policy": {"max_retries": 0}}

    @app.task(name="task", task_type="t")
    def task(self: object) -> None:
        """Runs elsewhere."""

    with psycopg.connect(database.url_for("api")) as connection:
        enqueue(connection, task.s(), project_id="p", actor="a")
        connection.commit()
        row = connection.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
    assert row == (1,)
