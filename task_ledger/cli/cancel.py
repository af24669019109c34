"""`task-ledger cancel`: cancel a task."""

from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.options import Json, TaskId
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line
from task_ledger.eventlog.append import request_cancel
from task_ledger.eventlog.read import read_task


def cancel(
    task: TaskId,
    reason: Annotated[str | None, typer.Option(help="The reason, stored in the log.")] = None,
    terminate: Annotated[
        bool,
        typer.Option(
            "--terminate",
            help="Kill the process of the running attempt.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Cancel a task. Once the cancel is accepted, the task never ends in SUCCESS.

    Exits with status 1 if the task has already ended, or if its worker cannot kill the attempt's
    process. The actor is `cli:` followed by your user name.
    """
    actor = f"cli:{user()}"
    with connected("api") as connection:
        answer = request_cancel(connection, task, actor, reason, terminate=terminate)
        status = read_task(connection, task).status
    if answer.outcome == "ended":
        raise CommandFailed(f"Task {task} had ended with {status}; there is nothing to cancel.")
    if json:
        print_json({"task_id": task, "outcome": answer.outcome, "status": status})
        return
    said = "was requested before" if answer.outcome == "already" else "is accepted"
    print_line(f"The cancel {said}; task {task} is {status}.")
