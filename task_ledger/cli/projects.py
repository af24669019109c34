"""The project of a command, or all projects; and a hint for a project without tasks, usually a
misspelt one."""

from difflib import get_close_matches
from typing import Any, Final

import typer
from psycopg import Connection

from task_ledger.cli.printing import say, shown
from task_ledger.eventlog.retired import retired_months
from task_ledger.eventlog.task_list import projects

_MOST: Final = 5


def one_or_all(
    project: str | None, words: list[str], *, all_projects: bool
) -> tuple[str | None, list[str]]:
    """The project (None for all) and the words of the query.

    With `--all`, the first argument is a word of the query.

    Raises:
        typer.BadParameter: neither a project nor `--all` is given.
    """
    if all_projects:
        return None, [*([project] if project is not None else []), *words]
    if project is None:
        raise typer.BadParameter("name a project, or pass --all")
    return project, words


def say_if_unknown(connection: Connection[Any], project: str) -> None:
    """If `project` has no tasks, say so on standard error and list the existing projects.

    Reads the read model.
    """
    known = projects(connection)
    if project in known or retired_months(connection, project):
        return
    names = get_close_matches(project, known, n=_MOST) or known[:_MOST]
    more = ", …" if len(names) < len(known) else ""
    told = f"Projects with tasks: {', '.join(names)}{more}." if known else "No project has tasks."
    say(shown(f"The project {project} has no tasks. {told}"))


def say_if_retired(connection: Connection[Any], project: str) -> None:
    """If months of `project` are in archives, say so on standard error."""
    months = retired_months(connection, project)
    if months:
        tasks = sum(each.tasks for each in months)
        names = ", ".join(each.month for each in months)
        say(f"{tasks} tasks of {names} are in archives: `task-ledger archive read` shows them.")
