"""`task-ledger rerun`, `retry`, `comment` and `act`: acting on tasks."""

from datetime import UTC, datetime
from time import sleep
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from psycopg import Connection

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.options import AllProjects, Json, ProjectOrAll, TaskId
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, status_of
from task_ledger.cli.projects import one_or_all
from task_ledger.eventlog.actions import (
    KINDS,
    Action,
    ActionKind,
    draft_action,
    read_action,
    read_action_tasks,
    start_action,
)
from task_ledger.eventlog.append import note, request_retry
from task_ledger.eventlog.read import read_task
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.selecting import Selected, select_tasks
from task_ledger.model.events import Noted, make_data

LOOK_EVERY_S: Final = 0.2
WAIT_S: Final = 10.0

_DOES: Final[dict[ActionKind, str]] = {
    "cancel": "{} will be cancelled",
    "rerun": "{} will be run again, each as a new task with the same arguments",
    "retry": "{} will be retried now",
    "comment": "{} will get the comment",
}
_REFUSED: Final = {
    "not_ended": "has not ended; cancel it first",
    "no_message": "cannot be run again: its message was deleted or erased",
    "lacks_results": "needs the result of a task that has none",
    "too_many": "has reached the limit of notes",
    "not_retrying": "is not in a countdown",
    "ended": "had ended",
    "already": "was cancelled, or its countdown had ended",
    "not_terminable": "runs on a worker that cannot kill its process",
    "unknown": "is not in the ledger",
    "retired": "is in a month that is archived, or being archived",
}

Reason = Annotated[str | None, typer.Option(help="The reason, stored in the log.")]


def retry(task: TaskId, reason: Reason = None, json: Json = False) -> None:
    """End the countdown to a task's next attempt, so that it is due at once.

    Exits with status 1 if the task is not in a countdown. The actor is `cli:` followed by your user
    name.
    """
    with connected("api") as connection:
        answer = request_retry(connection, task, _actor(), reason)
        status = read_task(connection, task).status
    if answer.outcome == "ended":
        raise CommandFailed(f"Task {task} had ended with {status}; run it again instead.")
    if json:
        print_json({"task_id": task, "outcome": answer.outcome, "status": status})
        return
    told = "was over" if answer.outcome == "already" else "is ended; its next attempt is due"
    print_line(f"The countdown of task {task} {told}.")


def comment(
    task: TaskId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="At most 2,000 characters.")],
    json: Json = False,
) -> None:
    """Comment on a task, in its history. The actor is `cli:` followed by your user name."""
    if not text:
        raise CommandFailed("A comment needs at least one character.")
    data = make_data(Noted, kind="comment", message=text)
    with connected("api") as connection:
        answer = note(connection, task, _actor(), data)
    if json:
        print_json({"task_id": task, "version": answer.version})
        return
    print_line(f"The comment is version {answer.version} of task {task}.")


def rerun(task: TaskId, reason: Reason = None, json: Json = False) -> None:
    """Run an ended task again, as a new task with the same message.

    Needs a running projector; waits up to 10 s for it. Exits with status 1 if the task has not
    ended, or if its message was deleted. The actor is `cli:` followed by your user
    name.
    """
    with connected("api") as connection:
        project = read_task(connection, task).project_id
        with connection.transaction():
            action = draft_action(connection, "rerun", [task], actor=_actor(), project_id=project)
            start_action(connection, action, actor=_actor(), reason=reason)
        _finished(connection, action, WAIT_S)
        (done,) = read_action_tasks(connection, action, limit=1)
    if done.outcome not in {None, "done"}:
        why = _REFUSED.get(str(done.outcome)) or f"was refused: {done.detail}"
        raise CommandFailed(f"Task {task} {why}.")
    if json:
        print_json(
            {
                "task_id": done.new_task_id,
                "rerun_of": task,
                "action_id": action,
                "outcome": done.outcome or "waiting",
            }
        )
        return
    when = "runs again" if done.outcome else "will run again, once a projector runs,"
    print_line(f"Task {task} {when} as {done.new_task_id}.")


def act(  # noqa: PLR0917 (typer calls it by name)
    kind: Annotated[str, typer.Argument(metavar="|".join(KINDS), help="The action.")],
    project: ProjectOrAll = None,
    query: Annotated[
        list[str] | None,
        typer.Argument(help="Query for the tasks, such as `status:FAILURE error:~timeout`."),
    ] = None,
    all_projects: AllProjects = False,
    reason: Annotated[
        str | None, typer.Option(help="The reason, or the comment, stored in each task's log.")
    ] = None,
    terminate: Annotated[
        bool, typer.Option("--terminate", help="With cancel: kill running attempts' processes.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000, help="Maximum number of tasks; takes the newest.")
    ] = 1000,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before starting.")] = False,
    json: Json = False,
) -> None:
    """Cancel, rerun, retry or comment all tasks that a query matches.

    Shows their number, asks for confirmation, then shows the progress. A projector acts on the
    tasks, at most 100 per second and at most once on each, even if this command is interrupted.
    Exits with status 1 if no task matches. The actor is `cli:` followed by your user name.
    """
    if kind not in KINDS:
        raise typer.BadParameter(f"one of {', '.join(KINDS)}")
    if terminate and kind != "cancel":
        raise typer.BadParameter("--terminate needs cancel")
    if kind == "comment" and not reason:
        raise typer.BadParameter("comment needs --reason TEXT")
    reach, words = one_or_all(project, query or [], all_projects=all_projects)
    text = " ".join(words)
    wanted = task_filter(text, datetime.now(UTC))
    with connected("api") as connection:
        found = select_tasks(connection, reach, wanted, kind, limit=limit)
        if not found.task_ids:
            raise CommandFailed("No matching task allows this action.")
        if not json:
            _preview(kind, found)
        if not yes and not typer.confirm("Start?", err=True):
            raise CommandFailed("Nothing was done.")
        with connection.transaction():
            action = draft_action(
                connection,
                kind,
                found.task_ids,
                actor=_actor(),
                project_id=reach,
                selected_by=text,
                terminate=terminate,
            )
            start_action(connection, action, actor=_actor(), reason=reason)
        try:
            ended = _finished(connection, action, None)
        except KeyboardInterrupt:
            say(f"Action {action} continues in the background.")
            raise
    if json:
        print_json(ended)
        return
    print_line(f"{ended.done} of {ended.tasks} done.")
    for outcome, count in sorted(ended.outcomes.items()):
        if outcome != "done":
            print_line(f"{count}: {_REFUSED.get(outcome, outcome)}")


def _preview(kind: ActionKind, found: Selected) -> None:
    count = len(found.task_ids)
    tasks = "1 task" if count == 1 else f"{count} tasks"
    more = ", the newest of more" if found.more else ""
    print_line(f"{_DOES[kind].format(tasks)}{more}. The first:")
    print_table(
        ("task", "status", "name"),
        [
            (str(task.task_id), status_of(task.status), shown(task.task_name))
            for task in found.sample
        ],
    )


def _finished(connection: Connection[Any], action_id: UUID, wait_s: float | None) -> Action:
    """Wait until the action has ended, or for `wait_s` seconds, and return it."""
    waited = 0.0
    while True:
        action = read_action(connection, action_id)
        if action is None:
            raise CommandFailed(f"The action {action_id} was deleted.")
        if action.ended_at is not None or (wait_s is not None and waited >= wait_s):
            return action
        sleep(LOOK_EVERY_S)
        waited += LOOK_EVERY_S


def _actor() -> str:
    return f"cli:{user()}"
