"""What is within the asker's reach. What is not looks as if it were not there."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select

from services.api.asking import Asking
from services.api.parameters import ProjectId
from services.api.problems import not_found
from services.api.resources import Resources, Shared
from takeoff.models import Condition, Document, Page
from task_ledger import UnknownTask
from task_ledger.access import Identity
from task_ledger.eventlog.database import query
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.record import TaskRecord


async def project_in_reach(project_id: ProjectId, identity: Asking, shared: Shared) -> str:
    """The id of a project that exists, as rows of the domain or as tasks, and is in reach.

    Raises:
        ProblemError: 404.
    """
    if identity.reaches(project_id) and await shared.read(
        lambda connection: bool(
            connection.execute(
                query("project_exists", "services.api"), {"project_id": project_id}
            ).fetchone()
        )
    ):
        return project_id
    raise not_found("project")


async def task_in_reach(task_id: UUID, identity: Asking, shared: Shared) -> TaskRecord:
    """The task at its last committed event.

    Raises:
        UnknownTask: there is none, or it is out of reach.
    """
    record = await shared.read(lambda connection: read_task(connection, task_id))
    return checked(record, identity)


def checked(record: TaskRecord, identity: Identity) -> TaskRecord:
    """The record, if its project is in reach.

    Raises:
        UnknownTask: it is not.
    """
    if not identity.reaches(record.project_id):
        raise UnknownTask(record.task_id, "unknown", "out of reach")
    return record


async def history_in_reach(task_id: UUID, identity: Asking, shared: Shared) -> UUID:
    """The id of a task, also of one whose events cannot be folded.

    Raises:
        UnknownTask: there is none, or it is out of reach.
    """
    first = await shared.read(lambda connection: read_events(connection, task_id, limit=1))
    if not first or not identity.reaches(first[0].project_id):
        raise UnknownTask(task_id, "unknown", "out of reach")
    return task_id


async def document_in_reach(document_id: UUID, identity: Asking, shared: Shared) -> Document:
    """The document's row.

    Raises:
        ProblemError: 404.
    """
    async with shared.sessions() as session:
        document = await session.get(Document, document_id)
    if document is None or not identity.reaches(document.project_id):
        raise not_found("document")
    return document


async def page_in_reach(page_id: UUID, identity: Asking, shared: Shared) -> Page:
    """The page's row.

    Raises:
        ProblemError: 404.
    """
    statement = (
        select(Page, Document.project_id)
        .join(Document, Document.id == Page.document_id)
        .where(Page.id == page_id)
    )
    async with shared.sessions() as session:
        row = (await session.execute(statement)).one_or_none()
    if row is None or not identity.reaches(row[1]):
        raise not_found("page")
    return row[0]


async def condition_in_reach(
    condition_id: UUID, identity: Identity, shared: Resources
) -> Condition:
    """The condition's row.

    Raises:
        ProblemError: 404.
    """
    async with shared.sessions() as session:
        condition = await session.get(Condition, condition_id)
    if condition is None or not identity.reaches(condition.project_id):
        raise not_found("condition")
    return condition


ProjectInReach = Annotated[str, Depends(project_in_reach)]
TaskInReach = Annotated[TaskRecord, Depends(task_in_reach)]
HistoryInReach = Annotated[UUID, Depends(history_in_reach)]
DocumentInReach = Annotated[Document, Depends(document_in_reach)]
PageInReach = Annotated[Page, Depends(page_in_reach)]
