"""A body's decision to retry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from celery.exceptions import Retry


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """The retry requested by the body, carried out when the body has ended.

    Attributes:
        countdown_s: seconds to wait, counted from `decided_at`; the database's clock measures the
            remainder.
        due_at: an explicit time instead; None if not given.
        decided_at: a value of `time.monotonic()`.
    """

    raised: Retry
    error: BaseException | None
    countdown_s: float
    due_at: datetime | None
    max_attempts: int | None
    decided_at: float = field(default_factory=monotonic)
