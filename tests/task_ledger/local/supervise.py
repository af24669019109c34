"""Run as a program by tests: supervises processes described in JSON.

Argument: ``{"log_dir": …, "backoff_s": […], "fail_on_ready": bool, "processes": [{"name",
"code", "ready": path or null, "stop_wait_s", "stop_stage", "ready_wait_s"}]}``. ``code`` is
Python. Ends with status 3 and the error's text on standard error when it does not come up.
"""

import json
import sys
from pathlib import Path
from typing import Any

from task_ledger.local import watchdog
from task_ledger.local.stack import Process, StackError, Supervisor
from task_ledger.local.stack.signals import StopSignals


def main(text: str) -> int:
    spec: dict[str, Any] = json.loads(text)

    def on_ready() -> None:
        print(f"watchdog {watchdog.shared().pid}", flush=True)
        print("on_ready called", flush=True)
        if spec.get("fail_on_ready"):
            raise ValueError("the sample does not load")

    processes = [_process(**each) for each in spec["processes"]]
    supervisor = Supervisor(
        processes,
        log_dir=Path(spec["log_dir"]),
        backoff_s=spec.get("backoff_s", [0.05]),
    )
    try:
        with StopSignals() as stop:
            supervisor.run(stop, on_ready)
    except StackError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


def _process(name: str, code: str, ready: str | None = None, **more: Any) -> Process:
    is_ready = None if ready is None else Path(ready).exists
    return Process(name, [sys.executable, "-S", "-c", code], ready=is_ready, **more)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
