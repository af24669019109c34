"""Draws figures by size or time as SVG: panels of lines, for a light and for a dark page.

The text of a drawing depends only on its figures, so that a page written again shows no change.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

Line = Sequence[tuple[float, float]]

_WIDTH: Final = 720
_HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 190, 34, 40
_LIGHT: Final = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#cf222e", "#57606a")
_DARK: Final = ("#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#ff7b72", "#8b949e")
_DASHES: Final = ("none", "6 3", "2 2", "8 3 2 3", "12 4", "1 3")


@dataclass(frozen=True)
class Panel:
    """One coordinate system.

    Attributes:
        title: what the vertical axis shows, with its unit.
        lines: points (x, y) by name, at most six; on a logarithmic axis, greater than 0.
    """

    title: str
    lines: Mapping[str, Line]


def svg(
    panels: Sequence[Panel],
    horizontal: str,
    *,
    dark: bool,
    logarithmic: bool = False,
    marks: Mapping[str, float] | None = None,
) -> str:
    """Return a drawing of the panels, one below the other.

    Args:
        horizontal: what the horizontal axis shows, with its unit.
        dark: whether it is for a dark page; the background is transparent.
        logarithmic: whether both axes are logarithmic, with ticks at powers of ten; else they are
            linear, and the vertical one starts at 0.
        marks: values on the horizontal axis that every panel shows as a vertical line, by label.

    Raises:
        ValueError: a panel has no point, or more lines than there are colours.
    """
    ink, grid = ("#e6edf3", "#30363d") if dark else ("#1f2328", "#d0d7de")
    height = _HEIGHT * len(panels)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="{ink}">'
    ]
    for number, panel in enumerate(panels):
        drawn.append(f'<g transform="translate(0 {number * _HEIGHT})">')
        colours = _DARK if dark else _LIGHT
        drawn += _panel(panel, horizontal, grid, colours, logarithmic, marks or {})
        drawn.append("</g>")
    return "\n".join([*drawn, "</svg>", ""])


def _panel(
    panel: Panel,
    horizontal: str,
    grid: str,
    colours: Sequence[str],
    logarithmic: bool,
    marks: Mapping[str, float],
) -> list[str]:
    points = [point for line in panel.lines.values() for point in line]
    if not points or len(panel.lines) > len(colours):
        raise ValueError(f"{panel.title!r} has no points, or more than {len(colours)} lines")
    across = _Axis.over([x for x, _ in points], logarithmic, _LEFT, _WIDTH - _RIGHT, zero=False)
    up = _Axis.over([y for _, y in points], logarithmic, _HEIGHT - _BOTTOM, _TOP, zero=True)
    drawn = [f'<text x="8" y="18" font-weight="bold">{escape(panel.title)}</text>']
    for value in up.ticks():
        y = up.place(value)
        drawn.append(
            f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{grid}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_label(value)}</text>'
        )
    for value in across.ticks():
        drawn.append(
            f'<text x="{across.place(value):.1f}" y="{_HEIGHT - _BOTTOM + 16}" '
            f'text-anchor="middle">{_label(value)}</text>'
        )
    drawn.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2:.1f}" y="{_HEIGHT - 8}" '
        f'text-anchor="middle">{escape(horizontal)}</text>'
    )
    for label, value in marks.items():
        x = across.place(value)
        drawn.append(
            f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="{grid}" stroke-width="2"/>'
            f'<text x="{x + 4:.1f}" y="{_TOP + 10}">{escape(label)}</text>'
        )
    for place, (name, line) in enumerate(panel.lines.items()):
        stroke = f'stroke="{colours[place]}" stroke-width="2" stroke-dasharray="{_DASHES[place]}"'
        path = "L".join(f"{across.place(x):.1f} {up.place(y):.1f}" for x, y in line)
        y = _TOP + 6 + place * 18
        x = _WIDTH - _RIGHT + 10
        drawn.append(
            f'<path d="M{path}" fill="none" {stroke}/>'
            f'<path d="M{x} {y}h24" {stroke}/><text x="{x + 30}" y="{y + 4}">{escape(name)}</text>'
        )
    return drawn


@dataclass(frozen=True)
class _Axis:
    """Maps values from `low` to `high` to places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool

    @classmethod
    def over(
        cls, values: Sequence[float], logarithmic: bool, start: float, end: float, *, zero: bool
    ) -> "_Axis":
        low, high = min(values), max(values)
        if logarithmic:
            low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
        elif zero:
            low = min(0, low)
        if high <= low:
            high = low * 10 if logarithmic else low + 1
        return cls(low, high, start, end, logarithmic)

    def place(self, value: float) -> float:
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        if self.logarithmic:
            powers = range(round(math.log10(self.low)), round(math.log10(self.high)) + 1)
            return [10.0**power for power in powers]
        rough = (self.high - self.low) / 5
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * by for by in (1, 2, 5, 10) if power * by >= rough)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [number * step for number in range(first, last + 1)]


def _label(value: float) -> str:
    for unit, text in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= unit:
            return f"{value / unit:g} {text}"
    return f"{value:.6g}"
