"""Reads, classifies and scales one page of a set."""

from typing import Any, Final
from uuid import UUID

import psycopg
from celery.exceptions import SoftTimeLimitExceeded

from services.page_sets import was_cancelled
from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.pages import page_and_document
from services.workers.reading_pages import classify_by_text, find_scale, read_text, store_text
from services.workers.time_limits import OCR_LIMIT_S, TO_END_S, advising_at_its_limit
from takeoff.ocr import OcrMode
from task_ledger import LedgerTask
from task_ledger.eventlog.append import request_cancel
from task_ledger.eventlog.database import CONNECT, libpq_url
from task_ledger.ops.settings import Settings

_CANCELLED: Final = "The set was cancelled."


@app.task(
    name="takeoff.process_page",
    task_type="page_processing",
    max_retries=2,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotFound, SoftTimeLimitExceeded),
    retry_backoff=True,
    soft_time_limit=OCR_LIMIT_S,
    time_limit=OCR_LIMIT_S + TO_END_S,
)
@advising_at_its_limit(
    "Upload its drawing with fewer pixels, or give the OCR worker more processors."
)
def process_page(
    self: LedgerTask, page_id: str, set_id: str, ocr_mode: str = "fast"
) -> dict[str, Any]:
    """Add what the page lacks: read its text and title block, classify it, detect its scale.

    If the set was cancelled, this task is cancelled and stores nothing. A failure only affects this
    page: the set's other pages continue, and the set reports it.
    """
    _end_with_the_set(self, set_id)
    self.progress(5, "Loading page data")
    page, document = page_and_document(self.session, page_id)
    mode = OcrMode(ocr_mode)
    done: list[str] = []
    if page.ocr_text is None or mode is OcrMode.ACCURATE:
        self.progress(10, "Reading text")

        def watch(part: int, parts: int) -> None:
            _end_with_the_set(self, set_id)
            detail = f"part {part + 1} of {parts}"
            self.progress(10 + 60 * part / parts, "Reading text", detail, current=part, total=parts)

        read = read_text(page, document, mode, watch)
        store_text(self.session, page, document, read)
        done.append("read")
    if page.classification is None:
        self.progress(70, "Classifying")
        classify_by_text(self.session, page, document, UUID(self.request.id))
        done.append("classified")
    if page.scale_detection is None or mode is OcrMode.ACCURATE:
        self.progress(80, "Detecting scale")
        page = find_scale(self.session, page, document)
        done.append("scaled")
    self.progress(95, "Saving results")
    return {
        "page_id": page_id,
        "page": page.number,
        "done": done,
        "sheet_number": page.sheet_number,
        "calibrated": page.calibrated,
        "scale_withheld": not page.calibrated and page.scale_value is not None,
    }


def _end_with_the_set(task: LedgerTask, set_id: str) -> None:
    """Cancel this task if its set was cancelled; the next progress report ends it."""
    if not was_cancelled(task.session, UUID(set_id)):
        return
    # On its own connection: the progress report waits for the task's lock, which the session would
    # hold.
    url = libpq_url(Settings().url_for("worker"))
    with psycopg.connect(url, autocommit=True, **CONNECT) as connection:
        request_cancel(connection, UUID(task.request.id), str(task.request.hostname), _CANCELLED)
