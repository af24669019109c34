"""How long the long tasks may take, and what they say when that was not enough."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from celery.exceptions import SoftTimeLimitExceeded

from task_ledger import LedgerTask

BodyT = TypeVar("BodyT", bound=Callable[..., Any])

# The fullest sheet takes some minutes of processor time, and a worker may have a fraction of one;
# the drawings with the most pages take longer. A broker delivers again what has not ended in an
# hour, so each limit is below that.
OCR_LIMIT_S: Final = 1800
PAGES_LIMIT_S: Final = 3000
TO_END_S: Final = 60
"""How much later a task is ended that has not ended by itself."""


class TookTooLong(SoftTimeLimitExceeded):
    """The task was at its soft time limit; says what to do. Recorded as a timeout."""

    def __str__(self) -> str:
        return str(self.args[0])


def advising_at_its_limit(advice: str) -> Callable[[BodyT], BodyT]:
    """Make a task that reaches its soft time limit say so, with `advice`: what could be done."""

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
