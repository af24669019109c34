"""`task-ledger evidence`: a history with its proofs, as a zip."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from psycopg import Connection, IsolationLevel

from task_ledger.cli.configuration import settings
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import point
from task_ledger.cli.person import person
from task_ledger.cli.printing import say
from task_ledger.cli.seal_files import log_location
from task_ledger.eventlog.access_log import record_access
from task_ledger.eventlog.read import read_events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from task_ledger.eventlog.period import Period
    from task_ledger.evidence.pack import Request, Seal


def evidence(
    *,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="The zip file to write.")],
    task: Annotated[UUID | None, typer.Option(help="The task's id.")] = None,
    project: Annotated[str | None, typer.Option(help="The project's id.")] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Time in ISO 8601.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="ISO 8601.")] = None,
) -> None:
    """Write an evidence pack: export, seal, the program that checks both, and a report.

    --since and --until select a project's events by the time they were recorded; the pack proves
    that it contains all of them. For a task, they limit only the report.
    """
    if (task is None) == (project is None):
        raise CommandFailed("Name one of --task and --project.", USAGE)
    try:
        from task_ledger.evidence.pack import Request, write_pack
    except ImportError as error:
        raise CommandFailed(
            f"{error.name} is not installed: install task-ledger[evidence].", USAGE
        ) from error
    period = _time(since, "--since"), _time(until, "--until")
    with connected("auditor", autocommit=False) as connection:
        named = project or _project_of(connection, task)
        request = Request(named, task, *period, asked_by=person())
        record_access(
            connection,
            request.asked_by,
            "evidence",
            project_id=named,
            task_id=task,
            detail=request.period_in_words(),
        )
        connection.commit()
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        seal = _seal(request)
        try:
            with out.open("xb") as file:
                try:
                    if not write_pack(file, connection, request, seal):
                        say("None of these events is sealed here: the pack has no signature.")
                except BaseException:
                    out.unlink()
                    raise
        except FileExistsError as error:
            raise CommandFailed(f"{out} already exists.", USAGE) from error
        except OSError as error:
            raise CommandFailed(f"{out}: {error.strerror}", USAGE) from error


def _project_of(connection: Connection[Any], task: UUID | None) -> str:
    first = read_events(connection, task, limit=1) if task is not None else []
    if not first:
        raise CommandFailed("There are no such events; check the id.")
    return first[0].project_id


def _seal(request: "Request") -> "Seal | None":
    """The seal of the task or project; None if this machine has no sealed log that covers it."""
    from task_ledger.evidence.pack import Seal
    from task_ledger.sealer.event_proofs import task_proof
    from task_ledger.sealer.period_proof import period_proof
    from task_ledger.sealer.postgres import PostgresSource
    from task_ledger.sealer.rest_proof import rest_proof
    from task_ledger.sealer.seal_file import NotSealed
    from task_ledger.sealer.status import project_seal_status

    log = log_location()
    if not log.state.exists():
        return None
    vkeys = project_seal_status(log.state, request.project_id).vkeys

    def prove(
        period: "Period", before: "Mapping[UUID, tuple[int, bytes]]"
    ) -> dict[str, Any] | None:
        try:
            with PostgresSource(settings().url_for("auditor")) as source:
                return period_proof(log.state, source, seal, period, before)
        except NotSealed:
            return None

    try:
        with PostgresSource(settings().url_for("auditor")) as source:
            if request.task_id is None:
                document = rest_proof(log.state, log.store(), source, request.project_id)
                seal = document.get("seal", document)
                return Seal(document, vkeys, prove)
            found = task_proof(log.state, log.store(), source, request.project_id, request.task_id)
            return Seal(found, vkeys)
    except NotSealed:
        return None


def _time(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    time = point(text)
    if not isinstance(time, datetime):
        raise CommandFailed(f"{option} needs a time, such as 2026-11-23T18:20:00Z.", USAGE)
    return time
