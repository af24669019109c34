"""Output of commands: results on standard output, everything else on standard error."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

# Rich and pydantic are imported by the commands that print with them.
if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.text import Text

    from task_ledger.model.events import TaskEvent

_PLAIN_WIDTH: Final = 200
_PASSWORD: Final = re.compile(r"(://[^:/@\s]*:)\S*@")


def say(message: str) -> None:
    """Print one message on standard error, with passwords in URLs removed."""
    _write(sys.stderr, _PASSWORD.sub(r"\1**********@", message))


def print_json(value: Any) -> None:
    """Print one JSON document on one line of standard output; dataclasses become objects.

    Control characters and those that change the text direction are escaped.
    """
    from pydantic_core import to_json

    _write(
        sys.stdout, "".join(c if c.isprintable() else _escaped(c) for c in to_json(value).decode())
    )


def print_line(text: str, style: str = "") -> None:
    """Print one line of text on standard output."""
    if not style:
        _write(sys.stdout, text)
        return
    from rich.text import Text

    console().print(Text(text, style), soft_wrap=True)


def print_table(columns: Sequence[str], rows: "Iterable[Sequence[str | Text]]") -> None:
    """Print a table on standard output; cells are printed literally, without markup."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    console().print(table)


def progress_bar() -> "Progress":
    """A transient progress bar on standard error, shown only on a terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = _console(sys.stderr)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def shown(text: object) -> str:
    """`text` on one line, without control characters."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in str(text))


def text_of(event: "TaskEvent") -> str:
    """The JSON text of an event's data; says so if its private part was erased."""
    # Imported here, because the list of commands does not need it.
    from task_ledger.errors import FoldError

    try:
        text = event.text
    except FoldError:
        text = event.data_text
    return f"{text} (erased)" if event.erased else text


def shown_lines(text: str) -> str:
    """`text` with its line ends, otherwise as `shown`."""
    return "\n".join(shown(line.expandtabs()) for line in text.splitlines())


def time_of(time: datetime | None) -> str:
    """A time in UTC to the millisecond, or a dash."""
    if time is None:
        return "-"
    return time.astimezone(UTC).isoformat(" ", "milliseconds").removesuffix("+00:00") + "Z"


STYLES: Final = {
    "PENDING": "dim",
    "STARTED": "cyan",
    "PROGRESS": "blue",
    "RETRY": "yellow",
    "SUCCESS": "green",
    "FAILURE": "red",
    "REVOKED": "magenta",
}
"""The colour of each status."""


def status_of(status: str) -> "Text":
    """A status in its colour."""
    from rich.text import Text

    return Text(status, STYLES.get(status, ""))


def console() -> "Console":
    """Standard output as a console, for live displays."""
    return _console(sys.stdout)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def _write(file: Any, text: str) -> None:
    file.write(f"{text}\n")
    file.flush()


def _console(file: Any) -> "Console":
    from rich.console import Console

    # Created for each use: tests and pipes replace the streams.
    width = None if file.isatty() else _PLAIN_WIDTH
    return Console(file=file, markup=False, emoji=False, highlight=False, width=width)
