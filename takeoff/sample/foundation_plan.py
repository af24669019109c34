"""Sheet S-101: the foundation plan."""

from __future__ import annotations

from takeoff.sample import building
from takeoff.sample.annotation import section_mark
from takeoff.sample.paper import CHAIN, DASHED, FINE, HEAVY, MEDIUM, THIN, Paper, Point
from takeoff.sample.truth import ElementTruth

NOTES = (
    "FOUNDATION NOTES",
    "1. CONCRETE: f'c = 4,000 PSI AT 28 DAYS, FOOTINGS 3,000 PSI.",
    "2. REINFORCING: ASTM A615 GRADE 60. WWF: ASTM A1064.",
    '3. SLAB ON GRADE: 5" CONC. OVER 10 MIL VAPOR BARRIER OVER',
    '    6" COMPACTED GRANULAR FILL.',
    "4. TOP OF SLAB ELEVATION 100'-0\". TOP OF FOOTING 96'-0\" U.N.O.",
    "5. BEAR FOOTINGS ON UNDISTURBED SOIL, 2,500 PSF ALLOWABLE.",
    "6. SAWCUT CONTROL JOINTS WITHIN 12 HOURS OF PLACEMENT.",
    "7. SEE SHEET A-101 FOR DOOR LOCATIONS AND RECESSES.",
)
SCHEDULE = (
    ("MARK", "SIZE", "THICKNESS", "REINFORCING"),
    ("F1", "4'-0\" x 4'-0\"", "1'-0\"", "(5) #5 EACH WAY"),
    ("WF1", "2'-0\" CONT.", "1'-0\"", "(3) #5 CONT."),
)
_SLAB_LABEL = ('5" CONC. SLAB ON GRADE', "W/ 6x6-W2.9xW2.9 WWF")


def draw_foundation_plan(paper: Paper) -> list[ElementTruth]:
    """Draw footings, walls, slab and joints; return what there is to measure."""
    elements = [_strip_footing(paper), *(_pad(paper, at) for at in building.INNER_COLUMNS)]
    half = building.OUTER_WALL / 2
    wall_outside = _placed(paper, building.offset_inwards(building.OUTLINE, -half))
    paper.loop(wall_outside, MEDIUM)
    elements.append(_slab(paper))
    _control_joints(paper)
    section_mark(paper, paper.at((30, -3.2)), "1", "S-501")
    section_mark(paper, paper.at((99, 46)), "3", "S-501")
    return elements


def _placed(paper: Paper, outline: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(paper.at(point) for point in outline)


def _slab(paper: Paper) -> ElementTruth:
    feet = building.offset_inwards(building.OUTLINE, building.OUTER_WALL / 2)
    outline = _placed(paper, feet)
    paper.loop(outline, MEDIUM)
    x, y = paper.at((30, 54))
    for row, words in enumerate(_SLAB_LABEL):
        paper.text((x, y - row * 15), words, 11, align="centre", bold=row == 0, mask=True)
    return ElementTruth(
        "slab",
        _SLAB_LABEL[0],
        outline,
        area_sf=building.area(feet),
        length_ft=building.perimeter(feet),
        thickness_in=building.SLAB_THICKNESS_IN,
    )


def _strip_footing(paper: Paper) -> ElementTruth:
    half = building.STRIP_FOOTING_WIDTH / 2
    outer = building.offset_inwards(building.OUTLINE, -half)
    inner = building.offset_inwards(building.OUTLINE, half)
    paper.loop(_placed(paper, outer), THIN, DASHED)
    paper.loop(_placed(paper, inner), THIN, DASHED)
    for place in ((18, 1.6), (66, 1.6), (90, 57.9), (42, 57.9)):
        paper.text(paper.at(place), "WF1", 9, align="centre")
    return ElementTruth(
        "strip footing",
        "WF1",
        _placed(paper, building.OUTLINE),
        area_sf=building.area(outer) - building.area(inner),
        length_ft=building.perimeter(building.OUTLINE),
        thickness_in=12.0,
    )


def _pad(paper: Paper, centre: Point) -> ElementTruth:
    half, pier = building.PAD_FOOTING_SIDE / 2, 8 / 12
    outline = _placed(paper, _square(centre, half))
    paper.loop(outline, THIN, DASHED)
    paper.loop(_placed(paper, _square(centre, pier)), MEDIUM, grey=0.8)
    paper.text(paper.at((centre[0] + half + 0.3, centre[1] + half + 0.3)), "F1", 10, bold=True)
    return ElementTruth(
        "pad footing",
        "F1",
        outline,
        area_sf=building.PAD_FOOTING_SIDE**2,
        thickness_in=building.PAD_FOOTING_THICKNESS_IN,
    )


def _square(centre: Point, half: float) -> tuple[Point, ...]:
    x, y = centre
    return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))


def _control_joints(paper: Paper) -> None:
    edge = building.OUTER_WALL / 2
    for x in (12.0, 36.0, 60.0):
        paper.line(paper.at((x, edge)), paper.at((x, 60 - edge)), FINE, CHAIN)
    paper.line(paper.at((84, 20 + edge)), paper.at((84, 60 - edge)), FINE, CHAIN)
    for y in (10.0, 30.0, 50.0):
        east = 72.0 if y < 20 else 96.0
        paper.line(paper.at((edge, y)), paper.at((east - edge, y)), FINE, CHAIN)
    paper.text(paper.at((61, 31)), "C.J. TYP.", 9)


def draw_schedule(paper: Paper, corner: Point) -> float:
    """Draw the footing schedule down from its top left ``corner``; return its bottom."""
    widths, row_height = (44.0, 78.0, 66.0, 88.0), 20.0
    x, y = corner
    paper.text((x, y + 7), "FOOTING SCHEDULE", 11, bold=True)
    for index, row in enumerate(SCHEDULE):
        left = x
        for cell, width in zip(row, widths, strict=True):
            paper.box((left, y - row_height), width, row_height, HEAVY / 3)
            paper.text((left + 4, y - row_height + 6), cell, 8, bold=index == 0)
            left += width
        y -= row_height
    return y
