"""Documents and pages in API responses; their processing is shown by their tasks."""

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
    page_count: int | None = Field(description="Null until the document has been split into pages.")
    created_at: datetime
    uploaded_by: str


class DocumentsAnswer(BaseModel):
    """A page of a project's documents, newest first."""

    documents: list[DocumentAnswer]
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )


class PageFailure(BaseModel):
    """Why a page could not be processed."""

    task_id: UUID
    reason: str


class PageSummary(BaseModel):
    """One page of a document, without its text and evidence. Fields ending in _px are in pixels of
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
    scale_unit: str | None = Field(description="The unit of length that scale_value refers to: ft.")
    scale_method: str | None = Field(
        description="The kind of the strongest evidence for the scale, or `manual`."
    )
    calibrated: bool = Field(
        description="True if two independent sources agree on the scale or a person set it. "
        "Pages that are not calibrated are not measured."
    )
    read: bool = Field(
        description="True if the page's text has been read; the response for the "
        "single page has its words."
    )
    superseded_by: UUID | None = Field(
        description=(
            "The page with the sheet's next revision; if set, the measurements here do not count."
        )
    )
    failure: PageFailure | None = Field(
        default=None,
        description=(
            "Why the document's last set could not process the page, as long as the page lacks its "
            "text, class or scale detection."
        ),
    )


class PageAnswer(PageSummary):
    """One page of a document with the evidence for each statement about it: the text, its box in
    pixels of the page image (left, top, right, bottom), and the rule."""

    ocr_text: str | None = Field(description="Null until the page has been read.")
    ocr_blocks: list[WordAnswer] | None = Field(description="The words on the page.")
    title_block: TitleBlockAnswer | None
    classification: ClassificationAnswer | None
    scale_detection: ScaleDetectionAnswer | None = Field(
        description="The result of scale detection, kept even if a person set the scale."
    )
    scale_calibration: dict[str, JsonValue] | None = Field(
        description="Who set the scale by hand, when, and how."
    )


class PagesAnswer(BaseModel):
    """A document's pages, by number."""

    pages: list[PageSummary]
    next: int | None = Field(
        description="Pass as `after` for the next page; null on the last page."
    )
