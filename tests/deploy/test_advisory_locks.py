"""deploy/advisory_locks.sql: no login can take an advisory lock, and the ledger works as before."""

from contextlib import closing

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from task_ledger.eventlog.append import request_cancel
from task_ledger.ops.migrate import upgrade
from task_ledger.projector.reconciler import try_lock
from tests.histories import completed, registered
from tests.servers import Database
from tests.task_ledger.local.children import REPOSITORY
from tests.task_ledger.projector.log import owner

SQL = (REPOSITORY / "deploy" / "advisory_locks.sql").read_bytes()
LOCKS = ("pg_advisory_lock(1)", "pg_try_advisory_lock(1, 2)", "pg_advisory_xact_lock_shared(1)")


def test_a_login_takes_no_lock_and_the_ledger_takes_its_own(database: Database) -> None:
    with closing(psycopg.connect(database.superuser_url, autocommit=True)) as superuser:
        superuser.execute(SQL)
        superuser.execute(SQL)
    for role in ("api", "worker", "projector", "auditor"):
        with closing(psycopg.connect(database.url_for(role), autocommit=True)) as connection:
            for lock in LOCKS:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"SELECT {lock}".encode())
    with closing(owner(database)) as writer:
        completed(writer, "p1")
        task_id = registered(writer, "p1")
        with psycopg.connect(database.url_for("projector")) as projector:
            assert try_lock(projector, task_id)
        with psycopg.connect(database.url_for("api")) as api:
            assert request_cancel(api, task_id, "ops").outcome == "accepted"
    upgrade(database.url)
