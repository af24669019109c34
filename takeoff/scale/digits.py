"""Digits, and the letters that OCR takes them for: I and l for 1, O for 0, B for 8."""

from __future__ import annotations

from fractions import Fraction

DIGIT = r"[0-9IlOoB|!]"
"""A pattern for one digit, to be used inside the shape of a number only."""

_LOOK_ALIKE = str.maketrans(
    {"I": "1", "i": "1", "l": "1", "L": "1", "|": "1", "!": "1", "O": "0", "o": "0"}
)
_LOOK_ALIKE.update({ord("B"): "8", ord("b"): "8"})


def whole_number(text: str) -> int | None:
    """Return what ``text`` is as a whole number, or None."""
    digits = text.translate(_LOOK_ALIKE)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def decimal_number(text: str) -> Fraction | None:
    """Return what ``text`` is as a number with or without decimals, or None."""
    try:
        return Fraction(text.translate(_LOOK_ALIKE))
    except ValueError:
        return None
