"""Runs the OCR engines in a child process per page, so that their memory is returned with it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from takeoff.errors import TakeoffError
from takeoff.limits import OcrLimits
from takeoff.ocr.regions import Region
from takeoff.ocr.seen import SeenWord, TextSource
from takeoff.reading.word import Word
from takeoff.sandbox import Bounds, Child, ChildFailed

# glibc keeps the memory that the engines free unless each large block is its own mapping; without
# this, a sheet takes a third more memory.
_MALLOC: Final = {"MALLOC_MMAP_THRESHOLD_": str(4 * 1024 * 1024)}


class OcrFailed(TakeoffError):
    """The image of a page could not be read."""

    code = "ocr_failed"


@dataclass(frozen=True)
class Known:
    """The boxes of words already known, in pixels of an image of the size ``size_px``."""

    size_px: tuple[int, int]
    boxes: list[tuple[float, float, float, float]]


class Recogniser:
    """Reads one image; a context manager. Words are in pixels of that image.

    Attributes:
        width, height: size of the image as read, in pixels.
    """

    def __init__(
        self,
        image: Path,
        dpi: float | None,
        limits: OcrLimits | None = None,
        known: Known | None = None,
    ) -> None:
        """Open ``image``, a PNG of ``dpi`` dots per inch; one much finer than 200 is reduced.
        ``known`` words are painted over and not read again.

        Raises:
            OcrFailed: the image cannot be opened.
        """
        self._limits = limits or OcrLimits()
        bounds = Bounds(
            self._limits.memory_bytes, self._limits.cpu_seconds, self._limits.resident_bytes
        )
        self._child = Child("takeoff.ocr.recognising", bounds, _MALLOC)
        try:
            size = self._ask(
                {
                    "image": os.fspath(image.absolute()),
                    "dpi": dpi,
                    "threads": self._limits.threads,
                    "known": known and {"size": known.size_px, "boxes": known.boxes},
                }
            )
        except BaseException:
            self._child.__exit__(None, None, None)
            raise
        self.width: int = size["width"]
        self.height: int = size["height"]

    def whole(self) -> list[SeenWord]:
        """Read the whole image with Tesseract: quick, upright text only.

        Raises:
            OcrFailed: the engine crashed, took too long or needed too much memory.
        """
        return _seen(self._ask({"read": "whole"}), TextSource.TESSERACT)

    def part(self, region: Region) -> list[SeenWord]:
        """Read a part of the image with RapidOCR: slow and accurate, also for rotated text.

        Raises:
            OcrFailed: as :meth:`whole`.
        """
        return _seen(self._ask({"read": "part", "region": region}), TextSource.RAPIDOCR)

    def large(self) -> list[SeenWord]:
        """Read the large text of the whole image, which tiles would cut, with RapidOCR.

        Raises:
            OcrFailed: as :meth:`whole`.
        """
        return _seen(self._ask({"read": "large"}), TextSource.RAPIDOCR)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.__exit__(kind, error, trace)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._child.ask(request, self._limits.part_timeout_seconds)
        except ChildFailed as error:
            raise OcrFailed(
                f"The image cannot be read: {error.reason}. Read it again, or upload a file of "
                "fewer pixels."
            ) from error
        if "failed" in answer:
            raise OcrFailed(f"The image cannot be read: {answer['failed']}.")
        return answer


def _seen(answer: dict[str, Any], source: TextSource) -> list[SeenWord]:
    words: Sequence[Sequence[Any]] = answer["words"]
    return [SeenWord(Word(*word[:7]), source, confidence=word[7], cut=word[8]) for word in words]
