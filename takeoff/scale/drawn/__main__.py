"""Answers with the straight lines and the measuring viewports of one page of a PDF."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from takeoff.sandbox import serve
from takeoff.scale.drawn.lines import TooManyLines, lines_of
from takeoff.scale.drawn.placement import Affine, page_to_image
from takeoff.scale.drawn.viewports import MeasuredArea, measured_areas


@cache
def _open(source: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(source)


def _viewport(area: MeasuredArea, to_image: Affine) -> dict[str, Any]:
    corners = [to_image.place(area.box[at], area.box[at + 1]) for at in (0, 2)]
    across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    pixels_per_unit = math.sqrt(abs(to_image.a * to_image.d - to_image.b * to_image.c))
    return {
        "box": [across[0], down[0], across[1], down[1]],
        "pixels_per_foot": pixels_per_unit / area.feet_per_unit,
        "text": area.text,
        "name": area.name,
    }


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    size = request["width_px"], request["height_px"]
    try:
        page = _open(request["source"])[request["number"] - 1]
        areas = measured_areas(Path(request["source"]), request["number"])
        lines = lines_of(page, *size, request["shortest_px"], request["max_lines"])
    except (pypdfium2.PdfiumError, pikepdf.PdfError, IndexError, TooManyLines) as error:
        return {"failed": str(error)}
    to_image = page_to_image(page, *size)
    return {"lines": lines, "viewports": [_viewport(area, to_image) for area in areas]}


if __name__ == "__main__":
    serve(_answer)
