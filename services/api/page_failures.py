"""Finds why pages could not be processed, from each page's task in its document's last set."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.api.schemas.drawings import PageFailure
from services.page_sets import outcomes


async def failures(
    session: AsyncSession, set_id: UUID | None, pages: Sequence[UUID]
) -> dict[UUID, PageFailure]:
    """Return the failures of those `pages` that the set could not process. Reads nothing without
    pages or a set.
    """
    if set_id is None or not pages:
        return {}
    became = await session.run_sync(lambda sync: outcomes(sync, set_id))
    wanted = frozenset(pages)
    return {
        each.page_id: PageFailure(task_id=each.task_id, reason=each.failure)
        for each in became
        if each.failure is not None and each.page_id in wanted
    }
