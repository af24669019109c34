"""Where in the image of a line its words are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Share = tuple[float, float, float, float]

_EMPTY_ROWS = 2
_LEAST_HEIGHT, _PADDING = 0.3, 0.15


def line_words(text: str, columns: Any, crop: Any) -> Iterator[tuple[str, Share]]:
    """Yield the words of the line ``text`` with their boxes, in shares of the line's image.

    ``columns`` is the engine's word info: for each character that is no space, the column of its
    output that it was read in. ``crop`` is the line's image, upright, in colour.
    """
    places = [column for piece in columns.word_cols for column in piece]
    if not places or not columns.line_txt_len:
        return
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    inked = _inked(np.asarray(grey, dtype=np.uint8))
    top, bottom = _rows(inked)
    first, last = _ends(inked[int(top * len(inked)) : int(np.ceil(bottom * len(inked)))])
    column = 1.0 / columns.line_txt_len
    spread = (places[-1] - places[0]) / max(len(places) - 1, 1) * column
    half = max(spread, column) / 2
    at = 0
    for word in text.split():
        own = places[at : at + len(word)]
        if not own:
            return
        left = first if at == 0 else max((own[0] + 0.5) * column - half, first)
        at += len(word)
        right = last if at >= len(places) else min((own[-1] + 0.5) * column + half, last)
        yield word, (left, top, max(right, left + column), bottom)


def _inked(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    middle = (int(grey.min()) + int(grey.max())) / 2
    dark: NDArray[np.bool_] = np.less(grey, middle)
    return dark if np.median(grey) >= middle else np.logical_not(dark)


def _rows(inked: NDArray[np.bool_]) -> tuple[float, float]:
    """Return from where to where the letters reach, in shares of the height.

    Seen from the middle, so that a line above or under the text does not count.
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


def _ends(inked: NDArray[np.bool_]) -> tuple[float, float]:
    filled = np.flatnonzero(inked.any(axis=0))
    if not len(filled):
        return 0.0, 1.0
    width = inked.shape[1]
    return float(filled[0] / width), float((filled[-1] + 1) / width)
