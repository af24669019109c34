"""Collects all evidence of a sheet's scale, and judges it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from takeoff.phrases import around, phrases_of
from takeoff.reading.word import Word
from takeoff.scale.dimension_strings import dimension_strings
from takeoff.scale.dimension_votes import ballots_of
from takeoff.scale.election import AGREEMENT, Ballot, VotedScale, confirm, deny, elect
from takeoff.scale.evidence import TOLERANCE, Evidence, Source
from takeoff.scale.notation import ScaleKind
from takeoff.scale.paper_size import print_share
from takeoff.scale.scale_bar import ScaleBar, find_scale_bars
from takeoff.scale.statements import Role, ScaleStatement, find_statements
from takeoff.scale.vector_layer import VectorLayer, Viewport
from takeoff.scale.verdict import ScaleVerdict, judge
from takeoff.title_block.sheet_number import find_sheet_number

_SOURCE = {Role.VIEW: Source.VIEW, Role.TITLE_BLOCK: Source.TITLE_BLOCK}
_IMPERIAL = (ScaleKind.ARCHITECTURAL, ScaleKind.ENGINEERING)


def detect_scale(
    words: Iterable[Word],
    width_px: float,
    height_px: float,
    dpi: float | None,
    vectors: VectorLayer | None = None,
) -> ScaleVerdict:
    """Return the scale of a sheet with its evidence.

    ``words``, ``vectors`` and the answer are in pixels of the page image of ``width_px`` x
    ``height_px`` at ``dpi`` dots per inch. Without ``dpi``, a written scale cannot be converted to
    pixels; without ``vectors`` (a scan), nothing can confirm it, so the sheet stays uncalibrated.
    """
    phrases = phrases_of(words)
    found = find_sheet_number(phrases, width_px, height_px)
    number = found[0].box if found else None
    statements = find_statements(phrases, width_px, height_px, number)
    written: list[Evidence] = []
    if dpi is not None:
        written = list(_written(statements, dpi, (width_px / dpi, height_px / dpi)))
    if vectors is None:
        return judge(written, statements)
    bars = find_scale_bars(phrases, vectors.lines)
    others = [*map(_of_viewport, vectors.viewports), *map(_of_bar, bars), *written]
    imperial = any(each.notation.kind in _IMPERIAL for each in statements)
    imperial = imperial or any(not bar.metric for bar in bars)
    # A scale bar's label is above a line of its length too; it must not confirm itself.
    on_bars = {word for bar in bars for label in bar.labels for word in label.words}
    free = [phrase for phrase in phrases if not on_bars & set(phrase.words)]
    ballots = ballots_of(dimension_strings(free, imperial=imperial), vectors.lines)
    return judge([*_voted(ballots, others), *others], statements)


def _written(
    statements: Sequence[ScaleStatement], dpi: float, size_in: tuple[float, float]
) -> Iterator[Evidence]:
    for each in statements:
        notation = each.notation
        value = notation.pixels_per_foot(dpi)
        share = 1.0 if notation.paper is None else print_share(notation.paper, size_in)
        if value is None or share is None or each.role not in _SOURCE:
            continue
        rule = f"written under {each.view_title}" if each.view_title else f"written, {each.role}"
        if notation.paper is not None:
            rule += f", printed at {share:.0%} of {notation.paper}"
        turn = each.phrase.turn
        yield Evidence(_SOURCE[each.role], value * share, notation.text, each.box, rule, turn)


def _voted(ballots: Sequence[Ballot], others: Sequence[Evidence]) -> list[Evidence]:
    """Return the scales that the dimension strings elect, and those of ``others`` they confirm or
    deny.
    """
    evidence = [_of_strings(voted, "agree") for voted in elect(ballots)]
    for each in others:
        if any(_agree(each, known) for known in evidence):
            continue
        confirmed = confirm(ballots, each.pixels_per_foot)
        if confirmed is not None:
            evidence.append(_of_strings(confirmed, f"confirm the {each.source}, and agree"))
    if not evidence:
        denied = (deny(ballots, each.pixels_per_foot) for each in others)
        evidence += [_of_strings(each, "deny it, and agree") for each in denied if each][:1]
    return evidence


def _agree(one: Evidence, other: Evidence) -> bool:
    return abs(one.pixels_per_foot / other.pixels_per_foot - 1) <= TOLERANCE


def _of_strings(voted: VotedScale, what: str) -> Evidence:
    texts = [vote.text for vote in voted.votes]
    agreed = f"{len(texts)} of {voted.strings} dimension strings"
    box = around(word for text in texts for word in text.words)
    rule = f"{agreed} {what} within {AGREEMENT:.1%}"
    return Evidence(Source.DIMENSIONS, voted.pixels_per_foot, agreed, box, rule)


def _of_bar(bar: ScaleBar) -> Evidence:
    rule = f"edges of the bar fit {len(bar.labels)} labels"
    return Evidence(Source.SCALE_BAR, bar.pixels_per_foot, bar.text, bar.box, rule)


def _of_viewport(viewport: Viewport) -> Evidence:
    rule = f"/Measure of the viewport {viewport.name or 'without a name'}"
    text = viewport.text or "measuring viewport"
    return Evidence(Source.VIEWPORT, viewport.pixels_per_foot, text, viewport.box, rule)
