"""Reads page properties that PDFium does not expose."""

import pikepdf


def user_unit(page: pikepdf.Page) -> float:
    """Return the size of one unit of the page's coordinates, in 1/72 inch.

    PDFium always assumes 1; a drawing larger than 200 in depends on this value. A value that is not
    a positive number counts as 1, the PDF specification's default.
    """
    value = page.obj.get("/UserUnit", 1)
    try:
        unit = float(value)
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit < float("inf") else 1.0
