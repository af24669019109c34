"""Reasons for refusing an uploaded file: one class per reason, each with a stable code."""

from __future__ import annotations

from typing import Any, ClassVar

from takeoff.errors import TakeoffError


class FileRefused(TakeoffError):
    """The file cannot be used as a drawing. Nothing was stored."""

    code = "file_refused"
    by_code: ClassVar[dict[str, type[FileRefused]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        FileRefused.by_code[cls.code] = cls


class EmptyFile(FileRefused):
    """The file has no bytes."""

    code = "empty_file"


class FileTooLarge(FileRefused):
    """The file exceeds the size limit."""

    code = "file_too_large"


class NotSupportedType(FileRefused):
    """The content is neither a PDF nor a PNG, JPEG or TIFF image."""

    code = "not_supported_type"


class Truncated(FileRefused):
    """The end of the file is missing."""

    code = "truncated"


class Encrypted(FileRefused):
    """The PDF cannot be opened without a password."""

    code = "encrypted"


class Damaged(FileRefused):
    """The file is complete, but parts of it cannot be read."""

    code = "damaged"


class NoPages(FileRefused):
    """The document has no pages."""

    code = "no_pages"


class TooManyPages(FileRefused):
    """The document exceeds the page limit."""

    code = "too_many_pages"


class PageSizeRefused(FileRefused):
    """A page is too small or too large to be a drawing."""

    code = "page_size"


class DecompressionBomb(FileRefused):
    """The content inflates beyond the memory limit."""

    code = "decompression_bomb"


class TooComplex(FileRefused):
    """Reading the file exceeds the time limit."""

    code = "too_complex"


class ReaderCrashed(FileRefused):
    """The library that reads this type of file crashed."""

    code = "reader_crashed"
