"""A group of commands that are listed from a table and imported on use."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from task_ledger.cli.commands import COMMANDS
from task_ledger.cli.discovery import plugins
from task_ledger.cli.exits import expected_errors
from task_ledger.plugin import Command, InvalidPlugin


class LazyCommands(TyperGroup):
    """The ledger's commands and those of its plug-ins.

    Listing the commands does not import them; running one, or its `--help`, imports its module.
    Expected errors become one line and an exit status.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._known: dict[str, Command] = {}
        self._knows_plugins = False
        for command in COMMANDS:
            self._add(command)

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Parse the command line up to the command's name.

        Raises:
            typer.Exit: with the status, after an expected error.
        """
        with expected_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the named command.

        Raises:
            typer.Exit: with the status, after an expected error.
        """
        with expected_errors():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, the ledger's first.

        Raises:
            InvalidPlugin: a plug-in cannot be imported, or a name is taken.
        """
        self._add_plugins()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A placeholder with a command's help text, without importing the command.

        Raises:
            InvalidPlugin: the ledger has no such command, and a plug-in cannot be imported.
        """
        # The ledger's own commands work even if a plug-in cannot be imported.
        if cmd_name not in self._known:
            self._add_plugins()
        return super().get_command(ctx, cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Draw usage, options and commands; prints them itself, as Typer's does."""
        from task_ledger.cli.help import draw_help

        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self._known[name]
            panels.setdefault(command.panel, []).append((name, command.summary))
        draw_help(self.get_usage(ctx), self.help or "", self.get_params(ctx), panels)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import and return the named command."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed if name is None else load(self._known[name]), rest

    def _add_plugins(self) -> None:
        if self._knows_plugins:
            return
        for plugin in plugins():
            for command in plugin.commands:
                if command.name in self._known:
                    raise InvalidPlugin(f"{plugin.name}: the command {command.name} already exists")
                self._add(command)
        self._knows_plugins = True

    def _add(self, command: Command) -> None:
        self._known[command.name] = command
        self.add_command(
            TyperCommand(command.name, help=command.summary, rich_help_panel=command.panel)
        )


def load(command: Command) -> Any:
    """Import a command."""
    module, _, attribute = command.function.partition(":")
    found = getattr(import_module(module), attribute)
    return typer.main.get_command(
        found if isinstance(found, typer.Typer) else _alone(command, found)
    )


def _alone(command: Command, function: Any) -> typer.Typer:
    settings: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True}
    alone = typer.Typer(add_completion=False)
    alone.command(command.name, context_settings=settings if command.passes_options else None)(
        function
    )
    return alone
