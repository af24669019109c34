"""Reads the title block of a page again, from its image."""

from typing import Any

from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.pages import image_for_ocr, page_and_document
from services.workers.storage import local_copy
from services.workers.time_limits import OCR_LIMIT_S, TO_END_S
from takeoff.ocr import read_title_block_strips, words_of_blocks
from takeoff.title_block import read_title_block
from task_ledger import LedgerTask


@app.task(
    name="takeoff.process_page_title_block_ocr",
    bind=True,
    base=LedgerTask,
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotFound,),
    retry_backoff=2,
    soft_time_limit=OCR_LIMIT_S,
    time_limit=OCR_LIMIT_S + TO_END_S,
)
def process_page_title_block_ocr(self: LedgerTask, page_id: str) -> dict[str, Any]:
    """Store the title block, from the known words and RapidOCR's reading of its strips.

    The page's text is not changed.
    """
    page, document = page_and_document(self.session, page_id)
    size = page.width_px, page.height_px
    with (
        local_copy(document.storage_key) as source,
        image_for_ocr(page, document, source) as image,
    ):
        words = read_title_block_strips(image, size, words_of_blocks(page.ocr_blocks))
    block = read_title_block(words, *size)
    page.sheet_number = block.sheet_number and block.sheet_number.text
    page.title = block.title and block.title.text
    page.title_block = block.as_json()
    return {"page_id": page_id, "sheet_number": page.sheet_number, "title": page.title}
