"""The watching process ends what it was told to, whenever and however the supervisor dies."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from task_ledger.local import watchdog
from tests.task_ledger.local.children import WAIT_S

WATCH = Path(watchdog.__file__).with_name("watch.py")
NOBODY = 0  # no process has this parent


def message(pid: int, *signals: int, stage: int = 0) -> bytes:
    steps = [[number, 0.3] for number in signals]
    told = {"watch": pid, "group": True, "stage": stage, "steps": steps}
    return json.dumps(told).encode() + b"\n"


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that does nothing, in a group of its own."""
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def watch(supervisor: int, told: bytes) -> None:
    """Run the watching process to its end, everything it is told lying there beforehand."""
    reading, writing = os.pipe()
    os.write(writing, told)
    with open(reading, "rb") as stdin, open(writing, "wb"):
        command = [sys.executable, "-I", "-S", str(WATCH), str(supervisor)]
        subprocess.run(command, stdin=stdin, check=True, timeout=WAIT_S)


def test_a_supervisor_that_died_before_it_was_heard_is_heard(
    sleeper: "subprocess.Popen[bytes]",
) -> None:
    watch(NOBODY, message(sleeper.pid, signal.SIGTERM))
    assert sleeper.wait(WAIT_S) == -signal.SIGTERM


def test_what_was_forgotten_is_left_alone(sleeper: "subprocess.Popen[bytes]") -> None:
    forget = json.dumps({"forget": sleeper.pid}).encode() + b"\n"
    watch(NOBODY, message(sleeper.pid, signal.SIGKILL) + forget)
    assert sleeper.poll() is None


def test_an_orderly_end_ends_what_is_still_watched(sleeper: "subprocess.Popen[bytes]") -> None:
    dog = watchdog.Watchdog()
    dog.watch(sleeper.pid, [watchdog.Step(signal.SIGTERM, 5)], group=True)
    dog.close()
    assert sleeper.wait(WAIT_S) == -signal.SIGTERM
    with pytest.raises(RuntimeError, match="has been closed"):
        dog.watch(1, [], group=False)
