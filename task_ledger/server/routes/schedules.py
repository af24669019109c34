"""Schedules: when their entries are due, and starting one now."""

from datetime import UTC, datetime
from typing import Annotated

from anyio import to_thread
from fastapi import Path
from pydantic import AfterValidator

from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.schedules import read_schedules, start_schedule
from task_ledger.eventlog.task_reach import Reach
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.parameters import plain
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.schedule import ScheduleAnswer, SchedulesAnswer

router = api_router("schedules")

ScheduleName = Annotated[str, Path(min_length=1, max_length=500), AfterValidator(plain)]


@router.get("/schedules")
async def list_schedules(identity: Caller, shared: Shared) -> SchedulesAnswer:
    """The entries of beat schedules whose tasks belong to the caller's projects, by name, at most
    1,000; for a token that reaches all projects, those of untracked tasks too. Only entries of the
    ledger's own scheduler are known."""
    return await _all(shared, identity.projects)


@router.post("/schedules/{name:any_text}/start", status_code=202, responses=declared(403, 404, 409))
async def start_now(name: ScheduleName, identity: Operating, shared: Shared) -> SchedulesAnswer:
    """Ask a beat to start an entry now, outside its schedule, which does not change. The caller is
    the actor of the task, and recorded in the access log. Needs the role operator or admin."""
    known = await shared.read(lambda connection: read_schedules(connection, identity.projects))
    if name not in {schedule.name for schedule in known}:
        raise not_found("schedule")
    actor = current_actor()

    def ask() -> bool:
        with shared.reading() as connection:
            return start_schedule(connection, name, actor=actor)

    if not await to_thread.run_sync(ask):
        raise ProblemError(409, "unchanged", "An earlier request to start it is still pending.")
    return await _all(shared, identity.projects)


async def _all(shared: Resources, reach: Reach) -> SchedulesAnswer:
    found = await shared.read(lambda connection: read_schedules(connection, reach))
    return SchedulesAnswer(
        schedules=[ScheduleAnswer.model_validate(schedule) for schedule in found],
        server_time=datetime.now(UTC),
    )
