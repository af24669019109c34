"""Conditions: what is measured in a project; and what was measured on a page."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.api.authorization import MadeProjectInReach, PageInReach
from services.api.resources import Takeoff
from services.api.schemas.takeoffs import (
    ConditionAnswer,
    ConditionsAnswer,
    MeasurementAnswer,
    MeasurementsAnswer,
)
from takeoff.models import Condition, Measurement, Project
from takeoff.terms import MeasurementType, Unit
from takeoff.units import inches, type_of, unit_of
from task_ledger.server.auth import Operating
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import text_cursor_of, text_of
from task_ledger.server.parameters import Limit, NextId, NextText, Text
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")


class NewCondition(BaseModel):
    """A condition to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=200, pattern=r"\S")]
    measurement_type: MeasurementType
    unit: Unit | None = Field(
        default=None,
        description="Follows from the measurement type and the project's unit system; if given, it "
        "must fit both.",
    )
    depth_in: Annotated[float, Field(strict=True, gt=0, lt=10_000, allow_inf_nan=False)] | None = (
        Field(default=None, description="Inches; a volume needs this or depth_mm.")
    )
    depth_mm: Annotated[float, Field(strict=True, gt=0, lt=254_000, allow_inf_nan=False)] | None = (
        Field(default=None, description="Millimetres, instead of depth_in; answered in inches.")
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.unit is not None and type_of(self.unit) is not self.measurement_type:
            raise ValueError(f"{self.unit} is a unit of {type_of(self.unit)}")
        if self.depth_in is not None and self.depth_mm is not None:
            raise ValueError("give one of depth_in and depth_mm")
        if self.measurement_type is MeasurementType.VOLUME and self.depth is None:
            raise ValueError("volume needs depth_in or depth_mm")
        return self

    @property
    def depth(self) -> float | None:
        """The depth in inches, however it was given."""
        return self.depth_in if self.depth_mm is None else inches(self.depth_mm)


@router.post(
    "/projects/{project_id}/conditions",
    status_code=201,
    responses=declared(403, 404, 409, 413, 422),
)
async def make_condition(
    new: NewCondition, project_id: MadeProjectInReach, _: Operating, takeoff: Takeoff
) -> ConditionAnswer:
    """Make a condition, whose name is its own within the project. Needs the role operator or
    admin."""
    async with takeoff.sessions() as session:
        project = await session.get_one(Project, project_id)
        unit = unit_of(new.measurement_type, project.unit_system)
        if new.unit not in (None, unit):
            raise ProblemError(
                422,
                "unit_of_other_system",
                f"The project is {project.unit_system}: {new.measurement_type} is measured in "
                f"{unit}, not {new.unit}. Leave the unit out, or give {unit}.",
            )
        condition = Condition(
            project_id=project_id,
            name=new.name,
            measurement_type=new.measurement_type,
            unit=unit,
            depth_in=new.depth,
        )
        session.add(condition)
        try:
            await session.flush()
        except IntegrityError as error:
            raise ProblemError(
                409,
                "condition_exists",
                "The project has a condition of this name. Choose another name.",
            ) from error
        await session.refresh(condition)
        answer = ConditionAnswer.model_validate(condition)
        await session.commit()
    return answer


@router.get("/projects/{project_id}/conditions", responses=declared(404))
async def list_conditions(
    project_id: ProjectInReach,
    takeoff: Takeoff,
    limit: Limit = 100,
    cursor: NextText = None,
) -> ConditionsAnswer:
    """A project's conditions with their totals, by name."""
    scope = f"conditions of {project_id}"
    statement = (
        select(Condition)
        .where(Condition.project_id == project_id)
        .order_by(Condition.name)
        .limit(limit + 1)
    )
    if cursor is not None:
        statement = statement.where(Condition.name > text_of(cursor, scope))
    async with takeoff.sessions() as session:
        found = list(await session.scalars(statement))
    return ConditionsAnswer(
        conditions=[ConditionAnswer.model_validate(each) for each in found[:limit]],
        next=text_cursor_of(found[limit - 1].name, scope) if len(found) > limit else None,
    )


@router.get("/pages/{page_id}/measurements", responses=declared(404))
async def list_measurements(
    page: PageInReach,
    takeoff: Takeoff,
    limit: Limit = 100,
    after: NextId = None,
) -> MeasurementsAnswer:
    """What was measured on a page, the oldest first."""
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
