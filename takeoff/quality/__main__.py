"""`python -m takeoff.quality [FOLDER [SHEETS]]`: print how accurately the folder's drawings are
read, and the precision of claims on SHEETS generated sheets.
"""

import sys
from pathlib import Path

from takeoff.quality.claims import measure_claims
from takeoff.quality.generated.tally import claims_of_sheets, report_of_generated, tallied
from takeoff.quality.measuring import measure
from takeoff.quality.precision import report_of_precision
from takeoff.quality.report import TITLE, report, report_of_scans, report_of_takeoffs
from takeoff.quality.scans import measure_scans
from takeoff.quality.takeoffs import measure_takeoffs

_SHEETS = 2000


def main() -> None:
    """Measure, and write the page to standard output. Takes half an hour."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder is not None and not folder.is_dir():
        sys.exit(f"{folder} is not a folder. Give the folder with the drawings.")
    sheets = int(sys.argv[2]) if len(sys.argv) > 2 else _SHEETS
    takeoffs = measure_takeoffs(folder)
    sys.stdout.write(TITLE)
    sys.stdout.write(report_of_precision(takeoffs, list(measure_claims(sheets)), sheets))
    sys.stdout.write(report(measure(folder)))
    claims = (claim for _, claim in claims_of_sheets(sheets))
    sys.stdout.write(report_of_generated(sheets, tallied(claims)))
    sys.stdout.write(report_of_takeoffs(takeoffs))
    sys.stdout.write(report_of_scans(measure_scans(folder)))


if __name__ == "__main__":
    main()
