"""`python -m task_ledger.notifier`: send notifications until SIGTERM or SIGINT."""

import signal
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType

from task_ledger.notifier.service import run
from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings, SettingsError


def main() -> int:
    """Run the service; returns the process's exit code."""
    configure_logs()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _setting(stop))
    try:
        return 0 if run(Settings(), stop) else 1
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


def _setting(stop: Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handle


if __name__ == "__main__":
    sys.exit(main())
