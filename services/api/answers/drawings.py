"""Projects, documents and pages as they are answered; what is done with one is in its tasks."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from takeoff.terms import ConcreteRelevance, ContentType


class ProjectAnswer(BaseModel):
    """A project."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    created_at: datetime
    created_by: str


class ProjectsAnswer(BaseModel):
    """A page of the projects within reach, by id."""

    projects: list[ProjectAnswer]
    next: str | None = Field(description="`cursor` of the next page; null on the last one.")


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


class PageAnswer(BaseModel):
    """One page of a document. Lengths ending in _px are pixels of its image."""

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
    scale_unit: str | None
    scale_method: str | None
    calibrated: bool
    ocr_text: str | None


class PagesAnswer(BaseModel):
    """A document's pages, by number."""

    pages: list[PageAnswer]
    next: int | None = Field(description="`after` of the next page of the list; null on the last.")
