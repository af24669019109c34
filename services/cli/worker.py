"""`task-ledger worker`: a Celery worker in this process's place."""

from typing import Annotated

import typer

from services.cli.starting import become, told_enough


def worker(
    context: typer.Context,
    concurrency: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    queues: Annotated[str | None, typer.Option(help="Queues, separated by commas.")] = None,
) -> None:
    """Run a Celery worker; options that it does not know are passed on to Celery."""
    told_enough("worker", broker=True)
    become(
        *("celery", "--app", "services.workers.app", "worker"),
        *("--pool", "prefork", "--concurrency", str(concurrency)),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        *(("--queues", queues) if queues else ()),
        *context.args,
    )
