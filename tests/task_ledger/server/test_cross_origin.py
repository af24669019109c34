"""Pages of another origin may ask the API where the setting names their origin, and only there."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app

PAGE = "https://app.example"
OTHER = "https://other.example:8443"
PATH = "/api/v1/session"


@pytest.fixture
def allowing(settings: Settings) -> Settings:
    return settings.model_copy(update={"cors_origins": f"{PAGE}, {OTHER}"})


def test_a_named_origin_may_ask_with_a_token_and_read_the_answer(
    allowing: Settings, token: Callable[..., dict[str, str]]
) -> None:
    with TestClient(create_app(allowing, plugins=())) as client:
        for origin in (PAGE, OTHER):
            asked = {
                "Origin": origin,
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization,if-none-match",
            }
            preflight = client.options(PATH, headers=asked)
            assert preflight.status_code == 200
            assert preflight.headers["access-control-allow-origin"] == origin
            answer = client.get(PATH, headers={"Origin": origin, **token(origin[8:12])})
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == origin
            assert "ETag" in answer.headers["access-control-expose-headers"]
            assert "access-control-allow-credentials" not in answer.headers
        refused = client.get(PATH, headers={"Origin": PAGE})
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize("origin", ["https://evil.example", "http://app.example", "null"])
def test_no_other_origin_may(allowing: Settings, origin: str) -> None:
    with TestClient(create_app(allowing, plugins=())) as client:
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        assert client.options(PATH, headers=asked).status_code == 400
        assert "access-control-allow-origin" not in client.get(PATH, headers=asked).headers


def test_without_the_setting_none_may(settings: Settings) -> None:
    with TestClient(create_app(settings, plugins=())) as client:
        assert (
            "access-control-allow-origin" not in client.get(PATH, headers={"Origin": PAGE}).headers
        )


@pytest.mark.parametrize("origins", ["*", "app.example", "https://app.example/", "https://a b"])
def test_what_is_no_origin_is_refused(origins: str) -> None:
    with pytest.raises(ValidationError, match="must be origins"):
        Settings(cors_origins=origins)
