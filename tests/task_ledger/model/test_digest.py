"""The digest chain: the same in Python and in SQL, and no changed column stays unseen."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from task_ledger.eventlog.read import read_events
from task_ledger.model.digest import digest, first_misfit, seconds
from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType, State
from tests.schema.calls import append, note, request_cancel, start, task_in
from tests.servers import Database
from tests.task_ledger.legal_logs import QUICK, TEXT, TIMES, WORDS, logs

SMALL = st.integers(0, 2**15 - 1)
INTEGER = st.integers(-(2**31), 2**31 - 1)
OBJECTS = st.builds(
    lambda text, ascii_only: json.dumps({"step": text}, ensure_ascii=ascii_only),
    TEXT,
    st.booleans(),
)
EVENTS = st.builds(
    TaskEvent,
    task_id=st.uuids(),
    version=INTEGER,
    project_id=TEXT,
    shard=SMALL,
    feed=st.integers(-(2**63), 2**63 - 1),
    type=st.sampled_from(EventType),
    schema_version=SMALL,
    actor=TEXT,
    occurred_at=TIMES,
    recorded_at=TIMES,
    state=st.sampled_from(State),
    attempt=INTEGER,
    max_attempts=st.none() | INTEGER,
    claim=st.none() | st.uuids(),
    cancel_requested=st.booleans(),
    due_at=st.none() | TIMES,
    digest=st.just(b""),
    data_text=OBJECTS,
    private_text=st.none() | OBJECTS,
    salt=st.uuids(),
)


@settings(QUICK, max_examples=200)
@given(event=EVENTS, previous=st.none() | st.binary(min_size=32, max_size=32))
def agree(connection: Any, event: TaskEvent, previous: bytes | None) -> None:
    row = connection.execute(
        "SELECT task_ledger.digest(%s::bytea, %s, %s::integer, %s, %s::smallint, %s::bigint,"
        " %s::task_ledger.event_type, %s::smallint, %s, %s, %s, %s::task_ledger.event_type,"
        " %s::integer,"
        " %s::integer, %s::uuid, %s, %s::timestamptz, %s::json, %s::json, %s)",
        (
            previous, event.task_id, event.version, event.project_id, event.shard, event.feed,
            str(event.type), event.schema_version, event.actor, event.occurred_at,
            event.recorded_at, str(event.state), event.attempt, event.max_attempts, event.claim,
            event.cancel_requested, event.due_at, event.data_text, event.private_text, event.salt,
        ),
    ).fetchone()  # fmt: skip
    assert bytes(row[0]) == digest(previous, event)


def test_python_and_sql_compute_the_same_digest(database: Database) -> None:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        for zone, encoding in (("UTC", "UTF8"), ("Asia/Kathmandu", "UTF8")):
            connection.execute("SELECT set_config('timezone', %s, false)", (zone,))
            connection.execute("SELECT set_config('client_encoding', %s, false)", (encoding,))
            connection.execute("SET datestyle = 'German'; SET bytea_output = 'escape'")
            agree(connection)  # pyright: ignore[reportCallIssue]


def test_what_the_database_stored_fits(database: Database) -> None:
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        task = task_in(connection, State.RETRYING, p_max_attempts=3, p_project_id="Straße 7/漢")
        note(connection, task)
        start(connection, task)
        append(connection, task, "progress", p_data='{"step" : "Räume\\u00e9",\n"percent": 1e1}')
        request_cancel(connection, task, actor="Ünal")
        append(connection, task, "failed", p_data='{"reason":"cancelled"}')
        events = read_events(connection, task.id)
    assert len(events) == 8
    assert first_misfit(events) is None
    assert events[5].data_text == '{"step" : "Räume\\u00e9",\n"percent": 1e1}'


def _another(value: Any, data: st.DataObject) -> Any:
    match value:
        case bool():
            return not value
        case EventType():
            return data.draw(st.sampled_from([t for t in EventType if t is not value]))
        case State():
            return data.draw(st.sampled_from([s for s in State if s is not value]))
        case int():
            return value + data.draw(st.sampled_from([-1, 1, 7]))
        case str():
            return data.draw(WORDS.filter(lambda other: other != value))
        case datetime():
            return value + timedelta(microseconds=data.draw(st.sampled_from([-1, 1])))
        case UUID():
            return uuid4()
        case bytes():
            place = data.draw(st.integers(0, len(value) - 1))
            return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
        case _:
            raise TypeError(type(value))


_PRESENT = {
    "max_attempts": 5,
    "claim": UUID(int=0),
    "due_at": datetime(2000, 1, 1, tzinfo=UTC),
    "private_text": '{"name":"another"}',
    "salt": UUID(int=0),
}


@QUICK
@given(logs(), st.data())
def test_any_single_changed_column_is_found(events: list[TaskEvent], data: st.DataObject) -> None:
    assert first_misfit(events) is None
    place = data.draw(st.integers(0, len(events) - 1))
    for column in TaskEvent._fields:
        old = getattr(events[place], column)
        absent = old is None
        new = _PRESENT[column] if absent else _another(old, data)
        for value in [new] if absent or column not in _PRESENT else [new, None]:
            changed = events[place]._replace(**{column: value})
            misfit = first_misfit([*events[:place], changed, *events[place + 1 :]])
            assert misfit is not None, column
            assert misfit.version in {place + 1, changed.version, place + 2}


@QUICK
@given(logs())
def test_a_missing_or_exchanged_event_is_found_unless_it_is_the_tail(
    events: list[TaskEvent],
) -> None:
    for missing in range(len(events) - 1):
        assert first_misfit(events[:missing] + events[missing + 1 :]) is not None
    assert first_misfit(events[:-1]) is None, "a cut tail cannot show in the chain alone"


@QUICK
@given(logs(), st.data())
def test_an_event_rewritten_with_a_new_digest_of_its_own_does_not_fit_the_next(
    events: list[TaskEvent], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(events) - 1))
    before = events[place - 1].digest if place else None
    rewritten = events[place]._replace(actor=events[place].actor + "!")
    rewritten = rewritten._replace(digest=digest(before, rewritten))
    misfit = first_misfit([*events[:place], rewritten, *events[place + 1 :]])
    assert misfit is None if place == len(events) - 1 else misfit
    if misfit:
        assert misfit.version == place + 2


@QUICK
@given(logs(), logs())
def test_an_event_of_another_task_does_not_fit(
    events: list[TaskEvent], others: list[TaskEvent]
) -> None:
    foreign = others[0]._replace(version=len(events) + 1)
    assert first_misfit([*events, foreign]) is not None


def test_text_cannot_be_moved_from_one_column_to_the_next() -> None:
    base = TaskEvent(
        UUID(int=1), 1, "a", 0, 1, EventType.REGISTERED, 1, "b\nc",
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), State.REGISTERED,
        0, None, None, False, None, b"", "{}",
    )  # fmt: skip
    assert digest(None, base) != digest(None, base._replace(project_id="a\nb", actor="c"))


@QUICK
@given(TIMES)
def test_times_are_exact_to_the_microsecond(time: datetime) -> None:
    whole, fraction = seconds(time).split(".")
    sign = -1 if whole.startswith("-") else 1
    micros = sign * (abs(int(whole)) * 1_000_000 + int(fraction))
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros) == time
