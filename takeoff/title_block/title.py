"""Finds the title of a sheet: below its label, or else beside the sheet number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from takeoff.phrases import Box, Phrase, phrase_of
from takeoff.title_block.finding import Finding
from takeoff.title_block.title_lines import names_drawing, title_lines

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
# In heights of the text: maximum distance of a title below its label.
_UNDER_LABEL = 5.0
# A label is small: maximum distance of the first line below it, in heights of the label.
_LABEL_REACH = 9.0
_LEAST_OF_TALLEST = 0.64
# Beside the number: maximum distance and minimum size of the title, in heights of the number.
_BESIDE, _LEAST_SIZE = 9.0, 0.3


def find_title(phrases: Sequence[Phrase], number: Phrase | None) -> Finding | None:
    """Return the title of the sheet whose number is ``number``, or None if none is found."""
    labels = [(phrase, match) for phrase in phrases if (match := _LABEL.fullmatch(phrase.text))]
    if number is not None:
        labels.sort(key=lambda labelled: _apart(labelled[0].box, number.box))
    for label, match in labels:
        rest = (match["rest"] or "").strip()
        if rest and not _OTHER_LABEL.fullmatch(rest):
            first = _after_label(label, rest)
            lines = _lines(first, label, phrases, number)
            return _finding(lines, "after its label")
        lines = _under(label, phrases, number)
        if lines:
            return _finding(lines, f'under "{label.text}"')
    return _beside(phrases, number) if number is not None else None


def _after_label(label: Phrase, rest: str) -> Phrase:
    """Return the words of ``label`` that make up ``rest``, the end of its text."""
    count = next(
        count
        for count in range(1, len(label.words) + 1)
        if "".join(word.text for word in label.words[-count:]).endswith(rest.replace(" ", ""))
    )
    return replace(phrase_of(label.words[-count:], label.turn), text=rest)


def _under(label: Phrase, phrases: Sequence[Phrase], number: Phrase | None) -> list[Phrase]:
    below = _below(label, phrases)
    if not below:
        return []
    first = below[0]
    near = max(_LABEL_REACH * label.height, _UNDER_LABEL * first.height)
    if first.reading[1] - label.reading[3] > near or _is_other(first, number):
        return []
    return _lines(first, label, phrases, number)


def _below(label: Phrase, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the phrases below ``label``, the nearest first."""
    left, _, right, bottom = label.reading
    return sorted(
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


def _lines(
    first: Phrase, label: Phrase, phrases: Sequence[Phrase], number: Phrase | None
) -> list[Phrase]:
    """Return the lines of the title that contains ``first``, none of them above ``label``."""
    top = label.reading[1] - label.height * 0.5
    own = [
        phrase
        for phrase in phrases
        if phrase is not label and phrase.reading[1] >= top and not _is_other(phrase, number)
    ]
    return title_lines(first, own)


def _beside(phrases: Sequence[Phrase], number: Phrase) -> Finding | None:
    """Return the nearest large text beside the number that names a drawing, with the lines that
    continue it.
    """
    reach = _BESIDE * number.height
    near = [
        phrase
        for phrase in phrases
        if _same_turn(phrase, number)
        and phrase.height >= _LEAST_SIZE * number.height
        and phrase.height <= number.height * 1.5
        and _apart(phrase.box, number.box) <= reach
        and not set(phrase.words) & set(number.words)
    ]
    named = [phrase for phrase in near if names_drawing(phrase.text)]
    if not named:
        return None
    tallest = max(phrase.height for phrase in named)
    named = [phrase for phrase in named if phrase.height >= tallest * _LEAST_OF_TALLEST]
    nearest = min(named, key=lambda phrase: _apart(phrase.box, number.box))
    own = [phrase for phrase in phrases if not _is_other(phrase, number)]
    lines = title_lines(nearest, own)
    return _finding(lines, "large text beside the sheet number that names a drawing")


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


def _apart(one: Box, other: Box) -> float:
    """Return the distance between two boxes in pixels; 0 if they touch."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    down = max(one[1] - other[3], other[1] - one[3], 0.0)
    return (across**2 + down**2) ** 0.5
