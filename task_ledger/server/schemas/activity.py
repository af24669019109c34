"""What happened over time, in API responses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.eventlog.rollups import Activity, Percentiles, Slot, TypeSum
from task_ledger.model.rollup import ERROR


class PercentilesAnswer(BaseModel):
    """Percentiles of lengths, in seconds; null without any."""

    model_config = ConfigDict(from_attributes=True)

    count: int = Field(description="Number of lengths.")
    p50: float | None
    p95: float | None
    p99: float | None


class CountsAnswer(BaseModel):
    """Numbers of events."""

    registered: int = Field(description="Tasks registered.")
    started: int = Field(description="Attempts started.")
    succeeded: int = Field(description="Tasks that ended in SUCCESS.")
    failed: int = Field(description="Tasks that ended in FAILURE.")
    revoked: int = Field(description="Tasks that ended in REVOKED.")
    retried: int = Field(description="Attempts that ended with another one to follow.")
    attempts_lost: int = Field(description="Attempts whose worker was lost.")
    failures: dict[str, int] = Field(description="`failed` by reason, without reasons at 0.")
    waiting: PercentilesAnswer = Field(
        description="From an attempt's due time to its start, without the first attempts of tasks "
        "that waited for other tasks."
    )
    duration: PercentilesAnswer = Field(
        description="From the start of an attempt to its successful end."
    )


class SlotAnswer(CountsAnswer):
    """What happened in one stretch of time."""

    begin: datetime

    @classmethod
    def of(cls, slot: Slot) -> Self:
        """The answer for a slot."""
        return cls(begin=slot.begin, **_counts(slot.counts, slot.waiting, slot.duration))


class TypeAnswer(CountsAnswer):
    """What happened to tasks of one type in the whole range."""

    task_type: str

    @classmethod
    def of(cls, one: TypeSum) -> Self:
        """The answer for a type."""
        return cls(task_type=one.task_type, **_counts(one.counts, one.waiting, one.duration))


class ActivityAnswer(BaseModel):
    """What happened in a range of time."""

    since: datetime = Field(description="Begin of the range, a whole hour.")
    until: datetime = Field(description="End of the range, a whole hour.")
    step_s: int = Field(description="Length of a slot, in seconds.")
    slots: list[SlotAnswer] = Field(
        description="By time. Slots in which nothing happened are missing."
    )
    types: list[TypeAnswer] = Field(
        description="In the whole range, those with the most ended tasks first."
    )
    more_types: bool = Field(description="Whether types are missing, because there are too many.")
    percentile_error: float = Field(
        description="Maximum relative error of a percentile between 1 ms and 24 days."
    )
    lag_s: float | None = Field(
        description="Age of the oldest event that is not counted yet; null if all are."
    )
    server_time: datetime

    @classmethod
    def of(
        cls,
        activity: Activity,
        *,
        since: datetime,
        until: datetime,
        step: timedelta,
        lag_s: float | None,
        server_time: datetime,
    ) -> Self:
        """The answer for what happened in a range."""
        return cls(
            since=since,
            until=until,
            step_s=round(step.total_seconds()),
            slots=[SlotAnswer.of(slot) for slot in activity.slots],
            types=[TypeAnswer.of(one) for one in activity.types],
            more_types=activity.more_types,
            percentile_error=round(ERROR, 4),
            lag_s=lag_s,
            server_time=server_time,
        )


def _counts(
    counts: Mapping[str, int], waiting: Percentiles, duration: Percentiles
) -> dict[str, Any]:
    ends = {name: count for name, count in counts.items() if name.startswith("failed_")}
    revoked = ends.pop("failed_cancelled")
    return {
        "registered": counts["registered"],
        "started": counts["started"],
        "succeeded": counts["completed"],
        "failed": sum(ends.values()),
        "revoked": revoked,
        "retried": sum(count for name, count in counts.items() if name.startswith("retrying_")),
        "attempts_lost": counts["failed_worker_lost"] + counts["retrying_worker_lost"],
        "failures": {name.removeprefix("failed_"): n for name, n in ends.items() if n},
        "waiting": PercentilesAnswer.model_validate(waiting),
        "duration": PercentilesAnswer.model_validate(duration),
    }
