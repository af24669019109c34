"""Clear and private text of an event's data: split, joined again, and read after an erasure."""

import json

import pytest
from hypothesis import given

from task_ledger.errors import FoldError
from task_ledger.model.digest import first_misfit
from task_ledger.model.events import (
    Completed,
    EventData,
    Failed,
    Progress,
    Registered,
    Started,
    TaskEvent,
    make_data,
    read_data,
)
from task_ledger.model.fold import fold_all
from task_ledger.model.texts import merged
from task_ledger.model.transitions import EventType
from tests.task_ledger.legal_logs import QUICK, logs

MARK = f'"2 {"0" * 64}"'
ERROR = {"type": "ValueError", "message": "no Anna", "traceback_sha256": "0" * 64}


@QUICK
@given(logs())
def test_a_log_folds_the_same_whatever_its_encoding(events: list[TaskEvent]) -> None:
    assert first_misfit(events) is None
    whole = [event._replace(data_text=event.text, private_text=None, salt=None) for event in events]
    assert fold_all(None, events) == fold_all(None, whole)


@pytest.mark.parametrize(
    ("data", "clear"),
    [
        (make_data(Registered, task_type="t", name="Anna"), {"task_type": "t", "waits_for": []}),
        (make_data(Progress, percent=1, step="Anna", detail="Anna"), {"percent": 1.0}),
        (make_data(Completed, result={"a": "Anna"}), {}),
        (
            make_data(Failed, reason="error", message="Anna", error=ERROR),
            {"reason": "error", "error": {"type": "ValueError"}},
        ),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_what_is_private_is_in_no_clear_text(data: EventData, clear: dict[str, object]) -> None:
    text, private = data.texts()
    assert json.loads(text) == clear
    assert private is not None
    assert "Anna" in private
    assert read_data(data.type, 1, merged(data.type, text, private)) == data
    left = read_data(data.type, 1, merged(data.type, text, MARK))
    assert "Anna" not in left.to_json()


def test_an_event_without_private_data_has_one_text() -> None:
    started = make_data(Started, worker="w", host="h", pid=1)
    assert started.texts() == (started.to_json(), None)
    assert Completed().texts() == ("{}", None)


def test_required_fields_say_that_they_were_erased() -> None:
    assert json.loads(merged(EventType.REGISTERED, '{"task_type":"t"}', MARK))["name"] == "[erased]"
    failed = merged(EventType.FAILED, '{"reason":"error","error":{"type":"E"}}', MARK)
    assert json.loads(failed)["error"] == {"message": "[erased]", "type": "E"}
    assert merged(EventType.COMPLETED, "{}", MARK) == "{}"


@pytest.mark.parametrize(("clear", "private"), [("[]", '{"a":1}'), ('{"a":1}', "x"), ("", "{}")])
@pytest.mark.parametrize("event_type", [EventType.PROGRESS, EventType.FAILED])
def test_a_text_that_is_no_object_is_unreadable(
    event_type: EventType, clear: str, private: str
) -> None:
    with pytest.raises(FoldError):
        merged(event_type, clear, private)


@pytest.mark.parametrize(
    ("clear", "private", "both"),
    [("{}", "{}", {}), ("{ }", '{"a":1}', {"a": 1}), (' {"b":2} ', "{}\n", {"b": 2})],
)
def test_empty_texts_and_spaces_are_joined_to_valid_json(
    clear: str, private: str, both: dict[str, int]
) -> None:
    assert json.loads(merged(EventType.PROGRESS, clear, private)) == both
