"""The pages about the command line."""

from collections.abc import Iterable, Iterator
from typing import Any

from docs.generate.markdown import NOTICE, flat, table
from services.plugin import takeoff
from task_ledger.cli import exits
from task_ledger.cli.commands import COMMANDS, MAINTAIN
from task_ledger.cli.lazy import load
from task_ledger.plugin import Command


def page() -> str:
    """The text of docs/reference/command-line.md."""
    own = _parts(command for command in COMMANDS if command.panel != MAINTAIN)
    added = _parts(takeoff.commands)
    return f"""{NOTICE}
# Command line

The same text as `task-ledger COMMAND --help`. Settings are [environment
variables](../../deploy/README.md#settings). Without a database in the environment, commands use
the one of a running `task-ledger up`, from its var folder.

Exit statuses: 0, success; {exits.WRONG}, a check found a problem or the ledger refused;
{exits.USAGE}, invalid command or configuration; {exits.UNREACHABLE}, a server cannot be reached.
Errors are one line on standard error. [Commands that maintain the ledger](command-line-maintain.md)
are on a page of their own.

{own}
# Commands of the takeoff
The sample application adds these if `TASK_LEDGER_PLUGINS` is `services.plugin:takeoff`.

{added}"""


def maintenance_page() -> str:
    """The text of docs/reference/command-line-maintain.md."""
    own = _parts(command for command in COMMANDS if command.panel == MAINTAIN)
    return f"""{NOTICE}
# Commands that maintain the ledger

[Command line](command-line.md) has the other commands, settings and exit statuses.

{own}"""


def _parts(listed: Iterable[Command]) -> str:
    return "\n".join(_part(name, command) for name, command in commands(listed))


def commands(listed: Iterable[Command]) -> Iterator[tuple[str, Any]]:
    """Every command with its full name, those within a group one by one."""
    for command in listed:
        yield from _below(f"task-ledger {command.name}", load(command))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner: dict[str, Any] | None = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, each in inner.items():
        yield from _below(f"{name} {word}", each)


def _part(name: str, command: Any) -> str:
    arguments = [p.metavar or p.name.upper() for p in command.params if _is_argument(p)]
    about = "\n\n".join(map(flat, (command.help or "").split("\n\n")))
    rows = [
        (_name(p), flat(getattr(p, "help", None) or ""), _default(p))
        for p in command.params
        if p.name != "help"
    ]
    options = f"\n{table(('option', 'meaning', 'default'), rows)}" if rows else ""
    return f"## {' '.join([name, *arguments])}\n{about}\n{options}"


def _is_argument(parameter: Any) -> bool:
    return parameter.param_type_name == "argument"


def _name(parameter: Any) -> str:
    if _is_argument(parameter):
        return f"`{parameter.metavar or parameter.name.upper()}`"
    return " ".join(f"`{word}`" for word in (*parameter.opts, *parameter.secondary_opts))


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if value is None or callable(value) or (parameter.is_flag and not parameter.secondary_opts):
        return ""
    if parameter.is_flag:
        return f"`{(parameter.opts if value else parameter.secondary_opts)[0]}`"
    return f"`{getattr(value, 'value', value)}`"
