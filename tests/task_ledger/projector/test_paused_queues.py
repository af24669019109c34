"""What goes to a paused queue waits in the outbox, whatever else happens, and leaves afterwards."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.access_log import read_accesses, verify_accesses
from task_ledger.eventlog.database import ledger_errors
from task_ledger.eventlog.queues import pause_queue, resume_queue
from task_ledger.projector import relay as relay_module
from task_ledger.projector.redispatch import Redispatch
from task_ledger.projector.relay import Relay
from tests.servers import Database
from tests.task_ledger.projector.log import count, drain, projector, projector_connection
from tests.task_ledger.projector.outbox import enqueue, message, received, send

OPERATOR = "anna"


@pytest.fixture
def api(database: Database) -> Iterator[Connection[Any]]:
    """The API's connection."""
    with psycopg.connect(database.url_for("api"), autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay looks for resumed queues at every tick."""
    monkeypatch.setattr(relay_module, "RELEASE_EVERY_S", 0.0)


def test_a_paused_queue_holds_its_messages_and_no_others(
    writer: Connection[Any], api: Connection[Any], broker_url: str, relay: Relay
) -> None:
    assert pause_queue(api, "slow", actor=OPERATOR, reason="the provider is down")
    enqueue(writer, message("slow"))
    send(writer, message("slow", tracked=False))
    enqueue(writer, message("work"))
    while relay.tick().worked:
        pass
    assert received(broker_url, "slow") == []
    assert len(received(broker_url, "work")) == 1
    held = writer.execute("SELECT held, try_at::text, sends FROM task_ledger.outbox").fetchall()
    assert held == [("slow", "infinity", 0)] * 2
    assert not relay.tick().worked, "what is held is not taken again"

    assert resume_queue(api, "slow", actor="ben", reason="it answers again")
    while relay.tick().worked:
        pass
    assert len(received(broker_url, "slow")) == 2
    assert writer.execute("SELECT count(*) FROM task_ledger.outbox").fetchone() == (0,)


def test_many_held_messages_leave_in_rounds_and_other_paused_queues_stay(
    writer: Connection[Any],
    api: Connection[Any],
    broker_url: str,
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay_module, "RELEASED", 3)
    for queue in ("slow", "stuck"):
        pause_queue(api, queue, actor=OPERATOR, reason="maintenance")
        for _ in range(7):
            enqueue(writer, message(queue))
    while relay.tick().worked:
        pass
    resume_queue(api, "slow", actor=OPERATOR, reason="done")
    while relay.tick().worked:
        pass
    assert len(received(broker_url, "slow")) == 7
    assert received(broker_url, "stuck") == []


def test_what_is_held_is_not_taken_for_lost_and_dispatched_again(
    database: Database, writer: Connection[Any], api: Connection[Any], relay: Relay
) -> None:
    pause_queue(api, "slow", actor=OPERATOR, reason="maintenance")
    task_id = enqueue(writer, message("slow"))
    relay.tick()
    drain(projector(writer))
    with closing(projector_connection(database)) as connection:
        redispatch = Redispatch(connection, 0.0, 0.0)
        for _ in range(3):
            redispatch.tick()
        again = connection.execute(
            "SELECT task_ledger.dispatch_again(%s, 1)", (task_id,)
        ).fetchone()
    assert again == (False,)
    assert count(database, "outbox") == 1
    assert count(database, "redispatch") == 0


def test_who_paused_and_resumed_a_queue_and_why_is_in_the_access_log(
    writer: Connection[Any], api: Connection[Any]
) -> None:
    assert pause_queue(api, "slow", actor=OPERATOR, reason="the provider is down")
    assert not pause_queue(api, "slow", actor="ben", reason="again")
    assert resume_queue(api, "slow", actor="ben", reason="it answers")
    assert not resume_queue(api, "slow", actor="ben", reason="again")
    assert [(row.actor, row.action, row.detail) for row in read_accesses(writer)] == [
        ("anna", "queue_paused", "slow: the provider is down"),
        ("ben", "queue_resumed", "slow: it answers"),
    ]
    assert verify_accesses(writer) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"queue": ""}, "1 to 500 bytes"),
        ({"queue": "q" * 501}, "1 to 500 bytes"),
        ({"reason": ""}, "1 to 500 characters"),
        ({"reason": "r" * 501}, "1 to 500 characters"),
        ({"reason": "🦆" * 500}, "up to 1998 bytes"),
        ({"actor": ""}, "1 to 200 bytes"),
        ({"actor": "relay"}, "a part of the ledger"),
    ],
)
def test_a_pause_has_a_queue_a_person_and_a_reason(
    api: Connection[Any], changed: dict[str, str], said: str
) -> None:
    given = {"queue": "slow", "actor": OPERATOR, "reason": "maintenance"} | changed
    with pytest.raises(InvalidEvent, match=said), ledger_errors():
        pause_queue(api, given["queue"], actor=given["actor"], reason=given["reason"])
