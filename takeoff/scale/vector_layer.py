"""Reads the lines and the measuring viewports of a PDF page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from takeoff.errors import TakeoffError
from takeoff.limits import RenderLimits
from takeoff.page_child import ask_about_page
from takeoff.phrases import Box
from takeoff.sandbox import ChildFailed

_MAX_LINES = 400_000
_SHORTEST_PX = 1.5


class VectorLayerUnreadable(TakeoffError):
    """The lines of a page could not be read."""

    code = "vector_layer_unreadable"


@dataclass(frozen=True)
class Line:
    """A straight line on the page image, from one end to the other, in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Viewport:
    """A part of a page for which the PDF states the scale (/VP with /Measure).

    ``box`` and ``pixels_per_foot`` refer to the page image; ``text`` is the scale as written in the
    PDF, ``name`` the viewport's name.
    """

    box: Box
    pixels_per_foot: float
    text: str
    name: str


@dataclass(frozen=True)
class VectorLayer:
    """The straight lines of one page, and its measuring viewports."""

    lines: tuple[Line, ...]
    viewports: tuple[Viewport, ...]


def read_vector_layer(
    source_path: Path,
    number: int,
    width_px: int,
    height_px: int,
    limits: RenderLimits | None = None,
) -> VectorLayer:
    """Read page ``number`` (from 1) of the PDF ``source_path``.

    Everything is in pixels of its image of ``width_px`` x ``height_px``, as
    :func:`takeoff.render.render_pages` makes it: cropped, turned by /Rotate, with the matrices of
    nested forms applied. Blocks; runs in a child process within ``limits``.

    Raises:
        VectorLayerUnreadable: there is no such page, or reading it crashed, took too long, needed
            too much memory, or found more than 400,000 lines.
    """
    try:
        answer = ask_about_page(
            "takeoff.scale.drawn",
            source_path,
            number,
            (width_px, height_px),
            limits,
            shortest_px=_SHORTEST_PX,
            max_lines=_MAX_LINES,
        )
    except ChildFailed as error:
        raise VectorLayerUnreadable(
            f"The lines of page {number} cannot be read: {error.reason}. Calibrate it by hand."
        ) from error
    return VectorLayer(
        tuple(Line(*line) for line in answer["lines"]),
        tuple(
            Viewport(tuple(each["box"]), each["pixels_per_foot"], each["text"], each["name"])
            for each in answer["viewports"]
        ),
    )
