"""Reads the text of a page."""

from typing import Any

from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.pages import page_and_document
from services.workers.reading_pages import read_text, store_text
from services.workers.time_limits import OCR_LIMIT_S, TO_END_S, advising_at_its_limit
from takeoff.ocr import OcrMode
from task_ledger import LedgerTask


@app.task(
    name="takeoff.process_page_ocr",
    task_type="ocr_processing",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotFound,),
    retry_backoff=2,
    soft_time_limit=OCR_LIMIT_S,
    time_limit=OCR_LIMIT_S + TO_END_S,
)
@advising_at_its_limit(
    "Read the page in the mode fast, upload its drawing with fewer pixels, or give the OCR worker"
    " more processors."
)
def process_page_ocr(self: LedgerTask, page_id: str, ocr_mode: str = "fast") -> dict[str, Any]:
    """Store the words and the title block of a page.

    Reads the text layer first, then the image if the text layer has too little text, or the whole
    image if `ocr_mode` is "accurate". A page without text has the empty text in `ocr_text`; null
    means not read.
    """
    self.progress(10, "Downloading page image")
    page, document = page_and_document(self.session, page_id)
    self.progress(40, "Running OCR")
    read = read_text(page, document, OcrMode(ocr_mode), _progress_of(self))
    self.progress(70, "Parsing title block")
    store_text(self.session, page, document, read)
    self.progress(90, "Saving results")
    return {
        "page_id": page_id,
        "text_length": len(read.text),
        "sheet_number": page.sheet_number,
        "title": page.title,
    }


def _progress_of(task: LedgerTask) -> Any:
    def watch(done: int, total: int) -> None:
        task.progress(
            40 + 30 * done / total,
            "Running OCR",
            f"part {done + 1} of {total}",
            current=done,
            total=total,
        )

    return watch
