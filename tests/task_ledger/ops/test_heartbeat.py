"""A part that waits for long leaves heartbeats meanwhile."""

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from task_ledger.ops import heartbeat
from task_ledger.ops.heartbeat import Heartbeats, overdue
from tests.task_ledger.local.children import wait_until


def test_a_clock_that_is_set_forward_makes_a_waiting_part_overdue_only_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "REST_S", 0.1)
    stop = Event()
    thread = Thread(target=Heartbeats(tmp_path).wait, args=("months", stop, 3600.0), daemon=True)
    thread.start()
    file = tmp_path / "months"
    wait_until(file.exists, "the first heartbeat", 10)
    os.utime(file, (0, 0))
    wait_until(lambda: overdue(tmp_path)["months"] < 60, "another heartbeat", 10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_wait_takes_as_long_as_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "REST_S", 0.1)
    waited: list[float] = []

    class Stop(Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0.0)
            return super().wait(timeout)

    Heartbeats(tmp_path).wait("fold", Stop(), 0.25)
    assert len(waited) >= 2
    assert max(waited) <= 0.1
