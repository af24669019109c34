"""Draws a random sheet and returns its truth."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from takeoff.quality.generated.block import draw_block, some_block, some_number
from takeoff.quality.generated.lengths import (
    FEET_OF_RATIO,
    INCHES_OF_RATIO,
    METRIC_RATIOS,
    length_style,
    scale_text,
)
from takeoff.quality.generated.pen import Pen
from takeoff.quality.generated.plan import (
    View,
    bays_of,
    draw_bar,
    draw_callouts,
    draw_dimensions,
    draw_grid,
    draw_levels,
    draw_rooms,
    draw_walls,
)
from takeoff.scale.ratio import points_per_foot

_MM = 72 / 25.4
_IMPERIAL_SIZES = ((2592.0, 1728.0), (1728.0, 1152.0), (1224.0, 792.0))
_METRIC_SIZES = ((841 * _MM, 594 * _MM), (594 * _MM, 420 * _MM))
_SHARES = (0.5, 0.37, 0.647, 0.403, 0.8)


@dataclass(frozen=True)
class GeneratedSheet:
    """A sheet as a one-page PDF, and its truth.

    ``points_per_foot`` is that of the print; None if the sheet has views at two scales.
    ``reduced``: the print is smaller than the sheet.
    """

    pdf: bytes
    sheet_number: str | None
    title: str | None
    points_per_foot: float | None
    metric: bool
    reduced: bool


@dataclass(frozen=True)
class _Drawing:
    """The parameters of a view: the ratio 1:N, and its written scale, if any."""

    ratio: int
    metric: bool
    stated: str | None
    share: float


def some_sheet(chance: Random) -> GeneratedSheet:
    """Return a sheet that is the same for the same state of ``chance``."""
    metric = chance.random() < 0.45
    share = chance.choice(_SHARES) if chance.random() < 0.35 else 1.0
    pen = Pen(chance.choice(_METRIC_SIZES if metric else _IMPERIAL_SIZES), share)
    ratio = chance.choice(METRIC_RATIOS if metric else (*INCHES_OF_RATIO, *FEET_OF_RATIO))
    stated = scale_text(chance, ratio, metric=metric) if chance.random() < 0.85 else None
    block = some_block(chance)
    pen.box((20, 20), pen.size[0] - 40, pen.size[1] - 40)
    _notes(pen, chance)
    view = _view(pen, chance, _Drawing(ratio, metric, stated, share))
    draw_block(pen, chance, block, chance.choice((stated, None, "SCALE: AS NOTED")))
    second = chance.random() < 0.1
    if second:
        _second_view(pen, chance, view, ratio, metric=metric)
    true = None if second else points_per_foot(ratio) * share
    pdf = pen.pdf(chance.choice((0, 0, 0, 90, 180, 270)))
    return GeneratedSheet(pdf, block.number or None, block.title_text, true, metric, share != 1)


def _view(pen: Pen, chance: Random, drawing: _Drawing) -> View:
    scale = points_per_foot(drawing.ratio)
    style = length_style(chance, metric=drawing.metric)
    room = (pen.size[0] - 500, pen.size[1] * 0.4)
    bays = bays_of(chance, style, min(room[0] * 0.6, 900) / scale)
    depth = max(round(room[1] * 0.5 / scale / style.step), 2) * style.step
    view = View((130.0, pen.size[1] * 0.42), scale, bays, depth)
    draw_rooms(pen, chance, view)
    if chance.random() < 0.5:
        draw_walls(pen, chance, view)
    dimensioned = chance.random() < 0.75
    if dimensioned:
        draw_dimensions(pen, chance, view, style)
    if chance.random() < 0.35:
        draw_levels(pen, chance, view, style)
    if chance.random() < 0.4:
        draw_grid(pen, view)
    if chance.random() < 0.45:
        # A bar may have been added to a reduced print at the scale of the sheet, and is then wrong.
        wrong = dimensioned and not style.rounded and chance.random() < 0.1
        of_bar = scale / drawing.share if wrong else scale
        draw_bar(pen, chance, (130, 230), of_bar, metric=drawing.metric)
    numbers = tuple(some_number(chance) for _ in range(chance.randint(0, 5)))
    draw_callouts(pen, chance, view, numbers)
    pen.text((150, 195), chance.choice(("FLOOR PLAN", "FOUNDATION PLAN", "LEVEL 1")), 11)
    if drawing.stated is not None:
        pen.text((150, 182), drawing.stated, 7)
    return view


def _second_view(pen: Pen, chance: Random, view: View, ratio: int, *, metric: bool) -> None:
    """Draw a detail at another scale, which it states."""
    ratios = METRIC_RATIOS if metric else tuple(INCHES_OF_RATIO)
    other = chance.choice([each for each in ratios if each != ratio])
    x = view.corner[0] + view.width + 60
    pen.box((x, view.corner[1]), 90, 60)
    pen.text((x, view.corner[1] - 20), "DETAIL", 10)
    pen.text((x, view.corner[1] - 32), scale_text(chance, other, metric=metric), 7)


def _notes(pen: Pen, chance: Random) -> None:
    x, y = pen.size[0] * 0.45, pen.size[1] - 60
    lines = [
        "GENERAL NOTES",
        "VERIFY ALL DIMENSIONS IN THE FIELD BEFORE WORK BEGINS.",
        f"SEE {some_number(chance)} FOR SECTIONS AND {some_number(chance)} FOR DETAILS.",
        "SLOPE WALKS 1:20 MAXIMUM. PATCH FINISHES AS INDICATED.",
        f"REFER TO SHEET {some_number(chance)}",
        "DO NOT SCALE THIS DRAWING.",
    ]
    for row, line in enumerate(lines):
        pen.text((x, y - row * 11), line, 7)
