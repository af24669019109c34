"""The events' models: strict when read, forgiving when made, and upcast when old."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from pydantic import Field

from task_ledger.errors import FoldError, InvalidEvent, TooLarge
from task_ledger.model import events
from task_ledger.model.events import (
    MAX_DATA_BYTES,
    MODELS,
    Completed,
    Noted,
    Progress,
    Registered,
    Started,
    make_data,
    read_data,
)
from task_ledger.model.transitions import EventType


def test_every_type_has_one_model_that_names_it() -> None:
    assert set(MODELS) == set(EventType)
    for event_type, model in MODELS.items():
        assert model.type is event_type
        assert model.schema_version >= 1


def test_every_old_version_of_every_type_has_an_upcaster() -> None:
    wanted = {(t, v) for t, model in MODELS.items() for v in range(1, model.schema_version)}
    assert set(events.UPCASTERS) == wanted


def test_what_is_stored_is_read_back() -> None:
    data = make_data(Progress, percent=12.5, step="OCR", current=3, total=9)
    assert read_data(EventType.PROGRESS, 1, data.to_json()) == data


def test_values_that_are_absent_are_left_out_of_what_is_stored() -> None:
    assert json.loads(Progress(percent=1, step="s").to_json()) == {"percent": 1.0, "step": "s"}


@pytest.mark.parametrize(
    "text",
    ["{}", '{"percent":101,"step":"s"}', '{"percent":-1,"step":"s"}', '{"percent":1,"step":""}',
     '{"percent":1,"step":"s","more":1}', '{"percent":"NaN","step":"s"}', "[]", "{"],
)  # fmt: skip
def test_stored_data_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(FoldError, match="progress") as refused:
        read_data(EventType.PROGRESS, 1, text)
    assert refused.value.__cause__ is not None


def test_data_of_a_newer_program_is_refused_by_name() -> None:
    with pytest.raises(FoldError, match="newer program"):
        read_data(EventType.PROGRESS, 2, '{"percent":1,"step":"s"}')


def test_data_of_a_version_that_never_was_is_refused() -> None:
    with pytest.raises(FoldError, match="versions start at 1"):
        read_data(EventType.PROGRESS, 0, '{"percent":1,"step":"s"}')


class _Moved(Progress):
    """Progress as a third version could have it: a share instead of a percentage."""

    type: ClassVar[EventType] = EventType.PROGRESS
    schema_version: ClassVar[int] = 3

    share: float = Field(ge=0, le=1)


def test_old_data_is_upcast_step_by_step_to_todays_form(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def to_second(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(1)
        return data | {"step": data.pop("phase")}

    def to_third(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(2)
        return data | {"share": data["percent"] / 100}

    monkeypatch.setattr(events, "MODELS", {**MODELS, EventType.PROGRESS: _Moved})
    monkeypatch.setattr(
        events,
        "UPCASTERS",
        {(EventType.PROGRESS, 1): to_second, (EventType.PROGRESS, 2): to_third},
    )
    old = read_data(EventType.PROGRESS, 1, '{"percent":50,"phase":"OCR"}')
    assert (old, seen) == (_Moved(percent=50, step="OCR", share=0.5), [1, 2])
    newer = read_data(EventType.PROGRESS, 2, '{"percent":50,"step":"OCR"}')
    assert (newer, seen) == (old, [1, 2, 2])
    todays = read_data(EventType.PROGRESS, 3, '{"percent":50,"step":"OCR","share":0.5}')
    assert (todays, seen) == (old, [1, 2, 2])


def test_text_that_cannot_be_stored_is_made_storable() -> None:
    data = make_data(Progress, percent=1, step="a\0b", detail="x\ud800y")
    assert (data.step, data.detail) == (
        "a\N{REPLACEMENT CHARACTER}b",
        "x\N{REPLACEMENT CHARACTER}y",
    )
    deep = make_data(Completed, result={"k\0": ["\udfff", {"n": 1.5}]})
    assert deep.result == {"k\ufffd": ["\ufffd", {"n": 1.5}]}


def test_long_text_is_cut_with_a_mark_that_says_how_much() -> None:
    data = make_data(Progress, percent=1, step="s" * 1000, detail="d" * 5000)
    assert len(data.step) == 300
    assert data.step.endswith("(700 more characters)")
    assert data.detail is not None
    assert len(data.detail) == 2000
    assert data.detail.endswith("(3000 more characters)")


def test_what_an_author_passed_wrongly_is_named() -> None:
    with pytest.raises(InvalidEvent, match="percent"):
        make_data(Progress, percent=float("nan"), step="s")
    with pytest.raises(InvalidEvent, match="kind"):
        make_data(Noted, kind="gossip")
    with pytest.raises(InvalidEvent, match="pid"):
        make_data(Started, worker="w", host="h", pid="many")


def test_an_error_does_not_repeat_the_value_that_was_passed() -> None:
    with pytest.raises(InvalidEvent) as refused:
        make_data(Registered, task_type="t", name="n", queue=["secret"])
    assert "secret" not in str(refused.value)


def test_data_over_64_kib_is_too_large_and_the_limit_is_named() -> None:
    most = MAX_DATA_BYTES - len('{"result":""}')
    assert len(Completed(result="é" * (most // 2)).to_json().encode()) <= MAX_DATA_BYTES
    with pytest.raises(TooLarge, match=str(MAX_DATA_BYTES)):
        Completed(result="é" * (most // 2 + 1)).to_json()


def test_a_result_of_nan_is_not_valid_json_and_so_is_refused() -> None:
    stored = Completed(result=float("nan")).to_json()
    json.loads(stored, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59.999999", "9999-12-31T23:59:59Z", "1999-12-31T00:00:00Z",
     "9000-01-02T00:00:00Z", "2030-01-01T00:00:00"],
)  # fmt: skip
def test_a_task_expires_at_a_time_with_an_offset_in_the_years_2000_to_8999(time: str) -> None:
    with pytest.raises(InvalidEvent, match="expires_at"):
        make_data(Registered, task_type="t", name="n", expires_at=datetime.fromisoformat(time))
    assert make_data(
        Registered, task_type="t", name="n", expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**300])
def test_progress_counts_in_64_bits(number: int) -> None:
    for name in ("current", "total"):
        with pytest.raises(InvalidEvent, match=name):
            make_data(Progress, percent=1, step="s", **{name: number})
    most = make_data(Progress, percent=1, step="s", current=2**63 - 1, total=-(2**63))
    assert most.current == 2**63 - 1


@pytest.mark.parametrize("levels", [220, 254, 5_000, 200_000])
def test_what_is_nested_too_deeply_to_be_read_again_is_refused(levels: int) -> None:
    deep: Any = 1
    for _ in range(levels):
        deep = [deep]
    with pytest.raises(InvalidEvent, match="registered"):
        make_data(Registered, task_type="t", name="n", metadata={"deep": deep})
    fits = make_data(Registered, task_type="t", name="n", metadata={"deep": [[[1]]]})
    assert fits.metadata == {"deep": [[[1]]]}
