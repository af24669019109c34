"""`python -m takeoff.quality [FOLDER]`: print how much of the drawings there is read right."""

import sys
from pathlib import Path

from takeoff.quality.generated.tally import claims_of_sheets, report_of_generated, tallied
from takeoff.quality.measuring import measure
from takeoff.quality.report import report, report_of_scans, report_of_takeoffs
from takeoff.quality.scans import measure_scans
from takeoff.quality.takeoffs import measure_takeoffs

_GENERATED = 2000


def main() -> None:
    """Measure, and write the page to the standard output. Takes minutes."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder is not None and not folder.is_dir():
        sys.exit(f"{folder} is no folder. Name the one that holds the drawings.")
    sys.stdout.write(report(measure(folder)))
    claims = (claim for _, claim in claims_of_sheets(_GENERATED))
    sys.stdout.write(report_of_generated(_GENERATED, tallied(claims)))
    sys.stdout.write(report_of_takeoffs(measure_takeoffs(folder)))
    sys.stdout.write(report_of_scans(measure_scans(folder)))


if __name__ == "__main__":
    main()
