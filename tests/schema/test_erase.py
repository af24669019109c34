"""Erasing: what goes, what stays provable, who may, and that nothing else of an event changes."""

from typing import Any

import psycopg
import pytest
from psycopg import Connection

from task_ledger.eventlog.read import read_events
from task_ledger.model.digest import first_misfit
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import State
from task_ledger.ops.settings import Role
from tests.schema.calls import DATA, Task, append, register, start, task_in
from tests.servers import Database

SERVICES: tuple[Role, ...] = ("api", "worker", "projector", "auditor", "sealer")
PRIVATE = {
    "registered": ('{"task_type":"page.ocr"}', '{"name":"Anna Smith\'s page"}'),
    "progress": ('{"percent":10.0}', '{"step":"Anna Smith"}'),
    "completed": ("{}", '{"result":"Anna Smith"}'),
}
ERASE = "SELECT * FROM task_ledger.erase(%s, %s, 'dpo', 'a request of 2026-11-30')"


def two_texts(owner: Connection[Any]) -> Task:
    """A completed task whose events have private texts."""
    clear, private = PRIVATE["registered"]
    task = Task(new_task_id())
    register(owner, task.id, p_data=clear, p_private=private)
    start(owner, task)
    for event_type in ("progress", "completed"):
        clear, private = PRIVATE[event_type]
        append(owner, task, event_type, p_data=clear, p_private=private)
    return task


def as_eraser(database: Database) -> Connection[Any]:
    return psycopg.connect(database.url_for("eraser"), autocommit=True)


def texts(owner: Connection[Any], task: Task) -> str:
    rows = owner.execute(
        "SELECT data::text || coalesce(private::text, '') FROM task_ledger.task_event"
        " WHERE task_id = %s ORDER BY version",
        (task.id,),
    )
    return "\n".join(row[0] for row in rows)


def test_an_erased_task_keeps_its_clear_text_and_its_chain(
    database: Database, owner: Connection[Any]
) -> None:
    task = two_texts(owner)
    before = read_events(owner, task.id)
    assert "Anna Smith" in texts(owner, task)
    with as_eraser(database) as eraser:
        assert eraser.execute(ERASE, (task.id, None)).fetchone() == (3, 0, 0, False)
    assert "Anna" not in texts(owner, task)
    after = read_events(owner, task.id)
    assert first_misfit(after) is None
    assert [event.digest for event in after] == [event.digest for event in before]
    assert [event.data_text for event in after] == [event.data_text for event in before]
    assert [event.erased for event in after] == [True, False, True, True]
    assert all(event.salt is None for event in after)


def test_an_event_with_one_text_is_erased_too_and_its_chain_fits(
    database: Database, owner: Connection[Any]
) -> None:
    task = task_in(owner, State.FAILED)
    assert "Read page A-101" in texts(owner, task)
    with as_eraser(database) as eraser:
        eraser.execute(ERASE, (task.id, None))
    left = texts(owner, task)
    assert "A-101" not in left
    assert "it broke" not in left
    assert '"page.ocr"' in left
    events = read_events(owner, task.id)
    assert first_misfit(events) is None
    assert events[0].data.model_dump()["name"] == "[erased]"


def test_an_event_with_an_empty_private_text_is_not_counted_as_erased(
    database: Database, owner: Connection[Any]
) -> None:
    task = Task(new_task_id())
    register(owner, task.id, p_data='{"task_type":"t","name":"Anna Smith"}', p_private=" { } ")
    with as_eraser(database) as eraser:
        assert eraser.execute(ERASE, (task.id, None)).fetchone() == (0, 0, 0, False)
    assert [event.erased for event in read_events(owner, task.id)] == [False]
    assert owner.execute("SELECT count(*) FROM task_ledger.access_log").fetchone() == (0,)


def test_the_reason_of_a_quarantine_goes_with_the_text_that_it_may_name(
    database: Database, owner: Connection[Any]
) -> None:
    task, other = two_texts(owner), two_texts(owner)
    for each in (task, other):
        owner.execute(
            "INSERT INTO task_ledger.dead_letter VALUES"
            " ('projector', %s, 1, 'metadata.Anna Smith: too deep')",
            (each.id,),
        )
    with as_eraser(database) as eraser:
        eraser.execute(ERASE, (task.id, None))
    rows = owner.execute("SELECT task_id, reason FROM task_ledger.dead_letter").fetchall()
    assert dict(rows) == {task.id: "[erased]", other.id: "metadata.Anna Smith: too deep"}


def test_chosen_events_go_and_the_others_stay(database: Database, owner: Connection[Any]) -> None:
    task = two_texts(owner)
    with as_eraser(database) as eraser:
        assert eraser.execute(ERASE, (task.id, [3])).fetchone() == (1, 0, 0, False)
    assert [event.erased for event in read_events(owner, task.id)] == [False, False, True, False]


def test_erasing_again_changes_and_records_nothing(
    database: Database, owner: Connection[Any]
) -> None:
    task = two_texts(owner)
    with as_eraser(database) as eraser:
        eraser.execute(ERASE, (task.id, None))
        assert eraser.execute(ERASE, (task.id, None)).fetchone() == (0, 0, 0, False)
    rows = owner.execute("SELECT actor, task_id, detail FROM task_ledger.access_log").fetchall()
    assert [(actor, task_id) for actor, task_id, _ in rows] == [("dpo", task.id)]
    assert "versions 1,3,4" in rows[0][2]
    assert "a request of 2026-11-30" in rows[0][2]
    assert "by the login" in rows[0][2]


@pytest.mark.parametrize("role", SERVICES)
def test_no_other_role_may_erase(database: Database, owner: Connection[Any], role: Role) -> None:
    task = two_texts(owner)
    with (
        psycopg.connect(database.url_for(role), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(ERASE, (task.id, None))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001, None])
def test_an_erasure_needs_a_reason(
    database: Database, owner: Connection[Any], reason: str | None
) -> None:
    task = two_texts(owner)
    with as_eraser(database) as eraser, pytest.raises(psycopg.Error) as refused:
        eraser.execute("SELECT task_ledger.erase(%s, NULL, 'dpo', %s)", (task.id, reason))
    assert refused.value.sqlstate == "TL004"
    assert "Anna" in texts(owner, task)


FORGERIES = {
    "another hash": "private = to_json('2 ' || repeat('0', 64)), salt = NULL",
    "the salt kept": "private = (task_ledger.erased(e)).private",
    "a clear field changed": "data = '{}', private = (task_ledger.erased(e)).private, salt = NULL",
    "the actor changed": "actor = 'x', private = (task_ledger.erased(e)).private, salt = NULL",
    "the text replaced": 'private = \'{"name":"another"}\'',
    "the text dropped": "private = NULL, salt = NULL",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_the_trigger_admits_nothing_but_the_erasure(owner: Connection[Any], forgery: str) -> None:
    two_texts(owner)
    statement = f"UPDATE task_ledger.task_event AS e SET {forgery} WHERE version = 1"
    with pytest.raises(psycopg.Error) as refused:
        owner.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert refused.value.sqlstate == "TL002"


def test_an_erased_event_cannot_be_brought_back_or_marked_otherwise(
    database: Database, owner: Connection[Any]
) -> None:
    task = two_texts(owner)
    with as_eraser(database) as eraser:
        eraser.execute(ERASE, (task.id, None))
    for change in ("private = '{}'", "private = NULL", "private = private", "data = '{}'"):
        with pytest.raises(psycopg.Error) as refused:
            owner.execute(f"UPDATE task_ledger.task_event SET {change}")  # pyright: ignore[reportArgumentType]
        assert refused.value.sqlstate == "TL002"


def test_no_writer_can_store_a_mark_as_an_event_s_private_text(owner: Connection[Any]) -> None:
    for private in ('"2 ' + "0" * 64 + '"', "[]", "1", '{"a":"\\u0000"}'):
        with pytest.raises(psycopg.Error) as refused:
            register(owner, p_data=DATA["registered"], p_private=private)
        assert refused.value.sqlstate in {"TL004", "22P05"}


def test_a_task_that_has_not_ended_keeps_its_message_until_it_has(
    database: Database, owner: Connection[Any]
) -> None:
    task = Task(new_task_id())
    message = (
        '{"exchange":"","routing_key":"celery","content_type":"application/json",'
        '"content_encoding":"utf-8","headers":{},"properties":{},"declare":[]}'
    )
    owner.execute(
        "SELECT task_ledger.enqueue(%s, 'p', 'a', now(), %s, 1, 3, NULL, %s, 'Anna Smith')",
        (task.id, PRIVATE["registered"][0], message),
    )
    with as_eraser(database) as eraser:
        assert eraser.execute(ERASE, (task.id, None)).fetchone() == (0, 0, 0, True)
        start(owner, task)
        append(owner, task, "completed")
        assert eraser.execute(ERASE, (task.id, None)).fetchone() == (1, 0, 1, False)
    assert owner.execute("SELECT count(*) FROM task_ledger.message").fetchone() == (0,)
    assert owner.execute("SELECT count(*) FROM task_ledger.outbox").fetchone() == (0,)


def test_erasing_waits_for_a_writer_of_the_task(database: Database, owner: Connection[Any]) -> None:
    task = two_texts(owner)
    with psycopg.connect(database.url_for("owner")) as writer, as_eraser(database) as eraser:
        writer.execute(
            "SELECT task_ledger.note(%s, 'a', now(), '{\"kind\":\"comment\"}', 1)", (task.id,)
        )
        eraser.execute("SET statement_timeout = '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            eraser.execute(ERASE, (task.id, None))
        writer.commit()
        assert eraser.execute(ERASE, (task.id, None)).fetchone() == (3, 0, 0, False)


def test_an_attempt_goes_on_after_what_it_said_was_erased(
    database: Database, owner: Connection[Any]
) -> None:
    task = Task(new_task_id())
    register(owner, task.id, p_data=PRIVATE["registered"][0], p_private=PRIVATE["registered"][1])
    start(owner, task)
    clear, private = PRIVATE["progress"]
    with as_eraser(database) as eraser:
        for _ in range(3):
            append(owner, task, "progress", p_data=clear, p_private=private)
            eraser.execute(ERASE, (task.id, None))
    assert append(owner, task, "completed", p_data="{}").outcome == "appended"
    assert "Anna" not in texts(owner, task)
    assert first_misfit(read_events(owner, task.id)) is None


def test_an_unknown_task_has_nothing_to_erase(database: Database, owner: Connection[Any]) -> None:
    with as_eraser(database) as eraser:
        unknown = "01a209ad-82ef-7627-b353-0b20b9289804"
        assert eraser.execute(ERASE, (unknown, None)).fetchone() is None
