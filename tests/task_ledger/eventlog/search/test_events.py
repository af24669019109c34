"""A query of a timeline: which events it finds, and what it refuses."""

from datetime import UTC, datetime

import pytest

from task_ledger.errors import BadQuery
from task_ledger.eventlog.search.event_fields import EVENT_FIELDS
from task_ledger.eventlog.search.fields import FIELDS
from task_ledger.eventlog.search.timeline_conditions import timeline_filter
from task_ledger.eventlog.timeline import Page, read_page, read_timeline
from task_ledger.eventlog.timeline_filter import TimelineFilter, both
from task_ledger.model.transitions import EventType
from tests.task_ledger.eventlog.search.events import EVENTS, TIMELINE
from tests.task_ledger.eventlog.search.tasks import Connection

NOW = datetime(2026, 10, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("event:completed", ["reads A-101 completed"]),
        ("event:FAILED,retrying", ["100% of wing B failed", "waits retrying"]),
        ("event:failed event:completed", []),
        ("actor:alice", ["reads A-101 registered", "waits registered"]),
        ("worker:*@vm-1", ["reads A-101 started", "waits started"]),
        ("queue:slow event:started", ["waits started"]),
        ("status:SUCCESS event:registered", ["reads A-101 registered"]),
        ('error:~"scale bar"', ["100% of wing B failed"]),
        ('message:"too late"', ["waits noted"]),
        ("meta.customer:acme step:Writing", ["reads A-101 progress"]),
        ("percent:>=100", ["reads A-101 progress"]),
        ("reason:timeout", ["waits retrying"]),
        ("version:1 -actor:alice", ["100% of wing B registered"]),
        ("entity:page-9 scale", []),
        ('"no scale bar"', ["100% of wing B failed"]),
        ("before:1d event:registered", []),
    ],
)
def test_a_query_finds_events(reader: Connection, query: str, told: list[str]) -> None:
    wanted = timeline_filter(query, datetime.now(UTC))
    found = read_timeline(reader, TIMELINE, wanted, limit=EVENTS)
    assert [f"{entry.task_name} {entry.event.type}" for entry in found] == told


def test_what_an_index_answers_is_read_by_it() -> None:
    wanted = timeline_filter("event:failed,started", NOW)
    assert wanted == TimelineFilter(frozenset({EventType.FAILED, EventType.STARTED}))
    assert not wanted.by_looking
    assert timeline_filter("-event:failed", NOW).by_looking


def test_events_that_cannot_be_are_not_looked_for(
    reader: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.timeline.LOOK", 1)
    wanted = timeline_filter("event:failed event:completed", NOW)
    assert read_page(reader, TIMELINE, wanted, limit=1) == Page([], None)


def test_two_filters_together_want_what_both_do(reader: Connection) -> None:
    one = TimelineFilter(frozenset({EventType.STARTED, EventType.FAILED}))
    assert both(one, timeline_filter("event:failed,noted", NOW)) == TimelineFilter(
        frozenset({EventType.FAILED})
    )
    nothing = both(one, timeline_filter("event:noted", NOW))
    assert read_timeline(reader, TIMELINE, nothing, limit=EVENTS) == []


@pytest.mark.parametrize("name", sorted(FIELDS.keys() - EVENT_FIELDS.by_name))
def test_a_field_that_only_tasks_have_is_refused_with_the_fields_of_events(name: str) -> None:
    with pytest.raises(BadQuery, match="The fields of events are event, actor, worker,") as refused:
        timeline_filter(f"event:failed {name}:1d", NOW)
    assert f"there is no field {name}" in str(refused.value)
    assert refused.value.position == 13


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("evnt:failed", "no field evnt; did you mean event"),
        ("event:done", "write one of registered"),
        ("event:>failed", "not possible"),
        ("meta:acme", "needs a key"),
        ("recorded:yesterday", "a time as"),
    ],
)
def test_what_a_field_does_not_take_is_refused(query: str, says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        timeline_filter(query, NOW)
