"""`task-ledger adopt`: examine an application before switching it to the ledger."""

from typing import Annotated

import typer

from task_ledger.cli.exits import WRONG
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line, print_table, shown

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Examine an application before switching it to the ledger.",
)


@app.callback()
def adopt() -> None:
    """Examine an application before switching it to the ledger."""


@app.command()
def check(
    application: Annotated[
        str, typer.Argument(metavar="MODULE:APP", help="The Celery application.")
    ],
    json: Json = False,
) -> None:
    """List what a Celery application does that the ledger refuses or handles differently.

    Imports the application and its tasks and reads their source; connects to nothing and changes
    nothing. Findings that matter only for tracked tasks are marked. Exits with status 1 if there is
    any finding.
    """
    from task_ledger.cli.adoption.application import load
    from task_ledger.cli.adoption.calls import of_calls
    from task_ledger.cli.adoption.django_settings import of_django
    from task_ledger.cli.adoption.finding import in_rows
    from task_ledger.cli.adoption.settings import of_settings
    from task_ledger.cli.adoption.tasks import of_tasks

    found = load(application)
    findings = sorted({*of_settings(found), *of_django(found), *of_tasks(found), *of_calls(found)})
    tasks = sum(1 for _ in found.tasks())
    if json:
        print_json({"application": application, "tasks": tasks, "findings": findings})
    elif findings:
        print_table(
            ("where", "ledger", "tasks", "found", "fix"),
            [
                (
                    shown(f"{one.file}:{', '.join(map(str, lines))}"),
                    one.effect,
                    "tracked" if one.tracked_only else "all",
                    shown(one.found if len(lines) == 1 else f"{one.found} (each of these lines)"),
                    shown(one.advice),
                )
                for one, lines in in_rows(findings)
            ],
        )
    else:
        print_line(f"{tasks} tasks: no findings.")
    if findings:
        raise typer.Exit(WRONG)
