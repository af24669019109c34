"""Finds a sheet's statements of scale, and what they apply to: a view, or the whole sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from takeoff.phrases import Box, Phrase, as_json, phrase_of
from takeoff.scale.notation import ScaleKind, ScaleNotation, find_scales

_LABEL = re.compile(
    r"(?:(?:DRAWING\s+|SHEET\s+|PLOT\s+)?SCALES?|MA(?:\u00df|SS)STAB|[E\u00c9]CHELLE|ESCALA|SCALA|SKALA|"
    r"SCHAAL)\s*[:=.]?",
    re.IGNORECASE,
)
_LABEL_AT_END = re.compile(rf"\b(?:{_LABEL.pattern})\W*$", re.IGNORECASE)
_NONE = re.compile(r"NONE|N/A", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]{3}")
# In shares of the sheet: the strips at the right and the bottom, and the title block's extent
# around the sheet number, by the longer side.
_STRIP, _NEAR_NUMBER = 0.2, 0.16
# In heights of the text: maximum distance of a label to the left or above, and of a view's title
# above.
_LABEL_LEFT, _LABEL_ABOVE, _TITLE_ABOVE = 20.0, 4.0, 3.0
# This many different scales in one row or column, none under a title, are a printed list.
_LIST = 4
_LEAST_UNLABELLED_RATIO = 5


class Role(StrEnum):
    """What a stated scale applies to."""

    VIEW = "view"
    TITLE_BLOCK = "title block"
    LIST = "list of scales"


@dataclass(frozen=True)
class ScaleStatement:
    """A scale stated on the sheet: its place, its role, and the title of its view if any."""

    notation: ScaleNotation
    box: Box
    role: Role
    view_title: str | None
    phrase: Phrase

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "text": self.notation.text,
            "kind": self.notation.kind,
            "ratio": self.notation.ratio,
            "role": self.role,
            "view_title": self.view_title,
            "box": as_json(self.box),
        }


def find_statements(
    phrases: Sequence[Phrase], width_px: float, height_px: float, sheet_number: Box | None
) -> list[ScaleStatement]:
    """Return the scales that the sheet states, in no particular order.

    ``sheet_number`` is the box of the sheet number: a scale near it, in the strip at the right or
    the bottom, is in the title block. A list of scales printed on every sheet does not apply to
    this one and has the role LIST.
    """
    labels = [phrase for phrase in phrases if _LABEL.fullmatch(phrase.text)]
    found: list[ScaleStatement] = []
    for phrase in phrases:
        for notation in _notations(phrase):
            part = _part(phrase, notation)
            labelled = notation.labelled or any(_labels(label, part) for label in labels)
            title = _view_title(phrase, notation, part, phrases)
            stated = replace(notation, labelled=labelled)
            if _counts(stated, phrase, title):
                in_block = _in_title_block(part.box, width_px, height_px, sheet_number)
                role = Role.TITLE_BLOCK if in_block else Role.VIEW
                title = None if in_block else title
                found.append(ScaleStatement(stated, part.box, role, title, part))
    return _lists_marked(found)


def _notations(phrase: Phrase) -> list[ScaleNotation]:
    if _NONE.fullmatch(phrase.text):
        kind, end = ScaleKind.NOT_TO_SCALE, len(phrase.text)
        return [ScaleNotation(phrase.text, kind, None, True, False, 0, end)]
    return list(find_scales(phrase.text))


def _counts(notation: ScaleNotation, phrase: Phrase, title: str | None) -> bool:
    if notation.labelled:
        return True
    if notation.kind is ScaleKind.DEFERRED or _NONE.fullmatch(notation.text):
        return False
    if notation.kind is ScaleKind.NOT_TO_SCALE:
        return True
    if notation.kind is ScaleKind.METRIC and "=" not in notation.text:
        alone = phrase.text[notation.start : notation.end].strip() == phrase.text.strip()
        ratio = notation.ratio or 0
        is_size = not any(mark in notation.text for mark in ":/")
        usual = notation.standard and (is_size or ratio >= _LEAST_UNLABELLED_RATIO)
        return alone and usual and title is not None
    return notation.standard


def _part(phrase: Phrase, notation: ScaleNotation) -> Phrase:
    """Return the words of ``phrase`` that contain the notation."""
    kept, at = [], 0
    for word in phrase.words:
        start = phrase.text.find(word.text, at)
        at = start + len(word.text)
        if start < notation.end and at > notation.start:
            kept.append(word)
    return phrase_of(kept or phrase.words, phrase.turn)


def _labels(label: Phrase, part: Phrase) -> bool:
    if abs(label.turn - part.turn) > 2:
        return False
    left, top, right, bottom = part.reading
    height = max(part.height, label.height)
    beside = (
        abs((label.reading[1] + label.reading[3]) - (top + bottom)) <= 1.6 * height
        and 0 <= left - label.reading[2] <= _LABEL_LEFT * height
    )
    above = (
        -0.3 * height <= top - label.reading[3] <= _LABEL_ABOVE * height
        and label.reading[0] <= right
        and label.reading[2] >= left - 12 * height
    )
    return beside or above


def _view_title(
    phrase: Phrase, notation: ScaleNotation, part: Phrase, phrases: Sequence[Phrase]
) -> str | None:
    """Return the text before the scale on its line, or else directly above it."""
    before = _LABEL_AT_END.sub("", phrase.text[: notation.start])
    before = before.strip(" -:,(")
    if _LETTERS.search(before):
        return before
    left, top, right, _ = part.reading
    above = [
        other
        for other in phrases
        if other is not phrase
        and abs(other.turn - part.turn) <= 2
        and other.height >= 0.85 * part.height
        and -0.5 * other.height <= top - other.reading[3] <= _TITLE_ABOVE * other.height
        and other.reading[0] <= right
        and other.reading[2] >= left - 4 * part.height
        and _LETTERS.search(other.text)
        and not _LABEL.fullmatch(other.text)
        and next(find_scales(other.text), None) is None
    ]
    nearest = max(above, key=lambda other: other.reading[3], default=None)
    return nearest and nearest.text


def _in_title_block(box: Box, width_px: float, height_px: float, sheet_number: Box | None) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if x < width_px * (1 - _STRIP) and y < height_px * (1 - _STRIP):
        return False
    if sheet_number is None:
        return x >= width_px * (1 - _STRIP) and y >= height_px * (1 - _STRIP)
    across = max(sheet_number[0] - box[2], box[0] - sheet_number[2], 0.0)
    down = max(sheet_number[1] - box[3], box[1] - sheet_number[3], 0.0)
    return max(across, down) <= _NEAR_NUMBER * max(width_px, height_px)


def _lists_marked(found: Sequence[ScaleStatement]) -> list[ScaleStatement]:
    untitled = [each for each in found if each.notation.ratio and each.view_title is None]
    listed: set[int] = set()
    for each in untitled:
        for row in (1, 0):
            group = [other for other in untitled if _lined_up(each, other, row)]
            if len({other.notation.ratio for other in group}) >= _LIST:
                listed.update(id(other) for other in group)
    return [replace(each, role=Role.LIST) if id(each) in listed else each for each in found]


def _lined_up(one: ScaleStatement, other: ScaleStatement, edge: int) -> bool:
    near = abs(one.phrase.reading[edge] - other.phrase.reading[edge]) <= one.phrase.height
    return near and abs(one.phrase.turn - other.phrase.turn) <= 2
