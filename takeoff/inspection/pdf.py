"""Checks a PDF from the outside in: index, password, pages, streams, then opens it with PDFium."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pikepdf
import pypdfium2

from takeoff.inspection.streams import bomb, check_streams, is_bomb, limit_decoders
from takeoff.limits import IntakeLimits
from takeoff.pdf_pages import user_unit
from takeoff.refusals import (
    Damaged,
    Encrypted,
    NoPages,
    PageSizeRefused,
    TooManyPages,
    Truncated,
)

# Readers look for the end-of-file marker in the last 1024 bytes, and for the dictionary with the
# length of a linearized file in the first 1024.
_EDGE_BYTES = 1024
_LINEARIZED_LENGTH = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)", re.DOTALL)
_AGAIN = "Save it again from the program that made it, or download it anew, and upload that."


def inspect_pdf(path: Path, limits: IntakeLimits) -> tuple[int, bool]:
    """Return the number of pages, and whether the cross-reference table had to be rebuilt.

    PDFium repairs silently: a truncated linearized file opens as if it were whole. Therefore qpdf
    reads the file strictly first, and the table is only rebuilt for a file whose end is present.

    Raises:
        FileRefused: a subclass for each reason.
    """
    limit_decoders(limits)
    try:
        pdf, repaired = _open(path)
        with pdf:
            _check_page_count(len(pdf.pages), limits)
            units = [_user_unit_of(number, page) for number, page in enumerate(pdf.pages, 1)]
            check_streams(pdf, limits)
            _check_warnings("\n".join(str(warning) for warning in pdf.get_warnings()), repaired)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        # pikepdf raises any of these for objects of the wrong type.
        if is_bomb(error):
            raise bomb(limits.max_stream_bytes) from error
        traceback.print_exc()
        raise Damaged(f"The PDF is damaged: parts of it cannot be read. {_AGAIN}") from error
    _ask_pdfium(path, units, limits)
    return len(units), repaired


def _open(path: Path) -> tuple[pikepdf.Pdf, bool]:
    try:
        return pikepdf.open(path, attempt_recovery=False, suppress_warnings=True), False
    except pikepdf.PasswordError as error:
        raise Encrypted(
            "The PDF is protected by a password. Remove the password and upload it again."
        ) from error
    except pikepdf.PdfError as error:
        if not _is_whole(path):
            raise Truncated(f"The PDF is truncated: its end is missing. {_AGAIN}") from error
    return pikepdf.open(path, attempt_recovery=True, suppress_warnings=True), True


def _is_whole(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        declared = _LINEARIZED_LENGTH.search(file.read(_EDGE_BYTES))
        file.seek(max(0, size - _EDGE_BYTES))
        ends = b"%%EOF" in file.read()
    return ends and (declared is None or int(declared[1]) <= size)


def _check_page_count(count: int, limits: IntakeLimits) -> None:
    if count == 0:
        raise NoPages("The PDF has no pages. Export the drawing again and upload that.")
    if count > limits.max_pages:
        raise TooManyPages(
            f"The PDF has {count:,} pages, {limits.max_pages:,} are allowed. Split the set into "
            "smaller files."
        )


def _check_warnings(warnings: str, repaired: bool) -> None:
    # qpdf replaces a missing page size by Letter, and reports it only as this warning.
    if "MediaBox is undefined" in warnings:
        raise Damaged(f"The PDF is damaged: a page has no size. {_AGAIN}")
    # Common and harmless with an intact table; with a rebuilt one, content is missing.
    if repaired and "input stream is complete but output may still be valid" in warnings:
        raise Damaged(f"The PDF is damaged: its content is incomplete. {_AGAIN}")


def _user_unit_of(number: int, page: pikepdf.Page) -> float:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    if left == right or bottom == top:
        raise PageSizeRefused(f"Page {number} has no area. Export it again with a page size.")
    return user_unit(page)


def _ask_pdfium(path: Path, units: list[float], limits: IntakeLimits) -> None:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Damaged(f"The PDF is damaged: it cannot be opened. {_AGAIN}") from error
    try:
        if len(document) != len(units):
            raise Damaged(
                f"The PDF is damaged: its pages are counted as {len(units)} and as "
                f"{len(document)}. {_AGAIN}"
            )
        for index, unit in enumerate(units):
            sides = [points * unit / 72 for points in document.get_page_size(index)]
            if min(sides) < limits.min_side_in or max(sides) > limits.max_side_in:
                raise PageSizeRefused(
                    f"Page {index + 1} is {sides[0]:,.2f} x {sides[1]:,.2f} in; a side may "
                    f"have {limits.min_side_in:g} to {limits.max_side_in:,g} in. Export it on "
                    "its real sheet size."
                )
    except pypdfium2.PdfiumError as error:
        raise Damaged(f"The PDF is damaged: a page cannot be opened. {_AGAIN}") from error
    finally:
        document.close()
