"""Selects the pages that need processing."""

from typing import Final

from takeoff.models import Page

_MADE: Final = (Page.ocr_text, Page.classification, Page.scale_detection)

LACKS: Final = _MADE[0].is_(None) | _MADE[1].is_(None) | _MADE[2].is_(None)
"""The condition that a page lacks its text, its class, or its scale detection."""


def lacks(page: Page) -> bool:
    """Tell whether the page fulfils `LACKS`."""
    return any(getattr(page, made.key) is None for made in _MADE)
