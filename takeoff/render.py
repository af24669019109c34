"""Renders the pages of a document to greyscale PNG images, one at a time.

Greyscale suffices for everything that reads a page image (OCR, line and symbol detection, vision
models), and takes a third of the memory and less than half the file size of RGB; colours remain in
the stored document. Rendering runs in a child process: see :mod:`takeoff.sandbox`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from takeoff.errors import TakeoffError
from takeoff.limits import RenderLimits
from takeoff.sandbox import Bounds, Child, ChildCrashed, ChildOutOfMemory, ChildTimedOut


class RenderFailed(TakeoffError):
    """A page could not be rendered."""

    code = "render_failed"


@dataclass(frozen=True)
class RenderedPage:
    """One page as an image.

    ``path`` is a greyscale PNG, deleted when the next page is requested; ``number`` counts from 1
    of ``page_count``. ``dpi`` is the actual resolution: lower than requested if ``clamped`` (the
    page would have had too many pixels), the file's own for an image. ``dpi``, ``width_in`` and
    ``height_in`` (inches) are None together if an image states no resolution; none is assumed.
    ``text_characters`` is the number of characters, without spaces, in the page's text layer.
    """

    number: int
    page_count: int
    path: Path
    width_px: int
    height_px: int
    dpi: float | None
    width_in: float | None
    height_in: float | None
    clamped: bool
    text_characters: int


def render_pages(
    source_path: Path, dpi: float = 150.0, limits: RenderLimits | None = None
) -> Iterator[RenderedPage]:
    """Yield every page of the PDF or image ``source_path`` in order.

    A page of a PDF is rendered at ``dpi`` as a viewer shows it: cropped, rotated by its /Rotate, in
    the units of its /UserUnit, with annotations and form fields. An image keeps its own pixels,
    rotated by its EXIF orientation and made square if its two resolutions differ; each frame of a
    TIFF is a page. Rendering is deterministic. The PNGs are in a temporary folder that is removed
    with the generator.

    Raises:
        RenderFailed: the file cannot be opened, or a page crashed the renderer, hung, or needed
            more memory than ``limits`` allow. Pages yielded before remain valid.
    """
    limits = limits or RenderLimits()
    with (
        tempfile.TemporaryDirectory(prefix="takeoff-render-") as folder,
        Child("takeoff.rendering", Bounds(limits.memory_bytes, limits.cpu_seconds)) as child,
    ):
        target = Path(folder) / "page.png"
        number, page_count = 1, 1
        while number <= page_count:
            request = _request(source_path, number, dpi, limits, target)
            answer = _ask(child, request, number, limits)
            page_count = answer["page_count"]
            yield RenderedPage(number=number, path=target, **answer)
            number += 1


@contextmanager
def rendered_page(
    source_path: Path, number: int, dpi: float = 150.0, limits: RenderLimits | None = None
) -> Iterator[RenderedPage]:
    """Render page ``number`` (from 1) alone, as :func:`render_pages` does; its PNG exists as long
    as the context.

    Raises:
        RenderFailed: as :func:`render_pages`, or there is no such page.
    """
    limits = limits or RenderLimits()
    with tempfile.TemporaryDirectory(prefix="takeoff-render-") as folder:
        target = Path(folder) / "page.png"
        request = _request(source_path, number, dpi, limits, target)
        # End the renderer, and free its memory, before the image is used.
        with Child("takeoff.rendering", Bounds(limits.memory_bytes, limits.cpu_seconds)) as child:
            answer = _ask(child, request, number, limits)
        yield RenderedPage(number=number, path=target, **answer)


def _request(
    source_path: Path, number: int, dpi: float, limits: RenderLimits, target: Path
) -> dict[str, object]:
    return {
        "source": os.fspath(source_path.absolute()),
        "number": number,
        "dpi": dpi,
        "max_pixels": limits.max_pixels,
        "target": os.fspath(target),
    }


def _ask(
    child: Child, request: dict[str, object], number: int, limits: RenderLimits
) -> dict[str, Any]:
    try:
        answer = child.ask(request, limits.page_timeout_seconds)
    except ChildOutOfMemory as error:
        raise RenderFailed(
            f"Page {number} needs more than {limits.memory_bytes:,} bytes of memory to render. "
            "Print it to a new PDF, or render at a lower resolution."
        ) from error
    except ChildTimedOut as error:
        raise RenderFailed(
            f"Page {number} takes too long to render ({error.reason}). Print it to a new PDF."
        ) from error
    except ChildCrashed as error:
        raise RenderFailed(
            f"Page {number} crashed the renderer ({error.reason}). Print it to a new PDF."
        ) from error
    if "failed" in answer:
        raise RenderFailed(f"Page {number} cannot be rendered: {answer['failed']}")
    return answer
