"""The timeline of a project as a file, with everything that its digests cover."""

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

router = api_router("timeline")

FORMATS = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@router.get(
    "/projects/{project_id}/events/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "One event a line: every column that its digest covers, `data_text` "
            "with the exact text, and the digest.",
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
    task_id: Annotated[UUID | None, Query(description="The events of this task only.")] = None,
) -> StreamingResponse:
    """Every event of the timeline, oldest first; `docs/digest.md` shows how to check it.
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
        export = await to_thread.run_sync(Export, shared.settings, project_id, task_id)
    except BaseException:
        release()
        raise
    chunks = export.chunks(csv_lines if format == "csv" else ndjson, release)
    name = f"events-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{format}"
    return StreamingResponse(
        _with_header(chunks) if format == "csv" else chunks,
        media_type=FORMATS[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _with_header(chunks: AsyncIterator[str]) -> AsyncIterator[str]:
    yield CSV_HEADER
    async for chunk in chunks:
        yield chunk
