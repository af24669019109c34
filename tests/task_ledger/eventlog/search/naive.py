"""What a query finds, decided row by row in Python: the meaning of the reference, not its SQL."""

import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from task_ledger.eventlog.search.fields import Fields, Kind
from task_ledger.eventlog.search.grammar import Operator, Term, Value
from task_ledger.eventlog.search.values import duration_of, moment_of
from task_ledger.eventlog.timeline import Entry
from task_ledger.model.record import TaskRecord

_COMPARED: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: operator.eq,
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
}


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        values: of each field; of a choice, the names that hold; of a keyed field, a mapping.
        text: what a word is searched for in.
    """

    values: Mapping[str, Any]
    text: str
    task_id: UUID


def holds(fields: Fields, term: Term, row: Row, now: datetime) -> bool:
    """Whether the row is what the term asks for."""
    return term.negated != any(_is(fields, term, value, row, now) for value in term.values)


def _is(fields: Fields, term: Term, value: Value, row: Row, now: datetime) -> bool:
    if term.field is None:
        ends = (f"{value.text}*", f"*{value.text}") if not value.quoted else ()
        part = str(row.task_id)
        return _contains(value, row.text) or (
            any(_like(each, part) for each in ends)
            or (value.quoted and _at_an_end(part, value.text))
        )
    field = fields.by_name[term.field]
    found = row.values[term.field]
    compared = field.only or term.operator
    if field.keyed:
        found = found.get(term.key)
    match field.kind:
        case Kind.CHOICE:
            return value.text.lower() in {name.lower() for name in found}
        case Kind.TEXT:
            return _written(value, compared, _text(found))
        case Kind.ID:
            whole = len(value.text) == 36
            return found is not None and (
                str(found) == value.text if whole else _at_an_end(str(found), value.text)
            )
        case _ if found is None:
            return False
        case Kind.TIME:
            moment = moment_of(value.text, now)
            if compared is Operator.IS:
                return moment.start <= found < moment.end
            late = compared in (Operator.ABOVE, Operator.AT_MOST)
            after = found >= (moment.end if late else moment.start)
            return after is (compared in (Operator.ABOVE, Operator.AT_LEAST))
        case Kind.DURATION:
            return _COMPARED[compared](found, duration_of(value.text))
        case Kind.NUMBER:
            return _COMPARED[compared](float(found), float(value.text))


def _written(value: Value, compared: Operator, found: str) -> bool:
    if compared is Operator.CONTAINS:
        return _contains(value, found)
    if value.quoted:
        return found == value.text
    return _like(value.text, found, flags=0)


def _contains(value: Value, text: str) -> bool:
    if value.quoted:
        return value.text.lower() in text.lower()
    return _like(f"*{value.text}*", text)


def _like(pattern: str, text: str, flags: int = re.IGNORECASE) -> bool:
    parts = map(re.escape, pattern.split("*"))
    return re.fullmatch(".*".join(parts), text, flags | re.DOTALL) is not None


def _at_an_end(text: str, part: str) -> bool:
    return text.startswith(part.lower()) or text.endswith(part.lower())


def _text(found: Any) -> str:
    return "" if found is None else str(found)


def _error(error: Mapping[str, Any] | None) -> str:
    parts = (error or {}).get("type"), (error or {}).get("message")
    return ": ".join(part for part in parts if part is not None)


def of_task(task: TaskRecord, now: datetime) -> Row:
    """A task of a list, at `now`."""
    started, ended = task.started_at, task.completed_at
    took = (ended or now) - started if started else None
    entity = (task.entity or {}).get("id")
    states = {
        "ended": ended is not None,
        "open": ended is None,
        "cancelling": task.cancel_requested and ended is None,
        "retried": task.attempt > 1,
        "child": task.parent_id is not None,
        "root": task.root_id is None,
        "blocked": bool(task.waits_for) and ended is None,
    }
    error = task.error or {}
    searched = (
        *(task.task_name, task.task_type, task.actor, task.worker, task.step, task.detail),
        *(error.get("type"), error.get("message"), entity),
    )
    return Row(
        {
            "status": {task.status},
            "is": {name for name, of in states.items() if of},
            "type": task.task_type,
            "name": task.task_name,
            "actor": task.actor,
            "queue": task.queue,
            "worker": task.worker,
            "step": task.step,
            "detail": task.detail,
            "reason": task.failure_reason,
            "error": _error(task.error),
            "fingerprint": task.fingerprint,
            "trace": task.trace_id,
            "entity": entity,
            "meta": task.metadata,
            "id": task.task_id,
            "parent": task.parent_id,
            "root": task.root_id,
            "group": task.group_id,
            "attempt": task.attempt,
            "percent": task.percent,
            "created": task.created_at,
            "started": started,
            "ended": ended,
            "updated": task.updated_at,
            "due": task.due_at,
            "after": task.created_at,
            "before": task.created_at,
            "took": took,
            "longer": took,
            "shorter": took,
            "waited": (started or ended or now) - task.created_at,
        },
        "\n".join(text for text in searched if text is not None),
        task.task_id,
    )


def of_event(entry: Entry, task: TaskRecord) -> Row:
    """An event of a timeline."""
    event = entry.event
    data = json.loads(event.text)
    entity = (task.entity or {}).get("id")
    error = _error(data.get("error"))
    searched = (
        *(task.task_name, task.task_type, event.actor, data.get("worker"), data.get("step")),
        *(data.get("detail"), data.get("message"), error, entity),
    )
    return Row(
        {
            "event": {event.type},
            "actor": event.actor,
            "worker": data.get("worker"),
            "step": data.get("step"),
            "detail": data.get("detail"),
            "message": data.get("message"),
            "reason": data.get("reason"),
            "error": error,
            "attempt": event.attempt,
            "percent": data.get("percent"),
            "version": event.version,
            "recorded": event.recorded_at,
            "after": event.recorded_at,
            "before": event.recorded_at,
            "id": event.task_id,
            "type": task.task_type,
            "name": task.task_name,
            "status": {task.status},
            "queue": task.queue,
            "entity": entity,
            "meta": task.metadata,
            "parent": task.parent_id,
            "root": task.root_id,
            "group": task.group_id,
        },
        "\n".join(text for text in searched if text is not None),
        event.task_id,
    )
