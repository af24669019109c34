"""The steps of processing a page; each stores its result in the page's row."""

from collections.abc import Callable
from contextlib import nullcontext
from uuid import UUID

from sqlalchemy.orm import Session

from services.ocr_capacity import threads
from services.settings import TakeoffSettings
from services.workers.pages import image_for_ocr, text_layer_if_readable, words_of
from services.workers.storage import local_copy
from takeoff.corrections import supersede_same_sheet
from takeoff.limits import OcrLimits
from takeoff.models import Document, Page
from takeoff.ocr import OcrMode, PageText, needs_image, read_page_text
from takeoff.page_classification import Classified, by_text
from takeoff.page_scale import store_detected
from takeoff.scale.detection import detect_scale
from takeoff.scale.vector_layer import VectorLayer, read_vector_layer
from takeoff.terms import ContentType
from takeoff.title_block import read_title_block

Watch = Callable[[int, int], None]


def read_text(page: Page, document: Document, mode: OcrMode, watch: Watch) -> PageText:
    """Read the page's text layer, and its image if the text layer has too little text.

    Raises:
        OcrFailed, RenderFailed: the image cannot be read or rendered.
        ObjectNotFound: a file is missing in the storage.
    """
    size = page.width_px, page.height_px
    with local_copy(document.storage_key) as source:
        layer = text_layer_if_readable(page, document, source)
        from_image = needs_image(layer, mode)
        with image_for_ocr(page, document, source) if from_image else nullcontext() as image:
            limits = OcrLimits(threads=threads())
            return read_page_text(layer, image, size, mode, watch=watch, limits=limits)


def store_text(session: Session, page: Page, document: Document, read: PageText) -> None:
    """Store the words and the title block in the page's row. Unless configured otherwise, the page
    supersedes the project's other page with its sheet number, on behalf of the document's uploader.
    """
    block = read_title_block(read.words, page.width_px, page.height_px)
    page.ocr_text, page.ocr_blocks = read.text, read.as_blocks()
    page.sheet_number = block.sheet_number and block.sheet_number.text
    page.title = block.title and block.title.text
    page.title_block = block.as_json()
    if TakeoffSettings().supersede_same_sheet:
        supersede_same_sheet(session, page, document.uploaded_by)


def classify_by_text(session: Session, page: Page, document: Document, task_id: UUID) -> Classified:
    """Classify the page by rules over its words, and add the result to its history.

    Raises:
        NotRead: it has no words yet.
    """
    classified = by_text(words_of(page, document), page.width_px, page.height_px)
    classified.put_on(page)
    session.add(classified.as_history(page.id, task_id))
    return classified


def vectors_of(page: Page, document: Document) -> VectorLayer | None:
    """Return the page's lines; None for an image.

    Raises:
        ObjectNotFound: its file is missing in the storage.
    """
    if document.content_type is not ContentType.PDF:
        return None
    with local_copy(document.storage_key) as source:
        return read_vector_layer(source, page.number, page.width_px, page.height_px)


def find_scale(session: Session, page: Page, document: Document) -> Page:
    """Store the page's scale, as `takeoff.page_scale.store_detected` does.

    Raises:
        NotRead: it has no words yet.
        ObjectNotFound: its file is missing in the storage.
    """
    words, vectors = words_of(page, document), vectors_of(page, document)
    verdict = detect_scale(words, page.width_px, page.height_px, page.dpi, vectors)
    return store_detected(session, page, verdict)
