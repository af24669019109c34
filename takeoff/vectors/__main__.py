"""The child process that reads paths; started by :mod:`takeoff.vectors.layer` only."""

from __future__ import annotations

from functools import cache
from typing import Any

import pypdfium2

from takeoff.sandbox import serve
from takeoff.vectors.drawn import TooManyPoints, paths_of


@cache
def _open(source: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(source)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        page = _open(request["source"])[request["number"] - 1]
        size = request["width_px"], request["height_px"]
        return {"paths": paths_of(page, *size, request["max_points"])}
    except (pypdfium2.PdfiumError, IndexError, TooManyPoints) as error:
        return {"failed": str(error)}


if __name__ == "__main__":
    serve(_answer)
