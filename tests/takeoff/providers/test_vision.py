"""Providers that see images, against a real server that plays them."""

import io
import subprocess
import sys
import traceback
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from PIL import Image

from takeoff.providers import (
    Provider,
    ProviderAnswerUnusable,
    ProviderError,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderSettings,
    ProviderUnavailable,
    Sheet,
    Subject,
    availability,
    choose,
)
from takeoff.terms import ConcreteRelevance, GeometryType, MeasurementType, Unit
from tests.takeoff.providers.conftest import KEY
from tests.takeoff.providers.provider_server import ECHO, Asked, Mood, ProviderServer

SLAB = Subject("Slab on grade", MeasurementType.AREA, Unit.SF)


def element(points: list[tuple[float, float]], shape: str = "polygon", **other: Any) -> Any:
    return {
        "shape": shape, "points": [{"x": x, "y": y} for x, y in points], "label": "SOG",
        "confidence": 0.8, "evidence": "outline", **other,
    }  # fmt: skip


def found(*elements: Any) -> dict[str, Any]:
    return {"elements": list(elements), "withheld": []}


def picture_size(asked: Asked) -> tuple[int, int]:
    content = asked.body["messages"][0]["content"]
    (image,) = [part for part in content if part["type"] != "text"]
    data = image.get("source", {}).get("data") or image["image_url"]["url"].split(",")[1]
    return Image.open(io.BytesIO(b64decode(data))).size


def test_the_longest_edge_is_reduced_and_coordinates_are_scaled_back(
    provider: Provider, server: ProviderServer, sheet: Sheet
) -> None:
    def answer(asked: Asked) -> Any:
        wide, high = picture_size(asked)
        return found(element([(0, 0), (wide / 2, 0), (wide / 2, high / 2), (0, high / 2)]))

    server.answers["FoundElements"] = answer
    detection = provider.find(sheet, SLAB)
    edge = {"openai": 2048, "anthropic": 1568}[provider.name]
    assert max(picture_size(server.asked[0])) == edge
    (slab,) = detection.elements
    assert slab.shape.area_px == pytest.approx(2700 * 1800, rel=1e-9)
    assert slab.shape.kind is GeometryType.POLYGON
    assert detection.answered.model in ("seer-o-1", "seer-a-1")
    assert detection.answered.input_tokens in (700, 900)


def test_each_provider_is_asked_with_its_own_key_and_model(
    provider: Provider, server: ProviderServer, sheet: Sheet
) -> None:
    server.answers["FoundElements"] = found()
    provider.find(sheet, SLAB)
    (asked,) = server.asked
    assert asked.key == KEY
    assert asked.body["model"] == provider.model


def test_what_is_no_shape_or_off_the_page_is_withheld_with_its_reason(
    provider: Provider, server: ProviderServer, sheet: Sheet
) -> None:
    server.answers["FoundElements"] = found(
        element([(10, 10), (50, 50), (50, 10), (10, 50)], label="bow tie"),
        element([(-50, 10), (50, 10), (50, 50)], label="off"),
        element([(10, 10), (60, 10), (60, 40)], label="good"),
    )
    detection = provider.find(sheet, SLAB)
    assert [each.label for each in detection.elements] == ["good"]
    assert {each.label: each.reason for each in detection.withheld} == {
        "bow tie": "The outline of a polygon crosses itself or its holes (self-intersection).",
        "off": "It lies outside of the page.",
    }


def test_a_survey_names_its_conditions_and_joins_those_of_one_name(
    provider: Provider, server: ProviderServer, sheet: Sheet
) -> None:
    kind = {"measurement_type": "volume", "depth_in": 5.0}
    square = element([(10, 10), (60, 10), (60, 60), (10, 60)])
    server.answers["FoundTypes"] = {
        "types": [
            {"name": " Slab  on grade ", **kind, "elements": [square]},
            {"name": "Slab on grade", **kind, "elements": [square]},
            {
                "name": "Deep", "measurement_type": "volume", "depth_in": None,
                "elements": [square],
            },
        ],
        "withheld": [{"label": None, "reason": "too faint"}],
    }  # fmt: skip
    survey = provider.survey(sheet)
    assert [(each.subject.name, len(each.elements)) for each in survey.types] == [
        ("Slab on grade", 2)
    ]
    assert survey.types[0].subject.unit is Unit.CY
    assert {each.reason for each in survey.withheld} == {"too faint", "a volume without a depth"}


def test_a_sheet_is_classified_by_its_image(
    provider: Provider, server: ProviderServer, sheet: Sheet
) -> None:
    server.answers["SeenSheet"] = {
        "discipline": "structural", "page_type": "foundation plan", "concrete_relevance": "high",
        "confidence": 0.9, "evidence": ["FOUNDATION PLAN"],
    }  # fmt: skip
    seen = provider.classify(sheet.image)
    assert (seen.discipline, seen.page_type) == ("structural", "foundation plan")
    assert seen.concrete_relevance is ConcreteRelevance.HIGH
    assert seen.answered.provider == provider.name


def failure(provider: Provider, sheet: Sheet) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        provider.find(sheet, SLAB)
    return raised.value


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after-ms": "1500", "Retry-After": "2"}, 1.5),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "nan"}, None),
        ({}, None),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(
    provider: Provider,
    server: ProviderServer,
    sheet: Sheet,
    headers: dict[str, str],
    wait_s: float | None,
) -> None:
    server.moods.append(Mood(429, headers, '{"error": {"message": "slow down"}}'))
    error = failure(provider, sheet)
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after_s == wait_s
    assert len(server.asked) == 1, "the SDK retried by itself"


def test_a_rate_limit_may_name_a_time(
    provider: Provider, server: ProviderServer, sheet: Sheet
) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.moods.append(Mood(429, {"Retry-After": when}, "{}"))
    error = failure(provider, sheet)
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after_s is not None
    assert 20 < error.retry_after_s <= 30


CUT_OFF: dict[str, Any] = {
    "choices": [{"message": {"content": "{"}, "finish_reason": "length"}],
    "content": [], "stop_reason": "max_tokens",
}  # fmt: skip


@pytest.mark.parametrize(
    ("mood", "kind"),
    [
        (Mood(500, body="oh"), ProviderUnavailable),
        (Mood(503, body="{}"), ProviderUnavailable),
        (Mood(529, body='{"error": {"message": "overloaded"}}'), ProviderUnavailable),
        (Mood(silent=True), ProviderUnavailable),
        (Mood(body='{"choices": [], "content": []}', cut=True), ProviderUnavailable),
        (Mood(body='{"choices": [{"mess'), ProviderAnswerUnusable),
        (Mood(body='"words"'), ProviderAnswerUnusable),
        (Mood(body="{}"), ProviderAnswerUnusable),
        (Mood(body='{"choices": [], "content": []}'), ProviderAnswerUnusable),
        (Mood(400, body='{"error": {"message": "bad image"}}'), ProviderRefused),
        (Mood(401, body="{}"), ProviderRefused),
        (Mood(403, body="{}"), ProviderRefused),
        (Mood(404, body="{}"), ProviderRefused),
        (Mood(307, {"Location": "http://127.0.0.1:9/v1"}, ""), ProviderRefused),
    ],
)
def test_each_fault_says_whether_asking_again_can_help(
    provider: Provider,
    server: ProviderServer,
    sheet: Sheet,
    mood: Mood,
    kind: type[ProviderError],
) -> None:
    server.moods.append(mood)
    error = failure(provider, sheet)
    assert type(error) is kind, error
    assert provider.name in str(error)
    assert len(server.asked) == 1, "the SDK retried or followed by itself"


@pytest.mark.parametrize(
    "answer",
    [
        {"elements": [element([(0, 0), (1, 0), (1, 1)], confidence=7)], "withheld": []},
        {"elements": [element([(0, 0), (1, 0), (1, 1)], shape="blob")], "withheld": []},
        {"elements": "many"},
        {},
    ],
)
def test_an_answer_of_another_form_is_refused(
    provider: Provider, server: ProviderServer, sheet: Sheet, answer: Any
) -> None:
    server.answers["FoundElements"] = answer
    assert isinstance(failure(provider, sheet), ProviderAnswerUnusable)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_a_closed_port_is_a_provider_that_is_away(sheet: Sheet, name: str) -> None:
    settings = ProviderSettings.model_validate(
        {f"{name}_api_key": KEY, f"{name}_model": "m", f"{name}_base_url": "http://127.0.0.1:9"}
    )
    error = failure(choose(name, settings), sheet)
    assert isinstance(error, ProviderUnavailable)
    assert "cannot be reached" in error.message


@pytest.mark.parametrize("status", [200, 400, 401, 429, 503])
def test_a_key_that_the_server_echoes_is_in_no_error_and_no_traceback(
    provider: Provider, server: ProviderServer, sheet: Sheet, status: int
) -> None:
    told = f'{{"error": {{"message": "Incorrect key {ECHO}"}}, "{ECHO}": "{ECHO}"}}'
    server.moods.append(Mood(status, body=told))
    error = failure(provider, sheet)
    assert server.asked[0].key == KEY
    assert KEY not in "".join(traceback.format_exception(error))
    assert KEY not in repr(error)


def test_keys_come_from_our_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    known = {each.name: each for each in availability(ProviderSettings())}
    assert known["openai"].missing == ("TASK_LEDGER_OPENAI_API_KEY", "TASK_LEDGER_OPENAI_MODEL")
    with pytest.raises(ProviderNotConfigured, match="TASK_LEDGER_ANTHROPIC_API_KEY"):
        choose("anthropic", ProviderSettings())
    monkeypatch.setenv("TASK_LEDGER_OPENAI_API_KEY", KEY)
    monkeypatch.setenv("TASK_LEDGER_OPENAI_MODEL", "m")
    settings = ProviderSettings()
    assert {each.name for each in availability(settings) if each.configured} == {"local", "openai"}
    assert KEY not in repr(settings) + str(availability(settings))


@pytest.mark.parametrize("address", ["ftp://h", "h", "http://me:secret@h/v1"])
def test_an_address_that_is_none_or_holds_a_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("TASK_LEDGER_OPENAI_BASE_URL", address)
    with pytest.raises(ValueError, match="openai_base_url") as raised:
        ProviderSettings()
    assert "secret" not in str(raised.value)


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(ProviderNotConfigured, match="local, openai, anthropic"):
        choose("oracle", ProviderSettings())


def test_no_sdk_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys, services.api.plugin; services.api.plugin.routers(); "
        "print({'openai', 'anthropic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
