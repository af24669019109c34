"""`python -m takeoff.quality.golden CHECKOUT`: compare rooms filled at a click with another
project's golden polygons.

CHECKOUT is a clone of github.com/Kentucky-ai/opentakeoff; its `web/bench/corpus` has polygons that
its authors traced with their program and reviewed, each with the place clicked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely

from takeoff.providers import Sheet
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.picking import NothingThere, fill_at
from takeoff.quality.measuring import DPI, pixels_of
from takeoff.text_layer import read_text_layer
from takeoff.vectors import read_paths

_SAME: Final = 0.02


@dataclass(frozen=True)
class GoldenRoom:
    """A room's golden area and the area filled here, in square feet; None: not filled.

    ``together`` is their overlap in shares of the union; ``sure`` the confidence.
    """

    file: str
    name: str
    golden: float | None
    filled: float | None
    together: float
    sure: float

    @property
    def verdict(self) -> str:
        """The result of the comparison."""
        if self.filled is None or self.golden is None:
            return "both nothing" if self.filled == self.golden else "withheld"
        return "same" if abs(self.filled - self.golden) <= _SAME * self.golden else "differs"


def rooms_of(corpus: Path) -> Iterator[GoldenRoom]:
    """Yield the rooms of one file of the corpus."""
    case: dict[str, Any] = json.loads(corpus.read_text(encoding="utf-8"))
    path = (corpus.parent / case["pdf"]).resolve()
    size = pixels_of(path, 1)
    # Their pixels per point of the page.
    larger = DPI / 72 / case["scale"]
    feet = case["scale"] / case["ptPerFt"] * 72 / DPI
    words = tuple(read_text_layer(path, 1, *size).words)
    sheet = DrawnSheet.of(Sheet(path, *size, path, 1, words, feet), read_paths(path, 1, *size))
    for probe in case["probes"]:
        x, y = (each * larger for each in probe["seed"])
        ring = [(left * larger, top * larger) for left, top in probe.get("golden", ())]
        golden = shapely.Polygon(ring).buffer(0)
        theirs = golden.area * feet**2 if ring else None
        try:
            found = fill_at(sheet, x, y)
        except NothingThere:
            yield GoldenRoom(path.name, probe["name"], theirs, None, 0, 0)
            continue
        filled = found.shape.geometry
        together = filled.intersection(golden).area / filled.union(golden).area
        ours = filled.area * feet**2
        yield GoldenRoom(path.name, probe["name"], theirs, ours, together, found.confidence)


def report_of_golden(rooms: Iterator[GoldenRoom]) -> str:
    """Return the comparison as a table in Markdown."""
    lines = ["| file | room | golden | filled at a click | together | confidence | |"]
    lines.append("|---" * 7 + "|")
    for room in rooms:
        areas = (_said(room.golden), _said(room.filled))
        how = (f"{room.together:.0%}", f"{room.sure:.2f}") if room.filled else ("", "")
        lines.append("| " + " | ".join((room.file, room.name, *areas, *how, room.verdict)) + " |")
    return "\n".join(lines) + "\n"


def _said(area: float | None) -> str:
    return "nothing" if area is None else f"{area:,.1f} SF"


def main() -> None:
    """Compare, and write the table to standard output."""
    corpus = Path(sys.argv[1]) / "web/bench/corpus"
    rooms = (room for each in sorted(corpus.glob("*.json")) for room in rooms_of(each))
    sys.stdout.write(report_of_golden(rooms))


if __name__ == "__main__":
    main()
