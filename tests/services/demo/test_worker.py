"""`task-ledger worker` becomes the takeoff's Celery worker."""

import signal

import pytest

from tests.task_ledger.cli.command import Command


def test_the_worker_takes_celerys_own_options(command: Command) -> None:
    process = command.start("worker", "--concurrency", 1, "--hostname", "drawings@here")
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if "drawings@here ready" in line:
                break
        else:
            pytest.fail("the worker never was ready")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.parametrize("name", ["worker", "demo"])
def test_what_is_missing_is_said_before_anything_starts(lost: Command, name: str) -> None:
    ended = lost(name)
    assert ended.status == 2
    assert "task-ledger up" in ended.err
