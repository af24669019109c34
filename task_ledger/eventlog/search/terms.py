"""Converts a term of a query to a condition that the database evaluates."""

from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, LiteralString
from uuid import UUID

from task_ledger.errors import BadQuery
from task_ledger.eventlog.search.fields import Field, Fields, Kind
from task_ledger.eventlog.search.grammar import Operator, Term, Value
from task_ledger.eventlog.search.values import (
    Moment,
    duration_of,
    id_of,
    like,
    moment_of,
    number_of,
)
from task_ledger.eventlog.task_filter import Condition

_COMPARED: Final[dict[Operator, LiteralString]] = {
    Operator.IS: "=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
}


def condition_of(fields: Fields, term: Term, now: datetime) -> Condition:
    """Convert a term to a condition.

    Args:
        fields: those that exist.
        now: the time that `2h` ago is relative to.

    Raises:
        BadQuery: there is no such field, or it does not accept the operator or a value.
    """
    if term.field is None:
        return _joined(term, [_text(fields, term.values[0])])
    field = field_of(fields, term)
    try:
        alternatives = [_alternative(field, term, value, now) for value in term.values]
    except ValueError as error:
        raise BadQuery(f"{term.field}: {error}", term.position) from None
    return _joined(term, alternatives)


def exact_texts(term: Term) -> frozenset[str] | None:
    """The values that the field must equal; None if the term has wildcards, compares otherwise, is
    negated, or asks for the empty text, which stands for a missing value too."""
    if term.negated or term.operator is not Operator.IS or any(map(_is_pattern, term.values)):
        return None
    texts = frozenset(value.text for value in term.values)
    return None if "" in texts else texts


def whole_ids(term: Term) -> frozenset[UUID] | None:
    """The ids of a term; None if it is negated, or one of its values is a part of an id.

    Raises:
        ValueError: a value is neither.
    """
    ids = {id_of(value.text) for value in term.values}
    whole = frozenset(each for each in ids if isinstance(each, UUID))
    return whole if len(whole) == len(ids) and not term.negated else None


def earliest(term: Term, now: datetime) -> datetime:
    """The earliest time of a term's values.

    Raises:
        ValueError: a value is no time.
    """
    return min(moment_of(value.text, now).start for value in term.values)


def field_of(fields: Fields, term: Term) -> Field:
    """The field of a term, which must have one.

    Raises:
        BadQuery: there is no such field, or it does not accept the key or the operator.
    """
    name = term.field or ""
    field = fields.by_name.get(name)
    if field is None:
        raise BadQuery(_no_field(fields, name), term.position)
    if field.keyed and not term.key:
        raise BadQuery(f"{name} needs a key: {name}.customer:acme", term.position)
    if not field.keyed and term.key is not None:
        raise BadQuery(f"{name} takes no key; write {name}:", term.position)
    if term.operator not in field.operators:
        taken = ", ".join(f"{name}:{operator}" for operator in field.operators)
        raise BadQuery(f"{name}:{term.operator} is not possible; write {taken}", term.position)
    return field


def _no_field(fields: Fields, name: str) -> str:
    near = get_close_matches(name, fields.by_name, n=1)
    return (
        f"there is no field {name}"
        + (f"; did you mean {near[0]}?" if near else ".")
        + f" The fields of {fields.of} are {', '.join(fields.by_name)}."
        + f' To search for text with a colon, quote it: "{name}:…"'
    )


def _is_pattern(value: Value) -> bool:
    return "*" in value.text and not value.quoted


def _joined(term: Term, alternatives: list[Condition]) -> Condition:
    any_of: LiteralString = " OR ".join(f"({each.sql})" for each in alternatives)
    holds: LiteralString = "IS NOT TRUE" if term.negated else "IS TRUE"
    return Condition(
        f"({any_of}) {holds}", tuple(value for each in alternatives for value in each.values)
    )


def _text(fields: Fields, value: Value) -> Condition:
    text = like(value.text, wildcards=not value.quoted)
    return Condition(
        f"{fields.text} ILIKE {{}} OR {fields.task_id}::text ILIKE {{}}"
        f" OR {fields.task_id}::text ILIKE {{}}",
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
