"""The page about what may follow what."""

from docs.generate.markdown import NOTICE, code, table
from task_ledger.model.transitions import (
    AFTER_CANCEL,
    HELD,
    TERMINAL,
    TRANSITIONS,
    EventType,
    FailureReason,
    State,
    may_follow,
    mermaid,
    status_of,
)


def page() -> str:
    """The text of docs/transitions.md."""
    following = [
        (f"`{state}`" if state else "(no task)", _types(state), _status(state))
        for state in TRANSITIONS
    ]
    after_cancel = code(t for t in EventType if t in AFTER_CANCEL)
    reasons = [
        (f"`failed({reason})`", f"`{status_of(State.FAILED, reason)}`") for reason in FailureReason
    ]
    return f"""{NOTICE}
# What may follow what

A task's state is the type of its last lifecycle event. The table below is
[task_ledger/model/transitions.py](../task_ledger/model/transitions.py); the function
[task_ledger.may_follow](../schema/functions/may_follow.sql) is generated from it, and so is
this page.
Whether an event may be stored is decided by the database, by the state that the task's last row
carries. Inserting by another way than the functions is granted to nobody.

```mermaid
{mermaid()}```

{table(("state", "may follow", "shown as"), following)}
`cancel_requested` and `noted` change no state: the next lifecycle event is judged as if they were
not there. Each event type is described in [reference/events.md](reference/events.md).

Beyond the table:

- In the states {_both(HELD)} a claim holds the task. Only an event that presents this claim
  may change the state; any other is `fenced`.
- `started` is for one attempt: the number after the last one. A message for another is `fenced`.
  It may not come before the task is due (`not_due`).
- `retrying` needs an attempt that is left (`exhausted`).
- After an accepted cancel, only {after_cancel} may follow, and `failed` only as
  `failed(cancelled)`; anything else is refused as `cancelled`. When no claim holds the task, the
  request itself appends `failed(cancelled)`.
- {_both(TERMINAL)} end a task: no state follows.

## How a failed task is shown
{table(("event", "status"), reasons)}"""


def _types(state: State | None) -> str:
    if state is None:
        return code(sorted(TRANSITIONS[None]))
    return code(t for t in EventType if may_follow(state, t))


def _status(state: State | None) -> str:
    if state is None:
        return ""
    if state is State.FAILED:
        return "`FAILURE`, `REVOKED` when cancelled"
    return f"`{status_of(state)}`"


def _both(states: frozenset[State]) -> str:
    return " and ".join(code([state]) for state in State if state in states)
