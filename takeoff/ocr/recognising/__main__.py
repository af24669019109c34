"""Answers with the words of one image, or of parts of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image

from takeoff.ocr.recognising.found import Found, GreyImage
from takeoff.sandbox import serve

_DPI, _TOO_FINE = 200.0, 240.0
_INK_CONTRAST = 60
# Size of a connected component that may be a letter, in pixels at 200 dpi: minimum and maximum of
# the longer side, minimum of the shorter. Larger ones are read on the reduced sheet.
_LEAST_PX, _MOST_PX, _NARROW_PX = 6, 100, 2
_MARGIN_PX = 2


@dataclass
class _Opened:
    grey: GreyImage
    threads: int


_opened: list[_Opened] = []


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    if "image" in request:
        return _open(request)
    opened = _opened[0]
    if request["read"] == "whole":
        from takeoff.ocr.recognising import tesseract

        return _words(tesseract.read(opened.grey))
    from takeoff.ocr.recognising import rapid

    height, width = opened.grey.shape
    if request["read"] == "large":
        return _words(rapid.read_large(opened.grey, opened.threads))
    left, top, right, bottom = request["region"]
    part = opened.grey[top:bottom, left:right]
    if not has_letters(part):
        return _words([])
    inner = (left > 0, top > 0, right < width, bottom < height)
    return _words([each.moved(left, top) for each in rapid.read(part, opened.threads, inner)])


def _open(request: dict[str, Any]) -> dict[str, Any]:
    # OpenMP reads this when Tesseract is loaded, which happens later.
    os.environ["OMP_THREAD_LIMIT"] = str(request["threads"])
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(request["image"], formats=["PNG"]) as image:
            grey, dpi = image.convert("L"), request["dpi"]
    except (OSError, ValueError, SyntaxError) as error:
        return {"failed": str(error)}
    if dpi is not None and dpi > _TOO_FINE:
        factor = _DPI / dpi
        size = max(1, round(grey.width * factor)), max(1, round(grey.height * factor))
        grey = grey.resize(size, Image.Resampling.BOX)
    pixels = np.asarray(grey)
    if request["known"]:
        pixels = painted_over(pixels, request["known"])
    _opened[:] = [_Opened(pixels, request["threads"])]
    return {"width": grey.width, "height": grey.height}


def has_letters(part: GreyImage) -> bool:
    """Tell whether a part of an image has a connected component as large as a letter.

    Drawn lines are longer and dust is smaller.
    """
    paper = int(np.median(part))
    inked = np.abs(part.astype(np.int16) - paper) > _INK_CONTRAST
    _, _, found, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    across, down = found[1:, cv2.CC_STAT_WIDTH], found[1:, cv2.CC_STAT_HEIGHT]
    longer, shorter = np.maximum(across, down), np.minimum(across, down)
    return bool(np.any((longer >= _LEAST_PX) & (longer <= _MOST_PX) & (shorter >= _NARROW_PX)))


def painted_over(grey: GreyImage, known: dict[str, Any]) -> GreyImage:
    """Return the image with the known words painted over in the colour of the paper.

    ``known`` has the words' boxes and the size of the image they refer to.
    """
    height, width = grey.shape
    across, down = width / known["size"][0], height / known["size"][1]
    paper = int(np.median(grey))
    painted = grey.copy()
    for left, top, right, bottom in known["boxes"]:
        first = max(0, int(left * across) - _MARGIN_PX), max(0, int(top * down) - _MARGIN_PX)
        last = int(right * across) + _MARGIN_PX + 1, int(bottom * down) + _MARGIN_PX + 1
        painted[first[1] : max(0, last[1]), first[0] : max(0, last[0])] = paper
    return painted


def _words(found: list[Found]) -> dict[str, Any]:
    return {"words": [each.as_list() for each in found]}


if __name__ == "__main__":
    serve(_answer)
