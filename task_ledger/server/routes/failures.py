"""Groups of equal failures."""

import json
from datetime import UTC, datetime
from typing import Annotated, Final

from anyio import to_thread
from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.failures import (
    FailureGroup,
    FailurePlace,
    FailureState,
    handle_failure,
    read_failure,
    read_failures,
)
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.task_reach import Reach
from task_ledger.model.fingerprint import DIGITS
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.cursors import bad_cursor, text_cursor_of, text_of
from task_ledger.server.parameters import Comment, Limit, NextText, Time, plain
from task_ledger.server.problems import declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.failure import FailureGroupAnswer, FailuresAnswer

router = api_router("failures")

Fingerprint = Annotated[str, Path(pattern=f"^[0-9a-f]{{{DIGITS}}}$")]
State = Annotated[
    FailureState,
    Query(description="`open`: not handled yet, or failed again since."),
]


@router.get("/failures")
async def list_failures(
    *,
    identity: Caller,
    shared: Shared,
    state: State = FailureState.OPEN,
    limit: Limit = 50,
    cursor: NextText = None,
) -> FailuresAnswer:
    """The groups of failures of all projects that the caller may see, the one with the newest
    failure first. The same error in two projects is two groups."""
    return await _page(shared, identity.projects, state, limit=limit, cursor=cursor)


@router.get("/projects/{project_id}/failures", responses=declared(404))
async def list_project_failures(
    *,
    project_id: ProjectInReach,
    shared: Shared,
    state: State = FailureState.OPEN,
    limit: Limit = 50,
    cursor: NextText = None,
) -> FailuresAnswer:
    """A project's groups of failures, the one with the newest failure first."""
    return await _page(shared, project_id, state, limit=limit, cursor=cursor)


@router.get("/projects/{project_id}/failures/{fingerprint}", responses=declared(404))
async def get_failure(
    project_id: ProjectInReach, fingerprint: Fingerprint, shared: Shared
) -> FailureGroupAnswer:
    """One group of failures."""
    return FailureGroupAnswer.model_validate(await _group(shared, project_id, fingerprint))


class Handle(BaseModel):
    """A request to mark a group as handled."""

    model_config = ConfigDict(extra="forbid")

    comment: Comment | None = None
    last_at: Time = Field(
        description=(
            "The group's `last_at` as the caller saw it; the group stays open if a task has failed "
            "since."
        )
    )


@router.post(
    "/projects/{project_id}/failures/{fingerprint}/handled",
    responses=declared(403, 404, 408, 413, 422),
)
async def mark_handled(
    project_id: ProjectInReach,
    fingerprint: Fingerprint,
    handle: Handle,
    _: Operating,
    shared: Shared,
) -> FailureGroupAnswer:
    """Record that a group was handled; it reopens with its next failure. Needs the role
    operator or admin."""
    actor = current_actor()

    def record() -> bool:
        with shared.reading() as connection:
            return handle_failure(
                connection,
                project_id,
                fingerprint,
                actor=actor,
                up_to=handle.last_at,
                comment=handle.comment,
            )

    if not await to_thread.run_sync(record):
        raise not_found("group of failures")
    return FailureGroupAnswer.model_validate(await _group(shared, project_id, fingerprint))


async def _group(shared: Resources, project_id: str, fingerprint: str) -> FailureGroup:
    group = await shared.read(
        lambda connection: read_failure(connection, project_id, fingerprint, now=datetime.now(UTC))
    )
    if group is None:
        raise not_found("group of failures")
    return group


async def _page(
    shared: Resources, reach: Reach, state: FailureState, *, limit: int, cursor: str | None
) -> FailuresAnswer:
    project = reach if isinstance(reach, str) else None
    scope = repr(("failures", project, str(state)))
    after = _place(text_of(cursor, scope)) if cursor is not None else None
    now = datetime.now(UTC)
    (found, lag), late_s = await shared.read_late(
        lambda connection: (
            read_failures(connection, reach, now=now, limit=limit + 1, state=state, after=after),
            read_lag(connection),
        )
    )
    last = found[limit - 1] if len(found) > limit else None
    return FailuresAnswer(
        groups=[FailureGroupAnswer.model_validate(group) for group in found[:limit]],
        next=text_cursor_of(_text(last), scope) if last else None,
        lag_s=lag.oldest_s + late_s,
        server_time=now,
    )


def _text(group: FailureGroup) -> str:
    return json.dumps(
        [group.last_at.isoformat(), group.project_id, group.fingerprint], ensure_ascii=False
    )


_PLACE: Final = TypeAdapter(
    tuple[Time, Annotated[str, AfterValidator(plain)], Annotated[str, AfterValidator(plain)]]
)


def _place(text: str) -> FailurePlace:
    try:
        return FailurePlace(*_PLACE.validate_json(text))
    except ValidationError:
        raise bad_cursor() from None
