"""Tokens on the page: for admins, with each secret shown once."""

import re
from collections.abc import Callable

import httpx2
from playwright.sync_api import Page, expect

from task_ledger import access
from tests.services.web.looks import look
from tests.services.web.site import Site


def session(site: Site, secret: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {secret}"}
    with site.server.client(headers) as client:
        return client.get("/api/v1/session")


def test_an_admin_creates_a_token_by_keyboard_and_sees_its_secret_once(
    site: Site, page: Page
) -> None:
    page.goto(f"{site.url}/tokens")
    page.get_by_role("button", name="New token").press("Enter")
    views = page.get_by_role("navigation", name="Views")
    expect(views.get_by_role("link", name="Tokens")).to_have_attribute("aria-current", "page")
    page.keyboard.type("ci of the page")
    page.keyboard.press("Tab")
    page.keyboard.type("op")
    page.keyboard.press("Tab")
    page.keyboard.type("tower-a, tower-b")
    look(page, "token-new")
    page.keyboard.press("Enter")
    shown = page.locator("[data-secret]")
    expect(shown).to_be_visible()
    secret = shown.inner_text()
    told = session(site, secret).json()
    assert (told["name"], told["role"]) == ("ci of the page", "operator")
    assert told["projects"] == ["tower-a", "tower-b"]
    page.get_by_role("button", name="Hide").click()
    page.reload()
    row = page.locator("[data-token='ci of the page']")
    expect(row).to_contain_text("tower-a, tower-b")
    expect(row).to_contain_text("by tester")
    expect(row).to_contain_text(re.compile(r"\d+ s ago"))
    assert secret not in page.content()


def test_a_secret_is_replaced_and_a_token_revoked(site: Site, page: Page) -> None:
    first = access.create(site.owner, "rotated", "viewer")
    access.create(site.owner, "a-token-with-a-name-as-long-as-names-can-be-" + "x" * 50, "auditor")
    page.goto(f"{site.url}/tokens")
    row = page.locator("[data-token=rotated]")
    row.get_by_role("button", name="New secret: rotated").click()
    page.get_by_role("dialog").get_by_role("button", name="New secret").click()
    shown = page.locator("[data-secret]")
    expect(shown).to_be_visible()
    second = shown.inner_text()
    assert session(site, first).status_code == 401
    assert session(site, second).status_code == 200
    look(page, "tokens")
    row.get_by_role("button", name="Revoke: rotated").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This cannot be undone")
    dialog.get_by_role("button", name="Keep it").click()
    assert session(site, second).status_code == 200
    row.get_by_role("button", name="Revoke: rotated").click()
    dialog.get_by_role("button", name="Revoke").click()
    expect(row).to_have_count(0)
    assert session(site, second).status_code == 401
    page.get_by_label("Show revoked and expired").check()
    expect(row).to_contain_text("revoked by tester")
    expect(row.get_by_role("button")).to_have_count(0)


def test_what_the_server_refuses_is_said_in_the_dialog(site: Site, page: Page) -> None:
    access.create(site.owner, "taken", "viewer")
    page.goto(f"{site.url}/tokens")
    page.get_by_role("button", name="New token").click()
    page.get_by_role("textbox", name="Name").fill("Taken")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("already existed")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Taken")


def test_who_is_no_admin_of_all_projects_sees_no_tokens(
    site: Site, viewer: Page, open_page: Callable[..., Page]
) -> None:
    viewer.goto(f"{site.url}/")
    expect(viewer.get_by_role("link", name="Tasks")).to_be_visible()
    expect(viewer.get_by_role("link", name="Tokens")).to_have_count(0)
    viewer.goto(f"{site.url}/tokens")
    expect(viewer.get_by_text("administered by admins")).to_be_visible()


def test_an_end_is_in_the_chosen_zone_and_a_change_of_zone_keeps_the_secret(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(timezone_id="America/New_York")
    page.goto(f"{site.url}/tokens")
    page.get_by_role("button", name="New token").click()
    page.get_by_role("textbox", name="Name").fill("of some weeks")
    page.get_by_label("Valid until").fill("2099-01-15")
    page.get_by_role("button", name="Create token").click()
    shown = page.locator("[data-secret]")
    expect(shown).to_be_visible()
    secret = shown.inner_text()
    row = page.locator("[data-token='of some weeks']")
    expect(row).to_contain_text(re.compile("until 2099-01-15 UTC.5"))
    page.get_by_role("button", name="Change zone").click()
    expect(row).to_contain_text("until 2099-01-16 UTC")
    expect(shown).to_have_text(secret)
