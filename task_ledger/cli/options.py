"""Arguments and options shared by several commands."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from task_ledger.model.timestamps import EARLIEST

Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
TaskId = Annotated[UUID, typer.Argument(metavar="TASK", help="The task's id.")]
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id.")]
ProjectOrAll = Annotated[
    str | None, typer.Argument(metavar="PROJECT", help="The project's id; omitted with --all.")
]
AllProjects = Annotated[bool, typer.Option("--all", help="All projects.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of results.")]


def point(text: str) -> int | datetime:
    """A version (a whole number) or a time (ISO 8601; without a zone it is UTC).

    Raises:
        typer.BadParameter: it is neither.
    """
    if text.isdecimal() and len(text) < 10:
        return int(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is neither a version (3) nor a time (2026-11-23T18:20:00Z)"
        ) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def past_time(text: str) -> datetime:
    """A time in the past (ISO 8601; without a zone it is UTC).

    Raises:
        typer.BadParameter: it is no time, in the future, or before the year 2000.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time (2026-11-23T18:20:00Z)") from error
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    if time > datetime.now(UTC):
        raise typer.BadParameter(f"{text!r} is in the future")
    if time < EARLIEST:
        raise typer.BadParameter(f"{text!r} is before the year 2000")
    return time
