"""The view can be used by everybody: axe finds nothing serious, and nothing leaves the screen."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.services.web.looks import PICTURES, look
from tests.services.web.site import Site


def _images(page: Page) -> None:
    page.wait_for_function(
        "() => [...document.images].filter(i => i.loading !== 'lazy')"
        ".concat([...document.querySelectorAll('[data-page] img')].slice(0, 1))"
        ".every(i => i.complete && i.naturalWidth)"
    )


def test_the_drawings_are_readable_by_everybody(
    site: Site, page: Page, measured: list[dict[str, Any]]
) -> None:
    page.goto(site.drawings(pick=measured[0]["id"]))
    for each in measured:
        expect(page.locator(f"[data-page='{each['id']}']")).to_be_visible()
    expect(page.locator("[data-condition]").first).to_be_visible()
    _images(page)
    look(page, "drawings")


def test_an_opened_page_is_readable_by_everybody(
    site: Site, page: Page, measured: list[dict[str, Any]]
) -> None:
    page.goto(site.drawings(page=measured[1]["id"], on="measured") + "&on=title&on=scale")
    expect(page.locator("[data-layer=measured]").first).to_be_attached()
    _images(page)
    look(page, "drawing")
    page.get_by_role("heading", name="Start a task").scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "drawing-panel-dark-390.png")
