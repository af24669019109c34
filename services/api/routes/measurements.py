"""Measurements on a page: list, draw, edit, review and delete."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select

from services.api.authorization import MeasurementInReach, PageInReach, condition_in_reach
from services.api.changing import changed
from services.api.resources import Takeoff
from services.api.schemas.changes import ChangedAnswer
from services.api.schemas.takeoffs import MeasurementAnswer, MeasurementsAnswer
from takeoff.corrections import (
    add_measurement,
    delete_measurement,
    edit_measurement,
    label_measurement,
    review_measurement,
)
from takeoff.geometry import Shape
from takeoff.models import Measurement
from takeoff.terms import GeometryType, Review
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Operating
from task_ledger.server.parameters import Limit, NextId, Text
from task_ledger.server.problems import declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")

Finite = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e7, le=1e7)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1e7)]
Ring = Annotated[list[tuple[Finite, Finite]], Field(min_length=1, max_length=5000)]


class Geometry(BaseModel):
    """A shape in pixels of the page image, with the origin at its top left corner."""

    model_config = ConfigDict(extra="forbid")

    points: Ring = Field(
        description="[[x, y], …]: the corners of a polygon in order; two opposite corners or all "
        "four corners of a rectangle; the centre of a circle; the vertices of a line."
    )
    holes: Annotated[list[Ring], Field(max_length=100)] = Field(
        default=[], description="Holes of a polygon, as rings of points."
    )
    radius: Positive | None = Field(default=None, description="Radius of a circle.")

    def shape(self, kind: GeometryType) -> Shape:
        """The shape.

        Raises:
            BadShape: the points do not form a shape of that kind.
        """
        return Shape.of_json(kind, self.model_dump())


class NewMeasurement(BaseModel):
    """A shape drawn on a page, and the condition that it measures."""

    model_config = ConfigDict(extra="forbid")

    condition_id: UUID
    geometry_type: GeometryType
    geometry: Geometry
    label: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="Its label on the sheet, such as a room's name."
    )
    notes: Annotated[Text, Field(max_length=300)] | None = None


class MeasurementEdit(BaseModel):
    """A new shape, a label or a review for a measurement."""

    model_config = ConfigDict(extra="forbid")

    geometry_type: GeometryType | None = None
    geometry: Geometry | None = Field(
        default=None,
        description="The new shape, given together with geometry_type; redrawing "
        "also accepts the measurement.",
    )
    label: Annotated[Text, Field(max_length=200)] | Literal[""] | None = Field(
        default=None, description="Its label on the sheet, such as a room's name; empty for none."
    )
    review: Review | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.geometry is None) != (self.geometry_type is None):
            raise ValueError("give geometry and geometry_type together")
        if sum(each is not None for each in (self.geometry, self.label, self.review)) != 1:
            raise ValueError("give one of geometry, label and review")
        return self


@router.get("/pages/{page_id}/measurements", responses=declared(404))
async def list_measurements(
    page: PageInReach,
    takeoff: Takeoff,
    limit: Limit = 100,
    after: NextId = None,
) -> MeasurementsAnswer:
    """The measurements on a page, oldest first."""
    statement = (
        select(Measurement)
        .where(Measurement.page_id == page.id)
        .order_by(Measurement.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(Measurement.id > after)
    async with takeoff.sessions() as session:
        found = list(await session.scalars(statement))
    return MeasurementsAnswer(
        measurements=[MeasurementAnswer.model_validate(each) for each in found[:limit]],
        next=found[limit - 1].id if len(found) > limit else None,
    )


@router.post(
    "/pages/{page_id}/measurements", status_code=201, responses=declared(403, 404, 408, 413, 422)
)
async def draw_measurement(
    page: PageInReach, identity: Operating, takeoff: Takeoff, new: NewMeasurement
) -> ChangedAnswer:
    """Add a measurement drawn by hand; it counts as accepted. Needs the role operator or admin."""
    condition = await condition_in_reach(new.condition_id, identity, takeoff)
    shape, by = new.geometry.shape(new.geometry_type), current_actor()
    return await changed(
        takeoff,
        lambda session: add_measurement(
            session, page.id, condition.id, shape, by=by, label=new.label, notes=new.notes
        ),
    )


@router.patch("/measurements/{measurement_id}", responses=declared(403, 404, 408, 413, 422))
async def change_measurement(
    measurement: MeasurementInReach, _: Operating, takeoff: Takeoff, edit: MeasurementEdit
) -> ChangedAnswer:
    """Redraw or label a measurement, accept or reject it, or reset its review. Needs the role
    operator or admin."""
    by = current_actor()
    if edit.geometry is not None and edit.geometry_type is not None:
        shape = edit.geometry.shape(edit.geometry_type)
        return await changed(
            takeoff, lambda session: edit_measurement(session, measurement.id, shape, by)
        )
    if edit.label is not None:
        label = edit.label.strip() or None
        return await changed(
            takeoff, lambda session: label_measurement(session, measurement.id, label, by)
        )
    review = edit.review or Review.OPEN
    return await changed(
        takeoff, lambda session: review_measurement(session, measurement.id, review, by)
    )


@router.delete("/measurements/{measurement_id}", responses=declared(403, 404))
async def remove_measurement(
    measurement: MeasurementInReach, _: Operating, takeoff: Takeoff
) -> ChangedAnswer:
    """Delete a measurement. A later takeoff may find it again; to prevent that, reject it instead.
    Needs the role operator or admin."""
    by = current_actor()
    return await changed(takeoff, lambda session: delete_measurement(session, measurement.id, by))
