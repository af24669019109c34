"""Finds graphic scales, in feet or in metres: the edges of a bar under a row of lengths."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takeoff.phrases import Box, Phrase, around
from takeoff.scale.bar_labels import LabelRow, label_rows
from takeoff.scale.line_index import LineIndex, LineIndexes
from takeoff.scale.vector_layer import Line

_LEAST_LABELS = 3
# In heights of the labels: maximum distance from their edge, above or below the bar.
_OFF_EDGE, _REACH = 1.2, 4.0
# Tolerance between edges and lengths: share of the bar, and pixels.
_FIT, _FIT_PX = 0.002, 1.0
# Hatching may put any number of edges beside a label; only the nearest are tried.
_MAX_EDGES = 24


@dataclass(frozen=True)
class ScaleBar:
    """A graphic scale: its labels, box, pixels per foot, and whether it is ``metric``."""

    labels: tuple[Phrase, ...]
    box: Box
    pixels_per_foot: float
    metric: bool

    @property
    def text(self) -> str:
        """Its labels as written."""
        return " ".join(label.text for label in self.labels)


def find_scale_bars(phrases: Sequence[Phrase], lines: Iterable[Line]) -> list[ScaleBar]:
    """Return the graphic scales.

    Labels give the approximate ends of lengths, the bar's edges the exact ones; a row of labels
    without matching edges or without a unit is not a scale bar.
    """
    indexes = LineIndexes(lines)
    bars: list[ScaleBar] = []
    for row in label_rows(phrases, _LEAST_LABELS):
        index = indexes.along(row.labels[0].phrase.frame)
        pixels = index and _pixels_per_unit(row, index)
        if pixels:
            labels = tuple(label.phrase for label in row.labels)
            box = around(word for label in labels for word in label.words)
            metric = row.feet_of_unit != 1
            bars.append(ScaleBar(labels, box, pixels / row.feet_of_unit, metric))
    return bars


def _pixels_per_unit(row: LabelRow, index: LineIndex) -> float | None:
    """Return the pixels per unit of the labels, by the edges with the best overall fit."""
    height = max(label.phrase.height for label in row.labels)
    first, last = row.labels[0], row.labels[-1]
    edges = index.edges(
        first.phrase.reading[1] - _REACH * height,
        first.phrase.reading[3] + _REACH * height,
        first.along - 2 * height,
        last.along + 2 * height,
    )
    best: tuple[float, float] | None = None
    for start in _nearest(edges, first.along, _OFF_EDGE * height):
        for end in _nearest(edges, last.along, _OFF_EDGE * height):
            pixels = (end - start) / last.length
            slack = max(_FIT_PX, _FIT * (end - start))
            places = [start + pixels * label.length for label in row.labels]
            if pixels <= 0 or not all(_has_edge(edges, at, slack) for at in places):
                continue
            off = sum(abs(at - label.along) for at, label in zip(places, row.labels, strict=True))
            if best is None or off < best[0]:
                best = (off, pixels)
    return best and best[1]


def _nearest(edges: Sequence[float], place: float, reach: float) -> list[float]:
    near = [edge for edge in edges if abs(edge - place) <= reach]
    return sorted(near, key=lambda edge: abs(edge - place))[:_MAX_EDGES]


def _has_edge(edges: Sequence[float], place: float, slack: float) -> bool:
    at = bisect_left(edges, place - slack)
    return at < len(edges) and edges[at] <= place + slack
