"""One entry of a beat's schedule, registered when it is due."""

from typing import Any, Final, cast

from celery import Signature
from celery.beat import BeatLazyFunc, ScheduleEntry

from task_ledger.celery.worker.application import LedgerApplication
from task_ledger.errors import UnsupportedSignature
from task_ledger.eventlog.database import query
from task_ledger.eventlog.message import LedgerHeader, due_time
from task_ledger.registration.caller import CallerTransaction
from task_ledger.registration.enqueue import enqueue
from task_ledger.registration.registration import message_of

ACTOR: Final = "beat"
"""The actor recorded for tasks that beat starts."""

PROJECT: Final = "schedule"
"""The project of tasks that beat starts, unless the entry or `app.conf.ledger_beat_project` names
one."""

_WISHES: Final = ("project_id", "name", "metadata", "entity", "task_type", "max_attempts")


def is_tracked(app: LedgerApplication, entry: ScheduleEntry) -> bool:
    """Whether an entry's task has a task type, declared on the task or in the entry's options."""
    options: dict[str, Any] = dict(entry.options or {})
    if options.get("untracked"):
        return False
    task: Any = app.tasks.get(entry.task)
    return bool(options.get("task_type") or getattr(task, "task_type", None))


def project_of(app: LedgerApplication, entry: ScheduleEntry) -> str | None:
    """The project of what an entry starts; None if that is untracked."""
    if not is_tracked(app, entry):
        return None
    options: dict[str, Any] = dict(entry.options or {})
    return str(options.get("project_id") or app.conf.get("ledger_beat_project") or PROJECT)


def start_entry(
    caller: CallerTransaction,
    app: LedgerApplication,
    entry: ScheduleEntry,
    actor: str = ACTOR,
) -> str | None:
    """Register an entry's task, or store its untracked message, in the caller's transaction.

    Args:
        actor: who starts it; a person, outside the schedule.

    Returns:
        The registered task's id; None for an untracked one.

    Raises:
        UnsupportedSignature: beat cannot tell whether the task is tracked.
        LedgerError: as `task_ledger.enqueue`.
    """
    options: dict[str, Any] = dict(entry.options or {})
    wishes = {name: options.pop(name) for name in _WISHES if name in options}
    untracked = bool(options.pop("untracked", False))
    signature = Signature(
        str(entry.task),
        args=tuple(_evaluated(value) for value in entry.args or ()),
        kwargs={k: _evaluated(v) for k, v in dict(entry.kwargs or {}).items()},
        options=options,
        app=cast("Any", app),
    )
    task: Any = app.tasks.get(entry.task)
    if task is None and not untracked and "task_type" not in wishes:
        raise UnsupportedSignature(
            f"beat cannot tell whether {entry.task} is tracked: import its module, or set"
            " options={'task_type': …} or {'untracked': True} in its entry"
        )
    if not is_tracked(app, entry):
        due_at = due_time(options.get("countdown"), options.get("eta"))
        expires = options.get("expires")
        message = message_of(signature, LedgerHeader(tracked=False), expires=expires)
        caller.execute(query("send"), {"due_at": due_at, **message.parameters()})
        return None
    wishes["metadata"] = {"schedule": entry.name, **dict(wishes.get("metadata") or {})}
    wishes.setdefault("project_id", app.conf.get("ledger_beat_project") or PROJECT)
    return str(enqueue(caller, signature, actor=actor, **wishes).task_id)


def _evaluated(value: Any) -> Any:
    return cast("Any", value)() if isinstance(value, BeatLazyFunc) else value
