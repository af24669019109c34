"""Processing all pages of a document or a project in one request."""

from collections.abc import Callable
from typing import Literal

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from services.api.authorization import DocumentInReach, MadeProjectInReach
from services.api.resources import Takeoff, TakeoffResources
from services.api.schemas.registered import SetAnswer
from services.page_sets import AskedSet, ask_for_document, ask_for_project
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.addresses import address_of
from task_ledger.server.auth import Operating
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import PREFIX, api_router

router = api_router("drawings")


class SetRequest(BaseModel):
    """How to read the pages."""

    model_config = ConfigDict(extra="forbid")

    ocr_mode: Literal["fast", "accurate"] = Field(
        default="fast",
        description=(
            "fast: only what each page lacks; reads the text layer, or the image if the text layer "
            "has too little text. accurate: every page again, text layer and whole image."
        ),
    )


@router.post(
    "/documents/{document_id}/process", status_code=202, responses=declared(403, 404, 409, 413, 422)
)
async def process_document_pages(
    document: DocumentInReach,
    _: Operating,
    takeoff: Takeoff,
    request: Request,
    response: Response,
    asked: SetRequest | None = None,
) -> SetAnswer:
    """Read and classify all pages of a document and detect their scales; pages that lack nothing
    are skipped. The task ends when every page has been processed, and lists those that failed;
    cancelling it cancels them. A repeated request returns the running task. Needs the role operator
    or admin.
    """
    mode, by = (asked or SetRequest()).ocr_mode, current_actor()
    return await _answered(
        takeoff,
        request,
        response,
        lambda session: ask_for_document(session, takeoff.sender, document.id, by, mode),
    )


@router.post(
    "/projects/{project_id}/process", status_code=202, responses=declared(403, 404, 409, 413, 422)
)
async def process_project_pages(
    project_id: MadeProjectInReach,
    _: Operating,
    takeoff: Takeoff,
    request: Request,
    response: Response,
    asked: SetRequest | None = None,
) -> SetAnswer:
    """Process all pages of a project's documents, as for one document. Documents already being
    processed are skipped. Needs the role operator or admin.
    """
    mode, by = (asked or SetRequest()).ocr_mode, current_actor()
    return await _answered(
        takeoff,
        request,
        response,
        lambda session: ask_for_project(session, takeoff.sender, project_id, by, mode),
    )


async def _answered(
    takeoff: TakeoffResources,
    request: Request,
    response: Response,
    ask: Callable[[Session], AskedSet],
) -> SetAnswer:
    async with takeoff.sessions() as session:
        found = await session.run_sync(ask)
        await session.commit()
    response.headers["Location"] = address_of(request, f"{PREFIX}/tasks/{found.task_id}")
    if found.registered is None:
        message = "These pages are already being processed."
    elif found.pages:
        message = f"{found.pages} pages registered for processing."
    else:
        message = "Every page has already been processed."
    return SetAnswer(
        task_id=found.task_id,
        version=found.registered.version if found.registered else 1,
        pages_count=found.pages,
        running=found.registered is None,
        message=message,
    )
