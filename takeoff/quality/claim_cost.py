"""`python -m takeoff.quality.claim_cost FOLDER [CHECKOUT]`: print the cost of reading a page and of
measuring one condition on it, for this checkout and another one, each in its own process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# The most expensive condition of each sheet.
_ASKED: Final = (
    ("kegonsa-A-101.pdf", 6.67, "Kitchen"),
    ("kegonsa-S-101.pdf", 6.67, "Beam"),
    ("kegonsa-foundation-20141118.pdf", 18.0, "Wall"),
    ("facilities-QTO-walls.pdf", 4.5, "DEMO"),
    ("va-finish-plan.pdf", 9.0, "Patient room"),
)
_READING: Final = "READING"
"""Title block, class and scale, from the text layer and the lines."""
_SCRIPT: Final = """
import sys
from pathlib import Path
from takeoff.providers import ProviderSettings, Sheet, Subject, choose
from takeoff.quality.measuring import pixels_of
from takeoff.terms import MeasurementType, Unit
from takeoff.text_layer import read_text_layer
path, scale, name = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
size = pixels_of(path, 1)
words = tuple(read_text_layer(path, 1, *size).words)
sheet = Sheet(path, *size, path, 1, words, 72 / 150 / scale)
if name == "READING":
    from takeoff.classification import classify
    from takeoff.scale.detection import detect_scale
    from takeoff.scale.vector_layer import read_vector_layer
    from takeoff.title_block import read_title_block
    read_title_block(words, *size)
    classify(words, *size)
    detect_scale(words, *size, 150, read_vector_layer(path, 1, *size))
elif name:
    local = choose("local", ProviderSettings())
    local.find(sheet, Subject(name, MeasurementType.AREA, Unit.SF))
"""


def main() -> None:
    """Measure, and write a table to standard output."""
    folder, checkouts = Path(sys.argv[1]), [Path.cwd(), *map(Path, sys.argv[2:])]
    sys.stdout.write("\n".join(_table(folder, checkouts)) + "\n")


def _table(folder: Path, checkouts: list[Path]) -> Iterator[str]:
    names = " | ".join(f"{each.name}: processor time | memory" for each in checkouts)
    yield f"| sheet | what | {names} |"
    yield "|---" * (2 + 2 * len(checkouts)) + "|"
    work = [(file, scale, what) for file, scale, name in _ASKED for what in (_READING, name)]
    for file, scale, condition in work:
        cells = [file, "reading" if condition == _READING else condition]
        for checkout in checkouts:
            idle = _cost(checkout, folder / file, scale, "")
            seconds, memory = _cost(checkout, folder / file, scale, condition)
            cells += [f"{seconds - idle[0]:.1f} s", f"{memory:,.0f} MB"]
        yield "| " + " | ".join(cells) + " |"


def _cost(checkout: Path, path: Path, scale: float, condition: str) -> tuple[float, float]:
    """Return the processor seconds and peak memory in MB of a process that measures a condition, or
    none if it is empty.
    """
    command = [sys.executable, "-c", _SCRIPT, str(path), str(scale), condition]
    process = subprocess.Popen(
        command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


if __name__ == "__main__":
    main()
