"""Documents and their pages."""

from typing import Annotated

from anyio import to_thread
from fastapi import Query
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from services.api.authorization import DocumentInReach, PageInReach
from services.api.page_failures import failures
from services.api.resources import Takeoff
from services.api.schemas.drawings import (
    DocumentAnswer,
    DocumentsAnswer,
    PageAnswer,
    PagesAnswer,
    PageSummary,
)
from services.page_sets import LACKS, lacks
from takeoff.models import Document, Page
from takeoff.smaller_image import ImageWidth, smaller_image
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import id_of, text_cursor_of
from task_ledger.server.parameters import Limit, NextText
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router
from task_ledger.server.streamed import Streamed

router = api_router("drawings")

# Lists omit text, words and evidence, which are most of a page's data.
_SUMMARY = (
    *(getattr(Page, name) for name in PageSummary.model_fields if name not in {"read", "failure"}),
    Page.ocr_text.is_not(None).label("read"),
    LACKS.label("lacks"),
)


@router.get("/projects/{project_id}/documents", responses=declared(404))
async def list_documents(
    project_id: ProjectInReach,
    takeoff: Takeoff,
    limit: Limit = 100,
    cursor: NextText = None,
) -> DocumentsAnswer:
    """A project's documents, newest first."""
    scope = f"documents of {project_id}"
    # Ids are UUIDv7, so they sort by time of upload.
    statement = select(Document).where(Document.project_id == project_id)
    if cursor is not None:
        statement = statement.where(Document.id < id_of(cursor, scope))
    async with takeoff.sessions() as session:
        found = list(await session.scalars(statement.order_by(Document.id.desc()).limit(limit + 1)))
    return DocumentsAnswer(
        documents=[DocumentAnswer.model_validate(document) for document in found[:limit]],
        next=text_cursor_of(str(found[limit - 1].id), scope) if len(found) > limit else None,
    )


@router.get("/documents/{document_id}", responses=declared(404))
async def get_document(document: DocumentInReach) -> DocumentAnswer:
    """One document. Its processing is shown by the project's tasks."""
    return DocumentAnswer.model_validate(document)


@router.get("/documents/{document_id}/pages", responses=declared(404))
async def list_pages(
    document: DocumentInReach,
    takeoff: Takeoff,
    limit: Limit = 100,
    after: Annotated[
        int, Query(ge=0, le=2**31 - 1, description="Return pages after this number.")
    ] = 0,
) -> PagesAnswer:
    """A document's pages, by number; empty until the document has been split into pages."""
    statement = (
        select(*_SUMMARY)
        .where(Page.document_id == document.id, Page.number > after)
        .order_by(Page.number)
        .limit(limit + 1)
    )
    async with takeoff.sessions() as session:
        pages = list(await session.execute(statement))
        lacking = [page.id for page in pages[:limit] if page.lacks]
        failed = await failures(session, document.processing_task_id, lacking)
    answers = [PageSummary.model_validate(page) for page in pages[:limit]]
    return PagesAnswer(
        pages=[page.model_copy(update={"failure": failed.get(page.id)}) for page in answers],
        next=pages[limit - 1].number if len(pages) > limit else None,
    )


@router.get("/pages/{page_id}", responses=declared(404))
async def get_page(page: PageInReach, takeoff: Takeoff) -> PageAnswer:
    """One page, with its words and the evidence for its classification, title block and scale."""
    answer = PageAnswer.model_validate(page)
    if not lacks(page):
        return answer
    async with takeoff.sessions() as session:
        set_id = await session.scalar(
            select(Document.processing_task_id).where(Document.id == page.document_id)
        )
        failed = await failures(session, set_id, [page.id])
    return answer.model_copy(update={"failure": failed.get(page.id)})


@router.get(
    "/pages/{page_id}/image",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The page's image.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        **declared(404),
    },
)
async def get_page_image(
    page: PageInReach,
    takeoff: Takeoff,
    width: Annotated[
        ImageWidth | None,
        Query(
            description="Width in pixels. The image is never wider than the page's full image, "
            "and may be slightly narrower or wider than requested."
        ),
    ] = None,
) -> StreamingResponse:
    """A page's image as PNG, in full size or smaller."""
    key = page.image_key
    if width is not None:
        key = await to_thread.run_sync(
            smaller_image, takeoff.storage, key, page.width_px, width, limiter=takeoff.thumbnails
        )
    size = await to_thread.run_sync(takeoff.storage.size, key)
    pieces = takeoff.storage.read(key)
    return Streamed(
        pieces,
        ended=lambda: to_thread.run_sync(pieces.close),
        media_type="image/png",
        headers={"Content-Length": str(size), "Cache-Control": "private, max-age=3600"},
    )
