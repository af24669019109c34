"""Splits a document into pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.page_sets import ask_for_document, queue_of
from services.settings import TakeoffSettings
from services.workers.app import app
from services.workers.errors import NotFound
from services.workers.storage import local_copy, storage
from services.workers.tasks.process_page_ocr import process_page_ocr
from services.workers.tasks.whole_documents import process_document_ocr
from services.workers.time_limits import PAGES_LIMIT_S, TO_END_S, advising_at_its_limit
from takeoff.models import Document, Page
from takeoff.refusals import FileRefused
from takeoff.render import RenderedPage, render_pages
from takeoff.storage import page_image_key
from task_ledger import LedgerTask, enqueue_many, step

DPI = 150


@app.task(
    name="takeoff.process_document",
    task_type="document_processing",
    max_retries=3,
    autoretry_for=(Exception,),
    dont_autoretry_for=(NotFound, FileRefused),
    retry_backoff=2,
    soft_time_limit=PAGES_LIMIT_S,
    time_limit=PAGES_LIMIT_S + TO_END_S,
)
@advising_at_its_limit("Upload the drawing as several files of fewer pages.")
def process_document(self: LedgerTask, document_id: str, project_id: str) -> dict[str, Any]:
    """Split a document into pages: store each page's image and size, and queue its processing."""
    self.progress(10, "Downloading file")
    # The lock is kept until the end, so that the document cannot be deleted while its pages are
    # written.
    document = self.session.get(
        Document, UUID(document_id), with_for_update={"read": True, "key_share": True}
    )
    if document is None or document.project_id != project_id:
        raise NotFound(f"project {project_id} has no document {document_id}")
    pages: list[Page] = []
    with local_copy(document.storage_key) as path:
        self.progress(40, "Extracting pages")
        for rendered in render_pages(path, dpi=DPI):
            pages.append(store_page(self, document.id, rendered))
            self.progress(
                40 + 30 * rendered.number / rendered.page_count,
                "Extracting pages",
                f"page {rendered.number} of {rendered.page_count}",
                current=rendered.number,
                total=rendered.page_count,
            )
    self.progress(70, "Saving page records")
    document.page_count = len(pages)
    self.session.flush()
    self.progress(90, "Queueing pages")
    if TakeoffSettings().process_after_upload:
        ask_for_document(self.session, app, document.id, str(self.request.hostname))
    elif TakeoffSettings().register_page_reading:
        _register_reading(self, document, pages)
    else:
        process_document_ocr.delay(document_id)
    return {"document_id": document_id, "page_count": len(pages)}


def _register_reading(task: LedgerTask, document: Document, pages: Sequence[Page]) -> None:
    """Register the reading of each page as a child of this task, in its transaction."""
    enqueue_many(
        task.session,
        (
            step(
                process_page_ocr.s(str(page.id)).set(queue=queue_of(page)),
                name=f"Read page {page.number} of {document.file_name}",
                entity=("page", str(page.id)),
            )
            for page in pages
        ),
        project_id=document.project_id,
        actor=str(task.request.hostname),
    )


def store_page(task: LedgerTask, document_id: UUID, rendered: RenderedPage) -> Page:
    """Store a page's image, and add its row to the task's session.

    The image's key is derived from the page, so a repeated attempt overwrites the same object.
    """
    key = page_image_key(document_id, rendered.number, DPI)
    storage().put_file(key, rendered.path)
    page = task.session.scalar(
        select(Page).where(Page.document_id == document_id, Page.number == rendered.number)
    )
    if page is None:
        page = Page(document_id=document_id, number=rendered.number)
        task.session.add(page)
    page.image_key = key
    page.width_px = rendered.width_px
    page.height_px = rendered.height_px
    page.dpi = rendered.dpi
    page.width_in = rendered.width_in
    page.height_in = rendered.height_in
    page.text_characters = rendered.text_characters
    return page
