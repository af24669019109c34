"""Verifying a task's history."""

from datetime import UTC, datetime
from uuid import UUID

from anyio import to_thread
from pydantic import BaseModel, Field

from task_ledger.eventlog.answered import AnsweredConnection
from task_ledger.eventlog.database import ledger_errors
from task_ledger.eventlog.verify import Scope, chains, count, one_snapshot, records, timelines
from task_ledger.ops.settings import Settings
from task_ledger.server.authorization import HistoryInReach
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared, connect_options
from task_ledger.server.routes.router import api_router

router = api_router("tasks")


class VerificationFindingAnswer(BaseModel):
    """One mismatch."""

    version: int | None = Field(description="The first event that does not match.")
    seq: int | None = Field(description="Its timeline number, if the timeline contains it.")
    reason: str


class VerificationAnswer(BaseModel):
    """The result of recomputing every digest of a task, in one snapshot."""

    task_id: UUID
    fits: bool = Field(
        description="True if every event matches its digest, the timeline and the record."
    )
    events: int = Field(description="Number of events checked: versions 1 to this one.")
    findings: list[VerificationFindingAnswer]
    checked_at: datetime


@router.get("/tasks/{task_id}/verification", responses=declared(404, 410))
async def verify_task(task_id: HistoryInReach, shared: Shared) -> VerificationAnswer:
    """Recompute the digests of a task's events and compare them with the timeline."""
    return await to_thread.run_sync(_verified, shared.settings, task_id)


def _verified(settings: Settings, task_id: UUID) -> VerificationAnswer:
    scope = Scope(task_id=task_id)
    # Its own connection, because the pool's are on autocommit and this needs one snapshot.
    options = connect_options(settings, options="-c statement_timeout=30s")
    with (
        ledger_errors(),
        AnsweredConnection.connect(settings.url_for("api"), **options) as own,
        one_snapshot(own) as connection,
    ):
        events = count(connection, scope)
        found = [
            *chains(connection, scope),
            *timelines(connection, scope),
            *records(connection, scope),
        ]
    return VerificationAnswer(
        task_id=task_id,
        fits=not found,
        events=events,
        findings=[
            VerificationFindingAnswer(version=f.version, seq=f.seq, reason=f.reason) for f in found
        ],
        checked_at=datetime.now(UTC),
    )
