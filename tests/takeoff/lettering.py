"""Words as they would be read off a page image, without a PDF."""

from __future__ import annotations

import math

from takeoff.reading.word import Word

# Of a capital's height: how wide a character and a space are.
_ADVANCE, _SPACE = 0.8, 0.4


def lettered(
    text: str, at: tuple[float, float], height: float = 20.0, turn: float = 0.0
) -> list[Word]:
    """The words of one line of ``text``.

    ``at`` is where its left end lies as it is read, half way up, in pixels of the page image;
    ``height`` is that of its capitals; ``turn`` is in degrees counter-clockwise.
    """
    along = math.cos(math.radians(turn)), -math.sin(math.radians(turn))
    words: list[Word] = []
    start = 0.0
    for piece in text.split(" "):
        length = len(piece) * _ADVANCE * height
        ends = [(at[0] + along[0] * far, at[1] + along[1] * far) for far in (start, start + length)]
        half = (abs(along[1]) * height / 2, abs(along[0]) * height / 2)
        words.append(
            Word(
                piece,
                min(x for x, _ in ends) - half[0],
                min(y for _, y in ends) - half[1],
                max(x for x, _ in ends) + half[0],
                max(y for _, y in ends) + half[1],
                turn,
                height / 0.75,
            )
        )
        start += length + _SPACE * height
    return words


def page(*lines: list[Word]) -> list[Word]:
    """All words of a page."""
    return [word for line in lines for word in line]
