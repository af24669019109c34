"""Queues an untracked task for every page of a document.

They follow other tasks automatically, and no route waits for them. Requests by people are
registered by routes as tracked tasks.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from services.page_sets import queue_of
from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.tasks.classify_page import classify_page
from services.workers.tasks.detect_page_scale import detect_page_scale
from services.workers.tasks.process_page_ocr import process_page_ocr
from services.workers.tasks.process_page_title_block_ocr import process_page_title_block_ocr
from takeoff.models import Document, Page
from task_ledger import LedgerTask

_UNTRACKED: Final[dict[str, Any]] = {
    "max_retries": 3,
    "autoretry_for": (Exception,),
    "dont_autoretry_for": (NotFound,),
    "retry_backoff": 2,
}


@app.task(name="takeoff.process_document_ocr", bind=True, base=LedgerTask, **_UNTRACKED)
def process_document_ocr(self: LedgerTask, document_id: str, ocr_mode: str = "fast") -> int:
    """Queue reading of every page, in the queue `ocr` if its image must be read; return the number
    of pages.
    """
    pages = _pages(self.session, document_id)
    for page in pages:
        process_page_ocr.apply_async(
            (str(page.id),), {"ocr_mode": ocr_mode}, queue=queue_of(page, ocr_mode)
        )
    return len(pages)


@app.task(name="takeoff.classify_document_pages", bind=True, base=LedgerTask, **_UNTRACKED)
def classify_document_pages(
    self: LedgerTask, document_id: str, provider: str | None = None, use_vision: bool = False
) -> int:
    """Queue the classification of every page; return the number of pages."""
    pages = _pages(self.session, document_id)
    for page in pages:
        classify_page.delay(str(page.id), provider=provider, use_vision=use_vision)
    return len(pages)


@app.task(name="takeoff.detect_document_scales", bind=True, base=LedgerTask, **_UNTRACKED)
def detect_document_scales(self: LedgerTask, document_id: str) -> int:
    """Queue the detection of every page's scale; return the number of pages."""
    pages = _pages(self.session, document_id)
    for page in pages:
        detect_page_scale.delay(str(page.id))
    return len(pages)


@app.task(name="takeoff.process_document_title_block", bind=True, base=LedgerTask, **_UNTRACKED)
def process_document_title_block(self: LedgerTask, document_id: str) -> int:
    """Queue a second look at every page's title block; return the number of pages."""
    pages = _pages(self.session, document_id)
    for page in pages:
        process_page_title_block_ocr.delay(str(page.id))
    return len(pages)


def _pages(session: Session, document_id: str) -> Sequence[Page]:
    """Return the document's pages, by number.

    Raises:
        NotFound: there is no such document.
    """
    if session.get(Document, UUID(document_id)) is None:
        raise NotFound(f"there is no document {document_id}")
    found = select(Page).where(Page.document_id == UUID(document_id)).order_by(Page.number)
    return session.scalars(found.options(load_only(Page.id, Page.text_characters))).all()
