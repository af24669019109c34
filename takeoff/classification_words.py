"""The words that classify sheets; in capitals, because texts are compared in capitals."""

from __future__ import annotations

import re
from enum import StrEnum

from takeoff.title_block import Discipline


class PageType(StrEnum):
    """What kind of drawing a page is."""

    COVER = "cover"
    NOTES = "notes"
    DEMOLITION_PLAN = "demolition plan"
    SITE_PLAN = "site plan"
    FOUNDATION_PLAN = "foundation plan"
    FRAMING_PLAN = "framing plan"
    CEILING_PLAN = "ceiling plan"
    ROOF_PLAN = "roof plan"
    ENLARGED_PLAN = "enlarged plan"
    FLOOR_PLAN = "floor plan"
    PLAN = "plan"
    ELEVATION = "elevation"
    SECTION = "section"
    DETAIL = "detail"
    SCHEDULE = "schedule"
    DIAGRAM = "diagram"
    THREE_DIMENSIONAL = "3D"


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + r")\b")


# The first match wins, so the more specific patterns come first.
PAGE_TITLES = {
    PageType.COVER: _any("COVER(?: SHEET)?", "TITLE SHEET", "SHEET INDEX", "DRAWING INDEX"),
    PageType.SCHEDULE: _any("SCHEDULES?"),
    PageType.DIAGRAM: _any("DIAGRAMS?", "RISERS?", "ONE-LINE", "SCHEMATICS?"),
    PageType.DETAIL: _any("DETAILS?"),
    PageType.SECTION: _any("(?<!CROSS-)SECTIONS?"),
    PageType.ELEVATION: _any("ELEVATIONS?"),
    PageType.THREE_DIMENSIONAL: _any("ISOMETRICS?", "PERSPECTIVES?", "AXONOMETRICS?", "3D VIEWS?"),
    PageType.ENLARGED_PLAN: _any(r"ENLARGED[\w ]*PLANS?", r"LARGE[- ]SCALE[\w ]*PLANS?"),
    PageType.DEMOLITION_PLAN: _any(r"DEMO[\w ]*PLANS?", "DEMOLITION", "DEMO(?:ED|LISHED)"),
    PageType.FOUNDATION_PLAN: _any(r"FOUNDATIONS?[\w ]*PLANS?", "FOUNDATIONS?", "FOOTING PLANS?"),
    PageType.FRAMING_PLAN: _any(r"FRAMING[\w ]*PLANS?", "FRAMING"),
    PageType.CEILING_PLAN: _any(r"CEILING[\w ]*PLANS?", "RCP"),
    PageType.ROOF_PLAN: _any(r"ROOF[\w ]*PLANS?"),
    PageType.SITE_PLAN: _any(
        r"(?:SITE|GRADING|UTILITY|PAVING|LAYOUT|EROSION|LANDSCAPE|PLANTING)[\w ]*PLANS?"
    ),
    PageType.FLOOR_PLAN: _any(
        r"(?:FLOOR|LEVEL|BASEMENT)[\w ]*PLANS?", "(?:FIRST|SECOND|THIRD|GROUND|1ST|2ND|3RD) FLOOR"
    ),
    PageType.PLAN: _any("PLANS?"),
    PageType.NOTES: _any("NOTES", "ABBREVIATIONS", "LEGENDS?", "SYMBOLS", "SPECIFICATIONS"),
}

# Used if the sheet number does not tell the discipline.
DISCIPLINE_WORDS = {
    Discipline.STRUCTURAL: _any(
        "STRUCTURAL",
        "FRAMING",
        "FOUNDATIONS?",
        "FOOTINGS?",
        "REBAR",
        "JOISTS?",
        "SHEAR WALLS?",
        "BEAM SCHEDULE",
        "BASE PLATES?",
    ),
    Discipline.ARCHITECTURAL: _any(
        "ARCHITECTURAL",
        "FLOOR PLAN",
        "DOOR SCHEDULE",
        "WINDOW SCHEDULE",
        "FINISH(?:ES)?",
        "PARTITIONS?",
        "WALL TYPES?",
        "WALLS",
        "REFLECTED CEILING",
        "ROOM",
    ),
    Discipline.CIVIL: _any(
        "CIVIL", "GRADING", "STORM SEWER", "CATCH BASINS?", "CONTOURS?", "EROSION", "RIGHT OF WAY"
    ),
    Discipline.LANDSCAPE: _any("LANDSCAPE", "PLANTING", "IRRIGATION", "SHRUBS?", "TREES?"),
    Discipline.PLUMBING: _any(
        "PLUMBING", "SANITARY", "WATER CLOSETS?", "DOMESTIC WATER", "FLOOR DRAINS?", "VENT PIPING"
    ),
    Discipline.MECHANICAL: _any(
        "MECHANICAL", "HVAC", "DUCTWORK", "DUCTS?", "DIFFUSERS?", "VAV", "AIR HANDLING", "CFM"
    ),
    Discipline.ELECTRICAL: _any(
        "ELECTRICAL",
        "LIGHTING",
        "PANELBOARDS?",
        "RECEPTACLES?",
        "CIRCUITS?",
        "ONE-LINE",
        "SWITCHGEAR",
        "CONDUITS?",
    ),
    Discipline.FIRE_PROTECTION: _any("FIRE PROTECTION", "SPRINKLERS?", "STANDPIPES?"),
    Discipline.TELECOMMUNICATIONS: _any("TELECOMMUNICATIONS?", "DATA OUTLETS?", "CABLE TRAY"),
    Discipline.SURVEY: _any("SURVEY", "BENCHMARK", "PROPERTY LINE", "EASEMENTS?"),
}

# A line that sends the reader to another sheet.
REFERENCE = _any("SEE", "REFER TO", "REFERENCE", "RE:")

CONCRETE_TITLES = _any(
    "CONCRETE", "FOUNDATIONS?", "FOOTINGS?", "SLABS?(?: ON GRADE)?", "PIERS?", "CAISSONS?", "PILES?"
)
CONCRETE_TERMS = _any(
    "CONCRETE",
    r"CONC(?=\.|\s)",
    "CAST[- ]IN[- ]PLACE",
    "FOOTINGS?",
    "FOUNDATIONS?",
    "SLAB[- ]ON[- ]GRADE",
    "SLABS?",
    "REBAR",
    "REINFORCING",
    "REINFORCEMENT",
    "WWF",
    "GRADE BEAMS?",
    "PIERS?",
    "PILE CAPS?",
    "CONTROL JOINTS?",
    "SAWCUT",
    "F'C",
    "PSI",
    "ANCHOR BOLTS?",
    "STEM WALLS?",
    "CURBS?",
    "VAPOR BARRIER",
)
