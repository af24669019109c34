"""`task-ledger demo`: drawings through all eight kinds of task, on a running system."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.api_client import ApiClient
from services.cli.demonstration import TASK_TYPES, Demonstration
from services.cli.demonstration_display import live
from services.cli.exits import USAGE, CommandFailed
from services.cli.machine_token import api_address, token_file
from services.cli.options import Json
from services.cli.printing import print_json, print_line
from services.cli.sample import PROJECT, sample_drawing
from services.cli.surroundings import settings


def demo(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILES", help="PDF or image files; a generated drawing set if none is named."
        ),
    ] = None,
    project: Annotated[str, typer.Option(help="Its id; made if missing.")] = PROJECT,
    pages: Annotated[
        int, typer.Option(min=1, max=100, help="How many pages of each file to work on.")
    ] = 4,
    json: Json = False,
) -> None:
    """Upload drawings to a running system and run every kind of task on them, live.

    Ends with status 1 if one does not end as it should. A takeoff of a page whose scale is not
    trusted should fail, and say so. The token in the var folder is used.
    """
    told = settings()
    try:
        token = token_file(told.var_dir).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise CommandFailed(
            f"There is no token in {token_file(told.var_dir)}: start `task-ledger up` first.", USAGE
        ) from error
    api = ApiClient(api_address(told), token)
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
