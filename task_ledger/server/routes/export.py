"""A project's timeline as a file, with all columns covered by the digests."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import Query
from fastapi.responses import StreamingResponse

from task_ledger.eventlog.access_log import record_access
from task_ledger.server.auth import Exporting
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.export_places import take_place
from task_ledger.server.exporting import CSV_HEADER, Export, csv_lines, ndjson
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.streamed import Streamed

router = api_router("timeline")

FORMATS = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@router.get(
    "/projects/{project_id}/events/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "One event per line: every column covered by its digest, the exact "
            "text of its data in `data_text`, and the digest. The header Task-Ledger-Late-S says "
            "how many seconds it may be behind the log, when a read replica answered.",
            "content": {
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
            },
        },
        **declared(403, 404, 429),
    },
)
async def export_project_events(
    project_id: ProjectInReach,
    identity: Exporting,
    shared: Shared,
    format: Annotated[Literal["ndjson", "csv"], Query()] = "ndjson",
    task_id: Annotated[UUID | None, Query(description="Only the events of this task.")] = None,
) -> StreamingResponse:
    """All events of the timeline, oldest first; `docs/digest.md` shows how to check the digests.
    Needs the role auditor or admin."""
    release = take_place(shared, identity.name)
    try:
        await shared.read(
            lambda connection: record_access(
                connection,
                identity.name,
                "export",
                project_id=project_id,
                task_id=task_id,
                detail=format,
            )
        )
        export = await to_thread.run_sync(Export, shared, project_id, task_id)
    except BaseException:
        release()
        raise

    async def ended() -> None:
        try:
            await to_thread.run_sync(export.close)
        finally:
            release()

    chunks = export.chunks(csv_lines if format == "csv" else ndjson)
    name = f"events-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{format}"
    return Streamed(
        _with_header(chunks) if format == "csv" else chunks,
        ended=ended,
        media_type=FORMATS[format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Task-Ledger-Late-S": f"{export.late_s:.3f}",
        },
    )


async def _with_header(chunks: AsyncIterator[str]) -> AsyncIterator[str]:
    yield CSV_HEADER
    async for chunk in chunks:
        yield chunk
