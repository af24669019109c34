"""What an application adds to the ledger's own processes: routes, tables, commands, checks.

The ledger runs without any. An application describes itself in one `Plugin`, and names it in
`TASK_LEDGER_PLUGINS` as `module:attribute`; several are separated by commas. What a plugin needs
to import is imported only by the process that uses it, so its parts are functions.
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
    """A schema of the application's own, migrated with the ledger's.

    Attributes:
        schema: its name in the database.
        folder: has `order.txt`, `migrations/` with Alembic's revisions, and the SQL files that
            both name; see `schema/` for the layout.
    """

    schema: str
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of `task-ledger`.

    Attributes:
        name: as it is typed.
        function: `module:function`, imported when the command runs.
        panel: the heading under which `--help` lists it.
        summary: one line for `--help`, so that listing commands imports none.
        passes_options: unknown options are kept in the context's `args`.
    """

    name: str
    function: str
    panel: str
    summary: str
    passes_options: bool = False


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """An application's part in the ledger's processes.

    Attributes:
        name: a word, unique among plugins.
        settings: the classes of its own settings. Each is read when a service is started by
            `task-ledger`, so that a value that makes no sense is refused at once; variables that
            are set for `up` are passed on to other commands, so put no secrets there.
        routers: the routes that it adds to the HTTP API.
        open: given the server's resources, opens its own for the server's life. What it yields
            is `resources.of(name)`.
        problems: its own errors, and which problem each of them is.
        projects: gives a function that lists the projects that the application keeps itself; the
            server adds those to the ones that have tasks.
        schemas: what `task-ledger migrate` brings up to date beside the ledger's schema.
        checks: further lines of `task-ledger doctor`: each is called with a connection that
            acts as the auditor, and returns an iterable of `Check`.
        commands: further commands of `task-ledger`.
        views: names of parts of the page, which loads only those that are named.
        processes: what `task-ledger up` runs besides the server and the projector: given the
            settings, returns `Process`es.
        welcome: called by `task-ledger up` with the settings when all of it runs, in a thread of
            its own.
        parts: further parts of the projector process, by name: given the settings, returns for
            each a function whose context manager opens what the part needs and yields its step.
            A step does some work and returns the seconds to wait before the next. A part whose
            server is away is opened again (see `task_ledger.projector.supervision`); one that
            fails otherwise ends the process, so run one that may with `--only` in its own.
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
    """What `TASK_LEDGER_PLUGINS` names cannot be imported, or is no plugin."""


def load_plugins(names: str | None) -> tuple[Plugin, ...]:
    """The plugins that `TASK_LEDGER_PLUGINS` names, in its order; none for None or nothing.

    Raises:
        InvalidPlugin: one cannot be imported, is no `Plugin`, or has the name of another.
    """
    wanted = [name.strip() for name in (names or "").split(",") if name.strip()]
    plugins = tuple(_load(name) for name in wanted)
    known = [plugin.name for plugin in plugins]
    if len(set(known)) != len(known):
        raise InvalidPlugin(f"two plugins have one name: {', '.join(known)}")
    return plugins


def schemas_of(plugins: Iterable[Plugin]) -> list[SchemaFolder]:
    """The schemas of all of them, in the order in which they are migrated."""
    return [schema for plugin in plugins for schema in plugin.schemas]


def _load(name: str) -> Plugin:
    module, separator, attribute = name.partition(":")
    if not separator:
        raise InvalidPlugin(f"{name}: name a plugin as module:attribute")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise InvalidPlugin(
            f"{name}: {error}; correct TASK_LEDGER_PLUGINS, or install what it names"
        ) from error
    if not isinstance(found, Plugin):
        raise InvalidPlugin(f"{name} is a {type(found).__name__}, not a task_ledger.Plugin")
    return found
