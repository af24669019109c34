"""`python -m takeoff.quality.generated [COUNT [FIRST]]`: read randomly drawn sheets, print wrong
claims, and exit with 1 if there are any. 2,000 sheets take about three minutes.
"""

import sys

from takeoff.quality.generated.tally import claims_of_sheets, report_of_generated, tallied

_COUNT = 2000


def main() -> int:
    """Print each wrong claim with the number of its sheet, and then the counts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    claims = list(claims_of_sheets(count, first))
    wrong = [(n, each) for n, each in claims if each.claimed is not None and not each.right]
    for number, each in wrong:
        sys.stdout.write(
            f"sheet {number}: {each.question} {each.claimed!r}, which is {each.true!r}\n"
        )
    sys.stdout.write(report_of_generated(count, tallied(each for _, each in claims)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
