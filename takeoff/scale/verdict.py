"""What the evidence about the scale of a sheet amounts to, and whether to measure by it.

What is written all comes from one hand: view titles and the title block are one witness, and on a
reduced print both are wrong. What the drawing itself shows (dimensions, a scale bar, a measuring
viewport) are others. Only where two of these agree is a sheet calibrated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from takeoff.phrases import Box, as_json
from takeoff.scale.notation import ScaleKind
from takeoff.scale.statements import Role, ScaleStatement

# Two sources agree when their scales differ by no more than this share.
TOLERANCE = 0.01


class Source(StrEnum):
    """Where evidence comes from, the strongest first."""

    VIEWPORT = "measuring viewport"
    DIMENSIONS = "dimension strings"
    SCALE_BAR = "scale bar"
    VIEW = "view title"
    TITLE_BLOCK = "title block"


_STRENGTH = {source: place for place, source in enumerate(Source)}
_WRITTEN = (Source.VIEW, Source.TITLE_BLOCK)


@dataclass(frozen=True)
class Evidence:
    """One sign of the scale: its source, the scale in pixels per foot of the page image, the text
    and box it was read from, and how.
    """

    source: Source
    pixels_per_foot: float
    text: str
    box: Box
    rule: str

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "source": self.source,
            "pixels_per_foot": round(self.pixels_per_foot, 4),
            "text": self.text,
            "box": as_json(self.box),
            "rule": self.rule,
        }


@dataclass(frozen=True)
class ScaleVerdict:
    """The scale of a sheet.

    ``pixels_per_foot`` is of the page image, None when nothing says it; never measure by it
    unless ``calibrated``. ``scale_text`` is what the sheet states if that is what holds, or that
    it is not to scale. ``method`` is the strongest source. ``reasons`` say, in sentences, why it
    is not calibrated and what disagrees. ``statements`` are all scales that are written.
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
    """Return what ``evidence`` amounts to.

    Calibrated is a sheet when two independent sources agree within 1 % and neither a part of it
    is known to have another scale or none, nor another measured source contradicts. Written
    scales that disagree with two measured sources are those of the unreduced sheet; they are
    reported and overruled.
    """
    not_to_scale = [
        each
        for each in statements
        if each.notation.kind is ScaleKind.NOT_TO_SCALE and each.role is not Role.LIST
    ]
    groups = _agreeing(evidence)
    if not groups:
        return _unknown(statements, not_to_scale)
    main, *others = sorted(groups, key=_standing, reverse=True)
    value = main[0].pixels_per_foot
    reasons = [*_lacking(main), *_disagreements(main, others)]
    if not_to_scale:
        reasons.append(f"{len(not_to_scale)} scale(s) are given as not to scale.")
    calibrated = (
        len(_witnesses(main)) >= 2
        and not any(_is_measured(other) for other in others)
        and len([other for other in others if _is_view(other)]) <= (0 if _is_written(main) else 1)
        and not not_to_scale
    )
    written = [each.text for each in main if each.source in _WRITTEN]
    return ScaleVerdict(
        written[0] if written else None,
        value,
        main[0].source,
        calibrated,
        tuple(reasons),
        tuple(evidence),
        tuple(statements),
    )


def _agreeing(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return ``evidence`` in groups that agree with their strongest member."""
    groups: list[list[Evidence]] = []
    for each in sorted(evidence, key=lambda each: _STRENGTH[each.source]):
        for group in groups:
            if abs(each.pixels_per_foot / group[0].pixels_per_foot - 1) <= TOLERANCE:
                group.append(each)
                break
        else:
            groups.append([each])
    return groups


def _standing(group: Sequence[Evidence]) -> tuple[int, int, int]:
    return len(_witnesses(group)), -_STRENGTH[group[0].source], len(group)


def _witnesses(group: Sequence[Evidence]) -> set[str]:
    return {"written" if each.source in _WRITTEN else each.source.value for each in group}


def _is_written(group: Sequence[Evidence]) -> bool:
    return "written" in _witnesses(group)


def _is_view(group: Sequence[Evidence]) -> bool:
    return any(each.source is Source.VIEW for each in group)


def _is_measured(other: Sequence[Evidence]) -> bool:
    """Tell whether ``other`` was measured: another part of the sheet, or an error in either."""
    return any(each.source not in _WRITTEN for each in other)


def _lacking(main: Sequence[Evidence]) -> list[str]:
    witnesses = _witnesses(main)
    if len(witnesses) >= 2:
        return []
    if witnesses == {"written"}:
        return [
            f"{main[0].text} is only written ({main[0].source}); nothing drawn confirms it, and "
            "the sheet may be a reduced print."
        ]
    return [f"Only one source was found that says so: {main[0].source}."]


def _disagreements(main: Sequence[Evidence], others: Sequence[Sequence[Evidence]]) -> list[str]:
    value = main[0].pixels_per_foot
    found: list[str] = []
    for other in others:
        share = value / other[0].pixels_per_foot
        sources = ", ".join(sorted({each.source.value for each in other}))
        said = (
            f"{other[0].text} ({sources}) is {other[0].pixels_per_foot:.4g} pixels per foot, "
            f"{main[0].source} say {value:.4g}"
        )
        if not _is_written(main) and all(each.source in _WRITTEN for each in other):
            found.append(f"{said}: as if the sheet was printed at {share:.1%} of its size.")
        else:
            found.append(f"{said}: another scale on the same sheet.")
    return found


def _unknown(
    statements: Sequence[ScaleStatement], not_to_scale: Sequence[ScaleStatement]
) -> ScaleVerdict:
    deferred = [each for each in statements if each.notation.kind is ScaleKind.DEFERRED]
    named = [*not_to_scale, *deferred]
    reason = "Nothing on the sheet says its scale."
    if not_to_scale:
        reason = "The sheet is not to scale."
    elif deferred:
        reason = "The title block refers to the views, and none states a scale."
    else:
        reason = _unused(statements) or reason
    text = named[0].notation.text if named else None
    return ScaleVerdict(text, None, None, False, (reason,), (), tuple(statements))


def _unused(statements: Sequence[ScaleStatement]) -> str | None:
    """Return why a scale that is written says nothing about the page, if one is written."""
    written = [each.notation for each in statements if each.role is not Role.LIST]
    written = [notation for notation in written if notation.ratio]
    if not written:
        return None
    if all(notation.paper for notation in written):
        return f"{written[0].text} is stated for a size of paper, and the sheet has none of those."
    return "A scale is stated, but nobody knows how large the sheet is."
