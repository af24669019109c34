"""What an application adds to the server by a plugin that its settings name."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from task_ledger.plugin import InvalidPlugin
from task_ledger.server.app import create_app
from tests.task_ledger.server.test_problems import problem

Token = Callable[..., dict[str, str]]
NAME = "tests.task_ledger.server.greeter:greeter"


def naming(settings: Settings, plugins: str) -> Settings:
    """The settings, with TASK_LEDGER_PLUGINS."""
    return settings.model_copy(update={"plugins": plugins})


def test_a_plugin_that_the_settings_name_has_its_routes_resources_errors_and_views(
    settings: Settings, token: Token
) -> None:
    app = create_app(naming(settings, NAME))
    with TestClient(app) as client:
        assert client.get("/api/v1/greetings/fine").status_code == 401
        client.headers.update(token("anna", "viewer"))
        assert client.get("/api/v1/greetings/fine").json() == "Hello, anna"
        problem(client.get("/api/v1/greetings/hoarse"), 503, "hoarse")
        problem(client.get("/api/v1/greetings/fine?nonsense=1"), 400, "unknown_parameter")
        assert client.get("/api/v1/session").json()["views"] == ["greetings"]
        described = client.get("/api/v1/openapi.json").json()["paths"]
        assert "/api/v1/greetings/{mood}" in described
        voice = app.state.resources.of("greeter")
        assert not voice.closed
    assert voice.closed


def test_without_a_plugin_none_of_it_is_there(client: TestClient) -> None:
    problem(client.get("/api/v1/greetings/fine"), 404, "not_found")


@pytest.mark.parametrize(
    "plugins", ["tests.task_ledger.server.greeter", "nowhere:greeter", f"{NAME},{NAME}"]
)
def test_a_plugin_that_cannot_be_used_keeps_the_server_from_starting(
    settings: Settings, plugins: str
) -> None:
    with pytest.raises(InvalidPlugin):
        create_app(naming(settings, plugins))
