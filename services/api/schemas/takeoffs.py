"""Conditions, measurements and providers in API responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.api.schemas.registered import RegisteredAnswer
from takeoff.models import CERTAIN
from takeoff.terms import GeometryType, MeasurementType, Review, Unit


class ConditionAnswer(BaseModel):
    """Something measured in a project, with its totals so far."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    project_id: str
    name: str
    measurement_type: MeasurementType
    unit: Unit
    depth_in: float | None = Field(description="Depth in inches; set for volumes.")
    depth_stated_by: str | None = Field(
        description=(
            "The model that stated the depth; volumes based on it wait for review. Null if a "
            "person or the drawing's text stated it."
        )
    )
    total_quantity: float = Field(
        description="In the condition's unit: of what was accepted or drawn by hand, and of what "
        f"the drawing's own lines and text bear out with a confidence of {CERTAIN:g} or more and "
        "was not rejected."
    )
    measurement_count: int = Field(description="Number of measurements in the total.")
    waiting_quantity: float = Field(
        description="Quantity found with less confidence or by a vision model, and not reviewed "
        "yet; not part of the total."
    )
    waiting_count: int
    created_at: datetime


class ConditionsAnswer(BaseModel):
    """A page of a project's conditions, by name."""

    conditions: list[ConditionAnswer]
    next: str | None = Field(
        description="Pass as `cursor` for the next page; null on the last page."
    )


class MeasurementAnswer(BaseModel):
    """One measured element. Pixel lengths and areas refer to the page image."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    page_id: UUID
    condition_id: UUID
    task_id: UUID | None = Field(description="The task that measured it.")
    geometry_type: GeometryType
    geometry: JsonValue = Field(
        description="`points`: [[x, y], …] in pixels of the page image, with the origin at its "
        "top left corner. `holes`: rings cut out of a polygon. `radius`: of a circle."
    )
    quantity: float
    unit: Unit
    pixel_length: float | None
    pixel_area: float | None
    confidence: float | None = Field(
        description=(
            "0 to 1. A model's confidence is a self-assessment; its findings wait for review."
        )
    )
    provider: str | None
    model: str | None
    notes: str | None = Field(description="The basis of the measurement, in words.")
    label: str | None = Field(description="Its label on the sheet, such as a room's name.")
    review: Review = Field(description="The result of a person's review.")
    counts: bool = Field(description="True if it is part of its condition's total.")
    waits: bool = Field(description="True if it waits for review.")
    superseded: bool = Field(
        description="True if its page has a newer revision; then it does not count."
    )
    reviewed_by: str | None
    drawn_by: str | None = Field(description="Who drew or last redrew its shape.")
    created_at: datetime


class MeasurementsAnswer(BaseModel):
    """A page of the measurements on one drawing page, oldest first."""

    measurements: list[MeasurementAnswer]
    next: UUID | None = Field(
        description="Pass as `after` for the next page; null on the last page."
    )


class ProviderAnswer(BaseModel):
    """A takeoff provider, as configured in this process. The provider itself is not contacted."""

    name: str
    configured: bool
    default: bool = Field(description="True if it is used when a request names no provider.")
    sees_images: bool = Field(description="True if it can classify a page by its image.")
    model: str | None
    missing: list[str] = Field(description="Environment variables that still need to be set.")


class ProvidersAnswer(BaseModel):
    """All providers."""

    providers: list[ProviderAnswer]


class TakeoffAnswer(RegisteredAnswer):
    """The registered task for a takeoff of one page."""

    page_id: UUID
    condition_id: UUID | None = None


class BatchAnswer(RegisteredAnswer):
    """The registered task for a takeoff of several pages."""

    condition_id: UUID
    pages_count: int = Field(description="Number of distinct pages in the request.")
