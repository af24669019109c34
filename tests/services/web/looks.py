"""What every view is held to, and pictures of it to be looked at."""

import os
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

from tests.services.web.site import REPOSITORY

PICTURES: Final = Path(
    os.environ.get("TASK_LEDGER_SCREENSHOTS") or REPOSITORY / "services/web/screenshots"
)
"""Where pictures go; git does not know it."""

_AXE: Final = REPOSITORY / "services/web/node_modules/axe-core/axe.min.js"
_SERIOUS: Final = """
async taps => {
  const found = await axe.run(document, {
    resultTypes: ['violations'],
    rules: {'target-size': {enabled: taps}},
  });
  return found.violations
    .filter(v => v.impact === 'serious' || v.impact === 'critical')
    .map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]);
}
"""
# Cut off at the right, other than by an ellipsis or on the drawing itself.
_TOO_WIDE: Final = """
() => [...document.querySelectorAll('body *')]
  .filter(each => !each.closest('[data-viewer],.truncate,.sr-only,[data-scrolls-sideways]'))
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 200))
"""
_DRAWN: Final = """
() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))
"""
_SIZES: Final = {1280: 800, 390: 844}
WIDER: Final = {1920: 1080, **_SIZES}
"""Also as on a large screen."""

_THEMES: Final = ("light", "dark")


def look(page: Page, name: str, sizes: dict[int, int] = _SIZES) -> None:
    """Photograph the view in both themes, wide and as on a phone, and see that axe finds nothing
    serious on it and that nothing is cut off.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    for width, height in sizes.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(_DRAWN)
        for theme in _THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png")
            # On a phone, what is tapped must be large enough or far enough from the rest.
            found: Any = page.evaluate(_SERIOUS, width < 640)
            assert found == [], (name, theme, width, found)
        cut: Any = page.evaluate(_TOO_WIDE)
        assert cut == [], (name, width, cut)
