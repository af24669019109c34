"""A migration does not make writers wait behind it for long."""

import psycopg
import pytest

from task_ledger.errors import MigrationBusy
from task_ledger.ops import migrate
from tests.servers import Database


def test_a_migration_behind_an_open_transaction_gives_up_and_changes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT_S", 0.2)
    with psycopg.connect(database.superuser_url) as holder:
        holder.execute("LOCK TABLE task_ledger.task_event IN ROW EXCLUSIVE MODE")
        with pytest.raises(MigrationBusy, match="nothing was changed"):
            migrate.upgrade(database.url)
        holder.rollback()
    migrate.upgrade(database.url)
