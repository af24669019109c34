"""Gathers all evidence about the scale of a sheet, and judges it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from takeoff.phrases import Box, Phrase, around, phrases_of
from takeoff.reading.word import Word
from takeoff.scale import dimension_votes
from takeoff.scale.scale_bar import find_scale_bars
from takeoff.scale.statements import Role, ScaleStatement, find_statements
from takeoff.scale.vector_layer import VectorLayer, Viewport
from takeoff.scale.verdict import Evidence, ScaleVerdict, Source, judge
from takeoff.title_block.sheet_number import find_sheet_number

_SOURCE = {Role.VIEW: Source.VIEW, Role.TITLE_BLOCK: Source.TITLE_BLOCK}


def detect_scale(
    words: Iterable[Word],
    width_px: float,
    height_px: float,
    dpi: float | None,
    vectors: VectorLayer | None = None,
) -> ScaleVerdict:
    """Return the scale of a sheet with its evidence.

    ``words``, ``vectors`` and the answer are in pixels of the page image of ``width_px`` x
    ``height_px`` at ``dpi`` dots per inch. Without ``dpi`` a written scale gives no pixels;
    without ``vectors`` (a scan) nothing can confirm it, so the sheet stays uncalibrated.
    """
    phrases = phrases_of(words)
    found = find_sheet_number(phrases, width_px, height_px)
    number = found[0].box if found else None
    statements = find_statements(phrases, width_px, height_px, number)
    evidence = [] if dpi is None else _written(statements, dpi)
    if vectors is not None:
        evidence = [*_drawn(phrases, vectors), *evidence]
    return judge(evidence, statements)


def _written(statements: Sequence[ScaleStatement], dpi: float) -> list[Evidence]:
    evidence: list[Evidence] = []
    for each in statements:
        value = each.notation.pixels_per_foot(dpi)
        if value is None or each.role not in _SOURCE:
            continue
        rule = f"written under {each.view_title}" if each.view_title else f"written, {each.role}"
        text = each.notation.text
        evidence.append(Evidence(_SOURCE[each.role], value, text, each.box, rule))
    return evidence


def _drawn(phrases: Sequence[Phrase], vectors: VectorLayer) -> list[Evidence]:
    evidence = [_of_viewport(viewport) for viewport in vectors.viewports]
    bars = find_scale_bars(phrases, vectors.lines)
    # A label of a scale bar stands over a line of its length too; it must not confirm itself.
    on_bars = {word for bar in bars for label in bar.labels for word in label.words}
    free = [phrase for phrase in phrases if not on_bars & set(phrase.words)]
    for voted in dimension_votes.vote(free, vectors.lines):
        texts = [vote.text for vote in voted.votes]
        agreed = f"{len(texts)} of {voted.strings} dimension strings"
        box: Box = around(word for text in texts for word in text.words)
        rule = f"{agreed} agree within {dimension_votes.AGREEMENT:.1%}"
        evidence.append(Evidence(Source.DIMENSIONS, voted.pixels_per_foot, agreed, box, rule))
    for bar in bars:
        rule = f"edges of the bar fit {len(bar.labels)} labels"
        evidence.append(Evidence(Source.SCALE_BAR, bar.pixels_per_foot, bar.text, bar.box, rule))
    return evidence


def _of_viewport(viewport: Viewport) -> Evidence:
    rule = f"/Measure of the viewport {viewport.name or 'without a name'}"
    text = viewport.text or "measuring viewport"
    return Evidence(Source.VIEWPORT, viewport.pixels_per_foot, text, viewport.box, rule)
