"""Maps a page's own coordinates to pixels of its image."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

# PDFium returns whole device units, so the corners are requested on a much finer device.
_FINER = 64
_FAR = 1000.0


@dataclass(frozen=True)
class Affine:
    """x' = a x + c y + e, y' = b x + d y + f: the six numbers of a PDF matrix."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the image of a point."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def after(self, first: Affine) -> Affine:
        """Return the matrix that applies ``first`` and then this one."""
        return Affine(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            *self.place(first.e, first.f),
        )


def page_to_image(page: pypdfium2.PdfPage, width_px: int, height_px: int) -> Affine:
    """Return the matrix from the page's coordinates, before /Rotate, to its image's pixels."""

    def at(x: float, y: float) -> tuple[float, float]:
        right, down = ctypes.c_int(), ctypes.c_int()
        device = (0, 0, width_px * _FINER, height_px * _FINER, 0)
        pdfium.FPDF_PageToDevice(page, *device, x, y, ctypes.byref(right), ctypes.byref(down))
        return right.value / _FINER, down.value / _FINER

    (e, f), (right_x, right_y), (up_x, up_y) = at(0, 0), at(_FAR, 0), at(0, _FAR)
    return Affine(
        (right_x - e) / _FAR,
        (right_y - f) / _FAR,
        (up_x - e) / _FAR,
        (up_y - f) / _FAR,
        e,
        f,
    )
