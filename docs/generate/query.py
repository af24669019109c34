"""The page about the query language."""

from docs.generate.markdown import NOTICE, code, table
from task_ledger.eventlog.search.event_fields import EVENT_FIELDS
from task_ledger.eventlog.search.fields import TASK_FIELDS, Field, Fields, Kind
from task_ledger.eventlog.search.grammar import MAX_CHARACTERS, MAX_TERMS, MAX_VALUES
from task_ledger.eventlog.task_list import LOOK
from task_ledger.eventlog.timeline import LOOK as EVENTS_LOOK
from task_ledger.eventlog.usual_durations import DAYS, LEAST_RUNS

_VALUES = {
    Kind.TEXT: "text: as it is written, or with `*` for any text; after `~` anywhere in it",
    Kind.CHOICE: "one of the names below, in upper or lower case",
    Kind.ID: "an id, or at least four characters that it begins or ends with",
    Kind.NUMBER: "a number: `3`, `99.5`",
    Kind.TIME: (
        "a time: `2026-10-19`, `2026-10-19T14:30`, `2026-10-19T14:30:05+02:00`, "
        "`2026-10-19+02:00`, in UTC without a zone; or how long ago: `2h`, `1d`"
    ),
    Kind.DURATION: "a duration: `250ms`, `90s`, `5m`, `1h30m`, `2d`, `1w`",
}
_HEAD = ("field", "values", "operators", "what it is")


def page() -> str:
    """The text of docs/reference/query.md."""
    kinds = "".join(f"- **{kind.value}**: {says}.\n" for kind, says in _VALUES.items())
    return f"""{NOTICE}
# Query language

One line of text says which tasks of a list, or which events of a timeline, are wanted. The page's
query bar, its address, the API's `query`, `task-ledger tasks PROJECT QUERY` and
`task-ledger timeline PROJECT --query QUERY` all take it.

```text
drawing -status:SUCCESS type:ocr.* error:~"scale bar" meta.customer:acme after:1d longer:5m
```

- All terms must hold. A **word** is searched for, in upper or lower case, in the task's name, type
  and entity, in actor, worker, step, detail and error, and at both ends of the task's id; in a
  timeline also in messages. `*` in it stands for any text.
- `field:value` compares a **field**. Values separated by commas are alternatives:
  `status:FAILURE,RETRY`.
- `-` before a term **excludes** what it finds: `-type:ocr.*`.
- **Quotes** take everything literally: `"field: 3*4"`. Inside, write `\\"` and `\\\\`.
- The **operator** follows the colon: `~` contains; `>` `>=` `<` `<=` compare; without one, the
  value is equal. A day or a minute is the whole of it: `created:2026-10-19` is that day,
  `ended:>2026-10-19` is after it.

A query has at most {MAX_CHARACTERS:,} characters, {MAX_TERMS} terms, and {MAX_VALUES} values in a
term. What is no query is refused with the place and what to write.

## Fields of tasks
{table(_HEAD, _rows(TASK_FIELDS))}
{_choices(TASK_FIELDS)}## Fields of events
In a timeline, a query describes events. What is said of an event's task holds for the task as it is
now: `status:FAILURE` finds all events of tasks that have failed, `event:failed` their last ones.

{table(_HEAD, _rows(EVENT_FIELDS))}
{_choices(EVENT_FIELDS)}A field that only tasks have, such as `took`, is refused in a timeline; the
message lists the fields of events.

## What is slow
A task is `is:slow` while its attempt has run longer than 95 in 100 successful runs of its type in
its project took. The projector computes this from the [rollups](../decisions/0034-rollups.md) of
the last {DAYS} days, at most every 5 minutes for a type, within 9 % of the exact value
([decision 40](../decisions/0040-usual-durations.md)). A type with fewer than {LEAST_RUNS} runs has
no usual duration, and none of its tasks is slow.

## Values
{kinds}
## Cost
In the order of creation, `status`, `type` without wildcards, `id` with whole ids, `after` and
`created:>=` are read from an index; `is:slow` looks only at tasks that run. Everything else is
decided task by task: one page looks at {LOOK:,} tasks at most, says how far it looked, and goes on
from there ([decision 19](../decisions/0019-task-list-pages.md)). Add `after:1d` to a search for
something rare in a large project.

In a timeline, `event` and `id` with whole ids are read from an index. Everything else is decided
event by event: one page looks at {EVENTS_LOOK:,} events at most, says how far it looked, and goes
on from there.
"""


def _rows(fields: Fields) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"`{field.name}.KEY`" if field.keyed else f"`{field.name}`",
            field.kind.value,
            code(f":{operator}" for operator in field.operators),
            field.says,
        )
        for field in fields.by_name.values()
    ]


def _choices(fields: Fields) -> str:
    chosen = [field for field in fields.by_name.values() if field.kind is Kind.CHOICE]
    return "".join(map(_names, chosen))


def _names(field: Field) -> str:
    return f"`{field.name}` is {', '.join(f'`{name}`' for name in field.choices)}.\n\n"
