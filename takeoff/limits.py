"""Resource limits for uploaded drawings; each name ends in its unit."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True)
class IntakeLimits:
    """Limits for an uploaded file.

    ``max_bytes``: size of the file. ``max_pages``: pages of a PDF or frames of a TIFF.
    ``min_side_in``, ``max_side_in``: sides of a PDF page, in inches; the default upper bound is a
    roll plot of 100 feet. ``max_image_pixels``: pixels of one image file or frame; the default
    admits a 36 x 24 in sheet scanned at 600 dpi, and a 48 x 36 in one at 400. ``max_frame_bytes``:
    memory for making its page image. ``max_image_bytes``: one decoded image, also inside a PDF.
    ``max_held_bytes``: memory for decoding one image file or frame. ``max_stream_bytes``:
    decompressed size of one stream of a PDF; ``max_inflated_bytes``: of all its streams together.
    ``memory_bytes``, ``cpu_seconds``, ``timeout_seconds``: limits of the inspecting process.
    """

    max_bytes: int = 200 * _MIB
    max_pages: int = 500
    min_side_in: float = 0.5
    max_side_in: float = 1200.0
    max_image_pixels: int = 400_000_000
    max_frame_bytes: int = 1850 * _MIB
    max_image_bytes: int = 1024 * _MIB
    max_held_bytes: int = 1366 * _MIB
    max_stream_bytes: int = 256 * _MIB
    max_inflated_bytes: int = 4096 * _MIB
    memory_bytes: int = 1536 * _MIB
    cpu_seconds: int = 30
    timeout_seconds: float = 60.0


@dataclass(frozen=True)
class RenderLimits:
    """Limits for rendering.

    ``max_pixels``: pixels of one page image; a larger page is rendered at a lower resolution. The
    default is below the size at which Pillow warns, and holds a 48 x 36 in sheet at 200 dpi.
    ``memory_bytes``, ``cpu_seconds``: limits of the rendering process; the processor time is for
    the whole document. ``page_timeout_seconds``: time for one page.
    """

    max_pixels: int = 80_000_000
    memory_bytes: int = 2048 * _MIB
    cpu_seconds: int = 3600
    page_timeout_seconds: float = 120.0


@dataclass(frozen=True)
class OcrLimits:
    """Limits for OCR of a page's image.

    ``resident_bytes``: resident memory of the OCR process; together with the worker that started
    it, below 2 GB. ``memory_bytes``: its address space, much of which libraries reserve and never
    use. ``threads``: threads per engine. ``cpu_seconds``: processor time for the whole page.
    ``part_timeout_seconds``: time for one part of the image.
    """

    resident_bytes: int = 1400 * _MIB
    memory_bytes: int = 2816 * _MIB
    threads: int = 2
    cpu_seconds: int = 3600
    part_timeout_seconds: float = 120.0
