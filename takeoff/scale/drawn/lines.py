"""Straight lines of a page out of PDFium's path objects."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from takeoff.scale.drawn.placement import Affine, page_to_image

Segment = tuple[float, float, float, float]
_Point = tuple[float, float]

# Forms hold forms; deeper than this nothing is drawn by any program that makes drawings.
_MAX_DEPTH = 12


class TooManyLines(Exception):
    """The page has more straight lines than allowed."""


def lines_of(
    page: pypdfium2.PdfPage, width_px: int, height_px: int, shortest_px: float, max_lines: int
) -> list[Segment]:
    """Return the straight lines of ``page`` in pixels of its image, as it is shown.

    Strokes and edges of fills alike, of at least ``shortest_px``; clipping is not looked at.

    Raises:
        TooManyLines: there are more than ``max_lines``.
    """
    lines: list[Segment] = []
    raw: Any = page.raw
    counted = pdfium.FPDFPage_CountObjects(raw)
    to_image = page_to_image(page, width_px, height_px)
    for path, matrix in _paths(counted, lambda at: pdfium.FPDFPage_GetObject(raw, at), to_image, 0):
        for x0, y0, x1, y1 in _straight_parts(path, matrix):
            if math.hypot(x1 - x0, y1 - y0) < shortest_px:
                continue
            if len(lines) == max_lines:
                raise TooManyLines(f"it has more than {max_lines:,} lines")
            lines.append((round(x0, 3), round(y0, 3), round(x1, 3), round(y1, 3)))
    return lines


def _paths(
    count: int, item_at: Callable[[int], Any], outer: Affine, depth: int
) -> Iterator[tuple[Any, Affine]]:
    """Yield the path objects, also those inside forms, each with its matrix to the image."""
    for index in range(count):
        item = item_at(index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield item, outer.after(_matrix(item))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = outer.after(_matrix(item))
            held = pdfium.FPDFFormObj_CountObjects(item)
            yield from _paths(held, _held_by(item), inner, depth + 1)


def _held_by(form: Any) -> Callable[[int], Any]:
    return lambda at: pdfium.FPDFFormObj_GetObject(form, at)


def _matrix(item: Any) -> Affine:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix))
    return Affine(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _straight_parts(path: Any, matrix: Affine) -> Iterator[Segment]:
    x, y = ctypes.c_float(), ctypes.c_float()
    here: _Point | None = None
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        there = matrix.place(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        # Where a path is closed, PDFium has put a line back to its beginning.
        if kind == pdfium.FPDF_SEGMENT_LINETO and here is not None:
            yield (*here, *there)
        here = there
