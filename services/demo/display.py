"""Shows the tasks of a demonstration: a live table, or lines without a terminal."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from rich.box import SIMPLE_HEAD
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from services.demo.demonstration import Asked
from task_ledger.cli.printing import console, print_line, shown, status_of

_BAR: Final = 24


class Display(Protocol):
    """Called with all tasks whenever one has changed."""

    def __call__(self, asked: Sequence[Asked], /) -> None:
        """Show the tasks."""
        ...


@contextmanager
def live(*, quiet: bool = False) -> Generator[Display]:
    """Show tasks until the block ends; `quiet` shows nothing."""
    if quiet:
        yield lambda _: None
        return
    screen = console()
    if not screen.is_terminal:
        yield _Lines()
        return
    with Live(console=screen, refresh_per_second=8, vertical_overflow="visible") as table:
        yield lambda asked: table.update(_table(asked))


class _Lines:
    """Prints a line per ended task."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def __call__(self, asked: Sequence[Asked]) -> None:
        """Print the tasks that have ended since the last call."""
        for each in asked:
            if each.ended and each.task_id not in self._said:
                self._said.add(each.task_id)
                print_line(shown(f"{each.task['status']} {each.task_type} {each.about}"))


def _table(asked: Sequence[Asked]) -> Table:
    table = Table("task", "of", "status", "attempt", "progress", "step", box=SIMPLE_HEAD)
    for each in asked:
        table.add_row(
            each.task_type,
            Text(shown(each.about)),
            _status(each),
            str(each.task.get("attempt") or ""),
            _bar(each.task),
            Text(shown(_step(each.task))),
        )
    return table


def _status(asked: Asked) -> Text:
    status = status_of(asked.task.get("status", "PENDING"))
    if asked.ended and asked.refusal and asked.as_it_should:
        status.append(" as it should", "dim")
    return status


def _bar(task: dict[str, Any]) -> ProgressBar:
    ended = task.get("status") == "SUCCESS"
    percent = 100.0 if ended else float((task.get("progress") or {}).get("percent") or 0)
    return ProgressBar(total=100, completed=percent, width=_BAR)


def _step(task: dict[str, Any]) -> str:
    if task.get("status") == "FAILURE":
        return str((task.get("error") or {}).get("message", ""))[:80]
    if task.get("status") == "SUCCESS":
        return f"{(task.get('duration_ms') or 0) / 1000:.1f} s"
    return str((task.get("progress") or {}).get("step") or "")
