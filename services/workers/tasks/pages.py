"""Tasks about single pages."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import structlog

from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.storage import local_copy
from takeoff.models import Document, Page
from takeoff.terms import ContentType
from takeoff.text_layer import read_text_layer
from task_ledger.celery import LedgerTask

log = structlog.get_logger(__name__)


@app.task(
    name="takeoff.process_page_ocr",
    task_type="ocr_processing",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotFound,),
    retry_backoff=2,
)
def process_page_ocr(self: LedgerTask, page_id: str) -> dict[str, Any]:
    """Store the text of a page, read from the PDF's own text layer.

    A page without a text layer keeps no text: null in `ocr_text`, which is not the empty text.
    """
    self.progress(10, "Downloading page image")
    page = self.session.get(Page, UUID(page_id))
    if page is None:
        raise NotFound(f"there is no page {page_id}")
    document = self.session.get_one(Document, page.document_id)
    if document.content_type is not ContentType.PDF:
        log.info("page_without_text_layer", page_id=page_id)
        return {"page_id": page_id, "text_length": 0}
    with local_copy(document.storage_key) as path:
        self.progress(40, "Running OCR")
        layer = read_text_layer(path, page.number, page.width_px, page.height_px)
    self.progress(90, "Saving results")
    if not layer.words:
        log.info("page_without_text_layer", page_id=page_id)
        return {"page_id": page_id, "text_length": 0}
    text = " ".join(word.text for word in layer.words)
    page.ocr_text = text
    page.ocr_blocks = [asdict(word) for word in layer.words]
    return {"page_id": page_id, "text_length": len(text)}
