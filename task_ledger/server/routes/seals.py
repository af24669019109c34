"""Seals of projects, and proofs that auditors check without this server."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from task_ledger.eventlog.timeline import timeline_head
from task_ledger.sealer.seal_document import (
    RestProofDocument,
    SealDocument,
    TaskProofDocument,
)
from task_ledger.server.authorization import ProjectInReach, TaskInReach
from task_ledger.server.parameters import Number
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.sealed_log import read_rest_proof, read_status, read_task_proof

router = api_router("seals")

Since = Annotated[
    Number,
    Query(
        description="The log's size in a checkpoint that you kept; the seal then proves that "
        "the log extends it."
    ),
]


class SealStatusAnswer(BaseModel):
    """How much of a project is currently sealed."""

    log: str | None = Field(description="The log's name; null if this installation has no seals.")
    keys: list[str] = Field(description="The signing keys, newest first.")
    events: int = Field(description="Number of events in the project's timeline.")
    sealed: int = Field(description="Timeline numbers 1 to this one are sealed.")
    sealed_at: datetime | None = Field(
        description="Time of the newest seal; it is renewed every hour."
    )
    published_at: datetime | None = Field(description="When the log was last published.")
    refused: bool = Field(
        description="True if the sealer has stopped signing because the stored log does not "
        "extend what was sealed."
    )


@router.get("/projects/{project_id}/seal", responses=declared(404, 409))
async def get_project_seal(
    project_id: ProjectInReach, shared: Shared, since: Since = 0
) -> SealDocument | RestProofDocument:
    """The project's newest seal. `docs/check_export.py` checks it offline, given an export and the
    log's key. If months of the project were retired, the seal comes with what stands for their
    events. 404 if no event of the project has been sealed yet."""
    found = await read_rest_proof(shared, project_id, since)
    if "seal" in found:
        return RestProofDocument.model_validate(found, strict=False)
    return SealDocument.model_validate(found)


@router.get("/projects/{project_id}/seal/status", responses=declared(404))
async def get_project_seal_status(project_id: ProjectInReach, shared: Shared) -> SealStatusAnswer:
    """The last sealed event of a project, the time of its seal, and the signing keys."""
    # Read the timeline's end last, so that it is never below the sealed number.
    found = await read_status(shared, project_id)
    head = await shared.read(lambda connection: timeline_head(connection, project_id))
    events = head.seq
    if found is None:
        return SealStatusAnswer(
            log=None,
            keys=[],
            events=events,
            sealed=0,
            sealed_at=None,
            published_at=None,
            refused=False,
        )
    return SealStatusAnswer(
        log=found.origin,
        keys=list(found.vkeys),
        events=events,
        sealed=found.sealed,
        sealed_at=_time(found.sealed_at),
        published_at=_time(found.published_at),
        refused=found.refused,
    )


@router.get("/tasks/{task_id}/proof", responses=declared(404, 409, 410))
async def get_task_proof(task: TaskInReach, shared: Shared, since: Since = 0) -> TaskProofDocument:
    """The seal of the task's project, with a proof for each sealed event of the task.
    `docs/check_export.py` checks it offline, given an export of just this task."""
    found = await read_task_proof(shared, task.project_id, task.task_id, since)
    return TaskProofDocument.model_validate(found, strict=False)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
