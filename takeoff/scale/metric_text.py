"""Parses lengths in the notation of metric dimensions: 3600, 4 200, 3.60, 3,60, 3600 mm, 3.6 m."""

from __future__ import annotations

import re

from takeoff.scale.marks import plain_text

_WITH_UNIT = re.compile(
    r"(?P<number>\d{1,3}[ ,.]\d{3}|\d{1,6}(?:[.,]\d{1,3})?)\s*(?P<unit>MM|CM|M)\.?",
    re.IGNORECASE | re.ASCII,
)
_MILLIMETRES = re.compile(r"[1-9]\d{2,4}|[1-9]\d{0,2}[ ,.]\d{3}", re.ASCII)
_METRES = re.compile(r"\d{1,3}[.,]\d{2}", re.ASCII)
_GROUPS = re.compile(r"(?<=\d)[ ,.](?=\d{3}(?:\D|$))", re.ASCII)
_BEHIND = re.compile(r"\s*(?:TYP|CLR|CLEAR|C/C|CRS|CTRS|\(TYP\.?\))\.?$", re.IGNORECASE)
_METRES_OF = {"MM": 0.001, "CM": 0.01, "M": 1.0}
_NOTE = re.compile(
    r"\bIN\s+(?:(?P<cm>CM|CENTIMET(?:RE|ER)S?)|(?P<mm>MM|MILLIMET(?:RE|ER)S?)|M|MET(?:RE|ER)S?)\b",
    re.IGNORECASE,
)
_OF_DIMENSIONS = re.compile(r"\bDIM(?:ENSION)?S?\b|\bMEASUREMENTS?\b", re.IGNORECASE)


def parse_metric_length(text: str, *, bare: bool, metres_per_whole: float = 0.001) -> float | None:
    """Return the length of ``text`` in metres, or None if it is not a metric dimension.

    A leading sign makes it a level. Numbers without a unit only count if ``bare``: a whole number
    of three digits or more is in units of ``metres_per_whole``, one with two decimals in metres; a
    group of three digits (4 200) belongs to a whole number.
    """
    plain = _BEHIND.sub("", plain_text(text).text.strip())
    match = _WITH_UNIT.fullmatch(plain)
    if match is not None:
        unit = match["unit"].upper()
        return _positive(_number(match["number"], unit) * _METRES_OF[unit])
    if not bare:
        return None
    if _MILLIMETRES.fullmatch(plain):
        return _positive(float(_GROUPS.sub("", plain)) * metres_per_whole)
    if _METRES.fullmatch(plain):
        return _positive(float(plain.replace(",", ".")))
    return None


def metres_per_whole_number(notes: list[str]) -> float:
    """Return the unit of dimensions without decimals, in metres: a millimetre, unless a note on the
    sheet says that dimensions are in centimetres.
    """
    for note in notes:
        match = _NOTE.search(note) if _OF_DIMENSIONS.search(note) else None
        if match is not None and match["cm"]:
            return 0.01
    return 0.001


def _number(text: str, unit: str) -> float:
    # 3,600 mm has a thousands separator; 3.600 m is written to the millimetre.
    grouped = unit == "MM" or " " in text
    return float((_GROUPS.sub("", text) if grouped else text).replace(",", "."))


def _positive(metres: float) -> float | None:
    return metres if metres > 0 else None
