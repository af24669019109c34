"""`task-ledger projects`: list projects; name, hide and unhide one."""

from difflib import get_close_matches
from typing import Annotated, Any

import typer
from psycopg import Connection

from task_ledger.cli.connection import connected
from task_ledger.cli.discovery import plugins
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import Json, Limit, Project
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, time_of
from task_ledger.eventlog.database import ledger_errors
from task_ledger.eventlog.projects import (
    MAX_DESCRIPTION,
    MAX_NAME,
    hide_project,
    name_project,
    unhide_project,
)
from task_ledger.eventlog.task_list import projects
from task_ledger.model.transitions import Status
from task_ledger.server.projects import Hidden, Projects
from task_ledger.server.projects import Project as ListedProject

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="List projects; name one, hide it from lists, and show it again.",
)

_CLOSE = 3


@app.command("list")
def list_(
    search: Annotated[
        str | None, typer.Option(help="Only those with this text in the id or the name.")
    ] = None,
    hidden: Annotated[bool, typer.Option("--hidden", help="Also hidden projects.")] = False,
    limit: Limit = 50,
    after: Annotated[
        str | None, typer.Option(metavar="PROJECT", help="Only ids after this one.")
    ] = None,
    json: Json = False,
) -> None:
    """List projects by id, with names and numbers of tasks. Hidden ones are counted.

    Reads the read model, and the projects of the application's plug-ins.
    """
    known = _projects()
    with connected("api") as connection, ledger_errors():
        page = known.page(
            connection, after=after, limit=limit, among=None, search=search, hidden=hidden
        )
        tasks = known.task_counts(connection, [each.id for each in page.projects])
        count, with_new = known.hidden(connection, None)
    counts = {each.id: sum(tasks.get(each.id, {}).values()) for each in page.projects}
    if json:
        listed = [_printed(each, tasks.get(each.id, {})) for each in page.projects]
        told = {"projects": count, "with_new_events": with_new}
        print_json({"projects": listed, "hidden": told, "after": page.after})
        return
    print_table(
        ("project", "name", "tasks", "since", "description", "hidden"),
        [
            (
                shown(each.id),
                shown(each.name) if each.name != each.id else "-",
                str(counts[each.id]),
                time_of(each.created_at),
                shown(each.description or "-"),
                _since(each.hidden),
            )
            for each in page.projects
        ],
    )
    if not page.projects and page.after is None:
        print_line("no projects")
    if page.after is not None:
        say(shown(f"More: --after {page.after}"))
    if count and not hidden:
        say(f"Hidden: {count}; new events in {with_new} of them. --hidden lists them.")


@app.command()
def name(
    project: Project,
    name: Annotated[
        str | None,
        typer.Argument(help=f"Up to {MAX_NAME} characters; an empty one removes the name."),
    ] = None,
    description: Annotated[
        str | None,
        typer.Option(help=f"Up to {MAX_DESCRIPTION} characters; an empty one removes it."),
    ] = None,
    json: Json = False,
) -> None:
    """Give a project a name, a description, or both, for people. Recorded in the access log.

    A name that the application's plug-in gives cannot be changed.
    """
    if name is None and description is None:
        raise CommandFailed("Give a name, a --description, or both.", USAGE)
    with connected("api") as connection:
        known = _found(connection, project)
        with ledger_errors():
            ours = not known.get(connection, project).named_by_application
        if name is not None and not ours:
            raise CommandFailed(f"The application gives the project {shown(project)} its name.")
        changed = name_project(
            connection, project, name=name, description=description, actor=_actor()
        )
    _say(project, "named", changed, json=json)


@app.command()
def hide(project: Project, json: Json = False) -> None:
    """Hide a project from lists of projects. Its tasks, links, audits and exports stay.

    Recorded in the access log, once.
    """
    with connected("api") as connection:
        _found(connection, project)
        changed = hide_project(connection, project, actor=_actor())
    _say(project, "hidden", changed, json=json)


@app.command()
def unhide(project: Project, json: Json = False) -> None:
    """Show a hidden project in lists again. Recorded in the access log, once."""
    with connected("api") as connection:
        _found(connection, project)
        changed = unhide_project(connection, project, actor=_actor())
    _say(project, "listed", changed, json=json)


def _projects() -> Projects:
    return Projects([each.projects() for each in plugins() if each.projects is not None])


def _found(connection: Connection[Any], project: str) -> Projects:
    known = _projects()
    with ledger_errors():
        exists = known.exists(connection, project)
    if not exists:
        close = get_close_matches(project, projects(connection), n=_CLOSE)
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        raise CommandFailed(shown(f"There is no project {project}.{hint}"))
    return known


def _printed(project: ListedProject, tasks: dict[Status, int]) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "named_by_application": project.named_by_application,
        "hidden": project.hidden,
        "created_at": project.created_at,
        "created_by": project.created_by,
        "attributes": dict(project.attributes),
        "tasks": tasks,
    }


def _since(hidden: Hidden | None) -> str:
    if hidden is None:
        return "-"
    new = f", {hidden.new_events} new events" if hidden.new_events else ""
    return f"{time_of(hidden.at)} by {shown(hidden.by)}{new}"


def _actor() -> str:
    return f"cli:{user()}"


def _say(project: str, state: str, changed: bool, *, json: bool) -> None:
    if json:
        print_json({"project": project, "changed": changed})
        return
    print_line(f"{shown(project)} {'is' if changed else 'was already'} {state}")
