"""Finds the labels of a graphic scale: a row of lengths from 0, in one unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from takeoff.phrases import Phrase, phrase_of
from takeoff.scale.marks import plain_text
from takeoff.scale.ratio import FEET_PER_METRE

_LABEL = re.compile(
    r"(?P<length>\d{1,5}(?:[.,]\d{1,2})?)\s*"
    r"(?:(?P<feet>'(?:\s*-?\s*0\s*\")?|FT\.?|FEET)|(?P<mm>MM)|(?P<metres>M|MET(?:RE|ER)S?)\.?)?",
    re.IGNORECASE | re.ASCII,
)
_UNIT_NEAR = re.compile(
    r"\b(?:(?P<feet>FEET|FT)|(?P<metres>MET(?:RE|ER)S?)|(?P<mm>MM|MILLIMET(?:RE|ER)S?))\b",
    re.IGNORECASE,
)
_UNIT_BEHIND = re.compile(r"\(?(?P<metres>M)\)?\.?", re.IGNORECASE)
_FEET_OF = {"feet": 1.0, "metres": FEET_PER_METRE, "mm": FEET_PER_METRE / 1000}
# Tolerances in heights of the labels: off the row, off even spacing, distance of the unit.
_OFF_ROW, _OFF_PLACE, _UNIT_REACH = 0.6, 3.6, 5.0


@dataclass(frozen=True)
class BarLabel:
    """One label: its text, its length, and the feet per unit if it has a unit."""

    phrase: Phrase
    length: float
    feet_of_unit: float | None

    @property
    def along(self) -> float:
        """The position of its middle along its line, in pixels."""
        return (self.phrase.reading[0] + self.phrase.reading[2]) / 2

    @property
    def down(self) -> float:
        """The vertical position of its middle, in pixels."""
        return (self.phrase.reading[1] + self.phrase.reading[3]) / 2


@dataclass(frozen=True)
class LabelRow:
    """Labels of increasing length, evenly spaced from 0, and the feet per unit."""

    labels: tuple[BarLabel, ...]
    feet_of_unit: float


def label_rows(phrases: Sequence[Phrase], least: int) -> list[LabelRow]:
    """Return the rows of at least ``least`` labels with a known unit."""
    labels = [label for phrase in phrases for label in _labels(phrase)]
    rows: list[LabelRow] = []
    for zero in labels:
        row = _row(zero, labels) if zero.length == 0 else []
        unit = _unit(row, phrases) if len(row) >= least else None
        if unit is not None:
            rows.append(LabelRow(tuple(row), unit))
    return rows


def _labels(phrase: Phrase) -> list[BarLabel]:
    whole = _label(phrase)
    if whole is not None:
        return [whole]
    parts = [_label(phrase_of((word,), phrase.turn)) for word in phrase.words]
    # A part of another text, such as the 8' of 8' - 1", is not a label.
    return [part for part in parts if part] if all(parts) else []


def _label(phrase: Phrase) -> BarLabel | None:
    match = _LABEL.fullmatch(plain_text(phrase.text).text.strip())
    if match is None:
        return None
    return BarLabel(phrase, float(match["length"].replace(",", ".")), _feet_of(match))


def _row(zero: BarLabel, labels: Sequence[BarLabel]) -> list[BarLabel]:
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
        if label.length <= row[-1].length:
            break
        if len(row) > 1:
            spacing = (row[-1].along - zero.along) / row[-1].length
            if abs(zero.along + spacing * label.length - label.along) > _OFF_PLACE * height:
                break
        row.append(label)
    return row


def _unit(row: Sequence[BarLabel], phrases: Sequence[Phrase]) -> float | None:
    """Return the feet per unit of the labels, or of the unit written nearest to them.

    None if there is no unit, or two equally near: a bar in feet above one in metres.
    """
    own = {label.feet_of_unit for label in row if label.feet_of_unit is not None}
    if own:
        return own.pop() if len(own) == 1 else None
    near: list[tuple[float, float]] = []
    for phrase in phrases:
        match = _UNIT_NEAR.search(phrase.text) or _UNIT_BEHIND.fullmatch(phrase.text)
        apart = _apart(row, phrase) if match else None
        feet = _feet_of(match) if match and apart is not None else None
        if feet is not None and apart is not None:
            near.append((apart, feet))
    if not near:
        return None
    nearest = min(near)[0]
    units = {feet for apart, feet in near if apart <= nearest + row[0].phrase.height}
    return units.pop() if len(units) == 1 else None


def _apart(row: Sequence[BarLabel], phrase: Phrase) -> float | None:
    """Return the vertical distance of ``phrase`` from ``row`` in pixels; None if it is not near."""
    first, last = row[0].phrase, row[-1].phrase
    reach = _UNIT_REACH * first.height
    left, top, right, bottom = phrase.reading
    near = (
        phrase.turn == first.turn
        and left <= last.reading[2] + reach
        and right >= first.reading[0] - reach
        and top <= first.reading[3] + reach
        and bottom >= first.reading[1] - reach
    )
    if not near:
        return None
    if _UNIT_BEHIND.fullmatch(phrase.text) and not 0 <= left - last.reading[2] <= reach:
        return None
    return max(top - first.reading[3], first.reading[1] - bottom, 0.0)


def _feet_of(match: re.Match[str]) -> float | None:
    return next(
        (_FEET_OF[unit] for unit, found in match.groupdict().items() if unit in _FEET_OF and found),
        None,
    )
