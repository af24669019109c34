"""What people changed by hand, as it is answered."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.api.schemas.takeoffs import ConditionAnswer, MeasurementAnswer
from takeoff.terms import ChangeAction


class ChangeAnswer(BaseModel):
    """One change: who, when, and the row before and after. What it names may be deleted."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    project_id: str
    action: ChangeAction
    document_id: UUID | None
    page_id: UUID | None
    condition_id: UUID | None
    measurement_id: UUID | None
    before: dict[str, JsonValue] | None = Field(description="Null where it was added.")
    after: dict[str, JsonValue] | None = Field(description="Null where it was deleted.")
    undoes: UUID | None = Field(description="The change that this one took back.")
    changed_by: str
    changed_at: datetime


class ChangesAnswer(BaseModel):
    """A page of a project's changes, newest first."""

    changes: list[ChangeAnswer]
    next: str | None = Field(description="`cursor` of the next page; null on the last one.")


class ChangedAnswer(BaseModel):
    """What was changed, as it is now."""

    change_id: UUID = Field(description="POST /changes/{change_id}/undo takes it back.")
    measurement: MeasurementAnswer | None = Field(description="Null where it was deleted.")
    condition: ConditionAnswer | None = Field(
        description="The condition with its new totals; null where it was deleted."
    )
