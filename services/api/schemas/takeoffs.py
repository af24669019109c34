"""Conditions, measurements and providers as they are answered."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from services.api.schemas.registered import RegisteredAnswer
from takeoff.models import CERTAIN
from takeoff.terms import GeometryType, MeasurementType, Review, Unit


class ConditionAnswer(BaseModel):
    """What is measured in a project, and what it amounts to so far."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    project_id: str
    name: str
    measurement_type: MeasurementType
    unit: Unit
    depth_in: float | None = Field(description="Inches; a volume has it.")
    depth_stated_by: str | None = Field(
        description="The model that stated the depth; volumes by it wait for a person. Null where "
        "a person or the drawing's text did."
    )
    total_quantity: float = Field(
        description="In the condition's unit: of what was accepted or drawn by hand, and of what "
        f"the drawing's own lines and text bear out with a confidence of {CERTAIN:g} or more and "
        "was not rejected."
    )
    measurement_count: int = Field(description="How many measurements are in the total.")
    waiting_quantity: float = Field(
        description="Found with less confidence or by a model that sees the image, and neither "
        "accepted nor rejected yet; not in the total."
    )
    waiting_count: int
    created_at: datetime


class ConditionsAnswer(BaseModel):
    """A page of a project's conditions, by name."""

    conditions: list[ConditionAnswer]
    next: str | None = Field(description="`cursor` of the next page; null on the last one.")


class MeasurementAnswer(BaseModel):
    """One measured element. Lengths and areas in pixels are those of the page image."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    page_id: UUID
    condition_id: UUID
    task_id: UUID | None = Field(description="The task that measured it.")
    geometry_type: GeometryType
    geometry: JsonValue = Field(
        description="`points`: [[x, y], …] in pixels of the page image from its top left corner;"
        " `holes`: rings cut out of a polygon; `radius` of a circle."
    )
    quantity: float
    unit: Unit
    pixel_length: float | None
    pixel_area: float | None
    confidence: float | None = Field(
        description="0 to 1. A model's is its own opinion; what it found waits for a person."
    )
    provider: str | None
    model: str | None
    notes: str | None = Field(description="On what it rests.")
    label: str | None = Field(description="What the sheet calls it, such as a room's name.")
    review: Review = Field(description="What a person said of it.")
    counts: bool = Field(description="It is in its condition's total.")
    waits: bool = Field(description="It waits for a person to accept or reject it.")
    superseded: bool = Field(description="Its page has a newer revision, so it is in no total.")
    reviewed_by: str | None
    drawn_by: str | None = Field(description="Who drew its shape, or drew it anew.")
    created_at: datetime


class MeasurementsAnswer(BaseModel):
    """A page of the measurements on one page, the oldest first."""

    measurements: list[MeasurementAnswer]
    next: UUID | None = Field(description="`after` of the next page; null on the last one.")


class ProviderAnswer(BaseModel):
    """A provider of takeoffs, by this process's settings; nothing is asked of it to find out."""

    name: str
    configured: bool
    default: bool = Field(description="Asked when a request names none.")
    sees_images: bool = Field(description="Whether it can classify a page by its image.")
    model: str | None
    missing: list[str] = Field(description="The variables that it still needs.")


class ProvidersAnswer(BaseModel):
    """All providers."""

    providers: list[ProviderAnswer]


class TakeoffAnswer(RegisteredAnswer):
    """A takeoff of a page was registered, and will run."""

    page_id: UUID
    condition_id: UUID | None = None


class BatchAnswer(RegisteredAnswer):
    """A takeoff of several pages was registered, and will run."""

    condition_id: UUID
    pages_count: int = Field(description="How many different pages were named.")
