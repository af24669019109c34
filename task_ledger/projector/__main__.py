"""`python -m task_ledger.projector [--only fold,relay]`: fold, number, publish, reconcile.

Parts that the plug-ins in `TASK_LEDGER_PLUGINS` add run beside the ledger's own.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterable
from threading import Event
from types import FrameType

from task_ledger.ops.logs import configure_logs
from task_ledger.ops.settings import Settings, SettingsError
from task_ledger.plugin import InvalidPlugin, load_plugins
from task_ledger.projector.parts import NAMES, openings
from task_ledger.projector.service import run
from task_ledger.tracing.switch import why_unavailable


def main(arguments: list[str] | None = None) -> int:
    """Run the service until SIGTERM or SIGINT; returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="projector", description=__doc__)
    parser.add_argument(
        "--only",
        metavar="PARTS",
        help=f"run only these parts, comma-separated: {', '.join(NAMES)}, or those of plug-ins",
    )
    only: str | None = parser.parse_args(arguments).only
    configure_logs()
    settings = Settings()
    if unavailable := why_unavailable():
        print(unavailable, file=sys.stderr)  # noqa: T201
        return 2
    try:
        parts = openings(settings, load_plugins(settings.plugins))
    except InvalidPlugin as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    chosen = list(parts) if only is None else _chosen(only, parts, parser)
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
    return 0 if run({name: parts[name] for name in chosen}, stop) else 1


def _setting(stop: Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handle


def _chosen(only: str, known: Iterable[str], parser: argparse.ArgumentParser) -> list[str]:
    names = [name.strip() for name in only.split(",") if name.strip()]
    if not names or not set(names) <= set(known):
        parser.error(f"argument --only: one or more of {', '.join(known)}, not {only!r}")
    return names


if __name__ == "__main__":
    sys.exit(main())
