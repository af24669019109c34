"""Revisions of sheets as they are answered."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from takeoff.terms import Unit


class SheetAnswer(BaseModel):
    """A page and the document that it is of."""

    model_config = ConfigDict(from_attributes=True)

    page_id: UUID
    document_id: UUID
    file_name: str
    page_number: int
    sheet_number: str | None
    title: str | None


class ComparedAnswer(BaseModel):
    """What a condition amounts to on two revisions of a sheet, in its unit."""

    model_config = ConfigDict(from_attributes=True)

    condition_id: UUID
    condition: str
    unit: Unit
    before: float = Field(description="Accepted or certain on the older revision.")
    after: float = Field(description="Accepted or certain on the newer one: in the total.")
    difference: float = Field(description="After less before.")
    waiting_before: float
    waiting_after: float = Field(description="Found on the newer one, and not accepted yet.")


class RevisionAnswer(BaseModel):
    """Two revisions of a sheet that follow each other."""

    model_config = ConfigDict(from_attributes=True)

    older: SheetAnswer
    newer: SheetAnswer
    quantities: list[ComparedAnswer]


class RevisionsAnswer(BaseModel):
    """All revisions of a project's sheets, by sheet number."""

    revisions: list[RevisionAnswer]


class SheetRevisionAnswer(BaseModel):
    """The revisions before and after a page."""

    revision: RevisionAnswer | None = Field(description="Null if it supersedes no page.")
    superseded_by: SheetAnswer | None = Field(description="Null if it is the current revision.")
    candidates: list[SheetAnswer] = Field(
        description="Pages of which it may be the newer revision; none if it is one already."
    )
