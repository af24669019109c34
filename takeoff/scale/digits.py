"""Parses digits that OCR may have read as letters: I and l for 1, O for 0, B for 8."""

from __future__ import annotations

from fractions import Fraction

DIGIT = r"[0-9IlOoB|!]"
"""A pattern for one digit; only for use inside the pattern of a number."""

_LOOK_ALIKE = str.maketrans(
    {"I": "1", "i": "1", "l": "1", "L": "1", "|": "1", "!": "1", "O": "0", "o": "0"}
)
_LOOK_ALIKE.update({ord("B"): "8", ord("b"): "8"})


def whole_number(text: str) -> int | None:
    """Parse ``text`` as a whole number; None if it is not one."""
    digits = text.translate(_LOOK_ALIKE)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def decimal_number(text: str) -> Fraction | None:
    """Parse ``text`` as a number with or without decimals; None if it is not one."""
    try:
        return Fraction(text.translate(_LOOK_ALIKE))
    except ValueError:
        return None
