"""`task-ledger worker`: the takeoff's Celery worker in this process's place."""

from typing import Annotated

import typer

from task_ledger.cli.spawn import become, settings_of


def worker(
    context: typer.Context,
    concurrency: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    queues: Annotated[str | None, typer.Option(help="Queues, separated by commas.")] = None,
) -> None:
    """Run a Celery worker; unknown options are passed on to Celery."""
    settings_of("worker", broker=True)
    become(
        *("celery", "--app", "services.workers.app", "worker"),
        *("--pool", "prefork", "--concurrency", str(concurrency)),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        *(("--queues", queues) if queues else ()),
        *context.args,
    )
