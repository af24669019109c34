"""Reads the text of a page."""

from contextlib import nullcontext
from typing import Any

from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.pages import image_for_ocr, page_and_document, text_layer_if_readable
from services.workers.storage import local_copy
from services.workers.time_limits import OCR_LIMIT_S, TO_END_S, advising_at_its_limit
from takeoff.ocr import OcrMode, needs_image, read_page_text
from takeoff.title_block import read_title_block
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
    """Store the words of a page, and what its title block says.

    The text layer is read first; the image where that has too little text, or all of it with
    `ocr_mode` "accurate". A page on which nothing is written keeps the empty text; null in
    `ocr_text` is a page that was not read.
    """
    self.progress(10, "Downloading page image")
    page, document = page_and_document(self.session, page_id)
    mode, size = OcrMode(ocr_mode), (page.width_px, page.height_px)
    with local_copy(document.storage_key) as source:
        layer = text_layer_if_readable(page, document, source)
        from_image = needs_image(layer, mode)
        with image_for_ocr(page, document, source) if from_image else nullcontext() as image:
            self.progress(40, "Running OCR")
            read = read_page_text(layer, image, size, mode, watch=_progress_of(self))
    self.progress(70, "Parsing title block")
    block = read_title_block(read.words, *size)
    self.progress(90, "Saving results")
    page.ocr_text, page.ocr_blocks = read.text, read.as_blocks()
    page.sheet_number = block.sheet_number and block.sheet_number.text
    page.title = block.title and block.title.text
    page.title_block = block.as_json()
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
