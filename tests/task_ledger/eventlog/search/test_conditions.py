"""What each field and operator of a query finds among tasks that are there."""

from dataclasses import replace

import pytest

from task_ledger.errors import BadQuery
from task_ledger.eventlog.search.conditions import task_filter
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_list import TaskPage, count_by_status, list_tasks, read_task_page
from task_ledger.eventlog.task_order import Order
from task_ledger.model.transitions import Status
from tests.task_ledger.eventlog.search.tasks import DAY, NOW, PARENT, PROJECT, TASKS, Connection

READS, WING, WAITS, ALL = "reads A-101", '100% of "B"_wing', "waits", {t.task_name for t in TASKS}


def found(reader: Connection, query: str, order: Order = Order.NEWEST) -> set[str]:
    tasks = list_tasks(reader, PROJECT, task_filter(query, NOW), limit=9, order=order)
    return {task.task_name for task in tasks}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ALL),
        # Words: each of them, anywhere in what a task says of itself, whatever its case.
        ("READS", {READS}),
        ("a-101 page-9", {READS}),
        ("a-101 plain", set()),
        ('"scale bar"', {WING}),
        ("scale bar", {WING}),
        ('"bar scale"', set()),
        ("-ocr", {WAITS}),
        ("100%", {WING}),
        ("100_", set()),
        ("r*s A-", {READS}),
        ('"r*s A-"', set()),
        ("0199c0de-0003", {WAITS}),
        ("fade3", {WAITS}),
        # Statuses and states.
        ("status:failure", {WING}),
        ("status:FAILURE,Success", {WING, READS}),
        ("-status:FAILURE,SUCCESS", {"plain", WAITS}),
        ("status:FAILURE status:SUCCESS", set()),
        ("is:ended", {READS, WING}),
        ("-is:ended", {"plain", WAITS}),
        ("is:open", {"plain", WAITS}),
        ("is:cancelling", {WAITS}),
        ("is:retried", {WING}),
        ("is:child", {READS}),
        ("is:blocked", {WAITS}),
        # Text: as it is written, with wildcards, or anywhere in it.
        ("type:ocr.read", {"plain", READS}),
        ("type:ocr_read", {WING}),
        ("type:OCR.read", set()),
        ("type:ocr*", {"plain", READS, WING}),
        ("type:ocr_*", {WING}),
        ('type:"ocr*"', set()),
        ("type:~READ", {"plain", READS, WING}),
        ("-type:ocr*", {WAITS}),
        ("type:split,ocr_read", {WAITS, WING}),
        ("type:split type:ocr_read", set()),
        ("name:waits", {WAITS}),
        (r'name:"100% of \"B\"_wing"', {WING}),
        ("actor:alice", ALL),
        ("-actor:alice", set()),
        ("queue:ocr", {READS}),
        ('queue:""', ALL - {READS}),
        ("worker:*@vm-2", {WING}),
        ("-worker:ocr@vm-1", ALL - {READS}),
        ("step:reading", set()),
        ("step:~reading", {WING}),
        ('detail:"tile 3*4"', {WING}),
        ("reason:error", {WING}),
        ('error:~"scale BAR"', {WING}),
        ("error:ValueError*", {WING}),
        ("fingerprint:0123456789abcdef", {WING}),
        ("fingerprint:0123456789abcdef,0000000000000000 status:failure", {WING}),
        ("fingerprint:0123*", {WING}),
        ('fingerprint:""', ALL - {WING}),
        ("fingerprint:0123", set()),
        ('error:"ValueError: no scale bar on page 7"', {WING}),
        ("entity:page-9", {READS}),
        ("meta.customer:acme", {READS}),
        ("meta.customer:~acme", {READS, WING}),
        ('meta."two words":1', {READS}),
        ("meta.count:7", {READS}),
        ('meta.customer:""', {"plain", WAITS}),
        # Ids.
        ("id:0199c0de-0001-7000-8000-0000000fade1", {READS}),
        ("id:0199C0DE0001700080000000000FADE1", {READS}),
        ("-id:0199c0de-0001-7000-8000-0000000fade1", ALL - {READS}),
        ("id:fade1,0199c0de-0002", {READS, WING}),
        ("parent:aaaa", {READS}),
        (f"root:{PARENT}", {READS}),
        (f"group:{PARENT}", {READS}),
        # Numbers.
        ("attempt:3", {WING}),
        ("attempt:>1", {WING}),
        ("attempt:>=1", {READS, WING, WAITS}),
        ("attempt:<1", {"plain"}),
        ("percent:<=12.5", {WAITS}),
        ("-percent:<=12.5", ALL - {WAITS}),
        # Times: a day, a minute, a second, a moment, or how long ago.
        ("created:2026-10-19", ALL - {WING}),
        ("created:2026-10-19T01:00", {READS}),
        ("created:2026-10-19T01:00:00Z", {READS}),
        ("created:2026-10-19T03:00:00+02:00", {READS}),
        ("created:2026-10-19T23:59:59.000000Z", {WAITS}),
        ("created:>2026-10-18", ALL - {WING}),
        ("created:2026-10-19Z", ALL - {WING}),
        ("created:2026-10-20+14:00", {"plain", WAITS}),
        ("created:>2026-10-19", set()),
        ("created:>=2026-10-19T12:00", {"plain", WAITS}),
        ("created:<2026-10-19", {WING}),
        ("created:<=2026-10-19", ALL),
        ("after:2026-10-19T12:00", {"plain", WAITS}),
        ("before:2026-10-19T12:00", {READS, WING}),
        ("after:25h", {WAITS}),
        ("after:1w before:2d", {WING}),
        ("started:2026-10-19T01:02", {READS}),
        ("ended:2026-10-19", {READS}),
        ("updated:2026-10-20", {WAITS}),
        ("due:>=2026-10-20", {WAITS}),
        # Durations.
        ("took:30s", {WING}),
        ("took:<1m", {WING}),
        ("longer:5m is:ended", {READS}),
        ("shorter:10m", {WING}),
        ("took:>=10m took:<=10m", {READS}),
        ("waited:2m", {READS}),
        ("waited:<1m30s", {WING, WAITS}),
    ],
)
@pytest.mark.parametrize("order", [Order.NEWEST, Order.FIRST_ENDED])
def test_a_query_finds(reader: Connection, query: str, names: set[str], order: Order) -> None:
    ended = names if order is Order.NEWEST else names & {READS, WING}
    assert found(reader, query, order) == ended


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("typ:ocr", "no field typ; did you mean type"),
        ("http://x", "quote it"),
        ("status:DONE", "write one of PENDING"),
        ("status:>SUCCESS", "not possible"),
        ("type:>ocr", "not possible"),
        ("after:>2026-10-19", "not possible"),
        ("meta:acme", "needs a key"),
        ("type.x:acme", "takes no key"),
        ("attempt:many", "a number"),
        ("attempt:nan", "a number"),
        ("percent:1_0", "a number"),
        ("took:5", "a duration"),
        ("took:9999999999999999w", "ten years"),
        ("created:yesterday", "a time as"),
        ("created:2026-02-30", "does not exist"),
        ("created:1066-10-14", "the years 2000"),
        ("created:2026-10-19T25:00", "does not exist"),
        ("id:xyz", "an id"),
        ("id:abc", "at least 4"),
        ("parent:zzzzzzzz-0000-7000-8000-000000000000", "an id"),
    ],
)
def test_what_a_field_does_not_take_is_refused(query: str, says: str) -> None:
    with pytest.raises(BadQuery, match=says):
        task_filter(query, NOW)


def test_counts_are_of_what_the_query_finds_and_of_every_status(reader: Connection) -> None:
    counts = count_by_status(reader, PROJECT, task_filter("status:SUCCESS longer:1s", NOW))
    # The status is the one filter that counts leave out.
    assert counts.by_status == dict.fromkeys(Status, 0) | {
        Status.SUCCESS: 1,
        Status.FAILURE: 1,
        Status.RETRY: 1,
    }


def test_what_an_index_answers_is_read_by_it() -> None:
    wanted = task_filter("status:RETRY type:split,ocr after:2026-10-19 longer:5m", NOW)
    assert replace(wanted, conditions=()) == TaskFilter(
        frozenset({Status.RETRY}), frozenset({"split", "ocr"}), since=DAY
    )
    assert len(wanted.conditions) == 1
    assert not task_filter("status:RETRY type:split after:2026-10-19", NOW).by_looking


def test_tasks_that_cannot_be_are_not_looked_for(
    reader: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.eventlog.task_list.LOOK", 1)
    for query in ("status:FAILURE is:slow", "type:split type:ocr.read"):
        wanted = task_filter(query, NOW)
        assert read_task_page(reader, PROJECT, wanted, limit=1) == TaskPage([], None)


def test_two_filters_together_want_what_both_do(reader: Connection) -> None:
    one = TaskFilter(frozenset({Status.SUCCESS, Status.RETRY}))
    other = task_filter("status:RETRY,FAILURE", NOW)
    assert both(one, other) == TaskFilter(frozenset({Status.RETRY}))
    nothing = both(one, TaskFilter(frozenset({Status.FAILURE})))
    assert list_tasks(reader, PROJECT, nothing, limit=9) == []
