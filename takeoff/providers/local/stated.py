"""Parses what a text states: areas, sides of a room, quantities."""

from __future__ import annotations

import re
from typing import Final

_SF_PER_M2: Final = 10.7639104
_SF_PER_ACRE: Final = 43_560.0
_NUMBER: Final = r"(?<![\d.,'/#-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_AREAS: Final = (
    (
        re.compile(
            rf"{_NUMBER}\s*\+?/?-?\s*(?:[GNRU]?\.?S\.?\s?F\b\.?|SQ\.?\s*F(?:EE)?T\b|SQUARE\s+FEET\b"
            r"|FT\s?(?:2\b|\u00b2))"
        ),
        1.0,
    ),
    (
        re.compile(
            rf"{_NUMBER}\s*\+?/?-?\s*(?:M\s?(?:2\b|\u00b2)|SQ\.?\s*M(?:ET(?:ER|RE)S?)?\b\.?)"
        ),
        _SF_PER_M2,
    ),
    (re.compile(rf"{_NUMBER}\s*\+?/?-?\s*(?:ACRES?\b|AC\b\.?)"), _SF_PER_ACRE),
)
_FEET: Final = r"(\d{1,3})\s*['\u2019\u2032]\s*-?\s*(?:(\d{1,2}(?:\.\d+)?)\s*[\"\u201d\u2033]?)?"
_SIDES: Final = re.compile(rf"{_FEET}\s*[X\u00d7]\s*{_FEET}")

_QUANTITY: Final = r"(\d{1,4})"
_COUNTS: Final = (
    # (9) STALLS, and TWO (2) COLUMNS.
    re.compile(rf"^(?:[A-Z]+\s+)?\(\s*{_QUANTITY}\s*\)\s*(?=[A-Z])"),
    # 6, ARONIA; 6 - ARONIA; 6x ARONIA; 6 EA. ARONIA; QTY: 6 ARONIA; 27 ARONIA.
    re.compile(
        rf"^(?:QTY\.?:?\s*|QUANTITY:?\s*)?{_QUANTITY}"
        r"(?:\s*,\s*|\s+[-\u2013\u2014]\s+|\s*[X\u00d7]\s+|\s+EA\.?,?\s+|\s+)(?=[A-Z])"
    ),
    # ARONIA (6 EA), ARONIA - QTY 6.
    re.compile(rf"\(\s*{_QUANTITY}\s*EA\.?\s*\)$"),
    re.compile(rf"[\s,:;(-]QTY\.?:?\s*{_QUANTITY}\)?$"),
)
# After a number: makes it a dimension instead of a quantity.
_MEASURE: Final = re.compile(
    r"^(?:GA|GAL|HR|HOUR|HP|IN|INCH|INCHES|FT|FEET|LB|LBS|KIP|KIPS|MM|CM|M|MIL|MIN|PSF|PSI|PCF|PLY|SF"
    r"|LF|CY|SY|TON|TONS|V|AMP|AMPS|W|KVA|DEG|YEAR|YR|DAY|DAYS|ST|ND|RD|TH)\b"
)
# A second quantity in the text: two adjacent tags.
_NEXT: Final = re.compile(
    r"(?<=\s)\(?(\d{1,4})\)?(?:\s*,|\s*[X\u00d7]|\s+[-\u2013\u2014])?\s+(?=[A-Z])"
)
_EACH: Final = re.compile(r"\b(?:TYP|TYPICAL|EACH|PER|SIM)\b|@")


def areas_sf_in(text: str) -> tuple[float, ...]:
    """Return the areas that a text states, in square feet: `CORRIDOR 6 189 SF`, `17.6 M2`."""
    capitals = text.upper()
    return tuple(
        float(number.replace(",", "")) * factor
        for pattern, factor in _AREAS
        for number in pattern.findall(capitals)
        if float(number.replace(",", "")) > 0
    )


def without_areas(text: str) -> str:
    """Return a text in capitals without its stated areas."""
    capitals = text.upper()
    for pattern, _ in _AREAS:
        capitals = pattern.sub("", capitals)
    return capitals.strip()


def sides_sf_in(text: str) -> float | None:
    """Return the product of the sides that a text states, `BEDROOM 12'-0" x 14'-6"`, in square
    feet. Such sides are rounded and give a room's maximum dimensions.
    """
    found = _SIDES.search(text.upper())
    if found is None:
        return None
    wide = int(found[1]) + float(found[2] or 0) / 12
    deep = int(found[3]) + float(found[4] or 0) / 12
    return wide * deep or None


def count_in(text: str) -> int | None:
    """Return the quantity that a tag states: 27 for `27 ARONIA`, 9 for `(9) BIKE STALLS`.

    None where it states none, or no total (see :func:`states_no_total`).
    """
    capitals = " ".join(text.upper().split())
    if _EACH.search(capitals):
        return None
    numbers = _numbers_in(capitals)
    return numbers[0] if len(numbers) == 1 else None


def states_no_total(text: str) -> bool:
    """Tell whether a text states a quantity per place, as `(4) BOLTS, TYP.`, or has several
    quantities, as two tags read as one.
    """
    capitals = " ".join(text.upper().split())
    numbers = _numbers_in(_EACH.sub(" ", capitals).strip(" ,."))
    return len(numbers) > 1 or (bool(numbers) and _EACH.search(capitals) is not None)


def _numbers_in(capitals: str) -> list[int]:
    for pattern in _COUNTS:
        found = pattern.search(capitals)
        if found is not None and not _MEASURE.match(capitals[found.end() :]):
            more = [
                int(each[1])
                for each in _NEXT.finditer(capitals, found.end())
                if not _MEASURE.match(capitals[each.end() :])
            ]
            return [int(found[1]), *more]
    return []
