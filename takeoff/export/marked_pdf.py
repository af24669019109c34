"""Writes a document's drawings as a PDF, with the measurements drawn on them and a table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from takeoff.errors import TakeoffError
from takeoff.export.lines import Line
from takeoff.export.numbering import colour_of
from takeoff.limits import RenderLimits
from takeoff.models import Page
from takeoff.sandbox import Bounds, Child, ChildFailed


class MarkingFailed(TakeoffError):
    """The marked-up PDF could not be written."""

    code = "marking_failed"


@dataclass(frozen=True)
class Drawings:
    """The drawings to mark: a PDF, or page images by page number."""

    title: str
    pdf: Path | None
    images: Mapping[int, Path]


def write_marked_pdf(
    target: Path,
    drawings: Drawings,
    pages: Sequence[Page],
    lines: Sequence[Line],
    limits: RenderLimits | None = None,
) -> None:
    """Write ``drawings`` to ``target`` with the shapes of ``lines``, numbered as in the table at
    the end. Waiting measurements are dashed, rejected ones left out.

    Blocks; runs in a child process within ``limits``.

    Raises:
        MarkingFailed: the drawings cannot be read, or the child process exceeded ``limits``.
    """
    limits = limits or RenderLimits()
    request = {
        "title": drawings.title,
        "pdf": drawings.pdf and os.fspath(drawings.pdf.absolute()),
        "target": os.fspath(target.absolute()),
        "pages": [_page(page, drawings.images.get(page.number), lines) for page in pages],
    }
    try:
        with Child(
            "takeoff.export.marking", Bounds(limits.memory_bytes, limits.cpu_seconds)
        ) as child:
            answer = child.ask(request, limits.page_timeout_seconds)
    except ChildFailed as error:
        raise MarkingFailed(f"The drawings could not be marked: {error.reason}.") from error
    if "failed" in answer:
        raise MarkingFailed(f"The drawings could not be marked: {answer['failed']}")


def _page(page: Page, image: Path | None, lines: Sequence[Line]) -> dict[str, Any]:
    here = [
        line for line in lines if line.measurement.page_id == page.id and line.state != "rejected"
    ]
    return {
        "number": page.number,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "image": image and os.fspath(image.absolute()),
        "marks": [_mark(line) for line in here],
    }


def _mark(line: Line) -> dict[str, Any]:
    measurement = line.measurement
    return {
        "number": line.number,
        "colour": colour_of(line.number),
        "kind": measurement.geometry_type,
        "geometry": measurement.geometry,
        "waits": line.state == "waiting",
        "sheet": line.sheet,
        "condition": line.condition.name,
        "room": line.room,
        "quantity": measurement.quantity,
        "unit": measurement.unit,
    }
