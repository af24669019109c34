"""Writes the quality page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple

from takeoff.quality.measuring import DPI, NOTHING, OCR_DPI, SCALE_TOLERANCE, Outcome, Row
from takeoff.quality.scans import SMALL_IN, ScanRow
from takeoff.quality.takeoffs import TAKEOFF_TOLERANCE, TakeoffRow

TITLE = """# What is read off drawings, and how much of it is right

Written by `python -m takeoff.quality FOLDER > docs/takeoff-quality.md`; do not edit it. FOLDER
holds the real drawings that are named below; without it only the sample set is read.
"""
_HEAD = f"""
## What is read

Each page was read as the workers read it, at {DPI:g} dpi and without a model that sees: its text
layer, its vectors, and its image by OCR where it has no text. The truth was taken from looking at
each sheet; a scale is that of the sheet as it is, and counts as right within {SCALE_TOLERANCE:.1%}.
Only a calibrated scale is measured by, and only that is a claim. The rules were written with these
sheets in view, and there are few of them: expect less of others.
"""
_SCANS = f"""
## The same pages as scans

Each page of at most 17 x 11 in with a text layer was read once more from its image alone, at
{OCR_DPI:g} dpi, as if it had been scanned (without the dirt of a real scan). A word counts as read
when it was seen in its place, letter by letter. What was missed is told by its kind:

- one letter: most stand alone in the circle of a grid line or a section, which the engine takes for
  a symbol; others are what the text layer parts a word into;
- small: the font is below {SMALL_IN:g} in, its capitals less than half of the 3/32 in that drawing
  standards ask for. These two are reduced prints, on which most of the text is that small;
- turned: reads upwards, as the dimensions of walls do. The engine finds long turned lines and loses
  some that are short; a leader that touches a text is read as a dash before it;
- other: joined to its neighbour, or a letter mistaken.
"""

_TAKEOFFS = f"""
## What is measured

Conditions on pages where it is known how much there is, measured by the provider `local` at the
page's true scale; right is within {TAKEOFF_TOLERANCE:.0%}, and a count exactly. Where nothing is
measured, the first reason of what was withheld is told. On the real pages slabs are told by notes,
and finishes, hatches and dimensions run through the rooms: expect `local` to withhold most there. A
page without a trusted scale is not measured at all.
"""


def report_of_takeoffs(rows: Iterable[TakeoffRow]) -> str:
    """Return the section on measured quantities."""
    lines = [_TAKEOFFS, "| file | page | condition | true | from | measured | | withheld |"]
    lines.append("|---" * 8 + "|")
    for row in rows:
        measured = "nothing" if row.measured is None else f"{row.measured:,.0f} {row.unit}"
        cells = (row.file, row.page, row.condition, f"{row.true:,.0f} {row.unit}", row.known_from)
        verdict = "withheld" if row.outcome is Outcome.NOT_FOUND else row.outcome.value
        why = row.withheld if row.outcome is Outcome.NOT_FOUND else ""
        lines.append("| " + " | ".join(map(str, (*cells, measured, verdict, why))) + " |")
    return "\n".join(lines) + "\n"


def report(rows: Sequence[Row]) -> str:
    """Return the measured ``rows`` as a Markdown page."""
    lines = [_HEAD, "### In all\n", *_in_all(rows), "\n### Scales\n", *_scales(rows)]
    lines += ["\n### Page by page\n", *_pages(rows)]
    return "\n".join(lines) + "\n"


def report_of_scans(rows: Iterable[ScanRow]) -> str:
    """Return the section on pages read from their images, which follows :func:`report`."""
    lines = [
        _SCANS,
        "| file | page | mode | words | read | | one letter | small | turned | other"
        " | sheet number | title |",
    ]
    lines.append("|---" * 12 + "|")
    for row in rows:
        cells = (row.file, row.page, row.mode, row.words, row.read, f"{row.read / row.words:.1%}")
        kinds = astuple(row.missed)
        verdicts = (_right(row.number_is_right), _right(row.title_is_right))
        lines.append("| " + " | ".join(map(str, (*cells, *kinds, *verdicts))) + " |")
    return "\n".join(lines) + "\n"


def _right(is_right: bool) -> str:
    return "right" if is_right else "**wrong or not found**"


def _in_all(rows: Sequence[Row]) -> list[str]:
    """Return the summary: precision of claims, and their coverage."""
    lines = ["| question | claimed | of these right | | pages that have one | claimed rightly |"]
    lines.append("|---" * 6 + "|")
    for question in dict.fromkeys(row.question for row in rows):
        asked = [row for row in rows if row.question == question]
        claims = [row for row in asked if row.claimed]
        right = sum(row.outcome is Outcome.RIGHT for row in claims)
        known = sum(row.true != NOTHING for row in asked)
        shares = _share(right, len(claims)), known, _share(right, known)
        lines.append("| " + " | ".join(map(str, (question, len(claims), right, *shares))) + " |")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


def _scales(rows: Sequence[Row]) -> list[str]:
    scales = [row for row in rows if row.calibrated is not None]
    believed = [row for row in scales if row.calibrated]
    wrong = [row for row in believed if row.outcome is not Outcome.RIGHT]
    declined = [row for row in scales if not row.calibrated and row.outcome is Outcome.WRONG]
    return [
        f"- calibrated: {len(believed)} of {len(scales)} pages, of these wrong: {len(wrong)}",
        f"- wrong, and not believed: {len(declined)}",
    ]


def _pages(rows: Sequence[Row]) -> list[str]:
    lines = ["| file | page | question | true | read | |", "|---|---|---|---|---|---|"]
    for row in rows:
        state = row.outcome.value
        if row.calibrated is not None:
            state += ", calibrated" if row.calibrated else ", not calibrated"
        cells = (row.file, str(row.page), row.question, row.true, row.read, state)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines
