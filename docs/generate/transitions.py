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
# Transitions

A task's state is the type of its last lifecycle event. The table below is defined in
[task_ledger/model/transitions.py](../task_ledger/model/transitions.py); the SQL function
[task_ledger.may_follow](../schema/functions/may_follow.sql) and this page are generated from it.
The database decides from the state in the task's last row whether an event may be stored, and no
role may insert an event except through the functions.

```mermaid
{mermaid()}```

{table(("state", "may follow", "shown as"), following)}
`cancel_requested`, `noted` and `retry_requested` do not change the state: the next lifecycle event
is judged as if they were not there, except that after `retry_requested` the attempt is due at once,
whatever its countdown said. [Events](reference/events.md) describes each event type.

Beyond the table:

- In the states {_both(HELD)}, a claim holds the task. Only an event with this claim may change the
  state; any other is refused as `fenced`.
- `started` is legal only for the next attempt; a message for another attempt is refused as
  `fenced`. Before the task is due, or while it waits for tasks before it, it is refused as
  `not_due`.
- `retrying` is refused as `exhausted` if no attempt is left.
- After an accepted cancel, only {after_cancel} may follow, and `failed` only as
  `failed(cancelled)`; anything else is refused as `cancelled`. If no claim holds the task, the
  cancel itself appends `failed(cancelled)`.
- {_both(TERMINAL)} end a task: no state follows. To run one again is to register a new task, whose
  `rerun_of` names it.

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
