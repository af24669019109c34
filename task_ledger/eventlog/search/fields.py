"""The fields of the query language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, LiteralString

from task_ledger.eventlog.search.grammar import Operator
from task_ledger.eventlog.usual_durations import LEAST_RUNS_SQL
from task_ledger.model.transitions import Status


class Kind(StrEnum):
    """The type of a field's values, which determines its operators."""

    TEXT = "text"
    CHOICE = "choice"
    ID = "id"
    NUMBER = "number"
    TIME = "time"
    DURATION = "duration"


_ORDERED: Final = (
    Operator.IS,
    Operator.ABOVE,
    Operator.AT_LEAST,
    Operator.BELOW,
    Operator.AT_MOST,
)
OPERATORS: Final[dict[Kind, tuple[Operator, ...]]] = {
    Kind.TEXT: (Operator.IS, Operator.CONTAINS),
    Kind.CHOICE: (Operator.IS,),
    Kind.ID: (Operator.IS,),
    Kind.NUMBER: _ORDERED,
    Kind.TIME: _ORDERED,
    Kind.DURATION: _ORDERED,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        says: its description, for people.
        sql: its value in a record `t.task`; null if the task has none. {key} is the part after the
            dot.
        choices: the values of a choice, and the condition for each.
        keyed: whether it needs a key: `meta.customer`.
        only: its only operator, which is implied: `longer:5m`.
    """

    name: str
    kind: Kind
    says: str
    sql: LiteralString = ""
    choices: Mapping[str, LiteralString] = dataclasses.field(
        default_factory=dict[str, LiteralString]
    )
    keyed: bool = False
    only: Operator | None = None

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The operators that may be written."""
        return (Operator.IS,) if self.only else OPERATORS[self.kind]


_TOOK: Final = "(coalesce((t.task).completed_at, now()) - (t.task).started_at)"

_STATUSES: Final[dict[str, LiteralString]] = {
    str(status): f"(t.task).status = '{status.value}'" for status in Status
}
_STATES: Final[dict[str, LiteralString]] = {
    "ended": "(t.task).completed_at IS NOT NULL",
    "open": "(t.task).completed_at IS NULL",
    "cancelling": "(t.task).cancel_requested AND (t.task).completed_at IS NULL",
    "retried": "(t.task).attempt > 1",
    "child": "(t.task).parent_id IS NOT NULL",
    "root": "(t.task).root_id IS NULL",
    "slow": "CASE WHEN (t.task).state IN ('started', 'progress') THEN"
    " now() - (t.task).attempt_started_at > (SELECT make_interval(secs => u.p95_s)"
    " FROM task_ledger.usual_duration AS u WHERE u.project_id = (t.task).project_id"
    f" AND u.task_type = (t.task).task_type AND u.runs >= {LEAST_RUNS_SQL}) END",
    "blocked": "cardinality((t.task).waits_for) > 0 AND (t.task).completed_at IS NULL",
}

FIELDS: Final[dict[str, Field]] = {
    field.name: field
    for field in (
        Field("status", Kind.CHOICE, "The status.", choices=_STATUSES),
        Field(
            "is",
            Kind.CHOICE,
            "ended or open; cancelling: cancel requested, not ended; retried: past attempt 1; "
            "child: has a parent; root: the first task of its tree; blocked: waits for others; "
            "slow: runs longer than 95 in 100 runs of its type.",
            choices=_STATES,
        ),
        Field("type", Kind.TEXT, "The task type.", "(t.task).task_type"),
        Field("name", Kind.TEXT, "The task's name.", "(t.task).task_name"),
        Field("actor", Kind.TEXT, "Who enqueued it.", "(t.task).actor"),
        Field("queue", Kind.TEXT, "The queue it is sent to.", "(t.task).queue"),
        Field("worker", Kind.TEXT, "The worker of the latest attempt.", "(t.task).worker"),
        Field("step", Kind.TEXT, "The latest reported step.", "(t.task).step"),
        Field("detail", Kind.TEXT, "The latest reported detail.", "(t.task).detail"),
        Field(
            "reason", Kind.TEXT, "Why it failed, such as worker_lost.", "(t.task).failure_reason"
        ),
        Field(
            "error",
            Kind.TEXT,
            "The error's type and message, such as `ValueError: no scale bar`.",
            "concat_ws(': ', (t.task).error ->> 'type', (t.task).error ->> 'message')",
        ),
        Field(
            "fingerprint",
            Kind.TEXT,
            "The fingerprint of its group of equal failures, such as 0123456789abcdef.",
            "(t.task).fingerprint",
        ),
        Field(
            "trace",
            Kind.TEXT,
            "The id of its sampled trace: 32 hexadecimal digits.",
            "(t.task).trace_id",
        ),
        Field("entity", Kind.TEXT, "The id of its entity.", "(t.task).entity ->> 'id'"),
        Field(
            "meta",
            Kind.TEXT,
            "A key of its metadata: meta.customer:acme.",
            "((t.task).metadata ->> {key})",
            keyed=True,
        ),
        Field(
            "id", Kind.ID, "Its id, or the beginning or end of it: 4 digits or more.", "t.task_id"
        ),
        Field("parent", Kind.ID, "Its parent's id.", "(t.task).parent_id"),
        Field("root", Kind.ID, "The id of the first task of its tree.", "(t.task).root_id"),
        Field("group", Kind.ID, "Its group's id.", "(t.task).group_id"),
        Field("attempt", Kind.NUMBER, "The number of its latest attempt.", "(t.task).attempt"),
        Field("percent", Kind.NUMBER, "The latest reported progress.", "(t.task).percent"),
        Field("created", Kind.TIME, "When it was registered.", "(t.task).created_at"),
        Field("started", Kind.TIME, "When its first attempt started.", "(t.task).started_at"),
        Field("ended", Kind.TIME, "When it ended.", "(t.task).completed_at"),
        Field("updated", Kind.TIME, "When its last event was recorded.", "(t.task).updated_at"),
        Field("due", Kind.TIME, "When its next attempt is due.", "(t.task).due_at"),
        Field(
            "after",
            Kind.TIME,
            "Registered then or later.",
            "(t.task).created_at",
            only=Operator.AT_LEAST,
        ),
        Field(
            "before",
            Kind.TIME,
            "Registered before then.",
            "(t.task).created_at",
            only=Operator.BELOW,
        ),
        Field("took", Kind.DURATION, "From its first start to its end, or to now.", _TOOK),
        Field("longer", Kind.DURATION, "Took longer than this.", _TOOK, only=Operator.ABOVE),
        Field("shorter", Kind.DURATION, "Took less than this.", _TOOK, only=Operator.BELOW),
        Field(
            "waited",
            Kind.DURATION,
            "From its registration to its first start, its end, or now.",
            "(coalesce((t.task).started_at, (t.task).completed_at, now()) - (t.task).created_at)",
        ),
    )
}
"""The fields of tasks, by name."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one kind of list.

    Attributes:
        of: what it lists, in the plural.
        text: the text searched for a word without a field, besides both ends of `task_id`.
    """

    of: str
    by_name: Mapping[str, Field]
    text: LiteralString
    task_id: LiteralString


_TEXT: Final[LiteralString] = (
    "concat_ws(E'\\n', (t.task).task_name, (t.task).task_type, (t.task).actor, (t.task).worker,"
    " (t.task).step, (t.task).detail, (t.task).error ->> 'type', (t.task).error ->> 'message',"
    " (t.task).entity ->> 'id')"
)
TASK_FIELDS: Final = Fields("tasks", FIELDS, _TEXT, "t.task_id")
"""The fields of lists of tasks."""
