r"""Reads how drawings write their scale, also where OCR garbled it.

A notation is recognised by its shape first, and only inside that shape are letters taken for the
digits that they look like: I and l for 1, O for 0, B for 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from takeoff.scale import ratio as ratios


class ScaleKind(StrEnum):
    """How a scale is written."""

    ARCHITECTURAL = "architectural"
    ENGINEERING = "engineering"
    METRIC = "metric"
    NOT_TO_SCALE = "not to scale"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class ScaleNotation:
    """A scale as it is written.

    ``ratio`` is N of 1:N, None for drawings that are not to scale and where the scale is said to
    stand elsewhere. ``standard`` tells whether it is one of the usual scales; a misread digit
    mostly makes it unusual. ``labelled``: the word SCALE or an M stands before it. ``start`` and
    ``end`` are its place in the text that was searched.
    """

    text: str
    kind: ScaleKind
    ratio: float | None
    standard: bool
    labelled: bool
    start: int
    end: int

    @property
    def points_per_foot(self) -> float | None:
        """Points (1/72 in) of paper per foot."""
        return self.ratio and ratios.points_per_foot(self.ratio)

    def pixels_per_foot(self, dpi: float) -> float | None:
        """Pixels per foot of an image of the unreduced sheet at ``dpi`` dots per inch."""
        return self.ratio and ratios.pixels_per_foot(self.ratio, dpi)


_LABEL = r"(?P<label>\bSCALES?\s*[:=.]?\s*|\bM\s*(?=[0-9Il|]\s*:))?"
# Digits and what OCR makes of them.
_D = r"[0-9IlOoB|!]"
_INCH = r"(?:\"|''|\bIN(?:CH(?:ES)?)?\b\.?)"
_FOOT = r"(?:'|(?<=[0-9IlOoB|!\s])(?:FT|FEET|FOOT)\b\.?)"
_WHOLE = rf"(?<![\w/.]){_D}{{1,2}}"
_IMPERIAL = re.compile(
    rf"{_LABEL}"
    rf"(?:(?P<whole>{_WHOLE})(?P<join>\s*-\s*|\s+))?"
    rf"(?:(?P<numerator>(?<![\w/.]){_D}{{1,2}})\s*/\s*(?P<denominator>{_D}{{1,2}})"
    rf"|(?P<decimal>(?<![\w/.])(?:{_D}{{1,2}}(?:\.{_D}{{1,4}})?|\.\d{{1,4}})))"
    rf"\s*(?P<inch>{_INCH})?\s*(?P<equals>[=:\u2248]|-(?=\s*{_D}'))\s*"
    rf"(?P<feet>{_D}{{1,4}})"
    rf"(?:\s*(?P<foot>{_FOOT})(?:\s*-?\s*(?P<inches>{_D}{{1,2}})\s*{_INCH}?)?"
    rf"|\s*-\s*(?P<bare>{_D}{{1,2}})\s*{_INCH}?)"
    rf"(?![\w/])",
    re.IGNORECASE | re.ASCII,
)
_RATIO = re.compile(
    rf"{_LABEL}(?<![\w:./])(?P<one>[1Il|])\s*:\s*(?P<ratio>{_D}{{1,5}})(?![\w:./'\"])",
    re.IGNORECASE | re.ASCII,
)
_METRIC_EQUATION = re.compile(
    rf"{_LABEL}(?<![\w/.])(?P<paper>{_D}{{1,3}}(?:\.\d+)?)\s*(?P<paper_unit>MM|CM)\s*=\s*"
    rf"(?P<real>{_D}{{1,4}}(?:\.\d+)?)\s*(?P<real_unit>M|CM|MM)\b",
    re.IGNORECASE | re.ASCII,
)
_FULL_SIZE = re.compile(rf"{_LABEL}\bFULL[\s-]+(?:SIZE|SCALE)\b", re.IGNORECASE)
_NOT_TO_SCALE = re.compile(
    r"\bN\s*\.?\s*T\s*\.?\s*S\b\.?|\bNOT\s+TO\s+SCALE\b|\bNO\s+SCALE\b|"
    r"(?P<label>\bSCALE\s*[:=.]?\s*)(?:NONE|N/A)\b",
    re.IGNORECASE,
)
_DEFERRED = re.compile(
    r"(?P<label>\bSCALES?\s*[:=.]?\s*)?\b(?:AS\s+(?:NOTED|SHOWN|INDICATED)|VARIES)\b", re.IGNORECASE
)
_SLOPE_BEFORE = re.compile(
    r"(?:SLOPED?|RAMP(?:ED)?|PITCH|GRADE|BATTER|RISE|TAPER|RATIO|MIX|MAX\.?|MIN\.?)\W*(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)
_SLOPE_AFTER = re.compile(
    r"\s*(?:\(?\s*(?:MAX|MIN)|SLOPED?\b|RAMP\b|PITCH|GRADE\b|BATTER|TAPER|MIX\b)", re.IGNORECASE
)
_MARKS = str.maketrans(
    {
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2033": '"',
        "\u00b0": '"',
        "\u02ba": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u2032": "'",
        "\u00b4": "'",
        "`": "'",
        "\u02b9": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "~": "-",
        "_": "-",
        "\u2236": ":",
        "\uff1a": ":",
        "\u2044": "/",
        "\u2215": "/",
        "\uff1d": "=",
        "\u00bd": "\x01",
        "\u00bc": "\x02",
        "\u00be": "\x03",
    }
)
_SINGLE_CHARACTERS = {"\x01": "1/2", "\x02": "1/4", "\x03": "3/4"}
_DIGITS = str.maketrans({"I": "1", "i": "1", "l": "1", "L": "1", "|": "1", "!": "1", "O": "0"})
_DIGITS.update({ord("o"): "0", ord("B"): "8", ord("b"): "8"})
_UNIT_MM = {"MM": 1, "CM": 10, "M": 1000}


def parse_scale(text: str) -> ScaleNotation | None:
    """Return the first scale in ``text``, or None; see :func:`find_scales`."""
    return next(find_scales(text), None)


def find_scales(text: str) -> Iterator[ScaleNotation]:
    """Yield the scales that are written in one line of ``text``, from left to right.

    Slopes and mixes (SLOPE 1:12) are left out. AS NOTED, VARIES, FULL SIZE and their like inside
    a longer sentence count only after the word SCALE. A whole number before a fraction that makes
    a scale nobody uses is a detail's number, and is left out.
    """
    normal = _normalised(text)
    found = [
        *_imperial(normal),
        *_metric(normal),
        *_unmeasured(normal),
    ]
    end = -1
    for notation in sorted(found, key=lambda each: (each.start, -each.end)):
        if notation.start >= end:
            end = notation.end
            yield notation


def _normalised(text: str) -> str:
    normal = text.translate(_MARKS).replace("''", '"')
    for mark, fraction in _SINGLE_CHARACTERS.items():
        normal = re.sub(rf"(?<=\w)\s*{mark}", f" {fraction}", normal).replace(mark, fraction)
    return normal


def _imperial(text: str) -> Iterator[ScaleNotation]:
    for match in _IMPERIAL.finditer(text):
        paper, whole_dropped = _paper_inches(match)
        feet, inches = _number(match["feet"]), _number(match["inches"] or match["bare"] or "0")
        if paper is None or feet is None or inches is None or inches >= 12:
            continue
        # Without any mark of feet or inches, only the word SCALE tells it from arithmetic.
        if not (match["inch"] or match["foot"] or match["label"]):
            continue
        if match["equals"] != "=" and not (match["inch"] and match["foot"]):
            continue
        real = feet * 12 + inches
        if not real:
            continue
        architectural = real == 12
        engineering = paper == 1 and inches == 0 and feet > 1
        standard = (architectural and paper in ratios.ARCHITECTURAL) or (
            engineering and feet in ratios.ENGINEERING
        )
        kind = ScaleKind.ENGINEERING if engineering else ScaleKind.ARCHITECTURAL
        start = match.start("numerator") if whole_dropped else match.start()
        label = match["label"] is not None
        written = text[max(start, match.end("label")) : match.end()].strip()
        yield ScaleNotation(written, kind, float(real / paper), standard, label, start, match.end())


def _paper_inches(match: re.Match[str]) -> tuple[Fraction | None, bool]:
    """Return the inches of paper, and whether a number in front was found not to belong."""
    whole = _number(match["whole"]) if match["whole"] else None
    if match["numerator"] is None:
        decimal = match["decimal"].translate(_DIGITS) if match["decimal"] else ""
        try:
            inches = Fraction(decimal)
        except ValueError:
            return None, False
        return (inches, False) if inches > 0 else (None, False)
    numerator, denominator = _number(match["numerator"]), _number(match["denominator"])
    if not numerator or not denominator or numerator >= denominator:
        return None, False
    fraction = Fraction(numerator, denominator)
    if whole is None:
        return fraction, False
    together = whole + fraction
    return (together, False) if together in ratios.ARCHITECTURAL else (fraction, True)


def _metric(text: str) -> Iterator[ScaleNotation]:
    for match in _RATIO.finditer(text):
        ratio = _number(match["ratio"])
        before, after = text[: match.start()], text[match.end() :]
        if not ratio or _SLOPE_BEFORE.search(before) or _SLOPE_AFTER.match(after):
            continue
        yield _of_ratio(match, float(ratio))
    for match in _METRIC_EQUATION.finditer(text):
        paper = _decimal(match["paper"]) * _UNIT_MM[match["paper_unit"].upper()]
        real = _decimal(match["real"]) * _UNIT_MM[match["real_unit"].upper()]
        if paper > 0 and real >= paper:
            yield _of_ratio(match, float(real / paper))
    for match in _FULL_SIZE.finditer(text):
        if match["label"] is not None or _is_alone(text, match):
            yield _of_ratio(match, 1.0)


def _of_ratio(match: re.Match[str], ratio: float) -> ScaleNotation:
    written = match[0][len(match["label"] or "") :].strip()
    return ScaleNotation(
        written,
        ScaleKind.METRIC,
        ratio,
        ratio in ratios.METRIC,
        match["label"] is not None,
        match.start(),
        match.end(),
    )


def _unmeasured(text: str) -> Iterator[ScaleNotation]:
    for match in _NOT_TO_SCALE.finditer(text):
        yield _without_ratio(match, ScaleKind.NOT_TO_SCALE)
    for match in _DEFERRED.finditer(text):
        if match["label"] is not None or _is_alone(text, match):
            yield _without_ratio(match, ScaleKind.DEFERRED)


def _is_alone(text: str, match: re.Match[str]) -> bool:
    return not text[: match.start()].strip() and not text[match.end() :].strip(" .")


def _without_ratio(match: re.Match[str], kind: ScaleKind) -> ScaleNotation:
    labelled = match["label"] is not None
    return ScaleNotation(match[0].strip(), kind, None, True, labelled, match.start(), match.end())


def _number(text: str) -> int | None:
    digits = text.translate(_DIGITS)
    return int(digits) if digits.isdigit() else None


def _decimal(text: str) -> Fraction:
    return Fraction(text.translate(_DIGITS))
