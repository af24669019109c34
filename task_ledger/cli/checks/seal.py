"""Check that this machine's sealer is signing."""

import time
from collections.abc import Iterator
from typing import Final

from task_ledger.cli.checks.check import Check, failure, warning
from task_ledger.ops.settings import Settings
from task_ledger.sealer.installed import seal_state

_RUN: Final = "Make sure that `task-ledger sealer` is running, and look at its log."

SEAL_STATE_UNREADABLE: Final = failure(
    "seal_state_unreadable",
    "seal",
    "The sealer's state cannot be read.",
    "Restore the newest state; see docs/how-to/seal.md.",
)
SEAL_REFUSED: Final = failure(
    "seal_refused",
    "seal",
    "The sealer has found that the log was altered, and signs nothing.",
    "docs/how-to/seal.md explains each refusal.",
)
SEAL_UNPUBLISHED: Final = warning(
    "seal_unpublished", "seal", "A log was opened, and no checkpoint is published yet.", _RUN
)
SEAL_OLD: Final = warning(
    "seal_old",
    "seal",
    "The last checkpoint was published more than 65 minutes ago.",
    _RUN,
    fails="after 125 minutes",
)


def seal(settings: Settings) -> Iterator[Check]:
    """Check the sealer's state; yields nothing if no log has been opened."""
    state = seal_state(settings)
    if state is None or not state.exists():
        return
    from task_ledger.sealer.errors import StateUnavailable
    from task_ledger.sealer.status import seal_status

    try:
        found = seal_status(state)
    except StateUnavailable as error:
        yield SEAL_STATE_UNREADABLE.found(str(error))
        return
    for alarm in found.standing:
        where = "the log" if alarm.project_id is None else f"project {alarm.project_id!r}"
        yield SEAL_REFUSED.found(f"nothing is signed: {where}: {alarm.reason}")
    if found.standing:
        return
    if found.published_at is None:
        yield SEAL_UNPUBLISHED.found("nothing is published yet")
        return
    # Every project is resealed every hour, changed or not.
    age_s = time.time() - found.published_at
    yield SEAL_OLD.by_age(
        f"{found.events - found.unsealed} events, {age_s:.0f} s ago",
        age_s,
        warn_s=3900,
        fail_s=7500,
    )
