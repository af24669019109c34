"""Measures where a person points: the room around a place, or all symbols like one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field

from services.api.authorization import PageInReach, condition_in_reach
from services.api.changing import changed
from services.api.resources import Takeoff, TakeoffResources
from services.api.schemas.changes import ChangedAnswer
from takeoff.corrections import add_found
from takeoff.models import Document, Page
from takeoff.picked import PICKED, alike_on, fill_on
from takeoff.providers import Element
from takeoff.storage import Storage
from takeoff.terms import ContentType
from task_ledger.access import Identity
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Operating
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")

Pixel = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1e6)]
_Find = Callable[[Page, Path | None, tuple[float, float]], Sequence[Element]]


class PickRequest(BaseModel):
    """The place that a person points at, and the condition to measure."""

    model_config = ConfigDict(extra="forbid")

    condition_id: UUID
    at: tuple[Pixel, Pixel] = Field(description="x and y, in pixels of the page image.")


@router.post("/pages/{page_id}/fill", status_code=201, responses=declared(403, 404, 409, 413, 422))
async def fill_room(
    page: PageInReach, identity: Operating, takeoff: Takeoff, asked: PickRequest
) -> ChangedAnswer:
    """Measure the room around a place: with doors closed, then with wall openings closed, then with
    gaps closed. It counts once it is accepted. Needs the role operator or admin.
    """
    return await _picked(page, identity, takeoff, asked, fill_on)


@router.post(
    "/pages/{page_id}/count-alike", status_code=201, responses=declared(403, 404, 409, 413, 422)
)
async def count_alike(
    page: PageInReach, identity: Operating, takeoff: Takeoff, asked: PickRequest
) -> ChangedAnswer:
    """Count all symbols of the page drawn like the one at a place, rotated by any right angle or
    mirrored. They count once they are accepted; one undo removes them all. Needs the role operator
    or admin.
    """
    return await _picked(page, identity, takeoff, asked, alike_on)


async def _picked(
    page: Page, identity: Identity, takeoff: TakeoffResources, asked: PickRequest, find: _Find
) -> ChangedAnswer:
    condition = await condition_in_reach(asked.condition_id, identity, takeoff)
    async with takeoff.sessions() as session:
        document = await session.get_one(Document, page.document_id)
    elements = await to_thread.run_sync(
        _found, takeoff.storage, page, document, asked.at, find, limiter=takeoff.markings
    )
    by = current_actor()
    return await changed(
        takeoff,
        lambda session: add_found(session, page.id, condition.id, elements, PICKED, by=by),
    )


def _found(
    storage: Storage, page: Page, document: Document, at: tuple[float, float], find: _Find
) -> Sequence[Element]:
    if document.content_type is not ContentType.PDF:
        return find(page, None, at)
    with TemporaryDirectory(prefix="task-ledger-") as folder:
        source = Path(folder) / "source.pdf"
        storage.get_file(document.storage_key, source)
        return find(page, source, at)
