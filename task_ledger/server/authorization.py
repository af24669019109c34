"""Access to projects and tasks. Objects that the caller may not see look as if they did not
exist."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from task_ledger import UnknownTask
from task_ledger.access import Identity
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.eventlog.retired import missing
from task_ledger.model.record import TaskRecord
from task_ledger.server.auth import Caller
from task_ledger.server.parameters import ProjectId
from task_ledger.server.problems import not_found
from task_ledger.server.resources import Shared


async def project_in_reach(project_id: ProjectId, identity: Caller, shared: Shared) -> str:
    """The id of a project that the caller may see: one that exists, or that the token names.

    A token may name a project before its first task; that is not an error.

    Raises:
        ProblemError: 404.
    """
    if not identity.reaches(project_id):
        raise not_found("project")
    if identity.projects is None and not await shared.read(
        lambda connection: shared.projects.exists(connection, project_id)
    ):
        raise not_found("project")
    return project_id


async def task_in_reach(task_id: UUID, identity: Caller, shared: Shared) -> TaskRecord:
    """The task as of its last committed event.

    Raises:
        UnknownTask: it does not exist, or the caller may not see it.
    """
    record = await shared.read(lambda connection: read_task(connection, task_id))
    return checked(record, identity)


def checked(record: TaskRecord, identity: Identity) -> TaskRecord:
    """Return the record if the caller may see its project.

    Raises:
        UnknownTask: the caller may not see it.
    """
    if not identity.reaches(record.project_id):
        raise UnknownTask(record.task_id, "unknown", "out of reach")
    return record


async def history_in_reach(task_id: UUID, identity: Caller, shared: Shared) -> UUID:
    """The id of a task, even if its events cannot be folded.

    Raises:
        UnknownTask: it does not exist, or the caller may not see it.
    """
    first = await shared.read(lambda connection: read_events(connection, task_id, limit=1))
    if not first:
        raise await shared.read(lambda connection: missing(connection, task_id))
    if not identity.reaches(first[0].project_id):
        raise UnknownTask(task_id, "unknown", "out of reach")
    return task_id


ProjectInReach = Annotated[str, Depends(project_in_reach)]
TaskInReach = Annotated[TaskRecord, Depends(task_in_reach)]
HistoryInReach = Annotated[UUID, Depends(history_in_reach)]
