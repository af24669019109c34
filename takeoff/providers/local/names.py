"""Classifies a text: the name of a thing or a place, a note, a dimension, the title of a view."""

from __future__ import annotations

import re
from typing import Final

from takeoff.providers.local.stated import without_areas
from takeoff.providers.local.vocabulary import MARK, spelled, terms

# Words of sentences: a text with one of them is a note.
_NOTE_WORDS: Final = frozenset(
    {"ABOVE", "ALIGN", "ALL", "ALONG", "AROUND", "BEARS", "BEHIND", "BELOW", "BENEATH", "BETWEEN"}
    | {"BEYOND", "BY", "CENTER", "CENTERED", "CONTRACTOR", "COORDINATE", "EACH", "FIELD", "FROM"}
    | {"INSTALL", "INTO", "MATCH", "NOT", "ON", "ONTO", "OUT", "OVER", "PER", "PROVIDE", "REFER"}
    | {"REMOVE", "REMOVED", "REPLACE", "SEE", "SHALL", "SIM", "SIMILAR", "SUPPORT", "THIS"}
    | {"THROUGH", "TO", "UNDER", "VARIES", "VERIFY", "WHERE", "WITHIN"}
)
_UNDECIDED: Final = re.compile(r"\bT\.?B\.?D\b|\bN\.?I\.?C\b|\bU\.?N\.?O\b|@")
_MOST_WORDS: Final = 6
_VIEWS: Final = frozenset(
    {"AXONOMETRIC", "DETAIL", "DIAGRAM", "ELEVATION", "ISOMETRIC", "PLAN", "SECTION", "VIEW"}
)
_SCALE: Final = re.compile(
    r"=\s*\d+\s*['\u2019\u2032]|\bSCALE\b|\b1\s?:\s?\d+\b|\bN\.?T\.?S\b\.?|\d\s*[\"\u201d\u2033]\s*="
)
_DIMENSION: Final = re.compile(
    r"^[(+\u00b1]?\s*\d+(?:[.,]\d+)?\s*(?:['\u2019\u2032]\s*-?\s*(?:\d+(?:[\s-]+\d+/\d+)?(?:\.\d+)?|"
    r"\d+/\d+)?\s*[\"\u201d\u2033]?|[\"\u201d\u2033]|\s?MM|\s?CM|\s?M)?\s*\+?/?-?\)?$"
)
_POINTING: Final = frozenset({"AT", "FROM", "PER", "REFER", "SEE"})
# ELEVATION 98'-0" is a level.
_HEIGHT: Final = re.compile(r"\bELEVATION\b.*\d\s*['\u2019\u2032]")
_LETTERS: Final = re.compile(r"[A-Z]{3,}")
# Short texts in rooms that are not room names.
_NO_NAMES: Final = frozenset(
    {"TYP", "TYPICAL", "CLG", "CLR", "CLEAR", "MIN", "MAX", "SIM", "OPEN", "ABV", "ALIGN", "EXIST"}
    | {"EXISTING", "NEW", "DEMO", "FFE", "ELEV", "HGT", "OPP", "HAND", "DIA", "RAD", "VERIFY"}
    | {"NORTH", "SOUTH", "EAST", "WEST", "SLOPE", "MATCH", "LINE"}
)
_PLURAL_OF_ONE: Final = frozenset({"BUS", "CHASSIS", "STAIRS", "TRUSS", "GLASS"})
_WORD: Final = re.compile(r"[A-Z]+(?:-[A-Z]+)*")


def is_note(text: str) -> bool:
    """Tell whether a text is a note rather than a name."""
    words = _WORD.findall(text.upper())
    return (
        not _NOTE_WORDS.isdisjoint(words)
        or len(words) > _MOST_WORDS
        or _UNDECIDED.search(text.upper()) is not None
    )


def is_view_title(text: str) -> bool:
    """Tell whether a text is the title of a view: FOUNDATION PLAN, or one with a scale."""
    capitals = text.upper()
    if _SCALE.search(capitals):
        return True
    if not _POINTING.isdisjoint(_WORD.findall(capitals)):
        return False
    first = re.split(r"\s[-\u2013\u2014]\s|[:,(]", capitals)[0]
    words = [_singular_view(word) for word in _WORD.findall(first)]
    return bool(words) and words[-1] in _VIEWS and not _HEIGHT.search(capitals)


def is_dimension_text(text: str) -> bool:
    """Tell whether a text is the number of a dimension: 24'-0", 3600, 3.60 M."""
    return _DIMENSION.match(text.upper().strip()) is not None


def is_name(text: str) -> bool:
    """Tell whether a text may name a place or a thing: no note, number, mark or dimension."""
    plain = without_areas(text)
    if is_note(plain) or is_view_title(plain) or is_dimension_text(plain):
        return False
    words = [word for word in re.split(r"[\s/,]+", plain) if word]
    named = [
        word
        for word in words
        if _LETTERS.search(word) and MARK.fullmatch(word) is None and word not in _NO_NAMES
    ]
    return bool(named)


def speaks_of_several(text: str, wanted: frozenset[str]) -> bool:
    """Tell whether a text has one of the ``wanted`` words in the plural: NEW STEEL COLUMNS."""
    for word in _WORD.findall(spelled(text)):
        plural = word.endswith("S") and not word.endswith("SS") and word not in _PLURAL_OF_ONE
        if plural and len(word) > 3 and terms(word) & wanted:
            return True
    return False


def _singular_view(word: str) -> str:
    return word.removesuffix("S")
