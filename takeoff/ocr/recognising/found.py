"""A word found by an OCR engine, in pixels of the image given to it."""

from __future__ import annotations

import unicodedata
from dataclasses import astuple, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

GreyImage = NDArray[np.uint8]
Inner = tuple[bool, bool, bool, bool]
"""Whether a part has more of the image beyond its left, top, right and bottom edge."""

# Height of letters without descender, as a share of the font size.
_CAPITAL = 0.72
_AT_EDGE_PX = 3.0


@dataclass(frozen=True)
class Found:
    """A word: box, rotation in degrees counter-clockwise, confidence (0 to 1), whether cut."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turn: float
    size_px: float
    confidence: float
    cut: bool = False

    def moved(self, across: float, down: float) -> Found:
        """Return the word moved right and down by this many pixels."""
        return replace(
            self,
            left=self.left + across,
            top=self.top + down,
            right=self.right + across,
            bottom=self.bottom + down,
        )

    def as_list(self) -> list[Any]:
        """Return the word as a JSON list."""
        return list(astuple(self))


def font_size(height: float) -> float:
    """Return the size of the font whose capitals are ``height`` pixels high."""
    return height / _CAPITAL


def readable(text: str) -> str:
    """Return ``text`` in the characters that drawings use.

    Full-width forms become plain ones. Ideographs, which the model reads from symbols of a drawing,
    are left out.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if unicodedata.category(each) not in ("Lo", "Co", "Cc"))


def touches(box: tuple[float, float, float, float], part: GreyImage, inner: Inner) -> bool:
    """Tell whether ``box`` touches an inner edge of ``part``, beyond which the image continues."""
    height, width = part.shape
    near = (
        box[0] <= _AT_EDGE_PX,
        box[1] <= _AT_EDGE_PX,
        box[2] >= width - _AT_EDGE_PX,
        box[3] >= height - _AT_EDGE_PX,
    )
    return any(at and more for at, more in zip(near, inner, strict=True))
