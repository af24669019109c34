"""Joins words that are read together.

PDFs and OCR cut text where they like: a sheet number comes as "A", "-", "101", a dimension as
"24'", "-", '0"'. Positions are compared in reading coordinates: the page rotated so that the text
is upright.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from takeoff.reading.word import Word

Box = tuple[float, float, float, float]

# In heights of the text: the gap that separates phrases, and the gap that separates words.
_MAX_GAP, _SPACE = 1.0, 0.22
_MAX_OVERLAP = 0.35
_MAX_SIZE_RATIO = 1.5
_CELL_PX = 24.0
_TURN_STEP = 2.0
_LOW_MARKS = set("-=:.,'\"_~|/\u2013\u2014\u2212\u00b0\u00b7\u2022\u2018\u2019\u201c\u201d")


@dataclass(frozen=True)
class Frame:
    """Reading coordinates of text rotated by ``turn`` degrees counter-clockwise."""

    turn: float

    def to_reading(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the image in reading coordinates: how far along, how far down."""
        cosine, sine = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        return x * cosine - y * sine, x * sine + y * cosine

    def box(self, word: Word) -> Box:
        """Return left, top, right, bottom of ``word`` in reading coordinates, in pixels.

        A slanted word's own box is derived from the upright box around it; near 45 degrees that is
        impossible, and the font size is used.
        """
        wide, high = word.right - word.left, word.bottom - word.top
        middle = self.to_reading((word.left + word.right) / 2, (word.top + word.bottom) / 2)
        cosine = abs(math.cos(math.radians(self.turn)))
        sine = abs(math.sin(math.radians(self.turn)))
        spread = cosine**2 - sine**2
        if abs(spread) > 0.3:
            along = (wide * cosine - high * sine) / spread
            across = (high * cosine - wide * sine) / spread
        else:
            across = word.size_px * 0.75
            along = max(across, math.hypot(wide, high) - across)
        along, across = max(along, 0.0), max(across, 0.0)
        return (
            middle[0] - along / 2,
            middle[1] - across / 2,
            middle[0] + along / 2,
            middle[1] + across / 2,
        )


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other on one line.

    ``text`` has a space where there is a gap. ``box`` is in pixels of the page image. ``reading``
    is the box in the coordinates of ``frame``; ``height`` is that of the tallest word's ink in
    pixels: of a capital or a digit, more with descenders.
    """

    text: str
    words: tuple[Word, ...]
    box: Box
    frame: Frame
    reading: Box
    height: float

    @property
    def turn(self) -> float:
        """The rotation of the phrase in degrees, counter-clockwise."""
        return self.frame.turn


@dataclass
class _Run:
    words: list[Word] = field(default_factory=list[Word])
    boxes: list[Box] = field(default_factory=list[Box])
    height: float = 0.0
    top: float = math.inf
    bottom: float = -math.inf

    def add(self, word: Word, box: Box) -> None:
        self.words.append(word)
        self.boxes.append(box)
        self.top, self.bottom = min(self.top, box[1]), max(self.bottom, box[3])
        if not _is_mark(word.text) or self.height == 0:
            self.height = max(self.height, box[3] - box[1])

    def accepts(self, word: Word, box: Box) -> float | None:
        """Return the gap before ``word`` if it continues this run, else None."""
        height = box[3] - box[1]
        size = max(self.height, height)
        gap = box[0] - self.boxes[-1][2]
        if not -_MAX_OVERLAP * size <= gap <= _MAX_GAP * size:
            return None
        middle = (box[1] + box[3]) / 2
        own = (self.top + self.bottom) / 2
        marks = _is_mark(word.text) or all(_is_mark(word.text) for word in self.words)
        if marks:
            slack = 0.25 * size
            return gap if self.top - slack <= middle <= self.bottom + slack else None
        if max(height, self.height) > _MAX_SIZE_RATIO * max(min(height, self.height), 0.1):
            return None
        return gap if abs(middle - own) <= 0.35 * size else None


def phrase_of(words: Sequence[Word], turn: float) -> Phrase:
    """Return ``words``, which follow each other along one line, as one phrase."""
    frame = Frame(turn)
    boxes = [frame.box(word) for word in words]
    solid = [
        box[3] - box[1] for word, box in zip(words, boxes, strict=True) if not _is_mark(word.text)
    ]
    height = max(solid or [box[3] - box[1] for box in boxes])
    text = words[0].text
    for index in range(1, len(words)):
        gap = boxes[index][0] - boxes[index - 1][2]
        text += (" " if gap > _SPACE * height else "") + words[index].text
    return Phrase(text, tuple(words), around(words), frame, _around_boxes(boxes), height)


def phrases_of(words: Iterable[Word]) -> list[Phrase]:
    """Return the phrases that ``words`` make up, each word in one of them.

    A word continues a phrase if it has the same rotation, is on the same line, has letters of about
    the same height, and follows at a gap of at most that height.
    """
    turned: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        if word.text.strip():
            turned[round(word.turn / _TURN_STEP) % round(360 / _TURN_STEP)].append(word)
    return [phrase for step in sorted(turned) for phrase in _of_turn(turned[step])]


def around(words: Iterable[Word]) -> Box:
    """Return the box around ``words`` on the page image."""
    return _around_boxes([(word.left, word.top, word.right, word.bottom) for word in words])


def as_json(box: Box) -> list[float]:
    """Return ``box`` in tenths of a pixel, to be stored."""
    return [round(edge, 1) for edge in box]


def _of_turn(words: list[Word]) -> list[Phrase]:
    turn = words[0].turn
    frame = Frame(turn)
    placed = sorted(((frame.box(word), word) for word in words), key=_from_left)
    runs: list[_Run] = []
    cells: dict[int, list[_Run]] = defaultdict(list)
    for box, word in placed:
        reach = _cells(box[1], box[3])
        best: tuple[float, _Run] | None = None
        for run in {id(run): run for cell in reach for run in cells[cell]}.values():
            gap = run.accepts(word, box)
            if gap is not None and (best is None or abs(gap) < abs(best[0])):
                best = (gap, run)
        run = best[1] if best else _Run()
        if best is None:
            runs.append(run)
        run.add(word, box)
        for cell in reach:
            if not any(other is run for other in cells[cell]):
                cells[cell].append(run)
    return [phrase_of(run.words, turn) for run in runs]


def _from_left(placed: tuple[Box, Any]) -> tuple[float, float]:
    return placed[0][0], placed[0][1]


def _cells(top: float, bottom: float) -> range:
    return range(int(top // _CELL_PX) - 1, int(bottom // _CELL_PX) + 2)


def _is_mark(text: str) -> bool:
    return all(character in _LOW_MARKS for character in text)


def _around_boxes(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
