"""The suite's own servers: every test has a database and a broker to itself."""

import json
import os
import signal
import socket
import subprocess
import sys

import psutil
import psycopg
import pytest
import redis

from task_ledger.local.embedded import EmbeddedPostgres
from tests.servers import POSTGRES, Database, fresh_database
from tests.task_ledger.local.children import gone, wait_until

HAS_STARTED = """
import signal
import time
# A shell has jobs in its background ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
from tests.forked import Forked
starts = "import subprocess; subprocess.run(['sleep', '600'])"
print(Forked("timeit", "-n1", "-r1", starts, start_new_session=True).pid, flush=True)
time.sleep(600)
"""


def test_two_databases_do_not_share_rows(postgres: EmbeddedPostgres) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as two:
        with psycopg.connect(one.url) as connection:
            connection.execute("CREATE TABLE thing (id int)")
        with psycopg.connect(two.url) as connection:
            found = connection.execute("SELECT to_regclass('thing')").fetchone()
    assert found == (None,)


def test_the_server_is_of_the_version_that_was_asked_for(empty_database: Database) -> None:
    with psycopg.connect(empty_database.url) as connection:
        assert connection.info.server_version // 10_000 == int(POSTGRES)


def test_a_database_is_dropped_although_somebody_is_connected(postgres: EmbeddedPostgres) -> None:
    with fresh_database(postgres) as database:
        left_open = psycopg.connect(database.url)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()


def test_the_login_is_no_superuser_and_the_superuser_is(empty_database: Database) -> None:
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    with psycopg.connect(empty_database.url) as connection:
        assert connection.execute(query).fetchone() == (False,)
    with psycopg.connect(empty_database.superuser_url) as connection:
        assert connection.execute(query).fetchone() == (True,)


def test_a_broker_is_empty_and_asks_for_a_password(broker_url: str) -> None:
    with redis.Redis.from_url(broker_url) as client:
        assert client.dbsize() == 0
    without_password = "redis://" + broker_url.partition("@")[2]
    with (
        redis.Redis.from_url(without_password) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_an_interrupted_run_leaves_no_process_behind() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", HAS_STARTED],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    with run:
        assert run.stdout is not None
        started = psutil.Process(int(run.stdout.readline()))
        wait_until(lambda: bool(started.children()), "a process that the started one has started")
        left = [started.pid, *(child.pid for child in started.children())]
        # As Ctrl-C in a terminal does it.
        os.killpg(run.pid, signal.SIGINT)
    wait_until(lambda: all(gone(pid) for pid in left), "the end of all")


def test_a_client_that_goes_as_it_starts_a_process_leaves_none_behind() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    report = os.pipe()
    command = [sys.executable, "-m", "tests.fork_server", str(theirs.fileno())]
    request = {
        "arguments": ["timeit", "-n1", "-r1", "import time; time.sleep(600)"],
        "name": "timeit", "folder": os.getcwd(), "environment": dict(os.environ),
        "own_session": True,
    }  # fmt: skip
    with (
        subprocess.Popen(command, pass_fds=[theirs.fileno()]) as server,
        open(os.devnull, "r+b") as nowhere,
        ours,
    ):
        theirs.close()
        sent = [json.dumps(request).encode()]
        socket.send_fds(ours, sent, [report[1], *[nowhere.fileno()] * 3])
        started = int(ours.recv(64, socket.MSG_PEEK))
        ours.close()
        assert server.wait(60) == 0
    os.close(report[0])
    os.close(report[1])
    wait_until(lambda: gone(started), "its end")
