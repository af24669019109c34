"""Arguments that make no sense are refused by every function, with a text that says which."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from task_ledger.errors import InvalidEvent
from task_ledger.eventlog.database import ledger_errors
from task_ledger.model.ids import new_task_id
from task_ledger.model.transitions import State
from tests.schema.calls import DATA, append, call, feed_heads, note, register, task_in

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEASE: dict[str, Any] = {
    "p_boot": UUID(int=1), "p_worker": "w", "p_host": "h", "p_pid": 1, "p_seconds": 20.0,
    "p_live": [],
}  # fmt: skip
MESSAGE: dict[str, Any] = {
    "exchange": "", "routing_key": "celery", "content_type": "application/json",
    "content_encoding": "utf-8", "headers": {}, "properties": {}, "declare": [],
}  # fmt: skip
CANCEL: dict[str, Any] = {
    "p_actor": "a", "p_occurred_at": NOW, "p_data": "{}", "p_schema_version": 1,
}  # fmt: skip


def run(connection: Connection[Any], function: str, **arguments: Any) -> Any:
    """Call a function that does not answer with task_ledger.append_result."""
    named = ", ".join(f"{name} => %({name})s" for name in arguments)
    return connection.execute(f"SELECT task_ledger.{function}({named})", arguments).fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue]


def count(connection: Connection[Any], table: str) -> int:
    """How many rows a table has."""
    row = connection.execute(f"SELECT count(*) FROM task_ledger.{table}").fetchone()  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert row is not None
    return row[0]


def refused(connection: Connection[Any], said: str, function: str, **arguments: Any) -> None:
    """The call is refused with TL004 and a text."""
    with pytest.raises(psycopg.Error, match=said) as error:
        run(connection, function, **arguments)
    assert error.value.sqlstate == "TL004", error.value


def test_no_function_takes_a_call_without_a_task(owner: Connection[Any]) -> None:
    nobody: dict[str, Any] = {"p_task_id": None}
    with pytest.raises(InvalidEvent, match="task_id"), ledger_errors():
        register(owner, p_task_id=None)
    task = task_in(owner, State.STARTED)
    for event_type in ("progress", "failed"):
        with pytest.raises(InvalidEvent, match="task_id"), ledger_errors():
            append(owner, task, event_type, p_task_id=None)
    with pytest.raises(InvalidEvent, match="task_id"), ledger_errors():
        note(owner, task, p_task_id=None)
    with pytest.raises(InvalidEvent, match="names the attempt"), ledger_errors():
        append(owner, task_in(owner, State.REGISTERED), "started", p_claim=uuid4(), p_attempt=None)
    refused(owner, "task_id", "request_cancel", **nobody, **CANCEL)
    refused(owner, "task_id", "dispatch_again", **nobody, p_attempt=1)
    refused(
        owner, "task_id", "send_on_failure", **nobody, p_on_upstream=False, p_body=b"x",
        p_message=json.dumps(MESSAGE),
    )  # fmt: skip
    refused(owner, "attempt", "dispatch_again", p_task_id=task.id, p_attempt=None)


def test_a_schema_version_is_one_that_data_can_have(owner: Connection[Any]) -> None:
    task = task_in(owner, State.STARTED)
    heads = feed_heads(owner)
    for version in (None, 0, -1, 40_000):
        cancel = CANCEL | {"p_task_id": task.id, "p_schema_version": version}
        writes = (
            partial(append, owner, task, "progress", p_schema_version=version),
            partial(append, owner, task, "failed", p_schema_version=version),
            partial(register, owner, p_schema_version=version),
            partial(note, owner, task, p_schema_version=version),
            partial(call, owner, "request_cancel", **cancel),
        )
        for write in writes:
            with pytest.raises(InvalidEvent, match="schema_version"), ledger_errors():
                write()
    assert feed_heads(owner) == heads


BAD_LEASES: list[tuple[dict[str, Any], str]] = [
    ({"p_boot": None}, "a lease needs boot"),
    ({"p_worker": None}, "a lease needs"),
    ({"p_host": None}, "a lease needs"),
    ({"p_pid": None}, "a lease needs"),
    ({"p_live": None}, "a lease needs"),
    ({"p_queues": None}, "a lease needs"),
    ({"p_seconds": None}, "0 to 3600 seconds"),
    ({"p_seconds": -0.1}, "0 to 3600 seconds"),
    ({"p_seconds": 3600.1}, "0 to 3600 seconds"),
    ({"p_seconds": float("nan")}, "0 to 3600 seconds"),
    ({"p_seconds": float("inf")}, "0 to 3600 seconds"),
]


def test_a_lease_is_complete_and_no_longer_than_an_hour(owner: Connection[Any]) -> None:
    for changed, said in BAD_LEASES:
        refused(owner, said, "renew_lease", **(LEASE | changed))
    assert count(owner, "worker_lease") == 0


def test_a_lease_may_be_over_at_once_or_last_an_hour(owner: Connection[Any]) -> None:
    for seconds in (0, 3600):
        assert run(owner, "renew_lease", **(LEASE | {"p_seconds": seconds}))[0] is not None
    assert run(owner, "end_lease", p_boot=LEASE["p_boot"]) is not None
    assert run(owner, "renew_lease", **LEASE) == (None,), "it was ended"
    refused(owner, "boot", "end_lease", p_boot=None)


def test_append_many_takes_an_array_of_objects(owner: Connection[Any]) -> None:
    for events in (None, "{}", "7", "null"):
        refused(owner, "JSON array", "append_many", p_events=events)
    for events in ("[7]", "[[1]]", "[null]"):
        with pytest.raises(InvalidEvent), ledger_errors():
            run(owner, "append_many", p_events=events)


def test_only_months_are_opened_and_those_of_ten_years_at_most(owner: Connection[Any]) -> None:
    for bucket in (None, 1, 202600, 202613, -202601):
        refused(owner, "bucket", "open_bucket", p_bucket=bucket)
    for months in (None, -1, 121):
        refused(owner, "120 months", "open_buckets", p_months=months)


BAD_MESSAGES: list[tuple[str | None, str]] = [
    (None, "this is missing"),
    ("null", "this is null"),
    ("[]", "this is array"),
    ("7", "this is number"),
    *(
        (json.dumps(MESSAGE | {name: value}), f"{name} is {kind}")
        for name, value, kind in (
            ("exchange", 7, "number"),
            ("exchange", None, "null"),
            ("routing_key", {"a": 1}, "object"),
            ("content_type", ["a"], "array"),
            ("content_encoding", True, "boolean"),
            ("headers", [], "array"),
            ("headers", "x", "string"),
            ("headers", None, "null"),
            ("properties", [], "array"),
            ("declare", {}, "object"),
            ("declare", "q", "string"),
        )
    ),
    *(
        (json.dumps({k: v for k, v in MESSAGE.items() if k != name}), f"{name} is missing")
        for name in MESSAGE
    ),
]


def test_what_is_no_message_is_refused_and_nothing_is_stored(owner: Connection[Any]) -> None:
    for message, said in BAD_MESSAGES:
        refused(owner, said, "send", p_due_at=None, p_message=message, p_body=b"x")
        with pytest.raises(InvalidEvent, match=said), ledger_errors():
            call(owner, "enqueue", **_enqueue(p_message=message))
    assert [count(owner, table) for table in ("message", "outbox", "task_event")] == [0, 0, 0]


def test_a_message_needs_a_body_and_a_due_time_of_the_calendar(owner: Connection[Any]) -> None:
    sent: dict[str, Any] = {"p_due_at": None, "p_message": json.dumps(MESSAGE), "p_body": b"x"}
    refused(owner, "body", "send", **(sent | {"p_body": None}))
    for time in ("infinity", "-infinity", "12000-01-01", "1999-12-31"):
        refused(owner, "2000 to 8999", "send", **(sent | {"p_due_at": time}))
    assert count(owner, "message") == 0
    run(owner, "send", **sent)
    assert count(owner, "outbox") == 1


def test_a_message_is_stored_as_it_was_written(owner: Connection[Any]) -> None:
    headers = '{"b": 1.0,   "a":"é\\n", "b": [ ]}'
    text = json.dumps(MESSAGE)[:-1] + f', "headers": {headers}' + "}"
    text = text.replace('"headers": {}, ', "").replace('"exchange": ""', '"exchange": "a\\"b é"')
    run(owner, "send", p_due_at=None, p_message=text, p_body=b"\x00\xff")
    row = owner.execute("SELECT exchange, headers::text, body FROM task_ledger.message").fetchone()
    assert row == ('a"b é', headers, b"\x00\xff")


def _enqueue(**changed: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "p_task_id": new_task_id(), "p_project_id": "p", "p_actor": "a", "p_occurred_at": NOW,
        "p_data": DATA["registered"], "p_schema_version": 1, "p_max_attempts": None,
        "p_due_at": None, "p_message": json.dumps(MESSAGE), "p_body": b"x",
    }  # fmt: skip
    return arguments | changed


def test_an_event_that_is_nested_too_deeply_for_the_server_is_refused(
    owner: Connection[Any],
) -> None:
    task = task_in(owner, State.STARTED)
    deep = '{"detail":' + "[" * 30_000 + "]" * 30_000 + "}"
    with pytest.raises(InvalidEvent), ledger_errors():
        append(owner, task, "progress", p_data=deep)
    assert count(owner, "task_event") == 2
