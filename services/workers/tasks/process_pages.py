"""Ends a set of pages: says what became of each."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

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
def process_pages(
    self: LedgerTask, outcomes: list[dict[str, Any]], pages: int, document_ids: list[str]
) -> dict[str, Any]:
    """Sum up what became of the pages of a set, once all have been processed.

    Raises:
        EveryPageFailed: none could be; the message has the first reasons.
    """
    failed = [each for each in outcomes if "failed" in each]
    named = _named(self, failed)
    if outcomes and len(failed) == len(outcomes):
        raise EveryPageFailed.of(named)
    return {
        "document_ids": document_ids,
        "pages": pages,
        "pages_processed": len(outcomes) - len(failed),
        "pages_failed": len(failed),
        "pages_done_before": pages - len(outcomes),
        "failed": named[:_SHOWN],
    }


def _named(task: LedgerTask, failed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those pages with the reason, by document and number, as a person looks for them."""
    reasons = {UUID(each["page_id"]): each["failed"] for each in failed}
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
