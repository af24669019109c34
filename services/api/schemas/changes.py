"""Manual changes in API responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.api.schemas.takeoffs import ConditionAnswer, MeasurementAnswer
from takeoff.terms import ChangeAction


class ChangeAnswer(BaseModel):
    """One change: who made it, when, and the row before and after. The objects it refers to may
    have been deleted since."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    project_id: str
    action: ChangeAction
    document_id: UUID | None
    page_id: UUID | None
    condition_id: UUID | None
    measurement_id: UUID | None
    before: dict[str, JsonValue] | None = Field(
        description="The row before the change; null if it was added."
    )
    after: dict[str, JsonValue] | None = Field(description="Null if it was deleted.")
    undoes: UUID | None = Field(description="The change that this one undid.")
    changed_by: str
    changed_at: datetime


class ChangesAnswer(BaseModel):
    """A page of a project's changes, newest first."""

    changes: list[ChangeAnswer]
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )


class ChangedAnswer(BaseModel):
    """The changed measurement and condition in their new state."""

    change_id: UUID = Field(description="To undo the change, POST /changes/{change_id}/undo.")
    measurement: MeasurementAnswer | None = Field(description="Null if it was deleted.")
    condition: ConditionAnswer | None = Field(
        description="The condition with its new totals; null if it was deleted."
    )
