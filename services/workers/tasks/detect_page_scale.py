"""Detects the scale of a page."""

from typing import Any

from services.workers.app import app
from services.workers.errors import NotFound, NotRead
from services.workers.pages import page_and_document, words_of
from services.workers.reading_pages import vectors_of
from takeoff.page_scale import store_detected
from takeoff.scale.detection import detect_scale
from task_ledger import LedgerTask


@app.task(
    name="takeoff.detect_page_scale",
    task_type="scale_detection",
    max_retries=2,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotFound, NotRead),
    retry_backoff=2,
)
def detect_page_scale(self: LedgerTask, page_id: str) -> dict[str, Any]:
    """Store the scale detected from the page's text and lines, with the evidence.

    A scale set by a person is kept; the detected one is stored beside it. A scan has only text, so
    it stays uncalibrated.
    """
    self.progress(10, "Loading page data")
    page, document = page_and_document(self.session, page_id)
    size = page.width_px, page.height_px
    words = words_of(page, document)
    self.progress(30, "Downloading image")
    vectors = vectors_of(page, document)
    self.progress(60, "Detecting scale")
    verdict = detect_scale(words, *size, page.dpi, vectors)
    self.progress(90, "Saving results")
    kept = store_detected(self.session, page, verdict)
    return {
        "page_id": page_id,
        "scale_text": kept.scale_text,
        "scale_value": kept.scale_value,
        "calibrated": kept.calibrated,
        "method": kept.scale_method,
        "reasons": list(verdict.reasons),
    }
