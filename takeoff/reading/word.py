"""A word on a page image."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word with its place on the page image.

    ``left``, ``top``, ``right`` and ``bottom`` are in pixels of the page image, from its top left
    corner. ``turn`` is the word's rotation from upright in degrees counter-clockwise, 0 up to 360:
    90 reads upwards. ``size_px`` is the height of its font in pixels.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turn: float
    size_px: float
