"""The supervisor keeps processes running, ends them in order, and leaves none behind."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.task_ledger.local.children import REPOSITORY, gone, wait_until
from tests.task_ledger.local.shown import Run

SUPERVISE = Path(__file__).with_name("supervise.py")
SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
PARENT = (
    "import subprocess, sys, time\n"
    f"child = subprocess.Popen([sys.executable, '-S', '-c', {DEAF!r}])\n"
    "print('child', child.pid, flush=True)\n"
    "time.sleep(600)"
)


def says_when_it_ends(pause_s: float = 0.0) -> str:
    return (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    print('ending', time.monotonic_ns(), flush=True)\n"
        f"    time.sleep({pause_s})\n"
        "    print('ended', time.monotonic_ns(), flush=True)\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)"
    )


def moment(log_dir: Path, name: str, what: str = "ending") -> int:
    """When the process ``name`` was asked to end, or ``ended``, on the machine's clock in ns."""
    found = re.search(rf"^{what} (\d+)$", (log_dir / f"{name}.log").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


@contextmanager
def supervised(log_dir: Path, *processes: dict[str, Any], **more: Any) -> Iterator[Run]:
    spec = {"log_dir": str(log_dir), "processes": processes, **more}
    process = subprocess.Popen(
        [sys.executable, str(SUPERVISE), json.dumps(spec)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    try:
        yield Run(process)
    finally:
        process.kill()
        process.communicate()


def test_lines_are_shown_with_the_name_of_their_process_and_kept_in_its_log(tmp_path: Path) -> None:
    code = f"import sys; print('line one'); print('oops', file=sys.stderr); {SLEEPER}"
    with supervised(tmp_path, {"name": "api", "code": code}) as run:
        run.until(r"^api +\| line one$")
        run.until(r"^api +\| oops$")
    assert "line one\noops\n" in (tmp_path / "api.log").read_text()


def test_what_is_said_at_the_very_end_is_shown(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "api", "code": says_when_it_ends()}) as run:
        run.until("api .* up")
        run.process.terminate()
        assert run.rest() == 0
    assert [line for line in run.lines if "| ended" in line]


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "worker", "code": SLEEPER}) as run:
        first = run.pid_of("worker")
        run.until("worker .* up")
        os.kill(first, signal.SIGKILL)
        run.until(r"worker died \(signal 9\); restarting it in 0.05 s")
        second = run.pid_of("worker")
        run.until("worker .* up")
        assert second != first
        assert not gone(second)


def test_children_of_a_process_that_died_do_not_live_beside_its_successor(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "worker", "code": PARENT}) as run:
        first = run.pid_of("worker")
        child = int(run.until(r"child (\d+)")[1])
        os.kill(first, signal.SIGKILL)
        run.pid_of("worker")
        assert gone(child)


def test_a_process_that_keeps_dying_waits_longer_each_time(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    dies = f"import os, time; open({str(ready)!r}, 'a').close(); time.sleep(0.3); os._exit(7)"
    process = {"name": "worker", "code": dies, "ready": str(ready)}
    with supervised(tmp_path, process, backoff_s=[0.01, 0.1, 0.5]) as run:
        pauses = [run.until(r"exit status 7\); restarting it in (\S+) s")[1] for _ in range(4)]
    assert pauses == ["0.01", "0.1", "0.5", "0.5"]


def test_asked_to_stop_it_ends_everything_in_stages(tmp_path: Path) -> None:
    api = {"name": "api", "code": says_when_it_ends(0.4)}
    projector = {"name": "projector", "code": says_when_it_ends(), "stop_stage": 1}
    with supervised(tmp_path, projector, api) as run:
        pids = [run.pid_of("projector"), run.pid_of("api")]
        for _ in pids:
            run.until(r"\| up$")
        run.process.send_signal(signal.SIGINT)
        assert run.rest() == 0
        assert all(gone(pid) for pid in pids)
    api_ended, projector_asked = moment(tmp_path, "api", "ended"), moment(tmp_path, "projector")
    assert api_ended < projector_asked


def test_grandchildren_do_not_outlive_an_orderly_stop(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "worker", "code": PARENT}) as run:
        child = int(run.until(r"child (\d+)")[1])
        run.process.terminate()
        assert run.rest() == 0
        wait_until(lambda: gone(child), "the grandchild to end")


def test_what_does_not_end_in_time_is_killed(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "worker", "code": DEAF, "stop_wait_s": 0.3}) as run:
        pid = run.pid_of("worker")
        run.until("worker .* up")
        run.process.terminate()
        run.until("worker does not end: killing it")
        assert run.rest() == 0
        assert gone(pid)


def test_a_second_signal_ends_everything_at_once(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "worker", "code": DEAF, "stop_wait_s": 600}) as run:
        pid = run.pid_of("worker")
        run.until("worker .* up")
        run.process.send_signal(signal.SIGINT)
        run.until("stopping")
        run.process.send_signal(signal.SIGINT)
        assert run.rest() == 130
        assert gone(pid)


def test_nothing_is_left_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    deaf = {"name": "deaf", "code": DEAF, "stop_wait_s": 0.3}
    with supervised(tmp_path, {"name": "worker", "code": PARENT, "stop_wait_s": 0.3}, deaf) as run:
        pids = [run.pid_of("worker"), run.pid_of("deaf")]
        watching = int(run.until(r"watchdog (\d+)")[1])
        pids.append(int(run.until(r"child (\d+)")[1]))
        run.process.kill()
        wait_until(lambda: all(gone(pid) for pid in pids), "the processes to end")
        wait_until(lambda: gone(watching), "the watchdog to end")


def test_killed_it_still_ends_processes_in_stages(tmp_path: Path) -> None:
    api = {"name": "api", "code": says_when_it_ends(0.4)}
    projector = {"name": "projector", "code": says_when_it_ends(), "stop_stage": 1}
    with supervised(tmp_path, projector, api) as run:
        pids = [run.pid_of("projector"), run.pid_of("api")]
        for _ in pids:
            run.until(r"\| up$")
        run.process.kill()
        wait_until(lambda: all(gone(pid) for pid in pids), "the processes to end")
    api_ended, projector_asked = moment(tmp_path, "api", "ended"), moment(tmp_path, "projector")
    assert api_ended < projector_asked


def test_a_watchdog_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with supervised(
        tmp_path, {"name": "one", "code": SLEEPER}, {"name": "two", "code": SLEEPER}
    ) as run:
        one, two = run.pid_of("one"), run.pid_of("two")
        watching = int(run.until(r"watchdog (\d+)")[1])
        os.kill(watching, signal.SIGKILL)
        os.kill(two, signal.SIGKILL)
        again = run.pid_of("two")
        run.until("two .* up")
        run.process.kill()
        wait_until(lambda: gone(one) and gone(again), "the processes to end")


def test_a_process_that_does_not_come_up_is_named_with_its_last_lines(tmp_path: Path) -> None:
    ready = {"ready": str(tmp_path / "never")}
    broken = {"name": "worker", "code": "print('no broker'); raise SystemExit(4)", **ready}
    with supervised(tmp_path, {"name": "api", "code": SLEEPER, **ready}, broken) as run:
        api = run.pid_of("api")
        assert run.rest() == 3
        assert gone(api)
        said = run.errors()
    assert "ProcessFailed: worker ended at once (exit status 4)." in said
    assert said.endswith("worker.log:\nno broker\n")
    assert "on_ready called" not in run.lines


def test_a_process_that_is_not_ready_in_time_is_named(tmp_path: Path) -> None:
    slow = {"name": "api", "code": SLEEPER, "ready": str(tmp_path / "no"), "ready_wait_s": 0.3}
    with supervised(tmp_path, slow) as run:
        assert run.rest() == 3
        assert "ProcessFailed: api was not ready after 0.3 s." in run.errors()


def test_asked_to_stop_while_it_starts_it_stops(tmp_path: Path) -> None:
    with supervised(
        tmp_path, {"name": "api", "code": SLEEPER, "ready": str(tmp_path / "no")}
    ) as run:
        pid = run.pid_of("api")
        run.until("api .* up")
        run.process.terminate()
        assert run.rest() == 0
        assert gone(pid)
    assert "on_ready called" not in run.lines


def test_what_follows_is_called_once_all_are_ready(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    slow = f"import time; time.sleep(0.5); open({str(ready)!r}, 'w').close(); {SLEEPER}"
    with supervised(tmp_path, {"name": "api", "code": slow, "ready": str(ready)}) as run:
        run.until("on_ready called")
        assert ready.exists()
        run.process.terminate()
        run.rest()
    assert run.lines.count("on_ready called") == 1


def test_when_what_follows_fails_everything_ends(tmp_path: Path) -> None:
    with supervised(tmp_path, {"name": "api", "code": SLEEPER}, fail_on_ready=True) as run:
        pid = run.pid_of("api")
        assert run.rest() == 3
        assert gone(pid)
        assert "OnReadyFailed: the sample does not load" in run.errors()


def test_a_large_log_is_begun_anew_and_the_old_one_kept(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_bytes(b"old\n" * (3 * 1024 * 1024))
    with supervised(tmp_path, {"name": "api", "code": SLEEPER}) as run:
        run.until("api .* up")
    assert (tmp_path / "api.log").stat().st_size < 1024
    assert (tmp_path / "api.log.1").stat().st_size > 10 * 1024 * 1024
