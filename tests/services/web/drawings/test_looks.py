"""The view can be used by everybody: axe finds nothing serious, and nothing leaves the screen."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services.web.drawings.conftest import WAIT_MS, Site

_AXE = Path(__file__).parents[4] / "services/web/node_modules/axe-core/axe.min.js"
# Cut off at the right, other than by an ellipsis or on the drawing itself.
_TOO_WIDE = """
() => [...document.querySelectorAll('main *')]
  .filter(each => !each.closest('[data-viewer],.truncate,.sr-only'))
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 200))
"""
Theme = Literal["light", "dark"]


def _seen(page: Page, into: Path) -> None:
    page.wait_for_function(
        "() => [...document.images].filter(i => i.loading !== 'lazy')"
        ".concat([...document.querySelectorAll('[data-page] img')].slice(0, 1))"
        ".every(i => i.complete && i.naturalWidth)"
    )
    page.screenshot(path=into)
    found: Any = page.evaluate(
        f"async () => {{ {_AXE.read_text(encoding='utf-8')}; return (await axe.run()).violations"
        ".filter(each => ['serious', 'critical'].includes(each.impact))"
        ".map(each => [each.id, each.nodes.map(node => node.html)]) }"
    )
    assert found == []
    assert page.evaluate(_TOO_WIDE) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(
    site: Site,
    browser: Browser,
    pages: list[dict[str, Any]],
    screenshots: Path,
    theme: Theme,
    width: int,
) -> None:
    site.system.api.put(f"/api/v1/pages/{pages[1]['id']}/scale", json={"scale_value": 37.5})
    if not site.system.get(f"/pages/{pages[1]['id']}/measurements")["measurements"]:
        for task in ("detect-scale", "classify", "autonomous-takeoff"):
            site.system.succeeded(site.system.ask(f"/pages/{pages[1]['id']}/{task}"))
    context = browser.new_context(
        viewport={"width": width, "height": 800 if width > 400 else 844}, color_scheme=theme
    )
    context.set_default_timeout(WAIT_MS)
    try:
        page = context.new_page()
        page.goto(site.sign_in())
        page.goto(site.drawings(pick=pages[0]["id"]))
        expect(page.locator("[data-page]")).to_have_count(2)
        expect(page.locator("[data-condition]").first).to_be_visible()
        _seen(page, screenshots / f"drawings-{theme}-{width}.png")
        page.goto(site.drawings(page=pages[1]["id"], on="measured") + "&on=title&on=scale")
        expect(page.locator("[data-layer=measured]").first).to_be_attached()
        _seen(page, screenshots / f"drawing-{theme}-{width}.png")
        if width < 400:
            page.get_by_role("heading", name="Start a task").scroll_into_view_if_needed()
            page.screenshot(path=screenshots / f"drawing-panel-{theme}-{width}.png")
    finally:
        context.close()
