"""Started actions are done task by task, each at most once, whoever is killed when."""

import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.actions import (
    draft_action,
    read_action,
    start_action,
    stop_action,
)
from task_ledger.eventlog.append import request_cancel
from task_ledger.eventlog.message_hash import message_hash
from task_ledger.eventlog.read import read_events, read_task
from task_ledger.model.events import Noted, Registered, Started
from task_ledger.model.ids import new_claim, new_task_id
from task_ledger.projector.acting import ROUND, Acting
from task_ledger.projector.relay import Relay
from tests.forked import Forked
from tests.servers import Database
from tests.task_ledger.projector import dying_acting
from tests.task_ledger.projector.actions import (
    counting_down,
    failed,
    outcomes,
    reruns,
    started,
    types,
)
from tests.task_ledger.projector.log import drain, projector, projector_connection, say
from tests.task_ledger.projector.outbox import enqueue, message, received


@pytest.fixture
def acting(database: Database) -> Iterator[Acting]:
    """A projector's part, ticked by hand."""
    with closing(projector_connection(database)) as connection:
        yield Acting(connection)


@pytest.fixture
def folded(database: Database) -> Iterator[Any]:
    """Lets the read model catch up when it is called."""
    with closing(projector_connection(database)) as connection:
        follower = projector(connection)
        yield lambda: drain(follower)


def test_a_failed_task_is_run_again_as_a_new_task_with_its_message(
    writer: Connection[Any], acting: Acting, relay: Relay, broker_url: str, folded: Any
) -> None:
    task_id = failed(writer)
    relay.tick()
    received(broker_url)
    folded()
    action = started(writer, "rerun", [task_id], "the provider is back")
    assert acting.tick() == 1
    assert outcomes(writer, action) == ["done"]
    (new,) = reruns(writer, task_id)
    note = read_events(writer, task_id)[-1]
    assert (note.actor, note.data) == (
        "alice",
        Noted(kind="run_again", message="the provider is back", task_id=new),
    )
    assert "the provider is back" in (note.private_text or ""), "the reason can be erased"
    first = read_events(writer, new)[0]
    assert first.actor == "alice"
    assert isinstance(first.data, Registered)
    assert (first.data.rerun_of, first.max_attempts) == (task_id, 3)
    folded()
    assert read_task(writer, new).rerun_of == task_id
    assert relay.tick().worked
    (got,) = received(broker_url)
    assert got.headers["id"] == str(new)
    assert got.body == message().body
    # What the worker computes from the message that it received is what was registered.
    received_hash = message_hash(
        got.headers, got.content_type, got.content_encoding, got.body or b""
    )
    data = Started(worker="w", host="h", pid=1, message_sha256=received_hash)
    assert say(writer, new, new_claim(), data).outcome == "appended"


def test_what_cannot_be_run_again_says_why(writer: Connection[Any], acting: Acting) -> None:
    waiting, gone = enqueue(writer), failed(writer)
    writer.execute("DELETE FROM task_ledger.message WHERE task_id = %s", (gone,))
    takes = message()
    takes.headers["task_ledger"]["takes"] = str(gone)
    lacking = failed(writer, takes)
    unknown = UUID("0199c0de-0000-7000-8000-000000000000")
    action = started(writer, "rerun", [waiting, gone, lacking, unknown])
    acting.tick()
    assert outcomes(writer, action) == ["not_ended", "no_message", "lacks_results", "unknown"]
    assert [reruns(writer, one) for one in (waiting, gone, lacking)] == [[], [], []]
    assert types(writer, gone) == ["registered", "started", "failed"]


def test_a_task_whose_first_event_was_erased_is_not_run_again(
    writer: Connection[Any], acting: Acting
) -> None:
    """Its message was still needed when it was erased, and was kept after the end."""
    task_id = enqueue(writer)
    writer.execute("SELECT * FROM task_ledger.erase(%s, NULL, 'eve', 'request 17')", (task_id,))
    request_cancel(writer, task_id, "alice")
    action = started(writer, "rerun", [task_id])
    acting.tick()
    assert outcomes(writer, action) == ["no_message"]
    assert reruns(writer, task_id) == []


def test_a_message_that_nobody_can_read_holds_up_no_other_task(
    writer: Connection[Any], acting: Acting
) -> None:
    unreadable = failed(writer, message(headers={"task": "t"}))
    action = started(writer, "rerun", [unreadable, failed(writer)])
    assert acting.tick() == 2
    assert outcomes(writer, action) == ["refused", "done"]
    assert types(writer, unreadable) == ["registered", "started", "failed"]


def test_every_act_is_an_event_with_actor_and_reason(
    writer: Connection[Any], acting: Acting
) -> None:
    cancelled, retried, noted = enqueue(writer), counting_down(writer), enqueue(writer)
    started(writer, "cancel", [cancelled], "seen by alice")
    started(writer, "retry", [retried], "seen by alice")
    started(writer, "comment", [noted], "seen by alice")
    acting.tick()
    assert types(writer, cancelled) == ["registered", "cancel_requested", "failed"]
    assert types(writer, retried)[-1] == "retry_requested"
    assert types(writer, noted) == ["registered", "noted"]
    for task_id, at in ((cancelled, 1), (retried, -1), (noted, 1)):
        event = read_events(writer, task_id)[at]
        assert event.actor == "alice"
        assert "seen by alice" in (event.private_text or "")
    rows = writer.execute("SELECT reason, ended_at IS NULL FROM task_ledger.action").fetchall()
    assert rows == [(None, False)] * 3, "only the events keep the reason, where it can be erased"


@pytest.mark.parametrize("kind", ["rerun", "comment"])
def test_killed_before_any_statement_and_run_again_nothing_is_done_twice(
    writer: Connection[Any], database: Database, acting: Acting, kind: Any
) -> None:
    tasks: list[UUID] = []
    statement = 0
    for statement in range(1, 40):
        pair = [failed(writer), failed(writer)]
        tasks += pair
        action = started(writer, kind, pair)
        killed = Forked(dying_acting.__name__, database.url_for("projector"), str(statement))
        died = killed.wait(60) == -signal.SIGKILL
        while None in outcomes(writer, action):
            acting.tick()
        assert outcomes(writer, action) == ["done", "done"]
        if not died:
            break
    assert statement > 10, "it was not killed in between"
    for task_id in tasks:
        assert types(writer, task_id) == ["registered", "started", "failed", "noted"]
        assert len(reruns(writer, task_id)) == (kind == "rerun")


def test_two_projectors_share_an_action(
    writer: Connection[Any], database: Database, acting: Acting
) -> None:
    tasks = [enqueue(writer) for _ in range(ROUND + 5)]
    action = started(writer, "comment", tasks)
    with closing(projector_connection(database)) as other, other.transaction():
        other.execute(
            "SELECT FROM task_ledger.action_task WHERE task_id = %s FOR UPDATE", (tasks[0],)
        )
        assert acting.tick() == ROUND - 1
        assert outcomes(writer, action)[:2] == [None, "done"]
    while acting.tick():
        pass
    assert set(outcomes(writer, action)) == {"done"}
    assert [len(types(writer, one)) for one in tasks] == [2] * len(tasks)


def test_a_large_action_does_not_hold_up_a_small_one(
    writer: Connection[Any], acting: Acting
) -> None:
    started(writer, "comment", [enqueue(writer) for _ in range(ROUND + 1)])
    small = started(writer, "comment", [enqueue(writer)])
    acting.tick()
    assert outcomes(writer, small) == ["done"]


def test_a_stopped_action_leaves_what_is_left(writer: Connection[Any], acting: Acting) -> None:
    tasks = [enqueue(writer) for _ in range(ROUND + 2)]
    action = started(writer, "cancel", tasks)
    acting.tick()
    assert stop_action(writer, action)
    assert acting.tick() == 0
    assert outcomes(writer, action)[-2:] == [None, None]
    assert types(writer, tasks[-1]) == ["registered"]
    told = read_action(writer, action)
    assert told is not None
    assert (told.done, told.tasks, told.ended_at is None) == (ROUND, ROUND + 2, False)


def test_a_draft_does_nothing(writer: Connection[Any], acting: Acting) -> None:
    task_id = enqueue(writer)
    draft_action(writer, "cancel", [task_id], actor="alice")
    assert acting.tick() == 0
    assert types(writer, task_id) == ["registered"]


def test_drafts_are_forgotten_after_an_hour_and_ended_actions_after_30_days(
    writer: Connection[Any], database: Database, acting: Acting
) -> None:
    task_id = enqueue(writer)
    drafts = [draft_action(writer, "cancel", [task_id], actor="alice") for _ in range(2)]
    ended = [started(writer, "comment", [task_id]) for _ in range(2)]
    acting.tick()
    for place, before in enumerate((timedelta(minutes=1), timedelta(minutes=-1))):
        writer.execute(
            "UPDATE task_ledger.action SET drafted_at = now() - interval '1 h' - %s WHERE id = %s",
            (before, drafts[place]),
        )
        writer.execute(
            "UPDATE task_ledger.action SET ended_at = now() - interval '30 d' - %s WHERE id = %s",
            (before, ended[place]),
        )
    with closing(projector_connection(database)) as connection:
        Acting(connection).tick()
    left = writer.execute("SELECT id FROM task_ledger.action").fetchall()
    assert {row[0] for row in left} == {drafts[1], ended[1]}
    assert [outcomes(writer, one) for one in drafts + ended] == [[], [None], [], ["done"]]


@pytest.mark.parametrize(
    ("tasks", "actor", "said"),
    [
        (0, "alice", "1 to 10000 tasks"),
        (10_001, "alice", "1 to 10000 tasks"),
        (1, "", "1 to 200 bytes"),
        (1, "relay", "a part of the ledger"),
    ],
)
def test_a_draft_names_its_tasks_and_a_person(
    writer: Connection[Any], tasks: int, actor: str, said: str
) -> None:
    with pytest.raises(InvalidEvent, match=said):
        draft_action(writer, "cancel", [new_task_id() for _ in range(tasks)], actor=actor)


def test_a_comment_without_a_text_stays_a_draft(writer: Connection[Any]) -> None:
    action = draft_action(writer, "comment", [enqueue(writer)], actor="alice")
    with pytest.raises(InvalidEvent, match="a comment has"):
        start_action(writer, action, actor="alice")
    told = read_action(writer, action)
    assert told is not None
    assert told.started_at is None


def test_messages_of_failed_tasks_are_kept_for_a_while_and_not_sent_again(
    writer: Connection[Any], database: Database, relay: Relay, broker_url: str, folded: Any
) -> None:
    """The dispatch of an ended task that is left in the outbox is dropped."""
    task_id = failed(writer)
    folded()
    assert relay.tick().worked
    assert received(broker_url) == []
    kept = "SELECT forget_at > now() + interval '6 days' FROM task_ledger.message"
    assert writer.execute(kept).fetchall() == [(True,)]
    writer.execute("UPDATE task_ledger.message SET forget_at = now()")
    with closing(projector_connection(database)) as connection:
        Acting(connection).tick()
    rows = writer.execute("SELECT FROM task_ledger.message WHERE task_id = %s", (task_id,))
    assert rows.fetchall() == []
