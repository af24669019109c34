"""`up` brings servers, schema and processes up in this order, and down in the other."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.servers import Database
from tests.task_ledger.local.children import REPOSITORY, gone, wait_until
from tests.task_ledger.local.shown import Run

RUN_UP = Path(__file__).with_name("run_up.py")


@contextmanager
def running(var: Path, **variables: str) -> Iterator[Run]:
    ours = {name: value for name, value in os.environ.items() if "TASK_LEDGER" not in name}
    process = subprocess.Popen(
        [sys.executable, str(RUN_UP)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **ours,
            "PYTHONPATH": str(REPOSITORY),
            "TASK_LEDGER_VAR_DIR": str(var),
            "TASK_LEDGER_PORT": str(free_port()),
            **variables,
        },
    )
    try:
        yield Run(process)
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(run: Run) -> list[psutil.Process]:
    return psutil.Process(run.process.pid).children(recursive=True)


def all_gone(processes: list[psutil.Process]) -> bool:
    return all(gone(each.pid) for each in processes)


def test_started_again_it_finds_its_data(tmp_path: Path) -> None:
    for start in (1, 2):
        with running(tmp_path / "var") as run:
            run.until(rf"counter .* start {start} broker True")
            names = {each.name() for each in children_of(run)}
            assert {"postgres", "valkey-server"} <= {name.split(":")[0] for name in names}
            before = children_of(run)
            run.process.send_signal(signal.SIGINT)
            assert run.rest() == 0
            assert all_gone(before)
    assert "shutting down" in (tmp_path / "var" / "log" / "postgres.log").read_text()


def test_killed_it_leaves_no_process_and_starts_again(tmp_path: Path) -> None:
    with running(tmp_path / "var") as run:
        run.until("start 1 broker True")
        before = children_of(run)
        run.process.kill()
        wait_until(lambda: all_gone(before), "processes and servers to end")
    with running(tmp_path / "var") as run:
        run.until("start 2 broker True")


def test_a_server_that_dies_is_started_again_with_its_data(tmp_path: Path) -> None:
    with running(tmp_path / "var") as run:
        first = int(run.until(r"counter started as process (\d+)")[1])
        run.until("start 1 broker True")
        for program, shown in (("postgres", "EmbeddedPostgres"), ("valkey", "EmbeddedValkey")):
            for each in psutil.Process(run.process.pid).children():
                with suppress(psutil.NoSuchProcess):
                    if each.name().startswith(program):
                        each.kill()
            run.until(f"{shown} died; restarting it")
        os.kill(first, signal.SIGKILL)
        run.until("start 2 broker True")


def test_given_servers_are_used_and_none_is_started(
    tmp_path: Path, empty_database: Database, broker_url: str
) -> None:
    given = {
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
    }
    with running(tmp_path / "var", **given) as run:
        run.until("start 1 broker True")
        names = {each.name() for each in children_of(run)}
        assert not {"postgres", "valkey-server"} & names
        run.process.terminate()
        assert run.rest() == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["log"]


def test_a_second_one_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "var") as first:
        first.until("start 1 broker True")
        with running(tmp_path / "var") as second:
            assert second.rest() == 3
            assert re.search(
                rf"AlreadyServed: Process {first.process.pid} already serves", second.errors()
            )
        assert first.process.poll() is None


def test_a_port_that_another_program_uses_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with running(tmp_path / "var", TASK_LEDGER_PORT=str(port)) as run:
            assert run.rest() == 3
            assert f"Another program listens on 127.0.0.1, port {port}." in run.errors()
    assert not (tmp_path / "var").exists()


def test_asked_to_stop_while_servers_start_it_stops_them(tmp_path: Path) -> None:
    with running(tmp_path / "var") as run:
        log = tmp_path / "var" / "log" / "postgres.log"
        wait_until(log.exists, "the server's log")
        before = children_of(run)
        run.process.send_signal(signal.SIGINT)
        assert run.rest() in (0, 130)
        wait_until(lambda: all_gone(before), "the servers to end")


def test_an_unreachable_database_ends_it_with_the_servers_stopped(tmp_path: Path) -> None:
    port = free_port()
    unreachable = f"postgresql://nobody:nothing@127.0.0.1:{port}/ledger"
    with running(tmp_path / "var", TASK_LEDGER_DATABASE_URL=unreachable) as run:
        assert run.rest() != 0
        assert "OperationalError" in run.errors()
    assert "bye bye" in (tmp_path / "var" / "log" / "valkey.log").read_text()
