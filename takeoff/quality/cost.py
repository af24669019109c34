"""`python -m takeoff.quality.cost [FOLDER]`: print the cost of reading a large sheet completely."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from takeoff.limits import OcrLimits
from takeoff.ocr import OcrImage, OcrMode, read_page_text
from takeoff.quality.dense_sheet import write_dense_sheet
from takeoff.quality.measuring import OCR_DPI
from takeoff.quality.memory import peaks_of
from takeoff.quality.scans import Missed, kinds_of, words_missed
from takeoff.render import rendered_page
from takeoff.text_layer import read_text_layer

GENERATED: Final = "the generated sheet"
# The largest real sheet, and the one with the most lines.
_REAL: Final = ("kegonsa-foundation-20141118.pdf", "va-finish-plan.pdf")
_MB: Final = 1_000_000
_HEAD: Final = f"""# What it costs to read a large sheet

Written by `python -m takeoff.quality.cost FOLDER > docs/ocr-cost.md`; do not edit it. FOLDER holds
the real drawings that are named below; without it only the generated sheet is read.

Each sheet was read to its end from its image alone, in the mode `accurate`, {OCR_DPI:g} dpi being
what the workers read. The generated sheet has 42 x 30 in and as many words as fit, in capitals of
3/32 in, upright and turned, between walls and hatches. A word counts as read when it was seen in
its place, letter by letter; of what kind the others are is explained [on the page about
quality](takeoff-quality.md#the-same-pages-as-scans).

Memory is the most that the process with the engines and the one that asks it have held, summed
(`VmHWM`). The process with the engines is ended if it holds more than
{OcrLimits().resident_bytes / _MB:,.0f} MB. What an OCR
worker's own two processes hold is measured [below](#what-the-worker-itself-holds), and a test
watches it; so a worker that reads one page at a time stays below 2 GB.
"""


@dataclass(frozen=True)
class Cost:
    """The cost of reading one sheet: seconds, processor seconds, bytes; ``read`` of its ``words``
    were read, ``missed`` the others.
    """

    name: str
    dpi: float
    size_px: tuple[int, int]
    words: int
    read: int
    missed: Missed
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def main() -> None:
    """Measure, and write the page to standard output. Takes about ten minutes."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder is not None and not folder.is_dir():
        sys.exit(f"{folder} is not a folder. Give the folder with the drawings.")
    with tempfile.TemporaryDirectory(prefix="takeoff-cost-") as place:
        sys.stdout.write(report(_measured(Path(place), folder)))


def cost_of(path: Path, name: str, dpi: float) -> Cost:
    """Read the whole first page of a PDF at ``dpi``, and return the cost."""
    with rendered_page(path, 1, dpi) as image:
        size = image.width_px, image.height_px
        layer = read_text_layer(path, 1, *size)
        before, began = _cpu_seconds(), time.monotonic()
        with peaks_of(os.getpid()) as peaks:
            seen = read_page_text(None, OcrImage(image.path, image.dpi), size, OcrMode.ACCURATE)
        took, used = time.monotonic() - began, _cpu_seconds() - before
    truth = [word for word in layer.words if any(each.isalnum() for each in word.text)]
    lost = words_missed(truth, seen.words)
    read, missed = len(truth) - len(lost), kinds_of(lost, dpi)
    return Cost(name, dpi, size, len(truth), read, missed, took, used, peaks.total)


def report(costs: Iterable[Cost]) -> str:
    """Return the page with the costs."""
    lines = [
        _HEAD,
        "| sheet | dpi | pixels | words | read | | one letter | small | turned | other"
        " | time | processor time | memory |",
    ]
    lines.append("|---" * 13 + "|")
    for each in costs:
        wide, high = each.size_px
        lines.append(
            f"| {each.name} | {each.dpi:g} | {wide} x {high} | {each.words:,} | {each.read:,}"
            f" | {each.read / each.words:.1%} | {' | '.join(map(str, astuple(each.missed)))}"
            f" | {each.seconds:.0f} s | {each.cpu_seconds:.0f} s"
            f" | {each.peak_bytes / _MB:,.0f} MB |"
        )
    return "\n".join(lines) + "\n"


def _measured(place: Path, folder: Path | None) -> Iterator[Cost]:
    sheet = place / "sheet.pdf"
    write_dense_sheet(sheet)
    for dpi in (150.0, OCR_DPI):
        yield cost_of(sheet, GENERATED, dpi)
    for name in _REAL:
        if folder is not None and (folder / name).is_file():
            yield cost_of(folder / name, name, OCR_DPI)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
