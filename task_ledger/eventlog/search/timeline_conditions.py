"""Converts a query to a filter of a timeline's events whose conditions run in the database."""

from datetime import datetime

from task_ledger.eventlog.search.event_fields import EVENT_FIELDS
from task_ledger.eventlog.search.grammar import Term, parse
from task_ledger.eventlog.search.terms import condition_of, earliest, exact_texts, whole_ids
from task_ledger.eventlog.timeline_filter import TimelineFilter, both
from task_ledger.model.transitions import EventType


def timeline_filter(query: str, now: datetime) -> TimelineFilter:
    """Convert a query to a filter of events.

    Terms that an index serves (event, id) become parts of the filter that read the index. The rest
    is evaluated event by event.

    Args:
        query: see `docs/reference/query.md`.
        now: the time that `2h` ago is relative to.

    Raises:
        BadQuery: the query is invalid, or names a field that events do not have; the message says
            what to write, and where.
    """
    wanted = TimelineFilter()
    for term in parse(query):
        condition = condition_of(EVENT_FIELDS, term, now)
        wanted = both(wanted, _part(term, now) or TimelineFilter(conditions=(condition,)))
    return wanted


def _part(term: Term, now: datetime) -> TimelineFilter | None:
    """The part of the filter for a valid term; None if it has none."""
    if term.negated:
        return None
    match term.field:
        case "event":
            values = (value.text for value in term.values)
            return TimelineFilter(types=frozenset(EventType(text.lower()) for text in values))
        case "id" if ids := whole_ids(term):
            return TimelineFilter(task_ids=ids)
        case "type" if texts := exact_texts(term):
            return TimelineFilter(task_types=texts)
        case "after":
            return TimelineFilter(since=earliest(term, now))
        case _:
            return None
