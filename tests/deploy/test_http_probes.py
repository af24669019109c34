"""The probes of the processes that serve HTTP: a process that hangs fails them, a database that is
away or frozen does not."""

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from task_ledger import access
from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.forked import Forked
from tests.freezer import Freezer
from tests.servers import Database, fresh_database
from tests.task_ledger.cli.installation import free_port

PROBES: Final = {"api": "/healthz", "metrics": "/favicon.ico"}
"""The path of each process's liveness and readiness probes."""

PATIENCE_S: Final = 5.0
"""The `timeoutSeconds` of these probes in the chart."""

AWAY: Final = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


@dataclass(frozen=True)
class Served:
    """The two processes, and what is between them and their database.

    Attributes:
        addresses: of each process.
        token: of an administrator.
    """

    processes: dict[str, subprocess.Popen[Any]]
    addresses: dict[str, str]
    freezer: Freezer
    database: Database
    token: str

    def status(self, name: str, path: str, timeout_s: float = PATIENCE_S) -> int:
        """The status of a GET; 0 if there is no answer in time."""
        return ask(self.addresses[name] + path, self.token, timeout_s)

    def probe(self, name: str, timeout_s: float = PATIENCE_S) -> bool:
        """Whether the process passes its probe."""
        return self.status(name, PROBES[name], timeout_s) == 200


def ask(address: str, token: str, timeout_s: float, method: str = "GET") -> int:
    """The status of a request; 0 if there is no answer in time."""
    headers = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(address, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def serving(environment: dict[str, str], folder: Path) -> Generator[tuple[Any, dict[str, str]]]:
    """Both processes."""
    ports = {name: free_port() for name in PROBES}
    processes: dict[str, subprocess.Popen[Any]] = {}
    try:
        for name, port in ports.items():
            with (folder / f"{name}.log").open("wb") as log:
                processes[name] = Forked(
                    "task_ledger", name, "--port", str(port),
                    env=environment, cwd=folder, stdout=log, stderr=log,
                )  # fmt: skip
        yield processes, {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def until(condition: Any, what: str, timeout_s: float = 60.0) -> None:
    """Wait for a condition, by asking for it."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def served(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The api and the metrics process, whose database can be frozen."""
    folder = tmp_path_factory.mktemp("http")
    with fresh_database(postgres, migrated_template) as database, Freezer(database.url) as freezer:
        with psycopg.connect(database.url, autocommit=True) as owner:
            owner.execute("SET ROLE task_ledger_owner")
            token = access.create(owner, "jane", "admin")
        environment = os.environ | {
            "TASK_LEDGER_API_DATABASE_URL": freezer.behind(database.url_for("api")),
            "TASK_LEDGER_BROKER_URL": brokers.space(13).url,
            "TASK_LEDGER_PLUGINS": "tests.deploy.blocking:plugin",
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
        }
        with serving(environment, folder) as (processes, addresses):
            found = Served(processes, addresses, freezer, database, token)
            for name in PROBES:
                until(lambda name=name: found.probe(name, 1), f"the {name}")
            yield found


@pytest.mark.parametrize("name", PROBES)
def test_a_stopped_process_fails_its_probe_until_it_goes_on(served: Served, name: str) -> None:
    assert served.probe(name)
    process = served.processes[name]
    os.kill(process.pid, signal.SIGSTOP)
    try:
        assert not served.probe(name, 1)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    until(lambda: served.probe(name), f"the {name} to go on")


def test_an_api_whose_event_loop_is_blocked_fails_its_probe(served: Served) -> None:
    address = served.addresses["api"] + "/block?seconds=3"
    blocked = threading.Thread(target=ask, args=(address, served.token, 30, "POST"))
    blocked.start()
    try:
        until(lambda: not served.probe("api", 1), "the blocked loop", 5)
    finally:
        blocked.join()
    assert served.probe("api")


def test_a_locked_database_takes_every_connection_and_fails_only_readiness(
    served: Served,
) -> None:
    with (
        psycopg.connect(served.database.superuser_url) as holder,
        ThreadPoolExecutor(60) as threads,
    ):
        holder.execute("LOCK TABLE task_ledger.task_record IN ACCESS EXCLUSIVE MODE")
        path = "/api/v1/tasks/project/p"
        waiting = [threads.submit(served.status, "api", path, 60) for _ in range(60)]
        try:
            until(lambda: served.status("api", "/readyz", 30) == 503, "the api to be not ready")
            assert served.probe("api")
        finally:
            holder.rollback()
        # The project has no tasks.
        assert {each.result() for each in waiting} <= {404, 503}
    until(lambda: served.status("api", "/readyz", 30) == 200, "the api to be ready")


def test_a_frozen_database_fails_readiness_and_kills_nothing(served: Served) -> None:
    with ThreadPoolExecutor(30) as threads:
        served.freezer.freeze()
        try:
            waiting = [threads.submit(served.status, "metrics", "/metrics", 90) for _ in range(30)]
            assert served.status("api", "/readyz", 30) == 503
            assert {name: served.probe(name) for name in PROBES} == dict.fromkeys(PROBES, True)
        finally:
            served.freezer.thaw()
        assert {each.result() for each in waiting} == {200}
    until(lambda: served.status("api", "/readyz", 30) == 200, "the api to be ready")
    assert {process.poll() for process in served.processes.values()} == {None}


def test_processes_that_start_without_a_database_are_alive(tmp_path: Path) -> None:
    environment = os.environ | {
        "TASK_LEDGER_API_DATABASE_URL": AWAY,
        "TASK_LEDGER_BROKER_URL": "redis://127.0.0.1:1/0",
        "TASK_LEDGER_VAR_DIR": str(tmp_path / "var"),
    }
    with serving(environment, tmp_path) as (processes, addresses):
        for name, path in PROBES.items():
            until(
                lambda name=name, path=path: ask(addresses[name] + path, "", 5) == 200,
                f"the {name}",
            )
        assert ask(f"{addresses['api']}/readyz", "", 30) == 503
        assert ask(f"{addresses['metrics']}/metrics", "", 30) == 200
        assert {process.poll() for process in processes.values()} == {None}
