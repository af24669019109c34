"""`task-ledger tasks`: the tasks of a project, or of all."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from psycopg import Connection

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.options import AllProjects, Json, Limit, ProjectOrAll, past_time
from task_ledger.cli.printing import (
    print_json,
    print_line,
    print_table,
    say,
    shown,
    status_of,
    time_of,
)
from task_ledger.cli.projects import one_or_all, say_if_retired, say_if_unknown
from task_ledger.cli.trees import print_trees, trees_as_json
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.past_tasks import count_past_by_status, list_past_tasks
from task_ledger.eventlog.saved_views import View, read_views
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import count_by_status, list_tasks
from task_ledger.eventlog.tree_state import read_tree_states
from task_ledger.eventlog.waits import Wait, read_waits
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status


def tasks(  # noqa: PLR0917 (typer calls it by name)
    project: ProjectOrAll = None,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help="Words, and fields as in `status:FAILURE longer:5m`; after -- if one begins "
            "with -.",
        ),
    ] = None,
    status: Annotated[
        list[Status] | None,
        typer.Option(case_sensitive=False, help="Only tasks with this status; repeatable."),
    ] = None,
    all_projects: AllProjects = False,
    view: Annotated[
        str | None, typer.Option(help="Use the query and order of this saved view.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="The list as it was at a time (ISO 8601), newest first."),
    ] = None,
    trees: Annotated[
        bool,
        typer.Option(
            "--trees",
            help="List trees of work: only their first tasks, each with the state of its tree. The "
            "query is about these first tasks; root:ID lists what is below one.",
        ),
    ] = False,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List the tasks of a project or of all, newest first, or in the order of a saved view.

    Reads the read model, and says so if it is behind the log.
    """
    reach, words = one_or_all(project, query or [], all_projects=all_projects)
    at = past_time(as_of) if as_of is not None else None
    if at is not None and trees:
        raise typer.BadParameter("give one of --as-of and --trees")
    now = at or datetime.now(UTC)
    by_query = task_filter(" ".join(words), now)
    wanted = both(TaskFilter(statuses=frozenset(status or ()), roots=trees), by_query)
    with connected("auditor") as connection:
        saved = _saved(connection, reach, view) if view is not None else View("")
        wanted = both(wanted, task_filter(saved.query, now))
        if at is None:
            found = list_tasks(connection, reach, wanted, limit=limit, order=saved.order)
            counts = count_by_status(connection, reach, wanted)
        else:
            found = list_past_tasks(connection, reach, wanted, at, limit=limit)
            counts = count_past_by_status(connection, reach, wanted, at)
        waits = read_waits(connection, found) if at is None else {}
        states = read_tree_states(connection, found) if trees else {}
        lag = read_lag(connection)
        if len(found) < limit and reach is not None:
            say_if_retired(connection, reach)
        if not found and reach is not None:
            say_if_unknown(connection, reach)
    if json:
        waiting = {str(task_id): wait for task_id, wait in waits.items()}
        answer = {
            "tasks": found,
            "waiting": waiting,
            "counts": counts.by_status,
            "lag_s": lag.oldest_s,
        }
        print_json(answer | ({"trees": trees_as_json(states)} if trees else {}))
        return
    if lag.events:
        say(f"The list is {lag.events} events ({lag.oldest_s:.1f} s) behind the log.")
    if trees:
        print_trees(found, states, with_project=reach is None)
        return
    print_table(
        (
            *(("project",) if reach is None else ()),
            *("task", "status", "name", "attempt", "progress", "created", "worker", "error"),
        ),
        [
            (
                *((shown(each.project_id),) if reach is None else ()),
                str(each.task_id),
                status_of(each.status),
                shown(each.task_name),
                f"{each.attempt}/{each.max_attempts or '-'}",
                _progress(each),
                time_of(each.created_at),
                shown(each.worker or "-"),
                shown((each.error or {}).get("message", "") or _alarm(waits.get(each.task_id))),
            )
            for each in found
        ],
    )
    for queue, waits_in_it in sorted(_without_worker(waits.values()).items()):
        print_line(
            f"{waits_in_it} of these wait in queue {shown(queue)}: no worker consumes it.", "red"
        )
    print_line(
        ", ".join(f"{count} {name}" for name, count in counts.by_status.items() if count) or "none"
    )
    if counts.since is not None:
        print_line(f"Counted since {time_of(counts.since)}.")


def _alarm(wait: Wait | None) -> str:
    return f"NO WORKER consumes queue {wait.queue}" if wait and wait.no_worker else ""


def _without_worker(waits: Iterable[Wait]) -> Counter[str]:
    return Counter(wait.queue for wait in waits if wait.no_worker and wait.queue is not None)


def _saved(connection: Connection[Any], project: str | None, name: str) -> View:
    if project is None:
        raise typer.BadParameter("--view needs a project")
    views = {saved.name: saved.view for saved in read_views(connection, project)}
    if name not in views:
        known = ", ".join(map(shown, views)) or "none"
        raise CommandFailed(f"There is no view {shown(name)}. Views of this project: {known}.")
    return views[name]


def _progress(task: TaskRecord) -> str:
    return "-" if task.percent is None else shown(f"{task.percent:g} % {task.step or ''}".strip())
