"""A word that an engine found, in pixels of the image that it was given."""

from __future__ import annotations

import unicodedata
from dataclasses import astuple, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

GreyImage = NDArray[np.uint8]
Inner = tuple[bool, bool, bool, bool]
"""Whether the image goes on beyond the left, top, right and bottom edge of a part of it."""

# Of the height of the letters that have no descender, in that of their font.
_CAPITAL = 0.72
_AT_EDGE_PX = 3.0


@dataclass(frozen=True)
class Found:
    """A word: its box, its turn in degrees counter-clockwise, how sure (0 to 1), whether cut."""

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
        """Return it so many pixels further right and down."""
        return replace(
            self,
            left=self.left + across,
            top=self.top + down,
            right=self.right + across,
            bottom=self.bottom + down,
        )

    def as_list(self) -> list[Any]:
        """Return it as it is answered."""
        return list(astuple(self))


def font_size(height: float) -> float:
    """Return the size of the font whose capitals are ``height`` pixels high."""
    return height / _CAPITAL


def readable(text: str) -> str:
    """Return ``text`` in the letters of drawings.

    Full-width forms become plain ones. Ideographs are what the model takes symbols of a drawing
    for; they are left out.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(each for each in plain if unicodedata.category(each) not in ("Lo", "Co", "Cc"))


def touches(box: tuple[float, float, float, float], part: GreyImage, inner: Inner) -> bool:
    """Tell whether ``box`` touches an edge of ``part`` beyond which the image goes on."""
    height, width = part.shape
    near = (
        box[0] <= _AT_EDGE_PX,
        box[1] <= _AT_EDGE_PX,
        box[2] >= width - _AT_EDGE_PX,
        box[3] >= height - _AT_EDGE_PX,
    )
    return any(at and more for at, more in zip(near, inner, strict=True))
