"""Merges several readings of the same image into one list of words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from takeoff.ocr.seen import SeenWord

# Two boxes hold the same word if they share this much of the smaller one.
_SAME = 0.5
_CELL_PX = 64.0


def merged(*readings: Iterable[SeenWord]) -> list[SeenWord]:
    """Return the words of ``readings`` without duplicates.

    Of two words in the same place the one from the earlier reading is kept; but a whole word wins
    over one cut by the edge of its tile, and within a reading the more confident one wins.
    """
    ranked = sorted(
        ((seen.cut, order, -seen.confidence, seen) for order, each in enumerate(readings)
         for seen in each),
        key=lambda entry: entry[:3],
    )  # fmt: skip
    kept: list[SeenWord] = []
    cells: dict[tuple[int, int], list[SeenWord]] = defaultdict(list)
    for *_, seen in ranked:
        reach = list(_cells(seen))
        if any(_is_same(seen, other) for cell in reach for other in cells[cell]):
            continue
        kept.append(seen)
        for cell in reach:
            cells[cell].append(seen)
    return kept


def in_reading_order(words: Iterable[SeenWord]) -> list[SeenWord]:
    """Return ``words`` line by line from the top, each line from the left, judged by their boxes.

    Words that start at about the same height form a line; rotated words count where they start.
    """
    lines: list[tuple[float, float, list[SeenWord]]] = []
    for seen in sorted(words, key=lambda seen: seen.word.top + seen.word.bottom):
        middle = (seen.word.top + seen.word.bottom) / 2
        if lines and abs(middle - lines[-1][0]) <= lines[-1][1] / 2:
            lines[-1][2].append(seen)
        else:
            lines.append((middle, seen.word.bottom - seen.word.top, [seen]))
    return [seen for *_, line in lines for seen in sorted(line, key=lambda each: each.word.left)]


def _is_same(one: SeenWord, other: SeenWord) -> bool:
    a, b = one.word, other.word
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if across <= 0 or down <= 0:
        return False
    smaller = min((a.right - a.left) * (a.bottom - a.top), (b.right - b.left) * (b.bottom - b.top))
    return across * down >= _SAME * smaller


def _cells(seen: SeenWord) -> Iterator[tuple[int, int]]:
    word = seen.word
    for x in range(int(word.left // _CELL_PX), int(word.right // _CELL_PX) + 1):
        for y in range(int(word.top // _CELL_PX), int(word.bottom // _CELL_PX) + 1):
            yield x, y
