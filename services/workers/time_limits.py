"""Time limits of long tasks, and their errors."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from celery.exceptions import SoftTimeLimitExceeded

from task_ledger import LedgerTask

BodyT = TypeVar("BodyT", bound=Callable[..., Any])

# The densest sheet takes some minutes of processor time, and a worker may have a fraction of a
# processor; drawings with many pages take longer. The broker redelivers a message that is not
# finished within an hour, so each limit is below that.
OCR_LIMIT_S: Final = 1800
PAGES_LIMIT_S: Final = 3000
TO_END_S: Final = 60
"""Seconds from the soft limit to the hard limit, which ends the task."""


class TookTooLong(SoftTimeLimitExceeded):
    """The task reached its soft time limit; the message says what to do. Recorded as a timeout."""

    def __str__(self) -> str:
        return str(self.args[0])


def advising_at_its_limit(advice: str) -> Callable[[BodyT], BodyT]:
    """Make a task that reaches its soft time limit fail with `advice` on what to do."""

    def of(body: BodyT) -> BodyT:
        @wraps(body)
        def run(self: LedgerTask, *args: Any, **kwargs: Any) -> Any:
            try:
                return body(self, *args, **kwargs)
            except SoftTimeLimitExceeded as error:
                limit = (self.request.timelimit or (None, None))[1] or self.soft_time_limit
                raise TookTooLong(f"It did not finish within {limit} s. {advice}") from error

        return cast("BodyT", run)

    return of
