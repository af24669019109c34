"""Prepares a page for providers: its image and file as local files, its words, its scale."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from services.workers.errors import NotFound, WrongProject
from services.workers.pages import page_and_document, text_layer_of
from services.workers.storage import local_copy
from takeoff.geometry import feet_per_pixel
from takeoff.models import Condition, Document, Page
from takeoff.ocr import words_of_blocks
from takeoff.providers import Sheet
from takeoff.reading.word import Word
from takeoff.terms import ContentType


@dataclass(frozen=True)
class PageToMeasure:
    """A calibrated page with its document."""

    page: Page
    document: Document


def page_to_measure(session: Session, page_id: str, project_id: str | None = None) -> PageToMeasure:
    """Return the page, if it may be measured.

    Raises:
        NotFound: there is no such page.
        WrongProject: it does not belong to the project `project_id`.
        NotCalibrated: its scale is not trusted.
    """
    page, document = page_and_document(session, page_id)
    if project_id is not None and document.project_id != project_id:
        raise WrongProject(f"page {page_id} is not of project {project_id}")
    feet_per_pixel(page)
    return PageToMeasure(page, document)


def condition_for(session: Session, condition_id: str, found: PageToMeasure) -> Condition:
    """Return the condition, if it belongs to the page's project.

    Raises:
        NotFound: there is no such condition.
        WrongProject: the condition and the page belong to different projects.
    """
    condition = session.get(Condition, UUID(condition_id))
    if condition is None:
        raise NotFound(f"there is no condition {condition_id}")
    if condition.project_id != found.document.project_id:
        raise WrongProject(
            f"condition {condition_id} and page {found.page.id} belong to different projects"
        )
    return condition


@contextmanager
def sheet_of(found: PageToMeasure) -> Generator[Sheet]:
    """Provide the page for a provider, with its files, for the duration of the block.

    Raises:
        ObjectNotFound: a file is missing in the storage.
        TextLayerUnreadable: its words are neither stored nor readable.
    """
    page, document = found.page, found.document
    is_pdf = document.content_type is ContentType.PDF
    with local_copy(page.image_key) as image, local_copy(document.storage_key) as source:
        words = _words(page, document, source)
        yield Sheet(
            image=image,
            width_px=page.width_px,
            height_px=page.height_px,
            source=source if is_pdf else None,
            number=page.number,
            words=words,
            feet_per_pixel=feet_per_pixel(page),
        )


def _words(page: Page, document: Document, source: Path) -> tuple[Word, ...]:
    """Return the words read, or those of the text layer if the page has not been read yet."""
    if page.ocr_blocks is not None:
        return tuple(words_of_blocks(page.ocr_blocks))
    layer = text_layer_of(page, document, source)
    return layer.words if layer is not None else ()
