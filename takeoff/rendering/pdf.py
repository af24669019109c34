"""Renders the pages of a PDF with PDFium."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from takeoff.pdf_pages import user_unit
from takeoff.rendering.source import PageSize, Unrenderable, fitting_factor

_WHITE = (255, 255, 255, 255)
_FLAGS = pdfium.FPDF_ANNOT | pdfium.FPDF_GRAYSCALE


class PdfSource:
    """An open PDF."""

    def __init__(self, path: Path) -> None:
        try:
            with pikepdf.open(path, suppress_warnings=True) as pdf:
                self._units = [user_unit(page) for page in pdf.pages]
            self._document = pypdfium2.PdfDocument(path)
            # Form fields are drawn only if this is called before the first page is opened.
            self._document.init_forms()
        except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
            raise Unrenderable(f"the PDF cannot be opened ({error}). Upload it again.") from error
        self.page_count = len(self._units)

    def render(self, index: int, dpi: float, max_pixels: int) -> tuple[Image.Image, PageSize]:
        """Render the page ``index`` (from 0) at ``dpi``, reduced to at most ``max_pixels``."""
        try:
            page = self._document[index]
        except pypdfium2.PdfiumError as error:
            raise Unrenderable(f"the page cannot be opened ({error}).") from error
        try:
            width_in, height_in = (side * self._units[index] / 72 for side in page.get_size())
            factor = fitting_factor(width_in * dpi, height_in * dpi, max_pixels)
            effective = dpi * factor
            width, height = _whole(width_in * effective), _whole(height_in * effective)
            bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
            bitmap.fill_rect(_WHITE, 0, 0, width, height)
            # Draw into exactly this many pixels: PdfPage.render rounds both sides up, which turns
            # 3300 into 3301 and stretches the sheet.
            place = (0, 0, width, height, 0, _FLAGS)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, *place)
            if self._document.formenv:
                pdfium.FPDF_FFLDraw(self._document.formenv, bitmap, page, *place)
            image = bitmap.to_pil()
        finally:
            page.close()
        return image, PageSize(effective, width_in, height_in, clamped=factor < 1)

    def characters(self, index: int) -> int:
        """Count the characters of the page's text layer, without spaces."""
        try:
            page = self._document[index]
        except pypdfium2.PdfiumError as error:
            raise Unrenderable(f"the page cannot be opened ({error}).") from error
        try:
            return sum(not each.isspace() for each in page.get_textpage().get_text_range())
        finally:
            page.close()


def _whole(pixels: float) -> int:
    return max(1, round(pixels))
