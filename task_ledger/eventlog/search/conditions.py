"""Converts a query to a filter of tasks whose conditions run in the database."""

from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, LiteralString
from uuid import UUID

from task_ledger.errors import BadQuery
from task_ledger.eventlog.search.fields import FIELDS, TEXT, Field, Kind
from task_ledger.eventlog.search.grammar import Operator, Term, Value, parse
from task_ledger.eventlog.search.values import (
    Moment,
    duration_of,
    id_of,
    like,
    moment_of,
    number_of,
)
from task_ledger.eventlog.task_filter import Condition, TaskFilter, both
from task_ledger.model.transitions import Status

_COMPARED: Final[dict[Operator, LiteralString]] = {
    Operator.IS: "=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
}


def task_filter(query: str, now: datetime) -> TaskFilter:
    """Convert a query to a filter of tasks.

    Terms that an index serves (status, type, id, time of registration) become parts of the filter
    that read the index. The rest is evaluated task by task.

    Args:
        query: see `docs/reference/query.md`.
        now: the time that `2h` ago is relative to.

    Raises:
        BadQuery: the query is invalid; the message says what to write, and where.
    """
    wanted = TaskFilter()
    for term in parse(query):
        wanted = both(wanted, _filter_of(term, now))
    return wanted


def _filter_of(term: Term, now: datetime) -> TaskFilter:
    if term.field is None:
        return _conditioned(term, [_text(term.values[0])])
    field = _field(term, term.field)
    try:
        alternatives = [_alternative(field, term, value, now) for value in term.values]
    except ValueError as error:
        raise BadQuery(f"{term.field}: {error}", term.position) from None
    by_index = None if term.negated else _by_index(field, term, now)
    return by_index or _conditioned(term, alternatives)


def _field(term: Term, name: str) -> Field:
    field = FIELDS.get(name)
    if field is None:
        near = get_close_matches(name, FIELDS, n=1)
        raise BadQuery(
            f"there is no field {name}"
            + (f"; did you mean {near[0]}?" if near else "")
            + f' To search for text with a colon, quote it: "{name}:…"',
            term.position,
        )
    if field.keyed and not term.key:
        raise BadQuery(f"{name} needs a key: {name}.customer:acme", term.position)
    if not field.keyed and term.key is not None:
        raise BadQuery(f"{name} takes no key; write {name}:", term.position)
    if term.operator not in field.operators:
        taken = ", ".join(f"{name}:{operator}" for operator in field.operators)
        raise BadQuery(f"{name}:{term.operator} is not possible; write {taken}", term.position)
    return field


def _by_index(field: Field, term: Term, now: datetime) -> TaskFilter | None:
    """The filter of a term that an index serves completely; None for any other."""
    texts = [value.text for value in term.values]
    if field.name == "status":
        return TaskFilter(statuses=frozenset(Status(text.upper()) for text in texts))
    if (
        field.name == "type"
        and term.operator is Operator.IS
        and not any(map(_is_pattern, term.values))
    ):
        return TaskFilter(task_types=frozenset(texts))
    if (
        field.name == "fingerprint"
        and term.operator is Operator.IS
        and not any(map(_is_pattern, term.values))
    ):
        return TaskFilter(fingerprints=frozenset(texts))
    if field.name == "id":
        ids = [id_of(text) for text in texts]
        whole = frozenset(each for each in ids if isinstance(each, UUID))
        return TaskFilter(task_ids=whole) if len(whole) == len(set(ids)) else None
    if field.name == "after" or (field.name == "created" and term.operator is Operator.AT_LEAST):
        return TaskFilter(since=min(moment_of(text, now).start for text in texts))
    return None


def _is_pattern(value: Value) -> bool:
    return "*" in value.text and not value.quoted


def _conditioned(term: Term, alternatives: list[Condition]) -> TaskFilter:
    any_of: LiteralString = " OR ".join(f"({each.sql})" for each in alternatives)
    holds: LiteralString = "IS NOT TRUE" if term.negated else "IS TRUE"
    values = tuple(value for each in alternatives for value in each.values)
    return TaskFilter(conditions=(Condition(f"({any_of}) {holds}", values),))


def _text(value: Value) -> Condition:
    text = like(value.text, wildcards=not value.quoted)
    return Condition(
        f"{TEXT} ILIKE {{}} OR t.task_id::text ILIKE {{}} OR t.task_id::text ILIKE {{}}",
        (f"%{text}%", f"{text}%", f"%{text}"),
    )


def _alternative(field: Field, term: Term, value: Value, now: datetime) -> Condition:
    """The condition for one value of a term.

    Raises:
        ValueError: the field does not accept the value.
    """
    operator = field.only or term.operator
    match field.kind:
        case Kind.CHOICE:
            return _choice(field, value)
        case Kind.TIME:
            return _at(field.sql, operator, moment_of(value.text, now))
        case Kind.DURATION:
            return _lasting(field.sql, operator, duration_of(value.text))
        case Kind.NUMBER:
            compared = _COMPARED[operator]
            sql: LiteralString = f"{field.sql}::double precision {compared} {{}}::double precision"
            return Condition(sql, (number_of(value.text),))
        case Kind.ID:
            return _identified(field.sql, id_of(value.text))
        case _:
            return _written(field, term, value)


def _choice(field: Field, value: Value) -> Condition:
    for name, sql in field.choices.items():
        if name.lower() == value.text.lower():
            return Condition(sql, ())
    raise ValueError(f"write one of {', '.join(field.choices)}")


def _at(sql: LiteralString, operator: Operator, moment: Moment) -> Condition:
    match operator:
        case Operator.ABOVE:
            return Condition(f"{sql} >= {{}}::timestamptz", (moment.end,))
        case Operator.AT_LEAST:
            return Condition(f"{sql} >= {{}}::timestamptz", (moment.start,))
        case Operator.BELOW:
            return Condition(f"{sql} < {{}}::timestamptz", (moment.start,))
        case Operator.AT_MOST:
            return Condition(f"{sql} < {{}}::timestamptz", (moment.end,))
        case _:
            within: LiteralString = f"{sql} >= {{}}::timestamptz AND {sql} < {{}}::timestamptz"
            return Condition(within, (moment.start, moment.end))


def _lasting(sql: LiteralString, operator: Operator, duration: timedelta) -> Condition:
    return Condition(f"{sql} {_COMPARED[operator]} {{}}::interval", (duration,))


def _identified(sql: LiteralString, wanted: UUID | str) -> Condition:
    if isinstance(wanted, UUID):
        return Condition(f"{sql} = {{}}::uuid", (wanted,))
    return Condition(
        f"{sql}::text LIKE {{}} OR {sql}::text LIKE {{}}", (f"{wanted}%", f"%{wanted}")
    )


def _written(field: Field, term: Term, value: Value) -> Condition:
    # A key is a parameter too, because it comes from the user.
    key: tuple[Any, ...] = (term.key,) if field.keyed else ()
    expression: LiteralString = f"coalesce({field.sql}, '')".replace("{key}", "{}::text")
    if term.operator is Operator.CONTAINS:
        text = like(value.text, wildcards=not value.quoted)
        return Condition(f"{expression} ILIKE {{}}", (*key, f"%{text}%"))
    if _is_pattern(value):
        return Condition(f"{expression} LIKE {{}}", (*key, like(value.text, wildcards=True)))
    return Condition(f"{expression} = {{}}", (*key, value.text))
