"""Loads a page for tasks: its rows, its words, the image for OCR."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.workers.errors import NotFound, NotRead
from services.workers.storage import local_copy
from takeoff.models import Document, Page
from takeoff.ocr import OcrImage, words_of_blocks
from takeoff.reading.word import Word
from takeoff.render import rendered_page
from takeoff.terms import ContentType
from takeoff.text_layer import TextLayer, TextLayerUnreadable, read_text_layer

OCR_DPI = 200

log = structlog.get_logger(__name__)


def page_and_document(session: Session, page_id: str) -> tuple[Page, Document]:
    """Return the page and its document.

    Raises:
        NotFound: there is no such page.
    """
    page = session.get(Page, UUID(page_id))
    if page is None:
        raise NotFound(f"there is no page {page_id}")
    return page, session.get_one(Document, page.document_id)


def text_layer_of(page: Page, document: Document, source: Path) -> TextLayer | None:
    """Return the text layer in the document's file `source`; None for file types without one.

    Raises:
        TextLayerUnreadable: the text layer cannot be read.
    """
    if document.content_type is not ContentType.PDF:
        return None
    return read_text_layer(source, page.number, page.width_px, page.height_px)


def text_layer_if_readable(page: Page, document: Document, source: Path) -> TextLayer | None:
    """Return the text layer; None, with a log entry, if it cannot be read, so that the image is
    read instead.
    """
    try:
        return text_layer_of(page, document, source)
    except TextLayerUnreadable as error:
        log.warning("text_layer_unreadable", page_id=str(page.id), reason=error.message)
        return None


def known_words(page: Page) -> list[Word]:
    """Return the words read on the page; empty before it was read."""
    return words_of_blocks(page.ocr_blocks)


def words_of(page: Page, document: Document) -> list[Word]:
    """Return the words read on the page, or its text layer if it has not been read yet.

    Raises:
        NotRead: there is neither.
    """
    if page.ocr_blocks is not None:
        return known_words(page)
    with local_copy(document.storage_key) as source:
        layer = text_layer_of(page, document, source)
    if layer is None or not layer.words:
        raise NotRead(
            f"page {page.id} has not been read yet: wait for its OCR, or request it "
            "(reprocess-ocr), and try again"
        )
    return list(layer.words)


@contextmanager
def image_for_ocr(page: Page, document: Document, source: Path) -> Generator[OcrImage]:
    """Return the image for OCR: a PDF's page rendered at 200 dpi, or an image file's page image.

    Raises:
        RenderFailed: the page cannot be rendered.
        ObjectNotFound: the page image is not in the storage.
    """
    if document.content_type is ContentType.PDF:
        with rendered_page(source, page.number, OCR_DPI) as rendered:
            yield OcrImage(rendered.path, rendered.dpi)
    else:
        with local_copy(page.image_key) as image:
            yield OcrImage(image, page.dpi)
