"""Maps words of an upright line back to the image that the line was cropped from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from takeoff.ocr.recognising.found import Found, font_size
from takeoff.ocr.recognising.line import Share

Quad = NDArray[np.float32]
"""The corners of a line on the image: left top, right top, right bottom, left bottom."""

_UPRIGHT_DEGREES = 2.0


def sides(quad: Quad) -> tuple[float, float]:
    """Return the width and height of a quad, in pixels; never 0."""
    across = max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))
    down = max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))
    return max(across, 1e-6), max(down, 1e-6)


def placed(text: str, box: Share, quad: Quad, turn: int, score: float, *, cut: bool) -> Found:
    """Map a word, whose ``box`` is in shares of its upright line, to the image."""
    across, down = sides(quad)
    height = (box[3] - box[1]) * (down if turn == 0 else across)
    slant = -math.degrees(math.atan2(quad[1][1] - quad[0][1], quad[1][0] - quad[0][0]))
    if abs(slant) <= _UPRIGHT_DEGREES:
        slant = 0.0
    return Found(
        text,
        *on_image(box, quad, turn),
        turn=(turn + slant) % 360,
        size_px=font_size(height),
        confidence=score,
        cut=cut,
    )


def on_image(box: Share, quad: Quad, turn: int) -> Share:
    """Return the box in pixels around ``box``, which is in shares of the upright line."""
    corners = [_point(x, y, quad, turn) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _point(x: float, y: float, quad: Quad, turn: int) -> tuple[float, float]:
    along, under = {0: (x, y), 90: (y, 1 - x), 270: (1 - y, x)}[turn]
    left_top, right_top, _, left_bottom = quad.tolist()
    return (
        left_top[0] + along * (right_top[0] - left_top[0]) + under * (left_bottom[0] - left_top[0]),
        left_top[1] + along * (right_top[1] - left_top[1]) + under * (left_bottom[1] - left_top[1]),
    )
