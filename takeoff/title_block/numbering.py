"""Sheet numbers by the US National CAD Standard: discipline, sheet type, sequence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Discipline(StrEnum):
    """The discipline that drew the sheet."""

    GENERAL = "general"
    HAZARDOUS_MATERIALS = "hazardous materials"
    SURVEY = "survey"
    GEOTECHNICAL = "geotechnical"
    CIVIL = "civil"
    LANDSCAPE = "landscape"
    STRUCTURAL = "structural"
    ARCHITECTURAL = "architectural"
    INTERIORS = "interiors"
    EQUIPMENT = "equipment"
    FIRE_PROTECTION = "fire protection"
    PLUMBING = "plumbing"
    PROCESS = "process"
    MECHANICAL = "mechanical"
    ELECTRICAL = "electrical"
    DISTRIBUTED_ENERGY = "distributed energy"
    TELECOMMUNICATIONS = "telecommunications"
    RESOURCE = "resource"
    OTHER = "other"
    CONTRACTOR = "contractor"
    OPERATIONS = "operations"


class SheetType(StrEnum):
    """The type of drawing given by the first digit of a sheet number."""

    GENERAL = "general"
    PLANS = "plans"
    ELEVATIONS = "elevations"
    SECTIONS = "sections"
    LARGE_SCALE = "large-scale"
    DETAILS = "details"
    SCHEDULES_AND_DIAGRAMS = "schedules and diagrams"
    USER_DEFINED = "user-defined"
    THREE_DIMENSIONAL = "3D"


DISCIPLINE_OF_LETTER = {
    "G": Discipline.GENERAL,
    "H": Discipline.HAZARDOUS_MATERIALS,
    "V": Discipline.SURVEY,
    "B": Discipline.GEOTECHNICAL,
    "C": Discipline.CIVIL,
    "L": Discipline.LANDSCAPE,
    "S": Discipline.STRUCTURAL,
    "A": Discipline.ARCHITECTURAL,
    "I": Discipline.INTERIORS,
    "Q": Discipline.EQUIPMENT,
    "F": Discipline.FIRE_PROTECTION,
    "P": Discipline.PLUMBING,
    "D": Discipline.PROCESS,
    "M": Discipline.MECHANICAL,
    "E": Discipline.ELECTRICAL,
    "W": Discipline.DISTRIBUTED_ENERGY,
    "T": Discipline.TELECOMMUNICATIONS,
    "R": Discipline.RESOURCE,
    "X": Discipline.OTHER,
    "Z": Discipline.CONTRACTOR,
    "O": Discipline.OPERATIONS,
}
_TYPE_OF_DIGIT = {
    "0": SheetType.GENERAL,
    "1": SheetType.PLANS,
    "2": SheetType.ELEVATIONS,
    "3": SheetType.SECTIONS,
    "4": SheetType.LARGE_SCALE,
    "5": SheetType.DETAILS,
    "6": SheetType.SCHEDULES_AND_DIAGRAMS,
    "7": SheetType.USER_DEFINED,
    "8": SheetType.USER_DEFINED,
    "9": SheetType.THREE_DIMENSIONAL,
}
_PATTERN = re.compile(
    r"(?P<letters>[A-Z]{1,2})-?(?P<digits>\d{1,3})(?P<part>\.\d{1,2})?(?P<suffix>[A-Z]\d?)?",
    re.ASCII,
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-"))


@dataclass(frozen=True)
class SheetNumber:
    """A sheet number and the meaning of its letters and first digit.

    ``sheet_type`` is None if the digits only number the sheets, as in A2 or A12; in S1.0, the first
    digit is the type.
    """

    text: str
    discipline: Discipline
    sheet_type: SheetType | None


def parse_sheet_number(text: str) -> SheetNumber | None:
    """Parse ``text`` as a sheet number; None if it is not one.

    Ignores spaces and kinds of dashes: "A - 101" is A-101.
    """
    tight = "".join(text.split()).translate(_DASHES)
    match = _PATTERN.fullmatch(tight)
    if match is None or match["letters"][0] not in DISCIPLINE_OF_LETTER:
        return None
    digits = match["digits"]
    says_type = len(digits) == 3 or match["part"] is not None
    return SheetNumber(
        tight,
        DISCIPLINE_OF_LETTER[match["letters"][0]],
        _TYPE_OF_DIGIT[digits[0]] if says_type else None,
    )
