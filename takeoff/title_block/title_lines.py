"""Decides which lines above and below a line of a title belong to the title.

The project's name is above a title, an address, a date or a scale below it, and all may have the
title's size. A line continues a title if it names a drawing or a part of a building, or if the line
before it ends mid-phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from takeoff.phrases import Phrase

MAX_LINES = 4
"""The maximum number of lines of a title."""

_DRAWING = re.compile(
    r"\b(?:PLANS?|ELEVATIONS?|SECTIONS?|DETAILS?|SCHEDULES?|NOTES|LEGENDS?|DIAGRAMS?|FRAMING|"
    r"FOUNDATIONS?|FLOORS?|ROOF|BASEMENT|STRUCTURAL|COVER|SITE|GRADING|DEMOLITION|REFLECTED|"
    r"CEILING|TAKE-?OFF|WALLS?|ISOMETRIC|ABBREVIATIONS|RISER|SLAB|FOOTINGS?|ENLARGED|FIRST|SECOND)"
    r"\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:LEVELS?|AREAS?|WINGS?|NORTH|SOUTH|EAST|WEST|PARTS?|PARTIAL|THIRD|FOURTH|FIFTH|GROUND|"
    r"MAIN|UPPER|LOWER|MEZZANINE|PENTHOUSE|EXTERIOR|INTERIOR|TYPICAL|PROPOSED|EXISTING|OVERALL|"
    r"POWER|LIGHTING|SIGNAL|SYSTEMS?|MECHANICAL|ELECTRICAL|PLUMBING|HVAC|FIRE|PIPING|DUCTWORK|"
    r"FINISH(?:ES)?|FURNITURE|EQUIPMENT|DIMENSIONS?|LAYOUT|CONSTRUCTION|REINFORCING|PHASE)\b",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"(?:[-\u2013\u2014&,/+:(]|\b(?:AND|OF|AT|FOR|WITH|THE|TO|OR))\s*$", re.I)
_OPEN_START = re.compile(r"\s*(?:[-\u2013\u2014&/+,)(]|(?:AND|OF|AT|FOR|WITH|TO|OR)\b)", re.I)
# Texts below titles that do not belong to them.
_OTHER_FIELD = re.compile(
    r"\W*(?:\d[\d\s./:\-]*|.*\b(?:19|20)\d\d\b.*|.*\d\s*[\"'\u2019\u201d].*=.*|.*\b1\s*[:/]\s*\d+.*|"
    r".*\b(?:STREET|ST\.|AVENUE|AVE\.?|ROAD|RD\.?|BLVD\.?|DRIVE|LANE|SUITE|HIGHWAY|PO BOX)\b.*|"
    r".*,\s*[A-Z]{2}\.?(?:\s+\d{5}.*)?|.*\b(?:INC|LLC|LTD|ARCHITECTS?|ENGINEERS?|ASSOCIATES)\b.*|"
    r".*@.*|N\.?T\.?S\.?|AS NOTED|AS SHOWN|AS INDICATED)\W*",
    re.IGNORECASE,
)
# In heights of the text: gap between lines, and tolerance of their alignment.
_BETWEEN, _ALIGNED = 1.4, 0.75
# In font sizes: extent of the ink above and below. OCR gives the ink, not the font.
_CAPITALS, _SMALL_LETTERS, _DESCENDERS = 0.72, 0.53, 0.21
_TALL = re.compile(r"[A-Z0-9bdfhiklt&/()]")
_DEEP = re.compile(r"[gjpqyQ,;/()]")
_SAME_FONT = 0.2


def names_drawing(text: str) -> bool:
    """Tell whether ``text`` names a kind of drawing."""
    return _DRAWING.search(text) is not None


def title_lines(known: Phrase, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the lines of the title that contains ``known``, from the top.

    ``phrases`` are those of the sheet without known other fields; the lines of a title share a font
    and are aligned left, centred or right.
    """
    alike = [phrase for phrase in phrases if phrase is known or _is_alike(phrase, known)]
    lines = [known]
    for line in _following(known, alike, -1):
        if len(lines) == MAX_LINES or not _leads_to(line.text, lines[0].text):
            break
        lines.insert(0, line)
    for line in _following(known, alike, 1):
        if len(lines) == MAX_LINES or not _goes_on(lines[-1].text, line.text):
            break
        lines.append(line)
    return lines


def _goes_on(above: str, line: str) -> bool:
    if _OPEN_END.search(above) or _OPEN_START.match(line):
        return True
    return not _OTHER_FIELD.fullmatch(line)


def _leads_to(line: str, below: str) -> bool:
    if _OTHER_FIELD.fullmatch(line):
        return False
    named = names_drawing(line) or _PART.search(line)
    return bool(named or _OPEN_END.search(line) or _OPEN_START.match(below))


def _following(known: Phrase, alike: Sequence[Phrase], way: int) -> Iterator[Phrase]:
    """Yield the lines above (-1) or below (1) ``known``, nearest first, while they are close."""
    last = known
    for phrase in sorted(alike, key=lambda each: each.reading[1] * way):
        if (phrase.reading[1] - last.reading[1]) * way <= last.height * 0.5:
            continue
        upper, lower = (last, phrase) if way > 0 else (phrase, last)
        gap = lower.reading[1] - upper.reading[3]
        if gap > _BETWEEN * max(known.height, last.height):
            return
        if _is_aligned(phrase, last) or _is_aligned(phrase, known):
            yield phrase
            last = phrase


def _is_alike(phrase: Phrase, known: Phrase) -> bool:
    if abs((phrase.turn - known.turn + 180) % 360 - 180) > 2:
        return False
    sizes = zip(_font_sizes(phrase), _font_sizes(known), strict=True)
    return any(abs(size / of_known - 1) <= _SAME_FONT for size, of_known in sizes)


def _font_sizes(phrase: Phrase) -> tuple[float, float]:
    """Return the font size in pixels by the ink of the tallest word, and by that of the line: OCR
    may give every word the height of its line.
    """
    words = [word for word in phrase.words if any(letter.isalnum() for letter in word.text)]
    boxes = [(phrase.frame.box(word), word.text) for word in words]
    sizes = [(box[3] - box[1]) / _reach(text) for box, text in boxes]
    of_line = phrase.height / _reach(phrase.text)
    return max(sizes, default=of_line), of_line


def _reach(text: str) -> float:
    up = _CAPITALS if _TALL.search(text) else _SMALL_LETTERS
    return up + (_DESCENDERS if _DEEP.search(text) else 0.0)


def _is_aligned(one: Phrase, other: Phrase) -> bool:
    left, right = one.reading[0] - other.reading[0], one.reading[2] - other.reading[2]
    slack = _ALIGNED * max(one.height, other.height)
    return min(abs(left), abs(right), abs(left + right) / 2) <= slack
