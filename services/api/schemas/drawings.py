"""Documents and pages as they are answered; what is done with one is in its tasks."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.api.schemas.evidence import (
    ClassificationAnswer,
    ScaleDetectionAnswer,
    TitleBlockAnswer,
    WordAnswer,
)
from takeoff.terms import ConcreteRelevance, ContentType


class DocumentAnswer(BaseModel):
    """An uploaded drawing set."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    project_id: str
    file_name: str
    content_type: ContentType
    sha256: str
    size_bytes: int
    page_count: int | None = Field(description="Null until it has been split into pages.")
    created_at: datetime
    uploaded_by: str


class DocumentsAnswer(BaseModel):
    """A page of a project's documents, newest first."""

    documents: list[DocumentAnswer]
    next: str | None = Field(description="`cursor` of the next page; null on the last one.")


class PageSummary(BaseModel):
    """One page of a document, without its text and evidence. Lengths ending in _px are pixels of
    its image."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    document_id: UUID
    number: int
    width_px: int
    height_px: int
    dpi: float | None
    width_in: float | None
    height_in: float | None
    sheet_number: str | None
    title: str | None
    discipline: str | None
    page_type: str | None
    concrete_relevance: ConcreteRelevance | None
    scale_text: str | None
    scale_value: float | None = Field(description="Pixels per foot.")
    scale_unit: str | None = Field(description="What scale_value counts pixels of: ft.")
    scale_method: str | None = Field(description="The strongest evidence for it; or manual.")
    calibrated: bool = Field(
        description="Two independent sources agree on the scale, or a person gave it. Nothing is "
        "measured on a page without."
    )
    superseded_by: UUID | None = Field(
        description="The page that is the sheet's next revision; what was measured here is in no "
        "total then."
    )
    read: bool = Field(description="Its words were read; the answer about the page has them.")


class PageAnswer(PageSummary):
    """One page of a document, with what each answer about it rests on: which text, where in pixels
    of the page image (left, top, right, bottom), by which rule."""

    ocr_text: str | None = Field(description="Null until the page has been read.")
    ocr_blocks: list[WordAnswer] | None = Field(description="The words that were read.")
    title_block: TitleBlockAnswer | None
    classification: ClassificationAnswer | None
    scale_detection: ScaleDetectionAnswer | None = Field(
        description="What was found, also where a person gave the scale."
    )
    scale_calibration: dict[str, JsonValue] | None = Field(
        description="Who gave the scale by hand, when, and how."
    )


class PagesAnswer(BaseModel):
    """A document's pages, by number."""

    pages: list[PageSummary]
    next: int | None = Field(description="`after` of the next page of the list; null on the last.")
