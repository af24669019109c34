"""Evidence packs over HTTP: export, seal, verifier and report as one zip."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from anyio import to_thread
from fastapi import Query
from fastapi.responses import StreamingResponse
from psycopg import IsolationLevel

from task_ledger.eventlog.access_log import record_access
from task_ledger.eventlog.answered import AnsweredConnection
from task_ledger.eventlog.database import ledger_errors
from task_ledger.ops.settings import Settings
from task_ledger.server.auth import Exporting
from task_ledger.server.authorization import ProjectInReach, TaskInReach
from task_ledger.server.export_places import take_place
from task_ledger.server.parameters import Time
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared, configure, connect_options
from task_ledger.server.routes.router import api_router
from task_ledger.server.sealed_log import (
    NOT_SEALED,
    prove_period,
    read_rest_proof,
    read_status,
    read_task_proof,
)
from task_ledger.server.streamed import Streamed

if TYPE_CHECKING:
    from task_ledger.evidence.pack import Request, Seal

router = api_router("evidence")

_PIECE: Final = 256 * 1024
_SESSION: Final = "-c statement_timeout=5min -c idle_in_transaction_session_timeout=60s"
_ANSWER_S: Final = 330.0
"""Longer than the time limit for statements in `_SESSION`: a server that has not answered by then
is frozen.
"""

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A zip of the export, the seal or proofs, the program that checks them, "
        "and a report as HTML and PDF.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    },
    **declared(403, 404, 409, 410, 429),
}

Since = Annotated[
    Time | None, Query(description="The period starts with events recorded at this time.")
]
Until = Annotated[Time | None, Query(description="The period ends before this time.")]


@router.get("/projects/{project_id}/evidence", response_class=StreamingResponse, responses=_ANSWERS)
async def get_project_evidence(
    project_id: ProjectInReach,
    identity: Exporting,
    shared: Shared,
    since: Since = None,
    until: Until = None,
) -> StreamingResponse:
    """An evidence pack for a project, or for a period of it; it proves that it has all events that
    were recorded in the period. Needs the role auditor or admin."""
    return await _answer(shared, identity.name, project_id, None, (since, until))


@router.get("/tasks/{task_id}/evidence", response_class=StreamingResponse, responses=_ANSWERS)
async def get_task_evidence(
    task: TaskInReach, identity: Exporting, shared: Shared
) -> StreamingResponse:
    """An evidence pack for one task. Needs the role auditor or admin."""
    return await _answer(shared, identity.name, task.project_id, task.task_id)


async def _answer(
    shared: Resources,
    name: str,
    project_id: str,
    task_id: UUID | None,
    period: tuple[datetime | None, datetime | None] = (None, None),
) -> StreamingResponse:
    try:
        from task_ledger.evidence.pack import Request
    except ImportError as error:
        raise ProblemError(
            503, "not_installed", "This server lacks the extra evidence: install it."
        ) from error
    request = Request(project_id, task_id, *period, asked_by=name)
    release = take_place(shared, name)
    try:
        await shared.read(
            lambda connection: record_access(
                connection,
                name,
                "evidence",
                project_id=project_id,
                task_id=task_id,
                detail=request.period_in_words(),
            )
        )
        seal = await _seal(shared, request)
        file = await to_thread.run_sync(_write, shared.settings, request, seal)
    except BaseException:
        release()
        raise

    async def ended() -> None:
        try:
            await to_thread.run_sync(file.close)
        finally:
            release()

    filename = f"evidence-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    return Streamed(
        _pieces(file),
        ended=ended,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


async def _seal(shared: Resources, request: "Request") -> "Seal | None":
    from task_ledger.evidence.pack import Seal

    status = await read_status(shared, request.project_id)
    if status is None:
        return None
    try:
        if request.task_id is None:
            document = await read_rest_proof(shared, request.project_id)
            seal = document.get("seal", document)
            return Seal(document, status.vkeys, partial(prove_period, shared, seal))
        document = await read_task_proof(shared, request.project_id, request.task_id, 0)
    except ProblemError as problem:
        if problem.code != NOT_SEALED:
            raise
        return None
    return Seal(document, status.vkeys)


def _write(settings: Settings, request: "Request", seal: "Seal | None") -> IO[bytes]:
    from task_ledger.evidence.pack import NothingToShow, write_pack

    options = connect_options(settings, "task-ledger evidence", _SESSION)
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        with (
            ledger_errors(),
            AnsweredConnection.connect(settings.url_for("api"), **options) as connection,
        ):
            connection.answer_s = _ANSWER_S
            configure(settings, connection)
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            write_pack(file, connection, request, seal)
    except NothingToShow as error:
        file.close()
        raise not_found("event") from error
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await to_thread.run_sync(file.read, _PIECE):
        yield piece
