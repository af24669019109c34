"""Types shared by the sources of page images."""

from dataclasses import dataclass


class Unrenderable(Exception):
    """The page cannot be rendered; the message says why and what to do."""


@dataclass(frozen=True)
class PageSize:
    """The physical size of a page image: dots per inch and sides in inches, None if unknown."""

    dpi: float | None
    width_in: float | None
    height_in: float | None
    clamped: bool


def fitting_factor(width_px: float, height_px: float, max_pixels: int) -> float:
    """Return the factor that reduces an image to ``max_pixels``; 1 if it is small enough."""
    pixels = width_px * height_px
    return 1.0 if pixels <= max_pixels else (max_pixels / pixels) ** 0.5
