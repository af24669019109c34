"""Check that this machine's sealer is signing."""

import time
from collections.abc import Iterator
from typing import Final

from task_ledger.cli.checks.check import Check, by_age, fail
from task_ledger.ops.settings import Settings
from task_ledger.sealer.installed import seal_state

_ADVICE: Final = "Make sure that `task-ledger sealer` is running, and look at its log."


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
        yield fail("seal", str(error), "Restore the newest state; see docs/how-to/seal.md.")
        return
    for alarm in found.standing:
        where = "the log" if alarm.project_id is None else f"project {alarm.project_id!r}"
        yield fail(
            "seal",
            f"nothing is signed: {where}: {alarm.reason}",
            "docs/how-to/seal.md explains each refusal.",
        )
    if found.standing:
        return
    if found.published_at is None:
        yield by_age("seal", "nothing is published yet", _ADVICE, 1, warn_s=0, fail_s=2)
        return
    # Every project is resealed every hour, changed or not.
    age_s = time.time() - found.published_at
    yield by_age(
        "seal",
        f"{found.events - found.unsealed} events, {age_s:.0f} s ago",
        _ADVICE,
        age_s,
        warn_s=3900,
        fail_s=7500,
    )
