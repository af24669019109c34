"""Reads the paths of a page: outlines and lines with their style."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from takeoff.errors import TakeoffError
from takeoff.limits import RenderLimits
from takeoff.page_child import ask_about_page
from takeoff.sandbox import ChildFailed

_MAX_POINTS = 1_500_000


class PathsUnreadable(TakeoffError):
    """The paths of a page could not be read."""

    code = "paths_unreadable"


@dataclass(frozen=True)
class Path:
    """One unbroken path in pixels of the page image, curves as short lines.

    ``points`` of a ``closed`` path do not repeat the first. ``fill`` is (red, green, blue) of 0 to
    255, None if not filled.
    """

    points: tuple[tuple[float, float], ...]
    closed: bool
    stroked: bool
    dashed: bool
    fill: tuple[int, int, int] | None


@dataclass(frozen=True)
class Paths:
    """All paths of a page, in drawing order."""

    paths: tuple[Path, ...]


def read_paths(
    source: pathlib.Path,
    number: int,
    width_px: int,
    height_px: int,
    limits: RenderLimits | None = None,
) -> Paths:
    """Read page ``number`` (from 1) of the PDF ``source``.

    Everything is in pixels of its image of ``width_px`` x ``height_px``, as
    :func:`takeoff.render.render_pages` makes it. Ignores clipping. Blocks; runs in a child process
    within ``limits``.

    Raises:
        PathsUnreadable: there is no such page, or reading it crashed, took too long, needed too
            much memory, or found more than 1,500,000 points.
    """
    try:
        answer = ask_about_page(
            "takeoff.vectors", source, number, (width_px, height_px), limits, max_points=_MAX_POINTS
        )
    except ChildFailed as error:
        raise PathsUnreadable(
            f"The lines of page {number} cannot be read: {error.reason}. Use a provider that "
            "sees images."
        ) from error
    return placed(answer["paths"])


def placed(stored: Iterable[Sequence[Any]]) -> Paths:
    """Return the paths from the result of :func:`takeoff.vectors.drawn.paths_of`, or its JSON."""
    return Paths(
        tuple(
            Path(
                tuple(zip(flat[::2], flat[1::2], strict=True)),
                closed,
                stroked,
                dashed,
                None if fill is None else (fill[0], fill[1], fill[2]),
            )
            for flat, closed, stroked, dashed, fill in stored
        )
    )
