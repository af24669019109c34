"""Importing an application and locating its source."""

import ast
import inspect
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from celery import Celery

from task_ledger.cli.exits import USAGE, CommandFailed


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the application's code."""

    file: str
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Application:
    """An imported application.

    Attributes:
        module: the file that declares it.
        sources: the application's own imported files, by path.
    """

    app: Celery
    module: str
    sources: dict[str, Source] = field(default_factory=dict[str, Source])

    def tasks(self) -> Iterator[tuple[str, Any, str, int]]:
        """The application's own tasks: name, task, and the file and line of its function or
        class."""
        for name, task in sorted(dict(self.app.tasks).items()):
            if name.startswith("celery."):
                continue
            function = inspect.unwrap(vars(type(task)).get("run") or type(task).run)
            code = getattr(function, "__code__", None)
            file, line = (code.co_filename, code.co_firstlineno) if code else (self.module, 1)
            yield name, task, file, line


def load(named: str) -> Application:
    """Import `MODULE:app`, or `MODULE` with an attribute `app` or `celery`.

    Raises:
        CommandFailed: it cannot be imported, or is not a Celery application.
    """
    name, _, attribute = named.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = import_module(name)
    except Exception as error:
        raise CommandFailed(
            f"{name} cannot be imported ({type(error).__name__}: {error}): run this where the"
            " application runs, with its settings",
            USAGE,
        ) from error
    tried = (attribute,) if attribute else ("app", "celery")
    app = next((found for one in tried if (found := getattr(module, one, None))), None)
    if not isinstance(app, Celery):
        raise CommandFailed(f"{named} is not a Celery application: name it as MODULE:app", USAGE)
    try:
        app.loader.import_default_modules()
        app.finalize()
    except Exception as error:
        raise CommandFailed(
            f"the tasks of {named} cannot be imported ({type(error).__name__}: {error})", USAGE
        ) from error
    found = Application(cast("Any", app), str(module.__file__))
    _read_sources(found)
    return found


def _read_sources(found: Application) -> None:
    files = {found.module, *(file for _, _, file, _ in found.tasks())}
    packages = {_top(file) for file in files}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and file.endswith(".py") and _top(file) in packages and not _is_installed(file):
            files.add(file)
    for file in sorted(files):
        if not _is_installed(file) and Path(file).is_file():
            tree = ast.parse(Path(file).read_text(encoding="utf-8"), file)
            found.sources[file] = Source(file, tree)


def _top(file: str) -> Path:
    """The folder around the outermost package that the file is in."""
    folder = Path(file).resolve().parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return folder


def _is_installed(file: str) -> bool:
    return any(part in {"site-packages", "dist-packages"} for part in Path(file).parts)
