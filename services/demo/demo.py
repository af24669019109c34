"""`task-ledger demo`: runs all eight kinds of task on drawings, on a running system."""

from pathlib import Path
from typing import Annotated

import typer

from services.demo.api_client import ApiClient
from services.demo.demonstration import TASK_TYPES, Demonstration
from services.demo.display import live
from services.demo.sample import PROJECT, sample_drawing
from task_ledger.cli.configuration import settings
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.machine_token import api_address, read_token
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line


def demo(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILES", help="PDF or image files; default: a generated drawing set."
        ),
    ] = None,
    project: Annotated[str, typer.Option(help="The project's id; created if missing.")] = PROJECT,
    pages: Annotated[
        int, typer.Option(min=1, max=100, help="Number of pages of each file to work on.")
    ] = 4,
    json: Json = False,
) -> None:
    """Upload drawings to a running system, run every kind of task on them, and watch them live.

    Exits with status 1 if a task does not end as it should. A takeoff of a page without a trusted
    scale is expected to fail, and to say so. Uses the token in the var folder.
    """
    told = settings()
    api = ApiClient(api_address(told), read_token(told.var_dir))
    with live(quiet=json) as show:
        demonstration = Demonstration(api, project, pages=pages, show=show)
        demonstration.run(files or [sample_drawing(told.var_dir)])
    problems = demonstration.problems
    if json:
        print_json(
            {
                "project_id": project,
                "tasks": [
                    {
                        "task_id": each.task_id,
                        "task_type": each.task_type,
                        "about": each.about,
                        "status": each.task["status"],
                        "as_it_should": each.as_it_should,
                    }
                    for each in demonstration.asked
                ],
                "problems": problems,
            }
        )
    if problems:
        raise CommandFailed("\n".join(problems))
    if not json:
        print_line(
            f"All {len(TASK_TYPES)} kinds of task ended as they should, in project {project}."
        )
