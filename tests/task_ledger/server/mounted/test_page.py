"""The page in a host application, in a real browser: the host signs people in and out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.services.web.conftest import FLAGS, chromium
from tests.task_ledger.server.ledger import Ledger
from tests.task_ledger.server.mounted.test_in_a_host import served
from tests.task_ledger.server.processes import Projector, Server

__all__ = ["chromium", "served"]


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


def test_it_shows_the_hosts_user_and_no_way_to_sign_out(
    served: Server, browser: Browser, ledger: Ledger, projector: Projector
) -> None:
    task = ledger.finished(project="shop", name="Invoice 4711")
    projector.caught_up()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{served.url}/ledger/")
    expect(page.get_by_text("Sign in to the application")).to_be_visible()
    context.add_cookies([{"name": "shop_session", "value": "anna-key", "url": served.url}])
    page.goto(f"{served.url}/ledger/projects/shop")
    page.locator(f'[data-task="{task.id}"]').get_by_role("link").click()
    expect(page).to_have_url(f"{served.url}/ledger/tasks/{task.id}")
    expect(page.get_by_role("heading", name="Invoice 4711")).to_be_visible()
    expect(page.get_by_text("anna · operator")).to_be_visible()
    expect(page.get_by_text("Sign out")).to_have_count(0)
    context.close()
