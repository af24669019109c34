"""Access to documents, pages, conditions and so on. Objects that the caller may not see look as if
they did not exist."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Select, select

from services.api.resources import Takeoff, TakeoffResources
from takeoff.models import Change, Condition, Document, Measurement, Page, Project
from task_ledger.access import Identity
from task_ledger.server.auth import Caller
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.problems import not_found

_Row = TypeVar("_Row")


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
    statement = select(Document, Document.project_id).where(Document.id == document_id)
    return await _in_reach(statement, "document", identity, takeoff)


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
    return await _in_reach(statement, "page", identity, takeoff)


async def condition_in_reach(
    condition_id: UUID, identity: Identity, takeoff: TakeoffResources
) -> Condition:
    """The condition's row.

    Raises:
        ProblemError: 404.
    """
    statement = select(Condition, Condition.project_id).where(Condition.id == condition_id)
    return await _in_reach(statement, "condition", identity, takeoff)


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
    return await _in_reach(statement, "measurement", identity, takeoff)


async def change_in_reach(change_id: UUID, identity: Caller, takeoff: Takeoff) -> Change:
    """The change's row.

    Raises:
        ProblemError: 404.
    """
    statement = select(Change, Change.project_id).where(Change.id == change_id)
    return await _in_reach(statement, "change", identity, takeoff)


async def _in_reach(
    statement: Select[_Row, str], kind: str, identity: Identity, takeoff: TakeoffResources
) -> _Row:
    """The row that a statement selects together with its project."""
    async with takeoff.sessions() as session:
        found = (await session.execute(statement)).one_or_none()
    if found is None or not identity.reaches(found[1]):
        raise not_found(kind)
    return found[0]


async def asked_condition_in_reach(
    condition_id: UUID, identity: Caller, takeoff: Takeoff
) -> Condition:
    """The condition named in the path.

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
