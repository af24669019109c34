"""What the sources of page images have in common."""

from dataclasses import dataclass


class Unrenderable(Exception):
    """The page cannot be rendered; the message says why and what to do."""


@dataclass(frozen=True)
class PageSize:
    """How large a page image is in reality: dots and sides in inches, or None when unknown."""

    dpi: float | None
    width_in: float | None
    height_in: float | None
    clamped: bool


def fitting_factor(width_px: float, height_px: float, max_pixels: int) -> float:
    """Return by what an image must be scaled to have at most ``max_pixels``; 1 if it has."""
    pixels = width_px * height_px
    return 1.0 if pixels <= max_pixels else (max_pixels / pixels) ** 0.5
