"""Settings of sign-in: what is refused, and who is not affected."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from task_ledger.access import Identity
from task_ledger.ops.settings import MissingSetting, Settings
from task_ledger.server.app import create_app
from task_ledger.server.sign_in_settings import SignInSettings

GOOD: dict[str, Any] = {
    "oidc_issuer": "https://login.example.org/realms/a",
    "oidc_client_id": "ledger",
    "oidc_roles": "ops=operator",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"oidc_issuer": "http://login.example.org"},
        {"oidc_issuer": "login.example.org"},
        {"oidc_issuer": "https://me:pw@login.example.org"},
        {"oidc_client_id": None},
        {"oidc_roles": None},
        {"oidc_roles": "ops=root"},
        {"oidc_roles": "ops"},
        {"oidc_roles": "=admin"},
        {"oidc_scopes": "email"},
        {"oidc_projects": "a=b"},
        {"oidc_projects": "a", "oidc_projects_claim": "groups"},
        {"oidc_session_hours": 0},
        {"oidc_leeway_s": 301},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SignInSettings(**(GOOD | changed))


def test_a_provider_needs_the_pages_public_address(settings: Settings) -> None:
    with pytest.raises(MissingSetting, match="TASK_LEDGER_PAGE_URL"):
        create_app(settings, plugins=(), sign_in_settings=SignInSettings(**GOOD))


def test_without_a_provider_its_routes_do_not_exist(anonymous: TestClient) -> None:
    assert anonymous.get("/sign-in/provider").status_code == 404
    assert anonymous.get("/sign-in/callback?code=x&state=y").status_code == 404
    page = anonymous.get("/sign-in")
    assert "provider" not in page.text
    assert 'action="/sign-in/token?to=%2F"' in page.text


def test_a_host_that_authenticates_is_not_affected_by_the_settings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(f"TASK_LEDGER_{name.upper()}", value)
    app = create_app(settings, plugins=(), authenticate=lambda _: Identity("anna", "viewer", None))
    with TestClient(app) as client:
        assert client.get("/api/v1/session").json()["name"] == "anna"
        for path in ("/sign-in", "/sign-in/provider", "/sign-in/callback"):
            assert client.get(path).status_code == 404
