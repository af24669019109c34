"""Plug-ins: an application's routes, tables, commands and checks for the ledger's processes.

The ledger runs without plug-ins. An application describes itself in one `Plugin` and lists it in
`TASK_LEDGER_PLUGINS` as `module:attribute`, separated by commas. Most parts are functions, so each
process imports only the parts that it uses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter
    from pydantic_settings import BaseSettings


@dataclass(frozen=True, kw_only=True)
class SchemaFolder:
    """A database schema of the application, migrated together with the ledger's.

    Attributes:
        schema: its name in the database.
        folder: contains `order.txt`, `migrations/` with Alembic's revisions, and the SQL files
            that both name; see `schema/` for the layout.
    """

    schema: str
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of `task-ledger`.

    Attributes:
        name: the command as typed.
        function: `module:function`, imported when the command runs.
        panel: the heading under which `--help` lists it.
        summary: one line for `--help`, so that listing commands does not import them.
        passes_options: keep unknown options in the context's `args`.
    """

    name: str
    function: str
    panel: str
    summary: str
    passes_options: bool = False


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """An application's additions to the ledger's processes.

    Attributes:
        name: unique among plug-ins.
        settings: the classes of its own settings. Each is read when a service is started by
            `task-ledger`, so that an invalid value is refused at once. Variables that are set for
            `up` are passed on to other commands, so put no secrets there.
        routers: returns the routers to add to the HTTP API.
        open: called with the server's resources; the application's own resources, open while the
            server runs. The yielded value is available as `resources.of(name)`.
        problems: returns a mapping from the application's errors to problem documents.
        projects: returns a function that lists the application's own projects; the server adds
            them to the projects that have tasks.
        schemas: schemas that `task-ledger migrate` migrates after the ledger's.
        checks: returns further checks for `task-ledger doctor`. Each is called with a connection
            that has the auditor's role, and returns an iterable of `Check`.
        commands: further commands of `task-ledger`.
        views: names of optional parts of the web page to load.
        processes: called with the settings; returns the `Process`es that `task-ledger up` runs
            besides the server and the projector.
        welcome: called with the settings in a thread when everything of `task-ledger up` runs.
        parts: called with the settings; returns further parts of the projector process by name.
            Each is a function whose context manager opens what the part needs and yields its step.
            A step does some work and returns the seconds to wait before the next. A part whose
            server is unreachable is reopened (see `task_ledger.projector.supervision`); any other
            failure ends the process, so use `--only` to run a part that may fail in its own
            process.
    """

    name: str
    settings: "Callable[[], Sequence[type[BaseSettings]]]" = tuple
    routers: "Callable[[], Sequence[APIRouter]]" = tuple
    open: Callable[[Any], AbstractAsyncContextManager[Any]] | None = None
    problems: Callable[[], Mapping[type[Exception], Callable[[Any], Any]]] = dict
    projects: Callable[[], Callable[..., Sequence[Any]]] | None = None
    schemas: Sequence[SchemaFolder] = ()
    checks: Callable[[], Sequence[Callable[[Any], Any]]] = tuple
    commands: Sequence[Command] = ()
    views: Sequence[str] = ()
    processes: Callable[[Any], Sequence[Any]] = field(default=lambda _: ())
    welcome: Callable[[Any], None] | None = None
    parts: Callable[[Any], Mapping[str, Any]] = field(default=lambda _: {})


class InvalidPlugin(Exception):
    """A plug-in named in `TASK_LEDGER_PLUGINS` cannot be imported, or is not a `Plugin`."""


def load_plugins(names: str | None) -> tuple[Plugin, ...]:
    """Load the plug-ins named in `TASK_LEDGER_PLUGINS`, in order; none if it is empty or None.

    Raises:
        InvalidPlugin: one cannot be imported, is not a `Plugin`, or has the name of another.
    """
    wanted = [name.strip() for name in (names or "").split(",") if name.strip()]
    plugins = tuple(_load(name) for name in wanted)
    known = [plugin.name for plugin in plugins]
    if len(set(known)) != len(known):
        raise InvalidPlugin(f"two plug-ins have the same name: {', '.join(known)}")
    return plugins


def schemas_of(plugins: Iterable[Plugin]) -> list[SchemaFolder]:
    """The schemas of all plug-ins, in the order of migration."""
    return [schema for plugin in plugins for schema in plugin.schemas]


def _load(name: str) -> Plugin:
    module, separator, attribute = name.partition(":")
    if not separator:
        raise InvalidPlugin(f"{name}: name a plug-in as module:attribute")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InvalidPlugin(
            f"{name}: {error}; correct TASK_LEDGER_PLUGINS, or install the missing package"
        ) from error
    if not isinstance(found, Plugin):
        raise InvalidPlugin(f"{name} is a {type(found).__name__}, not a task_ledger.Plugin")
    return found
