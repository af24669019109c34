"""Conditions of settings, files, sessions, the broker and the sealer."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import time_machine

from task_ledger.cli import doctor
from task_ledger.cli.checks import database_server, disk
from task_ledger.sealer.state import create_state
from tests.histories import completed
from tests.task_ledger.cli.conditions.system import System
from tests.task_ledger.local.children import wait_until

NOWHERE = "postgresql://a:b@127.0.0.1:1/x"
_SECONDS = 30


def libraries_wrong(system: System) -> None:
    """An older version of a library is found first."""
    import sys

    folder = system.folder / "site"
    (folder / "celery-4.0.dist-info").mkdir(parents=True, exist_ok=True)
    (folder / "celery-4.0.dist-info" / "METADATA").write_text("Name: celery\nVersion: 4.0\n")
    system.undo.enter_context(patch.object(sys, "path", [str(folder), *sys.path]))


def disk_nearly_full(system: System) -> None:
    """No disk is filled: what is free counts as too little."""
    system.undo.enter_context(patch.object(disk, "WARN_FREE", 1.01))


def server_old(system: System) -> None:
    """No such server is started: this one counts as too old."""
    system.undo.enter_context(patch.object(database_server, "OLDEST", 990000))


def clocks_apart(system: System) -> None:
    """This machine's clock is ten seconds ahead."""
    later = datetime.now(UTC) + timedelta(seconds=10)
    system.undo.enter_context(time_machine.travel(later))


def secrets_readable(system: System) -> None:
    """Others can read the machine's token."""
    token = system.folder / "token"
    system.undo.callback(token.unlink)
    token.write_text("tl_secret")
    token.chmod(0o644)


def folders_readable(system: System) -> None:
    """Others can list the logs."""
    folder = system.folder / "log"
    system.undo.callback(folder.rmdir)
    folder.mkdir()
    folder.chmod(0o755)


def not_durable(system: System) -> None:
    """The server does not write whole pages."""
    system.undo.callback(_configured, system, "full_page_writes", "on")
    _configured(system, "full_page_writes", "off")


def _configured(system: System, name: str, value: str) -> None:
    system.execute(f"ALTER SYSTEM SET {name} = {value}", "SELECT pg_reload_conf()")

    def is_set() -> bool:
        row = system.superuser.execute("SELECT current_setting(%s)", [name]).fetchone()
        return row == (value,)

    wait_until(is_set, f"{name} = {value}", _SECONDS)


def transaction_old(system: System) -> None:
    """A worker forgot to commit; the time counts from the first second."""
    _any_transaction_is_old(system)
    system.undo.enter_context(_transaction(system, "worker"))


def prepared_transaction_old(system: System) -> None:
    """A prepared transaction is forgotten."""
    _any_transaction_is_old(system)
    connection = psycopg.connect(system.url_of("worker"))
    transaction = connection.xid(1, "forgotten", "")
    connection.tpc_begin(transaction)
    connection.execute("SELECT pg_current_xact_id()")
    connection.tpc_prepare()
    connection.close()
    system.undo.callback(system.execute, f"ROLLBACK PREPARED '{transaction}'")


def _any_transaction_is_old(system: System) -> None:
    system.undo.enter_context(patch.object(database_server, "TRANSACTION_WARN_S", 0.0))


@contextmanager
def _transaction(system: System, service: str) -> Iterator[None]:
    with psycopg.connect(system.url_of(service)) as connection:
        connection.execute("SELECT 1")
        yield


def connections_nearly_used(system: System) -> None:
    """A login has nearly all of the connections that it may open."""
    login = "task_ledger_worker_login"
    system.undo.callback(system.execute, f"ALTER ROLE {login} CONNECTION LIMIT 40")
    system.execute(f"ALTER ROLE {login} CONNECTION LIMIT 10")
    for _ in range(8):
        system.undo.enter_context(psycopg.connect(system.url_of("worker"), autocommit=True))


def projection_behind(system: System) -> None:
    """No projector has read a task's events for two minutes."""
    system.undo.callback(system.fold)
    task_id = completed(system.superuser, "riverside")
    system.superuser.execute(
        "UPDATE task_ledger.task_event SET recorded_at = now() - interval '2 min'"
        " WHERE task_id = %s",
        [task_id],
    )


def database_locked(system: System) -> None:
    """Somebody rewrites a table, or forgot to commit a change of it."""
    system.undo.enter_context(patch.object(doctor, "LOCK_MS", 200))
    url = system.server.superuser_url(system.server.login)
    connection = system.undo.enter_context(psycopg.connect(url))
    connection.execute("LOCK TABLE task_ledger.outbox IN ACCESS EXCLUSIVE MODE")


def retirement_behind(system: System) -> None:
    """A month is older than is to be kept."""
    system.set(keep_months="1")
    system.undo.callback(system.execute, "DELETE FROM task_ledger.bucket WHERE bucket = 202001")
    system.execute("INSERT INTO task_ledger.bucket (bucket) VALUES (202001)")


def broker_read_only(system: System) -> None:
    """The broker is a replica of a server that is gone."""
    system.undo.callback(system.broker.execute_command, "REPLICAOF NO ONE")
    system.broker.execute_command("REPLICAOF 127.0.0.1 1")


def broker_cannot_save(system: System) -> None:
    """The broker's snapshot cannot be written, because a folder has its name."""
    folder = Path(str(system.broker.config_get("dir")["dir"])) / "dump.rdb"
    system.broker.execute_command("SAVE")
    folder.unlink()
    folder.mkdir()
    (folder / "in the way").touch()

    def saved(state: str) -> None:
        def is_so() -> bool:
            found: dict[str, Any] = system.broker.info("persistence")
            return not found["rdb_bgsave_in_progress"] and found["rdb_last_bgsave_status"] == state

        system.broker.execute_command("BGSAVE SCHEDULE")
        wait_until(is_so, f"a snapshot that is {state}", _SECONDS)

    def undo() -> None:
        (folder / "in the way").unlink()
        folder.rmdir()
        saved("ok")

    system.undo.callback(undo)
    saved("err")


def _broker_setting(name: str, value: str, usual: str) -> Callable[[System], None]:
    def begin(system: System) -> None:
        system.undo.callback(system.broker.config_set, name, usual)
        system.broker.config_set(name, value)

    return begin


def _setting(**variables: str) -> Callable[[System], None]:
    return lambda system: system.set(**variables)


def _sealed(**columns: int | None) -> Callable[[System], None]:
    """A log that was opened, with values in its head."""

    def begin(system: System) -> None:
        state = open_log(system)
        with sqlite3.connect(state) as connection:
            for name, value in columns.items():
                connection.execute(f"UPDATE head SET {name} = ?", [value])

    return begin


def open_log(system: System) -> Path:
    """Open a log of the sealer; returns its state."""
    folder = system.folder / "seal"
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / "seal.sqlite"
    create_state(state, "example.com/ledger", int(time.time()))
    system.undo.callback(state.unlink)
    return state


def seal_refused(system: System) -> None:
    """The sealer has an alarm."""
    with sqlite3.connect(open_log(system)) as connection:
        connection.execute(
            "INSERT INTO alarm (project_id, reason, first_at, last_at)"
            " VALUES ('riverside', 'its timeline ends at 2, and 4 events are sealed', 1, 1)"
        )


def seal_state_unreadable(system: System) -> None:
    """The sealer's state was overwritten."""
    open_log(system).write_text("no state")


OUTSIDE: tuple[tuple[str, Callable[[System], None], str], ...] = (
    ("libraries_wrong", libraries_wrong, "celery 4.0 is not "),
    ("settings_invalid", _setting(port="many"), "PORT"),
    ("plugins_invalid", _setting(plugins="nowhere:plugin"), "nowhere"),
    ("database_unreachable", _setting(auditor_database_url=NOWHERE), "cannot be reached"),
    ("database_locked", database_locked, "lock timeout"),
    ("secrets_readable", secrets_readable, "others may read "),
    ("folders_readable", folders_readable, "others may read "),
    ("disk_nearly_full", disk_nearly_full, "are free"),
    ("seal_state_unreadable", seal_state_unreadable, "seal.sqlite"),
    ("seal_refused", seal_refused, "project 'riverside': its timeline ends at 2"),
    ("seal_unpublished", _sealed(published_at=None), "nothing is published yet"),
    ("seal_old", _sealed(published_at=int(time.time()) - 4000), " s ago"),
    ("broker_unset", _setting(broker_url=""), "TASK_LEDGER_BROKER_URL is not set"),
    ("broker_unreachable", _setting(broker_url="redis://127.0.0.1:1/0"), "cannot be reached"),
    ("broker_read_only", broker_read_only, "is a replica of 127.0.0.1"),
    ("broker_evicts", _broker_setting("maxmemory-policy", "allkeys-lru", "noeviction"), "lru"),
    ("broker_forgets", _broker_setting("appendonly", "no", "yes"), "appendonly is no"),
    ("broker_cannot_save", broker_cannot_save, "saving a snapshot failed"),
    ("broker_nearly_full", _broker_setting("maxmemory", "1000000", "0"), " of 1.0 MiB are used"),
    ("server_old", server_old, "."),
    ("not_durable", not_durable, "full_page_writes"),
    ("clocks_apart", clocks_apart, " s apart"),
    ("transaction_old", transaction_old, "task_ledger_worker_login (pid "),
    ("transaction_old", prepared_transaction_old, "prepared transaction "),
    ("replica_unreachable", _setting(api_replica_url=NOWHERE), "cannot be reached"),
    ("migrations_unreadable", _setting(database_url=""), "TASK_LEDGER_DATABASE_URL is not set"),
    ("login_refused", _setting(worker_database_url=NOWHERE), "cannot be reached"),
    ("connections_nearly_used", connections_nearly_used, "task_ledger_worker_login has "),
    ("projection_behind", projection_behind, "4 events behind, the oldest for 12"),
    ("retirement_behind", retirement_behind, "2020-01 still there; 1 months are to be kept"),
)
"""Code, how it is brought about, and a part of what doctor finds."""


def another_login(service: str) -> Callable[[System], None]:
    """The worker connects with another's login."""

    def begin(system: System) -> None:
        addresses = {"superuser": system.server.superuser_url(system.server.login)}
        addresses["owner"] = system.server.url
        system.set(worker_database_url=addresses.get(service) or system.url_of(service))

    return begin


def replica_is_none(system: System) -> None:
    """The replica's address is that of the primary."""
    system.set(api_replica_url=system.url_of("api"))


OF_THIS_SYSTEM: tuple[tuple[str, Callable[[System], None], str], ...] = (
    ("login_superuser", another_login("superuser"), "postgres as postgres; a superuser"),
    ("login_owner", another_login("owner"), "it may become the owner of the log"),
    ("logins_shared", another_login("api"), "api, worker share task_ledger_api_login"),
    ("replica_is_none", replica_is_none, "it is a primary"),
)
