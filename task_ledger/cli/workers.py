"""`task-ledger workers`: the living workers and their running tasks."""

from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line, print_table, shown, time_of
from task_ledger.eventlog.workers import Worker, WorkerState, read_workers


def workers(
    gone: Annotated[
        bool, typer.Option("--gone", help="Include workers that stopped or were lost within a day.")
    ] = False,
    json: Json = False,
) -> None:
    """List the living workers with their queues and running tasks."""
    with connected("auditor") as connection:
        found = [
            worker
            for worker in read_workers(connection, None)
            if gone or worker.state is WorkerState.ALIVE
        ]
    if json:
        print_json({"workers": found})
        return
    print_table(
        ("worker", "state", "pool", "tasks", "queues", "since", "runs"),
        [
            (
                shown(worker.worker),
                _state(worker),
                f"{worker.pool or '-'} {worker.processes or ''}".strip(),
                str(worker.held),
                shown(", ".join(worker.queues) or "-"),
                time_of(worker.began_at),
                shown(", ".join(task.task_name for task in worker.tasks if task.running) or "-"),
            )
            for worker in found
        ],
    )
    if not found:
        print_line("no workers" if gone else "no living workers")


def _state(worker: Worker) -> str:
    if worker.gone_at is None:
        return str(worker.state)
    return f"{worker.state} {time_of(worker.gone_at)}"
