"""The texts of a sheet that stand beside what they name, apart from notes and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from takeoff.phrases import Box, Phrase, phrases_of
from takeoff.providers.local.outlines import Outlines
from takeoff.reading.word import Word

# In heights of the text.
_LINE_GAP, _ROW_GAP, _ASIDE = 1.3, 3.0, 4.0
_PARAGRAPH_LINES = 5
_NUMBERED = re.compile(r"\d{1,2}\.\s+\S")
_LISTING = re.compile(r"\b(?:NOTES?|SCHEDULES?|LEGENDS?|ABBREVIATIONS?|INDEX|KEY)\b:?$")
_LEGEND = re.compile(r"\b(?:LEGENDS?|KEY)\b:?$")
_HEADING = re.compile(r"\b(?:SCHEDULE|LEGEND|ABBREVIATIONS)\b")
_POINTS_AT = re.compile(r"\b(?:SEE|PER|REFER|REF)\b")
_CELL_HEIGHTS = 5.0
_TOUCH_PX = 2.0


@dataclass(frozen=True)
class Label:
    """Lines of text that belong together; ``listed`` in notes, a legend, a schedule or a table,
    ``legend`` in a legend.

    ``box`` is in pixels of the page image, ``height`` that of its letters.
    """

    text: str
    box: Box
    height: float
    listed: bool
    legend: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def labels_of(words: Iterable[Word], outlines: Outlines) -> list[Label]:
    """Return the labels of a sheet whose text is ``words``."""
    blocks = _blocks(phrases_of(words))
    listings = _listings(blocks, _LISTING)
    legends = _listings(blocks, _LEGEND)
    labels: list[Label] = []
    for block in blocks:
        box = _around([phrase.box for phrase in block])
        height = max(phrase.height for phrase in block)
        text = " ".join(phrase.text for phrase in block)
        listed = (
            len(block) >= _PARAGRAPH_LINES
            or any(_NUMBERED.match(phrase.text) for phrase in block)
            or _is_heading(text.upper())
            or any(_inside(box, listing) for listing in listings)
            or _in_table(box, height, outlines)
        )
        legend = any(_inside(box, legend) for legend in legends)
        labels.append(Label(text, box, height, listed, legend))
    return labels


def _blocks(phrases: Sequence[Phrase]) -> list[list[Phrase]]:
    """Join lines that stand beneath each other, in the order in which they are read."""
    blocks: list[list[Phrase]] = []
    for phrase in sorted(phrases, key=lambda each: (each.turn, each.reading[1])):
        for block in reversed(blocks):
            if _goes_on(block[-1], phrase):
                block.append(phrase)
                break
        else:
            blocks.append([phrase])
    return blocks


def _goes_on(above: Phrase, below: Phrase) -> bool:
    if above.turn != below.turn:
        return False
    height = max(above.height, below.height)
    gap = below.reading[1] - above.reading[3]
    overlap = min(above.reading[2], below.reading[2]) - max(above.reading[0], below.reading[0])
    return -0.5 * height < gap < _LINE_GAP * height and overlap > 0


def _listings(blocks: Sequence[Sequence[Phrase]], headings: re.Pattern[str]) -> list[Box]:
    """Return the boxes of what has such headings: from the heading down to the next wide gap."""
    found: list[Box] = []
    downwards = sorted(
        (phrase for block in blocks for phrase in block), key=lambda each: each.box[1]
    )
    for heading in downwards:
        if not headings.search(heading.text.upper()) or len(heading.text.split()) > 5:
            continue
        left, top, right, bottom = heading.box
        reach = _ASIDE * heading.height
        for phrase in downwards:
            below = phrase.box[1] - bottom
            beside = phrase.box[0] <= right + reach and phrase.box[2] >= left - reach
            if (
                phrase is not heading
                and beside
                and top < phrase.box[1]
                and (below < _ROW_GAP * heading.height)
            ):
                left, right = min(left, phrase.box[0]), max(right, phrase.box[2])
                bottom = max(bottom, phrase.box[3])
        found.append((left, top, right, bottom))
    return found


def _is_heading(text: str) -> bool:
    """Tell whether it is the heading of a table; DOOR, SEE SCHEDULE points at one."""
    return _HEADING.search(text) is not None and _POINTS_AT.search(text) is None


def _in_table(box: Box, height: float, outlines: Outlines) -> bool:
    """Tell whether the text stands in a cell with other cells at two of its sides."""
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    cells = [each for each in outlines.around(*middle) if each.size[1] < _CELL_HEIGHTS * height]
    if not cells:
        return False
    cell = cells[0]
    beside = 0
    for other in outlines.near(cell.box, _TOUCH_PX):
        if other is cell or other.polygon.contains(cell.polygon):
            continue
        same_row = abs(other.box[1] - cell.box[1]) < _TOUCH_PX
        same_column = abs(other.box[0] - cell.box[0]) < _TOUCH_PX
        beside += same_row or same_column
    return beside >= 2


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _inside(box: Box, outer: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]
