"""What a PDF says about its pages that PDFium does not tell."""

import pikepdf


def user_unit(page: pikepdf.Page) -> float:
    """Return how many 1/72 inches one unit of the page's coordinates is.

    PDFium takes it as 1 always; a drawing larger than 200 in says so only here. A value that is
    no positive number counts as 1, as the PDF specification's default.
    """
    value = page.obj.get("/UserUnit", 1)
    try:
        unit = float(value)
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit < float("inf") else 1.0
