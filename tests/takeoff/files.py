"""Makes the files that the takeoff tests upload: real ones, and real ones broken on purpose."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

ARCH_B = (18 * 72.0, 12 * 72.0)


def pdf_bytes(pages: int = 1, size: tuple[float, float] = ARCH_B) -> bytes:
    """A drawing with a frame, a black square at the top left and a line of text on each page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    width, height = size
    for number in range(1, pages + 1):
        canvas.rect(18, 18, width - 36, height - 36)
        canvas.rect(0, height - 72, 72, 72, stroke=0, fill=1)
        canvas.drawString(width / 2, height / 2, f"SHEET {number}")
        for step in range(200):
            canvas.line(step * width / 200, 40, width / 2, height / 3)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def edited(source: bytes, edit: Callable[[pikepdf.Pdf], None], **save: object) -> bytes:
    """The PDF ``source`` after ``edit``."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(source)) as pdf:
        edit(pdf)
        pdf.save(buffer, **save)  # pyright: ignore[reportArgumentType]
    return buffer.getvalue()


def unchanged(_: pikepdf.Pdf) -> None:
    """An edit that only saves the file anew."""


def with_content(data: bytes, filters: str | list[str]) -> bytes:
    """A page whose content stream is ``data``, declared to be packed with ``filters``."""
    names = [filters] if isinstance(filters, str) else filters
    declared = pikepdf.Array([pikepdf.Name(name) for name in names])

    def edit(pdf: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(pdf, b"")
        stream.write(data, filter=declared)
        pdf.pages[0].Contents = pdf.make_indirect(stream)

    return edited(
        pdf_bytes(),
        edit,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )


def inflating_to(size: int) -> bytes:
    """Deflated drawing operators that inflate to at least ``size`` bytes."""
    packer = zlib.compressobj(9)
    piece = b"0 0 m 9 9 l S\n" * 70_000
    pieces = [packer.compress(piece) for _ in range(size // len(piece) + 1)]
    return b"".join([*pieces, packer.flush()])


def grey_image(size: tuple[int, int] = (800, 600), mark: int = 0) -> Image.Image:
    """A white image with a black corner at the top left and a line."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 60, 60), fill=mark)
    draw.line((0, size[1], size[0], 0), fill=0, width=3)
    return image


def image_bytes(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file of ``kind`` (PNG, JPEG, TIFF)."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)  # pyright: ignore[reportArgumentType]
    return buffer.getvalue()


def written(folder: Path, content: bytes, name: str = "upload") -> Path:
    """``content`` as a file in ``folder``."""
    path = folder / name
    path.write_bytes(content)
    return path
