"""Writes lengths and scales in many styles, and garbles them as OCR does."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from takeoff.scale.ratio import FEET_PER_METRE

INCHES_OF_RATIO = {
    24: ("1/2", "\u00bd"),
    32: ("3/8", "3/8"),
    48: ("1/4", "\u00bc"),
    64: ("3/16", "3/16"),
    96: ("1/8", "1/8"),
    192: ("1/16", "1/16"),
}
FEET_OF_RATIO = {120: 10, 240: 20, 360: 30, 480: 40}
METRIC_RATIOS = (20, 50, 75, 100, 200, 250, 500)
_LOOK_ALIKE = {"1": "Il|", "0": "O", '"': "\u201d\u2033\u00b0", "'": "\u2019\u2032`", "8": "B"}


@dataclass(frozen=True)
class LengthStyle:
    """How one sheet writes lengths: ``form``, and the step they are rounded to, in feet. Drawn
    lengths are whole steps unless ``rounded``.
    """

    form: str
    step: float
    rounded: bool

    @property
    def metric(self) -> bool:
        """Whether lengths are in metres or millimetres."""
        return not self.form.startswith("feet")

    def write(self, feet: float) -> str:
        """Return a length as the sheet writes it."""
        if not self.metric:
            return _feet_and_inches(feet, "'-" if self.form == "feet" else "' - ")
        millimetres = round(feet / FEET_PER_METRE * 1000 / 10) * 10
        metres = f"{millimetres / 1000:.2f}"
        return {
            "mm": str(millimetres),
            "mm in groups": f"{millimetres:,}".replace(",", " "),
            "mm with unit": f"{millimetres} mm",
            "m": metres,
            "m with comma": metres.replace(".", ","),
            "m with unit": f"{metres} m",
        }[self.form]


def length_style(chance: Random, *, metric: bool) -> LengthStyle:
    """Return some way to write lengths."""
    rounded = chance.random() < 0.25
    if not metric:
        return LengthStyle(chance.choice(("feet", "feet apart")), 1 / 12, rounded)
    forms = ("mm", "mm in groups", "mm with unit", "m", "m with comma", "m with unit")
    return LengthStyle(chance.choice(forms), 0.01 * FEET_PER_METRE, rounded)


def scale_text(chance: Random, ratio: int, *, metric: bool) -> str:
    """Return some way to write the scale 1:``ratio``, occasionally garbled."""
    text = chance.choice(_metric(ratio) if metric else _imperial(ratio))
    label = chance.choice(("SCALE: ", "SCALE ", "Scale: ", ""))
    if metric and not label:
        label = chance.choice(("", "M ", "M"))
    if chance.random() < 0.25 and "EQUAL" not in text and "ONE" not in text:
        text = "".join(_garbled(chance, each) for each in text)
    return label + text


def _garbled(chance: Random, letter: str) -> str:
    alike = _LOOK_ALIKE.get(letter)
    return chance.choice(alike) if alike and chance.random() < 0.3 else letter


def _imperial(ratio: int) -> tuple[str, ...]:
    if ratio in FEET_OF_RATIO:
        feet = FEET_OF_RATIO[ratio]
        return (
            f"1\" = {feet}'",
            f'1"={feet}\'-0"',
            f"1\"={feet}.0'",
            f"1 INCH EQUALS {feet} FEET",
            f"ONE INCH = {feet} FEET",
        )
    plain, single = INCHES_OF_RATIO[ratio]
    return (
        f'{plain}" = 1\'-0"',
        f'{plain}"=1\'-0"',
        f'{single}" = 1\'-0"',
        f"{plain}\" = 1'",
        f'{plain}" EQUALS 1\'-0"',
        f"{plain} INCH = 1 FOOT",
    )


def _metric(ratio: int) -> tuple[str, ...]:
    return (f"1:{ratio}", f"1/{ratio}", f"1 : {ratio}")


def _feet_and_inches(feet: float, between: str) -> str:
    whole, inches = divmod(round(feet * 12), 12)
    return f'{whole}{between}{inches}"'
