"""`python -m task_ledger.projector [--only fold,relay]`: fold, number, publish, reconcile."""

import argparse
import signal
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType

from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings, SettingsError
from task_ledger.projector.parts import NAMES
from task_ledger.projector.service import run


def main(arguments: list[str] | None = None) -> int:
    """Run the service until SIGTERM or SIGINT; returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="projector", description=__doc__)
    parser.add_argument(
        "--only",
        type=_names,
        default=list(NAMES),
        metavar="PARTS",
        help=f"run these parts only, separated by commas: {', '.join(NAMES)}",
    )
    chosen: list[str] = parser.parse_args(arguments).only
    configure_logs()
    settings = Settings()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _setting(stop))
    try:
        settings.url_for("projector")
        if "relay" in chosen:
            settings.broker()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return 0 if run(settings, chosen, stop) else 1


def _setting(stop: Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handle


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"one or more of {', '.join(NAMES)}, not {text!r}")
    return names


if __name__ == "__main__":
    sys.exit(main())
