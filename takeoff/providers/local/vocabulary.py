"""The vocabulary of drawings: names of measured things, their abbreviations and thicknesses."""

from __future__ import annotations

import re

from takeoff.providers.local.stated import without_areas

# Abbreviations spelled out, so that labels match conditions.
_SPELLED = (
    (re.compile(r"\bS\.?\s?O\.?\s?G\b\.?"), "SLAB ON GRADE"),
    (re.compile(r"\bCONC\b\.?"), "CONCRETE"),
    (re.compile(r"\bFTG(S?)\b\.?"), r"FOOTING\1"),
    (re.compile(r"\bFDN(S?)\b\.?"), r"FOUNDATION\1"),
    (re.compile(r"\bCOL(S?)\b\.?"), r"COLUMN\1"),
    (re.compile(r"\bEQPT?\b\.?"), "EQUIPMENT"),
)
_IGNORED = frozenset(
    {"A", "AN", "AND", "AT", "FOR", "IN", "OF", "ON", "OVER", "PER", "THE", "TO", "W", "WITH", "X"}
    | {"INCH", "INCHES", "THICK", "THK", "TYP", "TYPICAL", "DEEP", "EA", "LF", "SF", "CY"}
    | {"AREA", "COUNT", "LENGTH", "QUANTITY", "TAKEOFF", "TOTAL", "VOLUME"}
)
NOUNS = frozenset(
    {"BASIN", "BEAM", "COLUMN", "CURB", "DOOR", "DRAIN", "FOOTING", "LANDING", "MAT", "PAD"}
    | {"PAVING", "PIER", "PIT", "PLATFORM", "RAMP", "SIDEWALK", "SLAB", "STAIR", "STOOP"}
    | {"TOPPING", "TRENCH", "WALK", "WALL", "WINDOW"}
)
"""Nouns that identify a thing by themselves."""
MATERIALS = frozenset({"ASPHALT", "BRICK", "CMU", "CONCRETE", "MASONRY", "STEEL", "WOOD"})
"""Materials: a condition may cover everything made of one."""
_WORD = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*|\d+[A-Z]+\d*")
MARK = re.compile(r"[A-Z]{1,3}-?\d{1,3}[A-Z]?")
STRIP_MARK = re.compile(r"[CW]F-?\d{1,2}")
DOOR_TAG = re.compile(r"\d{2,4}[A-Z]")
_FRACTION = r"(?:(\d{1,2})[\s-]+)?(\d{1,2})/(\d{1,2})|(\d{1,2}(?:\.\d+)?)"
_INCHES = re.compile(
    rf"(?<![\d/'.x-])(?:{_FRACTION})\s*-?\s*(?:\"|\u201d|\u2033|''|\bIN(?:CH)?\b\.?)"
    r"\s*(?:MIN\.?\s*)?(?:THK\.?|THICK)?\s*(?=(?:[A-Z.]+\s+){0,2}?(?:CONC|SLAB|TOPPING|PAVING|S\.?O))"
)
# Feet before the inches: a dimension, not a thickness.
_FEET = re.compile(r"\d\s*['\u2019\u2032]\s*-?\s*$")
_NO_FEET = re.compile(r"\s*[-+]?0\s*['\u2019\u2032]\s*-?\s*\d")
_MILLIMETRES = re.compile(
    r"(?<!\d)(\d{2,3})\s*MM\s*(?:THK\.?|THICK)?\s*(?=CONC|SLAB|TOPPING|PAVING)"
)

# The number of a room at the end of a label, before an area.
_NUMBER = re.compile(r"(?<![\d'\".,/#@-])\b([A-Z]{0,2}-?\d{1,4}[A-Z]?)$")
_NAME = re.compile(r"[A-Z]{3,}")


def spelled(text: str) -> str:
    """Return the text in capitals with abbreviations spelled out."""
    result = text.upper()
    for pattern, words in _SPELLED:
        result = pattern.sub(words, result)
    return result


def terms(text: str) -> frozenset[str]:
    """Return the significant words of a label or a condition, in the singular."""
    return frozenset(
        _singular(word) for word in _WORD.findall(spelled(text)) if word not in _IGNORED
    )


def marks(text: str) -> frozenset[str]:
    """Return the marks in a condition's name: F1, WF-2."""
    return frozenset(word for word in re.split(r"[\s,;:()]+", text.upper()) if MARK.fullmatch(word))


def thickness_in(text: str) -> float | None:
    """Return the thickness in inches that a label states for concrete, as `5" CONC. SLAB`."""
    capitals = text.upper()
    found = _INCHES.search(capitals)
    if found is not None and not _FEET.search(capitals[: found.start()]):
        whole, above, below, plain = found.groups()
        if plain is not None:
            inches = float(plain)
        elif int(below) == 0:
            return None
        else:
            inches = int(whole or 0) + int(above) / int(below)
        return inches if inches > 0 else None
    metric = _MILLIMETRES.search(capitals)
    return round(int(metric[1]) / 25.4, 3) if metric else None


def head(text: str) -> str | None:
    """Return the last significant word of a label: DOOR for GARAGE DOOR."""
    words = [word for word in _WORD.findall(spelled(text)) if word not in _IGNORED]
    return next((_singular(word) for word in reversed(words) if word.isalpha()), None)


def place_number(text: str) -> str | None:
    """Return the number of a numbered place: 134 for BREAK ROOM 134."""
    plain = without_areas(text)
    found = _NUMBER.search(plain)
    return found[1] if found and _NAME.search(plain[: found.start()]) else None


def is_dimension(text: str) -> bool:
    """Tell whether a label is a dimension with words beneath, as `0' - 4" SLAB R.B.`

    CAD programs write dimensions below a foot like that; a thickness is written without feet.
    """
    return _NO_FEET.match(text) is not None


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("S") and not word.endswith("SS") else word
