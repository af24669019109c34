"""Revisions of sheets in API responses."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from takeoff.terms import Unit


class SheetAnswer(BaseModel):
    """A page and its document."""

    model_config = ConfigDict(from_attributes=True)

    page_id: UUID
    document_id: UUID
    file_name: str
    page_number: int
    sheet_number: str | None
    title: str | None


class ComparedAnswer(BaseModel):
    """A condition's quantities on two revisions of a sheet, in its unit."""

    model_config = ConfigDict(from_attributes=True)

    condition_id: UUID
    condition: str
    unit: Unit
    before: float = Field(description="Accepted or certain on the older revision.")
    after: float = Field(
        description="Accepted or certain on the newer revision; this is the total."
    )
    difference: float = Field(description="`after` minus `before`.")
    waiting_before: float
    waiting_after: float = Field(description="Found on the newer revision and not yet accepted.")


class RevisionAnswer(BaseModel):
    """Two successive revisions of a sheet."""

    model_config = ConfigDict(from_attributes=True)

    older: SheetAnswer
    newer: SheetAnswer
    quantities: list[ComparedAnswer]


class RevisionsAnswer(BaseModel):
    """All revisions of a project's sheets, by sheet number."""

    revisions: list[RevisionAnswer]


class SheetRevisionAnswer(BaseModel):
    """The revisions before and after a page."""

    revision: RevisionAnswer | None = Field(description="Null if the page supersedes none.")
    superseded_by: SheetAnswer | None = Field(
        description="Null if the page is the current revision."
    )
    candidates: list[SheetAnswer] = Field(
        description="Pages that it may supersede; empty if it already supersedes one."
    )
