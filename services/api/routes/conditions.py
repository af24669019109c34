"""Conditions, the things measured in a project: list, create, edit and delete."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.api.authorization import ConditionInReach, MadeProjectInReach
from services.api.changing import changed
from services.api.resources import Takeoff
from services.api.schemas.changes import ChangedAnswer
from services.api.schemas.takeoffs import ConditionAnswer, ConditionsAnswer
from takeoff.corrections import (
    delete_condition,
    edit_condition,
    of_condition,
    stored_under_its_name,
)
from takeoff.models import Condition, Project
from takeoff.terms import ChangeAction, MeasurementType, Unit
from takeoff.units import inches, type_of, unit_of
from task_ledger.eventlog.actor import current_actor
from task_ledger.server.auth import Operating
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import text_cursor_of, text_of
from task_ledger.server.parameters import Limit, NextText, Text
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.routes.router import api_router

router = api_router("takeoff")

DepthInInches = Annotated[float, Field(strict=True, gt=0, lt=10_000, allow_inf_nan=False)]
DepthInMillimetres = Annotated[float, Field(strict=True, gt=0, lt=254_000, allow_inf_nan=False)]


class NewCondition(BaseModel):
    """A condition to create."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=200, pattern=r"\S")]
    measurement_type: MeasurementType
    unit: Unit | None = Field(
        default=None,
        description="Derived from the measurement type and the project's unit system; if given, "
        "it must match them.",
    )
    depth_in: DepthInInches | None = Field(
        default=None, description="Depth in inches. A volume needs depth_in or depth_mm."
    )
    depth_mm: DepthInMillimetres | None = Field(
        default=None,
        description="Depth in millimetres, instead of depth_in. Responses give it in inches.",
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
        """The depth in inches, whichever unit it was given in."""
        return self.depth_in if self.depth_mm is None else inches(self.depth_mm)


@router.post(
    "/projects/{project_id}/conditions",
    status_code=201,
    responses=declared(403, 404, 409, 408, 413, 422),
)
async def make_condition(
    new: NewCondition, project_id: MadeProjectInReach, _: Operating, takeoff: Takeoff
) -> ConditionAnswer:
    """Create a condition. Its name must be unique within the project. Needs the role operator or
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
        by = current_actor()

        def recorded(session: Session) -> None:
            session.add(condition)
            stored_under_its_name(session)
            session.refresh(condition)
            of_condition(session, ChangeAction.CONDITION_ADDED, condition, None, by)

        await session.run_sync(recorded)
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


class ConditionEdit(BaseModel):
    """A new name or depth for a condition. The measurement type cannot change; create another
    condition instead."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(max_length=200, pattern=r"\S")] | None = None
    depth_in: DepthInInches | None = Field(default=None, description="Depth in inches.")
    depth_mm: DepthInMillimetres | None = Field(
        default=None, description="Depth in millimetres, instead of depth_in."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.depth_in is not None and self.depth_mm is not None:
            raise ValueError("give one of depth_in and depth_mm")
        if self.name is None and self.depth is None:
            raise ValueError("give a name or a depth")
        return self

    @property
    def depth(self) -> float | None:
        """The depth in inches, whichever unit it was given in; None if unchanged."""
        return self.depth_in if self.depth_mm is None else inches(self.depth_mm)


@router.patch("/conditions/{condition_id}", responses=declared(403, 404, 409, 408, 413, 422))
async def change_condition(
    condition: ConditionInReach, _: Operating, takeoff: Takeoff, edit: ConditionEdit
) -> ChangedAnswer:
    """Change a condition's name or depth. A changed depth recalculates its volumes. Needs the role
    operator or admin."""
    by = current_actor()
    return await changed(
        takeoff,
        lambda session: edit_condition(session, condition.id, edit.name, edit.depth, by=by),
    )


@router.delete("/conditions/{condition_id}", responses=declared(403, 404))
async def remove_condition(
    condition: ConditionInReach, _: Operating, takeoff: Takeoff
) -> ChangedAnswer:
    """Delete a condition with all its measurements. Needs the role operator or admin."""
    by = current_actor()
    return await changed(takeoff, lambda session: delete_condition(session, condition.id, by))
