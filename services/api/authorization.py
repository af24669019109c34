"""Access to documents, pages, conditions and so on. Objects that the caller may not see look as if
they did not exist."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select

from services.api.resources import Takeoff, TakeoffResources
from takeoff.models import Change, Condition, Document, Measurement, Page, Project
from task_ledger.access import Identity
from task_ledger.server.auth import Caller
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.problems import not_found


async def made_project_in_reach(project_id: ProjectInReach, takeoff: Takeoff) -> str:
    """The id of a project that was created here, so that it can have drawings and conditions.

    Raises:
        ProblemError: 404.
    """
    async with takeoff.sessions() as session:
        if await session.get(Project, project_id) is None:
            raise not_found("project")
    return project_id


async def document_in_reach(document_id: UUID, identity: Caller, takeoff: Takeoff) -> Document:
    """The document's row.

    Raises:
        ProblemError: 404.
    """
    async with takeoff.sessions() as session:
        document = await session.get(Document, document_id)
    if document is None or not identity.reaches(document.project_id):
        raise not_found("document")
    return document


async def page_in_reach(page_id: UUID, identity: Caller, takeoff: Takeoff) -> Page:
    """The page's row.

    Raises:
        ProblemError: 404.
    """
    statement = (
        select(Page, Document.project_id)
        .join(Document, Document.id == Page.document_id)
        .where(Page.id == page_id)
    )
    async with takeoff.sessions() as session:
        row = (await session.execute(statement)).one_or_none()
    if row is None or not identity.reaches(row[1]):
        raise not_found("page")
    return row[0]


async def condition_in_reach(
    condition_id: UUID, identity: Identity, takeoff: TakeoffResources
) -> Condition:
    """The condition's row.

    Raises:
        ProblemError: 404.
    """
    async with takeoff.sessions() as session:
        condition = await session.get(Condition, condition_id)
    if condition is None or not identity.reaches(condition.project_id):
        raise not_found("condition")
    return condition


async def measurement_in_reach(
    measurement_id: UUID, identity: Caller, takeoff: Takeoff
) -> Measurement:
    """The measurement's row.

    Raises:
        ProblemError: 404.
    """
    statement = (
        select(Measurement, Condition.project_id)
        .join(Condition, Condition.id == Measurement.condition_id)
        .where(Measurement.id == measurement_id)
    )
    async with takeoff.sessions() as session:
        row = (await session.execute(statement)).one_or_none()
    if row is None or not identity.reaches(row[1]):
        raise not_found("measurement")
    return row[0]


async def change_in_reach(change_id: UUID, identity: Caller, takeoff: Takeoff) -> Change:
    """The change's row.

    Raises:
        ProblemError: 404.
    """
    async with takeoff.sessions() as session:
        change = await session.get(Change, change_id)
    if change is None or not identity.reaches(change.project_id):
        raise not_found("change")
    return change


async def asked_condition_in_reach(
    condition_id: UUID, identity: Caller, takeoff: Takeoff
) -> Condition:
    """The row of the condition that the address names.

    Raises:
        ProblemError: 404.
    """
    return await condition_in_reach(condition_id, identity, takeoff)


MadeProjectInReach = Annotated[str, Depends(made_project_in_reach)]
DocumentInReach = Annotated[Document, Depends(document_in_reach)]
PageInReach = Annotated[Page, Depends(page_in_reach)]
ConditionInReach = Annotated[Condition, Depends(asked_condition_in_reach)]
MeasurementInReach = Annotated[Measurement, Depends(measurement_in_reach)]
ChangeInReach = Annotated[Change, Depends(change_in_reach)]
