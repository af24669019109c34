"""Judges the evidence of a sheet's scale, and decides whether to measure by it.

Written scales, in view titles and in the title block, count as one witness: on a reduced print, all
are wrong. The drawing itself has others: dimensions, a scale bar, a measuring viewport. A sheet is
only calibrated if two witnesses agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from takeoff.scale.disagreement import Kind, disagreement, scales_without_value
from takeoff.scale.evidence import EXACT, STRENGTH, TOLERANCE, WRITTEN, Evidence, Source, witnesses
from takeoff.scale.notation import ScaleKind
from takeoff.scale.statements import Role, ScaleStatement


@dataclass(frozen=True)
class ScaleVerdict:
    """The scale of a sheet.

    ``pixels_per_foot`` refers to the page image, None if unknown; only measure by it if
    ``calibrated``. ``scale_text`` is the stated scale if it is correct, or that the sheet is not to
    scale. ``method`` is the strongest source. ``reasons`` are sentences on why it is not calibrated
    and what disagrees. ``statements`` are all written scales.
    """

    scale_text: str | None
    pixels_per_foot: float | None
    method: Source | None
    calibrated: bool
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    statements: tuple[ScaleStatement, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "scale_text": self.scale_text,
            "pixels_per_foot": self.pixels_per_foot,
            "method": self.method,
            "calibrated": self.calibrated,
            "reasons": list(self.reasons),
            "evidence": [each.as_json() for each in self.evidence],
            "statements": [each.as_json() for each in self.statements],
        }


def judge(evidence: Sequence[Evidence], statements: Sequence[ScaleStatement]) -> ScaleVerdict:
    """Judge ``evidence``.

    A sheet is calibrated if two independent sources agree within 1 %, no part of it is known to
    have a different scale or none, and no other measured source contradicts. Written scales that
    disagree with two measured sources are those of the unreduced sheet; they are reported and
    overruled. Of sources that agree, the most exact one determines the scale.
    """
    groups = _agreeing(evidence)
    without = scales_without_value(statements)
    if not groups:
        return _unknown(statements)
    main, *others = sorted(groups, key=_standing, reverse=True)
    disagreements = [*(disagreement(main, other) for other in others), *without]
    reduced = [each for each in disagreements if each.kind is Kind.REDUCED_PRINT]
    calibrated = (
        len(witnesses(main)) >= 2
        and not any(each.kind is Kind.CONTRADICTS for each in disagreements)
        and len(reduced) <= 1
    )
    written = [each.text for each in main if each.source in WRITTEN]
    return ScaleVerdict(
        written[0] if written else None,
        _value(main),
        main[0].source,
        calibrated,
        (*_lacking(main), *(each.reason for each in disagreements)),
        tuple(evidence),
        tuple(statements),
    )


def _value(main: Sequence[Evidence]) -> float:
    exact = [each for each in main if each.source in EXACT]
    chosen = min(exact or main, key=lambda each: STRENGTH[each.source])
    return chosen.pixels_per_foot


def _agreeing(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Group ``evidence`` by agreement with the strongest member."""
    groups: list[list[Evidence]] = []
    for each in sorted(evidence, key=lambda each: STRENGTH[each.source]):
        for group in groups:
            if abs(each.pixels_per_foot / group[0].pixels_per_foot - 1) <= TOLERANCE:
                group.append(each)
                break
        else:
            groups.append([each])
    return groups


def _standing(group: Sequence[Evidence]) -> tuple[int, int, int]:
    return len(witnesses(group)), -STRENGTH[group[0].source], len(group)


def _lacking(main: Sequence[Evidence]) -> list[str]:
    found = witnesses(main)
    if len(found) >= 2:
        return []
    if found == {"written"}:
        return [
            f"{main[0].text} is only written ({main[0].source}); nothing drawn confirms it, and "
            "the sheet may be a reduced print."
        ]
    return [f"Only one source was found for it: {main[0].source}."]


def _unknown(statements: Sequence[ScaleStatement]) -> ScaleVerdict:
    not_to_scale = [each for each in statements if each.notation.kind is ScaleKind.NOT_TO_SCALE]
    deferred = [each for each in statements if each.notation.kind is ScaleKind.DEFERRED]
    named = [*not_to_scale, *deferred]
    reason = "Nothing on the sheet states its scale."
    if not_to_scale:
        reason = "The sheet is not to scale."
    elif deferred:
        reason = "The title block refers to the views, and none states a scale."
    else:
        reason = _unused(statements) or reason
    text = named[0].notation.text if named else None
    return ScaleVerdict(text, None, None, False, (reason,), (), tuple(statements))


def _unused(statements: Sequence[ScaleStatement]) -> str | None:
    """Return why a written scale does not apply to the page, if one is written."""
    written = [each.notation for each in statements if each.role is not Role.LIST]
    written = [notation for notation in written if notation.ratio]
    if not written:
        return None
    if all(notation.paper for notation in written):
        return f"{written[0].text} is stated for a size of paper, and the sheet has none of those."
    return "A scale is stated, but the size of the sheet is unknown."
