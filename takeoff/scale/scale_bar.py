"""Finds graphic scales: a row of lengths from 0 on, over the edges of a bar."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takeoff.phrases import Box, Phrase, phrase_of
from takeoff.scale.line_index import LineIndex, LineIndexes
from takeoff.scale.vector_layer import Line

_LABEL = re.compile(
    r"(?P<feet>\d{1,4}(?:\.\d)?)\s*(?P<unit>'(?:\s*-?\s*0\s*\")?|FT\.?|FEET)?",
    re.IGNORECASE | re.ASCII,
)
_UNIT = re.compile(r"\b(?:FEET|FT)\b", re.IGNORECASE)
_MARKS = str.maketrans({"\u2018": "'", "\u2019": "'", "\u2032": "'", "\u201d": '"'})
_LEAST_LABELS = 3
# In heights of the labels: off the row, off the edge they name, above or under the bar.
_OFF_ROW, _OFF_EDGE, _REACH = 0.6, 1.2, 4.0
# How well the edges must fit the lengths: share of the bar, and pixels.
_FIT, _FIT_PX = 0.002, 1.0
# Hatching may put any number of edges beside a label; the nearest are tried.
_MAX_EDGES = 24


@dataclass(frozen=True)
class ScaleBar:
    """A graphic scale: its labels, where it is, and how long a foot is on it in pixels."""

    labels: tuple[Phrase, ...]
    box: Box
    pixels_per_foot: float

    @property
    def text(self) -> str:
        """Its labels as they stand."""
        return " ".join(label.text for label in self.labels)


@dataclass(frozen=True)
class _Label:
    phrase: Phrase
    feet: float
    has_unit: bool

    @property
    def along(self) -> float:
        return (self.phrase.reading[0] + self.phrase.reading[2]) / 2

    @property
    def down(self) -> float:
        return (self.phrase.reading[1] + self.phrase.reading[3]) / 2


def find_scale_bars(phrases: Sequence[Phrase], lines: Iterable[Line]) -> list[ScaleBar]:
    """Return the graphic scales in feet.

    The labels tell roughly where a length ends, the edges of the bar tell exactly; a row of
    labels without matching edges is no scale bar.
    """
    labels = [label for phrase in phrases for label in _labels(phrase)]
    indexes = LineIndexes(lines)
    bars: list[ScaleBar] = []
    for zero in labels:
        if zero.feet != 0:
            continue
        row = _row(zero, labels, phrases)
        if len(row) >= _LEAST_LABELS:
            index = indexes.along(zero.phrase.frame)
            bar = index and _measured(row, index)
            if bar is not None:
                bars.append(bar)
    return bars


def _labels(phrase: Phrase) -> list[_Label]:
    whole = _label(phrase)
    if whole is not None:
        return [whole]
    parts = [_label(phrase_of((word,), phrase.turn)) for word in phrase.words]
    # A part of anything else, such as the 8' of 8' - 1", is no label.
    return [part for part in parts if part] if all(parts) else []


def _label(phrase: Phrase) -> _Label | None:
    match = _LABEL.fullmatch(phrase.text.translate(_MARKS).strip())
    return match and _Label(phrase, float(match["feet"]), match["unit"] is not None)


def _row(zero: _Label, labels: Sequence[_Label], phrases: Sequence[Phrase]) -> list[_Label]:
    height = zero.phrase.height
    beside = sorted(
        (
            label
            for label in labels
            if label.phrase.turn == zero.phrase.turn
            and label.along > zero.along
            and abs(label.down - zero.down) <= _OFF_ROW * height
        ),
        key=lambda label: label.along,
    )
    row = [zero]
    for label in beside:
        if label.feet <= row[-1].feet:
            break
        if len(row) > 1:
            per_foot = (row[-1].along - zero.along) / row[-1].feet
            if abs(zero.along + per_foot * label.feet - label.along) > 3 * _OFF_EDGE * height:
                break
        row.append(label)
    if any(label.has_unit for label in row) or _says_feet(row, phrases):
        return row
    return []


def _says_feet(row: Sequence[_Label], phrases: Sequence[Phrase]) -> bool:
    first, last = row[0].phrase, row[-1].phrase
    reach = 5 * first.height
    return any(
        _UNIT.search(phrase.text)
        and phrase.turn == first.turn
        and phrase.reading[0] <= last.reading[2] + reach
        and phrase.reading[2] >= first.reading[0] - reach
        and phrase.reading[1] <= first.reading[3] + reach
        and phrase.reading[3] >= first.reading[1] - reach
        for phrase in phrases
    )


def _measured(row: Sequence[_Label], index: LineIndex) -> ScaleBar | None:
    height = max(label.phrase.height for label in row)
    first, last = row[0], row[-1]
    edges = index.edges(
        first.phrase.reading[1] - _REACH * height,
        first.phrase.reading[3] + _REACH * height,
        first.along - 2 * height,
        last.along + 2 * height,
    )
    starts = _nearest(edges, first.along, _OFF_EDGE * height)
    ends = _nearest(edges, last.along, _OFF_EDGE * height)
    best: tuple[float, float] | None = None
    for start in starts:
        for end in ends:
            per_foot = (end - start) / last.feet
            if per_foot <= 0:
                continue
            slack = max(_FIT_PX, _FIT * (end - start))
            places = [start + per_foot * label.feet for label in row]
            if not all(_has_edge(edges, at, slack) for at in places):
                continue
            off = sum(abs(at - label.along) for at, label in zip(places, row, strict=True))
            if best is None or off < best[0]:
                best = (off, per_foot)
    if best is None:
        return None
    boxes = [label.phrase.box for label in row]
    around = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return ScaleBar(tuple(label.phrase for label in row), around, best[1])


def _nearest(edges: Sequence[float], place: float, reach: float) -> list[float]:
    near = [edge for edge in edges if abs(edge - place) <= reach]
    return sorted(near, key=lambda edge: abs(edge - place))[:_MAX_EDGES]


def _has_edge(edges: Sequence[float], place: float, slack: float) -> bool:
    at = bisect_left(edges, place - slack)
    return at < len(edges) and edges[at] <= place + slack
