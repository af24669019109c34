"""Counts the claims on many generated sheets, and how many were right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from takeoff.quality.generated.reading import SCALE_TOLERANCE, Claim, claims_of
from takeoff.quality.generated.sheet import some_sheet

_HEAD = f"""
## Drawn by chance: numbers, titles and scales

Sheets whose truth is known, drawn by chance (`python -m takeoff.quality.generated COUNT`): title
blocks of six layouts, two of them without a number, titles of one to four lines, callouts of other
sheets, scales written in some thirty ways and garbled as OCR does, dimensions in feet and inches,
millimetres and metres, exact, rounded and in part, scale bars, some of them wrong, level marks,
walls and grids, reduced prints, a second view of another scale, pages turned by right angles. A
scale is claimed where the page is calibrated, and right within {SCALE_TOLERANCE:.1%}; it may not be
claimed of a page with two. Many sheets have nothing that confirms the scale, so that it cannot be
claimed.
"""


@dataclass(frozen=True)
class Tally:
    """Counts for one question: sheets with an answer, claims, right claims."""

    question: str
    known: int
    claimed: int
    right: int


def claims_of_sheets(count: int, first: int = 0) -> Iterator[tuple[int, Claim]]:
    """Yield the claims on ``count`` sheets, each with its sheet's number, from ``first``."""
    for number in range(first, first + count):
        # Seeds the drawing; reproducible.
        for claim in claims_of(some_sheet(Random(number))):  # noqa: S311
            yield number, claim


def tallied(claims: Iterable[Claim]) -> list[Tally]:
    """Return the counts of ``claims``, by question."""
    by_question: dict[str, list[Claim]] = {}
    for claim in claims:
        by_question.setdefault(claim.question, []).append(claim)
    return [
        Tally(
            question,
            sum(each.true is not None for each in asked),
            sum(each.claimed is not None for each in asked),
            sum(each.claimed is not None and each.right for each in asked),
        )
        for question, asked in by_question.items()
    ]


def report_of_generated(count: int, tallies: Iterable[Tally]) -> str:
    """Return the section of the quality page about ``count`` sheets."""
    lines = [_HEAD, f"| of {count:,} sheets | claimed | of these right | | have one | claimed |"]
    lines.append("|---" * 6 + "|")
    for each in tallies:
        precision = f"{each.right / each.claimed:.2%}" if each.claimed else ""
        share = f"{each.right / each.known:.1%}" if each.known else ""
        cells = (each.question, each.claimed, each.right, precision, each.known, share)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"
