"""Answers with the words of one image, or of parts of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from takeoff.ocr.recognising.found import Found, GreyImage
from takeoff.sandbox import serve

_DPI, _TOO_FINE = 200.0, 240.0
# So many pixels that differ from the paper are more than dust.
_INK_PX, _INK_CONTRAST = 30, 60


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
    if _is_blank(part):
        return _words([])
    inner = (left > 0, top > 0, right < width, bottom < height)
    return _words([each.moved(left, top) for each in rapid.read(part, opened.threads, inner)])


def _open(request: dict[str, Any]) -> dict[str, Any]:
    # OpenMP reads it when Tesseract is loaded, which is later.
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
    _opened[:] = [_Opened(np.asarray(grey), request["threads"])]
    return {"width": grey.width, "height": grey.height}


def _is_blank(part: GreyImage) -> bool:
    paper = int(np.median(part))
    inked = np.abs(part.astype(np.int16) - paper) > _INK_CONTRAST
    return int(np.count_nonzero(inked)) < _INK_PX


def _words(found: list[Found]) -> dict[str, Any]:
    return {"words": [each.as_list() for each in found]}


if __name__ == "__main__":
    serve(_answer)
