"""The fields that the query language has for events.

The fields of an event's task are those of lists of tasks: they describe the task as it is now. In
a statement, `e` is a row of the log, `n` its number in the timeline, and `t.task` the record of its
task, null if the task could not be folded.
"""

from dataclasses import replace
from typing import Final, LiteralString

from task_ledger.eventlog.search.fields import FIELDS, Field, Fields, Kind
from task_ledger.eventlog.search.grammar import Operator
from task_ledger.model.transitions import EventType

_EVENTS: Final[dict[str, LiteralString]] = {
    str(event_type): f"e.type = '{event_type.value}'" for event_type in EventType
}


def _of_task(name: str, says: str) -> Field:
    return replace(FIELDS[name], says=says)


def _written(name: LiteralString) -> LiteralString:
    """A field of the event's data, from its private or its clear part."""
    return f"coalesce(e.private ->> '{name}', e.data ->> '{name}')"


_ERROR: Final[LiteralString] = (
    "concat_ws(': ', e.data -> 'error' ->> 'type',"
    " coalesce(e.private -> 'error' ->> 'message', e.data -> 'error' ->> 'message'))"
)

EVENT_FIELDS: Final = Fields(
    "events",
    {
        field.name: field
        for field in (
            Field("event", Kind.CHOICE, "The type of the event.", choices=_EVENTS),
            Field("actor", Kind.TEXT, "Who caused it.", "e.actor"),
            Field(
                "worker",
                Kind.TEXT,
                "The worker that started the attempt, or whose write was refused.",
                "e.data ->> 'worker'",
            ),
            Field("step", Kind.TEXT, "The reported step.", _written("step")),
            Field("detail", Kind.TEXT, "The reported detail.", _written("detail")),
            Field("message", Kind.TEXT, "A comment, or what failed.", _written("message")),
            Field(
                "reason",
                Kind.TEXT,
                "Why it failed or retries, such as worker_lost; why a cancel or retry was "
                "requested.",
                _written("reason"),
            ),
            Field(
                "error",
                Kind.TEXT,
                "The error's type and message, such as `ValueError: no scale bar`.",
                _ERROR,
            ),
            Field("attempt", Kind.NUMBER, "The number of the attempt.", "e.attempt"),
            Field("percent", Kind.NUMBER, "The reported progress.", "(e.data ->> 'percent')"),
            Field("version", Kind.NUMBER, "Its number among its task's events.", "e.version"),
            Field("recorded", Kind.TIME, "When it was recorded.", "n.recorded_at"),
            Field(
                "after",
                Kind.TIME,
                "Recorded then or later.",
                "n.recorded_at",
                only=Operator.AT_LEAST,
            ),
            Field(
                "before", Kind.TIME, "Recorded before then.", "n.recorded_at", only=Operator.BELOW
            ),
            Field(
                "id",
                Kind.ID,
                "Its task's id, or the beginning or end of it: 4 digits or more.",
                "e.task_id",
            ),
            _of_task("type", "Its task's type."),
            _of_task("name", "Its task's name."),
            _of_task("status", "Its task's status now."),
            _of_task("queue", "The queue its task is sent to."),
            _of_task("entity", "The id of its task's entity."),
            _of_task("meta", "A key of its task's metadata: meta.customer:acme."),
            _of_task("parent", "The id of its task's parent."),
            _of_task("root", "The id of the first task of the tree."),
            _of_task("group", "The id of its task's group."),
        )
    },
    "concat_ws(E'\\n', (t.task).task_name, (t.task).task_type, e.actor, e.data ->> 'worker',"
    f" {_written('step')}, {_written('detail')}, {_written('message')}, {_ERROR},"
    " (t.task).entity ->> 'id')",
    "e.task_id",
)
"""The fields of timelines."""
