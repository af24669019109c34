"""`python -m takeoff.quality.claims [SHEETS] [SEED]`: print the precision of claims on generated
sheets; exit with 1 if any is wrong.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pypdfium2

from takeoff.geometry import measure
from takeoff.providers import Sheet, Subject
from takeoff.providers.local.drawn_sheet import DrawnSheet
from takeoff.providers.local.provider import find_on
from takeoff.quality.drawn import Known, write_drawn_sheet
from takeoff.quality.measuring import DPI, Outcome, pixels_of
from takeoff.reading.words import words_of
from takeoff.terms import MeasurementType, Unit
from takeoff.vectors.drawn import paths_of
from takeoff.vectors.layer import placed

_TOLERANCE = 0.02
_MOST = 1_000_000
_TYPES = {Unit.SF: MeasurementType.AREA, Unit.EA: MeasurementType.COUNT}


@dataclass(frozen=True)
class Claim:
    """A claim about a known quantity: the value (None for no claim), its confidence, or the reason
    for withholding.
    """

    seed: int
    known: Known
    claimed: float | None
    sure: float
    withheld: str

    @property
    def outcome(self) -> Outcome:
        """Right within 2 %, a count exactly; if the sheet does not state the quantity, withholding
        is right.
        """
        true = self.known.quantity
        if self.claimed is None:
            return Outcome.RIGHT if true is None else Outcome.NOT_FOUND
        if true is None:
            return Outcome.WRONG
        bound = 0.0 if self.known.unit is Unit.EA else _TOLERANCE * true
        return Outcome.RIGHT if abs(self.claimed - true) <= bound else Outcome.WRONG


def claims_on_sheet(path: Path, draw: Random, seed: int = 0) -> Iterator[Claim]:
    """Write a generated sheet to ``path``, and yield the claim about each known thing on it."""
    sheet = write_drawn_sheet(path, draw)
    feet = 72 / DPI / sheet.points_per_foot
    drawn = _read(path, feet)
    for known in sheet.known:
        subject = Subject(known.condition, _TYPES[known.unit], known.unit)
        elements, withheld = find_on(drawn, subject)
        claimed = [measure(each.shape, known.unit, feet, None).quantity for each in elements]
        yield Claim(
            seed,
            known,
            sum(claimed) if claimed else None,
            max((each.confidence for each in elements), default=0.0),
            withheld[0].reason if withheld else "",
        )


def _read(path: Path, feet_per_pixel: float) -> DrawnSheet:
    """Read a generated page in this process; a child process for each would double the time."""
    size = pixels_of(path, 1)
    document = pypdfium2.PdfDocument(path)
    try:
        words = words_of(document[0], *size, max_characters=_MOST)
        paths = paths_of(document[0], *size, _MOST)
    finally:
        document.close()
    page = Sheet(path, *size, path, 1, tuple(words or ()), feet_per_pixel)
    return DrawnSheet.of(page, placed(paths))


def measure_claims(sheets: int, seed: int = 1) -> Iterator[Claim]:
    """Yield the claims on ``sheets`` generated sheets, the same for the same ``seed``."""
    with tempfile.TemporaryDirectory(prefix="takeoff-claims-") as place:
        for at in range(seed, seed + sheets):
            yield from claims_on_sheet(Path(place) / f"{at}.pdf", Random(at), at)  # noqa: S311
            (Path(place) / f"{at}.pdf").unlink()


def table_of(claims: Iterable[Claim]) -> list[str]:
    """Return a Markdown table of claims and their precision by kind of drawing."""
    counted: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        for kind in (claim.known.kind, "in all"):
            counted[kind, "known"] += claim.known.quantity is not None
            counted[kind, "asked"] += 1
            counted[kind, "claimed"] += claim.claimed is not None
            wrong = claim.outcome is Outcome.WRONG
            counted[kind, "wrong"] += wrong
            counted[kind, "wrong and sure"] += wrong and claim.sure >= 0.9
            counted[kind, "sure"] += claim.claimed is not None and claim.sure >= 0.9
    kinds = sorted({kind for kind, _ in counted} - {"in all"})
    columns = ("asked", "known", "claimed", "sure", "wrong", "wrong and sure")
    lines = ["| what is drawn | " + " | ".join(columns) + " |", "|---" * 7 + "|"]
    for kind in ["in all", *kinds]:
        lines.append(
            f"| {kind} | " + " | ".join(f"{counted[kind, each]:,}" for each in columns) + " |"
        )
    return lines


def main() -> None:
    """Measure, and print the table and each wrong claim."""
    sheets = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    claims = list(measure_claims(sheets, seed))
    wrong = [claim for claim in claims if claim.outcome is Outcome.WRONG]
    told = [
        f"sheet {claim.seed}: {claim.known.condition}, {claim.known.kind}: claimed "
        f"{claim.claimed:,.1f} at {claim.sure}, true {claim.known.quantity}"
        for claim in wrong
    ]
    sys.stdout.write("\n".join([*table_of(claims), *told]) + "\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
