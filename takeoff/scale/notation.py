r"""Finds the scales written in a text, even if OCR garbled them.

A notation is recognised by its form first; only inside that form are letters read as the digits
they resemble.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from takeoff.scale.imperial_scale import SPOKEN, SPOKEN_WORDS, imperial_scales
from takeoff.scale.marks import plain_text
from takeoff.scale.metric_scale import metric_scales
from takeoff.scale.scale_notation import ScaleKind, ScaleNotation

__all__ = ["ScaleKind", "ScaleNotation", "find_scales", "parse_scale"]

_NOT_TO_SCALE = re.compile(
    r"\bN\s*\.?\s*T\s*\.?\s*S\b\.?|\bNOT\s+TO\s+SCALE\b|\bNO\s+SCALE\b|"
    r"(?P<label>\bSCALE\s*[:=.]?\s*)(?:NONE|N/A)\b",
    re.IGNORECASE,
)
_DEFERRED = re.compile(
    r"(?P<label>\bSCALES?\s*[:=.]?\s*)?\b(?:AS\s+(?:NOTED|SHOWN|INDICATED)|VARIES)\b", re.IGNORECASE
)
# A scale in inches per foot, or a ratio, with a part that is not a number.
_UNREADABLE = re.compile(
    r"(?P<label>\bSCALES?\s*[:=.]?\s*)\S{1,6}\s*(?:\"\s*=\s*\S{1,5}\s*'[-\s\w\"]*|[:/]\s*\d+)$",
    re.IGNORECASE,
)


def parse_scale(text: str) -> ScaleNotation | None:
    """Return the first scale in ``text``, or None; see :func:`find_scales`."""
    return next(find_scales(text), None)


def find_scales(text: str) -> Iterator[ScaleNotation]:
    """Yield the scales that are written in one line of ``text``, from left to right.

    Slopes and mixes (SLOPE 1:12) are ignored. AS NOTED, VARIES, FULL SIZE and the like inside a
    longer sentence only count after the word SCALE. A whole number before a fraction that makes an
    unusual scale is a detail's number, and is ignored. A text after the word SCALE that has the
    form of a scale, but with a part that is not a number, is yielded as unreadable.
    """
    plain = plain_text(text).replaced(SPOKEN, SPOKEN_WORDS)
    found = [
        *imperial_scales(plain.text),
        *metric_scales(plain.text),
        *_unmeasured(plain.text),
    ]
    end = -1
    if not found:
        found += _unreadable(plain.text)
    for notation in sorted(found, key=lambda each: (each.start, -each.end)):
        if notation.start >= end:
            end = notation.end
            start, stop = plain.places[notation.start], plain.places[notation.end]
            yield replace(notation, start=start, end=max(stop, start + 1))


def _unmeasured(text: str) -> Iterator[ScaleNotation]:
    for match in _NOT_TO_SCALE.finditer(text):
        yield _without_ratio(match, ScaleKind.NOT_TO_SCALE)
    for match in _DEFERRED.finditer(text):
        alone = not text[: match.start()].strip() and not text[match.end() :].strip(" .")
        if match["label"] is not None or alone:
            yield _without_ratio(match, ScaleKind.DEFERRED)


def _unreadable(text: str) -> Iterator[ScaleNotation]:
    match = _UNREADABLE.search(text.rstrip())
    if match is not None:
        yield _without_ratio(match, ScaleKind.UNREADABLE)


def _without_ratio(match: re.Match[str], kind: ScaleKind) -> ScaleNotation:
    labelled = match["label"] is not None
    return ScaleNotation(match[0].strip(), kind, None, True, labelled, match.start(), match.end())
