"""Ends a set of pages by counting their outcomes."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from services.page_sets import PageOutcome, outcomes
from services.workers.app import app
from services.workers.errors import EveryPageFailed
from takeoff.models import Document, Page
from task_ledger import LedgerTask

_SHOWN: Final = 200


@app.task(
    name="takeoff.process_pages",
    task_type="set_processing",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=(EveryPageFailed,),
    retry_backoff=2,
)
def process_pages(self: LedgerTask, pages: int, document_ids: list[str]) -> dict[str, Any]:
    """Count the outcomes of a set's pages, all of which have ended.

    `pages` counts all pages of the documents, including those that lacked nothing. In the result,
    `pages_withheld` counts those of `pages_processed` with an unconfirmed scale, which are not
    measured until a person calibrates them.

    Raises:
        EveryPageFailed: no page was processed; the message has the first reasons.
    """
    ended = outcomes(self.session, UUID(self.request.id))
    failed = [each for each in ended if each.failure is not None]
    named = _named(self, failed)
    if ended and len(failed) == len(ended):
        raise EveryPageFailed.of(named)
    cancelled = sum(each.cancelled for each in failed)
    return {
        "document_ids": document_ids,
        "pages": pages,
        "pages_processed": len(ended) - len(failed),
        "pages_failed": len(failed) - cancelled,
        "pages_cancelled": cancelled,
        "pages_withheld": sum(bool((each.result or {}).get("scale_withheld")) for each in ended),
        "pages_done_before": pages - len(ended),
        "failed": named[:_SHOWN],
    }


def _named(task: LedgerTask, failed: Sequence[PageOutcome]) -> list[dict[str, Any]]:
    """Return those pages with their reasons, ordered by document and number."""
    reasons = {each.page_id: each.failure for each in failed}
    statement = (
        select(Page.id, Page.number, Page.sheet_number, Document.file_name)
        .join(Document, Document.id == Page.document_id)
        .where(Page.id.in_(reasons))
        .order_by(Document.id, Page.number)
    )
    there = {row.id: row for row in task.session.execute(statement)}
    named = [
        {
            "page_id": str(page_id),
            "page": row.number,
            "file_name": row.file_name,
            "reason": reasons[page_id],
        }
        for page_id, row in there.items()
    ]
    gone = [
        {"page_id": str(page_id), "page": None, "file_name": None, "reason": reason}
        for page_id, reason in reasons.items()
        if page_id not in there
    ]
    return named + gone
