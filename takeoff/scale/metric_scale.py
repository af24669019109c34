"""Parses ratio scales: 1:100, 1/100, M1:50, 1:1 250, 1:100 @ A1, 1 cm = 1 m, HALF SIZE."""

from __future__ import annotations

import re
from collections.abc import Iterator

from takeoff.scale import ratio as ratios
from takeoff.scale.digits import DIGIT, decimal_number, whole_number
from takeoff.scale.scale_notation import ScaleKind, ScaleNotation

_LABEL = (
    r"(?P<label>(?:\b(?:SCALES?|MA(?:\u00df|SS)STAB|[E\u00c9]CHELLE|ESCALA|SCALA|SKALA|SCHAAL)\b\s*"
    r"[:=.]?\s*(?:M\s*)?)|\bM\.?\s*[=:]?\s*(?=[1Il|]\s*[:/]))?"
)
_LABEL_OF_WORDS = r"(?P<label>\bSCALES?\s*[:=.]?\s*)?"
_PAPER = r"(?:\s*(?:@|\(|\bON\b|\bAT\b)\s*(?:ISO\s*)?(?P<paper>A[0-4])\b\s*\)?)?"
_RATIO = re.compile(
    rf"(?<![\w:./,]){_LABEL}(?P<one>[1Il|])\s*(?P<mark>[:/])\s*"
    rf"(?P<ratio>{DIGIT}{{1,6}})(?P<group>[ ,.]{DIGIT}{{3}}(?![\w:./,'\"]))?"
    rf"(?![\w:/'\"]|\.\w|,\d|\s*(?:\"|=|IN\b|INCH)){_PAPER}",
    re.IGNORECASE,
)
_EQUATION = re.compile(
    rf"{_LABEL_OF_WORDS}(?<![\w/.])(?P<paper_length>{DIGIT}{{1,3}}(?:\.\d+)?)\s*(?P<paper_unit>MM|CM)"
    rf"\s*(?:=|\bEQUALS?\b)\s*(?P<real>{DIGIT}{{1,4}}(?:\.\d+)?)\s*(?P<real_unit>M|CM|MM)\b",
    re.IGNORECASE | re.ASCII,
)
_SIZE = re.compile(
    rf"{_LABEL_OF_WORDS}\b(?P<size>FULL|HALF|QUARTER|1/2|1/4)[\s-]+(?:SIZE|SCALE)\b", re.IGNORECASE
)
_RATIO_OF_SIZE = {"FULL": 1.0, "HALF": 2.0, "1/2": 2.0, "QUARTER": 4.0, "1/4": 4.0}
_SLOPE_BEFORE = re.compile(
    r"(?:SLOPED?|RAMP(?:ED)?|PITCH|GRADE|BATTER|RISE|TAPER|RATIO|MIX|MAX\.?|MIN\.?)\W*(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)
_SLOPE_AFTER = re.compile(
    r"\s*(?:\(?\s*(?:MAX|MIN)|SLOPED?\b|RAMP\b|PITCH|GRADE\b|BATTER|TAPER|MIX\b)", re.IGNORECASE
)
# 1/8 and 1/16 are more likely inches than ratios.
_LEAST_SLASHED = 20
_LEAST_ALONE = 10
_UNIT_MM = {"MM": 1, "CM": 10, "M": 1000}


def metric_scales(text: str) -> Iterator[ScaleNotation]:
    """Yield the scales in ``text``, which has plain marks, that are ratios.

    Slopes and mixes (SLOPE 1:12) are ignored. HALF SIZE and the like count after the word SCALE, or
    alone.
    """
    yield from _of_ratios(text)
    for match in _EQUATION.finditer(text):
        paper, real = decimal_number(match["paper_length"]), decimal_number(match["real"])
        if paper is None or real is None:
            continue
        paper *= _UNIT_MM[match["paper_unit"].upper()]
        real *= _UNIT_MM[match["real_unit"].upper()]
        if 0 < paper <= real:
            yield _notation(match, float(real / paper), match.end())
    for match in _SIZE.finditer(text):
        size = match["size"].upper()
        alone = match[0].strip() == text.strip(" .")
        if match["label"] is not None or alone:
            yield _notation(match, _RATIO_OF_SIZE[size], match.end())


def _of_ratios(text: str) -> Iterator[ScaleNotation]:
    for match in _RATIO.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if _SLOPE_BEFORE.search(before) or _SLOPE_AFTER.match(after):
            continue
        ratio, end = _ratio(match)
        if not ratio or (match["mark"] == "/" and ratio < _LEAST_SLASHED):
            continue
        yield _notation(match, float(ratio), end, match["paper"])


def _ratio(match: re.Match[str]) -> tuple[int | None, int]:
    """Return the ratio, and the index of its end.

    Three digits after a space or a comma belong to the number (1:1 250), unless they turn a usual
    ratio into an unusual one.
    """
    end = match.end()
    alone = whole_number(match["ratio"])
    if not match["group"]:
        return alone, end
    together = whole_number(match["ratio"] + match["group"][1:])
    usual = alone is not None and alone >= _LEAST_ALONE and alone in ratios.METRIC
    if together in ratios.METRIC or not usual:
        return together, end
    return alone, match.start("group")


def _notation(
    match: re.Match[str], ratio: float, end: int, paper: str | None = None
) -> ScaleNotation:
    label = match["label"] or ""
    written = match.string[match.start() + len(label) : end].strip()
    return ScaleNotation(
        written,
        ScaleKind.METRIC,
        ratio,
        ratio in ratios.METRIC,
        bool(label),
        match.start(),
        end,
        paper and paper.upper(),
    )
