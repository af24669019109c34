"""Finds lines rotated by a right angle that the engine misses, on the image rotated back.

The engine finds long rotated lines by itself and misses short ones, such as dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from rapidocr.main import RapidOCRError
from rapidocr.utils.process_img import get_rotate_crop_image

from takeoff.ocr.recognising.found import Found, GreyImage
from takeoff.ocr.recognising.placing import Quad, sides

# Lines are found on an image reduced by this factor, in a third of the time, and read at full size.
_REDUCED = 0.65


def turned_lines(engine: Any, grey: GreyImage) -> Iterator[tuple[Quad, Any]]:
    """Yield the lines of an image that read upwards or downwards: the corners on that image, and
    the line in colour, upright if it reads upwards.
    """
    back = np.ascontiguousarray(np.rot90(grey, -1))
    reduced = cv2.resize(back, None, fx=_REDUCED, fy=_REDUCED, interpolation=cv2.INTER_AREA)
    try:
        _, boxes = engine.detect_and_crop(cv2.cvtColor(reduced, cv2.COLOR_GRAY2BGR), {})
    except RapidOCRError:
        # The engine's result when there is no text.
        return
    colour = cv2.cvtColor(back, cv2.COLOR_GRAY2BGR)
    for found in boxes.boxes:
        quad = np.asarray(found / _REDUCED, dtype=np.float32)
        across, down = sides(quad)
        # A square box is one letter, which reads at any rotation.
        if down < across:
            yield _as_it_stands(quad, len(grey)), get_rotate_crop_image(colour, quad)


def with_turned(found: Sequence[Found], line: Sequence[Found]) -> list[Found]:
    """Return ``found`` with the words of a rotated line added if they are better.

    Rotated letters that were read one by one, as if upright, are replaced by the line; a column of
    upright words is not: of readings in the same place, the one with more letters wins.
    """
    left, top = min(each.left for each in line), min(each.top for each in line)
    right, bottom = max(each.right for each in line), max(each.bottom for each in line)
    there = [
        each
        for each in found
        if left <= (each.left + each.right) / 2 <= right
        and top <= (each.top + each.bottom) / 2 <= bottom
    ]
    if sum(len(each.text) for each in line) <= sum(len(each.text) for each in there):
        return list(found)
    return [*(each for each in found if each not in there), *line]


def _as_it_stands(quad: Quad, height: int) -> Quad:
    """Map a quad from the rotated-back image to the original image."""
    corners = [(y, height - x) for x, y in quad.tolist()]
    return np.asarray([corners[1], corners[2], corners[3], corners[0]], dtype=np.float32)
