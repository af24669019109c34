"""Writes one marked-up document."""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import Any

import pikepdf
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from takeoff.export.marking.legend import write_legend
from takeoff.export.marking.marks import draw_marks
from takeoff.sandbox import serve

# Resolution assumed for an image that states none.
_DPI = 150.0


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    # Source files stay open, because pages are read from them when the document is saved.
    with ExitStack() as opened:
        try:
            document = opened.enter_context(
                pikepdf.open(request["pdf"], suppress_warnings=True)
                if request["pdf"] is not None
                else pikepdf.new()
            )
            for page in request["pages"]:
                if request["pdf"] is None:
                    drawn = opened.enter_context(_on_image(page))
                    document.pages.extend(drawn.pages)
                elif page["marks"]:
                    _mark(document.pages[page["number"] - 1], page, opened)
        except (pikepdf.PdfError, OSError, IndexError) as error:
            return {"failed": f"the document cannot be read ({error}). Upload it again."}
        legend = opened.enter_context(
            pikepdf.open(write_legend(request["title"], request["pages"]))
        )
        document.pages.extend(legend.pages)
        document.save(request["target"])
    return {}


def _mark(under: pikepdf.Page, page: dict[str, Any], opened: ExitStack) -> None:
    """Lay the marks over a page, as a reader shows it: cropped, and turned by its /Rotate."""
    place = pikepdf.Rectangle(under.cropbox) & pikepdf.Rectangle(under.mediabox)
    turned = _rotate(under) % 180 != 0
    width = place.height if turned else place.width
    height = place.width if turned else place.height
    drawn = opened.enter_context(pikepdf.open(_canvas_of(width, height, page)))
    under.add_overlay(drawn.pages[0], place)


def _rotate(page: pikepdf.Page) -> int:
    """Return the page's /Rotate, which may be inherited from a parent node."""
    node: Any = page.obj
    while node is not None and "/Rotate" not in node:
        node = node.get("/Parent")
    return 0 if node is None else int(node["/Rotate"])


def _on_image(page: dict[str, Any]) -> pikepdf.Pdf:
    points = 72 / (page["dpi"] or _DPI)
    width, height = page["width_px"] * points, page["height_px"] * points
    return pikepdf.open(_canvas_of(width, height, page, page["image"]))


def _canvas_of(
    width: float, height: float, page: dict[str, Any], image: str | None = None
) -> io.BytesIO:
    """Return a page of this size in points with the marks on it, over the image if there is one."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=(width, height), pageCompression=1)
    if image is not None:
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
    across, down = width / page["width_px"], height / page["height_px"]
    draw_marks(canvas, page["marks"], across, down, (width, height))
    canvas.showPage()
    canvas.save()
    written.seek(0)
    return written


if __name__ == "__main__":
    serve(_answer)
