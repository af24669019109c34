"""The output of `task-ledger --help`.

Typer's own help imports a Markdown parser and a syntax highlighter, which would double the time.
The help of a single command is Typer's.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

_NAME: Final = "bold cyan"


def draw_help(
    usage: str,
    about: str,
    options: Iterable[Any],
    panels: Mapping[str, Sequence[tuple[str, str]]],
) -> None:
    """Print the help of a group of commands on standard output.

    Args:
        usage: the usage line.
        about: the group's description.
        options: the group's own, as Click's parameters.
        panels: commands by panel, each with a one-line summary.
    """
    console = Console(highlight=False)
    console.print(Padding(Text(usage, "bold"), 1))
    console.print(Padding(Text(about), (0, 1, 1, 1)))
    rows = [(", ".join((*each.opts, *each.secondary_opts)), each.help or "") for each in options]
    _draw(console, "Options", rows, max(len(name) for name, _ in rows))
    width = max((len(name) for commands in panels.values() for name, _ in commands), default=0)
    for panel, commands in panels.items():
        _draw(console, panel, commands, width)


def _draw(console: Console, title: str, rows: Iterable[tuple[str, str]], width: int) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(style=_NAME, no_wrap=True, width=width)
    table.add_column(ratio=1)
    for name, about in rows:
        table.add_row(Text(name), Text(about))
    console.print(Panel(table, title=title, title_align="left", border_style="dim"))
