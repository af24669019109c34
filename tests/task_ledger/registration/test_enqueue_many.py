"""Thousands of tasks are registered at once, exactly as one by one, or none of them is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import anyio
import psycopg
import pytest
from celery import Signature, chain, group, signals
from psycopg.rows import dict_row
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, LedgerTask, enqueue, enqueue_many, step
from task_ledger.errors import (
    AlreadyRegistered,
    InvalidEvent,
    NoActor,
    UnsupportedSignature,
    WrongIsolation,
)
from task_ledger.eventlog.database import sqlalchemy_url
from task_ledger.eventlog.message import HEADER
from task_ledger.eventlog.verify import Scope, chains, one_snapshot
from task_ledger.model.ids import new_task_id
from tests.servers import Database

APP = LedgerCelery("sender", broker="memory://", set_as_current=False)
WHO: Any = {"project_id": "p", "actor": "a", "task_type": "t"}


@APP.task(name="add", task_type="sum", max_retries=2, shared=False)
def add(self: Any, x: Any, y: int = 0) -> None:
    """Take one argument or two."""


class Loud(LedgerTask):
    """A task that changes what it sends."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Shout."""
        (word,), *further = args
        return super().apply_async((word.upper(),), *further, **options)


@APP.task(name="loud", task_type="loud", base=Loud, shared=False)
def loud(self: Any, word: str) -> None:
    """Take a word."""


def elsewhere(*args: Any, **options: Any) -> Signature:
    return Signature("elsewhere", args=args, app=APP, options=options)


def various() -> list[Signature]:
    """Signatures that differ in all that may differ, each kind more than twice."""
    found = [elsewhere(1), elsewhere(2)]
    for n in range(5):
        found += [
            elsewhere(n, "é\x00"),
            elsewhere(n, time_limit=9, eta=datetime(2040, 1, 1, tzinfo=UTC), priority=n % 2),
            elsewhere({"deep": [[[[[[n]]]]]]}, headers={"tenant": "x"}, queue="own"),
            step(elsewhere(n), name=f"Task {n}", metadata={"n": n}, entity=("order", str(n))),
            step(elsewhere(n), task_type="other", max_attempts=n + 1),
            add.s(n, y=n),
            add.s("x" * 2000).set(serializer="json"),
            loud.s(f"w{n}"),
            Signature("elsewhere", kwargs={"k": n}, app=APP, immutable=True),
        ]
    return found


def rows(database: Database) -> list[Any]:
    """All that is stored of tasks, by their order, without ids and times that are drawn."""
    with (
        psycopg.connect(database.url_for("owner")) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        found = cursor.execute(
            "SELECT to_jsonb(e) - '{task_id,feed,digest,salt,occurred_at,recorded_at}'::text[]"
            " AS event,"
            " to_jsonb(m) - '{id,created_at,task_id}'::text[] AS message,"
            " e.due_at, o.due_at = o.try_at AS tried_when_due, o.attempt,"
            " o.due_at = coalesce(e.due_at, o.due_at) AS due_as_said, e.task_id"
            " FROM task_ledger.task_event AS e JOIN task_ledger.message AS m USING (task_id)"
            " JOIN task_ledger.outbox AS o ON o.message_id = m.id AND o.task_id = e.task_id"
            " ORDER BY e.feed"
        ).fetchall()
    for row in found:
        own = str(row.pop("task_id"))
        headers, properties = row["message"]["headers"], row["message"]["properties"]
        assert (headers.pop("id"), headers.pop("root_id")) == (own, own)
        assert properties.pop("correlation_id") == own
        assert re.fullmatch("[0-9a-f]{32}", headers[HEADER].pop("nonce"))
        assert re.fullmatch("[0-9a-f]{64}", row["event"]["data"].pop("message_sha256"))
    return found


def stored(database: Database) -> list[int]:
    """How many events, messages and dispatches there are."""
    with psycopg.connect(database.url_for("owner")) as connection:
        return [
            connection.execute(f"SELECT count(*) FROM task_ledger.{name}".encode()).fetchall()[0][0]
            for name in ("task_event", "message", "outbox")
        ]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    engine = create_engine(sqlalchemy_url(database.url_for("api")))
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_rows_are_those_of_registering_one_by_one(database: Database, session: Session) -> None:
    for signature in various():
        enqueue(session, signature, **WHO)
    session.commit()
    one_by_one = rows(database)
    with psycopg.connect(database.url_for("owner")) as owner:
        owner.execute("DELETE FROM task_ledger.outbox")
    done = enqueue_many(session, various(), **WHO)
    session.commit()
    assert rows(database) == one_by_one
    assert len(done) == len(various())
    assert {one.task_name for one in done} >= {"Task 0", "Task 4", "add", "elsewhere"}
    with (
        psycopg.connect(database.url_for("auditor")) as auditor,
        one_snapshot(auditor) as snapshot,
    ):
        assert list(chains(snapshot, Scope())) == []


def test_a_receiver_and_a_router_see_every_message(database: Database, session: Session) -> None:
    def stamp(headers: Any, body: Any, **_: Any) -> None:
        headers["first"] = body[0][0]

    routed = LedgerCelery("routed", broker="memory://", set_as_current=False)
    routed.conf.task_routes = (
        lambda _name, args, *_, **__: {"queue": "few" if args[0] < 2 else "many"},
    )
    many = [Signature("elsewhere", args=(n,), app=routed) for n in range(4)]
    enqueue_many(session, many, **WHO)
    # An application of Celery 5.6 looks for receivers in a list that another one may have replaced.
    listened = LedgerCelery("listened", broker="memory://", set_as_current=False)
    heard = [Signature("elsewhere", args=(n,), app=listened) for n in range(4)]
    signals.before_task_publish.connect(stamp, weak=False)
    try:
        enqueue_many(session, heard, **WHO)
    finally:
        signals.before_task_publish.disconnect(stamp)
    session.commit()
    messages = [row["message"] for row in rows(database)]
    assert [one["routing_key"] for one in messages[:4]] == ["few", "few", "many", "many"]
    assert [one["headers"]["first"] for one in messages[4:]] == [0, 1, 2, 3]


def test_a_rollback_leaves_nothing(database: Database, session: Session) -> None:
    enqueue_many(session, (elsewhere(n) for n in range(1500)), **WHO)
    session.rollback()
    assert stored(database) == [0, 0, 0]


def nothing() -> None:
    raise RuntimeError("the source broke")


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (lambda: step(elsewhere(), metadata={"bad": object()}), InvalidEvent),
        (lambda: step(elsewhere(), max_attempts=0), InvalidEvent),
        (lambda: elsewhere(eta=datetime(1970, 1, 1, tzinfo=UTC)), InvalidEvent),
        (lambda: add.s(1, 2, 3), TypeError),
        (lambda: chain(elsewhere(), elsewhere()), UnsupportedSignature),
        (lambda: group(elsewhere(), elsewhere()), UnsupportedSignature),
        (lambda: elsewhere(link=[elsewhere()]), UnsupportedSignature),
        (lambda: elsewhere(task_id=str(uuid4())), UnsupportedSignature),
        (nothing, RuntimeError),
    ],
)
def test_a_bad_one_among_thousands_stores_none_of_them_and_the_transaction_goes_on(
    database: Database, session: Session, bad: Any, error: type[Exception]
) -> None:
    def some() -> Iterator[Signature]:
        for n in range(1100):
            yield elsewhere(n)
        yield bad()

    with pytest.raises(error):
        enqueue_many(session, some(), **WHO)
    enqueue(session, elsewhere(), **WHO)
    session.commit()
    assert stored(database) == [1, 1, 1]


def test_an_id_that_exists_or_is_passed_twice_refuses_the_whole_call(
    database: Database, session: Session
) -> None:
    known = new_task_id()
    enqueue(session, elsewhere(task_id=str(known)), **WHO)
    twice = new_task_id()
    for task_id, ids in ((known, [known]), (twice, [twice, twice])):
        several = [elsewhere(n) for n in range(5)] + [elsewhere(task_id=str(i)) for i in ids]
        with pytest.raises(AlreadyRegistered, match=str(task_id)) as raised:
            enqueue_many(session, several, **WHO)
        assert (raised.value.task_id, raised.value.version) == (task_id, 1)
    session.commit()
    assert stored(database) == [1, 1, 1]


def test_an_id_of_the_signature_is_kept_and_none_gives_nothing(session: Session) -> None:
    own = new_task_id()
    done = enqueue_many(session, [elsewhere(), elsewhere(task_id=str(own))], **WHO)
    assert [one.task_id for one in done][1] == own
    assert enqueue_many(session, [], **WHO) == []


def test_somebody_has_to_ask(session: Session) -> None:
    with pytest.raises(NoActor):
        enqueue_many(session, [elsewhere()], project_id="p", task_type="t")


def test_another_isolation_is_refused(database: Database) -> None:
    engine = create_engine(sqlalchemy_url(database.url_for("api")), isolation_level="SERIALIZABLE")
    with Session(engine) as session, pytest.raises(WrongIsolation):
        enqueue_many(session, [elsewhere()], **WHO)


def test_an_async_session_registers_too(database: Database) -> None:
    async def run() -> list[UUID]:
        engine = create_async_engine(sqlalchemy_url(database.url_for("api")))
        async with AsyncSession(engine) as session:
            done = await enqueue_many(session, (elsewhere(n) for n in range(1001)), **WHO)
            await session.commit()
        await engine.dispose()
        return [one.task_id for one in done]

    assert len(set(anyio.run(run))) == 1001
    assert stored(database) == [1001, 1001, 1001]


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ("message = '{}'", "TL004"),
        ("body = NULL", "TL004"),
        ("data = '[]'", "TL004"),
        ("task_id = '018bcfe5-6800-7000-8000-000000000000'", "TL003"),
    ],
)
def test_the_database_itself_refuses_the_whole_array(
    database: Database, session: Session, changed: str, state: str
) -> None:
    values = {
        "task_id": "uuidv7()", "data": "'{}'", "body": "''",
        "message": """'{"exchange": "", "routing_key": "", "content_type": "", "headers": {},
                        "content_encoding": "", "properties": {}, "declare": []}'""",
    }  # fmt: skip
    column, _, value = changed.partition(" = ")
    bad = values | {column: value}
    arrays = {c: f"ARRAY[{values[c]}, {bad[c]}, {values[c]}]" for c in values}
    call = text(
        f"SELECT task_ledger.enqueue_many({arrays['task_id']}::uuid[], 'p', 'a', now(),"
        f" {arrays['data']}::json[], 1, ARRAY[1, 1, 1], ARRAY[NULL, NULL, NULL]::timestamptz[],"
        f" {arrays['message']}::json[], {arrays['body']}::bytea[])".replace(":", r"\:")
    )
    with pytest.raises(Exception) as raised:  # noqa: PT011 (its state is looked at)
        session.execute(call)
    assert getattr(raised.value, "orig").sqlstate == state  # noqa: B009
    session.rollback()
    assert stored(database) == [0, 0, 0]
