"""Finds the dimensions among a sheet's texts, and their lengths.

Levels are written like dimensions (100'-0") and are at lines too, but those lines do not have that
length; the text beside them distinguishes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from takeoff.phrases import Phrase
from takeoff.scale.dimension_text import parse_length
from takeoff.scale.metric_text import metres_per_whole_number, parse_metric_length
from takeoff.scale.ratio import FEET_PER_METRE

_LEVEL = re.compile(
    r"\b(?:EL\b|ELEV\b|ELEVATION|LEVEL|LVL|T\.?\s*O\.?\b|T/|B\.?\s*O\.?\b|B/|TOP OF|BOTTOM OF|"
    r"F\.?\s*F\.?(?:\s*[EL])?\.?\b|FFL|SSL|FLOOR|PLATE|BEARING|BRG|DATUM|A\.?F\.?F|RIDGE|EAVES?)",
    re.IGNORECASE,
)
# This many dimensions in feet and inches make a sheet imperial.
_LEAST_IMPERIAL = 3
# In heights of the text: maximum distance of a level's name.
_NAME_APART = 1.3


@dataclass(frozen=True)
class DimensionString:
    """A dimension: its text, and its length in feet."""

    text: Phrase
    feet: float


def dimension_strings(phrases: Sequence[Phrase], *, imperial: bool) -> list[DimensionString]:
    """Return the dimensions among ``phrases``, without levels.

    Numbers without a unit are metric dimensions, unless the sheet is ``imperial`` or has
    dimensions in feet and inches: there they are room numbers and the like.
    """
    in_feet = [
        DimensionString(phrase, feet)
        for phrase in phrases
        if (feet := parse_length(phrase.text)) is not None
    ]
    bare = not imperial and len(in_feet) < _LEAST_IMPERIAL
    per_whole = metres_per_whole_number([phrase.text for phrase in phrases]) if bare else 0.001
    metric = (
        DimensionString(phrase, metres * FEET_PER_METRE)
        for phrase in phrases
        if (metres := parse_metric_length(phrase.text, bare=bare, metres_per_whole=per_whole))
    )
    names = [phrase for phrase in phrases if _LEVEL.search(phrase.text)]
    found = [*in_feet, *metric]
    return [each for each in found if not any(_names(name, each.text) for name in names)]


def _names(name: Phrase, text: Phrase) -> bool:
    """Tell whether ``name`` is directly above, below or beside ``text``."""
    if name is text or abs((name.turn - text.turn + 180) % 360 - 180) > 2:
        return False
    left, top, right, bottom = text.reading
    reach = _NAME_APART * text.height
    across = max(name.reading[0] - right, left - name.reading[2])
    down = max(name.reading[1] - bottom, top - name.reading[3])
    return (across <= 0 and down <= reach) or (across <= 2 * reach and down <= 0)
