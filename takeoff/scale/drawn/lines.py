"""Extracts the straight lines of a page from PDFium's path objects."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from takeoff.scale.drawn.path_objects import path_objects
from takeoff.scale.drawn.placement import Affine

Segment = tuple[float, float, float, float]
_Point = tuple[float, float]


class TooManyLines(Exception):
    """The page exceeds the limit of straight lines."""


def lines_of(
    page: pypdfium2.PdfPage, width_px: int, height_px: int, shortest_px: float, max_lines: int
) -> list[Segment]:
    """Return the straight lines of ``page`` in pixels of its image as shown.

    Includes strokes and edges of fills of at least ``shortest_px``; ignores clipping.

    Raises:
        TooManyLines: there are more than ``max_lines``.
    """
    lines: list[Segment] = []
    for path, matrix in path_objects(page, width_px, height_px):
        for x0, y0, x1, y1 in _straight_parts(path, matrix):
            if math.hypot(x1 - x0, y1 - y0) < shortest_px:
                continue
            if len(lines) == max_lines:
                raise TooManyLines(f"it has more than {max_lines:,} lines")
            lines.append((round(x0, 3), round(y0, 3), round(x1, 3), round(y1, 3)))
    return lines


def _straight_parts(path: Any, matrix: Affine) -> Iterator[Segment]:
    x, y = ctypes.c_float(), ctypes.c_float()
    here: _Point | None = None
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        there = matrix.place(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        # For a closed path, PDFium adds a line back to its start.
        if kind == pdfium.FPDF_SEGMENT_LINETO and here is not None:
            yield (*here, *there)
        here = there
