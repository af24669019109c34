"""`task-ledger projector`: replace this process by the projector."""

from typing import Annotated

import typer

from task_ledger.cli.spawn import become, settings_of


def projector(
    only: Annotated[
        str | None,
        typer.Option(
            help="Parts to run: fold, relay, reconcile, months, or those of plug-ins; "
            "comma-separated."
        ),
    ] = None,
) -> None:
    """Run the projector: fold events, number timelines and publish messages.

    Several projectors may run.
    """
    settings_of("projector", broker=only is None or "relay" in only)
    become("task_ledger.projector", *(("--only", only) if only else ()))
