"""Asks a child process about one page of a PDF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from takeoff.limits import RenderLimits
from takeoff.sandbox import Bounds, Child, ChildFailed


def ask_about_page(
    module: str,
    source: Path,
    number: int,
    size_px: tuple[int, int],
    limits: RenderLimits | None,
    **settings: float,
) -> dict[str, Any]:
    """Ask the child ``module`` about page ``number`` (from 1) of the PDF ``source``.

    Blocks; the child runs within ``limits``, by default :class:`RenderLimits`.

    Args:
        size_px: width and height of the page's image, as :func:`takeoff.render.render_pages`
            makes it; places in the answer are in its pixels.
        settings: further settings passed to the child.

    Raises:
        ChildFailed: the child gave no answer, or reports that the page cannot be read.
    """
    limits = limits or RenderLimits()
    request = {
        "source": os.fspath(source.absolute()),
        "number": number,
        "width_px": size_px[0],
        "height_px": size_px[1],
        **settings,
    }
    with Child(module, Bounds(limits.memory_bytes, limits.cpu_seconds)) as child:
        answer = child.ask(request, limits.page_timeout_seconds)
    if "failed" in answer:
        raise ChildFailed(answer["failed"])
    return answer
