"""A real PgBouncer in transaction mode before the run's PostgreSQL."""

import getpass
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from tests.examples.test_quickstart import free_port

PROGRAM = "pgbouncer"
"""Debian has it in /usr/sbin, which the PATH of a service may lack."""

WAIT_S = 20.0
SESSIONS = 2
"""Sessions of the server that all clients share: fewer than a test has clients."""


@contextmanager
def pgbouncer(
    server_url: str, passwords: Mapping[str, str], folder: Path, *, ignores_options: bool = False
) -> Iterator[str]:
    """Run one; yields where it listens, as `host:port`.

    Args:
        server_url: of any database of the server.
        passwords: of the logins that may come through, as the server knows them. Clients are let
            in without one.
        ignores_options: it drops the options of a connection instead of refusing the connection.
    """
    server = urlsplit(server_url)
    port = free_port()
    users = folder / "users.txt"
    users.write_text("".join(f'"{name}" "{word}"\n' for name, word in passwords.items()))
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        f"[databases]\n* = host={server.hostname} port={server.port}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {users}\npool_mode = transaction\n"
        f"default_pool_size = {SESSIONS}\nmax_client_conn = 100\nserver_round_robin = 1\n"
        + ("ignore_startup_parameters = options\n" if ignores_options else "")
    )
    # It refuses to run as root.
    as_user = ["-u", "nobody"] if getpass.getuser() == "root" else []
    environment = os.environ | {"PATH": f"{os.environ['PATH']}{os.pathsep}/usr/sbin"}
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, "-q", *as_user, str(configuration)], stdout=log, stderr=log, env=environment
        )
    try:
        at = f"127.0.0.1:{port}"
        login = next(iter(passwords))
        name = unquote(server.path.lstrip("/"))
        end = time.monotonic() + WAIT_S
        while not _answers(f"postgresql://{login}@{at}/{name}"):
            told = (folder / "pgbouncer.log").read_text(errors="replace")
            assert process.poll() is None, told
            assert time.monotonic() < end, told
            time.sleep(0.02)
        yield at
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
