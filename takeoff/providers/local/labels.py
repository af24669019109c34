"""Separates labels, which are beside what they name, from notes and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from takeoff.phrases import Box, Phrase
from takeoff.providers.local.border import Border
from takeoff.providers.local.listings import LEGEND, LISTING, around_boxes, listings, tables
from takeoff.providers.local.names import is_view_title
from takeoff.providers.local.outlines import Outlines
from takeoff.providers.local.stated import count_in

# In heights of the text.
_LINE_GAP = 1.3
_PARAGRAPH_LINES = 5
_NUMBERED = re.compile(r"\d{1,2}\.\s+\S")
_HEADING = re.compile(r"\b(?:SCHEDULE|LEGEND|ABBREVIATIONS)\b")
_POINTS_AT = re.compile(r"\b(?:SEE|PER|REFER|REF)\b")
_CELL_HEIGHTS = 5.0
_TOUCH_PX = 2.0
# Minimum number of corners of a circle, and maximum size of a bubble in heights of its text.
_ROUND_CORNERS, _BUBBLE_HEIGHTS = 16, 8.0


class Standing(StrEnum):
    """Where a text is: only ``DRAWN`` is beside something drawn; the other values are reasons."""

    DRAWN = ""
    LISTED = "It is in notes, a legend or a table, not at something drawn."
    TITLE_BLOCK = "It is in the title block."
    VIEW_TITLE = "It is the title of a view."


@dataclass(frozen=True)
class Label:
    """Lines of text that belong together; ``legend``: in a legend.

    ``box`` is in pixels of the page image, ``height`` is the height of its letters.
    """

    text: str
    box: Box
    height: float
    standing: Standing
    legend: bool = False

    @property
    def listed(self) -> bool:
        """Whether it is not at anything drawn: in notes, a table, the title block, or a title."""
        return self.standing is not Standing.DRAWN

    @property
    def is_title(self) -> bool:
        """Whether it is the title of a view, even in a list, or a text of the title block."""
        return self.standing is Standing.TITLE_BLOCK or is_view_title(self.text)

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of its box."""
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def labels_of(phrases: Sequence[Phrase], outlines: Outlines, border: Border) -> list[Label]:
    """Return the labels of a sheet whose text is ``phrases``."""
    lists = [*listings(phrases, LISTING), *tables(phrases)]
    legends = listings(phrases, LEGEND)
    labels: list[Label] = []
    bubbles = {id(phrase): _bubble(phrase, outlines) for phrase in phrases}
    for block in _blocks(phrases, lists, bubbles):
        box = around_boxes([phrase.box for phrase in block])
        height = max(phrase.height for phrase in block)
        text = " ".join(phrase.text for phrase in block)
        if border.in_title_block(box):
            standing = Standing.TITLE_BLOCK
        elif _is_in(block, lists) or _is_list(block, box, height, outlines):
            standing = Standing.LISTED
        elif is_view_title(text):
            standing = Standing.VIEW_TITLE
        else:
            standing = Standing.DRAWN
        labels.append(Label(text, box, height, standing, _is_in(block, legends)))
    return labels


def _is_in(block: Sequence[Phrase], listings: Sequence[frozenset[int]]) -> bool:
    return any(id(phrase) in listing for phrase in block for listing in listings)


def _is_list(block: Sequence[Phrase], box: Box, height: float, outlines: Outlines) -> bool:
    text = " ".join(phrase.text for phrase in block).upper()
    return (
        len(block) >= _PARAGRAPH_LINES
        or any(_NUMBERED.match(phrase.text) for phrase in block)
        or _is_heading(text)
        or _in_table(box, height, outlines)
    )


def _bubble(phrase: Phrase, outlines: Outlines) -> int | None:
    """Return the id of the circle around a text, such as a grid line's or a section's, or None."""
    x, y = (phrase.box[0] + phrase.box[2]) / 2, (phrase.box[1] + phrase.box[3]) / 2
    for outline in outlines.around(x, y)[:2]:
        is_round = len(outline.polygon.exterior.coords) > _ROUND_CORNERS
        if is_round and max(outline.size) < _BUBBLE_HEIGHTS * phrase.height:
            return id(outline)
    return None


def _blocks(
    phrases: Sequence[Phrase],
    listings: Sequence[frozenset[int]],
    bubbles: Mapping[int, int | None],
) -> list[list[Phrase]]:
    """Join consecutive lines in reading order; lines in a listing or a bubble are not joined with
    lines outside it.
    """
    blocks: list[list[Phrase]] = []
    within = {
        id(phrase): (
            bubbles[id(phrase)],
            frozenset(at for at, each in enumerate(listings) if id(phrase) in each),
        )
        for phrase in phrases
    }
    for phrase in sorted(phrases, key=lambda each: (each.turn, each.reading[1])):
        for block in reversed(blocks):
            if within[id(block[-1])] == within[id(phrase)] and _goes_on(block[-1], phrase):
                block.append(phrase)
                break
        else:
            blocks.append([phrase])
    return blocks


def _goes_on(above: Phrase, below: Phrase) -> bool:
    if above.turn != below.turn or count_in(below.text) is not None:
        # A line that begins with a quantity starts a new tag.
        return False
    height = max(above.height, below.height)
    gap = below.reading[1] - above.reading[3]
    overlap = min(above.reading[2], below.reading[2]) - max(above.reading[0], below.reading[0])
    return -0.5 * height < gap < _LINE_GAP * height and overlap > 0


def _is_heading(text: str) -> bool:
    """Tell whether a text is the heading of a table; DOOR, SEE SCHEDULE only refers to one."""
    return _HEADING.search(text) is not None and _POINTS_AT.search(text) is None


def _in_table(box: Box, height: float, outlines: Outlines) -> bool:
    """Tell whether the text is in a cell with other cells at two of its sides."""
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
