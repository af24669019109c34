"""The application in this process, with a provider on this machine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc.jwk import Key, RSAKey

from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app
from task_ledger.server.sign_in_settings import SignInSettings
from tests.task_ledger.server.sign_in.dishonest_provider import DishonestProvider, providing

Opened = Callable[..., TestClient]


@pytest.fixture(scope="module")
def running_provider() -> Iterator[DishonestProvider]:
    with providing() as running:
        yield running


@pytest.fixture(scope="module")
def honest_key() -> Key:
    return RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture
def provider(running_provider: DishonestProvider, honest_key: Key) -> DishonestProvider:
    """The provider, honest again."""
    fresh = DishonestProvider(port=running_provider.port, key=honest_key)
    fresh.published = [fresh.key]
    vars(running_provider).update(vars(fresh))
    return running_provider


@pytest.fixture
def open_app(settings: Settings, provider: DishonestProvider) -> Iterator[Opened]:
    """The application, with settings of sign-in that differ from these."""
    with ExitStack() as opened:

        def make(page_url: str = "http://testserver", **changed: Any) -> TestClient:
            chosen: dict[str, Any] = {
                "oidc_issuer": provider.issuer,
                "oidc_client_id": "ledger",
                "oidc_roles": "admins=admin,ops=operator",
                "oidc_leeway_s": 5,
            }
            app = create_app(
                settings.model_copy(update={"page_url": page_url}),
                plugins=(),
                sign_in_settings=SignInSettings(**(chosen | changed)),
            )
            return opened.enter_context(
                TestClient(app, raise_server_exceptions=False, follow_redirects=False)
            )

        yield make


@pytest.fixture
def browser(open_app: Opened) -> TestClient:
    """A browser that is not signed in."""
    return open_app()


def sign_in(browser: TestClient, provider: DishonestProvider, to: str = "/") -> Response:
    """Go to the provider, sign in there, and come back: the answer to coming back."""
    left = browser.get("/sign-in/provider", params={"to": to})
    assert left.status_code == 303, left.text
    return browser.get(f"/sign-in/callback?{provider.signed_in(left.headers['location'])}")
