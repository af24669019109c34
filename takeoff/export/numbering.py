"""The letters and colours of conditions, as in the drawings view."""

from __future__ import annotations

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COLOURS = ("#1c5ba3", "#a8261c", "#19662f", "#6a4795", "#835400", "#0b6e78", "#9b2c6f")


def letters(place: int) -> str:
    """Return the letter of the condition at ``place`` (from 0) of a page: A to Z, AA, AB."""
    first = "" if place < len(_LETTERS) else _LETTERS[place // len(_LETTERS) - 1]
    return first + _LETTERS[place % len(_LETTERS)]


def colour_of(number: str) -> str:
    """Return the colour, as #rrggbb, of the measurement with a number such as B3."""
    letter = number.rstrip("0123456789")
    place = 0
    for each in letter:
        place = place * len(_LETTERS) + _LETTERS.index(each) + 1
    return _COLOURS[(place - 1) % len(_COLOURS)]
