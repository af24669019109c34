"""A fault is counted by its effect; clocks and disks of a run are its own."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chaos.disk import small_disk
from tests.chaos.effects import NoTarget, await_effect, said_since
from tests.chaos.own_clocks import own_clocks
from tests.chaos.shortages import fill

TELL = """
import os, sys, time
from datetime import UTC, datetime
for line in sys.stdin:
    told = os.fork() if line == "fork\\n" else 0
    if told:
        os.waitpid(told, 0)
        continue
    print(time.time(), datetime.now(UTC).timestamp(), time.monotonic(), flush=True)
    if line == "fork\\n":
        os._exit(0)
"""


def test_a_fault_whose_effect_is_not_seen_is_tried_again() -> None:
    with pytest.raises(NoTarget):
        await_effect(lambda: False, 0)
    await_effect(lambda: True, 0)


def test_only_what_a_log_says_since_the_fault_counts(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("too many connections\n")
    place = log.stat().st_size
    assert said_since(log, place, "too many") == 0
    with log.open("a") as file:
        file.write("too many connections\ntoo many connections\n")
    assert said_since(log, place, "too many") == 2


def test_a_process_and_what_it_forks_follow_a_clock_that_is_set_while_they_run(
    tmp_path: Path,
) -> None:
    clocks = own_clocks(tmp_path)
    assert clocks is not None, "there is no gcc"
    with subprocess.Popen(
        [sys.executable, "-c", TELL],
        env=os.environ | clocks.environment("a"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for offset_s, how in [(0, "here"), (600, "here"), (600, "fork"), (-90, "fork")]:
            clocks.set("a", offset_s)
            print(how, file=process.stdin, flush=True)
            told, today, monotonic = map(float, process.stdout.readline().split())
            assert told - time.time() == pytest.approx(offset_s, abs=5)
            assert today == pytest.approx(told, abs=5)
            assert monotonic == pytest.approx(time.monotonic(), abs=5)
        process.stdin.close()


def test_a_disk_of_a_runs_own_is_filled_and_empty_afterwards(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        if disk is None:
            # Nothing is mounted, and a run leaves the fault out.
            assert not os.path.ismount(tmp_path / "disk")
            return
        fill(disk / "ballast")
        with pytest.raises(OSError, match="No space left") as refused:
            (disk / "more").write_bytes(bytes(100_000))
        assert refused.value.errno == errno.ENOSPC
    assert list((tmp_path / "disk").iterdir()) == []
