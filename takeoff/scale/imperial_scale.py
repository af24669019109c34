"""Parses scales in inches per foot: 1/8" = 1'-0", 1" = 20', ONE INCH EQUALS 20 FEET."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from takeoff.scale import ratio as ratios
from takeoff.scale.digits import DIGIT, decimal_number, whole_number
from takeoff.scale.scale_notation import ScaleKind, ScaleNotation

_LABEL = r"(?P<label>\bSCALES?\s*[:=.]?\s*)?"
_INCH = r"(?:\"|\bIN(?:CH(?:ES)?)?\b\.?)"
_AFTER_DIGIT = r"(?<=[0-9IlOoB|!\s])"
_INCH_AFTER_DIGIT = rf"(?:\"|{_AFTER_DIGIT}IN(?:CH(?:ES)?)?\b\.?)"
_FOOT = rf"(?:'|{_AFTER_DIGIT}(?:FT|FEET|FOOT)\b\.?)"
_EQUALS = rf"(?:[=:\u2248]|\bEQUALS?\b|-(?=\s*{DIGIT}'))"
_WHOLE = rf"(?<![\w/.]){DIGIT}{{1,2}}"
_PATTERN = re.compile(
    rf"{_LABEL}"
    rf"(?:(?P<whole>{_WHOLE})(?P<join>\s*-\s*|\s+))?"
    rf"(?:(?P<numerator>(?<![\w/.]){DIGIT}{{1,2}})\s*/\s*(?P<denominator>{DIGIT}{{1,2}})"
    rf"|(?P<decimal>(?<![\w/.])(?:{DIGIT}{{1,2}}(?:\.{DIGIT}{{1,4}})?|\.\d{{1,4}})))"
    rf"\s*(?P<inch>{_INCH_AFTER_DIGIT})?\s*(?P<equals>{_EQUALS})\s*"
    rf"(?P<feet>{DIGIT}{{1,4}}(?:\.{DIGIT}{{1,2}}(?=\s*{_FOOT}))?)"
    rf"(?:\s*(?P<foot>{_FOOT})(?:\s*-?\s*(?P<inches>{DIGIT}{{1,2}})\s*{_INCH_AFTER_DIGIT}?)?"
    rf"|\s*-\s*(?P<bare>{DIGIT}{{1,2}})\s*{_INCH_AFTER_DIGIT}?)"
    rf"(?![\w/])",
    re.IGNORECASE | re.ASCII,
)
_NUMBERS = {"ONE": 1, "TWO": 2, "THREE": 3, "SIX": 6, "TEN": 10, "TWENTY": 20, "THIRTY": 30}
_NUMBERS |= {"FORTY": 40, "FIFTY": 50, "SIXTY": 60, "EIGHTY": 80}
_NUMBERS |= {"ONE HUNDRED": 100, "TWO HUNDRED": 200}
_PARTS = {"HALF": 2, "QUARTER": 4, "FOURTH": 4, "EIGHTH": 8, "SIXTEENTH": 16}
SPOKEN_WORDS = {word: str(number) for word, number in _NUMBERS.items()}
"""Spelled-out numbers in scales, with their digits."""
for _part, _of in _PARTS.items():
    SPOKEN_WORDS |= {_part: f"1/{_of}", f"ONE {_part}": f"1/{_of}", f"THREE {_part}S": f"3/{_of}"}
    SPOKEN_WORDS[f"ONE AND ONE {_part}"] = f"1 1/{_of}"
_LONGEST_FIRST = sorted(SPOKEN_WORDS, key=len, reverse=True)
SPOKEN = re.compile(
    rf"\b(?:{'|'.join(word.replace(' ', r'[ -]+') for word in _LONGEST_FIRST)})\b"
    r"(?=\s*-?\s*(?:INCH|IN\.|FOOT|FEET|FT\b))",
    re.IGNORECASE,
)
"""A spelled-out number before a unit."""


def imperial_scales(text: str) -> Iterator[ScaleNotation]:
    """Yield the scales in inches per foot in ``text``, which has plain marks.

    A whole number before a fraction that makes an unusual scale is a detail's number, and is
    ignored.
    """
    for match in _PATTERN.finditer(text):
        paper, whole_dropped = _paper_inches(match)
        feet = decimal_number(match["feet"])
        inches = whole_number(match["inches"] or match["bare"] or "0")
        if paper is None or feet is None or inches is None or inches >= 12:
            continue
        if not _is_scale(match):
            continue
        real = feet * 12 + inches
        if not real:
            continue
        engineering = paper == 1 and inches == 0 and feet > 1
        kind = ScaleKind.ENGINEERING if engineering else ScaleKind.ARCHITECTURAL
        start = match.start("numerator") if whole_dropped else match.start()
        label = match["label"] is not None
        written = text[max(start, match.end("label")) : match.end()].strip()
        standard = _is_standard(paper, feet, inches)
        yield ScaleNotation(written, kind, float(real / paper), standard, label, start, match.end())


def _is_scale(match: re.Match[str]) -> bool:
    """Tell whether marks or words show that it is a scale and not arithmetic."""
    if not (match["inch"] or match["foot"] or match["label"]):
        return False
    said = match["equals"] == "=" or match["equals"].upper().startswith("EQUAL")
    return said or bool(match["inch"] and match["foot"])


def _is_standard(paper: Fraction, feet: Fraction, inches: int) -> bool:
    if feet * 12 + inches == 12:
        return paper in ratios.ARCHITECTURAL
    return paper == 1 and inches == 0 and feet in ratios.ENGINEERING


def _paper_inches(match: re.Match[str]) -> tuple[Fraction | None, bool]:
    """Return the inches of paper, and whether a leading number was excluded."""
    whole = whole_number(match["whole"]) if match["whole"] else None
    if match["numerator"] is None:
        inches = decimal_number(match["decimal"])
        return (inches, False) if inches is not None and inches > 0 else (None, False)
    numerator, denominator = whole_number(match["numerator"]), whole_number(match["denominator"])
    if not numerator or not denominator or numerator >= denominator:
        return None, False
    fraction = Fraction(numerator, denominator)
    if whole is None:
        return fraction, False
    together = whole + fraction
    return (together, False) if together in ratios.ARCHITECTURAL else (fraction, True)
