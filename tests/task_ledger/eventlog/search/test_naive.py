"""What the database finds for a query is what a filter of the same rows in Python finds."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from task_ledger.errors import BadQuery
from task_ledger.eventlog.read import read_task
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.search.event_fields import EVENT_FIELDS
from task_ledger.eventlog.search.fields import TASK_FIELDS
from task_ledger.eventlog.search.grammar import Term, Value, parse, written
from task_ledger.eventlog.search.timeline_conditions import timeline_filter
from task_ledger.eventlog.task_list import count_by_status, list_tasks
from task_ledger.eventlog.task_order import Order
from task_ledger.eventlog.timeline import read_timeline
from tests.task_ledger.eventlog.search.events import EVENTS, STORY, TIMELINE
from tests.task_ledger.eventlog.search.naive import Row, holds, of_event, of_task
from tests.task_ledger.eventlog.search.queries import terms
from tests.task_ledger.eventlog.search.tasks import NOW, PROJECT, TASKS, Connection

THOROUGH = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def words_of(*told: Any) -> set[str]:
    """The texts in something, at any depth."""
    found: set[str] = set()
    for each in told:
        if isinstance(each, dict):
            found |= words_of(*each.values())
        elif isinstance(each, list | tuple):
            found |= words_of(*each)
        elif each is not None:
            found.add(str(each))
    return {word for word in found if word.isascii()}


TASK_TERMS = st.lists(terms(TASK_FIELDS, words_of(*map(asdict, TASKS))), min_size=1, max_size=4)
EVENT_WORDS = words_of(
    *(
        (task.model_dump(), actor, worker, *(data.model_dump() for data in told))
        for task, actor, worker, told in STORY
    )
)
EVENT_TERMS = st.lists(terms(EVENT_FIELDS, EVENT_WORDS), min_size=1, max_size=4)


@given(query=TASK_TERMS, order=st.sampled_from([Order.NEWEST, Order.OLDEST]))
@example(query=[Term(0, (Value("", quoted=True),), "fingerprint")], order=Order.NEWEST)
@THOROUGH
def test_a_list_has_the_tasks_that_a_query_describes(
    reader: Connection, query: list[Term], order: Order
) -> None:
    text = written(tuple(query))
    now = datetime.now(UTC)
    expected = {
        task.task_id
        for task in TASKS
        if all(holds(TASK_FIELDS, term, of_task(task, now), NOW) for term in parse(text))
    }
    wanted = task_filter(text, NOW)
    found = list_tasks(reader, PROJECT, wanted, limit=9, order=order)
    assert {task.task_id for task in found} == expected, text
    by_status = count_by_status(reader, PROJECT, wanted).by_status
    assert all(by_status[task.status] > 0 for task in found), text


@pytest.fixture(scope="module")
def rows(reader: Connection) -> dict[int, Row]:
    """Every event of the timeline, by its number."""
    entries = read_timeline(reader, TIMELINE, limit=99)
    assert len(entries) == EVENTS
    return {entry.seq: of_event(entry, read_task(reader, entry.event.task_id)) for entry in entries}


@given(query=EVENT_TERMS, newest_first=st.booleans())
@THOROUGH
def test_a_timeline_has_the_events_that_a_query_describes(
    reader: Connection, rows: dict[int, Row], query: list[Term], newest_first: bool
) -> None:
    text = written(tuple(query))
    now = datetime.now(UTC)
    expected = [
        seq
        for seq, row in rows.items()
        if all(holds(EVENT_FIELDS, term, row, now) for term in parse(text))
    ]
    found = read_timeline(
        reader, TIMELINE, timeline_filter(text, now), limit=99, newest_first=newest_first
    )
    assert [entry.seq for entry in found] == sorted(expected, reverse=newest_first), text


@given(st.text(max_size=60) | st.text('status:eventidmeta."\\,-~<>=*0Z ', max_size=60))
@example("created:>8999-12-30")
@example("took:999999999999999999999999999w")
@example('id:"' + "0" * 36 + '"')
@example("attempt:1e400")
@example("created:0000-00-00T99:99+99:99")
@THOROUGH
def test_any_text_is_answered_or_refused_with_a_place(reader: Connection, text: str) -> None:
    for ask in (_tasks, _events):
        try:
            ask(reader, text)
        except BadQuery as error:
            place = error.position
        else:
            place = 0
        assert 0 <= place <= len(text)


def _tasks(reader: Connection, text: str) -> None:
    list_tasks(reader, PROJECT, task_filter(text, NOW), limit=9)


def _events(reader: Connection, text: str) -> None:
    read_timeline(reader, TIMELINE, timeline_filter(text, NOW), limit=9)
