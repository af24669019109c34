"""Quantities as files: CSV, a workbook, and PDFs with marked measurements."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from anyio import to_thread
from fastapi import Query
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import load_only

from services.api.authorization import DocumentInReach, MadeProjectInReach
from services.api.resources import Takeoff, TakeoffResources
from takeoff.export.csv_file import csv_of
from takeoff.export.lines import Line, read_lines
from takeoff.export.marked_pdf import Drawings, write_marked_pdf
from takeoff.export.tables import By, table
from takeoff.export.workbook import write_workbook
from takeoff.models import Document, Page
from takeoff.storage import Storage, read_chunks
from takeoff.terms import ContentType
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router
from task_ledger.server.streamed import Streamed

router = api_router("takeoff")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MARKED = (Page.number, Page.image_key, Page.width_px, Page.height_px, Page.dpi)


def as_file(kind: str) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that answers with a file of this media type."""
    return {
        200: {
            "description": "The file.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}}},
        },
        **declared(404),
    }


@router.get(
    "/projects/{project_id}/takeoff.csv",
    response_class=StreamingResponse,
    responses=as_file("text/csv"),
)
async def export_csv(
    project_id: MadeProjectInReach,
    takeoff: Takeoff,
    by: Annotated[
        By,
        Query(
            description="What to total quantities by, or `measurement` for one row per measurement."
        ),
    ] = By.MEASUREMENT,
) -> StreamingResponse:
    """A project's quantities as CSV."""
    lines = await _lines(takeoff, project_id)
    return StreamingResponse(
        csv_of(table(by, lines)),
        media_type="text/csv; charset=utf-8",
        headers=named(f"takeoff-{project_id}-by-{by}.csv"),
    )


@router.get(
    "/projects/{project_id}/takeoff.xlsx",
    response_class=StreamingResponse,
    responses=as_file(_XLSX),
)
async def export_workbook(project_id: MadeProjectInReach, takeoff: Takeoff) -> StreamingResponse:
    """A project's quantities as a workbook: by condition, by sheet, by room, and each
    measurement."""
    lines = await _lines(takeoff, project_id)
    return await _written(
        lambda target: write_workbook(target, [table(by, lines) for by in By]),
        takeoff,
        _XLSX,
        f"takeoff-{project_id}.xlsx",
    )


@router.get(
    "/documents/{document_id}/marked.pdf",
    response_class=StreamingResponse,
    responses={**as_file("application/pdf"), **declared(422)},
)
async def export_marked_pdf(document: DocumentInReach, takeoff: Takeoff) -> StreamingResponse:
    """A document as a PDF with its measurements marked, numbered as in the table at its end and on
    the page."""
    lines = await _lines(takeoff, document.project_id, document)
    pages = select(Page).options(load_only(*_MARKED)).where(Page.document_id == document.id)
    async with takeoff.sessions() as session:
        found = list(await session.scalars(pages.order_by(Page.number)))
    return await _written(
        lambda target: _write_marked(takeoff.storage, document, found, lines, target),
        takeoff,
        "application/pdf",
        f"{Path(document.file_name).stem} marked.pdf",
    )


async def _lines(
    takeoff: TakeoffResources, project_id: str, document: Document | None = None
) -> list[Line]:
    document_id = document.id if document else None
    async with takeoff.sessions() as session:
        return await session.run_sync(read_lines, project_id, document_id)


def _write_marked(
    storage: Storage, document: Document, pages: list[Page], lines: list[Line], target: Path
) -> None:
    if document.content_type is ContentType.PDF:
        source = target.with_name("source.pdf")
        storage.get_file(document.storage_key, source)
        drawings = Drawings(document.file_name, source, {})
    else:
        images = {page.number: target.with_name(f"{page.number}.png") for page in pages}
        for page in pages:
            storage.get_file(page.image_key, images[page.number])
        drawings = Drawings(document.file_name, None, images)
    write_marked_pdf(target, drawings, pages, lines)


async def _written(
    write: Callable[[Path], None], takeoff: TakeoffResources, media_type: str, name: str
) -> Streamed:
    """Stream the file that `write` writes to the given path; it is deleted after it was sent."""
    folder = TemporaryDirectory(prefix="task-ledger-")
    target = Path(folder.name) / "written"
    try:
        await to_thread.run_sync(write, target, limiter=takeoff.markings)
    except BaseException:
        folder.cleanup()
        raise
    return Streamed(
        read_chunks(target),
        ended=lambda: to_thread.run_sync(folder.cleanup),
        media_type=media_type,
        headers=named(name),
    )


def named(name: str) -> dict[str, str]:
    """The headers of a file that is saved under this name."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
