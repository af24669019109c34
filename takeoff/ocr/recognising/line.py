"""Locates the words within the image of a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Share = tuple[float, float, float, float]

# In heights of the text: the smallest gap between words. Digits are spaced wider.
_SPACE = 0.42
_EMPTY_ROWS = 2
_LEAST_HEIGHT, _PADDING = 0.3, 0.15


def line_words(text: str, columns: Any, crop: Any) -> Iterator[tuple[str, Share]]:
    """Yield the words of the line ``text`` with their boxes, in shares of the line's image.

    ``columns`` is the engine's word info: the output column of each non-space character. ``crop``
    is the line's image, upright, in colour. Letters that the engine joined across a gap as wide as
    a space are split.
    """
    places = [place for piece in columns.word_cols for place in piece]
    letters = [letter for letter in text if not letter.isspace()]
    if not places or not columns.line_txt_len or len(places) != len(letters):
        return
    column = 1.0 / columns.line_txt_len
    middles = [(place + 0.5) * column for place in places]
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    inked = _inked(np.asarray(grey, dtype=np.uint8))
    top, bottom = _rows(inked)
    band = inked[int(top * len(inked)) : int(np.ceil(bottom * len(inked)))]
    filled: NDArray[np.bool_] = np.any(band, axis=0)
    half = max((middles[-1] - middles[0]) / max(len(middles) - 1, 1), column) / 2
    at = 0
    for word in text.split():
        for length in _parts(word, middles[at : at + len(word)], filled, _SPACE * len(band)):
            left, right = middles[at] - half, middles[at + length - 1] + half
            left, right = _to_ink(filled, left, right)
            yield "".join(letters[at : at + length]), (left, top, right, bottom)
            at += length


def _parts(
    word: str, middles: list[float], filled: NDArray[np.bool_], space_px: float
) -> Iterator[int]:
    """Yield the number of characters in each part from the left, split where the gap without ink
    between two letters is as wide as a space.
    """
    length = 1
    for index, (before, after) in enumerate(pairwise(middles)):
        between = filled[int(before * len(filled)) : int(after * len(filled)) + 1]
        letters = word[index].isalpha() and word[index + 1].isalpha()
        if letters and _longest_gap(between) >= space_px:
            yield length
            length = 0
        length += 1
    yield length


def _longest_gap(filled: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.concatenate(([True], filled, [True])))
    return int(np.diff(edges).max()) - 1


def _to_ink(filled: NDArray[np.bool_], left: float, right: float) -> tuple[float, float]:
    """Move the ends of a word to its outermost ink, in shares of the width."""
    width = len(filled)
    start, end = max(0, int(left * width)), min(width, int(np.ceil(right * width)))
    inside = np.flatnonzero(filled[start:end])
    if not len(inside):
        return start / width, max(end, start + 1) / width
    return (start + int(inside[0])) / width, (start + int(inside[-1]) + 1) / width


def _inked(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    middle = (int(grey.min()) + int(grey.max())) / 2
    dark: NDArray[np.bool_] = np.less(grey, middle)
    return dark if np.median(grey) >= middle else np.logical_not(dark)


def _rows(inked: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the top and bottom of the letters, in shares of the height.

    Searched from the middle, so that lines above or below the text do not count.
    """
    rows: NDArray[np.bool_] = np.any(inked, axis=1)
    height = len(rows)
    filled = np.flatnonzero(rows)
    if not len(filled):
        return 0.0, 1.0
    start = int(filled[np.abs(filled - height // 2).argmin()])
    top = _last_filled(rows[start::-1], start, -1)
    bottom = _last_filled(rows[start:], start, 1) + 1
    if bottom - top < _LEAST_HEIGHT * height:
        return _PADDING, 1 - _PADDING
    return top / height, bottom / height


def _last_filled(rows: NDArray[np.bool_], start: int, step: int) -> int:
    last, empty = 0, 0
    for offset, filled in enumerate(rows):
        empty = 0 if filled else empty + 1
        if empty > _EMPTY_ROWS:
            break
        if filled:
            last = offset
    return start + step * last
