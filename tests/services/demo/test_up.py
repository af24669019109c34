"""`task-ledger up` with the takeoff: workers, and a sample drawing that all tasks have run on."""

import signal

import pytest

from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.installation import children, free_port, running, second_terminal
from tests.task_ledger.local.children import gone, wait_until


@pytest.fixture
def installation(lost: Command) -> Command:
    """A folder of its own with nothing in it, and a free port."""
    lost.environment["TASK_LEDGER_PORT"] = str(free_port())
    return lost


def test_from_nothing_to_a_moving_task_and_back(installation: Command) -> None:
    with running(installation) as run:
        run.until("sign-in")
        status = run.until(r"The sample drawing's task is (\w+) in project demo")[1]
        assert status in ("STARTED", "PROGRESS", "SUCCESS")

        second = second_terminal(installation)
        wait_until(lambda: "SUCCESS" in second("tasks", "demo").out, "a task to succeed", 60)
        tasks = second("tasks", "demo", "--json").json()["tasks"]
        assert second("show", tasks[0]["task_id"]).status == 0
        assert second("verify").status == 0
        assert " worker " in second("--help").out
        checks = {c["name"]: c for c in second("doctor", "--json").json()["checks"]}
        assert [c for c in checks.values() if c["level"] == "fail"] == []
        assert checks["migrations takeoff"]["level"] == "ok"

        run.until("All 8 kinds of task have run in project demo", wait_s=240)
        before = children(run)
        run.process.send_signal(signal.SIGINT)
        assert run.rest() == 0
        assert all(gone(each.pid) for each in before)
    assert second("tasks", "demo").status == 2

    with running(installation) as run:
        run.until("projector")
        run.until("sign-in")
        assert not any("sample drawing" in line for line in run.lines)
        again = second("tasks", "demo", "--json").json()["tasks"]
        documents = [task for task in again if task["task_type"] == tasks[-1]["task_type"]]
        assert len(documents) == 1
