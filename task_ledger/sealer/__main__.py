"""`python -m task_ledger.sealer`: seal the log until SIGTERM or SIGINT."""

import signal
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType

import structlog

from task_ledger.errors import UnsupportedConfiguration
from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings, SettingsError
from task_ledger.sealer.service import run


def main() -> int:
    """Run the service; returns the process's exit code."""
    configure_logs()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _setting(stop))
    try:
        run(Settings(), stop)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except UnsupportedConfiguration as error:
        structlog.get_logger(__name__).error("refused", error=str(error))
        return 1
    return 0


def _setting(stop: Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handle


if __name__ == "__main__":
    sys.exit(main())
