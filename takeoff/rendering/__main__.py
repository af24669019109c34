"""Renders the requested pages of one file, one PNG per request."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from takeoff.inspection.kind import kind_of
from takeoff.refusals import FileRefused
from takeoff.rendering.image import ImageSource
from takeoff.rendering.pdf import PdfSource
from takeoff.rendering.source import Unrenderable
from takeoff.sandbox import serve
from takeoff.terms import ContentType


@cache
def _open(source: str) -> PdfSource | ImageSource:
    path = Path(source)
    return PdfSource(path) if kind_of(path) is ContentType.PDF else ImageSource(path)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        source = _open(request["source"])
        index = request["number"] - 1
        image, size = source.render(index, request["dpi"], request["max_pixels"])
        characters = source.characters(index)
    except (Unrenderable, FileRefused, OSError) as error:
        return {"failed": str(error)}
    # On drawings, level 3 is a third faster than level 6, and its files are a tenth larger.
    image.save(request["target"], "PNG", compress_level=3, dpi=size.dpi and (size.dpi, size.dpi))
    return {
        "page_count": source.page_count,
        "width_px": image.width,
        "height_px": image.height,
        "dpi": size.dpi,
        "width_in": size.width_in,
        "height_in": size.height_in,
        "clamped": size.clamped,
        "text_characters": characters,
    }


if __name__ == "__main__":
    serve(_answer)
