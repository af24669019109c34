"""Yields the path objects of a page, at any nesting depth."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from takeoff.scale.drawn.placement import Affine, page_to_image

# Forms may contain forms; no CAD program nests them deeper than this.
_MAX_DEPTH = 12


def path_objects(
    page: pypdfium2.PdfPage, width_px: int, height_px: int
) -> Iterator[tuple[Any, Affine]]:
    """Yield the page's path objects, including those in forms, in drawing order, each with its
    matrix to the image of ``width_px`` x ``height_px`` pixels.
    """
    raw: Any = page.raw
    counted = pdfium.FPDFPage_CountObjects(raw)
    to_image = page_to_image(page, width_px, height_px)
    return _paths(counted, lambda at: pdfium.FPDFPage_GetObject(raw, at), to_image, 0)


def _paths(
    count: int, item_at: Callable[[int], Any], outer: Affine, depth: int
) -> Iterator[tuple[Any, Affine]]:
    """Yield the path objects, including those in forms, each with its matrix to the image."""
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
