"""A ledger is lost and restored as docs/how-to/restore.md says, while orders come in.

`make drill TASKS=2000` runs the same with more orders.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.ops.migrate import upgrade
from tests.drill import backups
from tests.drill.system import HERE, TASKS, System
from tests.servers import quick_folder

pytestmark = pytest.mark.slow

DATABASE: Final = "shop"
BEFORE: Final = range(TASKS)
DURING: Final = range(TASKS, 2 * TASKS)
AFTER: Final = range(2 * TASKS, 2 * TASKS + 10)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for servers and backups, in memory where there is room."""
    with quick_folder(tmp_path) as folder:
        yield folder


@pytest.fixture
def valkey(folder: Path) -> Iterator[EmbeddedValkey]:
    """The broker."""
    with EmbeddedValkey(folder / "valkey") as server:
        yield server


@pytest.fixture
def old(folder: Path) -> Iterator[EmbeddedPostgres]:
    """The server that will be lost, with a migrated ledger and the orders' tables."""
    with EmbeddedPostgres(folder / "old") as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        upgrade(server.url_of(DATABASE))
        with psycopg.connect(server.url_of(DATABASE)) as connection:
            connection.execute((HERE / "schema.sql").read_bytes())
        yield server


def command(system: System, *arguments: str) -> str:
    """Run a command of the guide, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "task_ledger", *arguments],
        env=system.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"task-ledger {arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def heals(system: System, expected: set[object]) -> None:
    """Start everything, take ten more orders, and find nothing wrong.

    Args:
        expected: tasks that must have been restored.
    """
    command(system, "migrate")
    command(system, "repair", "feeds")
    system.start()
    goes_on(system, expected)
    assert "events are intact" in command(system, "verify")


def goes_on(system: System, expected: set[object]) -> None:
    """Take ten more orders, wait for the end of all, and find nothing wrong; then end everything.

    Args:
        expected: tasks that must be there.
    """
    try:
        after = system.take_orders(AFTER)
        assert len(after) == len(AFTER)
        system.wait_for_all()
        assert expected - system.orders() == set()
        assert system.violations() == {}
    finally:
        system.kill()


@pytest.mark.parametrize("broker", ["the same broker", "a new broker"])
def test_a_dump_made_under_load_heals_on_another_cluster(
    folder: Path, valkey: EmbeddedValkey, old: EmbeddedPostgres, broker: str
) -> None:
    system = System(old.url_of(DATABASE), valkey.url, folder / "before")
    system.start()
    told = system.take_orders(BEFORE)
    epoch = system.epoch()
    with system.taking_orders(DURING) as committed:
        system.until(lambda: len(system.orders()) > TASKS, "an order during the dump")
        backups.dump_roles(old, folder / "roles.sql")
        backups.dump(old.superuser_url(DATABASE), folder / "shop.dump")
        committed()
    system.kill()
    old.stop("immediate")
    backups.prepare_folder(folder / "old", folder / "new")
    with EmbeddedPostgres(folder / "new") as new, EmbeddedValkey(folder / "empty") as empty:
        backups.restore(new, folder / "roles.sql", DATABASE, folder / "shop.dump")
        address = valkey.url if broker == "the same broker" else empty.url
        restored = System(new.url_of(DATABASE), address, folder / "after")
        assert restored.epoch() != epoch
        heals(restored, set(told))


def test_a_base_backup_with_its_wal_loses_nothing_that_was_committed(
    folder: Path, valkey: EmbeddedValkey, old: EmbeddedPostgres
) -> None:
    system = System(old.url_of(DATABASE), valkey.url, folder / "before")
    system.start()
    epoch = system.epoch()
    with backups.archiving(old, folder / "wal"):
        told = system.take_orders(BEFORE)
        with system.taking_orders(DURING) as committed:
            system.until(lambda: len(system.orders()) > TASKS, "an order during the backup")
            backups.base_backup(old, folder / "base")
            told += committed()
        system.kill()
        old.stop("immediate")
    backups.recover(folder / "old", folder / "base", folder / "wal", folder / "new")
    with backups.Restored(folder / "new") as new:
        new.wait_for_recovery()
        recovered = System(new.url_of(DATABASE), valkey.url, folder / "after")
        assert recovered.epoch() != epoch
        heals(recovered, set(told))


def test_workers_and_routes_follow_a_failover_to_a_synchronous_replica(
    folder: Path, valkey: EmbeddedValkey, old: EmbeddedPostgres
) -> None:
    backups.replicate(old, folder / "old", folder / "replica")
    with backups.Restored(folder / "replica") as replica:
        backups.wait_for_synchronous_replica(old)
        url = backups.both(old.url_of(DATABASE), replica)
        system = System(url, valkey.url, folder / "system")
        system.start()
        told = system.take_orders(BEFORE)
        epoch = system.epoch()
        with system.taking_orders(DURING) as committed:
            system.until(lambda: len(system.orders()) > TASKS, "an order before the failover")
            old.stop("immediate")
            told += committed()
        backups.promote(replica)
        assert system.epoch() != epoch
        goes_on(system, set(told))


def test_a_move_by_logical_replication_under_load_loses_nothing(
    folder: Path, valkey: EmbeddedValkey, old: EmbeddedPostgres
) -> None:
    with psycopg.connect(old.superuser_url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET wal_level = 'logical'")
    old.stop()
    old.start()
    system = System(old.url_of(DATABASE), valkey.url, folder / "before")
    system.start()
    told = system.take_orders(BEFORE)
    epoch = system.epoch()
    backups.prepare_folder(folder / "old", folder / "new")
    with EmbeddedPostgres(folder / "new") as new:
        backups.prepare_subscriber(old, new, DATABASE, folder / "roles.sql")
        with system.taking_orders(DURING) as committed:
            system.until(lambda: len(system.orders()) > TASKS, "an order during the copy")
            backups.subscribe(old, new, DATABASE)
            told += committed()
        system.kill()
        backups.wait_and_unsubscribe(old, new, DATABASE)
        old.stop("immediate")
        moved = System(new.url_of(DATABASE), valkey.url, folder / "after")
        assert moved.epoch() != epoch
        heals(moved, set(told))


def test_what_is_missing_or_there_twice_is_counted(
    folder: Path, valkey: EmbeddedValkey, old: EmbeddedPostgres
) -> None:
    system = System(old.url_of(DATABASE), valkey.url, folder / "system")
    system.start()
    goes_on(system, set())
    with psycopg.connect(old.superuser_url(DATABASE)) as connection:
        first, second = sorted(system.orders())[:2]
        connection.execute("DELETE FROM drill.delivery WHERE task_id = %s", [first])
        connection.execute("INSERT INTO drill.delivery (task_id, number) VALUES (%s, 0)", [second])
        connection.execute("DELETE FROM drill.order_of WHERE task_id = %s", [first])
        connection.execute("UPDATE task_ledger.task_record SET status = 'FAILURE'")
    assert system.violations() == {
        "a task has no order": 1,
        "an order is not delivered exactly once": 1,
        "a record does not say SUCCESS": 9,
    }
