"""Converts a query to a filter of tasks whose conditions run in the database."""

from datetime import datetime

from task_ledger.eventlog.search.fields import TASK_FIELDS
from task_ledger.eventlog.search.grammar import Operator, Term, parse
from task_ledger.eventlog.search.terms import condition_of, earliest, exact_texts, whole_ids
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.model.transitions import Status


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
        condition = condition_of(TASK_FIELDS, term, now)
        wanted = both(wanted, _by_index(term, now) or TaskFilter(conditions=(condition,)))
    return wanted


def _by_index(term: Term, now: datetime) -> TaskFilter | None:
    """The filter of a valid term that an index serves; None for any other."""
    if term.negated:
        return None
    found: TaskFilter | None = None
    match term.field:
        case "status":
            values = (value.text for value in term.values)
            found = TaskFilter(statuses=frozenset(Status(text.upper()) for text in values))
        case "is" if all(value.text.lower() == "slow" for value in term.values):
            # Only tasks that run can be slow; the condition decides which of them are.
            condition = condition_of(TASK_FIELDS, term, now)
            found = TaskFilter(
                frozenset({Status.STARTED, Status.PROGRESS}), conditions=(condition,)
            )
        case "is" if all(value.text.lower() == "root" for value in term.values):
            found = TaskFilter(roots=True)
        case "type" if texts := exact_texts(term):
            found = TaskFilter(task_types=texts)
        case "fingerprint" if texts := exact_texts(term):
            found = TaskFilter(fingerprints=texts)
        case "id" if ids := whole_ids(term):
            found = TaskFilter(task_ids=ids)
        case "after" | "created" if term.field == "after" or term.operator is Operator.AT_LEAST:
            found = TaskFilter(since=earliest(term, now))
        case _:
            pass
    return found
