"""Parses lengths in the notation of dimensions: 24'-0", 7' - 9 3/4", 12'."""

from __future__ import annotations

import re

_D = r"[0-9IlOo|]"
_LENGTH = re.compile(
    rf"(?P<feet>{_D}{{1,4}})\s*(?:'|FT\.?)"
    rf"(?:\s*-?\s*(?:(?P<inches>{_D}{{1,2}})(?!\s*/)\s*)?"
    rf"(?:(?P<numerator>{_D}{{1,2}})\s*/\s*(?P<denominator>{_D}{{1,2}}))?\s*(?:\"|IN\.?)?)?"
    r"(?:\s*(?:TYP|CLR|CLEAR|V\.?I\.?F|R\.?O|M\.?O|U\.?N\.?O|O\.?C|\+/-|\u00b1|\(TYP\.?\))\.?)*",
    re.IGNORECASE | re.ASCII,
)
_MARKS = str.maketrans(
    {
        "\u201c": '"',
        "\u201d": '"',
        "\u2033": '"',
        "\u00b0": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u2032": "'",
        "\u00b4": "'",
        "`": "'",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2044": "/",
        "\u00bd": " 1/2",
        "\u00bc": " 1/4",
        "\u00be": " 3/4",
    }
)
_DIGITS = str.maketrans({"I": "1", "i": "1", "l": "1", "L": "1", "|": "1", "O": "0", "o": "0"})


def parse_length(text: str) -> float | None:
    """Return the length of ``text`` in feet, or None if it is not a foot-inch dimension.

    A leading sign makes it an elevation, which is not a line's length. Lengths in inches only are
    excluded: most are thicknesses and sizes.
    """
    match = _LENGTH.fullmatch(text.translate(_MARKS).replace("''", '"').strip())
    if match is None:
        return None
    feet, inches = _whole(match["feet"]), _whole(match["inches"] or "0")
    numerator, denominator = _whole(match["numerator"] or "0"), _whole(match["denominator"] or "1")
    if inches >= 12 or denominator not in (1, 2, 4, 8, 16, 32, 64) or numerator > denominator:
        return None
    length = feet + (inches + numerator / denominator) / 12
    return length if length > 0 else None


def _whole(text: str) -> int:
    return int(text.translate(_DIGITS))
