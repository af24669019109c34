"""Decides by its surroundings whether a text is a sheet number.

References to other sheets, paper sizes, form and permit numbers look like sheet numbers. The words
on the same line, the label above the field and the other half of a callout distinguish them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto

from takeoff.phrases import Phrase

_NUMBER = r"(?:NO\b\.?|NUMBER|NUM\b\.?|NR\b\.?|#|\u2116|\u00ba)"
_OF_SHEET = r"(?:SHEET|SHT\.?|DRAWING|DWG\.?|DRG\.?|PLAN)"
# A label for the sheet number; a blank field below it means that the sheet has none.
_LABEL = re.compile(rf"{_OF_SHEET}\s*{_NUMBER}\s*[:.]?", re.IGNORECASE)
# On the same line, before the number and after it.
_BEFORE = re.compile(rf"(?:{_OF_SHEET}\s*{_NUMBER}?|{_NUMBER})\s*[:.\-]?", re.IGNORECASE)
_AFTER = re.compile(r"(?:OF|/)\s*\d{1,4}", re.IGNORECASE)
_OTHER_LABEL = re.compile(
    r"(?:(?:SHEET|PAPER|PAGE|ORIGINAL|PLOT)\s+)?(?:FORM|PERMIT|LICEN[SC]E|LIC\.?|PROJECT|PROJ\.?|"
    r"JOB|FILE|COMM(?:ISSION)?\.?|CONTRACT|PHASE|REV(?:ISION)?\.?|DETAIL|LOT|BLOCK|UNIT|SUITE|ROOM|"
    r"ZONE|ISSUE|REFERENCE|REF\.?|CODE|P\.?E\.?|REG(?:ISTRATION)?\.?|DOC(?:UMENT)?\.?|SPEC|KEY|PART|"
    r"SIZE|FORMAT|CAGE|SERIES|MODEL|STATUS)"
    rf"\s*(?:{_NUMBER}|CODE)?\s*[:.]?",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"[A-Z0-9]{1,2}|-+", re.IGNORECASE | re.ASCII)

# In heights of the label or the number, whichever is larger: maximum distance of a number below its
# label or to the right of it; and a factor for the offset to the right below it.
_REACH, _OWN_REACH, _ASIDE = 10.0, 2.5, 3.0
# In heights of the callout: maximum distance of its halves, and their offset; maximum ratio of
# sizes.
_HALVES_APART, _OFF_CENTRE, _HALF_SIZE = 2.2, 0.8, 1.7
# In heights of the text: maximum distance of another field's label.
_OTHER_REACH = 2.5


class Label(Enum):
    """What the surroundings tell about a text."""

    SHEET = auto()
    OTHER = auto()
    NONE = auto()


def sheet_number_labels(phrases: Iterable[Phrase]) -> list[Phrase]:
    """Return the phrases that are labels of a field for the sheet number."""
    return [phrase for phrase in phrases if _LABEL.fullmatch(phrase.text)]


def label_on_line(phrase: Phrase, start: int, end: int) -> Label:
    """Return what the other words of ``phrase`` tell about its words from ``start`` to ``end``.

    A sheet number is alone, after its label, or before the number of sheets; otherwise it refers to
    something else.
    """
    before = " ".join(word.text for word in phrase.words[:start])
    after = " ".join(word.text for word in phrase.words[end:])
    if after and not _AFTER.fullmatch(after):
        return Label.OTHER
    if not before:
        return Label.NONE
    return Label.SHEET if _BEFORE.fullmatch(before) else Label.OTHER


def label_beside(number: Phrase, labels: Iterable[Phrase], phrases: Iterable[Phrase]) -> Label:
    """Return what the nearest label above or to the left of ``number`` tells about it.

    ``labels`` are those of :func:`sheet_number_labels`.
    """
    for label in labels:
        reach = max(_REACH * label.height, _OWN_REACH * number.height)
        if _leads_to(label, number, reach):
            return Label.SHEET
    for phrase in phrases:
        if _OTHER_LABEL.fullmatch(phrase.text) and _leads_to(
            phrase, number, _OTHER_REACH * max(phrase.height, number.height)
        ):
            return Label.OTHER
    return Label.NONE


def is_callout(number: Phrase, phrases: Sequence[Phrase]) -> bool:
    """Tell whether ``number`` is half of a callout, with a detail's number above or below it."""
    left, top, right, bottom = number.reading
    for phrase in phrases:
        if phrase is number or not _DETAIL.fullmatch(phrase.text) or not _same_turn(phrase, number):
            continue
        middle = (phrase.reading[0] + phrase.reading[2]) / 2
        gap = max(top - phrase.reading[3], phrase.reading[1] - bottom)
        ratio = max(phrase.height, 0.1) / max(number.height, 0.1)
        if (
            abs(middle - (left + right) / 2) <= _OFF_CENTRE * number.height
            and 0 < gap <= _HALVES_APART * number.height
            and 1 / _HALF_SIZE <= ratio <= _HALF_SIZE
        ):
            return True
    return False


def _leads_to(label: Phrase, number: Phrase, reach: float) -> bool:
    """Tell whether ``number`` is below ``label`` or to the right on its line, within reach."""
    if not _same_turn(label, number) or set(label.words) & set(number.words):
        return False
    left, top, right, bottom = number.reading
    under = top - label.reading[3]
    if -0.5 * label.height <= under <= reach:
        aside = left - label.reading[2] <= _ASIDE * reach
        return aside and label.reading[0] - right <= label.height
    on_line = top - label.height <= label.reading[1] and label.reading[3] <= bottom + label.height
    return on_line and 0 <= left - label.reading[2] <= reach


def _same_turn(one: Phrase, other: Phrase) -> bool:
    return abs((one.turn - other.turn + 180) % 360 - 180) <= 2
