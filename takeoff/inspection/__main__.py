"""Answers whether a file can be used as a drawing."""

from pathlib import Path
from typing import Any

from takeoff.inspection.image import inspect_image
from takeoff.inspection.kind import kind_of
from takeoff.inspection.pdf import inspect_pdf
from takeoff.limits import IntakeLimits
from takeoff.refusals import FileRefused
from takeoff.sandbox import serve
from takeoff.terms import ContentType


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    path = Path(request["path"])
    limits = IntakeLimits(**request["limits"])
    try:
        kind = kind_of(path)
        if kind is ContentType.PDF:
            pages, repaired = inspect_pdf(path, limits)
        else:
            pages, repaired = inspect_image(path, kind, limits), False
    except FileRefused as refusal:
        return {"refused": refusal.code, "message": refusal.message}
    return {"content_type": kind.value, "page_count": pages, "repaired": repaired}


if __name__ == "__main__":
    serve(_answer)
