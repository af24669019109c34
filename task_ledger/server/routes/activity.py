"""What happened over time: throughput, failures, waiting times and durations, from rollups."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import Query

from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.rollups import MAX_HOURS, read_activity
from task_ledger.eventlog.task_reach import Reach
from task_ledger.server.auth import Caller
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.parameters import Text, Time
from task_ledger.server.problems import ProblemError, declared
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.activity import ActivityAnswer

router = api_router("activity")

Since = Annotated[
    Time | None,
    Query(
        description="Begin of the range, rounded down to the hour. Default: 24 hours before "
        f"`until`. At most {MAX_HOURS} hours before it."
    ),
]
Until = Annotated[
    Time | None, Query(description="End of the range, rounded up to the hour. Default: now.")
]
Step = Annotated[Literal["1h", "6h", "1d"], Query(description="Length of a slot.")]
OfType = Annotated[
    Text | None, Query(description="Only tasks of this type in the slots; `types` has all.")
]

_HOUR: Final = timedelta(hours=1)
_STEPS: Final = {"1h": _HOUR, "6h": 6 * _HOUR, "1d": 24 * _HOUR}


@router.get("/activity", responses=declared(400))
async def get_activity(
    *,
    identity: Caller,
    shared: Shared,
    since: Since = None,
    until: Until = None,
    step: Step = "1h",
    task_type: OfType = None,
) -> ActivityAnswer:
    """What happened in all projects that the caller may see, by stretches of time and by type.
    Counts what the projector has folded; `lag_s` says how far it is behind."""
    return await _activity(shared, identity.projects, since, until, step=step, task_type=task_type)


@router.get("/projects/{project_id}/activity", responses=declared(400, 404))
async def get_project_activity(
    *,
    project_id: ProjectInReach,
    shared: Shared,
    since: Since = None,
    until: Until = None,
    step: Step = "1h",
    task_type: OfType = None,
) -> ActivityAnswer:
    """What happened in a project, by stretches of time and by type. Counts what the projector has
    folded; `lag_s` says how far it is behind."""
    return await _activity(shared, project_id, since, until, step=step, task_type=task_type)


async def _activity(
    shared: Resources,
    reach: Reach,
    since: datetime | None,
    until: datetime | None,
    *,
    step: str,
    task_type: str | None,
) -> ActivityAnswer:
    now = datetime.now(UTC)
    begin, end = _range(since, until or now)
    activity, lag = await shared.read(
        lambda connection: (
            read_activity(
                connection,
                reach,
                since=begin,
                until=end,
                step=_STEPS[step],
                task_type=task_type,
            ),
            read_lag(connection),
        )
    )
    return ActivityAnswer.of(
        activity,
        since=begin,
        until=end,
        step=_STEPS[step],
        lag_s=lag.oldest_s,
        server_time=now,
    )


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _range(since: datetime | None, until: datetime) -> tuple[datetime, datetime]:
    try:
        end = -(-_since_1970(until) // _HOUR) * _HOUR + _EPOCH
        begin = _since_1970(since or end - 24 * _HOUR) // _HOUR * _HOUR + _EPOCH
    except OverflowError:
        raise ProblemError(
            400, "invalid_range", "the range must be within years 1 to 9999"
        ) from None
    if not _HOUR <= end - begin <= MAX_HOURS * _HOUR:
        raise ProblemError(
            400,
            "invalid_range",
            f"query.since must be before query.until, by at most {MAX_HOURS} hours",
        )
    return begin, end


def _since_1970(at: datetime) -> timedelta:
    return at - _EPOCH
