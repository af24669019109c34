"""Revisions of sheets: the current page, and what a newer revision changes."""

from uuid import UUID

from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.api.authorization import MadeProjectInReach, PageInReach, page_in_reach
from services.api.changing import changed
from services.api.resources import Takeoff
from services.api.routes.exports import as_file, named
from services.api.schemas.changes import ChangedAnswer
from services.api.schemas.revisions import (
    RevisionAnswer,
    RevisionsAnswer,
    SheetAnswer,
    SheetRevisionAnswer,
)
from takeoff.corrections import restore_sheet, supersede_sheet
from takeoff.export.csv_file import csv_of
from takeoff.export.revisions import read_revisions, revisions_table, sheet_of
from takeoff.models import Document, Page
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Operating
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")

_CANDIDATES = 100


class RevisionRequest(BaseModel):
    """The page that this one supersedes."""

    model_config = ConfigDict(extra="forbid")

    supersedes: UUID


@router.get("/pages/{page_id}/revision", responses=declared(404))
async def get_revision(page: PageInReach, takeoff: Takeoff) -> SheetRevisionAnswer:
    """The revisions before and after the page, with quantities by condition. Candidates are the
    project's other current pages, those with the same sheet number first.
    """

    def read(session: Session) -> SheetRevisionAnswer:
        project_id = session.get_one(Document, page.document_id).project_id
        found = read_revisions(session, project_id, page.id)
        newer = page.superseded_by and session.get_one(Page, page.superseded_by)
        return SheetRevisionAnswer(
            revision=RevisionAnswer.model_validate(found[0]) if found else None,
            superseded_by=_sheet(session, newer) if newer else None,
            candidates=_candidates(session, project_id, page) if not found else [],
        )

    async with takeoff.sessions() as session:
        return await session.run_sync(read)


@router.put("/pages/{page_id}/revision", responses=declared(403, 404, 409, 413, 422))
async def set_revision(
    page: PageInReach, identity: Operating, takeoff: Takeoff, asked: RevisionRequest
) -> ChangedAnswer:
    """Make the page the newer revision of another one, whose measurements are kept but no longer
    count. Needs the role operator or admin.
    """
    older = await page_in_reach(asked.supersedes, identity, takeoff)
    by = current_actor()
    return await changed(takeoff, lambda session: supersede_sheet(session, older.id, page.id, by))


@router.delete("/pages/{page_id}/revision", responses=declared(403, 404))
async def remove_revision(page: PageInReach, _: Operating, takeoff: Takeoff) -> ChangedAnswer:
    """Undo that the page is a newer revision of another one. Needs the role operator or admin."""
    by = current_actor()
    return await changed(takeoff, lambda session: restore_sheet(session, page.id, by))


@router.get("/projects/{project_id}/revisions", responses=declared(404))
async def list_revisions(project_id: MadeProjectInReach, takeoff: Takeoff) -> RevisionsAnswer:
    """All superseded sheets of a project, with each condition's quantities before and after."""
    async with takeoff.sessions() as session:
        found = await session.run_sync(read_revisions, project_id)
        return RevisionsAnswer.model_validate({"revisions": found})


@router.get(
    "/projects/{project_id}/revisions.csv",
    response_class=StreamingResponse,
    responses=as_file("text/csv"),
)
async def export_revisions(project_id: MadeProjectInReach, takeoff: Takeoff) -> StreamingResponse:
    """The revisions as CSV, with a row per revision and condition."""
    async with takeoff.sessions() as session:
        found = await session.run_sync(read_revisions, project_id)
    return StreamingResponse(
        csv_of(revisions_table(found)),
        media_type="text/csv; charset=utf-8",
        headers=named(f"revisions-{project_id}.csv"),
    )


def _sheet(session: Session, page: Page) -> SheetAnswer:
    document = session.get_one(Document, page.document_id)
    return SheetAnswer.model_validate(sheet_of(page, document.file_name))


def _candidates(session: Session, project_id: str, page: Page) -> list[SheetAnswer]:
    statement = (
        select(Page, Document.file_name)
        .join(Document, Document.id == Page.document_id)
        .where(
            Document.project_id == project_id,
            Page.id != page.id,
            Page.superseded_by.is_(None),
        )
        .order_by(
            Page.sheet_number.is_distinct_from(page.sheet_number), Document.id.desc(), Page.number
        )
        .limit(_CANDIDATES)
    )
    rows = session.execute(statement)
    return [SheetAnswer.model_validate(sheet_of(each, name)) for each, name in rows]
