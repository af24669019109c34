"""Malformed events: a typed error each, nothing stored, the connection goes on."""

import json
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import errors as pg

from task_ledger.errors import InvalidEvent, TooLarge
from task_ledger.model.events import (
    Completed,
    Failed,
    Noted,
    Progress,
    Registered,
    Retrying,
    Started,
    make_data,
)
from task_ledger.model.ids import new_task_id
from tests.malformed.numbers import ALL, SENT, times
from tests.schema import calls
from tests.servers import Database

# What the functions raise; anything else would be a crash of theirs.
REFUSED = {"TL001", "TL002", "TL003", "TL004", "TL005", "TL006", "22P02", "22021", "22008", "22P05"}

NO_OBJECT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=40),
    st.lists(st.integers(), max_size=3),
).map(json.dumps)
NO_JSON = st.text(max_size=60).filter(lambda text: not _is_object(text) and "\0" not in text)
BAD_DATA = st.one_of(
    NO_OBJECT,
    NO_JSON,
    st.sampled_from(
        ['{"step": "\\u0000"}', '{"a": "\\ud800"}', "{", "{}}", '{"a": NaN}', "nul", ""]
    ),
    st.integers(65_537, 70_000).map(lambda size: json.dumps({"text": "x" * size})),
)
BAD_ACTOR = st.one_of(st.just(""), st.none(), st.integers(201, 400).map(lambda size: "a" * size))
BAD_TIME = st.sampled_from(
    [
        "infinity",
        "-infinity",
        "1999-12-31 23:59:59+00",
        "9000-01-01 00:00+00",
        "0001-01-01 BC",
        None,
    ]
)
BAD_PROJECT = st.one_of(st.just(""), st.none(), st.integers(201, 300).map(lambda n: "é" * n))
BAD_ID = st.one_of(
    st.uuids(version=1), st.uuids(version=3), st.uuids(version=5),
    # UUIDv7 of 1970 to 1979.
    st.integers(0, 2**38).map(lambda ms: f"{ms >> 16:08x}-{ms % 2**16:04x}-7000-8000-{0:012x}"),
    st.just("00000000-0000-0000-0000-000000000000"),
)  # fmt: skip
CHANGES = st.one_of(
    st.fixed_dictionaries({"p_data": BAD_DATA}),
    st.fixed_dictionaries({"p_actor": BAD_ACTOR}),
    st.fixed_dictionaries({"p_occurred_at": BAD_TIME}),
)
REGISTRATIONS = st.one_of(
    CHANGES,
    st.fixed_dictionaries({"p_project_id": BAD_PROJECT}),
    st.fixed_dictionaries({"p_task_id": BAD_ID}),
    st.fixed_dictionaries({"p_max_attempts": st.integers(-(2**31), 0)}),
)
CALLS = st.one_of(
    st.tuples(st.just("register"), REGISTRATIONS),
    st.tuples(st.sampled_from(["started", "progress", "completed", "failed", "retrying"]), CHANGES),
)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def test_no_malformed_event_passes_the_functions(database: Database) -> None:
    refused = 0
    with psycopg.connect(database.url_for("owner"), autocommit=True) as connection:
        running = calls.Task(new_task_id())
        calls.register(connection, running.id)
        calls.start(connection, running)

        @given(CALLS)
        @times("events through SQL")
        def send(call: tuple[str, dict[str, Any]]) -> None:
            nonlocal refused
            kind, changed = call
            task = () if kind == "register" else (running, kind)
            function: Any = calls.append if task else calls.register
            with pytest.raises(psycopg.Error) as caught:
                function(connection, *task, **changed)
            assert caught.value.sqlstate in REFUSED, (kind, changed, caught.value)
            assert not isinstance(caught.value, pg.InternalError)
            assert not connection.broken
            refused += 1

        send()
        rows = connection.execute("SELECT count(*) FROM task_ledger.task_event").fetchone()
        assert rows == (2,), "the two of the test itself"
    assert refused >= SENT["events through SQL"]


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(), inner, max_size=2)
    ),
    max_leaves=4,
)
NO_NUMBER = st.one_of(
    st.none(), st.text(max_size=5).filter(lambda t: not _is_number(t)), st.lists(st.none())
)
NO_TEXT = st.one_of(st.none(), st.integers(), st.lists(st.none()), st.just(""))
GOOD: dict[Any, dict[str, Any]] = {
    Registered: {"task_type": "t", "name": "n"},
    Started: {"worker": "w", "host": "h", "pid": 1},
    Progress: {"percent": 1.0, "step": "s"},
    Retrying: {"reason": "error", "countdown_s": 1.0},
    Completed: {"result": None},
    Failed: {"reason": "error"},
    Noted: {"kind": "comment", "message": "m"},
}
MISTAKES: dict[Any, list[Any]] = {
    Registered: [{"task_type": NO_TEXT}, {"name": NO_TEXT}, {"parent_id": st.text(max_size=9)},
                 {"metadata": NO_TEXT}, {"waits_for": st.integers()}],
    Started: [{"worker": NO_TEXT}, {"pid": NO_NUMBER}, {"boot": st.integers()}],
    Progress: [{"percent": NO_NUMBER}, {"percent": st.floats(max_value=-0.01)}, {"step": NO_TEXT},
               {"percent": st.floats(min_value=100.01)}, {"percent": st.just(float("nan"))}],
    Retrying: [{"reason": NO_TEXT}, {"countdown_s": NO_NUMBER}],
    Completed: [{"result": st.builds(object)}],
    Failed: [{"reason": st.text(max_size=12).filter(lambda t: t not in REASONS)}],
    Noted: [{"kind": st.text(max_size=12).filter(lambda t: "_" not in t and t != "comment")}],
}  # fmt: skip
REASONS = {"error", "cancelled", "expired", "timeout", "worker_lost", "undeliverable", "upstream",
           "bad_result"}  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@st.composite
def malformed(draw: st.DrawFn) -> tuple[Any, dict[str, Any]]:
    """A kind of event, and data of which one thing is wrong."""
    model = draw(st.sampled_from(list(GOOD)))
    mistakes = [st.fixed_dictionaries(mistake) for mistake in MISTAKES[model]]
    extra = st.text("abc", min_size=1, max_size=5).flatmap(
        lambda name: st.fixed_dictionaries({f"x_{name}": ANYTHING})
    )
    return model, GOOD[model] | draw(st.one_of(*mistakes, extra))


def test_no_malformed_event_is_made() -> None:
    refused = 0

    @given(malformed())
    @times("events in Python")
    def make(case: tuple[Any, dict[str, Any]]) -> None:
        nonlocal refused
        model, values = case
        with pytest.raises((InvalidEvent, TooLarge)) as caught:
            make_data(model, **values)
        assert str(model.type) in str(caught.value)
        refused += 1

    make()
    assert refused >= SENT["events in Python"]
    for model, values in GOOD.items():
        assert make_data(model, **values).to_json()


def test_ten_thousand_are_sent_in_all() -> None:
    assert sum(ALL.values()) >= 10_000
