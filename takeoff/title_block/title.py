"""Finds the title of a sheet: under its label, or else beside the sheet number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from takeoff.phrases import Box, Phrase
from takeoff.title_block.finding import Finding

_LABEL = re.compile(
    r"(?:SHEET|DRAWING|DWG\.?)\s*(?:TITLE|NAME)\s*[:.]?\s*(?P<rest>.*)|TITLE\s*:?\s*(?P<none>)$",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"(?:(?:SHEET|DRAWING|DWG\.?|PROJECT|PROJ\.?|JOB|ISSUED?|PLOT|PRINT|FILE|BUILDING|BLDG\.?)\s*)?"
    r"(?:(?:SCALE|DATE|NUMBER|NO\.|DRAWN(?: BY)?|CHECKED(?: BY)?|APPROVED(?: BY)?)\b.*"
    r"|(?:NO|NAME|PHASE|ADDRESS|OWNER|LOCATION|PROJECT|REVISIONS?)\s*(?::.*)?)",
    re.IGNORECASE,
)
_DRAWN = re.compile(
    r"\b(?:PLANS?|ELEVATIONS?|SECTIONS?|DETAILS?|SCHEDULES?|NOTES|LEGENDS?|DIAGRAMS?|FRAMING|"
    r"FOUNDATIONS?|FLOORS?|ROOF|BASEMENT|STRUCTURAL|COVER|SITE|GRADING|DEMOLITION|REFLECTED|"
    r"CEILING|TAKE-?OFF|WALLS?|ISOMETRIC|ABBREVIATIONS|RISER|SLAB|FOOTINGS?|ENLARGED|FIRST|SECOND)"
    r"\b",
    re.IGNORECASE,
)
# In heights of the text: how far a title may lie under its label and its lines under each other.
_UNDER_LABEL, _BETWEEN_LINES = 5.0, 1.3
# A label is small: how far under it the first line may start, in heights of the label.
_LABEL_REACH = 9.0
_LEAST_OF_TALLEST = 0.64
# Ink with descenders is a third taller than without.
_SAME_SIZE = (0.68, 1.45)
# Beside the number: in heights of the number, and how large the title is at least.
_BESIDE, _LEAST_SIZE = 9.0, 0.3
_MAX_LINES = 4


def find_title(phrases: Sequence[Phrase], number: Phrase | None) -> Finding | None:
    """Return the title of the sheet whose number is ``number``, or None if none is found."""
    labels = [(phrase, match) for phrase in phrases if (match := _LABEL.fullmatch(phrase.text))]
    if number is not None:
        labels.sort(key=lambda labelled: _apart(labelled[0].box, number.box))
    for label, match in labels:
        rest = (match["rest"] or "").strip()
        if rest and not _OTHER_LABEL.fullmatch(rest):
            return Finding(rest, label.box, "after its label")
        lines = _under(label, phrases, number)
        if lines:
            return _finding(lines, f'under "{label.text}"')
    return _beside(phrases, number) if number is not None else None


def _under(label: Phrase, phrases: Sequence[Phrase], number: Phrase | None) -> list[Phrase]:
    left, _, right, bottom = label.reading
    below = sorted(
        (
            phrase
            for phrase in phrases
            if phrase is not label
            and _same_turn(phrase, label)
            and phrase.reading[1] >= bottom - label.height * 0.5
            and phrase.reading[0] <= right + 12 * label.height
            and phrase.reading[2] >= left
            and phrase.reading[0] >= left - 4 * label.height
        ),
        key=lambda phrase: phrase.reading[1],
    )
    if not below:
        return []
    first = below[0]
    near = max(_LABEL_REACH * label.height, _UNDER_LABEL * first.height)
    if first.reading[1] - bottom > near or _is_other(first, number):
        return []
    return _block(first, below, number)


def _block(first: Phrase, below: Sequence[Phrase], number: Phrase | None) -> list[Phrase]:
    """Return ``first`` and the lines of its size that follow close under it."""
    lines = [first]
    for phrase in below:
        last = lines[-1]
        if phrase is first or phrase.reading[1] <= last.reading[1] + last.height * 0.5:
            continue
        gap = phrase.reading[1] - last.reading[3]
        overlap = min(phrase.reading[2], last.reading[2]) - max(phrase.reading[0], last.reading[0])
        if overlap <= 0:
            continue
        if (
            gap > _BETWEEN_LINES * last.height
            or not _same_size(phrase, first)
            or _is_other(phrase, number)
            or len(lines) == _MAX_LINES
        ):
            break
        lines.append(phrase)
    return lines


def _beside(phrases: Sequence[Phrase], number: Phrase) -> Finding | None:
    """Return the nearest large text beside the number that says what is drawn."""
    reach = _BESIDE * number.height
    near = [
        phrase
        for phrase in phrases
        if _same_turn(phrase, number)
        and phrase.height >= _LEAST_SIZE * number.height
        and phrase.height <= number.height * 1.5
        and _apart(phrase.box, number.box) <= reach
        and not set(phrase.words) & set(number.words)
        and _DRAWN.search(phrase.text)
    ]
    if not near:
        return None
    tallest = max(phrase.height for phrase in near)
    near = [phrase for phrase in near if phrase.height >= tallest * _LEAST_OF_TALLEST]
    nearest = min(near, key=lambda phrase: _apart(phrase.box, number.box))
    lines = [nearest]
    for upwards in (False, True):
        edge = nearest
        ordered = sorted(near, key=lambda phrase: phrase.reading[1], reverse=upwards)
        for phrase in ordered:
            step = (phrase.reading[1] - edge.reading[1]) * (-1 if upwards else 1)
            if phrase in lines or not 0 < step <= 2.4 * edge.height:
                continue
            if _same_size(phrase, nearest):
                lines.append(phrase)
                edge = phrase
    lines.sort(key=lambda phrase: phrase.reading[1])
    return _finding(lines[:_MAX_LINES], "large text beside the sheet number that names a drawing")


def _finding(lines: Sequence[Phrase], rule: str) -> Finding:
    boxes = [line.box for line in lines]
    box = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return Finding(" ".join(line.text for line in lines), box, rule)


def _is_other(phrase: Phrase, number: Phrase | None) -> bool:
    if number is not None and set(phrase.words) & set(number.words):
        return True
    return bool(_OTHER_LABEL.fullmatch(phrase.text) or _LABEL.fullmatch(phrase.text))


def _same_turn(one: Phrase, other: Phrase) -> bool:
    return abs((one.turn - other.turn + 180) % 360 - 180) <= 2


def _same_size(one: Phrase, other: Phrase) -> bool:
    ratio = one.height / other.height if other.height else 0.0
    return _SAME_SIZE[0] <= ratio <= _SAME_SIZE[1]


def _apart(one: Box, other: Box) -> float:
    """Return how far two boxes are apart, in pixels; 0 if they touch."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    down = max(one[1] - other[3], other[1] - one[3], 0.0)
    return (across**2 + down**2) ** 0.5
