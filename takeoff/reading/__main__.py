"""Answers with the words of one page of a PDF."""

from dataclasses import astuple
from functools import cache
from typing import Any

import pypdfium2

from takeoff.reading.words import words_of
from takeoff.sandbox import serve


@cache
def _open(source: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(source)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        page = _open(request["source"])[request["number"] - 1]
    except (pypdfium2.PdfiumError, IndexError) as error:
        return {"failed": str(error)}
    size = request["width_px"], request["height_px"]
    words = words_of(page, *size, max_characters=request["max_characters"])
    if words is None:
        return {"failed": f"it has more than {request['max_characters']:,} characters"}
    return {"words": [astuple(word) for word in words]}


if __name__ == "__main__":
    serve(_answer)
