"""Extracts the paths of a page from PDFium's path objects."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from takeoff.scale.drawn.path_objects import path_objects
from takeoff.scale.drawn.placement import Affine

_Point = tuple[float, float]
_Stored = tuple[list[float], bool, bool, bool, tuple[int, int, int] | None]

# Lines per Bézier curve: a circle of four curves gets 128 sides, and 0.04 % too little area.
_CURVE_STEPS = 32
_SAME_PX = 0.02


class TooManyPoints(Exception):
    """The page exceeds the limit of points."""


def paths_of(
    page: pypdfium2.PdfPage, width_px: int, height_px: int, max_points: int
) -> list[_Stored]:
    """Return every unbroken path as points (x, y, x, y …), closed, stroked, dashed, fill.

    Raises:
        TooManyPoints: there are more than ``max_points``.
    """
    found: list[_Stored] = []
    counted = 0
    for path, matrix in path_objects(page, width_px, height_px):
        stroked, filled = _drawn(path)
        if not stroked and not filled:
            continue
        dashed = pdfium.FPDFPageObj_GetDashCount(path) > 0
        fill = _fill(path) if filled else None
        for points, closed in _unbroken(path, matrix):
            counted += len(points)
            if counted > max_points:
                raise TooManyPoints(f"it has more than {max_points:,} points")
            flat = [round(part, 3) for point in points for part in point]
            found.append((flat, closed or (filled and len(points) > 2), stroked, dashed, fill))
    return found


def _drawn(path: Any) -> tuple[bool, bool]:
    fill_mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill_mode), ctypes.byref(stroke))
    return bool(stroke.value), fill_mode.value != pdfium.FPDF_FILLMODE_NONE


def _fill(path: Any) -> tuple[int, int, int]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(
        path, *(ctypes.byref(part) for part in (red, green, blue, alpha))
    )
    return red.value, green.value, blue.value


def _unbroken(path: Any, matrix: Affine) -> Iterator[tuple[list[_Point], bool]]:
    points: list[_Point] = []
    closed = False
    controls: list[_Point] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        there = matrix.place(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _finished(points, closed)
            points, closed = [there], False
        elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            controls.append(there)
            if len(controls) == 3:
                points += _curve(points[-1] if points else controls[0], *controls)
                controls = []
        else:
            points.append(there)
        closed = closed or bool(pdfium.FPDFPathSegment_GetClose(segment))
    yield from _finished(points, closed)


def _finished(points: list[_Point], closed: bool) -> Iterator[tuple[list[_Point], bool]]:
    kept = [point for at, point in enumerate(points) if at == 0 or not _same(point, points[at - 1])]
    if len(kept) > 2 and _same(kept[0], kept[-1]):
        kept.pop()
        closed = True
    if len(kept) > 1:
        yield kept, closed and len(kept) > 2


def _same(one: _Point, other: _Point) -> bool:
    return abs(one[0] - other[0]) < _SAME_PX and abs(one[1] - other[1]) < _SAME_PX


def _curve(start: _Point, first: _Point, second: _Point, end: _Point) -> list[_Point]:
    points: list[_Point] = []
    for step in range(1, _CURVE_STEPS + 1):
        t = step / _CURVE_STEPS
        u = 1 - t
        weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
        along = zip(weights, (start, first, second, end), strict=True)
        places = [(weight * px, weight * py) for weight, (px, py) in along]
        points.append((sum(px for px, _ in places), sum(py for _, py in places)))
    return points
