"""The system of a run tells the ends that it caused from those that it did not."""

import os
import signal
from pathlib import Path

from tests.chaos.check import ended_by_themselves
from tests.chaos.system import System
from tests.task_ledger.local.children import wait_until


def test_only_a_process_that_nobody_killed_has_ended_by_itself(tmp_path: Path) -> None:
    with System(tmp_path).running() as system:
        killed = system.kill("relay", group=True, down_s=0.0)
        fallen = system.parts["projector"].process
        assert fallen is not None
        os.kill(fallen.pid, signal.SIGKILL)

        wait_until(lambda: _restarted(system, "relay", killed), "the relay runs again")
        wait_until(lambda: _restarted(system, "projector", fallen.pid), "the projector runs again")

        assert system.exits() == {"projector": [-signal.SIGKILL]}
        assert [str(found) for found in ended_by_themselves(system.exits())] == [
            "exit: projector ended by itself, with [-9]"
        ]


def _restarted(system: System, name: str, before: int) -> bool:
    process = system.parts[name].process
    return process is not None and process.pid != before and process.poll() is None
