"""`task-ledger alive process`, the liveness probe of every process that serves no HTTP."""

import os
import signal
from collections.abc import Iterator
from typing import Final

import pytest

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.heartbeat import overdue
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.cli.command import Command

PROCESSES: Final = {
    "projector": (("task_ledger.projector",), {"fold", "relay"}),
    "notifier": (("task_ledger.notifier",), {"conditions", "follow", "send"}),
    "sealer": (("task_ledger.sealer",), {"seal"}),
    "worker": (
        (
            "celery",
            "-A",
            "tests.deploy.hanging",
            "worker",
            "-n",
            "probed@test",
            "-c",
            "1",
            "-l",
            "INFO",
        ),
        {"lease", "loop"},
    ),
    "beat": (("celery", "-A", "tests.deploy.hanging", "beat", "--max-interval", "1"), {"beat"}),
}
RESTS_S: Final = {"worker": 6.0}
"""Longer than a process rests between two heartbeats; two seconds for the others."""

UNREACHABLE: Final = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """One process of each kind, each with a folder for its heartbeats."""
    folder = tmp_path_factory.mktemp("probes")
    with open_stack(postgres, migrated_template, brokers.space(13), folder) as stack:
        environment = stack.environment
        environment["TASK_LEDGER_DATABASE_URL"] = stack.database.url
        environment["TASK_LEDGER_VAR_DIR"] = str(folder / "var")
        assert Command(environment, folder)("seal", "open", "example.com/probes").status == 0
        for name, (argv, _) in PROCESSES.items():
            stack.environment = environment | {"TASK_LEDGER_HEARTBEAT_DIR": str(folder / name)}
            stack.start(name, *argv)
        stack.environment = environment
        yield stack


def probe(stack: Stack, name: str, within: float) -> tuple[int, str]:
    """The probe's status, and what it says on failure."""
    command = Command(stack.environment, stack.folder)
    folder = str(stack.folder / name)
    ended = command("alive", "process", "--within", within, TASK_LEDGER_HEARTBEAT_DIR=folder)
    return ended.status, ended.err


def latest(stack: Stack, name: str) -> float:
    """By how many seconds the process's most overdue part is late."""
    return max(overdue(stack.folder / name).values(), default=0.0)


def heartbeats(stack: Stack, name: str) -> dict[str, float]:
    """When the next step of each part of the process is due."""
    return {file.name: file.stat().st_mtime for file in (stack.folder / name).iterdir()}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_that_hangs_fails_its_probe_until_it_goes_on(stack: Stack, name: str) -> None:
    parts = PROCESSES[name][1]
    stack.until(lambda: parts <= set(overdue(stack.folder / name)), f"heartbeats of the {name}")
    assert probe(stack, name, 30) == (0, "")
    process = stack.processes[name]
    rests_s = RESTS_S.get(name, 2.0)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        stack.until(lambda: latest(stack, name) > rests_s, f"the {name} to be overdue")
        status, error = probe(stack, name, rests_s)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    assert (status, "Overdue" in error) == (1, True)
    stack.until(lambda: latest(stack, name) < rests_s, f"the {name} to go on")


def test_a_worker_whose_loop_hangs_fails_its_probe_while_its_lease_is_renewed(
    stack: Stack,
) -> None:
    stack.until(lambda: latest(stack, "worker") < 6, "the worker to turn")
    log = stack.folder / "worker.log"
    stack.until(lambda: b" ready." in log.read_bytes(), "the worker")
    stack.sender.control.broadcast("hang", {"seconds": 15.0}, destination=["probed@test"])
    stack.until(lambda: latest(stack, "worker") > 11, "the loop to be overdue")
    status, error = probe(stack, "worker", 10)
    assert (status, "Overdue: loop for" in error) == (1, True)
    assert "lease" not in error


def test_an_outage_of_the_database_does_not_fail_the_probe(stack: Stack) -> None:
    environment = stack.environment
    stack.environment = environment | {
        "TASK_LEDGER_HEARTBEAT_DIR": str(stack.folder / "cut-off"),
        "TASK_LEDGER_PROJECTOR_DATABASE_URL": UNREACHABLE,
    }
    stack.start("cut-off", "task_ledger.projector")
    stack.environment = environment
    log = stack.folder / "cut-off.log"
    stack.until(lambda: b'"away"' in log.read_bytes(), "the outage to be noticed")
    first = heartbeats(stack, "cut-off")
    stack.until(
        lambda: all(at > first[part] for part, at in heartbeats(stack, "cut-off").items()),
        "another attempt of each part",
    )
    assert probe(stack, "cut-off", 10) == (0, "")


def test_a_new_process_forgets_the_heartbeats_of_an_earlier_one(stack: Stack) -> None:
    stack.stop("notifier")
    left = stack.folder / "notifier" / "left"
    left.touch()
    os.utime(left, (0, 0))
    assert probe(stack, "notifier", 10)[0] == 1
    folder = str(stack.folder / "notifier")
    environment = stack.environment
    stack.environment = environment | {"TASK_LEDGER_HEARTBEAT_DIR": folder}
    stack.start("notifier", "task_ledger.notifier")
    stack.environment = environment
    stack.until(lambda: not left.exists(), "the new notifier")
    stack.until(lambda: "send" in overdue(stack.folder / "notifier"), "its heartbeats")
    assert probe(stack, "notifier", 10) == (0, "")


def test_a_process_that_leaves_no_heartbeat_is_not_alive(stack: Stack) -> None:
    status, error = probe(stack, "nobody", 10)
    assert (status, "is the process running?" in error) == (1, True)
    command = Command(stack.environment, stack.folder)
    assert command("alive", "process").status == 2


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_ends_in_order_by_sigterm(stack: Stack, name: str) -> None:
    stack.until(lambda: PROCESSES[name][1] <= set(overdue(stack.folder / name)), f"the {name}")
    process = stack.processes.pop(name)
    process.terminate()
    # Shorter than each of the chart's terminationGracePeriodSeconds and the units' TimeoutStopSec.
    assert process.wait(15) == 0
